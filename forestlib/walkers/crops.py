"""Crops: random stretches of paths, and the jump of a tree to itself.

A model that has only seen reasonings from their beginning does not go on from their middle, and a jump that only ever
leads to another tree is read as "another tree comes". So half of the stretches start mid-tree, where the place of their
end lets them start at the root as well, and some of them jump at an anchor, back to where they stand.
"""

from __future__ import annotations

from array import array
from itertools import islice

import numpy as np

from forestlib.model.chance import mixed
from forestlib.model.dealt import Dealt
from forestlib.model.ground import Ground
from forestlib.model.lazy import LazyTrails
from forestlib.model.options import check_counts, check_part
from forestlib.model.walk import Note, Run, Trail, ranges_of
from forestlib.model.ways import Ways
from forestlib.registry import walkers

__all__ = ["crops"]

ONE_STEP = "a tree of one step has no stretch"
_PROMPT = Note(part="prompt")
_FINE = 1 << 32
# A start, a coin for starting mid-tree, a jump, an anchor: each draw of a walk has its own.
_START, _MIDDLE, _JUMP, _ANCHOR = range(4)


@walkers.plugin("crops", crosses=False)
def crops(
    forest: Ground, *, seed: int = 0, size: int = 32, mid_tree: float = 0.5, self_jumps: float = 0.15
) -> LazyTrails:
    """A random stretch of at most `size` steps, at least two, to every node below a root.

    `mid_tree` is the share of them that start below the root, where they could start there; `self_jumps` the share
    that jump to their own tree: at an anchored step the walk stops, names the anchor and the tree, and goes on from
    that very step. Where too few stretches have an anchored step inside, all that do jump.

    >>> ground = Ground()
    >>> _ = ground.plant("count", "Zero.").root.then("One.").anchor("unit").then("Two.")
    >>> [[number for _, number in trail.places()] for trail in crops(ground, seed=1, self_jumps=1)]
    [[0, 1], [0, 1, 1, 2]]
    """
    check_counts("crops", 2, size=size)
    check_part("crops", mid_tree=mid_tree, self_jumps=self_jumps)
    found = _Crops(forest, seed, size, mid_tree, self_jumps)
    return LazyTrails(len(found.dealt), found.trail, "stretches", {ONE_STEP: found.left_out})


class _Crops:
    """One stretch a node below a root, by number: its end is that node, and where it starts is drawn."""

    def __init__(self, forest: Ground, seed: int, size: int, mid_tree: float, self_jumps: float) -> None:
        self._seed, self._size, self._mid_tree = seed, size, mid_tree
        self._ways = ways = Ways(forest, seed)
        self.dealt = Dealt(order.size - 1 for order in ways.orders)
        self.left_out = sum(order.size == 1 for order in ways.orders)
        self._anchored = self._anchored_above() if self_jumps else []
        can = sum(map(self._may_jump, range(len(self._anchored))))
        self._jumps = min(1.0, self_jumps * len(self.dealt) / can) if can else 0.0

    def trail(self, place: int) -> Trail:
        tree, nth = self.dealt.at(place)
        end = nth + 1
        order, name = self._ways.orders[tree], self._ways.names[tree]
        level = order.level[end]
        at = self._jump_level(tree, end, place)
        start = self._start(level, level if at is None else at, 0 if at is None else 1, place)
        way = [end, *islice(self._ways.up(tree, end), level - start)][::-1]
        turn = len(way) if at is None else at - start + 1
        runs = self._begun(name, way[:turn], bool(start))
        if at is not None:
            runs.append(Run(name, tuple(ranges_of(way[turn - 1 :])), self._key(tree, way[turn - 1], place)))
        # Every node below a root ends one stretch, which is the one that teaches it; a jump is taught from the jump on.
        return Trail(tuple(runs), context=min(turn, len(way) - 1), shape="onward" if start else "")

    def _begun(self, name: str, numbers: list[int], mid_tree: bool) -> list[Run]:
        """Return the runs before a jump; one that starts mid-tree has its first step given."""
        if not mid_tree:
            return [Run(name, tuple(ranges_of(numbers)))]
        first, rest = Run(name, (range(numbers[0], numbers[0] + 1),), None, _PROMPT), tuple(ranges_of(numbers[1:]))
        return [first, Run(name, rest)]

    def _start(self, level: int, before: int, more: int, place: int) -> int:
        """Draw the level of the first step: above level `before`, no more than `size` steps from the end."""
        lowest = max(0, level + 1 + more - self._size)
        if before == 1 or (lowest == 0 and self._chance(_MIDDLE, place) >= self._mid_tree):
            return 0
        lowest = max(1, lowest)
        return lowest + int(self._chance(_START, place) * (before - lowest))

    def _jump_level(self, tree: int, end: int, place: int) -> int | None:
        """Return the level at which the stretch to a node jumps, if it does."""
        if not self._jumps or self._chance(_JUMP, place) >= self._jumps:
            return None
        at = self._anchored[tree][end]
        return at if at > max(0, self._ways.orders[tree].level[end] + 2 - self._size) else None

    def _may_jump(self, tree: int) -> int:
        """Return how many nodes of a tree have an anchored step above them, with a step before it, within the size."""
        order = self._ways.orders[tree]
        lowest = np.array(order.level[: order.size]) + 2 - self._size
        return int(np.count_nonzero(np.array(self._anchored[tree]) > np.maximum(0, lowest)))

    def _anchored_above(self) -> list[array[int]]:
        """Return for each node the level of the nearest anchored node above it, 0 where there is none but the root."""
        ways = self._ways
        found = [array("i", bytes(4 * order.size)) for order in ways.orders]
        marked = [bytearray(order.size) for order in ways.orders]
        for tree, number in zip(ways.table.tree.tolist(), ways.table.node.tolist(), strict=True):
            marked[tree][number] = 1
        for order, levels, is_marked in zip(ways.orders, found, marked, strict=True):
            if any(is_marked):
                for number in range(1, order.size):
                    above = order.parent[number]
                    levels[number] = order.level[above] if is_marked[above] else levels[above]
        return found

    def _key(self, tree: int, number: int, place: int) -> str:
        here = self._ways.marked(tree, number)
        return self._ways.key(here[int(self._chance(_ANCHOR, place) * len(here))])

    def _chance(self, draw: int, place: int) -> float:
        return mixed(self._seed, draw, place) % _FINE / _FINE
