"""Bridges: down one tree to an anchor, a jump, and on in another tree from its own anchored node.

This is the walk that stitches: it shows two trees in one sample around the thought that they share.
"""

from __future__ import annotations

from itertools import islice

from forestlib.model.chance import mixed
from forestlib.model.crossings import Crossings
from forestlib.model.ground import Ground
from forestlib.model.lazy import LazyTrails
from forestlib.model.options import check_choice, check_counts
from forestlib.model.walk import Run, Trail, ranges_of
from forestlib.model.ways import DIRECTIONS, Ways
from forestlib.registry import walkers

__all__ = ["Bridges", "bridges"]

NO_STEP = "no step after the jump"


@walkers.plugin("bridges", crosses=True)
def bridges(
    forest: Ground, *, seed: int = 0, before: int = 8, after: int = 8, direction: str = "auto", jumps: int = 1
) -> Bridges:
    """Every crossing from one tree into another.

    At most `before` nodes lead down to the anchored one, at most `after` follow the anchored node of the other tree:
    `direction` "down" to a leaf, "up" to the root, "auto" down where it has children and else up. With `jumps` above
    1 the walk goes on to further trees wherever it passes another anchor that leads to one. A crossing with no step
    after it is left out and counted in `skipped`.
    """
    check_counts("bridges", before=before, after=after, jumps=jumps)
    check_choice("bridges", DIRECTIONS, direction=direction)
    return Bridges(forest, seed, before, after, direction, jumps)


class Bridges(LazyTrails):
    """The crossings of a forest as trails, found by number."""

    def __init__(self, forest: Ground, seed: int, before: int, after: int, direction: str, jumps: int) -> None:
        self._seed, self._before, self._after = seed, before, after
        self._direction, self._jumps = direction, jumps
        self._ways = Ways(forest, seed)
        self._table = forest.anchors
        self._goes_on = self._ways.goes_on(direction)
        self._crossings = Crossings(self._table, self._goes_on)
        skipped = {NO_STEP: self._crossings.left_out}
        super().__init__(len(self._crossings), self._bridging, "crossings", skipped)

    def _bridging(self, place: int) -> Trail:
        ways, trees = self._ways, self._table.tree
        source, target = self._crossings.at(place)
        tree = int(trees[source])
        seen = {tree}
        runs = [Run(ways.names[tree], tuple(ranges_of(ways.down_to(source, self._before))))]
        while True:
            tree = int(trees[target])
            seen.add(tree)
            numbers, exit_ = self._onwards(target, seen if len(runs) < self._jumps else None, place)
            runs.append(Run(ways.names[tree], tuple(ranges_of(numbers)), ways.key(target)))
            if exit_ is None:
                return Trail(tuple(runs), context=sum(map(len, runs[0].ranges)))
            target = exit_

    def _onwards(self, place: int, seen: set[int] | None, salt: int) -> tuple[list[int], int | None]:
        """Return the nodes from an anchored one on, and the occurrence to jump to from the last of them, if any."""
        tree, number = self._ways.at(place)
        numbers = [number]
        for step in islice(self._ways.on(tree, number, self._direction, salt), self._after):
            numbers.append(step)
            exit_ = None if seen is None else self._exit(tree, step, seen, salt)
            if exit_ is not None:
                return numbers, exit_
        return numbers, None

    def _exit(self, tree: int, number: int, seen: set[int], salt: int) -> int | None:
        """Return an occurrence in a tree not yet seen that one of a node's anchors leads to, if there is any."""
        here = self._ways.marked(tree, number)
        first = mixed(self._seed, salt, number, 1)
        for turn in range(len(here)):
            anchor = int(self._table.anchor[here[(first + turn) % len(here)]])
            found = self._elsewhere(anchor, seen, mixed(self._seed, salt, number, 2))
            if found is not None:
                return found
        return None

    def _elsewhere(self, anchor: int, seen: set[int], chance: int) -> int | None:
        begin, end = int(self._table.start[anchor]), int(self._table.start[anchor + 1])
        place = begin + chance % (end - begin)
        looked = 0
        while looked < end - begin:
            if int(self._table.tree[place]) in seen:
                step = int(self._crossings.last[place]) - place
            elif self._goes_on[place]:
                return place
            else:
                step = 1
            looked += step
            place = place + step if place + step < end else begin
        return None
