"""Dealt: numbers that run through all trees of a forest, and which tree each of them falls to.

A walker that has some walks a tree (its leaves, its nodes, its windows) numbers them throughout; this is the way back.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

from forestlib.model.ground import Ground
from forestlib.model.preorder import Preorder

__all__ = ["Dealt", "orders_of"]


def orders_of(forest: Ground) -> list[tuple[str, Preorder]]:
    """Return the name and the shape of each tree, in the forest's order: all that most walkers need of it.

    >>> ground = Ground()
    >>> _ = ground.plant("justice", "A match.")
    >>> [(name, order.size) for name, order in orders_of(ground)]
    [('justice', 1)]
    """
    return [(tree.name, tree.preorder()) for tree in forest.trees]


class Dealt:
    """So many numbers a tree: how many there are in all, where each tree's begin, and whose one of them is.

    >>> dealt = Dealt([2, 0, 3])
    >>> len(dealt), dealt.at(1), dealt.at(2)
    (5, (0, 1), (2, 0))
    """

    def __init__(self, counts: Iterable[int]) -> None:
        self.starts = [0, *accumulate(counts)]

    def __len__(self) -> int:
        return self.starts[-1]

    def at(self, number: int) -> tuple[int, int]:
        """Return the tree that a number falls to, by its place, and the how-manyth of that tree it is."""
        tree = bisect_right(self.starts, number) - 1
        return tree, number - self.starts[tree]
