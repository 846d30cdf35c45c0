"""Balance: the mass of axes in what is shown, held near the shares that were asked for.

A node shown weighs as much on each axis as its tree does; a sub-axis counts for the axis above it as well. Walks are
taken in the order of chance as long as the corpus stays within half the tolerance; where it would leave it, the walk is
taken that brings it nearest, among those looked at and put back.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from forestlib.corpus.wishes import Shortfall
from forestlib.errors import OptionError
from forestlib.model.ground import Ground
from forestlib.model.walk import Trail

__all__ = ["Pool", "Scale"]

Masses = npt.NDArray[np.float64]
_NONE = 1.0
_SLACK = 1e-6
NO_AXES = "no tree that is shown names an axis"
NO_BETTER = "the walks that there are and the other wishes allow no better"


class Scale:
    """The axis mass of the walks taken so far.

    >>> ground = Ground()
    >>> for name, axis in {"God": "paradox", "mind": "causality"}.items():
    ...     _ = ground.plant(name, "A thought.", axes=[axis]).root.then("So it is.")
    >>> scale = Scale(ground, {"парадокс": 0.5}, 0.05)
    >>> scale.add(scale.of(Trail.of(ground["God"].root.path())))
    >>> scale.shares(), scale.is_near(scale.of(Trail.of(ground["mind"].root.path())))
    ({'paradox': 1.0}, True)
    """

    def __init__(self, ground: Ground, balance: Mapping[str, float], tolerance: float) -> None:
        frame, found = ground.frame, dict[str, float]()
        for name, share in balance.items():
            key = frame[name].key
            if key in found:
                raise OptionError(f"The axis {key!r} stands twice in balance=, under two names. Name it once.")
            found[key] = share
        inner = {sub.key for key in found for sub in frame[key].sub}
        total = sum(share for key, share in found.items() if key not in inner)
        if total > 1 + _SLACK:
            raise OptionError(f"The shares of balance= sum to {total:g}. Axes have shares that sum to at most 1.")
        self.wanted, self.tolerance = found, tolerance
        self._targets = np.array(list(found.values()))
        members = [{key, *(sub.key for sub in frame[key].sub)} for key in found]
        self._weights: dict[str, Masses] = {}
        for tree in ground.trees:
            shares = ground.shares_of(tree)
            on = [sum(share for axis, share in shares.items() if axis in member) for member in members]
            self._weights[tree.name] = np.array([*on, sum(shares.values())])
        self.mass = np.zeros(len(found) + 1)

    def of(self, trail: Trail) -> Masses:
        """Return the mass of a trail on each wanted axis, and in all."""
        found = np.zeros(len(self.mass))
        for run in trail.runs:
            found += sum(map(len, run.ranges)) * self._weights[run.tree]
        return found

    def add(self, mass: Masses) -> None:
        """Count the mass of a walk that is taken."""
        self.mass = self.mass + mass

    def subtract(self, mass: Masses) -> None:
        """Take the mass of a walk out again."""
        self.mass = self.mass - mass

    def is_near(self, mass: Masses) -> bool:
        """Whether with a walk of some mass every axis would be within half the tolerance."""
        return bool(self._off(mass[None]).max() <= self.tolerance / 2)

    def now(self) -> float:
        """Return how far from balance the corpus is."""
        return float(np.square(self._off(np.zeros((1, len(self.mass))))).sum())

    def after(self, masses: Masses) -> Masses:
        """Return how far from balance the corpus would be with each of some walks."""
        found: Masses = np.square(self._off(masses)).sum(axis=1)
        return found

    def _off(self, masses: Masses) -> Masses:
        made = self.mass + masses
        total = made[:, -1:]
        shares = np.divide(made[:, :-1], total, out=np.full((len(made), len(self._targets)), np.nan), where=total > 0)
        found: Masses = np.nan_to_num(np.abs(shares - self._targets), nan=_NONE)
        return found

    def shares(self) -> dict[str, float]:
        """Return the share of each wanted axis in what was taken, by its key."""
        total = float(self.mass[-1])
        shares = self.mass[:-1] / total if total > 0 else np.zeros(len(self._targets))
        return dict(zip(self.wanted, shares.tolist(), strict=True))

    def shortfalls(self) -> list[Shortfall]:
        """Return the axes that are farther from their shares than the tolerance."""
        reason = NO_BETTER if self.mass[-1] > 0 else NO_AXES
        return [
            Shortfall("balance", axis, self.wanted[axis], share, {reason: 0})
            for axis, share in self.shares().items()
            if abs(share - self.wanted[axis]) > self.tolerance + _SLACK
        ]


class Pool:
    """A few walks that were looked at and not taken yet, with their masses; the worst one gives way to another."""

    SIZE = 128

    def __init__(self, width: int) -> None:
        self._walks = array("q")
        self._masses = np.zeros((self.SIZE + 1, width))

    def __len__(self) -> int:
        return len(self._walks)

    def put(self, walk: int, mass: Masses, scale: Scale) -> int | None:
        """Put a walk in, and return the one that gives way, if one has to."""
        self._masses[len(self._walks)] = mass
        self._walks.append(walk)
        if len(self._walks) <= self.SIZE:
            return None
        return self._out(int(scale.after(self._masses[: len(self._walks)]).argmax()))[0]

    def best(self, scale: Scale) -> tuple[int, float]:
        """Return the place of the walk that brings the corpus nearest to its balance, and how far off it would be."""
        off = scale.after(self._masses[: len(self._walks)])
        place = int(off.argmin())
        return place, float(off[place])

    def take(self, place: int) -> tuple[int, Masses]:
        """Take a walk out and return it with its mass."""
        return self._out(place)

    def _out(self, place: int) -> tuple[int, Masses]:
        walk, mass = self._walks.pop(place), self._masses[place].copy()
        self._masses[place : len(self._walks)] = self._masses[place + 1 : len(self._walks) + 1]
        return walk, mass
