"""A corpus: a forest laid out as samples of one format, rendered lazily from its plan."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, overload

import attrs

from forestlib.corpus.draw import Sieve
from forestlib.corpus.exposure import Exposure, exposure_of
from forestlib.corpus.fit import check_fit
from forestlib.corpus.holdouts import KINDS, Gate
from forestlib.corpus.manifest import Manifest
from forestlib.corpus.plan import Chunk, Plan, planned
from forestlib.corpus.recipe import Recipe
from forestlib.corpus.rendering import Rendering, Sample
from forestlib.corpus.shares import checked_size
from forestlib.corpus.writing import written
from forestlib.errors import ForestChangedError, OptionError, UnknownWalkError, shown
from forestlib.model.collector import paused_collector
from forestlib.model.ground import Ground
from forestlib.model.walk import OfPaths, Walk

__all__ = ["Corpus", "Sample"]

Progress = Callable[[int], None]
Bar = Callable[[str, int], AbstractContextManager[Progress]]


class Corpus:
    """Samples of one format, in an order that follows from the seed; made by `forest.linearize`.

    `len(corpus)` is the number of walks planned, which is the number of samples unless the serializer skips or splits.
    Iterating renders samples anew; what is kept are the worded nodes. After a change of the forest it raises
    `ForestChangedError`.
    """

    def __init__(self, ground: Ground, recipe: Recipe, bar: Bar, only_held: str | None = None) -> None:
        self._ground, self.recipe, self._bar = ground, recipe, bar
        self._revision = ground.revision
        self._serializer = recipe.plugin
        check_fit(self._serializer, recipe.shares)
        self.hold_outs = recipe.held
        self._only_held = only_held
        self.plan: Plan = planned(ground, recipe.shares, recipe.size, recipe.seed, recipe.order, self._sieve())

    def _sieve(self) -> Sieve | None:
        """Return what keeps out of the corpus what is held out, or in a held-out corpus everything else."""
        if not self.hold_outs:
            return None
        gate, only = Gate(self._ground, self.hold_outs), self._only_held
        if only is None:
            return lambda trail: (found := gate.reason(trail)) and f"held out: {found}"
        return lambda trail: None if gate.reason(trail) in (KINDS if only == "any" else (only,)) else "not held out"

    def held_out(self, kind: str | None = None, size: int = 1000) -> Corpus:
        """Return a corpus of walks that show what this one holds out, to measure on: of one `kind`, or of any.

        Walkers that show one tree a sample have none.
        """
        if not self.hold_outs or self._only_held is not None:
            raise OptionError("Nothing is held out of this corpus. Lay it out with hold_out={'pairs': 0.1}.")
        if kind is not None and kind not in list(self.hold_outs.as_dict()):
            listed = ", ".join(map(repr, self.hold_outs.as_dict()))
            raise OptionError(f"kind= is one of what is held out here, {listed}, got {shown(kind)}.", value=kind)
        crossing = [part for part in self.plan.parts if not isinstance(part.trails, OfPaths)]
        if not crossing:
            raise OptionError("No walker of this corpus shows two trees, so it has no held-out walks. Add 'bridges'.")
        total = math.fsum(part.share for part in crossing)
        walkers = {part.walker: {"share": part.share / total, **part.options} for part in crossing}
        recipe = attrs.evolve(self.recipe, walkers=walkers, size=checked_size(size))
        return Corpus(self._ground, recipe, self._bar, kind or "any")

    def exposure(self) -> Exposure:
        """Return how often the corpus shows each node, transition, anchor and bridge, counted from its walks."""
        return exposure_of(self._ground, self.walks())

    def __repr__(self) -> str:
        parts = ", ".join(f"{part.walker} {part.got}" for part in self.plan.parts)
        return f"<Corpus of {len(self)} {self.format!r} samples: {parts}>"

    def __str__(self) -> str:
        return str(self.manifest())

    @property
    def format(self) -> str:
        """The serializer's name."""
        return self._serializer.name

    @property
    def is_held_out(self) -> bool:
        """Whether this is a corpus of what another one holds out."""
        return self._only_held is not None

    @property
    def forest(self) -> Ground:
        """The forest that is laid out."""
        return self._ground

    def __len__(self) -> int:
        return len(self.plan)

    def __iter__(self) -> Iterator[Sample]:
        return self.samples()

    @overload
    def __getitem__(self, place: int) -> Sample: ...
    @overload
    def __getitem__(self, place: slice) -> list[Sample]: ...
    def __getitem__(self, place: int | slice) -> Sample | list[Sample]:
        """Return the first sample of the walk at a place, or all samples of a slice of places."""
        if isinstance(place, slice):
            begin, end, step = place.indices(len(self))
            return [sample for one in range(begin, end, step) for sample in self.samples(one, one + 1)]
        if not isinstance(place, int) or not -len(self) <= place < len(self):
            raise UnknownWalkError(f"The corpus has {len(self)} samples, so none at {shown(place)}.", number=place)
        place %= len(self)
        for sample in self.samples(place, place + 1):
            return sample
        raise UnknownWalkError(f"The walk at {place} gave no sample; corpus.count() says why.", number=place)

    def walks(self, begin: int = 0, end: int | None = None) -> Iterator[Walk]:
        """Iterate over the worded walks at places `begin` to `end`."""
        return chain.from_iterable(map(self._rendering.walks, self._chunks(begin, end)))

    def samples(self, begin: int = 0, end: int | None = None, skipped: Counter[str] | None = None) -> Iterator[Sample]:
        """Iterate over the samples of the walks at places `begin` to `end`; `skipped` counts what was left out."""
        return self._rendering.samples(self.walks(begin, end), Counter() if skipped is None else skipped)

    def lines(self, begin: int = 0, end: int | None = None, skipped: Counter[str] | None = None) -> Iterator[bytes]:
        """Iterate over the samples as JSON lines, each with its line break."""
        found = Counter[str]() if skipped is None else skipped
        chunks = self._chunks(begin, end)
        return chain.from_iterable(self._rendering.lines(chunk, found) for chunk in chunks)

    def _chunks(self, begin: int = 0, end: int | None = None) -> Iterator[Chunk]:
        """Iterate over the plan's chunks; a forest that has changed is noticed at each of them, and at the end."""
        self._check()
        places = range(len(self))[begin:end]
        return self._checked_chunks(places.start, places.stop)

    def _checked_chunks(self, begin: int, end: int) -> Iterator[Chunk]:
        for chunk in self.plan.draw(begin, end):
            self._check()
            yield chunk
        self._check()

    def preview(self, count: int = 3) -> list[Sample]:
        """Return the first samples."""
        return list(self.samples(0, min(count, len(self))))

    def count(self) -> dict[str, int]:
        """Render everything and return how many samples came out (`samples`) and what was skipped, by reason."""
        skipped: Counter[str] = Counter()
        samples = sum(1 for _ in self.samples(skipped=skipped))
        return {"samples": samples, **dict(sorted(skipped.items()))}

    def manifest(self) -> Manifest:
        """Return what the corpus is made of: recipe, counts asked and got, what was left out, what is held out."""
        return Manifest.of(self._ground, self.plan, self.recipe)

    def blocks(self, skipped: Counter[str]) -> Iterator[tuple[bytes, int, int]]:
        """Iterate over the samples as blocks of JSON lines, each with its samples and how many walks are done by then.

        `skipped` counts what was left out.
        """
        done = 0
        for chunk in self._chunks():
            with paused_collector():
                for block, samples in self._rendering.blocks(chunk, skipped):
                    yield block, samples, done
            done += chunk.size
        yield b"", 0, done

    def write(self, directory: str | os.PathLike[str], *, progress: Progress | None = None) -> list[Path]:
        """Write ``train.jsonl`` and ``manifest.json`` into a folder, each atomically, and return their paths.

        With hold-outs the walks are counted first, and a leak is a `LeakError`; up to a thousand samples of what is
        held out are written beside, as ``held_out.jsonl``.

        The manifest holds the SHA-256 of the samples. Where it does not fit, a kill between the two renames left them
        of two writings: write again.

        A progress bar shows on a terminal; `progress`, where given, is called with the number of walks written so far.
        """
        if progress is not None:
            return written(self, Path(directory), progress)
        with self._bar(f"writing {Path(directory).name}", len(self)) as on_terminal:
            return written(self, Path(directory), on_terminal)

    def beside(self) -> Corpus | None:
        """Return what is written beside the samples: those of what is held out, if any walker can show it."""
        crossing = any(not isinstance(part.trails, OfPaths) for part in self.plan.parts)
        return self.held_out() if self.hold_outs and self._only_held is None and crossing else None

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in ("_rendering", "_serializer")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._serializer = self.recipe.plugin

    @cached_property
    def _rendering(self) -> Rendering:
        return Rendering(self._ground, self.recipe.style, self._serializer, self.recipe.options)

    def _check(self) -> None:
        if self._ground.revision != self._revision:
            raise ForestChangedError(
                f"The forest {shown(self._ground.name)} has changed since this corpus was made. Call linearize() again."
            )
