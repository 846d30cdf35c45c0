"""One tree seen in preorder: the numbers by which the public knows its nodes.

A tree is appended to in any order that puts parents before children; everyone who asks sees it in preorder. This is a
snapshot, made at the first question and kept until the tree grows: it costs nothing where the nodes were appended in
preorder already (chains, files), and two sweeps otherwise.
"""

from __future__ import annotations

import operator
from array import array
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from forestlib.errors import LevelError, shown

__all__ = ["Preorder", "checked_levels", "in_preorder", "parents_of", "whole_number"]

_SHORT = 200  # Below it a loop is faster than numpy's calls.


def parents_of(levels: Sequence[int], root: int = -1, above: int = -1, first: int = 0) -> array[int] | int:
    """Return the parent of each node of a preorder listing, or the place of the first level that cannot be there.

    The nodes stand below a node of level `root` and index `above`, and get the indexes from `first` on; by default they
    are a whole tree. Each level is at least one deeper than `root` and at most one deeper than the one before it.

    >>> parents_of([0, 1, 2, 1]).tolist(), parents_of([0, 1, 3]), parents_of([2, 3], root=1, above=7, first=9).tolist()
    ([-1, 0, 1, 0], 2, [7, 9])
    """
    if len(levels) < _SHORT:
        return _parents_of_few(levels, root, above, first)
    level, count = np.array(levels, dtype=np.int64), len(levels)
    steps = np.diff(level, prepend=root)
    wrong = (steps > 1) | (level <= root)
    if wrong.any():
        return int(wrong.argmax())
    parents = np.arange(first - 1, first - 1 + count, dtype=np.intc)
    # Most nodes stand below the one before them. For each other one the latest node a level up is looked up in one
    # sorted list of (level, place), both in one number.
    later = np.flatnonzero(steps < 1)
    keys = level * count
    up = keys[later] - count
    keys += np.arange(count)
    keys.sort()
    parents[later] = keys[keys.searchsorted(up + later) - 1] - up + first
    parents[level == root + 1] = above
    return array("i", parents.tobytes())


def _parents_of_few(levels: Sequence[int], root: int, above: int, first: int) -> array[int] | int:
    latest, parents = [above], array("i")
    for place, level in enumerate(levels):
        step = level - root - 1
        if not 0 <= step < len(latest):
            return place
        parents.append(latest[step])
        latest[step + 1 :] = (first + place,)
    return parents


def checked_levels(levels: Iterable[object], count: int) -> array[int]:
    """Return the levels of `count` nodes, or raise `LevelError`: not whole numbers, not one a node."""
    if isinstance(levels, str | bytes | bytearray):
        raise LevelError(f"Levels are a list of whole numbers, got {shown(levels)}.", level=levels)
    listed = list(levels)
    if set(map(type, listed)) - {int}:
        listed = list(map(_whole_level, listed))
    if len(listed) != count:
        raise LevelError(f"{count} texts came with {len(listed)} levels. Give one level a text.")
    try:
        return array("i", listed)  # type: ignore[arg-type]
    except OverflowError:
        huge = max(listed, key=abs)  # type: ignore[arg-type]
        raise LevelError(f"No node stands on level {shown(huge)}: that is deeper than any tree.", level=huge) from None


def _whole_level(level: object) -> int:
    number = whole_number(level)
    if number is None:
        raise LevelError(f"Levels are whole numbers, got {shown(level)}.", level=level)
    return number


def whole_number(value: object) -> int | None:
    """Return a whole number of any kind (numpy's too) as an int, None for anything else; a truth is no number.

    >>> whole_number(np.int32(3)), whole_number(3.0), whole_number(True)
    (3, None, None)
    """
    if isinstance(value, bool | np.bool_):
        return None
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        return None


