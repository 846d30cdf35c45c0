"""Whole rows: the text of a row tokenized in one go, which is what joined rows have to equal.

Special tokens of a template cut the text, so that words of a node which look like one stay words. What is learned
begins with the first token that differs from those of the text before it: a token that stands over the border holds
something to learn, and is learned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.tokens.tokenizer import TextTokenizer
from forestlib.tokens.units import Glue, Piece, Units

__all__ = ["Asked", "Whole", "WholeRow"]

Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
# The pieces of a row, and which of them are learned.
Asked = tuple[list[int], list[bool]]
Whole = tuple[Ints, Flags]


@attrs.frozen(repr=False, eq=False)
class _Segment:
    """A stretch of text between special tokens, and the beginnings of it at which learning begins or ends."""

    text: str
    beginnings: tuple[str, ...]
    flags: tuple[bool, ...]


class WholeRow:
    """What tokenizes whole rows."""

    def __init__(
        self, tokenizer: TextTokenizer, units: Units, joiner: str, side: str, ends: tuple[int | None, int | None]
    ) -> None:
        self._tokenizer, self._pieces, self._joiner = tokenizer, units.pieces, joiner
        self._before = joiner if side == "left" else ""
        self.bos, self.eos = ends

    def rows(self, asked: Sequence[Asked]) -> list[Whole]:
        """Return the ids of rows, and which of them are learned."""
        segments = [self._segments(*row) for row in asked]
        texts = [part for row in segments for part in row if isinstance(part, _Segment)]
        ids = iter(self._tokenizer.encode([segment.text for segment in texts]))
        beginnings = iter(self._tokenizer.encode(list(chain.from_iterable(part.beginnings for part in texts))))
        return [
            self._row([_learned(part, ids, beginnings) if isinstance(part, _Segment) else part for part in row], taught)
            for row, (_, taught) in zip(segments, asked, strict=True)
        ]

    def _row(self, parts: list[Whole], taught: list[bool]) -> Whole:
        before = [_one(self.bos, False)] if self.bos is not None else []
        after = [_one(self.eos, taught[-1])] if self.eos is not None else []
        ids, flags = zip(*before, *parts, *after, strict=True)
        return np.concatenate(ids), np.concatenate(flags)

    def _segments(self, numbers: list[int], taught: list[bool]) -> list[_Segment | Whole]:
        """Return a row as stretches of text and ids between them."""
        found, held = list[_Segment | Whole](), list[tuple[Piece, bool]]()
        for number, flag in zip(numbers, taught, strict=True):
            piece = self._pieces[number]
            if isinstance(piece, str):
                held.append((piece, flag))
                continue
            if held:
                found.append(self._segment(held))
            found.append((np.array(piece, np.int32), np.full(len(piece), flag)))
            held = []
        return [*found, self._segment(held)] if held else found

    def _segment(self, held: list[tuple[Piece, bool]]) -> _Segment:
        parts, beginnings, flags = list[str](), list[str](), [held[0][1]]
        for place, (piece, flag) in enumerate(held):
            joined = place > 0 and not isinstance(piece, Glue) and not isinstance(held[place - 1][0], Glue)
            if flag != flags[-1]:
                beginnings.append("".join(parts) + (self._before if joined else ""))
                flags.append(flag)
            parts += [self._joiner, str(piece)] if joined else [str(piece)]
        return _Segment("".join(parts), tuple(beginnings), tuple(flags))


def _learned(segment: _Segment, ids: Iterator[Ints], beginnings: Iterator[Ints]) -> Whole:
    own = next(ids)
    flags = np.full(len(own), segment.flags[0])
    for flag in segment.flags[1:]:
        flags[_alike(own, next(beginnings)) :] = flag
    return own, flags


def _alike(one: Ints, other: Ints) -> int:
    """Return how many ids two texts have in common at their beginnings."""
    size = min(len(one), len(other))
    differ = np.flatnonzero(one[:size] != other[:size])
    return int(differ[0]) if len(differ) else size


def _one(number: int | None, flag: bool) -> Whole:
    return np.array([number], np.int32), np.array([flag])
