"""Folding with places: a text folded as keys are, and where each folded character came from.

The slow way, for the few texts that hold characters which do not fold one to one. What is folded together is a
character with the marks that combine with it; arrows and white space are then drawn together as in a key.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from forestlib.model.key import folded

__all__ = ["folded_with_places", "joins"]

# What is no combining mark by its class and yet acts on what stands before it: vowel signs of the scripts of India and
# its neighbours, vowels and finals of Hangul.
_COMPOSING = frozenset(
    "\u09be\u09d7\u0b3e\u0b56\u0b57\u0bbe\u0bd7\u0cc2\u0cd5\u0cd6\u0d3e\u0d57\u0dcf\u0ddf\u102e\u1b35"
    "\U00011127\U0001133e\U00011357\U000114b0\U000114ba\U000114bd\U000115af\U00011930"
) | frozenset(map(chr, (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))))
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
# Holds off what folding a whole text does at its ends.
_END = "\x00"
_DRAWN = re.compile(r"\s*(→|[-–—=]+>)\s*|\s+")


def folded_with_places(text: str) -> tuple[str, list[int], list[int]]:
    """Return `text` folded, and for each folded character where what it came from begins and ends in `text`.

    >>> folded_with_places("ﬁn -> É")
    ('fin → é', [0, 0, 1, 2, 3, 5, 6], [1, 1, 2, 3, 5, 6, 7])
    """
    parts = list(_pieces(text))
    plain = "".join(piece for piece, _, _ in parts)
    starts = [start for piece, start, _ in parts for _ in piece] + [len(text)]
    stops = [stop for piece, _, stop in parts for _ in piece]
    out, begins, ends, done = list[str](), list[int](), list[int](), 0
    for match in [*_DRAWN.finditer(plain), None]:
        begin = match.start() if match else len(plain)
        out.append(plain[done:begin])
        begins += starts[done:begin]
        ends += stops[done:begin]
        if match:
            piece, places = _drawn(match)
            out.append(piece)
            begins += [starts[first] for first, _ in places]
            ends += [stops[last - 1] if first < last else starts[first] for first, last in places]
            done = match.end()
    return "".join(out), begins, ends


def _drawn(match: re.Match[str]) -> tuple[str, list[tuple[int, int]]]:
    """Return what stands for white space or an arrow, and where each of its characters comes from."""
    if match[1] is None:
        return " ", [match.span()]
    return " → ", [(match.start(), match.start(1)), match.span(1), (match.end(1), match.end())]


def joins(sign: str, plain: str) -> bool:
    """Whether a character, folded `plain`, is folded together with what stands before it.

    >>> joins("\\u0301", "\\u0301"), joins("a", "a")
    (True, False)
    """
    first = plain[:1]
    return (
        "\u0300" <= sign <= "\u036f"
        or unicodedata.combining(sign) > 0
        or first in _COMPOSING
        or (first != "" and unicodedata.combining(first) > 0)
    )


@lru_cache(maxsize=1 << 16)
def _joins(sign: str) -> bool:
    return joins(sign, _plain(sign))


def _plain(cluster: str) -> str:
    return folded(f"{_END}{cluster}{_END}")[1:-1]


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each character with what combines with it: (folded, start, stop)."""
    start, size = 0, len(text)
    while start < size:
        stop = ahead = start + 1
        while ahead < size and (text[ahead] in _INVISIBLE or _joins(text[ahead])):
            ahead += 1
            if text[ahead - 1] not in _INVISIBLE:
                stop = ahead
        yield _plain(text[start:stop]), start, stop
        start = stop
