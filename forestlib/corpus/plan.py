"""The plan of a corpus: which walks, in which order, as integers that follow from the seed alone.

Sample *i* is a pure function of (forest, recipe, *i*): a permutation says which walker's how-manyth walk stands at
place *i*, another one which of its walks that is. So nothing is listed, any process can render any part, and a seed
gives the same order everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.corpus.draw import checked_trail
from forestlib.corpus.shares import Share
from forestlib.corpus.slots import Slots
from forestlib.corpus.wishes import Shortfall
from forestlib.errors import OptionError, PluginError, shown
from forestlib.model.chance import permuted, seed_of
from forestlib.model.walk import Ends, OfPaths, Trail
from forestlib.registry import Plugin, walkers

__all__ = ["CHUNK", "FACTS_FIRST", "ORDERS", "Chunk", "Part", "Plan", "Trails", "check_order", "trails_of"]

CHUNK = 4096
FACTS_FIRST = "facts_then_bridges"
ORDERS = ("shuffled", "forest", FACTS_FIRST)
_EXACT = 1 << 62
Walked = TypeVar("Walked")


Trails = Ends | Iterable[Trail]


@attrs.frozen(eq=False, repr=False)
class Chunk:
    """Some neighbouring places of a corpus: the trails of each walker, in their order.

    `owner` says which walker stands at each place, by its place in `groups`; None where they stand one after another.
    `places` are their places in the corpus.
    """

    size: int
    groups: tuple[tuple[str, Trails], ...]
    owner: npt.NDArray[np.intp] | None
    places: npt.NDArray[np.int64]

    def places_by_group(self) -> list[Iterator[int]]:
        """Return the places of each group; where they stand one after another they take theirs from one iterator."""
        if self.owner is None:
            return [iter(self.places.tolist())] * len(self.groups)
        return [iter(self.places[self.owner == number].tolist()) for number in range(len(self.groups))]

    def merged(self, groups: Iterable[Iterable[Walked]]) -> Iterator[Walked]:
        """Iterate in the order of places over what was made of each group, one for each of its trails."""
        if self.owner is None:
            return chain.from_iterable(groups)
        made = [iter(group) for group in groups]
        return (next(made[number]) for number in self.owner.tolist())


@attrs.frozen
class Part:
    """One walker of a plan: its share, how many walks it has, was asked for and gives, what it left out and why.

    `crosses` says whether its walks show two trees, None where some do. `tokens` is what a walk has in the mean, where
    that was measured; `looked` is how many walks were looked at, if not all. `drawn` lists its walks where they had to
    be chosen, of all splits; `planned` is how many.
    """

    walker: str
    share: float
    trails: Sequence[Trail] = attrs.field(repr=False)
    asked: int
    got: int
    skipped: Mapping[str, int]
    options: Mapping[str, Any] = attrs.field(factory=dict)
    drawn: npt.NDArray[np.int64] | None = attrs.field(default=None, eq=False, repr=False)
    planned: int = 0
    crosses: bool | None = None
    tokens: float | None = None
    looked: int | None = None

    @property
    def plugin(self) -> Plugin:
        """The walker itself."""
        return walkers[Share(self.walker, self.share).plugin]

    @property
    def available(self) -> int:
        """How many walks the walker has."""
        return len(self.trails)

    def at(self, walks: npt.NDArray[np.int64]) -> Trails:
        """Return the trails at some places, as ends of paths where the walker's sequence is one `OfPaths`."""
        if not isinstance(self.trails, OfPaths):
            return map(self._trail, walks.tolist())
        ends = self.trails.ends(walks)
        if not isinstance(ends, Ends):
            raise PluginError(f"The walker {self.walker!r} gave {shown(ends)} as ends of paths. ends() gives Ends.")
        return ends

    def _trail(self, place: int) -> Trail:
        return checked_trail(self.trails[place], self.walker, place)


@attrs.frozen
class Stretch:
    """Some of a part's walks that stand side by side before all is mixed: the part's number, the first, how many."""

    part: int
    first: int
    count: int


