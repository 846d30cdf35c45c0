"""What a view of a whole forest says: counted lines about trees and islands, the same on every screen."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from forestlib.analysis.islands import Island, islands
from forestlib.model.ground import Ground
from forestlib.model.tree import Tree
from forestlib.views.pieces import cut

__all__ = ["HEADS", "Overview", "TreeRow", "axes_line", "counted", "names_line", "overview", "tree_line"]

HEADS = ("tree", "axes", "nodes", "levels", "shared anchors")
_AXES = 4
_ISLANDS = 8
_NAMES = 8


@attrs.frozen
class TreeRow:
    """One tree in the table: its name, its axes in words, and its counts in digits."""

    name: str
    axes: str
    nodes: str
    levels: str
    shared: str


@attrs.frozen
class Overview:
    """A forest's head line, its first trees and how many more there are, its first islands and the trees alone."""

    head: str
    rows: Sequence[TreeRow]
    hidden_trees: int
    islands: Sequence[Island]
    hidden_islands: int
    alone: Sequence[str]


def overview(ground: Ground, rows: int) -> Overview:
    """Return what a view says of a forest, with at most `rows` of its trees."""
    found = islands(ground)
    tied = [island for island in found if len(island) > 1]
    shared = _shared_anchors(ground)
    shown = zip(ground.trees[:rows], shared[:rows], strict=True)
    return Overview(
        _head(ground, len(found)),
        [_tree_row(tree, anchors) for tree, anchors in shown],
        max(0, len(ground) - rows),
        tied[:_ISLANDS],
        max(0, len(tied) - _ISLANDS),
        [island.trees[0] for island in found[len(tied) :]],
    )


def tree_line(tree: Tree) -> str:
    """Return a tree's counts and axes in one line.

    >>> tree_line(Tree("justice", "A match.", axes={"causality": 80, "empathy": 20}))
    '1 node, 1 level · causality 80%, empathy 20%'
    """
    counts = f"{counted(len(tree), 'node')}, {counted(_levels(tree), 'level')}"
    axes = axes_line(tree)
    return f"{counts} · {axes}" if axes else counts


def axes_line(tree: Tree) -> str:
    """Return a tree's weights in words, its axes named in the language of its forest's frame."""
    frame = tree.forest.frame if tree.forest is not None else None
    shares = list(tree.axes.items())
    named = [f"{cut(frame[axis].name(frame.lang) if frame else axis, 40)} {_percent(part)}" for axis, part in shares]
    return _first(named, _AXES)


def names_line(names: Sequence[str]) -> str:
    """Return the first few names, and how many more there are."""
    return _first([cut(name, 40) for name in names[:_NAMES]], _NAMES, len(names))


def counted(count: int, noun: str) -> str:
    """Return a count and its noun.

    >>> counted(1, "tree"), counted(1500, "tree")
    ('1 tree', '1,500 trees')
    """
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _head(ground: Ground, found: int) -> str:
    in_trees = ground.anchors.tree_counts
    anchors, shared = int(np.sum(in_trees > 0)), int(np.sum(in_trees > 1))
    nodes = sum(map(len, ground))
    parts = counted(len(ground), "tree"), counted(nodes, "node"), counted(anchors, "anchor"), counted(found, "island")
    return f"{', '.join(parts[:3])} ({shared:,} shared), {parts[3]}"


def _tree_row(tree: Tree, shared: int) -> TreeRow:
    return TreeRow(cut(tree.name), axes_line(tree), f"{len(tree):,}", f"{_levels(tree):,}", f"{shared:,}")


def _shared_anchors(ground: Ground) -> list[int]:
    """Return how many anchors each tree shares with another one."""
    table = ground.anchors
    shared = table.tree_counts[table.pairs[:, 0]] > 1
    return list(map(int, np.bincount(table.pairs[shared, 1], minlength=len(table.trees))))


def _levels(tree: Tree) -> int:
    return max(tree.preorder().level) + 1


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.005 or not share else "<1%"


def _first(parts: Sequence[str], most: int, total: int | None = None) -> str:
    hidden = (len(parts) if total is None else total) - most
    return ", ".join(parts[:most]) + (f" and {hidden:,} more" if hidden > 0 else "")
