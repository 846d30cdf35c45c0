"""What is known of a tree while it grows: children, marks and ways by index, caught up with at each question.

A search that adds a node and asks about it would otherwise see the whole tree in preorder anew at every step. Each
entry is looked at once, so a loop of such steps is linear; a tree that has stopped growing forgets all this.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["Growing"]


class Growing:
    """Children and marks of a growing tree, by index."""

    __slots__ = ("_children", "_marks", "_marks_seen", "_nodes_seen", "steps")

    def __init__(self) -> None:
        self._children: dict[int, list[int]] = {}
        self._marks: dict[int, list[str]] = {}
        self._nodes_seen, self._marks_seen = 1, 0
        self.steps = 0

    def children(self, parent: Sequence[int], index: int) -> list[int]:
        """Return the indexes of a node's children, in order of appending."""
        for place in range(self._nodes_seen, len(parent)):
            self._children.setdefault(parent[place], []).append(place)
        self._nodes_seen = len(parent)
        return self._children.get(index, [])

    def way(self, parent: Sequence[int], index: int) -> list[int]:
        """Return the indexes from the root to a node, and count them in `steps`."""
        way = []
        while index >= 0:
            way.append(index)
            index = parent[index]
        way.reverse()
        self.steps += len(way)
        return way

    def marks(self, nodes: Sequence[int], phrases: Sequence[str], index: int) -> list[str]:
        """Return the phrases marked at a node, in order of marking."""
        for place in range(self._marks_seen, len(nodes)):
            self._marks.setdefault(nodes[place], []).append(phrases[place])
        self._marks_seen = len(nodes)
        return self._marks.get(index, [])