class Preorder:
    """The shape of a tree in preorder: `parent`, `level`, `text` by preorder number, and the way to indexes and back.

    `index[number]` is the private index of a node, `number[index]` the way back; both are ranges where the nodes were
    appended in preorder. All columns are to be read only.
    """

    def __init__(self, parent: array[int], level: array[int], text: list[str], in_order: bool) -> None:
        self.size = len(text)
        if in_order or in_preorder(parent, level) == self.size:
            self.number: Sequence[int] = range(self.size)
            self.index: Sequence[int] = self.number
            self.parent, self.level, self.text = parent, level, text
        else:
            self.number = _numbers(parent)
            self.index = _inverse(self.number)
            self.level = array("i", map(level.__getitem__, self.index))
            self.text = list(map(text.__getitem__, self.index))
            self.parent = array("i", [self.number[parent[index]] if index else -1 for index in self.index])

    @property
    def in_order(self) -> bool:
        """Whether the nodes were appended in preorder."""
        return isinstance(self.index, range)

    @cached_property
    def end(self) -> array[int]:
        """The number after the last node below each node."""
        below = array("i", [1]) * self.size
        parent = self.parent
        for number in range(self.size - 1, 0, -1):
            below[parent[number]] += below[number]
        return array("i", [number + count for number, count in enumerate(below)])

    @cached_property
    def run(self) -> array[int]:
        """The first node of the run of first children that each node is in: a path is a few such runs."""
        numbers = np.arange(self.size, dtype=np.intc)
        begins = np.array(self.parent[: self.size], dtype=np.intc) != numbers - 1
        begins[0] = True
        return array("i", np.maximum.accumulate(np.where(begins, numbers, 0)).astype(np.intc).tobytes())

    @cached_property
    def leaves(self) -> npt.NDArray[np.intc]:
        """The numbers of the leaves, ascending."""
        level = np.array(self.level[: self.size], dtype=np.intc)
        return np.flatnonzero(np.append(level[1:] <= level[:-1], True)).astype(np.intc)

    def is_leaf(self, number: int) -> bool:
        """Return whether a node has no children."""
        return number + 1 >= self.size or self.level[number + 1] <= self.level[number]

    def children(self, number: int) -> list[int]:
        """Return the numbers of a node's children, in order."""
        end = self.end
        found, child = [], number + 1
        while child < end[number]:
            found.append(child)
            child = end[child]
        return found

    def path(self, number: int) -> list[range]:
        """Return the way from the root to a node, as runs of numbers.

        >>> Preorder(array("i", [-1, 0, 1, 0]), array("i", [0, 1, 2, 1]), ["a", "b", "c", "d"], True).path(3)
        [range(0, 1), range(3, 4)]
        """
        run, parent = self.run, self.parent
        runs = []
        while number >= 0:
            runs.append(range(run[number], number + 1))
            number = parent[run[number]]
        runs.reverse()
        return runs

    def last_of_path(self, number: int, most: int | None) -> list[range]:
        """Return the last nodes of the way from the root to a node, at most so many, as runs of numbers.

        >>> Preorder(array("i", [-1, 0, 1, 0]), array("i", [0, 1, 2, 1]), ["a", "b", "c", "d"], True).last_of_path(2, 2)
        [range(1, 3)]
        """
        left = self.size if most is None else most
        runs = []
        while number >= 0 and left > 0:
            first = max(self.run[number], number + 1 - left)
            runs.append(range(first, number + 1))
            left -= number + 1 - first
            number = self.parent[self.run[number]]
        runs.reverse()
        return runs


def in_preorder(parent: array[int], level: array[int], known: int = 1) -> int:
    """Return how many nodes from the first on stand in preorder; of `known` ones it is known.

    >>> in_preorder(array("i", [-1, 0, 1, 0, 1]), array("i", [0, 1, 2, 1, 2]))
    4
    """
    for place in range(known, len(parent)):
        above, depth = place - 1, level[place]
        while level[above] >= depth:
            above = parent[above]
        if above != parent[place]:
            return place
    return len(parent)


def _numbers(parent: array[int]) -> array[int]:
    below = array("i", [1]) * len(parent)
    for index in range(len(parent) - 1, 0, -1):
        below[parent[index]] += below[index]
    free = array("i", [1]) * len(parent)
    numbers = array("i", [0]) * len(parent)
    for index in range(1, len(parent)):
        above = parent[index]
        number = free[above]
        free[above] = number + below[index]
        numbers[index] = number
        free[index] = number + 1
    return numbers


def _inverse(numbers: array[int]) -> array[int]:
    inverse = np.empty(len(numbers), np.intc)
    inverse[np.frombuffer(numbers, np.intc)] = np.arange(len(numbers), dtype=np.intc)
    return array("i", inverse.tobytes())
