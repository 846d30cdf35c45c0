"""Drawing through a sieve: the walks of one walker, in the order of chance, that may be shown.

Without a sieve nothing is drawn ahead: a permutation says which walk stands where. With one, walks are looked at in
that same order until there are enough; eight bytes a walk are kept.
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

__all__ = ["Draw", "Sieve", "checked_trail"]

Sieve = Callable[[Trail], str | None]
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
        self._walker, self._trails, self._seed = walker, trails, seed_of(seed, f"walks {walker}")
        self._looked, self._refused = 0, Counter[str]()
        self._kept = array("q")

    def upto(self, count: int) -> int:
        """Look at walks until `count` were let through or none is left; return how many there are."""
        if self._sieve is None:
            return len(self._trails)
        while len(self._kept) < count and self._looked < len(self._trails):
            stop = min(self._looked + _AT_ONCE, len(self._trails))
            self._look(permuted(np.arange(self._looked, stop), len(self._trails), self._seed).tolist(), count)
        return len(self._kept)

    def _look(self, walks: list[int], count: int) -> None:
        for walk in walks:
            self._looked += 1
            trail = checked_trail(self._trails[walk], self._walker, walk)
            reason = self._sieve(trail) if self._sieve is not None else None
            if reason is None:
                self._kept.append(walk)
                if len(self._kept) >= count:
                    return
            else:
                self._refused[reason] += 1

    @property
    def refused(self) -> dict[str, int]:
        """How many of the walks that were looked at were not let through, by reason."""
        return dict(sorted(self._refused.items()))

    def first(self, count: int, *, in_order: bool) -> npt.NDArray[np.int64] | None:
        """Return the first walks that were let through, None without a sieve; `in_order` sorts them."""
        if self._sieve is None:
            return None
        kept = np.array(self._kept[:count], np.int64)
        return np.sort(kept) if in_order else kept
