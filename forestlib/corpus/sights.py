"""Sights: what a trail shows, as numbers, for a planner that has to count it.

Nodes are numbered throughout the forest, tree after tree, so that a count of each is a column. A step down to a node is
known by that node, any other transition by both of its nodes; a bridge by its anchor and its two trees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from itertools import chain, combinations, pairwise

import numpy as np
import numpy.typing as npt

from forestlib.model.ground import Ground
from forestlib.model.walk import Trail

__all__ = ["Numbers", "Seen", "Sights"]

Numbers = npt.NDArray[np.int64]
_FEW = 256
_NOTHING = np.zeros(0, np.int64)
# By kind: what is shown, each once, and how often.
Seen = Mapping[str, tuple[Numbers, Numbers]]


class Sights:
    """Reads of trails what they show, of the kinds that are asked for.

    >>> ground = Ground()
    >>> for name in ("God", "mind"):
    ...     _ = ground.plant(name, "A thought.").root.anchor("choice").then("So it is.")
    >>> trail = Trail.of(ground["God"].root.path()).jump("choice", [ground["mind"].root])
    >>> {kind: ids.tolist() for kind, (ids, _) in Sights(ground, ["nodes", "anchors", "bridges"]).of(trail).items()}
    {'nodes': [0, 2], 'anchors': [0], 'bridges': [1]}
    """

    def __init__(self, ground: Ground, kinds: Iterable[str]) -> None:
        self._table = ground.anchors
        self._trees = ground.trees
        self.tree_of = {tree.name: place for place, tree in enumerate(ground.trees)}
        self.begins = np.cumsum([0, *map(len, ground.trees)])
        self.nodes = int(self.begins[-1])
        self._kinds = tuple(kinds)

    def of(self, trail: Trail) -> Seen:
        """Return what a trail shows."""
        nodes = self._nodes(trail) if self._kinds else _NOTHING
        found: dict[str, tuple[Numbers, Numbers]] = {}
        for kind in self._kinds:
            found[kind] = _counted(self._readers[kind](trail, nodes))
        return found

    @cached_property
    def _readers(self) -> Mapping[str, Callable[[Trail, Numbers], Numbers]]:
        return {
            "nodes": lambda _, nodes: nodes,
            "transitions": lambda _, nodes: self._transitions(nodes),
            "anchors": lambda _, nodes: self._anchor_of[self._marks_at(nodes)[1]],
            "bridges": self._bridges,
        }

    def _nodes(self, trail: Trail) -> Numbers:
        parts = [
            np.arange(span.start, span.stop, span.step, dtype=np.int64) + self.begins[self.tree_of[run.tree]]
            for run in trail.runs
            for span in run.ranges
        ]
        return np.concatenate(parts) if parts else _NOTHING

    def _transitions(self, nodes: Numbers) -> Numbers:
        before, after = nodes[:-1], nodes[1:]
        trees = np.searchsorted(self.begins, nodes, "right")
        within = trees[1:] == trees[:-1]
        before, after = before[within], after[within]
        is_down = self._above[after] == before
        found: Numbers = np.where(is_down, after, self.nodes + before * self.nodes + after)
        return found

    @cached_property
    def _above(self) -> npt.NDArray[np.int64]:
        """The node above each one, -1 above a root."""
        parts = [
            np.where((parent := np.array(tree.preorder().parent[: len(tree)], np.int64)) < 0, -1, parent + begin)
            for tree, begin in zip(self._trees, self.begins.tolist(), strict=False)
        ]
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    @cached_property
    def _by_node(self) -> tuple[Numbers, Numbers]:
        """The nodes of all occurrences, ascending, and the place of each in the table."""
        node = self.begins[self._table.tree] + self._table.node
        by_node = np.argsort(node, kind="stable")
        return node[by_node].astype(np.int64), by_node.astype(np.int64)

    @cached_property
    def _anchor_of(self) -> Numbers:
        return self._table.anchor[self._by_node[1]].astype(np.int64)

    def _marks_at(self, nodes: Numbers) -> tuple[Numbers, Numbers]:
        """Return the occurrences at some nodes, by their places among those of `_by_node`, each with its node."""
        held = self._by_node[0]
        first, last = np.searchsorted(held, nodes, "left"), np.searchsorted(held, nodes, "right")
        count = last - first
        begins = np.cumsum(count) - count
        return np.repeat(nodes, count), np.arange(int(count.sum())) + np.repeat(first - begins, count)

    def _bridges(self, trail: Trail, nodes: Numbers) -> Numbers:
        """Return the bridges that a trail shows or asks about: every anchor between each two trees that show it."""
        among: dict[int, set[int]] = {}
        if len(set(trail.trees)) > 1:
            quoted = () if trail.ask is None else (trail.ask.start, trail.ask.goal)
            more = [int(self.begins[self.tree_of[tree]]) + number for tree, number in quoted]
            at, marks = self._marks_at(np.concatenate((nodes, np.array(more, np.int64))))
            trees = np.searchsorted(self.begins, at, "right") - 1
            for anchor, tree in zip(self._anchor_of[marks].tolist(), trees.tolist(), strict=True):
                among.setdefault(anchor, set()).add(tree)
            for phrase, names in _joined(trail):
                among.setdefault(self._table.number_of(phrase), set()).update(map(self.tree_of.__getitem__, names))
        pairs = ((anchor, *pair) for anchor, trees in among.items() for pair in combinations(sorted(trees), 2))
        size = len(self._trees)
        return np.array([(anchor * size + low) * size + high for anchor, low, high in pairs], np.int64)

    def there_are(self, kind: str) -> int:
        """Return how many things of a kind the forest has; bridges are counted by arithmetic, never listed."""
        counts = self._table.tree_counts
        return {
            "nodes": self.nodes,
            "transitions": self.nodes - len(self._trees),
            "anchors": int((counts > 0).sum()),
            "bridges": int((counts * (counts - 1) // 2).sum()),
        }[kind]

    def columns(self, kind: str) -> npt.NDArray[np.bool_]:
        """Return which numbers are things that a corpus can be asked to show, where they are counted in a column."""
        if kind == "anchors":
            return self._table.tree_counts > 0
        found = np.ones(0 if kind == "bridges" else self.nodes, bool)
        if kind == "transitions":
            found[self.begins[:-1]] = False
        return found


def _counted(ids: Numbers) -> tuple[Numbers, Numbers]:
    # A walk of a few steps shows each once, nearly always: this is much of what choosing takes.
    if len(ids) < _FEW and len(set(ids.tolist())) == len(ids):
        return ids, np.ones(len(ids), np.int64)
    return np.unique(ids, return_counts=True)


def _joined(trail: Trail) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Return the anchors by which a trail joins trees without showing them at nodes, perhaps, and those trees."""
    jumps = ((after.via, (before.tree, after.tree)) for before, after in pairwise(trail.runs) if after.via is not None)
    shared = ((run.note.shares, (run.tree,)) for run in trail.runs if run.note.shares is not None)
    asked = () if trail.runs or trail.ask is None else ((trail.ask.anchor, (trail.ask.start[0], trail.ask.goal[0])),)
    return chain(jumps, shared, asked)
