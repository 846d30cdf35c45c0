"""Slots: which places of the whole mix a split has, without a list of all of them.

The small splits are listed, the rest is what they leave: its n-th place is found by one look-up.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.model.chance import permuted, seed_of

__all__ = ["Slots", "split_slots"]

Numbers = npt.NDArray[np.int64]


@attrs.frozen(eq=False, repr=False)
class Slots:
    """Some places of ``range(size)``, ascending: those `listed`, or with `others` all but those.

    >>> few = Slots(5, np.array([1, 2]))
    >>> rest = Slots(5, np.array([1, 2]), others=True)
    >>> few.at(np.arange(2)).tolist(), rest.at(np.arange(3)).tolist(), rest.before(3)
    ([1, 2], [0, 3, 4], 1)
    """

    size: int
    listed: Numbers = attrs.field(factory=lambda: np.zeros(0, np.int64))
    others: bool = False

    @classmethod
    def all(cls, size: int) -> Slots:
        """Return all places."""
        return cls(size, others=True)

    def __len__(self) -> int:
        return self.size - len(self.listed) if self.others else len(self.listed)

    def at(self, ranks: Numbers) -> Numbers:
        """Return the places of some ranks among these."""
        if not self.others:
            return self.listed[ranks]
        if not len(self.listed):
            return ranks
        return ranks + np.searchsorted(self.listed - np.arange(len(self.listed)), ranks, "right")

    def before(self, place: int) -> int:
        """Return how many of these are below a place."""
        listed = int(np.searchsorted(self.listed, place))
        return place - listed if self.others else listed


def split_slots(
    size: int, splits: Mapping[str, int], seed: int, open_: npt.NDArray[np.bool_] | None = None
) -> tuple[Slots, dict[str, Slots]]:
    """Return the places of what is trained on and those of each split, drawn by chance.

    `open_` says which places a split may take; without it, any. One place at least is left to train on.

    >>> train, splits = split_slots(10, {"validation": 2}, seed=7)
    >>> len(train), sorted({*train.at(np.arange(8)).tolist(), *splits["validation"].listed.tolist()}) == list(range(10))
    (8, True)
    """
    free = None if open_ is None else np.flatnonzero(open_)
    left = min(size - 1, size if free is None else len(free))
    taken, found = 0, dict[str, Slots]()
    for name, wanted in splits.items():
        count = max(min(wanted, left - taken), 0)
        drawn = permuted(np.arange(taken, taken + count), size if free is None else len(free), seed_of(seed, "splits"))
        found[name] = Slots(size, np.sort(drawn if free is None else free[drawn]))
        taken += count
    listed = np.sort(np.concatenate([slots.listed for slots in found.values()])) if found else np.zeros(0, np.int64)
    return Slots(size, listed, others=True), found
