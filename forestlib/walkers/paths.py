"""Paths: from the root to each leaf, one trail a leaf."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import overload

from forestlib.errors import UnknownNodeError
from forestlib.model.ground import Ground
from forestlib.model.walk import Run, Trail
from forestlib.registry import walkers

__all__ = ["Paths", "paths"]


@walkers.plugin("paths")
def paths(forest: Ground) -> Paths:
    """Every way from a root to a leaf, in the order of trees and leaves.

    >>> ground = Ground()
    >>> _ = ground.plant("justice", "A match.").root.branch("Local norms.", "Universal norms.")
    >>> [list(trail.places()) for trail in paths(ground)]
    [[('justice', 0), ('justice', 1)], [('justice', 0), ('justice', 2)]]
    """
    return Paths(forest)


class Paths(Sequence[Trail]):
    """The root-to-leaf paths of a forest; any one of them costs no more than its own forks."""

    def __init__(self, forest: Ground) -> None:
        self._trees = [(tree.name, tree.preorder()) for tree in forest.trees]
        self._leaves = [order.leaves.tolist() for _, order in self._trees]
        self._starts = [0, *accumulate(map(len, self._leaves))]

    def __len__(self) -> int:
        return self._starts[-1]

    @overload
    def __getitem__(self, place: int) -> Trail: ...
    @overload
    def __getitem__(self, place: slice) -> list[Trail]: ...
    def __getitem__(self, place: int | slice) -> Trail | list[Trail]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise UnknownNodeError(f"There are {len(self)} paths, so none is number {place}.", number=place)
        place %= len(self)
        tree = bisect_right(self._starts, place) - 1
        name, order = self._trees[tree]
        return Trail((Run(name, tuple(order.path(self._leaves[tree][place - self._starts[tree]]))),))
