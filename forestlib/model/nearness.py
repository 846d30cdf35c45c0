"""Nearness of trees: how much of their axes two trees have in common."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from forestlib.model.ground import Ground

__all__ = ["UNKNOWN", "Nearness"]

# Of a tree that names no axes nothing is known: it is half as near as can be.
UNKNOWN = 0.5


class Nearness:
    """``1 - ½ Σ|a - b|`` over the weights of two trees, by their places in the forest; ½ where one names no axes.

    >>> ground = Ground()
    >>> for name, axes in {"a": {"causality": 0.8, "empathy": 0.2}, "b": ["empathy"], "c": None}.items():
    ...     _ = ground.plant(name, "A thought.", axes)
    >>> Nearness(ground).of(0, [0, 1, 2]).tolist()
    [1.0, 0.2, 0.5]
    """

    def __init__(self, ground: Ground) -> None:
        keys = {axis.key: place for place, axis in enumerate(ground.frame)}
        self._shares = np.zeros((len(ground), max(len(keys), 1)))
        for row, tree in enumerate(ground.trees):
            for key, share in ground.shares_of(tree).items():
                self._shares[row, keys[key]] = share

    def of(self, tree: int, others: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return how near other trees are to one."""
        one, rest = self._shares[tree], self._shares[np.asarray(others, np.int64)]
        named = rest.any(axis=1) & one.any()
        found: npt.NDArray[np.float64] = np.where(named, np.minimum(one, rest).sum(axis=1), UNKNOWN)
        return found.round(9)
