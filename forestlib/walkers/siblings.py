"""Siblings: a better and a worse continuation of one node, as preferences are learned from.

What is better, the field `rank` says (the lower) or `score` (the higher). Pairs are never listed: a node of 10,000
children has 50,000,000 of them. Siblings are sorted from the best to the worst, so those that are worse than one of
them by enough are the rest of its row, and pair *i* is found from *i* by one look-up.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

import numpy as np

from forestlib.errors import OptionError, shown
from forestlib.model.dealt import orders_of
from forestlib.model.fields import finite
from forestlib.model.ground import Ground
from forestlib.model.lazy import LazyTrails
from forestlib.model.options import check_choice, check_counts
from forestlib.model.preorder import Preorder
from forestlib.model.tree import Tree
from forestlib.model.walk import Note, Run, Trail, ranges_of
from forestlib.registry import walkers

__all__ = ["Siblings", "siblings"]

BY = ("auto", "rank", "score")
NO_VALUES = "a tree without values"
NO_NUMBER = "a value that is no number"
ALONE = "no sibling to compare with"
TIED = "siblings that are equally good"
CLOSE = "siblings closer than least="
# 0.3 and 0.2 are 0.1 apart, whatever floats say.
_EXACT = 1 - 1e-9
Goods = dict[int, float]


@walkers.plugin("siblings", gives=("prompt", "chosen", "rejected", "values"), crosses=False)
def siblings(
    forest: Ground, *, by: str = "auto", least: float = 0, before: int | None = 32, after: int = 0
) -> LazyTrails:
    """Every two siblings of which one is better: the prompt leads to their parent, the better one is chosen.

    `by` "rank" compares by the field `rank`, the lower the better; "score" by `score`, the higher the better; "auto" by
    rank where two siblings have one, else by score. `least` is the difference from which on one is better. At most
    `before` nodes lead up to the siblings (None: the whole path), at most `after` steps follow each, always to the
    child that is best. The value of each is its score, or its rank with a minus, so that their difference is the
    margin. Siblings that are equally good, or closer than `least`, are left out and counted in `skipped`.

    >>> ground = Ground()
    >>> _ = ground.plant("sum", "1 + 1?").root.then("2", rank=0).parent.then("3", rank=1)
    >>> [(run.note.part, run.first) for run in siblings(ground)[0].runs]
    [('prompt', ('sum', 0)), ('chosen', ('sum', 1)), ('rejected', ('sum', 2))]
    """
    check_choice("siblings", BY, by=by)
    if finite(least) is None or least < 0:
        raise OptionError(f"The option 'least' of siblings is a number from 0 up, got {shown(least)}.", option="least")
    check_counts("siblings", before=1 if before is None else before)
    check_counts("siblings", least=0, after=after)
    found = Siblings(forest, by, float(least), before, after)
    return LazyTrails(len(found), found.trail, "pairs of siblings", found.skipped)


class Siblings:
    """The pairs of better and worse siblings as trails, found by number."""

    def __init__(self, forest: Ground, by: str, least: float, before: int | None, after: int) -> None:
        self._before, self._after, self._least = before, after, least
        self._trees = orders_of(forest)
        self._goods: dict[int, Goods] = {}
        # One row a sibling, from the best of its row to the worst; the first row that is worse by enough.
        self._tree, self._node, self._worse = array("i"), array("i"), array("q")
        counts, left_out = array("q"), Counter[str]()
        for place, tree in enumerate(forest.trees):
            for row in self._rows(place, tree, by, left_out):
                counts.extend(self._add(place, row, left_out))
        self._ends = np.cumsum(np.array(counts, np.int64))
        self.skipped: Mapping[str, int] = dict(left_out)

    def _rows(self, place: int, tree: Tree, by: str, left_out: Counter[str]) -> list[list[int]]:
        """Return the siblings of a tree that have values, the best of each row first."""
        order = self._trees[place][1]
        ranks = {} if by == "score" else _goods(tree, "rank", -1, left_out)
        scores = {} if by == "rank" else _goods(tree, "score", 1, left_out)
        if not ranks and not scores:
            left_out[NO_VALUES] += 1
            return []
        goods = self._goods[place] = dict[int, float]()
        by_rank, by_score = _by_parent(ranks, order), _by_parent(scores, order)
        rows = []
        for parent in sorted({*by_rank, *by_score}):
            values, row = ranks, by_rank.get(parent, [])
            if len(row) < 2 and parent in by_score:
                values, row = scores, by_score[parent]
            goods.update((number, values[number]) for number in row)
            if len(row) > 1:
                rows.append(sorted(row, key=lambda number: (-goods[number], number)))
            else:
                left_out[ALONE] += 1
        return rows

    def _add(self, place: int, row: Sequence[int], left_out: Counter[str]) -> list[int]:
        """Note the siblings of one row, and return how many of them are worse than each."""
        goods = [self._goods[place][number] for number in row]
        worse = _first_worse(goods, self._least)
        start, counts = len(self._node), [len(row) - first for first in worse]
        self._tree.extend([place] * len(row))
        self._node.extend(row)
        self._worse.extend(start + first for first in worse)
        tied = sum(math.comb(len(list(same)), 2) for _, same in groupby(goods))
        close = math.comb(len(row), 2) - sum(counts) - tied
        left_out.update({reason: count for reason, count in ((TIED, tied), (CLOSE, close)) if count})
        return counts

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def trail(self, place: int) -> Trail:
        """Return the trail of one pair."""
        better = int(np.searchsorted(self._ends, place, "right"))
        worse = self._worse[better] + place - (int(self._ends[better - 1]) if better else 0)
        tree, number = self._tree[better], self._node[better]
        name, order = self._trees[tree]
        lead = Run(name, tuple(order.last_of_path(order.parent[number], self._before)), note=Note("prompt"))
        runs = (lead, self._run(tree, number, "chosen"), self._run(tree, self._node[worse], "rejected"))
        return Trail(runs, context=sum(map(len, lead.ranges)))

    def _run(self, tree: int, number: int, part: str) -> Run:
        name, order = self._trees[tree]
        goods = self._goods[tree]
        numbers = [number]
        while len(numbers) <= self._after and not order.is_leaf(numbers[-1]):
            numbers.append(max(order.children(numbers[-1]), key=lambda child: goods.get(child, -math.inf)))
        return Run(name, tuple(ranges_of(numbers)), note=Note(part, value=goods[number]))


def _goods(tree: Tree, field: str, sign: int, left_out: Counter[str]) -> Goods:
    """Return how good the nodes of a tree are by one of their fields: the higher the better."""
    found = {}
    for node, value in tree.field(field).items():
        number = finite(value)
        if number is not None:
            found[node] = sign * number
        elif value is not None:
            left_out[NO_NUMBER] += 1
    return found


def _by_parent(goods: Goods, order: Preorder) -> dict[int, list[int]]:
    rows: dict[int, list[int]] = {}
    for number in goods:
        if number:
            rows.setdefault(order.parent[number], []).append(number)
    return rows


def _first_worse(goods: Sequence[float], least: float) -> list[int]:
    """Return for each of some values, the best first, the place of the first one that is worse by enough."""
    found, place = [], 0
    for good in goods:
        while place < len(goods) and not (goods[place] < good and good - goods[place] >= least * _EXACT):
            place += 1
        found.append(place)
    return found
