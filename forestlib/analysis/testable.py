"""Testable trees: whose bridges could be held out and still prove something?

A held-out bridge tests the jump, not the anchor, where the anchor is still practised without it: where it stands in a
third tree, that each of the two can be bridged with.
"""

from __future__ import annotations

import numpy as np

from forestlib.model.ground import Ground

__all__ = ["ENOUGH_TREES", "testable"]

ENOUGH_TREES = 3


def testable(ground: Ground) -> tuple[str, ...]:
    """Return the names of the trees with an anchor that stands in three or more trees, by name.

    >>> ground = Ground()
    >>> phrases_of = {"God": ["choice"], "mind": ["choice"], "pain": ["choice", "loss"], "sea": ["loss"]}
    >>> for name, phrases in phrases_of.items():
    ...     _ = ground.plant(name, "A thought.").root.anchor(*phrases)
    >>> testable(ground)
    ('God', 'mind', 'pain')
    """
    table = ground.anchors
    many = (table.tree_counts >= ENOUGH_TREES)[table.pairs[:, 0]]
    return tuple(sorted(table.trees[tree].name for tree in np.unique(table.pairs[many, 1]).tolist()))