@attrs.frozen
class Plan:
    """The parts of a corpus, or of one of its splits, and the seed that orders them.

    `stretches` say which walk stands at each slot of the whole mix, `slots` which of these the split has; with facts
    first, the first `facts` slots show one tree. `splits` are the plans of the other splits.
    """

    parts: tuple[Part, ...]
    seed: int
    order: str
    stretches: tuple[Stretch, ...]
    slots: Slots
    facts: int = 0
    shortfalls: tuple[Shortfall, ...] = ()
    balanced: Mapping[str, float] = attrs.field(factory=dict)
    splits: Mapping[str, Plan] = attrs.field(factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.slots)

    def tokens(self) -> dict[str, dict[str, float]]:
        """Return what each walker was asked for and gives in tokens, estimated from the mean of a walk, if measured."""
        got = {part.walker: part.got * part.tokens for part in self.parts if part.tokens is not None}
        total = math.fsum(got.values())
        return {
            part.walker: {"mean": part.tokens, "asked": round(part.share * total), "got": round(got[part.walker])}
            for part in self.parts
            if part.tokens is not None
        }

    def draw(self, begin: int, end: int) -> Iterator[Chunk]:
        """Iterate over the trails at places `begin` to `end` of the corpus, in chunks."""
        for start in range(begin, end, CHUNK):
            yield self.chunk(np.arange(start, min(start + CHUNK, end)))

    def chunk(self, places: npt.NDArray[np.int64]) -> Chunk:
        """Return the trails at some rising places of the corpus."""
        numbers, owner, slots = self._owners(self.slots.at(self._ranks(places)))
        groups = []
        for number, stretch in enumerate(numbers):
            part, walks = self._of_stretch(stretch, slots[owner == number])
            groups.append((part.walker, part.at(walks)))
        in_turns = self.order != "forest" and len(groups) > 1
        return Chunk(len(places), tuple(groups), owner if in_turns else None, places)

    def walks(self) -> Iterator[tuple[Part, npt.NDArray[np.int64]]]:
        """Iterate over the walks of the split, by their numbers, some of one part at a time; in no order."""
        for begin in range(0, len(self), CHUNK):
            numbers, owner, slots = self._owners(self.slots.at(np.arange(begin, min(begin + CHUNK, len(self)))))
            for number, stretch in enumerate(numbers):
                yield self._of_stretch(stretch, slots[owner == number])

    def _owners(self, slots: npt.NDArray[np.int64]) -> tuple[list[int], npt.NDArray[np.intp], npt.NDArray[np.int64]]:
        """Return the stretches in which some slots lie, which of those each lies in, and its place there."""
        starts = np.cumsum([0, *(stretch.count for stretch in self.stretches)])
        stretch = np.searchsorted(starts, slots, "right") - 1
        numbers, owner = np.unique(stretch, return_inverse=True)
        return numbers.tolist(), owner, slots - starts[stretch]

    def _of_stretch(self, number: int, nth: npt.NDArray[np.int64]) -> tuple[Part, npt.NDArray[np.int64]]:
        stretch = self.stretches[number]
        part = self.parts[stretch.part]
        return part, self._walks(part, nth + stretch.first)

    def _ranks(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return which of the split's slots stand at some rising places."""
        if self.order == "forest":
            return places
        if self.order != FACTS_FIRST:
            return permuted(places, len(self), seed_of(self.seed, "order"))
        facts = self.slots.before(self.facts)
        first, then = places[places < facts], places[places >= facts] - facts
        crossing = permuted(then, len(self) - facts, seed_of(self.seed, "order of bridges"))
        return np.concatenate((permuted(first, facts, seed_of(self.seed, "order of facts")), facts + crossing))

    def _walks(self, part: Part, nth: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return which of a part's walks stand at its places: drawn by chance, or spread evenly in their own order."""
        if part.drawn is not None:
            return part.drawn[nth]
        available = part.available
        if self.order != "forest":
            return permuted(nth, available, seed_of(self.seed, f"walks {part.walker}"))
        if available * part.planned < _EXACT:
            return nth * available // part.planned
        return np.array([place * available // part.planned for place in nth.tolist()], np.int64)


def check_order(order: object) -> None:
    """Raise `OptionError` where something is no order of samples."""
    if order not in ORDERS:
        raise OptionError(f"An order is one of {', '.join(map(repr, ORDERS))}, got {shown(order)}.", value=order)


def trails_of(name: str, found: object) -> Sequence[Trail]:
    """Return what a walker gave as a sequence; raise `PluginError` where it is none."""
    trails = found if isinstance(found, Sequence) else list(found) if isinstance(found, Iterator) else None
    if trails is None:
        raise PluginError(
            f"The walker {name!r} returned {shown(found)}. A walker gives a sequence or an iterator of fl.Trail.",
            name=name,
        )
    if len(trails) and not isinstance(trails[0], Trail):
        raise PluginError(f"The walker {name!r} gave {shown(trails[0])}. A walker gives fl.Trail.of(nodes).", name=name)
    return trails
