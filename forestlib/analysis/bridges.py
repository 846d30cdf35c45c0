"""Bridges: where a walk can jump.

A bridge is one anchor seen from two nodes of two different trees. A phrase in 10,000 trees has 10^8 of them, so they
are counted from the lengths of columns, and listed only lazily.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.errors import shown
from forestlib.model.anchor import AnchorTable
from forestlib.model.ground import Ground
from forestlib.model.node import Node
from forestlib.model.preorder import Preorder

__all__ = ["Bridge", "bridge_counts", "bridges", "count_bridges", "counts_of"]

Column = npt.NDArray[np.integer[Any]]


@attrs.frozen(repr=False)
class Bridge:
    """An anchor (its canonical text) and two nodes of two different trees at which it stands.

    >>> ground = Ground()
    >>> one, other = (ground.plant(name, "A thought.").root.anchor("choice") for name in ("God", "mind"))
    >>> Bridge("choice", one, other)
    <Bridge 'choice': node 0 of 'God' – node 0 of 'mind'>
    """

    anchor: str
    one: Node
    other: Node

    def __repr__(self) -> str:
        places = " – ".join(f"node {node.number} of {shown(node.tree.name, 24)}" for node in (self.one, self.other))
        return f"<Bridge {shown(self.anchor, 24)}: {places}>"


def bridge_counts(table: AnchorTable) -> npt.NDArray[np.int64]:
    """Return how many bridges each anchor of a table has, by the anchor's number.

    >>> ground = Ground()
    >>> for name in ("God", "suffering", "mind"):
    ...     _ = ground.plant(name, "A thought.").root.anchor("choice", name)
    >>> dict(zip(ground.anchors, bridge_counts(ground.anchors).tolist(), strict=True))
    {'choice': 3, 'God': 0, 'mind': 0, 'suffering': 0}
    """
    return counts_of(table.anchor, table.tree, len(table))


def counts_of(anchor: Column, tree: Column, anchors: int) -> npt.NDArray[np.int64]:
    """Return how many bridges each of `anchors` anchors has, given the anchor and the tree of each occurrence, sorted.

    They are counted from the lengths of runs: n(n - 1) / 2 pairs of places, less those in one tree.

    >>> counts_of(np.array([0, 0, 0, 1]), np.array([3, 3, 5, 5]), 2).tolist()
    [2, 0]
    """
    new = np.ones(len(anchor), np.bool_)
    np.not_equal(anchor[1:], anchor[:-1], out=new[1:])
    marked = np.diff(np.searchsorted(anchor, np.arange(anchors + 1)))
    new[1:] |= tree[1:] != tree[:-1]
    begin = np.flatnonzero(new)
    within = np.zeros(anchors, np.int64)
    np.add.at(within, anchor[begin], np.diff(np.append(begin, len(anchor))) ** 2)
    counts: npt.NDArray[np.int64] = (marked**2 - within) // 2
    return counts


def count_bridges(ground: Ground, anchor: str | None = None) -> int:
    """Return how many bridges a forest has, or one anchor of it.

    >>> ground = Ground()
    >>> for name in ("God", "suffering", "consciousness"):
    ...     _ = ground.plant(name, "A thought.").root.anchor("choice")
    >>> count_bridges(ground), count_bridges(ground, "Choice")
    (3, 3)
    """
    table = ground.anchors
    counts = bridge_counts(table)
    return int(counts.sum() if anchor is None else counts[table.number_of(anchor)])


def bridges(ground: Ground, anchor: str | None = None) -> Iterator[Bridge]:
    """Iterate over the bridges of a forest, or of one anchor, by the anchor's key, then by tree and number.

    They are made one by one: a forest may have more of them than memory has bytes. The forest is seen as it is at
    the call.

    >>> ground = Ground()
    >>> for name in ("God", "suffering"):
    ...     _ = ground.plant(name, "A thought.").root.anchor("choice")
    >>> next(bridges(ground))
    <Bridge 'choice': node 0 of 'God' – node 0 of 'suffering'>
    """
    table = ground.anchors
    numbers = np.flatnonzero(table.tree_counts > 1).tolist() if anchor is None else [table.number_of(anchor)]
    return _bridges(table, numbers, [tree.preorder() for tree in table.trees])


def _bridges(table: AnchorTable, numbers: Sequence[int], orders: Sequence[Preorder]) -> Iterator[Bridge]:
    for number in numbers:
        text = table.texts[number]
        at = slice(table.start[number], table.start[number + 1])
        trees = table.tree[at]
        places = zip(trees.tolist(), table.node[at].tolist(), strict=True)
        nodes = [Node(table.trees[tree], orders[tree].index[node]) for tree, node in places]
        next_tree = np.searchsorted(trees, trees, side="right").tolist()
        for one, begin in zip(nodes, next_tree, strict=True):
            for place in range(begin, len(nodes)):
                yield Bridge(text, one, nodes[place])
