"""Edges: what a piece of text looks like where it begins and ends, as far as any splitting could care.

Splitting rules speak of letters, digits and white space, and of single signs. So an edge is its two outermost
characters, letters and digits by category and block of 128 code points, every other sign as itself, and all of the
white space outside of them. Words that a tokenizer takes whole count as one sign. A piece of white space has no edge,
unless it belongs to a template: then it is its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from unicodedata import category

import numpy as np
import numpy.typing as npt

__all__ = ["NONE", "Edges"]

NONE = 0
_SPACED = -1
_DEPTH = 2
_Edge = Callable[[str], str]
Codes = npt.NDArray[np.int64]


class Edges:
    """Numbers of edges, the same number for the same edge.

    >>> edges = Edges()
    >>> heads = edges.heads(["Норма.", "Выбор", "норма", " "])
    >>> bool(heads[0] == heads[1]), bool(heads[0] == heads[2]), int(heads[3])
    (True, False, 0)
    """

    def __init__(self, verbatim: Sequence[str] = ()) -> None:
        self._verbatim = tuple(sorted(filter(None, verbatim), key=len, reverse=True))
        self._numbers = _Numbers(NONE + 1)
        self._of = _Memory(self._number)

    def __len__(self) -> int:
        return len(self._numbers) + 1

    def whole(self, texts: Sequence[str]) -> Codes:
        """Return the number of each text as an edge of its own kind, that no other text has."""
        return self._codes(["\0" + text for text in texts])

    def heads(self, texts: Sequence[str]) -> Codes:
        """Return the number of each text's beginning."""
        return self._found(texts, [text[:_DEPTH] for text in texts], self._padded, self._whole)

    def tails(self, texts: Sequence[str]) -> Codes:
        """Return the number of each text's end."""
        return self._found(texts, [text[-1 : -1 - _DEPTH : -1] for text in texts], self._trailed, self._whole_end)

    def _found(self, texts: Sequence[str], cut: list[str], padded: _Edge, whole: _Edge) -> Codes:
        if self._verbatim:
            cut = [whole(text) or edge for text, edge in zip(texts, cut, strict=True)]
        codes = self._codes(cut)
        for place in np.flatnonzero(codes == _SPACED).tolist():
            codes[place] = self._numbered(padded(texts[place]))
        return codes

    def _codes(self, cut: list[str]) -> Codes:
        return np.fromiter(map(self._of.__getitem__, cut), np.int64, len(cut))

    def _padded(self, text: str) -> str:
        bare = text.lstrip()
        return text[: len(text) - len(bare) + _DEPTH] if bare else ""

    def _trailed(self, text: str) -> str:
        return self._padded(text[::-1])

    def _whole(self, text: str) -> str:
        return next(("\0" + word for word in self._verbatim if text.lstrip().startswith(word)), "")

    def _whole_end(self, text: str) -> str:
        return next(("\0" + word for word in self._verbatim if text.rstrip().endswith(word)), "")

    def _number(self, edge: str) -> int:
        return self._numbered(edge) if edge[:1].strip() else _SPACED

    def _numbered(self, edge: str) -> int:
        if not edge:
            return NONE
        return self._numbers[edge if edge.startswith("\0") else tuple(map(_kind, edge))]


class _Numbers(dict[object, int]):
    """Numbers for things, in the order in which they are met."""

    def __init__(self, first: int) -> None:
        self._first = first

    def __missing__(self, thing: object) -> int:
        number = self[thing] = self._first + len(self)
        return number


class _Memory(dict[str, int]):
    """What a function said, remembered."""

    def __init__(self, function: Callable[[str], int]) -> None:
        self._function = function

    def __missing__(self, edge: str) -> int:
        number = self[edge] = self._function(edge)
        return number


def _kind(sign: str) -> str:
    sort = category(sign)
    return f"{sort}{ord(sign) >> 7}" if sort[0] in "LN" else sign
