"""Choosing: which walks are taken where things are to be shown at least or at most so often, or axes to be balanced.

First those that show something still lacking, by the turns of chance of all walkers, within the shares and then beyond
them; then the shares are filled, with an eye on the balance. A walk that would show something too often is never
taken. Every walk is looked at once, and again only if it was put back; the work is bounded by what is wanted.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heappush

import attrs

from forestlib.corpus.balance import Masses, Pool, Scale
from forestlib.corpus.cover import AT_MOST, HELD, Cover
from forestlib.corpus.draw import Draw
from forestlib.corpus.sights import Seen
from forestlib.corpus.wishes import Shortfall
from forestlib.model.walk import Trail

__all__ = ["Chooser"]

# For what is still lacking fewer walks are looked at than for what fills a share: the last things may be out of reach.
LOOKS_TO_COVER, LOOKS_TO_FILL = 16, 32
MANY_LOOKS = 1 << 15
# So many further walks may be looked at for one that is taken, where the balance is off.
LOOKS_TO_BALANCE = 32
SIZE, NO_WALK = "the size is used up", "no walk of these walkers shows it"


@attrs.define(eq=False)
class _Supply:
    """One walker's walks as they come: those put back, then those not looked at yet."""

    draw: Draw
    crosses: bool
    pool: Pool
    taken: array[int] = attrs.field(factory=lambda: array("q"))
    back: array[int] = attrs.field(factory=lambda: array("q"))
    begun: int = 0
    later: array[int] = attrs.field(factory=lambda: array("q"))

    def put_back(self, walk: int) -> None:
        """Keep a walk for when what is lacking was shown."""
        self.back.append(walk)

    def pass_over(self, walk: int, mass: Masses, scale: Scale) -> None:
        """Keep a walk for when it serves the balance better."""
        gone = self.pool.put(walk, mass, scale)
        if gone is not None:
            self.later.append(gone)

    def walks(self, most: int) -> Iterator[tuple[int, Trail]]:
        """Iterate over the walks that may be taken."""
        while self.begun < len(self.back):
            self.begun += 1
            walk = self.back[self.begun - 1]
            yield walk, self.draw.trail(walk)
        while (found := self.draw.next(most)) is not None:
            if found[2] is None:
                yield found[0], found[1]

    def again(self) -> bool:
        """Take up what was passed over, and return whether there is any."""
        self.back, self.begun, self.later = self.later, 0, array("q")
        return bool(self.back)


