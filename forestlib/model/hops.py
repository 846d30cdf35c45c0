"""Hops: how many jumps the trees of a forest are away from one of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from forestlib.model.anchor import AnchorTable

__all__ = ["hops"]


def hops(table: AnchorTable, tree: int, most: int) -> npt.NDArray[np.int64]:
    """Return how many jumps each tree is away from one, -1 where it is more than `most`; trees by their places.

    >>> from forestlib.model.ground import Ground
    >>> ground = Ground()
    >>> for name, phrases in {"God": ["choice"], "pain": ["choice", "loss"], "mind": ["loss"]}.items():
    ...     _ = ground.plant(name, "A thought.").root.anchor(*phrases)
    >>> hops(ground.anchors, 0, most=2).tolist(), hops(ground.anchors, 0, most=1).tolist()
    ([0, 1, 2], [0, 1, -1])
    """
    pairs = table.pairs
    away = np.full(len(table.trees), -1, np.int64)
    away[tree] = 0
    for jump in range(1, most + 1):
        leading = np.zeros(len(table), bool)
        leading[pairs[away[pairs[:, 1]] == jump - 1, 0]] = True
        reached = pairs[leading[pairs[:, 0]], 1]
        reached = reached[away[reached] < 0]
        if not len(reached):
            break
        away[reached] = jump
    return away
