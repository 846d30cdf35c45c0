"""The plan of a corpus: which walks, in which order, as integers that follow from the seed alone.

Sample *i* is a pure function of (forest, recipe, *i*): a permutation says which walker's how-manyth walk stands at
place *i*, another one which of its walks that is. So nothing is listed, any process can render any part, and a seed
gives the same order everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.corpus.draw import Draw, Sieve, checked_trail
from forestlib.corpus.shares import Share, apportioned
from forestlib.errors import OptionError, PluginError, shown
from forestlib.model.chance import permuted, seed_of
from forestlib.model.ground import Ground
from forestlib.model.walk import Ends, OfPaths, Trail
from forestlib.registry import Plugin, walkers

__all__ = ["ORDERS", "Chunk", "Part", "Plan", "Trails", "check_order", "planned", "trails_of"]

CHUNK = 4096
ORDERS = ("shuffled", "forest")
_EXACT = 1 << 62
Walked = TypeVar("Walked")


Trails = Ends | Iterable[Trail]


@attrs.frozen(eq=False, repr=False)
class Chunk:
    """Some neighbouring places of a corpus: the trails of each walker, in their order.

    `owner` says which walker stands at each place, by its place in `groups`; None where they stand one after another.
    """

    size: int
    groups: tuple[tuple[str, Trails], ...]
    owner: npt.NDArray[np.intp] | None

    def merged(self, groups: Iterable[Iterable[Walked]]) -> Iterator[Walked]:
        """Iterate in the order of places over what was made of each group, one for each of its trails."""
        if self.owner is None:
            return chain.from_iterable(groups)
        made = [iter(group) for group in groups]
        return (next(made[number]) for number in self.owner.tolist())


@attrs.frozen
class Part:
    """One walker of a plan: its share, how many walks it has, was asked for and gives, what it left out and why."""

    walker: str
    share: float
    trails: Sequence[Trail] = attrs.field(repr=False)
    asked: int
    got: int
    skipped: Mapping[str, int]
    options: Mapping[str, Any] = attrs.field(factory=dict)
    drawn: npt.NDArray[np.int64] | None = attrs.field(default=None, eq=False, repr=False)

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
class Plan:
    """The parts of a corpus and the seed that orders them."""

    parts: tuple[Part, ...]
    seed: int
    order: str = "shuffled"

    def __len__(self) -> int:
        return sum(part.got for part in self.parts)

    def draw(self, begin: int, end: int) -> Iterator[Chunk]:
        """Iterate over the trails at places `begin` to `end` of the corpus, in chunks."""
        for start in range(begin, end, CHUNK):
            yield self._chunk(start, min(start + CHUNK, end))

    def _chunk(self, begin: int, end: int) -> Chunk:
        slots = np.arange(begin, end)
        if self.order == "shuffled":
            slots = permuted(slots, len(self), seed_of(self.seed, "order"))
        starts = np.cumsum([0, *(part.got for part in self.parts)])
        owner = np.searchsorted(starts, slots, "right") - 1
        numbers, owner = np.unique(owner, return_inverse=True)
        groups = []
        for number, part_number in enumerate(numbers.tolist()):
            part = self.parts[part_number]
            walks = self._walks(part, slots[owner == number] - starts[part_number])
            groups.append((part.walker, part.at(walks)))
        in_turns = self.order == "shuffled" and len(groups) > 1
        return Chunk(end - begin, tuple(groups), owner if in_turns else None)

    def _walks(self, part: Part, nth: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return which of a part's walks stand at its places: drawn by chance, or spread evenly in their own order."""
        if part.drawn is not None:
            return part.drawn[nth]
        available = part.available
        if self.order != "forest":
            return permuted(nth, available, seed_of(self.seed, f"walks {part.walker}"))
        if available * part.got < _EXACT:
            return nth * available // part.got
        return np.array([place * available // part.got for place in nth.tolist()], np.int64)


def check_order(order: object) -> None:
    """Raise `OptionError` where something is no order of samples."""
    if order not in ORDERS:
        raise OptionError(f"An order is one of {', '.join(map(repr, ORDERS))}, got {shown(order)}.", value=order)


def planned(
    ground: Ground,
    shares: Sequence[Share],
    size: int | None,
    seed: int,
    order: str = "shuffled",
    sieve: Sieve | None = None,
) -> Plan:
    """Return the plan of a corpus of `size` samples, by default as `apportioned` says.

    `order` "shuffled" mixes all walks; "forest" leaves them in the order of their walkers and trees. `sieve` says why a
    trail is not to be drawn, or None; only what it lets through is planned, and the rest is counted.
    """
    check_order(order)
    trails = [_trails(ground, share, seed) for share in shares]
    left = list(map(len, trails))
    draws = [Draw(share.walker, walks, seed, sieve) for share, walks in zip(shares, trails, strict=True)]
    while True:
        counts = apportioned([share.share for share in shares], left, size, _once(shares))
        found = [draw.upto(got) for draw, (_, got) in zip(draws, counts, strict=True)]
        if all(has >= got for has, (_, got) in zip(found, counts, strict=True)):
            break
        # A walker of which less is left than was thought: the shares are worked out anew without the rest.
        left = [min(old, has) if has < got else old for old, has, (_, got) in zip(left, found, counts, strict=True)]
    parts = (
        Part(
            share.walker,
            share.share,
            walks,
            asked,
            got,
            dict(getattr(walks, "skipped", {})) | draw.refused,
            share.options,
            draw.first(got, in_order=order == "forest"),
        )
        for share, walks, draw, (asked, got) in zip(shares, trails, draws, counts, strict=True)
    )
    return Plan(tuple(parts), seed, order)


def _once(shares: Sequence[Share]) -> int | None:
    return next((place for place, share in enumerate(shares) if share.plugin == "paths"), None)


def _trails(ground: Ground, share: Share, seed: int) -> Sequence[Trail]:
    plugin = walkers[share.plugin]
    implied = {"seed": seed_of(seed, share.walker)} if "seed" in plugin.options else {}
    plugin.check_options(share.options, implied=("seed",))
    return trails_of(share.walker, plugin.function(ground, **implied, **share.options))


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
