"""Breadth: a tree in one sample, level by level, its shape visible in the samples.

All that stands at one distance from the root comes together: the first answers before the details of any of them.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from forestlib.model.dealt import orders_of
from forestlib.model.ground import Ground
from forestlib.model.lazy import LazyTrails
from forestlib.model.preorder import Preorder
from forestlib.model.walk import Run, Trail, ranges_of
from forestlib.registry import walkers

__all__ = ["breadth"]


@walkers.plugin("breadth", crosses=False)
def breadth(forest: Ground) -> LazyTrails:
    """Every tree as one walk over all its steps, level by level; samples show where each one hangs.

    >>> ground = Ground()
    >>> first, second = ground.plant("justice", "A match.").root.branch("Local norms.", "Universal norms.")
    >>> _ = first.then("They bind one people.")
    >>> [list(trail.places()) for trail in breadth(ground)]
    [[('justice', 0), ('justice', 1), ('justice', 3), ('justice', 2)]]
    """
    orders = orders_of(forest)
    return LazyTrails(len(orders), partial(_trail, orders), "trees")


def _trail(orders: list[tuple[str, Preorder]], place: int) -> Trail:
    name, order = orders[place]
    return Trail((Run(name, tuple(ranges_of(_by_level(order)))),), shape="levels")


def _by_level(order: Preorder) -> list[int]:
    """Return the numbers of all nodes by level, and in preorder within each."""
    found: list[int] = np.argsort(np.asarray(order.level[: order.size]), kind="stable").tolist()
    return found
