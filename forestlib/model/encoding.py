"""Which encoding a file is in: UTF-8, with or without a mark; any other is named in the error, never guessed at."""

from __future__ import annotations

import codecs
import re

__all__ = ["guess", "without_mark"]

_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_COMMON = frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё")
_RUSSIAN = {"Windows-1251": "cp1251", "KOI8-R": "koi8_r", "CP866": "cp866"}
_FOREIGN = re.compile(rb"[\x80-\xff]+")
_ENOUGH = 0.6
_AROUND = 2048


def without_mark(data: bytes) -> bytes:
    """Return the bytes of a file without the mark that some editors put before UTF-8."""
    return data[3:] if data.startswith(codecs.BOM_UTF8) else data


def guess(data: bytes, broken: int = 0) -> str:
    """Return a sentence on what `data`, which is not UTF-8 at place `broken`, seems to be.

    >>> guess("Справедливость — это соответствие".encode("cp1251"))
    'it looks like Windows-1251 (cp1251)'
    """
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            return f"its mark says {name}"
    sample = data[max(0, broken - _AROUND) : broken + _AROUND]
    if sample.count(0) > len(sample) // 4:
        return "it looks like UTF-16"
    words = _FOREIGN.findall(sample)
    foreign = b"".join(words)
    scores = {name: _russian(foreign, codec) for name, codec in _RUSSIAN.items()}
    name = max(scores, key=scores.__getitem__)
    # Western letters stand alone among ASCII ones; Russian ones make whole words.
    is_russian = scores[name] > _ENOUGH and len(foreign) > 2 * len(words)
    return f"it looks like {name} ({_RUSSIAN[name]})" if is_russian else "it may be Latin-1 or a binary file"


def _russian(foreign: bytes, codec: str) -> float:
    return sum(letter in _COMMON for letter in foreign.decode(codec, "replace")) / len(foreign) if foreign else 0.0
