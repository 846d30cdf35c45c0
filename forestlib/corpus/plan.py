"""The plan of a corpus: which walks, in which order, as integers that follow from the seed alone.

Sample *i* is a pure function of (forest, recipe, *i*): a permutation says which walker's how-manyth walk stands at
place *i*, another one which of its walks that is. So nothing is listed, any process can render any part, and a seed
gives the same order everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.corpus.shares import Share, apportioned
from forestlib.errors import OptionError, PluginError, shown
from forestlib.model.chance import permuted, seed_of
from forestlib.model.ground import Ground
from forestlib.model.walk import Trail
from forestlib.registry import walkers

__all__ = ["ORDERS", "Part", "PathEnd", "Plan", "planned", "trails_of"]

CHUNK = 4096
ORDERS = ("shuffled", "forest")
PathEnd = tuple[str, int]


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

    @property
    def available(self) -> int:
        """How many walks the walker has."""
        return len(self.trails)

    def at(self, walks: npt.NDArray[np.int64]) -> Iterable[Trail | PathEnd]:
        """Return the trails at some places, as ends of paths where the walker says them."""
        ends = getattr(self.trails, "ends", None)
        return ends(walks) if ends is not None else map(self._trail, walks.tolist())

    def _trail(self, place: int) -> Trail:
        trail = self.trails[place]
        if not isinstance(trail, Trail):
            raise PluginError(f"The walker {self.walker!r} gave {shown(trail)} at {place}. A walker gives fl.Trail.")
        return trail


@attrs.frozen
class Plan:
    """The parts of a corpus and the seed that orders them."""

    parts: tuple[Part, ...]
    seed: int
    order: str = "shuffled"

    def __len__(self) -> int:
        return sum(part.got for part in self.parts)

    def draw(self, begin: int, end: int) -> Iterator[list[tuple[str, Trail | PathEnd]]]:
        """Iterate over chunks of (walker, trail) at places `begin` to `end` of the corpus.

        A trail that is a whole root-to-leaf path comes as its end, (tree name, number of the leaf), where its walker
        can say so: at a million paths, that is most of the work of laying them out.
        """
        for start in range(begin, end, CHUNK):
            yield self._chunk(start, min(start + CHUNK, end))

    def _chunk(self, begin: int, end: int) -> list[tuple[str, Trail | PathEnd]]:
        slots = np.arange(begin, end)
        if self.order == "shuffled":
            slots = permuted(slots, len(self), seed_of(self.seed, "order"))
        starts = np.cumsum([0, *(part.got for part in self.parts)])
        owner = np.searchsorted(starts, slots, "right") - 1
        found: list[tuple[str, Trail | PathEnd]] = [("", ("", 0))] * len(slots)
        for number, part in enumerate(self.parts):
            mine = np.flatnonzero(owner == number)
            if len(mine):
                walks = self._walks(part, slots[mine] - starts[number])
                for place, trail in zip(mine.tolist(), part.at(walks), strict=True):
                    found[place] = part.walker, trail
        return found

    def _walks(self, part: Part, nth: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return which of a part's walks stand at its places: drawn by chance, or spread evenly in their own order."""
        if self.order == "forest":
            return np.array([place * part.available // part.got for place in nth.tolist()], np.int64)
        return permuted(nth, part.available, seed_of(self.seed, f"walks {part.walker}"))


def planned(ground: Ground, shares: Sequence[Share], size: int | None, seed: int, order: str = "shuffled") -> Plan:
    """Return the plan of a corpus of `size` samples, by default as `apportioned` says.

    `order` "shuffled" mixes all walks; "forest" leaves them in the order of their walkers and trees.
    """
    if order not in ORDERS:
        raise OptionError(f"An order is one of {', '.join(map(repr, ORDERS))}, got {shown(order)}.", value=order)
    trails = [_trails(ground, share, seed) for share in shares]
    counts = apportioned([share.share for share in shares], list(map(len, trails)), size, _once(shares))
    parts = (
        Part(share.walker, share.share, walks, asked, got, dict(getattr(walks, "skipped", {})), share.options)
        for share, walks, (asked, got) in zip(shares, trails, counts, strict=True)
    )
    return Plan(tuple(parts), seed, order)


def _once(shares: Sequence[Share]) -> int | None:
    return next((place for place, share in enumerate(shares) if share.walker == "paths"), None)


def _trails(ground: Ground, share: Share, seed: int) -> Sequence[Trail]:
    plugin = walkers[share.walker]
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
