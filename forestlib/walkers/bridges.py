"""Bridges: down one tree to an anchor, a jump, and on in another tree from its own anchored node.

This is the walk that stitches: it shows two trees in one sample around the thought that they share. The crossings are
never listed: a phrase in 10,000 trees has 100,000,000 of them. They are counted by anchor and tree, and crossing *i*
is found from *i* by two look-ups.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import overload

import numpy as np
import numpy.typing as npt

from forestlib.errors import OptionError, UnknownWalkError, shown
from forestlib.model.chance import mixed
from forestlib.model.ground import Ground
from forestlib.model.preorder import Preorder
from forestlib.model.walk import Run, Trail, ranges_of
from forestlib.registry import walkers

__all__ = ["Bridges", "bridges"]

_MOST = 1 << 31
DIRECTIONS = ("auto", "down", "up")
NO_STEP = "no step after the jump"


@walkers.plugin("bridges")
def bridges(
    forest: Ground, *, seed: int = 0, before: int = 8, after: int = 8, direction: str = "auto", jumps: int = 1
) -> Bridges:
    """Every crossing from one tree into another.

    At most `before` nodes lead down to the anchored one, at most `after` follow the anchored node of the other tree:
    `direction` "down" to a leaf, "up" to the root, "auto" down where it has children and else up. With `jumps` above
    1 the walk goes on to further trees wherever it passes another anchor that leads to one. A crossing with no step
    after it is left out and counted in `skipped`.
    """
    for name, value in (("before", before), ("after", after), ("jumps", jumps)):
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < _MOST:
            raise OptionError(
                f"The option {name!r} of bridges is a whole number from 1 up, got {shown(value)}.", option=name
            )
    if direction not in DIRECTIONS:
        raise OptionError(
            f"The option 'direction' of bridges is one of {', '.join(map(repr, DIRECTIONS))}, got {shown(direction)}.",
            option="direction",
        )
    return Bridges(forest, seed, before, after, direction, jumps)


class Bridges(Sequence[Trail]):
    """The crossings of a forest as trails, found by number."""

    def __init__(self, forest: Ground, seed: int, before: int, after: int, direction: str, jumps: int) -> None:
        self._seed, self._before, self._after = seed, before, after
        self._direction, self._jumps = direction, jumps
        self._table = table = forest.anchors
        self._orders = [tree.preorder() for tree in forest.trees]
        self._names: list[str] = [tree.name for tree in forest.trees]
        starts = table.start
        group = table.anchor.astype(np.int64) * max(len(self._names), 1) + table.tree
        self._first = np.searchsorted(group, group, "left")
        self._last = np.searchsorted(group, group, "right")
        sources = (starts[table.anchor + 1] - starts[table.anchor]) - (self._last - self._first)
        self._goes_on = self._reaching_on()
        self._ends = np.cumsum(np.where(self._goes_on, sources, 0))
        self._sources = sources
        left_out = int(sources[~self._goes_on].sum())
        self.skipped: Mapping[str, int] = {NO_STEP: left_out} if left_out else {}

    def _reaching_on(self) -> npt.NDArray[np.bool_]:
        """Whether a walk that jumps to an occurrence has a node to go on to."""
        sizes = np.array([order.size for order in self._orders], np.int64)
        offsets = np.cumsum(sizes) - sizes
        is_leaf = np.zeros(int(sizes.sum()), bool)
        for offset, order in zip(offsets.tolist(), self._orders, strict=True):
            is_leaf[offset + order.leaves] = True
        down = ~is_leaf[offsets[self._table.tree] + self._table.node] if len(self._table.tree) else np.zeros(0, bool)
        up = self._table.node > 0
        return {"down": down, "up": up, "auto": down | up}[self._direction]

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    @overload
    def __getitem__(self, place: int) -> Trail: ...
    @overload
    def __getitem__(self, place: slice) -> list[Trail]: ...
    def __getitem__(self, place: int | slice) -> Trail | list[Trail]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise UnknownWalkError(f"There are {len(self)} crossings, so none is number {place}.", number=place)
        return self._trail(place % len(self))

    def _trail(self, place: int) -> Trail:
        target = int(np.searchsorted(self._ends, place, "right"))
        source = self._source(target, place - (int(self._ends[target - 1]) if target else 0))
        runs = [Run(self._name(source), tuple(ranges_of(self._down_to(source))))]
        seen = {int(self._table.tree[source])}
        while True:
            seen.add(int(self._table.tree[target]))
            numbers, exit_ = self._onwards(target, seen if len(runs) < self._jumps else None, place)
            runs.append(
                Run(self._name(target), tuple(ranges_of(numbers)), self._table.anchor_keys[self._table.anchor[target]])
            )
            if exit_ is None:
                return Trail(tuple(runs), context=sum(map(len, runs[0].ranges)))
            target = exit_

    def _source(self, target: int, nth: int) -> int:
        begin = int(self._table.start[self._table.anchor[target]])
        place = begin + nth
        return place if place < self._first[target] else place + int(self._last[target] - self._first[target])

    def _name(self, place: int) -> str:
        return self._names[int(self._table.tree[place])]

    def _down_to(self, place: int) -> list[int]:
        parent = self._orders[self._table.tree[place]].parent
        numbers = [int(self._table.node[place])]
        while len(numbers) < self._before and parent[numbers[-1]] >= 0:
            numbers.append(parent[numbers[-1]])
        return numbers[::-1]

    def _onwards(self, place: int, seen: set[int] | None, salt: int) -> tuple[list[int], int | None]:
        """Return the nodes from an anchored one on, and the occurrence to jump to from the last of them, if any."""
        tree, number = int(self._table.tree[place]), int(self._table.node[place])
        numbers = [number]
        for step in islice(self._steps(self._orders[tree], number, salt), self._after):
            numbers.append(step)
            exit_ = None if seen is None else self._exit(tree, step, seen, salt)
            if exit_ is not None:
                return numbers, exit_
        return numbers, None

    def _steps(self, order: Preorder, number: int, salt: int) -> Iterator[int]:
        if self._direction == "up" or order.is_leaf(number):
            while self._direction != "down" and order.parent[number] >= 0:
                number = order.parent[number]
                yield number
            return
        while not order.is_leaf(number):
            children = order.children(number)
            number = children[mixed(self._seed, salt, number) % len(children)]
            yield number

    def _exit(self, tree: int, number: int, seen: set[int], salt: int) -> int | None:
        """Return an occurrence in a tree not yet seen that one of a node's anchors leads to, if there is any."""
        here = self._occurrences_at(tree, number)
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
                step = int(self._last[place]) - place
            elif self._goes_on[place]:
                return place
            else:
                step = 1
            looked += step
            place = place + step if place + step < end else begin
        return None

    def _occurrences_at(self, tree: int, number: int) -> list[int]:
        if not hasattr(self, "_by_node"):
            self._by_node: dict[tuple[int, int], list[int]] = {}
            for place, at in enumerate(zip(self._table.tree.tolist(), self._table.node.tolist(), strict=True)):
                self._by_node.setdefault(at, []).append(place)
        return self._by_node.get((tree, number), [])
