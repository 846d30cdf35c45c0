"""The plan of a corpus: which walks, in which order, as integers that follow from the seed alone.

Sample *i* is a pure function of (forest, recipe, *i*): a permutation says which walker's how-manyth walk stands at
place *i*, another one which of its walks that is. So nothing is listed, any process can render any part, and a seed
gives the same order everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs
import numpy as np

from forestlib.corpus.shares import Share, apportioned
from forestlib.errors import PluginError, shown
from forestlib.model.chance import permuted, seed_of
from forestlib.model.ground import Ground
from forestlib.model.walk import Trail
from forestlib.registry import walkers

__all__ = ["Part", "Plan", "planned", "trails_of"]

CHUNK = 1024


@attrs.frozen
class Part:
    """One walker of a plan: its share, how many walks it has, was asked for and gives, what it left out and why."""

    walker: str
    share: float
    trails: Sequence[Trail] = attrs.field(repr=False)
    asked: int
    got: int
    skipped: Mapping[str, int]

    @property
    def available(self) -> int:
        """How many walks the walker has."""
        return len(self.trails)


@attrs.frozen
class Plan:
    """The parts of a corpus and the seed that orders them."""

    parts: tuple[Part, ...]
    seed: int

    def __len__(self) -> int:
        return sum(part.got for part in self.parts)

    def draw(self, begin: int, end: int) -> Iterator[tuple[str, Trail]]:
        """Iterate over (walker, trail) at places `begin` to `end` of the corpus."""
        for start in range(begin, end, CHUNK):
            yield from self._chunk(start, min(start + CHUNK, end))

    def _chunk(self, begin: int, end: int) -> Iterator[tuple[str, Trail]]:
        slots = permuted(np.arange(begin, end), len(self), seed_of(self.seed, "order"))
        starts = np.cumsum([0, *(part.got for part in self.parts)])
        owner = np.searchsorted(starts, slots, "right") - 1
        walks = np.empty(len(slots), np.int64)
        for number, part in enumerate(self.parts):
            mine = owner == number
            nth = slots[mine] - starts[number]
            walks[mine] = permuted(nth, max(part.available, 1), seed_of(self.seed, f"walks {part.walker}"))
        named = [(part.walker, part.trails.__getitem__) for part in self.parts]
        for number, walk in zip(owner.tolist(), walks.tolist(), strict=True):
            walker, trail_at = named[number]
            yield walker, trail_at(walk)


def planned(ground: Ground, shares: Sequence[Share], size: int | None, seed: int) -> Plan:
    """Return the plan of a corpus of `size` samples, by default as `apportioned` says."""
    trails = [_trails(ground, share, seed) for share in shares]
    counts = apportioned([share.share for share in shares], list(map(len, trails)), size, _once(shares))
    parts = (
        Part(share.walker, share.share, walks, asked, got, dict(getattr(walks, "skipped", {})))
        for share, walks, (asked, got) in zip(shares, trails, counts, strict=True)
    )
    return Plan(tuple(parts), seed)


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
