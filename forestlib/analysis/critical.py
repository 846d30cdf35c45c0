"""Critical anchors: what holds an island together all alone?

They are the articulation points among the anchors of the tree-anchor graph, found by Tarjan's one sweep with a stack
of its own: an island may be a string of 100,000 trees.
"""

from __future__ import annotations

from collections.abc import Iterator

from forestlib.model.anchor import Anchor
from forestlib.model.ground import Ground

__all__ = ["critical_anchors"]


def critical_anchors(ground: Ground) -> tuple[Anchor, ...]:
    """Return the anchors whose loss would split an island, by key.

    >>> ground = Ground()
    >>> phrases = {"God": ["choice"], "suffering": ["choice", "hour", "loss"], "time": ["hour", "loss"]}
    >>> for name in phrases:
    ...     _ = ground.plant(name, "A thought.").root.anchor(*phrases[name])
    >>> critical_anchors(ground)
    (<Anchor 'choice' in 2 trees>,)
    """
    table = ground.anchors
    trees = len(table.trees)
    points = _split_points(table.neighbours(), trees)
    return tuple(table.at(point - trees) for point in sorted(points))


def _split_points(near: list[list[int]], trees: int) -> set[int]:
    """Return the articulation points among the vertices from `trees` on."""
    found: set[int] = set()
    seen, low = [0] * len(near), [0] * len(near)
    # Every sweep starts at a tree, so that an anchor is never the root of a sweep and needs no case of its own.
    for root in range(trees):
        if not seen[root]:
            for above, vertex in _left(near, root, seen, low):
                low[above] = min(low[above], low[vertex])
                if above >= trees and low[vertex] >= seen[above]:
                    found.add(above)
    return found


def _left(near: list[list[int]], root: int, seen: list[int], low: list[int]) -> Iterator[tuple[int, int]]:
    """Sweep depth first from `root` and yield (parent, vertex) when a vertex is left for good."""
    clock = seen[root] = low[root] = 1
    waiting = [(root, iter(near[root]))]
    while waiting:
        vertex, rest = waiting[-1]
        for other in rest:
            if not seen[other]:
                clock += 1
                seen[other] = low[other] = clock
                waiting.append((other, iter(near[other])))
                break
            low[vertex] = min(low[vertex], seen[other])
        else:
            waiting.pop()
            if waiting:
                yield waiting[-1][0], vertex
