"""The tally of a written corpus: how many different things its walks show, added up shard by shard.

A shard's tally stands in its record, so it is small: a bit a node and a bit a step down, and the bridges by name.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import Any, Self

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.corpus.exposure import Bridge
from forestlib.model.ground import Ground

__all__ = ["Tally"]

Flags = npt.NDArray[np.bool_]


@attrs.define(eq=False, repr=False)
class Tally:
    """What walks show: flags by node (of the whole forest, tree after tree), other transitions, bridges.

    `down` are the nodes that are shown right after the one above them; `steps` all other transitions inside a tree.

    >>> tally = Tally(np.array([True, False, True]), np.array([False, False, True]), {5}, {("norm", "a", "b")}, 4, 1)
    >>> again = Tally.of(tally.as_dict(), 3)
    >>> again.add(tally)
    >>> again.nodes.tolist(), again.steps, again.walks
    ([True, False, True], {5}, 8)
    """

    nodes: Flags
    down: Flags
    steps: set[int] = attrs.field(factory=set)
    bridges: set[Bridge] = attrs.field(factory=set)
    walks: int = 0
    bridging: int = 0

    @classmethod
    def blank(cls, nodes: int) -> Self:
        """Return the tally of nothing, for a forest of so many nodes."""
        return cls(np.zeros(nodes, bool), np.zeros(nodes, bool))

    @classmethod
    def of(cls, said: Mapping[str, Any], nodes: int) -> Self:
        """Return the tally that a record holds."""
        bridges = {(anchor, one, other) for anchor, one, other in said["bridges"]}
        flags = _unpacked(said["nodes"], nodes), _unpacked(said["down"], nodes)
        return cls(*flags, set(said["steps"]), bridges, said["walks"], said["bridging"])

    def as_dict(self) -> dict[str, Any]:
        """Return the tally as a record holds it."""
        flags = {"nodes": _packed(self.nodes), "down": _packed(self.down)}
        listed = {"steps": sorted(self.steps), "bridges": sorted(self.bridges)}
        return {**flags, **listed, "walks": self.walks, "bridging": self.bridging}

    def add(self, other: Tally) -> None:
        """Add what another one has."""
        self.nodes |= other.nodes
        self.down |= other.down
        self.steps |= other.steps
        self.bridges |= other.bridges
        self.walks += other.walks
        self.bridging += other.bridging

    def figures(self, ground: Ground) -> dict[str, Any]:
        """Return what the manifest says: how many different things are shown, and which share of the walks bridge."""
        return {
            "walks": self.walks,
            "bridge_ratio": self.bridging / self.walks if self.walks else 0.0,
            "nodes": int(self.nodes.sum()),
            "transitions": int(self.down.sum()) + len(self.steps),
            "anchors": _anchors_at(ground, self.nodes),
            "bridges": len(self.bridges),
        }


def begins_of(sizes: Iterable[int]) -> npt.NDArray[np.int64]:
    """Return where each tree begins among all nodes, and where the last one ends.

    >>> begins_of([3, 2]).tolist()
    [0, 3, 5]
    """
    return np.concatenate(([0], np.cumsum(list(sizes), dtype=np.int64)))


def _anchors_at(ground: Ground, nodes: Flags) -> int:
    table = ground.anchors
    places = begins_of(map(len, ground.trees))[table.tree] + table.node
    return len(np.unique(table.anchor[nodes[places]])) if len(places) else 0


def _packed(flags: Flags) -> str:
    return b64encode(zlib.compress(np.packbits(flags).tobytes(), 1)).decode()


def _unpacked(said: str, count: int) -> Flags:
    return np.unpackbits(np.frombuffer(zlib.decompress(b64decode(said)), np.uint8), count=count).astype(bool)
