"""Tours: walks of several jumps, the likelier the nearer the other tree is and the more the anchor tells.

A jump is drawn among all anchors of a whole stretch of steps, so that a tour has something to choose from. A tour
follows from its number and the seed: the tours from one node differ in their first jump, which are drawn without
repetition, the likely ones first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence, Set
from itertools import islice, takewhile

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.errors import OptionError, shown
from forestlib.model.chance import mixed
from forestlib.model.ground import Ground
from forestlib.model.lazy import LazyTrails
from forestlib.model.nearness import Nearness
from forestlib.model.options import check_counts, check_part
from forestlib.model.walk import Run, Trail, ranges_of
from forestlib.model.ways import Ways
from forestlib.registry import walkers

__all__ = ["tours"]

_FARTHEST, _MANY = 0.25, 256
# Whole numbers as weights: the last bits of a power differ between machines.
_SCALE = 1 << 20
_KNOWN = 1 << 14
NO_TOUR = "an anchored node from which no jump goes on"


@walkers.plugin("tours", crosses=True)
def tours(
    forest: Ground,
    *,
    seed: int = 0,
    jumps: int = 4,
    before: int = 8,
    after: int = 8,
    each: int = 4,
    near: float = 0.5,
    again: bool = False,
) -> LazyTrails:
    """Walks of up to `jumps` jumps, `each` of them from every anchored node, or as many as there are first jumps.

    At most `before` nodes lead to the first jump; after each jump the walk goes on for at most `after` nodes, down or,
    at a leaf, up, and jumps again from one of them. `near` is the balance of what makes a jump likely: at 1 only how
    much of their axes the two trees have in common, at 0 only how much the anchor tells (the fewer trees it stands in,
    the more). No node is shown twice, and no tree is gone to twice unless `again`. An anchored node from which no jump
    goes on is left out and counted in `skipped`.

    >>> ground = Ground()
    >>> for name, phrases in {"God": ["choice"], "pain": ["choice", "loss"], "mind": ["loss"]}.items():
    ...     node = ground.plant(name, "A thought.").root
    ...     for phrase in phrases:
    ...         node = node.then("Another thought.").anchor(phrase)
    ...     _ = node.then("The end of it.")
    >>> tours(ground, each=1)[0].trees
    ('God', 'pain', 'mind')
    """
    check_counts("tours", jumps=jumps, before=before, after=after, each=each)
    check_part("tours", near=near)
    if not isinstance(again, bool):
        raise OptionError(f"The option 'again' of tours is True or False, got {shown(again)}.", option="again")
    made = _Tours(forest, seed, _Plan(jumps, before, after, each, near, again))
    return LazyTrails(made.count, made.trail, "tours", {NO_TOUR: made.stuck})


@attrs.frozen
class _Plan:
    jumps: int
    before: int
    after: int
    each: int
    near: float
    again: bool


class _Tours:
    """Tours by number: the node that they begin at, and which of its tours they are."""

    def __init__(self, forest: Ground, seed: int, plan: _Plan) -> None:
        self._plan = plan
        self._ways = Ways(forest, seed)
        self._exits = _Exits(forest, self._ways, seed, plan)
        places, leading = self._exits.starts()
        self._places = places[leading > 0]
        self._ends = np.cumsum(np.minimum(leading[leading > 0], plan.each))
        self.count = int(self._ends[-1]) if len(self._ends) else 0
        self.stuck = int((leading == 0).sum())

    def trail(self, number: int) -> Trail:
        """Return a tour."""
        at = int(np.searchsorted(self._ends, number, "right"))
        turn = number - (int(self._ends[at - 1]) if at else 0)
        start = int(self._places[at])
        tree, node = self._ways.at(start)
        nodes, via = self._ways.down_to(start, self._plan.before), None
        ahead: Iterator[tuple[int, int]] = islice(self._exits.drawn(tree, [node], {tree}, at), turn, None)
        runs, met, seen = list[Run](), {tree}, {(tree, one) for one in nodes}
        while (found := self._viable(ahead, seen, number)) is not None:
            left, target, onwards = found
            nodes = nodes[: nodes.index(left) + 1]
            runs.append(Run(self._ways.names[tree], tuple(ranges_of(nodes)), via))
            seen |= {(tree, one) for one in nodes}
            tree, nodes, via = self._ways.at(target)[0], onwards, self._ways.key(target)
            met = {tree} if self._plan.again else met | {tree}
            ahead = self._exits.drawn(tree, nodes[1:], met, number, len(runs))
            ahead = ahead if len(runs) < self._plan.jumps else iter(())
        runs.append(Run(self._ways.names[tree], tuple(ranges_of(nodes)), via))
        return Trail(tuple(runs), context=sum(map(len, runs[0].ranges)))

    def _viable(
        self, ahead: Iterator[tuple[int, int]], seen: Set[tuple[int, int]], salt: int
    ) -> tuple[int, int, list[int]] | None:
        """Return the first jump after which the walk goes on: the node left, the place reached, the steps there."""
        for left, target in ahead:
            tree, node = self._ways.at(target)
            steps = islice(self._ways.on(tree, node, "auto", salt), self._plan.after)
            onwards = list(takewhile(lambda one: (tree, one) not in seen, [node, *steps]))  # noqa: B023 - taken at once
            if len(onwards) > 1:
                return left, target, onwards
        return None


class _Exits:
    """Where the anchored nodes of a forest lead to, and how likely each of these jumps is."""

    def __init__(self, forest: Ground, ways: Ways, seed: int, plan: _Plan) -> None:
        self._ways, self._seed, self._near = ways, seed, plan.near
        self._many = max(_MANY, plan.each)
        self._table = table = forest.anchors
        self._known: dict[int, list[tuple[int, int, int]]] = {}
        # Only where a walk goes on is jumped to.
        self._kept = np.flatnonzero(ways.goes_on("auto"))
        self._trees = max(len(ways.names), 1)
        self._group = table.anchor.astype(np.int64) * self._trees + table.tree
        self._kept_group = self._group[self._kept]
        self._begin = np.searchsorted(self._kept_group, np.arange(len(table) + 1) * self._trees)
        self._nearness = Nearness(forest)

    def starts(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return an occurrence at each anchored node, by tree and number, and how many jumps lead away from it."""
        table = self._table
        own = np.searchsorted(self._kept_group, self._group, "right") - np.searchsorted(self._kept_group, self._group)
        away = self._begin[table.anchor + 1] - self._begin[table.anchor] - own
        order = np.lexsort((table.node, table.tree))
        begins = np.append(True, (np.diff(table.tree[order]) != 0) | (np.diff(table.node[order]) != 0))[: len(order)]
        begins = np.flatnonzero(begins)
        return order[begins], np.add.reduceat(away[order], begins) if len(begins) else np.zeros(0, np.int64)

    def drawn(self, tree: int, nodes: Sequence[int], met: Set[int], *salt: int) -> Iterator[tuple[int, int]]:
        """Yield jumps from some nodes of a tree to trees not met, each once, by chance, the likely ones sooner."""
        found = [
            (weight, node, target)
            for node in nodes
            for mark in self._ways.marked(tree, node)
            for target, other, weight in self._from(mark)
            if other not in met
        ]
        left = sum(weight for weight, _, _ in found)
        turn = 0
        while found:
            chance = mixed(self._seed, *salt, turn) % left
            place = 0
            while chance >= found[place][0]:
                chance -= found[place][0]
                place += 1
            weight, node, target = found.pop(place)
            yield node, target
            left, turn = left - weight, turn + 1

    def _from(self, mark: int) -> list[tuple[int, int, int]]:
        """Return where an occurrence leads to: the occurrences reached, their trees, their weights."""
        known = self._known.get(mark)
        if known is None:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            known = self._known[mark] = self._weighed(mark)
        return known

    def _weighed(self, mark: int) -> list[tuple[int, int, int]]:
        table = self._table
        anchor, tree = int(table.anchor[mark]), int(table.tree[mark])
        begin, end = int(self._begin[anchor]), int(self._begin[anchor + 1])
        first, last = (int(np.searchsorted(self._kept_group, self._group[mark], side)) for side in ("left", "right"))
        count = end - begin - (last - first)
        if not count:
            return []
        # An anchor of very many places leads from each of them to some, from others to others.
        shift = mixed(self._seed, mark) % count if count > self._many else 0
        nth = begin + (shift + np.arange(min(count, self._many))) % count
        targets = self._kept[np.where(nth >= first, nth + (last - first), nth)]
        trees = table.tree[targets]
        alike = self._nearness.of(tree, trees).tolist()
        telling = math.log2(1 + self._trees / int(table.tree_counts[anchor])) ** (2 - 2 * self._near) / len(targets)
        weights = (max(1, round(_SCALE * telling * (_FARTHEST + near) ** (2 * self._near))) for near in alike)
        return list(zip(targets.tolist(), trees.tolist(), weights, strict=True))
