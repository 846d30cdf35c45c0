"""Joining: which few groups of trees tie the most islands together?

Given are sets of trees (the trees where a candidate stands). The one that joins the most islands comes first, and so on
until none joins any more: no other order of choosing is known to need fewer by much, and the number of islands that a
set joins only shrinks as others are taken, so that a heap of old numbers tells which one to look at again.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence

import attrs

from forestlib.errors import shown

__all__ = ["Join", "joins"]


@attrs.frozen(repr=False)
class Join:
    """A step of joining: the number of the set, and the names of the trees of each island that it ties together."""

    number: int
    islands: tuple[tuple[str, ...], ...]

    def __repr__(self) -> str:
        return f"<Join of {len(self.islands)} islands by {shown(self.number)}>"


def joins(islands: Sequence[Sequence[str]], sets: Iterable[Iterable[str]], scores: Sequence[float]) -> Iterator[Join]:
    """Iterate over the sets that join islands, the one that joins the most first; of equal ones that of the best score.

    >>> found = joins([["God"], ["choice", "time"], ["sand"]], [["God", "time"], ["God", "choice", "sand"]], [9.0, 1.0])
    >>> [(join.number, join.islands) for join in found]
    [(1, (('God',), ('choice', 'time'), ('sand',)))]
    """
    home = {tree: number for number, trees in enumerate(islands) for tree in trees}
    touched = [sorted({home[tree] for tree in trees}) for trees in sets]
    above = list(range(len(islands)))
    members = [tuple(trees) for trees in islands]
    waiting = [(-len(found), -scores[number], number) for number, found in enumerate(touched) if len(found) > 1]
    heapq.heapify(waiting)
    while waiting:
        size, score, number = heapq.heappop(waiting)
        tops = sorted({_top(above, island) for island in touched[number]})
        if len(tops) < 2:
            continue
        if len(tops) < -size:
            heapq.heappush(waiting, (-len(tops), score, number))
            continue
        yield Join(number, tuple(members[top] for top in tops))
        members[tops[0]] = tuple(tree for top in tops for tree in members[top])
        for top in tops[1:]:
            above[top] = tops[0]


def _top(above: list[int], island: int) -> int:
    while above[island] != island:
        above[island] = island = above[above[island]]
    return island
