"""Reversed: from a leaf back to the root, one trail a leaf.

A reasoning that was only ever seen forwards is not known backwards: asked what a conclusion rests on, a model answers
what it was shown in that order. The samples ask that, and go up.
"""

from __future__ import annotations

from forestlib.model.dealt import Dealt, orders_of
from forestlib.model.ground import Ground
from forestlib.model.lazy import LazyTrails
from forestlib.model.walk import Ask, Run, Trail
from forestlib.registry import walkers

__all__ = ["reversed_paths"]

ONE_STEP = "a tree of one step has nothing to go back to"


@walkers.plugin("reversed", crosses=False)
def reversed_paths(forest: Ground) -> LazyTrails:
    """Every way from a leaf back to its root, in the order of trees and leaves; a tree of one step is counted only.

    >>> ground = Ground()
    >>> _ = ground.plant("justice", "A match.").root.then("But norms differ.").then("Local norms.")
    >>> [list(trail.places()) for trail in reversed_paths(ground)]
    [[('justice', 2), ('justice', 1), ('justice', 0)]]
    """
    ways = _WaysBack(forest)
    return LazyTrails(len(ways.dealt), ways.trail, "ways back", {ONE_STEP: ways.left_out})


class _WaysBack:
    def __init__(self, forest: Ground) -> None:
        found = orders_of(forest)
        self.trees = [(name, order) for name, order in found if order.size > 1]
        self.left_out = len(found) - len(self.trees)
        self.dealt = Dealt(len(order.leaves) for _, order in self.trees)

    def trail(self, place: int) -> Trail:
        tree, nth = self.dealt.at(place)
        name, order = self.trees[tree]
        leaf = int(order.leaves[nth])
        way = tuple(span[::-1] for span in reversed(order.path(leaf)))
        return Trail((Run(name, way),), ask=Ask("grounds", (name, leaf), (name, 0), ""))
