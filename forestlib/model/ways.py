"""Ways: from an anchored node towards its root, or on to a leaf, by occurrence and preorder number.

What walkers around anchors have in common. A draw follows from the seed, the number of the walk and the node.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice

import numpy as np
import numpy.typing as npt

from forestlib.model.chance import mixed
from forestlib.model.collector import paused_collector
from forestlib.model.dealt import orders_of
from forestlib.model.ground import Ground

__all__ = ["DIRECTIONS", "Ways"]

DIRECTIONS = ("auto", "down", "up")


class Ways:
    """The ways up and on from the nodes of a forest; places are those of its table of anchors.

    >>> ground = Ground()
    >>> _ = ground.plant("justice", "A match.").root.then("Norms differ.").anchor("norm").then("Local ones bind.")
    >>> ways = Ways(ground, seed=7)
    >>> ways.at(0), ways.down_to(0, most=8), list(ways.on(0, 1, "down"))
    ((0, 1), [0, 1], [2])
    """

    def __init__(self, forest: Ground, seed: int = 0) -> None:
        self.table = forest.anchors
        known = orders_of(forest)
        self.names, self.orders = [name for name, _ in known], [order for _, order in known]
        self._seed = seed

    def at(self, place: int) -> tuple[int, int]:
        """Return the tree (its place in the forest) and the node of an occurrence."""
        return int(self.table.tree[place]), int(self.table.node[place])

    def named(self, place: int) -> tuple[str, int]:
        """Return an occurrence as trails say it: the tree's name, and the node."""
        tree, number = self.at(place)
        return self.names[tree], number

    def key(self, place: int) -> str:
        """Return the key of an occurrence's anchor."""
        key: str = self.table.anchor_keys[self.table.anchor[place]]
        return key

    def up(self, tree: int, number: int) -> Iterator[int]:
        """Iterate over the nodes above one, from its parent to the root."""
        parent = self.orders[tree].parent
        while (number := parent[number]) >= 0:
            yield number

    def down_to(self, place: int, most: int) -> list[int]:
        """Return the last `most` nodes of the way from the root to an anchored node, which is the last of them."""
        tree, number = self.at(place)
        return [number, *islice(self.up(tree, number), most - 1)][::-1]

    def on(self, tree: int, number: int, direction: str, salt: int = 0) -> Iterator[int]:
        """Iterate over the nodes after one: "down" to a leaf, "up" to the root, "auto" down if it can, else up."""
        order = self.orders[tree]
        if direction == "up" or order.is_leaf(number):
            if direction != "down":
                yield from self.up(tree, number)
            return
        while not order.is_leaf(number):
            children = order.children(number)
            number = children[mixed(self._seed, salt, number) % len(children)]
            yield number

    def goes_on(self, direction: str) -> npt.NDArray[np.bool_]:
        """Return whether each occurrence has a node to go on to."""
        sizes = np.array([order.size for order in self.orders], np.int64)
        offsets = np.cumsum(sizes) - sizes
        is_leaf = np.zeros(int(sizes.sum()), bool)
        for offset, order in zip(offsets.tolist(), self.orders, strict=True):
            is_leaf[offset + order.leaves] = True
        table = self.table
        down = ~is_leaf[offsets[table.tree] + table.node] if len(table.tree) else np.zeros(0, bool)
        up = table.node > 0
        found: npt.NDArray[np.bool_] = {"down": down, "up": up, "auto": down | up}[direction]
        return found

    def marked(self, tree: int, number: int) -> list[int]:
        """Return the occurrences at a node, by the keys of their anchors."""
        return self._by_node.get((tree, number), [])

    @cached_property
    def _by_node(self) -> dict[tuple[int, int], list[int]]:
        found: dict[tuple[int, int], list[int]] = {}
        with paused_collector():
            for place, at in enumerate(zip(self.table.tree.tolist(), self.table.node.tolist(), strict=True)):
                found.setdefault(at, []).append(place)
        return found
