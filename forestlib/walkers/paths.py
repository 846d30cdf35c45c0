"""Paths: from the root to each leaf, one trail a leaf."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from forestlib.model.dealt import Dealt, orders_of
from forestlib.model.ground import Ground
from forestlib.model.lazy import LazyTrails
from forestlib.model.walk import Ends, Run, Trail
from forestlib.registry import walkers

__all__ = ["Paths", "paths"]


@walkers.plugin("paths", crosses=False)
def paths(forest: Ground) -> Paths:
    """Every way from a root to a leaf, in the order of trees and leaves.

    >>> ground = Ground()
    >>> _ = ground.plant("justice", "A match.").root.branch("Local norms.", "Universal norms.")
    >>> [list(trail.places()) for trail in paths(ground)]
    [[('justice', 0), ('justice', 1)], [('justice', 0), ('justice', 2)]]
    """
    return Paths(forest)


class Paths(LazyTrails):
    """The root-to-leaf paths of a forest; any one of them costs no more than its own forks."""

    def __init__(self, forest: Ground) -> None:
        self._trees = orders_of(forest)
        leaves = [order.leaves for _, order in self._trees]
        self._all_leaves = np.concatenate(leaves) if leaves else np.empty(0, np.intc)
        self._dealt = Dealt(map(len, leaves))
        super().__init__(len(self._dealt), self._path, "paths")

    def ends(self, places: npt.NDArray[np.int64]) -> Ends:
        """Return the tree and the leaf of the paths at `places`: all that a path is, in two numbers."""
        starts = np.asarray(self._dealt.starts)
        trees = np.searchsorted(starts, places, "right") - 1
        return Ends(trees, places - starts[trees])

    def _path(self, place: int) -> Trail:
        tree, nth = self._dealt.at(place)
        name, order = self._trees[tree]
        # What stands above the fork from the path before it was shown by that one.
        context = order.level[int(order.leaves[nth - 1]) + 1] if nth else 0
        return Trail((Run(name, tuple(order.path(int(self._all_leaves[place])))),), context=context)
