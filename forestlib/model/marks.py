"""The marks of one tree: which phrase was marked at which node, by preorder number.

The tree keeps an append-only log of marks; this is the log seen in preorder, kept until either grows.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, overload

import numpy as np

from forestlib.errors import AnchorError, shown
from forestlib.model.key import checked_phrases

__all__ = ["MarkLog", "Marks", "marks_of"]


class Marks:
    """`number` and `phrase` of every mark, ascending by number; marks of one node keep the order of marking."""

    __slots__ = ("logged", "nodes", "number", "phrase")

    def __init__(self, log: array[int], phrases: list[str], number: Sequence[int]) -> None:
        self.logged = len(log)
        self.nodes = len(number)
        numbers = log if isinstance(number, range) else array("i", [number[index] for index in log])
        if all(map(int.__le__, numbers, numbers[1:])):
            self.number, self.phrase = numbers[: self.logged], phrases[: self.logged]
        else:
            order = sorted(range(len(numbers)), key=numbers.__getitem__)
            self.number = array("i", [numbers[place] for place in order])
            self.phrase = [phrases[place] for place in order]

    def __len__(self) -> int:
        return self.logged

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return zip(self.number, self.phrase, strict=True)

    def of(self, number: int) -> list[str]:
        """Return the phrases marked at one node."""
        return self.phrase[bisect_left(self.number, number) : bisect_right(self.number, number)]


class MarkLog(Sequence[tuple[int, str]]):
    """Marks as two columns, `node` and `phrase`, in the order of marking; read as a sequence they are pairs.

    >>> list(MarkLog.of([(0, "norm"), (2, "choice")])), MarkLog.flat([["norm"], [], ["choice"]], 5)[1]
    ([(0, 'norm'), (2, 'choice')], (7, 'choice'))
    """

    __slots__ = ("node", "phrase")

    def __init__(self, node: Sequence[int], phrase: list[str]) -> None:
        self.node = node
        self.phrase = phrase

    @classmethod
    def of(cls, pairs: Sequence[tuple[int, str]]) -> MarkLog:
        """Return the log of pairs, themselves where they are one already."""
        if isinstance(pairs, cls):
            return pairs
        return cls([number for number, _ in pairs], [phrase for _, phrase in pairs])

    @classmethod
    def flat(cls, lists: Sequence[Sequence[str]], first: int = 0) -> MarkLog:
        """Return the log of lists of phrases, one a node, the first of which has index `first`."""
        counts = np.fromiter(map(len, lists), np.intp, len(lists))
        node = np.repeat(np.arange(first, first + len(lists), dtype=np.intc), counts)
        return cls(array("i", node.tobytes()), list(chain.from_iterable(lists)))

    def __len__(self) -> int:
        return len(self.phrase)

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return zip(self.node, self.phrase, strict=True)

    @overload
    def __getitem__(self, place: int) -> tuple[int, str]: ...
    @overload
    def __getitem__(self, place: slice) -> MarkLog: ...
    def __getitem__(self, place: int | slice) -> tuple[int, str] | MarkLog:
        if isinstance(place, slice):
            return MarkLog(self.node[place], self.phrase[place])
        return self.node[place], self.phrase[place]


def marks_of(listed: list[str | Sequence[str] | None], nodes: int, first: int) -> MarkLog:
    """Return the log of anchors listed beside `nodes` texts, the first of which gets index `first`."""
    if len(listed) != nodes:
        raise AnchorError(
            f"{nodes} texts came with {len(listed)} anchors. Give one entry a text, None where it has none."
        )
    log = MarkLog.flat(_lists(listed), first)
    log.phrase = checked_phrases(log.phrase)
    return log


def _lists(listed: list[Any]) -> list[Sequence[str]]:
    if set(map(type, listed)) <= {list, tuple}:
        return listed
    wrong = [given for given in listed if given is not None and not isinstance(given, str | list | tuple)]
    if wrong:
        raise AnchorError(f"Anchors of a text are a phrase, a list of phrases or None, got {shown(wrong[0])}.")
    return [[given] if isinstance(given, str) else () if given is None else given for given in listed]
