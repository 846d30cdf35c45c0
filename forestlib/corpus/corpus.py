"""A corpus: a forest laid out as samples of one format, rendered lazily from its plan."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, overload

from forestlib.corpus.draw import Sieve
from forestlib.corpus.exposure import Exposure, exposure_of
from forestlib.corpus.fit import check_fit
from forestlib.corpus.holdouts import KINDS, Gate, HoldOuts
from forestlib.corpus.manifest import Copied, Manifest
from forestlib.corpus.plan import Chunk, Plan, planned
from forestlib.corpus.rendering import Rendering, Sample
from forestlib.corpus.shares import Share, checked_size
from forestlib.errors import ForestChangedError, OptionError, UnknownWalkError, shown
from forestlib.files.atomic import atomic_write
from forestlib.model.collector import paused_collector
from forestlib.model.ground import Ground
from forestlib.model.walk import OfPaths, Walk
from forestlib.registry import Plugin, serializers
from forestlib.wording.style import Style

__all__ = ["Corpus", "Sample"]

TRAIN, HELD_OUT = "train.jsonl", "held_out.jsonl"
Progress = Callable[[int], None]
Bar = Callable[[str, int], AbstractContextManager[Progress]]


class Corpus:
    """Samples of one format, in an order that follows from the seed; made by `forest.linearize`.

    `len(corpus)` is the number of walks planned, which is the number of samples unless the serializer skips or splits.
    Iterating renders samples anew; what is kept are the worded nodes. After a change of the forest it raises
    `ForestChangedError`.
    """

    def __init__(
        self,
        ground: Ground,
        serializer: Plugin,
        shares: tuple[Share, ...],
        *,
        size: int | None,
        seed: int,
        order: str,
        style: Style,
        options: Mapping[str, Any],
        bar: Bar,
        held: HoldOuts | None = None,
        only_held: str | None = None,
    ) -> None:
        self._ground, self._serializer, self._options = ground, serializer, dict(options)
        self.style, self.seed, self._bar = style, seed, bar
        self._revision = ground.revision
        check_fit(serializer, shares)
        self.hold_outs = held or HoldOuts(seed=seed)
        self._only_held = only_held
        self.plan: Plan = planned(ground, shares, size, seed, order, self._sieve())

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
        return Corpus(
            self._ground,
            self._serializer,
            tuple(Share(part.walker, part.share / total, part.options) for part in crossing),
            size=checked_size(size),
            seed=self.seed,
            order=self.plan.order,
            style=self.style,
            options=self._options,
            bar=self._bar,
            held=self.hold_outs,
            only_held=kind or "any",
        )

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
        held = self.hold_outs.as_dict()
        return Manifest.of(self._ground, self.plan, self._serializer, self.style, self._options, held)

    def write(self, directory: str | os.PathLike[str], *, progress: Progress | None = None) -> list[Path]:
        """Write ``train.jsonl`` and ``manifest.json`` into a folder, each atomically, and return their paths.

        With hold-outs the walks are counted first, and a leak is a `LeakError`; up to a thousand samples of what is
        held out are written beside, as ``held_out.jsonl``.

        The manifest holds the SHA-256 of the samples. Where it does not fit, a kill between the two renames left them
        of two writings: write again.

        A progress bar shows on a terminal; `progress`, where given, is called with the number of walks written so far.
        """
        if progress is not None:
            return self._write(directory, progress)
        with self._bar(f"writing {Path(directory).name}", len(self)) as on_terminal:
            return self._write(directory, on_terminal)

    def _write(self, directory: str | os.PathLike[str], progress: Progress) -> list[Path]:
        folder, manifest = Path(directory), self.manifest()
        if folder.exists() and not folder.is_dir():
            raise OptionError(
                f"A corpus is written into a folder, but {shown(str(folder))} is a file. Name another place."
            )
        if self.hold_outs and self._only_held is None:
            self.exposure().check(self.hold_outs)
        skipped: Counter[str] = Counter()
        held = self._beside()
        # All are whole before one takes its place, which leaves a kill no more time than the renames take.
        with ExitStack() as files:
            described = files.enter_context(atomic_write(folder / "manifest.json"))
            written = {TRAIN: self._copied(files.enter_context(atomic_write(folder / TRAIN)).write, skipped, progress)}
            if held is not None:
                file = files.enter_context(atomic_write(folder / HELD_OUT))
                written[HELD_OUT] = held._copied(file.write, Counter(), lambda done: None)
            described.write(manifest.written(written, skipped).as_json())
            described.flush()
            os.fsync(described.fileno())
        if held is None:
            # What an earlier writing held out was not held out of this one.
            (folder / HELD_OUT).unlink(missing_ok=True)
        return [*(folder / name for name in written), folder / "manifest.json"]

    def _beside(self) -> Corpus | None:
        """Return what is written beside the samples: those of what is held out, if any walker can show it."""
        crossing = any(not isinstance(part.trails, OfPaths) for part in self.plan.parts)
        return self.held_out() if self.hold_outs and self._only_held is None and crossing else None

    def _copied(self, write: Callable[[bytes], Any], skipped: Counter[str], progress: Progress) -> Copied:
        copied, done = Copied(), 0
        for chunk in self._chunks():
            with paused_collector():
                for block, samples in self._rendering.blocks(chunk, skipped):
                    copied.add(write, block, samples)
            done += chunk.size
            progress(done)
        return copied

    def __getstate__(self) -> dict[str, Any]:
        state = {name: value for name, value in self.__dict__.items() if name not in ("_rendering", "_serializer")}
        return state | {"_serializer_name": self._serializer.name}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._serializer = serializers[state.pop("_serializer_name")]
        self.__dict__.update(state)

    @cached_property
    def _rendering(self) -> Rendering:
        return Rendering(self._ground, self.style, self._serializer, self._options)

    def _check(self) -> None:
        if self._ground.revision != self._revision:
            raise ForestChangedError(
                f"The forest {shown(self._ground.name)} has changed since this corpus was made. Call linearize() again."
            )
