"""Whole: a tree in one sample, depth first, its shape visible in the samples.

The answer to "how do I lay out the whole tree" where it fits into one sample: every step once, each behind its level.
"""

from __future__ import annotations

from functools import partial

from forestlib.model.dealt import orders_of
from forestlib.model.ground import Ground
from forestlib.model.lazy import LazyTrails
from forestlib.model.preorder import Preorder
from forestlib.model.walk import Run, Trail
from forestlib.registry import walkers

__all__ = ["whole"]


@walkers.plugin("whole", crosses=False)
def whole(forest: Ground) -> LazyTrails:
    """Every tree as one walk over all its steps, depth first; samples show each one's level.

    >>> ground = Ground()
    >>> _ = ground.plant("justice", "A match.").root.branch("Local norms.", "Universal norms.")
    >>> [list(trail.places()) for trail in whole(ground)]
    [[('justice', 0), ('justice', 1), ('justice', 2)]]
    """
    orders = orders_of(forest)
    return LazyTrails(len(orders), partial(_trail, orders), "trees")


def _trail(orders: list[tuple[str, Preorder]], place: int) -> Trail:
    name, order = orders[place]
    return Trail((Run(name, (range(order.size),)),), shape="outline")
