"""Islands: does the forest hold together?

An island is a connected component of the tree-anchor graph. Only the pairs (anchor, tree) of the anchor table are
looked at, never pairs of nodes: a phrase that stands in 10,000 trees is 10,000 edges, not 10^8.
"""

from __future__ import annotations

from itertools import pairwise

import attrs

from forestlib.errors import shown
from forestlib.model.anchor import AnchorTable
from forestlib.model.ground import Ground

__all__ = ["Island", "islands"]

_SHOWN_TREES = 3


@attrs.frozen(repr=False)
class Island:
    """Trees that are tied together: their names in the forest's order, and the anchors that two or more of them share.

    >>> len(Island(("God", "choice"), ("freedom",)))
    2
    """

    trees: tuple[str, ...]
    anchors: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.trees)

    def __repr__(self) -> str:
        names = ", ".join(shown(name, 24) for name in self.trees[:_SHOWN_TREES])
        more = f" and {len(self) - _SHOWN_TREES} more" if len(self) > _SHOWN_TREES else ""
        return f"<Island of {len(self)} tree{'s' * (len(self) > 1)}: {names}{more}>"


def islands(ground: Ground) -> tuple[Island, ...]:
    """Return the islands of a forest, the largest first (of equal ones, that of the earlier tree); a tree alone is one.

    >>> ground = Ground()
    >>> for name, phrase in [("God", "choice"), ("sand", "shore"), ("suffering", "choice")]:
    ...     _ = ground.plant(name, "A thought.").root.anchor(phrase)
    >>> islands(ground)
    (<Island of 2 trees: 'God', 'suffering'>, <Island of 1 tree: 'sand'>)
    """
    table = ground.anchors
    first = _first_trees(table)
    names: dict[int, list[str]] = {}
    for tree, island in zip(table.trees, first, strict=True):
        names.setdefault(island, []).append(tree.name)
    ties: dict[int, list[str]] = {island: [] for island in names}
    for text, count, start in zip(table.texts, table.tree_counts.tolist(), table.start.tolist(), strict=False):
        if count > 1:
            ties[first[table.tree[start]]].append(text)
    found = [Island(tuple(names[island]), tuple(ties[island])) for island in names]
    return tuple(sorted(found, key=len, reverse=True))


def _first_trees(table: AnchorTable) -> list[int]:
    """Return, for each tree, the place of the first tree of its island."""
    above = list(range(len(table.trees)))
    rows = zip(table.pairs[:, 0].tolist(), table.pairs[:, 1].tolist(), strict=True)
    for (anchor, tree), (next_anchor, next_tree) in pairwise(rows):
        if anchor == next_anchor:
            one, other = _top(above, tree), _top(above, next_tree)
            above[max(one, other)] = min(one, other)
    return [_top(above, tree) for tree in range(len(above))]


def _top(above: list[int], tree: int) -> int:
    while above[tree] != tree:
        above[tree] = tree = above[above[tree]]
    return tree
