"""Crossings by number: they are counted by anchor and tree, and number *i* is found from *i* by two look-ups.

They are never listed: a phrase in 10,000 trees has 100,000,000 of them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from forestlib.model.anchor import AnchorTable

__all__ = ["Crossings"]

Mask = npt.NDArray[np.bool_]


class Crossings:
    """The crossings between the occurrences of a forest, sorted by the occurrence that they reach.

    `reached` says of each occurrence whether a crossing may lead to it, `among` whether it takes part at all. A
    crossing is two places in the table: the occurrence left and the one reached. `left_out` counts those that would
    lead to an occurrence that may not be reached.

    >>> from forestlib.model.ground import Ground
    >>> ground = Ground()
    >>> for name in ("God", "suffering", "consciousness"):
    ...     _ = ground.plant(name, "A thought.").root.anchor("choice")
    >>> found = Crossings(ground.anchors)
    >>> len(found), found.at(0), found.at(5)
    (6, (1, 0), (1, 2))
    """

    def __init__(self, table: AnchorTable, reached: Mask | None = None, among: Mask | None = None) -> None:
        self._kept = None if among is None else np.flatnonzero(among)
        part = slice(None) if self._kept is None else self._kept
        anchor, tree = table.anchor[part], table.tree[part]
        group = anchor.astype(np.int64) * max(len(table.trees), 1) + tree
        starts = np.searchsorted(anchor, np.arange(len(table) + 1)).astype(np.int64)
        self._begin = starts[anchor]
        self.first = np.searchsorted(group, group, "left")
        self.last = np.searchsorted(group, group, "right")
        sources = (starts[anchor + 1] - self._begin) - (self.last - self.first)
        open_ = np.ones(len(group), bool) if reached is None else reached[part]
        self._ends = np.cumsum(np.where(open_, sources, 0))
        self.left_out = int(sources[~open_].sum())

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def at(self, number: int) -> tuple[int, int]:
        """Return the occurrence that a crossing leaves, and the one that it reaches."""
        target = int(np.searchsorted(self._ends, number, "right"))
        source = int(self._begin[target]) + number - (int(self._ends[target - 1]) if target else 0)
        if source >= self.first[target]:
            source += int(self.last[target] - self.first[target])
        return (source, target) if self._kept is None else (int(self._kept[source]), int(self._kept[target]))
