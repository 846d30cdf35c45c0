"""Hubs: which anchors tell little apart?

An anchor in nearly every tree, or one of words that say little, ties trees that need have nothing in common. It may be
meant so; what it is worth is said in bits: an anchor in half of the trees tells one bit.
"""

from __future__ import annotations

import attrs
import numpy as np

from forestlib.errors import shown
from forestlib.model.ground import Ground
from forestlib.model.stock import FEW_TREES, HUB_SHARE, is_stock

__all__ = ["Hub", "accidental", "hubs"]


@attrs.frozen(repr=False)
class Hub:
    """An anchor that tells little apart: its text, in how many of how many trees it stands, and why it is one."""

    text: str
    trees: int
    of: int
    reason: str

    @property
    def bits(self) -> float:
        """How much it tells: log2 of all trees over those in which it stands.

        >>> Hub("premise", 4, 16, "").bits
        2.0
        """
        return float(np.log2(self.of / self.trees))

    def __repr__(self) -> str:
        return f"<Hub {shown(self.text)}: in {self.trees} of {self.of} trees>"


def hubs(ground: Ground) -> tuple[Hub, ...]:
    """Return the shared anchors that tell little apart: in more than half of the trees (of eight and more), or stock.

    >>> ground = Ground()
    >>> for number in range(8):
    ...     _ = ground.plant(f"tree {number}", "A thought.").root.anchor("premise → conclusion", f"pair {number // 2}")
    >>> hubs(ground)
    (<Hub 'premise → conclusion': in 8 of 8 trees>,)
    """
    table, total = ground.anchors, len(ground)
    found = []
    for number in np.flatnonzero(table.tree_counts > 1).tolist():
        text, trees = table.texts[number], int(table.tree_counts[number])
        many = total >= FEW_TREES and trees > HUB_SHARE * total
        if many or is_stock(text):
            found.append(Hub(text, trees, total, "in most trees" if many else "words that say little"))
    return tuple(found)


def accidental(ground: Ground) -> tuple[str, ...]:
    """Return the names of the trees that touch others through hubs only, by name.

    >>> ground = Ground()
    >>> for number in range(9):
    ...     _ = ground.plant(f"tree {number}", "A thought.").root.anchor("premise → conclusion", f"pair {number // 2}")
    >>> accidental(ground)
    ('tree 8',)
    """
    table = ground.anchors
    is_hub = np.zeros(len(table), np.bool_)
    is_hub[[table.number_of(hub.text) for hub in hubs(ground)]] = True
    shared = (table.tree_counts > 1)[table.pairs[:, 0]]
    tied, held = table.pairs[shared, 1], table.pairs[shared & ~is_hub[table.pairs[:, 0]], 1]
    return tuple(sorted(table.trees[tree].name for tree in np.setdiff1d(tied, held).tolist()))
