"""Cover: how often everything has been shown so far, against at least and at most.

Nodes, transitions and anchors are counted in columns; of bridges, which may be 10^8, only those that were shown are
known, and how many there are is arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import numpy.typing as npt

from forestlib.corpus.sights import Numbers, Seen, Sights
from forestlib.corpus.wishes import Bounds, Shortfall
from forestlib.model.ground import Ground
from forestlib.model.walk import Trail

__all__ = ["AT_MOST", "HELD", "Cover"]

HELD, AT_MOST = "held out", "shown at most so often"
_UNBOUNDED = 1 << 31


class _Tally:
    """How often each thing of one kind has been shown."""

    def __init__(self, wanted: npt.NDArray[np.bool_], there: int, bounds: Bounds, kind: str) -> None:
        self.bounds, self.there = bounds, there
        self._least, self._most = bounds.at_least or 0, bounds.at_most or _UNBOUNDED
        # Bridges are too many for a column, and so are steps from a node to any other one but those down.
        others, self._beyond = kind in ("transitions", "bridges"), kind == "bridges"
        self._wanted = wanted
        self._shown = np.zeros(len(wanted), np.int64)
        self._others: dict[int, int] | None = {} if others else None
        self.lacking = there if self._least else 0
        self.refused: dict[str, set[int]] = {}

    def _times(self, ids: Numbers) -> Numbers:
        """Return how often some things have been shown."""
        if self._others is None:
            return self._shown[ids]
        found = np.zeros(len(ids), np.int64)
        inside = ids < len(self._shown)
        found[inside] = self._shown[ids[inside]]
        if not inside.all():
            found[~inside] = [self._others.get(number, 0) for number in ids[~inside].tolist()]
        return found

    def _is_wanted(self, ids: Numbers) -> npt.NDArray[np.bool_]:
        if self._others is None:
            return self._wanted[ids]
        found = np.full(len(ids), self._beyond)
        inside = ids < len(self._wanted)
        found[inside] = self._wanted[ids[inside]]
        return found

    def fits(self, ids: Numbers, times: Numbers) -> bool:
        """Whether nothing would be shown more often than it may be."""
        return self.bounds.at_most is None or bool((self._times(ids) + times <= self._most).all())

    def lacks(self, ids: Numbers) -> Numbers:
        """Return which of some things have not been shown often enough."""
        return ids[self._is_wanted(ids) & (self._times(ids) < self._least)] if self.lacking else ids[:0]

    def add(self, ids: Numbers, times: Numbers) -> None:
        """Count what is shown."""
        before = self._times(ids)
        now = before + times
        if self.lacking:
            self.lacking -= int((self._is_wanted(ids) & (before < self._least) & (now >= self._least)).sum())
        self._put(ids, now)

    def subtract(self, ids: Numbers, times: Numbers) -> None:
        """Take back what was counted."""
        before = self._times(ids)
        now = before - times
        self.lacking += int((self._is_wanted(ids) & (before >= self._least) & (now < self._least)).sum())
        self._put(ids, now)

    def _put(self, ids: Numbers, times: Numbers) -> None:
        inside = ids < len(self._shown)
        self._shown[ids[inside]] = times[inside]
        if self._others is not None:
            self._others.update(zip(ids[~inside].tolist(), times[~inside].tolist(), strict=True))

    def refuse(self, ids: Numbers, why: str) -> None:
        """Remember what a walk that is not taken would have shown, where it is lacking."""
        self.refused.setdefault(why, set()).update(self.lacks(ids).tolist())

    def reasons(self, rest: str) -> dict[str, int]:
        """Return how many things are lacking still, by why they are; `rest` is why, where nothing else is known."""
        found, known = dict[str, int](), set[int]()
        for why in (AT_MOST, HELD):
            ids = self.refused.get(why, set()) - known
            still = self.lacks(np.array(sorted(ids), np.int64))
            known.update(still.tolist())
            found[why] = len(still)
        found[rest] = self.lacking - len(known)
        return {why: count for why, count in found.items() if count}


class Cover:
    """What walks have shown so far, against the bounds that were asked for."""

    def __init__(self, ground: Ground, bounds: Mapping[str, Bounds]) -> None:
        self._sights = sights = Sights(ground, bounds)
        made = partial(_tally, sights)
        self._tallies = {kind: made(kind, asked) for kind, asked in bounds.items()}

    @property
    def is_lacking(self) -> bool:
        """Whether something has not been shown often enough."""
        return any(tally.lacking for tally in self._tallies.values())

    @property
    def needs_crossing(self) -> bool:
        """Whether all that is lacking are bridges."""
        return not any(tally.lacking for kind, tally in self._tallies.items() if kind != "bridges")

    def seen(self, trail: Trail) -> Seen:
        """Return what a trail shows."""
        return self._sights.of(trail)

    def barred(self, seen: Seen) -> str | None:
        """Return which kind of things would be shown too often, or None."""
        return next((kind for kind, shown in seen.items() if not self._tallies[kind].fits(*shown)), None)

    def helps(self, seen: Seen) -> bool:
        """Whether something that is lacking would be shown."""
        return any(len(self._tallies[kind].lacks(ids)) for kind, (ids, _) in seen.items())

    def add(self, seen: Seen) -> None:
        """Count what a walk shows that is taken."""
        for kind, shown in seen.items():
            self._tallies[kind].add(*shown)

    def subtract(self, seen: Seen) -> None:
        """Take back what a walk shows that is not trained on."""
        for kind, shown in seen.items():
            self._tallies[kind].subtract(*shown)

    def refuse(self, seen: Seen, why: str) -> None:
        """Remember what a walk that is not taken would have shown."""
        for kind, (ids, _) in seen.items():
            if self._tallies[kind].lacking:
                self._tallies[kind].refuse(ids, why)

    def shortfalls(self, rest: str) -> list[Shortfall]:
        """Return what has not been shown often enough."""
        return [
            Shortfall(
                f"at least {tally.bounds.at_least}", kind, tally.there, tally.there - tally.lacking, tally.reasons(rest)
            )
            for kind, tally in self._tallies.items()
            if tally.lacking
        ]


def _tally(sights: Sights, kind: str, bounds: Bounds) -> _Tally:
    return _Tally(sights.columns(kind), sights.there_are(kind), bounds, kind)
