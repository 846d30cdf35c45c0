"""Which encoding a file is in: UTF-8, with or without a mark; any other is named in the error, never guessed at."""

from __future__ import annotations

import codecs

__all__ = ["guess", "without_mark"]

_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_COMMON = frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё")
_ENOUGH = 0.6


def without_mark(data: bytes) -> bytes:
    """Return the bytes of a file without the mark that some editors put before UTF-8."""
    return data[3:] if data.startswith(codecs.BOM_UTF8) else data


def guess(data: bytes) -> str:
    """Return a sentence on what `data`, which is not UTF-8, seems to be.

    >>> guess("Справедливость — это соответствие".encode("cp1251"))
    'it looks like Windows-1251 (cp1251)'
    """
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            return f"its mark says {name}"
    sample = data[:4096]
    if sample.count(0) > len(sample) // 4:
        return "it looks like UTF-16"
    scores = {
        name: _russian(sample, codec)
        for name, codec in (("Windows-1251", "cp1251"), ("KOI8-R", "koi8_r"), ("CP866", "cp866"))
    }
    name = max(scores, key=scores.__getitem__)
    codec = {"Windows-1251": "cp1251", "KOI8-R": "koi8_r", "CP866": "cp866"}[name]
    return f"it looks like {name} ({codec})" if scores[name] > _ENOUGH else "it may be Latin-1 or a binary file"


def _russian(sample: bytes, codec: str) -> float:
    high = bytes(byte for byte in sample if byte >= 0x80).decode(codec, "replace")
    return sum(letter in _COMMON for letter in high) / len(high) if high else 0.0
