"""Trails that are made when they are asked for: a count, and how to make one from its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import overload

from forestlib.errors import UnknownWalkError
from forestlib.model.walk import Trail

__all__ = ["LazyTrails"]


class LazyTrails(Sequence[Trail]):
    """As many trails as `count`, each made by `trail` from its place alone.

    `skipped` counts what was left out, `noted` what is shown, but otherwise than was asked for.

    >>> from forestlib.model.walk import Run
    >>> steps = LazyTrails(3, lambda place: Trail((Run("t", (range(place, place + 1),)),)), "steps")
    >>> len(steps), list(steps[-1].places()), len(steps[1:])
    (3, [('t', 2)], 2)
    """

    def __init__(
        self,
        count: int,
        trail: Callable[[int], Trail],
        noun: str,
        skipped: Mapping[str, int] | None = None,
        noted: Mapping[str, int] | None = None,
    ) -> None:
        self._count, self._trail, self._noun = count, trail, noun
        self.skipped: Mapping[str, int] = {why: n for why, n in (skipped or {}).items() if n}
        self.noted: Mapping[str, int] = {why: n for why, n in (noted or {}).items() if n}

    def __repr__(self) -> str:
        return f"<LazyTrails: {self._count} {self._noun}>"

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Trail: ...
    @overload
    def __getitem__(self, place: slice) -> list[Trail]: ...
    def __getitem__(self, place: int | slice) -> Trail | list[Trail]:
        if isinstance(place, slice):
            return [self._trail(one) for one in range(*place.indices(self._count))]
        if not -self._count <= place < self._count:
            raise UnknownWalkError(f"There are {self._count} {self._noun}, so none is number {place}.", number=place)
        return self._trail(place % self._count)
