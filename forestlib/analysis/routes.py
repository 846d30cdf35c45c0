"""Routes: over which anchors does one tree lead to another?

A route takes the fewest jumps. Of several such routes it is the one whose trees come first by name, then whose anchors
come first by key, in code point order: it follows from what the forest holds, not from the order of planting or
marking.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import chain, zip_longest

import attrs

from forestlib.errors import NoRouteError, shown
from forestlib.model.anchor import AnchorTable
from forestlib.model.ground import Ground

__all__ = ["Route", "route"]

_ARROW = " → "
_SHORT_ENDS = 3
_PAGE_ENDS = 20


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
        """How many jumps the route takes."""
        return len(self.anchors)

    def __str__(self) -> str:
        trees = [" ".join(name.split()) for name in self.trees]
        anchors = [f"*{' '.join(text.split())}*" for text in self.anchors]
        return _ARROW.join(_in_turn(trees, anchors))

    def __repr__(self) -> str:
        trees = [_short(name) for name in self.trees]
        anchors = [f"*{_short(text)}*" for text in self.anchors]
        return _ARROW.join(_folded(_in_turn(trees, anchors), _SHORT_ENDS))

    def _repr_html_(self) -> str:
        trees = [f'<b dir="auto">{escape(_short(name))}</b>' for name in self.trees]
        anchors = [f'<i dir="auto">{escape(_short(text))}</i>' for text in self.anchors]
        return f"<p>{_ARROW.join(_folded(_in_turn(trees, anchors), _PAGE_ENDS))}</p>"


def _in_turn(trees: Sequence[str], anchors: Sequence[str]) -> list[str]:
    return [part for part in chain.from_iterable(zip_longest(trees, anchors)) if part is not None]


def _folded(parts: list[str], ends: int) -> list[str]:
    """Return tree, anchor, tree …, with all but `ends` trees at both ends folded into one word."""
    hidden = (len(parts) + 1) // 2 - 2 * ends
    kept = 2 * ends - 1
    return parts if hidden < 2 else [*parts[:kept], f"… {hidden} trees …", *parts[-kept:]]


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