class Chooser:
    """The walks of all walkers that are taken, as many as were asked for so far."""

    def __init__(self, draws: Sequence[Draw], crossing: Sequence[bool], cover: Cover, scale: Scale | None) -> None:
        width = 0 if scale is None else len(scale.mass)
        self._supplies = [_Supply(draw, crosses, Pool(width)) for draw, crosses in zip(draws, crossing, strict=True)]
        self._cover, self._scale = cover, scale
        self.needed: list[int] = [0] * len(draws)
        self._size_used_up = False

    @property
    def counts(self) -> list[int]:
        """How many walks were taken of each walker."""
        return [len(supply.taken) for supply in self._supplies]

    def taken(self, number: int) -> array[int]:
        """Return the walks taken of a walker, those first that show what was lacking."""
        return self._supplies[number].taken

    def show_lacking(self, shares: Sequence[float], quotas: Sequence[int], size: int) -> None:
        """Take the walks that show what is lacking, within the walkers' quotas and then beyond, `size` in all."""
        for most in (quotas, [size] * len(quotas)):
            turns = [(0.0, number) for number in range(len(shares))]
            while turns and self._cover.is_lacking and sum(self.counts) < size:
                turn, number = heappop(turns)
                if len(self._supplies[number].taken) < most[number] and self._look(self._supplies[number], size):
                    heappush(turns, (turn + 1 / shares[number], number))
        self._size_used_up = self._cover.is_lacking and sum(self.counts) >= size
        self.needed = self.counts

    def _look(self, supply: _Supply, size: int) -> bool:
        """Look at one walk more, and return whether there was one."""
        if self._cover.needs_crossing and not supply.crosses:
            return False
        found = supply.draw.next(max(MANY_LOOKS, LOOKS_TO_COVER * size))
        if found is None:
            return False
        walk, trail, held = found
        seen = self._cover.seen(trail)
        if held is not None:
            self._cover.refuse(seen, HELD)
        elif self._fits(supply, seen):
            if self._cover.helps(seen):
                self._take(supply, walk, seen, None if self._scale is None else self._scale.of(trail))
            else:
                supply.put_back(walk)
        return True

    def _fits(self, supply: _Supply, seen: Seen) -> bool:
        kind = self._cover.barred(seen)
        if kind is not None:
            supply.draw.refuse(f"{AT_MOST}: {kind}")
            self._cover.refuse(seen, AT_MOST)
        return kind is None

    def _take(self, supply: _Supply, walk: int, seen: Seen, mass: Masses | None) -> None:
        supply.taken.append(walk)
        self._cover.add(seen)
        if self._scale is not None and mass is not None:
            self._scale.add(mass)

    def fill(self, quotas: Sequence[int]) -> list[int]:
        """Take walks of all walkers by turns until each has its quota or none left; return how many each has."""
        turns = [
            ((len(supply.taken) + 0.5) / quota, number)
            for number, (supply, quota) in enumerate(zip(self._supplies, quotas, strict=True))
            if len(supply.taken) < quota
        ]
        heapify(turns)
        while turns:
            _, number = heappop(turns)
            supply, quota = self._supplies[number], quotas[number]
            most = max(MANY_LOOKS, LOOKS_TO_FILL * quota)
            found = self._any(supply, most) if self._scale is None else self._balancing(supply, self._scale, most)
            if found and len(supply.taken) < quota:
                heappush(turns, ((len(supply.taken) + 0.5) / quota, number))
        return self.counts

    def _any(self, supply: _Supply, most: int) -> bool:
        """Take the next walk that fits, and return whether there was one."""
        for walk, trail in supply.walks(most):
            seen = self._cover.seen(trail)
            if self._fits(supply, seen):
                self._take(supply, walk, seen, None)
                return True
        return False

    def _balancing(self, supply: _Supply, scale: Scale, most: int) -> bool:
        """Take a walk that keeps the balance or comes nearest to it, and return whether there was one."""
        while True:
            if self._next_to_balance(supply, scale, most):
                return True
            # No other walk is left: those that were passed over fill the share.
            while len(supply.pool):
                if self._take_out(supply, supply.pool.best(scale)[0]):
                    return True
            if not supply.again():
                return False

    def _next_to_balance(self, supply: _Supply, scale: Scale, most: int) -> bool:
        looks = 0
        for walk, trail in supply.walks(most):
            seen, mass = self._cover.seen(trail), scale.of(trail)
            if not self._fits(supply, seen):
                continue
            if scale.is_near(mass):
                self._take(supply, walk, seen, mass)
                return True
            supply.pass_over(walk, mass, scale)
            place, off = supply.pool.best(scale)
            looks += 1
            if (off < scale.now() or looks >= LOOKS_TO_BALANCE) and self._take_out(supply, place):
                return True
        return False

    def _take_out(self, supply: _Supply, place: int) -> bool:
        """Take a walk out of the pool, and return whether it still fits."""
        walk, mass = supply.pool.take(place)
        seen = self._cover.seen(supply.draw.trail(walk))
        fits = self._fits(supply, seen)
        if fits:
            self._take(supply, walk, seen, mass)
        return fits

    def leave_out(self, trail: Trail) -> None:
        """Take back what a walk shows that is not trained on."""
        self._cover.subtract(self._cover.seen(trail))
        if self._scale is not None:
            self._scale.subtract(self._scale.of(trail))

    def balanced(self) -> dict[str, float]:
        """Return the share of each axis that is to be balanced, by its key."""
        return {} if self._scale is None else self._scale.shares()

    def shortfalls(self) -> list[Shortfall]:
        """Return what could not be shown often enough, and which axes are off."""
        looked = [supply.draw for supply in self._supplies if supply.draw.is_cut_short]
        rest = SIZE if self._size_used_up else NO_WALK
        if looked and not self._size_used_up:
            total = sum(map(len, looked))
            rest = f"not met among the {sum(draw.looked for draw in looked):,} walks looked at of {total:,}"
        return self._cover.shortfalls(rest) + ([] if self._scale is None else self._scale.shortfalls())
