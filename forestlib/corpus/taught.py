"""Taught: how many nodes of a forest no walk of a plan teaches, counted from the trails alone.

With a loss other than "all" a walk teaches only part of what it shows. What the others would have taught, had a share
not been cut, is learned by nobody: this says how much that is. Nothing is worded for it; a path is two numbers here.
"""

from __future__ import annotations

from itertools import accumulate

import numpy as np
import numpy.typing as npt

from forestlib.corpus.plan import Plan
from forestlib.model.ground import Ground
from forestlib.model.loss import given_nodes
from forestlib.model.walk import Ends, Trail

__all__ = ["untaught_nodes"]


def untaught_nodes(ground: Ground, plan: Plan, loss: str) -> int:
    """Return how many nodes are taught by no walk of a plan, where the loss is "once" or "last".

    >>> from forestlib.demo import forest
    >>> corpus = forest("ru").linearize("chat", walkers="paths", loss="once")
    >>> untaught_nodes(corpus.forest, corpus.plan, "once")
    0
    """
    taught = _Taught(ground, loss)
    for chunk in plan.draw(0, len(plan)):
        for _, trails in chunk.groups:
            if isinstance(trails, Ends):
                taught.add_paths(trails)
            else:
                for trail in trails:
                    taught.add(trail)
    return taught.missing()


class _Taught:
    """Which nodes are taught, as stretches of the forest's nodes: how many begin and end at each."""

    def __init__(self, ground: Ground, loss: str) -> None:
        self._loss = loss
        self._leaves = [tree.preorder().leaves for tree in ground.trees]
        sizes = [tree.preorder().size for tree in ground.trees]
        self._begins = [0, *accumulate(sizes)]
        self._begin_of = dict(zip((tree.name for tree in ground.trees), self._begins, strict=False))
        self._edges = np.zeros(self._begins[-1] + 1, np.int64)

    def add_paths(self, ends: Ends) -> None:
        """Add what paths teach: below the fork from the path before, neighbours in preorder, or the leaf alone."""
        for tree in np.unique(ends.trees).tolist():
            leaves, nth = self._leaves[tree], ends.leaves[ends.trees == tree]
            last = leaves[nth].astype(np.int64)
            first = last if self._loss == "last" else np.append(-1, leaves[:-1])[nth].astype(np.int64) + 1
            self._mark(self._begins[tree] + first, self._begins[tree] + last)

    def add(self, trail: Trail) -> None:
        """Add what a trail teaches."""
        given = given_nodes(trail, self._loss)
        firsts, lasts = list[int](), list[int]()
        for run in trail.runs:
            begin = self._begin_of[run.tree]
            for span in run.ranges:
                learned = span[given:]
                given = max(0, given - len(span))
                if learned:
                    firsts.append(begin + min(learned[0], learned[-1]))
                    lasts.append(begin + max(learned[0], learned[-1]))
        self._mark(np.array(firsts, np.int64), np.array(lasts, np.int64))

    def _mark(self, first: npt.NDArray[np.int64], last: npt.NDArray[np.int64]) -> None:
        np.add.at(self._edges, first, 1)
        np.add.at(self._edges, last + 1, -1)

    def missing(self) -> int:
        """Return how many nodes are not taught."""
        return int((np.cumsum(self._edges)[:-1] == 0).sum())
