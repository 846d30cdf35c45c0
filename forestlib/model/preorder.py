"""One tree seen in preorder: the numbers by which the public knows its nodes.

A tree is appended to in any order that puts parents before children; everyone who asks sees it in preorder. This is a
snapshot, made at the first question and kept until the tree grows: it costs nothing where the nodes were appended in
preorder already (chains, files), and two sweeps otherwise.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

__all__ = ["Preorder", "parents_of"]


def parents_of(levels: Sequence[int], root: int = -1, above: int = -1, first: int = 0) -> list[int] | int:
    """Return the parent of each node of a preorder listing, or the place of the first level that cannot be there.

    The nodes stand below a node of level `root` and index `above`, and get the indexes from `first` on; by default they
    are a whole tree. Each level is at least one deeper than `root` and at most one deeper than the one before it.

    >>> parents_of([0, 1, 2, 1]), parents_of([0, 1, 3]), parents_of([2, 3], root=1, above=7, first=9)
    ([-1, 0, 1, 0], 2, [7, 9])
    """
    if not levels:
        return []
    if min(levels) <= root:
        return next(place for place, level in enumerate(levels) if level <= root)
    if max(levels) - root > len(levels):
        return _first_jump(levels, root)
    steps = levels if root == -1 else [level - root - 1 for level in levels]
    latest = [above] * (len(levels) + 1)
    parents: list[int] = []
    put = parents.append
    deepest = 0
    for place, step in enumerate(steps, first):
        if step > deepest:
            return place - first
        put(latest[step])
        deepest = step + 1
        latest[deepest] = place
    return parents


def _first_jump(levels: Sequence[int], before: int) -> int:
    for place, level in enumerate(levels):
        if level > before + 1:
            return place
        before = level
    return len(levels)


class Preorder:
    """The shape of a tree in preorder: `parent`, `level`, `text` by preorder number, and the way to indexes and back.

    `index[number]` is the private index of a node, `number[index]` the way back; both are ranges where the nodes were
    appended in preorder. All columns are to be read only.
    """

    def __init__(self, parent: array[int], level: array[int], text: list[str], in_order: bool) -> None:
        self.size = len(text)
        if in_order or _is_preorder(parent, level):
            self.number: Sequence[int] = range(self.size)
            self.index: Sequence[int] = self.number
            self.parent, self.level, self.text = parent, level, text
        else:
            self.number = _numbers(parent)
            self.index = _inverse(self.number)
            self.level = array("i", [level[index] for index in self.index])
            self.text = [text[index] for index in self.index]
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


def _is_preorder(parent: array[int], level: array[int]) -> bool:
    path = array("i", [0]) * (max(level, default=0) + 1)
    before = -1
    for index, (above, depth) in enumerate(zip(parent, level, strict=True)):
        if depth > before + 1 or (index and path[depth - 1] != above):
            return False
        path[depth] = index
        before = depth
    return True


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


def _inverse(numbers: Sequence[int]) -> array[int]:
    inverse = array("i", [0]) * len(numbers)
    for index, number in enumerate(numbers):
        inverse[number] = index
    return inverse
