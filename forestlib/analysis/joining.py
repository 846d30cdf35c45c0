"""Joining: which few groups of trees tie the most islands together?

Given are sets of trees (the trees where a candidate stands). The one that joins the most islands comes first, and so on
until none joins any more: no other order of choosing is known to need fewer by much, and the number of islands that a
set joins only shrinks as others are taken, so that a heap of old numbers tells which one to look at again.

An island that grew by a thousand steps is named in each of them. So all trees are put into one row in which every
island, of whatever step, is a stretch, and the names are taken out of it when they are asked for.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import attrs

from forestlib.errors import shown
from forestlib.model.collector import paused_collector

__all__ = ["Join", "Joined", "Stretches", "joined"]

Names = tuple[str, ...]


@attrs.frozen(repr=False)
class Stretches(Sequence[Names]):
    """The names of islands, each a stretch (start, stop) of one row of names."""

    row: Sequence[str]
    places: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, place: int) -> Names: ...
    @overload
    def __getitem__(self, place: slice) -> Stretches: ...
    def __getitem__(self, place: int | slice) -> Names | Stretches:
        if isinstance(place, slice):
            return Stretches(self.row, self.places[place])
        start, stop = self.places[place]
        return tuple(self.row[start:stop])


@attrs.frozen(repr=False)
class Join:
    """A step of joining: the number of the set, and the names of the trees of each island that it ties together."""

    number: int
    islands: Stretches

    def __repr__(self) -> str:
        return f"<Join of {len(self.islands)} islands by {shown(self.number)}>"


@attrs.frozen(repr=False)
class Joined:
    """The steps of joining, the one that joins the most islands first, and the islands that there are then."""

    steps: tuple[Join, ...]
    apart: Stretches

    def __repr__(self) -> str:
        return f"<Joined by {len(self.steps)} sets to {len(self.apart)} islands>"


def joined(
    islands: Sequence[Sequence[str]], sets: Iterable[Iterable[str]], scores: Sequence[float], most: int | None = None
) -> Joined:
    """Return which sets join islands, `most` at most; of equal ones that of the best score comes first.

    >>> sets = [["God", "time"], ["God", "choice", "sand"]]
    >>> found = joined([["God"], ["choice", "time"], ["sand"]], sets, [9.0, 1.0])
    >>> [(join.number, tuple(join.islands)) for join in found.steps]
    [(1, (('God',), ('choice', 'time'), ('sand',)))]
    """
    with paused_collector():
        return _joined(islands, sets, scores, most)


def _joined(
    islands: Sequence[Sequence[str]], sets: Iterable[Iterable[str]], scores: Sequence[float], most: int | None
) -> Joined:
    home = {tree: number for number, trees in enumerate(islands) for tree in trees}
    above, sizes = list(range(len(islands))), list(map(len, islands))
    # The islands of each top in a chain: the row follows it, so that what is joined stands side by side.
    after, last = [-1] * len(islands), list(range(len(islands)))
    steps = list[tuple[int, list[tuple[int, int]]]]()
    for number, tops in _chosen([sorted({home[tree] for tree in trees}) for trees in sets], scores, above):
        if len(steps) == most:
            break
        steps.append((number, [(top, sizes[top]) for top in tops]))
        for top in tops[1:]:
            above[top] = tops[0]
            sizes[tops[0]] += sizes[top]
            after[last[tops[0]]], last[tops[0]] = top, last[top]
    tops = [island for island, top in enumerate(above) if island == top]
    row, start = list[str](), [0] * len(islands)
    for island in tops:
        while island >= 0:
            start[island] = len(row)
            row += islands[island]
            island = after[island]

    def stretches(found: Iterable[tuple[int, int]]) -> Stretches:
        return Stretches(row, tuple((start[island], start[island] + size) for island, size in found))

    apart = sorted(((top, sizes[top]) for top in tops), key=lambda pair: -pair[1])
    return Joined(tuple(Join(number, stretches(found)) for number, found in steps), stretches(apart))


def _chosen(touched: Sequence[list[int]], scores: Sequence[float], above: list[int]) -> Iterator[tuple[int, list[int]]]:
    """Yield the set that ties the most islands as `above` is then, and their tops; the caller joins them."""
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
        yield number, tops


def _top(above: list[int], island: int) -> int:
    while above[island] != island:
        above[island] = island = above[above[island]]
    return island
