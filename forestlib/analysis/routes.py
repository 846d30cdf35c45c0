"""Routes: over which anchors does one tree lead to another?

A route takes the fewest jumps. Of several such routes it is the one whose trees come first by name, then whose anchors
come first by key, in code point order: it follows from what the forest holds, not from the order of planting or
marking.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, zip_longest

import attrs

from forestlib.errors import NoRouteError, shown
from forestlib.model.anchor import AnchorTable
from forestlib.model.ground import Ground
from forestlib.registry import renderers

__all__ = ["Route", "longest_route", "route", "stations"]

_ARROW = " → "
_SHORT_ENDS = 3
_EXACT, _SWEEPS = 200, 3


@attrs.frozen(repr=False)
class Route:
    """The way from one tree to another: the trees, and the anchor (its canonical text) of each jump between them.

    >>> print(Route(("God", "suffering"), ("choice",)))
    God → *choice* → suffering
    """

    trees: tuple[str, ...]
    anchors: tuple[str, ...]

    @property
    def hops(self) -> int:
        """How many jumps the route takes.

        >>> Route(("God", "suffering"), ("choice",)).hops
        1
        """
        return len(self.anchors)

    def __str__(self) -> str:
        trees = [" ".join(name.split()) for name in self.trees]
        anchors = [f"*{' '.join(text.split())}*" for text in self.anchors]
        return _ARROW.join(stations(trees, anchors))

    def __repr__(self) -> str:
        trees = [_short(name) for name in self.trees]
        anchors = [f"*{_short(text)}*" for text in self.anchors]
        return _ARROW.join(stations(trees, anchors, _SHORT_ENDS))

    def _repr_html_(self) -> str:
        return str(renderers["html"].function(self))


def stations(trees: Sequence[str], anchors: Sequence[str], ends: int | None = None) -> list[str]:
    """Return tree, anchor, tree …; where `ends` is given, all but so many trees at both ends fold into one word.

    >>> stations("abcde", "1234"), stations("abcde", "1234", 1)
    (['a', '1', 'b', '2', 'c', '3', 'd', '4', 'e'], ['a', '… 3 trees …', 'e'])
    """
    parts = [part for part in chain.from_iterable(zip_longest(trees, anchors)) if part is not None]
    hidden = 0 if ends is None else len(trees) - 2 * ends
    if ends is None or hidden < 2:
        return parts
    kept = 2 * ends - 1
    return [*parts[:kept], f"… {hidden} trees …", *parts[-kept:]]


def _short(text: str) -> str:
    return shown(" ".join(text.split()))[1:-1]


def route(ground: Ground, one: str, other: str) -> Route:
    """Return the route of the fewest jumps from the tree `one` to the tree `other`; `NoRouteError` between islands.

    >>> ground = Ground()
    >>> for name, phrases in {"God": ["choice"], "suffering": ["choice", "intention"], "mind": ["intention"]}.items():
    ...     _ = ground.plant(name, "A thought.").root.anchor(*phrases)
    >>> route(ground, "God", "mind")
    God → *choice* → suffering → *intention* → mind
    """
    table = ground.anchors
    ends = ground[one], ground[other]
    start, goal = (table.trees.index(tree) for tree in ends)
    near = table.neighbours()
    away = _distances(near, goal)
    if away[start] < 0:
        raise _no_route(one, other, [_island_size(_distances(near, end), table) for end in (start, goal)])
    return _first_of_shortest(table, near, away, start)


def longest_route(ground: Ground) -> Route | None:
    """Return a route of the most jumps between two trees of one island, None where no tree touches another.

    Exact on islands of up to 200 trees; on larger ones it is the longest that four sweeps, each from the end of the one
    before, come upon.

    >>> ground = Ground()
    >>> for name, phrases in {"God": ["choice"], "suffering": ["choice", "intention"], "mind": ["intention"]}.items():
    ...     _ = ground.plant(name, "A thought.").root.anchor(*phrases)
    >>> longest_route(ground)
    God → *choice* → suffering → *intention* → mind
    """
    table = ground.anchors
    names = [tree.name for tree in table.trees]
    near, seen = table.neighbours(), set[int]()
    best, ends = 0, ("", "")
    for tree in sorted(range(len(names)), key=names.__getitem__):
        if tree in seen:
            continue
        island = [vertex for vertex in _reached(near, tree) if vertex < len(names)]
        seen.update(island)
        found, one, other = _widest(near, sorted(island, key=names.__getitem__), names)
        if found > best:
            best, ends = found, (one, other)
    return route(ground, *sorted(ends)) if best else None


def _widest(near: list[list[int]], island: list[int], names: Sequence[str]) -> tuple[int, str, str]:
    """Return the greatest distance that was found between two trees of an island, and their names."""
    is_small = len(island) <= _EXACT
    starts = island if is_small else island[:1]
    best, one, other = 0, "", ""
    for turn, start in enumerate(starts):
        away = _reached(near, start)
        widest = max(away[tree] for tree in island)
        end = min((tree for tree in island if away[tree] == widest), key=names.__getitem__)
        if widest > best:
            best, one, other = widest, names[start], names[end]
        if not is_small and turn < _SWEEPS:
            starts.append(end)
    return best, one, other


def _reached(near: list[list[int]], start: int) -> dict[int, int]:
    """Return what can be reached from a vertex, nearest first, and how far it is."""
    away, waiting = {start: 0}, [start]
    for vertex in waiting:
        for other in near[vertex]:
            if other not in away:
                away[other] = away[vertex] + 1
                waiting.append(other)
    return away


def _distances(near: list[list[int]], goal: int) -> list[int]:
    """Return how far each vertex is from `goal`, -1 where no way leads."""
    away = [-1] * len(near)
    away[goal] = 0
    reached = [goal]
    for vertex in reached:
        for other in near[vertex]:
            if away[other] < 0:
                away[other] = away[vertex] + 1
                reached.append(other)
    return away


def _first_of_shortest(table: AnchorTable, near: list[list[int]], away: list[int], start: int) -> Route:
    trees, anchors = [start], list[int]()
    while away[here := trees[-1]]:
        steps = (
            (table.trees[tree].name, anchor, tree)
            for anchor in near[here]
            if away[anchor] == away[here] - 1
            for tree in near[anchor]
            if away[tree] == away[here] - 2
        )
        _, anchor, tree = min(steps)
        trees.append(tree)
        anchors.append(anchor - len(table.trees))
    return Route(tuple(table.trees[tree].name for tree in trees), tuple(table.texts[anchor] for anchor in anchors))


def _island_size(away: list[int], table: AnchorTable) -> int:
    return sum(distance >= 0 for distance in away[: len(table.trees)])


def _no_route(one: str, other: str, sizes: Sequence[int]) -> NoRouteError:
    counted = [f"{size} tree{'s' * (size > 1)}" for size in sizes]
    return NoRouteError(
        f"No route from {shown(one)} to {shown(other)}: they stand on two islands, {shown(one)} on one of {counted[0]} "
        f"and {shown(other)} on one of {counted[1]}. Mark one phrase in both islands to join them: "
        f"node.anchor('…') at a node of each.",
        one=one,
        other=other,
        sizes=tuple(sizes),
    )
