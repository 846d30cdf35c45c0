"""The marks of one tree: which phrase was marked at which node, by preorder number.

The tree keeps an append-only log of marks; this is the log seen in preorder, kept until either grows.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, compress, repeat
from typing import Any

from forestlib.errors import AnchorError, shown
from forestlib.model.key import checked_phrases

__all__ = ["Marks", "marks_of"]


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


def marks_of(anchors: Iterable[str | Sequence[str] | None], nodes: int, first: int) -> tuple[list[int], list[str]]:
    """Return the log of anchors given beside `nodes` texts, the first of which gets index `first`."""
    listed = list(anchors)
    if len(listed) != nodes:
        raise AnchorError(
            f"{nodes} texts came with {len(listed)} anchors. Give one entry a text, None where it has none."
        )
    kinds = set(map(type, listed))
    if kinds <= {list, tuple}:
        lists: list[Any] = listed
    else:
        wrong = [given for given in listed if given is not None and not isinstance(given, str | list | tuple)]
        if wrong:
            raise AnchorError(f"Anchors of a text are a phrase, a list of phrases or None, got {shown(wrong[0])}.")
        lists = [[given] if isinstance(given, str) else () if given is None else given for given in listed]
    counts = list(map(len, lists))
    places = range(first, first + nodes)
    log = compress(places, counts) if max(counts, default=0) < 2 else chain.from_iterable(map(repeat, places, counts))
    return list(log), checked_phrases(list(chain.from_iterable(lists)))
