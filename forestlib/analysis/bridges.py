"""Bridges: where a walk can jump.

A bridge is one anchor seen from two nodes of two different trees. A phrase in 10,000 trees has 10^8 of them, so they
are counted from the lengths of columns, and listed only lazily.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.errors import shown
from forestlib.model.anchor import AnchorTable
from forestlib.model.ground import Ground
from forestlib.model.node import Node
from forestlib.model.preorder import Preorder

__all__ = ["Bridge", "bridge_counts", "bridges", "count_bridges"]


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
    marked = np.diff(table.start)
    place = table.anchor.astype(np.int64) * max(len(table.trees), 1) + table.tree
    in_one_tree = np.unique(place, return_counts=True)[1].astype(np.int64)
    within = np.zeros(len(table), np.int64)
    np.add.at(within, table.pairs[:, 0], in_one_tree**2)
    return (marked**2 - within) // 2


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
