"""Drawing through a sieve: the walks of one walker, in the order of chance, that may be shown.

Without a sieve nothing is drawn ahead: a permutation says which walk stands where. With one, walks are looked at in
that same order until there are enough; eight bytes a walk are kept. Where nearly everything is refused, a bounded
number of walks is looked at, and how many of how many is said.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from forestlib.errors import PluginError, shown
from forestlib.model.chance import permuted, seed_of
from forestlib.model.walk import OfPaths, Trail

__all__ = ["LOOKS", "Draw", "Sieve", "checked_trail"]

Sieve = Callable[[Trail], str | None]
# So many walks are looked at in any case, and so many more for each that is wanted.
LOOKS = 1 << 16
LOOKS_A_WALK = 128
_AT_ONCE = 4096


def checked_trail(trail: object, walker: str, place: int) -> Trail:
    """Return what a walker gave at a place, if it is a trail that shows or asks something; else raise `PluginError`."""
    if not isinstance(trail, Trail):
        raise PluginError(f"The walker {walker!r} gave {shown(trail)} at {place}. A walker gives fl.Trail.")
    if not trail.runs and trail.ask is None:
        raise PluginError(f"The walker {walker!r} gave an empty trail at {place}: no run and no question.")
    return trail


class Draw:
    """The walks of one walker that a sieve lets through, as many as were asked for so far."""

    def __init__(self, walker: str, trails: Sequence[Trail], seed: int, sieve: Sieve | None) -> None:
        # Root-to-leaf paths show one tree: nothing of them can be held out.
        self._sieve = None if isinstance(trails, OfPaths) else sieve
        self.walker, self._trails, self._seed = walker, trails, seed_of(seed, f"walks {walker}")
        self.looked, self._refused = 0, Counter[str]()
        self._kept, self._block = array("q"), list[int]()

    def __len__(self) -> int:
        return len(self._trails)

    def upto(self, count: int) -> int:
        """Look at walks until `count` were let through or none is left; return how many there are."""
        if self._sieve is None:
            return len(self._trails)
        most = max(LOOKS, LOOKS_A_WALK * count)
        while len(self._kept) < count and (found := self.next(most)) is not None:
            if found[2] is None:
                self._kept.append(found[0])
        return len(self._kept)

    def next(self, most: int) -> tuple[int, Trail, str | None] | None:
        """Look at one walk more, unless `most` have been looked at: it, its trail, and why it is refused."""
        if self.looked >= min(most, len(self._trails)):
            return None
        place = self.looked % _AT_ONCE
        if not place:
            stop = min(self.looked + _AT_ONCE, len(self._trails))
            self._block = permuted(np.arange(self.looked, stop), len(self._trails), self._seed).tolist()
        self.looked += 1
        walk = self._block[place]
        trail = self.trail(walk)
        reason = self._sieve(trail) if self._sieve is not None else None
        if reason is not None:
            self.refuse(reason)
        return walk, trail, reason

    def trail(self, walk: int) -> Trail:
        """Return the trail of a walk."""
        return checked_trail(self._trails[walk], self.walker, walk)

    def refuse(self, reason: str) -> None:
        """Count a walk that is not taken."""
        self._refused[reason] += 1

    @property
    def is_cut_short(self) -> bool:
        """Whether walks were looked at, and not all of them."""
        return 0 < self.looked < len(self._trails)

    @property
    def refused(self) -> dict[str, int]:
        """How many of the walks that were looked at were not let through, by reason."""
        return dict(sorted(self._refused.items()))

    def first(self, count: int) -> npt.NDArray[np.int64] | None:
        """Return the first walks that were let through, None without a sieve."""
        return None if self._sieve is None else np.array(self._kept[:count], np.int64)
