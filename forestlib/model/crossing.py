"""Crossings that one walk shows: its jumps, and every two places of an anchor that it shows without one.

An anchor that is shown at *n* places has ½ n² crossings, so the places are kept and crossings made when asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, combinations, islice
from math import comb
from typing import overload

import attrs

from forestlib.errors import shown

__all__ = ["Crossing", "Shared", "spelled_place"]

Place = tuple[str, int]


@attrs.frozen(repr=False)
class Crossing:
    """A bridge in one direction: the anchor's key, and (tree name, preorder number) of the node left and reached.

    `jump` says whether the walk jumps over it, or only shows both of its nodes.
    """

    anchor: str
    source: Place
    target: Place
    jump: bool = True

    def __repr__(self) -> str:
        return f"<Crossing {spelled_place(self.source)} → {shown(self.anchor, 30)} → {spelled_place(self.target)}>"


@attrs.frozen(repr=False)
class Shared(Sequence[Crossing]):
    """The crossings of a walk some of whose places share an anchor: `jumps`, and the `places` by anchor.

    >>> found = Shared((), (("choice", (("God", 0), ("mind", 2), ("mind", 3))),))
    >>> len(found), found[1]
    (2, <Crossing 'God'#0 → 'choice' → 'mind'#3>)
    """

    jumps: tuple[Crossing, ...]
    places: tuple[tuple[str, tuple[Place, ...]], ...]

    def __repr__(self) -> str:
        return f"<Shared: {len(self)} crossings>"

    def __len__(self) -> int:
        return len(self.jumps) + sum(map(_pairs, (at for _, at in self.places)))

    def __iter__(self) -> Iterator[Crossing]:
        return chain(self.jumps, chain.from_iterable(_crossings(anchor, at) for anchor, at in self.places))

    @overload
    def __getitem__(self, place: int) -> Crossing: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Crossing, ...]: ...
    def __getitem__(self, place: int | slice) -> Crossing | tuple[Crossing, ...]:
        if isinstance(place, slice):
            return tuple(self)[place]
        number = place + len(self) if place < 0 else place
        for found in islice(self, number, number + 1) if number >= 0 else ():
            return found
        raise IndexError(f"The walk shows {len(self)} crossings, so none is number {place}.")

    def by_key(self, key_of: Callable[[str], str]) -> Shared:
        """Return the same crossings, each anchor named by its key."""
        jumps = tuple(attrs.evolve(jump, anchor=key_of(jump.anchor)) for jump in self.jumps)
        return Shared(jumps, tuple((key_of(anchor), at) for anchor, at in self.places))


def _pairs(places: Sequence[Place]) -> int:
    """Return how many pairs there are of places in different trees."""
    return comb(len(places), 2) - sum(comb(count, 2) for count in Counter(tree for tree, _ in places).values())


def _crossings(anchor: str, places: Sequence[Place]) -> Iterator[Crossing]:
    pairs = combinations(places, 2)
    return (Crossing(anchor, one, other, jump=False) for one, other in pairs if one[0] != other[0])


def spelled_place(at: Place) -> str:
    """Return a node as messages say it: its tree and its number."""
    return f"{shown(at[0], 30)}#{at[1]}"
