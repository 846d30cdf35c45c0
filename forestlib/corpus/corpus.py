"""A corpus: a forest laid out as samples of one format, rendered lazily from its plan."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from itertools import chain, repeat
from pathlib import Path
from types import GeneratorType
from typing import Any, overload

import orjson

from forestlib.corpus.lines import Mold, MoldedLines
from forestlib.corpus.manifest import Copied, Manifest
from forestlib.corpus.plan import PathEnd, Plan, planned
from forestlib.corpus.shares import Share
from forestlib.errors import ForestChangedError, OptionError, PluginError, UnknownNodeError, shown
from forestlib.files.atomic import atomic_write
from forestlib.model.collector import paused_collector
from forestlib.model.ground import Ground
from forestlib.model.walk import Skip, Trail, Walk
from forestlib.registry import Plugin, serializers
from forestlib.wording.style import Style
from forestlib.wording.wording import Wording

__all__ = ["Corpus", "Sample"]

Sample = Mapping[str, Any]
Progress = Callable[[int], None]
Bar = Callable[[str, int], AbstractContextManager[Progress]]
_BLOCK = 1 << 20


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
    ) -> None:
        self._ground, self._serializer, self._options = ground, serializer, dict(options)
        self.style, self.seed, self._bar = style, seed, bar
        self._revision = ground.revision
        self.plan: Plan = planned(ground, shares, size, seed, order)

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
            raise UnknownNodeError(f"The corpus has {len(self)} samples, so none at {shown(place)}.", number=place)
        place %= len(self)
        for sample in self.samples(place, place + 1):
            return sample
        raise UnknownNodeError(f"The walk at {place} gave no sample; corpus.count() says why.", number=place)

    def walks(self, begin: int = 0, end: int | None = None) -> Iterator[Walk]:
        """Iterate over the worded walks at places `begin` to `end`."""
        chunks = self._chunks(begin, end)
        return (self._walk(walker, trail) for chunk in chunks for walker, trail in chunk)

    def samples(self, begin: int = 0, end: int | None = None, skipped: Counter[str] | None = None) -> Iterator[Sample]:
        """Iterate over the samples of the walks at places `begin` to `end`; `skipped` counts what was left out."""
        found = Counter[str]() if skipped is None else skipped
        return chain.from_iterable(self._rendered(walk, found) for walk in self.walks(begin, end))

    def lines(self, begin: int = 0, end: int | None = None, skipped: Counter[str] | None = None) -> Iterator[bytes]:
        """Iterate over the samples as JSON lines, each with its line break."""
        found = Counter[str]() if skipped is None else skipped
        chunks = self._chunks(begin, end)
        return (b"".join(pieces) for chunk in chunks for pieces in self._lines(chunk, found))

    def _chunks(self, begin: int = 0, end: int | None = None) -> Iterator[list[tuple[str, Trail | PathEnd]]]:
        """Iterate over the plan's chunks; a forest that has changed is noticed at each of them, and at the end."""
        self._check()
        places = range(len(self))[begin:end]
        return self._checked_chunks(places.start, places.stop)

    def _checked_chunks(self, begin: int, end: int) -> Iterator[list[tuple[str, Trail | PathEnd]]]:
        for chunk in self.plan.draw(begin, end):
            self._check()
            yield chunk
        self._check()

    def _lines(self, chunk: list[tuple[str, Trail | PathEnd]], skipped: Counter[str]) -> Iterator[Sequence[bytes]]:
        """Iterate over the lines of a chunk of the plan, each as pieces to be joined."""
        molded = self._molded
        ready = repeat(None) if molded is None else molded.chunk(trail for _, trail in chunk)
        for (walker, trail), pieces in zip(chunk, ready, strict=False):
            if pieces is not None:
                yield pieces
                continue
            for sample in self._rendered(self._walk(walker, trail), skipped):
                yield (self._line(sample),)

    def _walk(self, walker: str, trail: Trail | PathEnd) -> Walk:
        if isinstance(trail, Trail):
            return self._wording.walk(trail, walker)
        return self._wording.path(*trail, walker)

    def _line(self, sample: Sample) -> bytes:
        try:
            line = orjson.dumps(sample, option=orjson.OPT_APPEND_NEWLINE)
            if _may_hold_numbers(sample):
                json.dumps(sample, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise PluginError(
                f"The serializer {self.format!r} gave a sample that JSON cannot say: {error}. Sample: {shown(sample)}",
                name=self.format,
            ) from None
        return line

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
        return Manifest.of(self._ground, self.plan, self.format, self.style, self._options)

    def write(self, directory: str | os.PathLike[str], *, progress: Progress | None = None) -> list[Path]:
        """Write ``train.jsonl`` and ``manifest.json`` into a folder, each atomically, and return their paths.

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
        skipped: Counter[str] = Counter()
        with atomic_write(folder / "train.jsonl") as file:
            copied = self._copied(file.write, skipped, progress)
        written = manifest.written("train.jsonl", copied, skipped)
        with atomic_write(folder / "manifest.json") as file:
            file.write(written.as_json())
        return [folder / "train.jsonl", folder / "manifest.json"]

    def _copied(self, write: Callable[[bytes], Any], skipped: Counter[str], progress: Progress) -> Copied:
        copied, done = Copied(), 0
        for chunk in self._chunks():
            with paused_collector():
                for block, lines in _blocks(self._lines(chunk, skipped)):
                    copied.add(write, block, lines)
            done += len(chunk)
            progress(done)
        return copied

    def __getstate__(self) -> dict[str, Any]:
        state = {
            name: value for name, value in self.__dict__.items() if name not in ("_wording", "_molded", "_serializer")
        }
        return state | {"_serializer_name": self._serializer.name}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._serializer = serializers[state.pop("_serializer_name")]
        self.__dict__.update(state)

    @cached_property
    def _wording(self) -> Wording:
        return Wording(self._ground, self.style)

    @cached_property
    def _molded(self) -> MoldedLines | None:
        mold: Mold | None = self._serializer.traits.get("mold")
        return MoldedLines(self._wording, mold, self._options) if mold is not None else None

    def _rendered(self, walk: Walk, skipped: Counter[str]) -> Iterator[Sample]:
        samples = self._iterable(self._serializer.function(walk, **self._options))
        return (sample for sample in samples if type(sample) is dict or self._counted(sample, skipped))

    def _iterable(self, samples: Any) -> Iterable[Any]:
        if not isinstance(samples, GeneratorType) and (
            isinstance(samples, Mapping) or not isinstance(samples, Iterable)
        ):
            raise PluginError(
                f"The serializer {self.format!r} returned {shown(samples)}. Let it yield samples.",
                name=self.format,
            )
        return samples

    def _counted(self, sample: object, skipped: Counter[str]) -> bool:
        """Return whether this is a sample; count it where it is skipped."""
        if isinstance(sample, Skip):
            skipped[sample.reason] += 1
        elif not isinstance(sample, Mapping):
            raise PluginError(
                f"The serializer {self.format!r} gave {shown(sample)}. It yields dicts, or fl.Skip(reason).",
                name=self.format,
            )
        return isinstance(sample, Mapping)

    def _check(self) -> None:
        if self._ground.revision != self._revision:
            raise ForestChangedError(
                f"The forest {shown(self._ground.name)} has changed since this corpus was made. Call linearize() again."
            )


def _blocks(lines: Iterable[Sequence[bytes]]) -> Iterator[tuple[bytes, int]]:
    """Join lines to blocks of about a megabyte: few writes, and never more than that in memory."""
    waiting, held, count = list[bytes](), 0, 0
    for pieces in lines:
        waiting += pieces
        count += 1
        held += sum(map(len, pieces))
        if held > _BLOCK:
            yield b"".join(waiting), count
            waiting, held, count = [], 0, 0
    yield b"".join(waiting), count


def _may_hold_numbers(sample: Sample) -> bool:
    """Whether a sample may hold NaN, which the encoder would write as null: not one of texts, or of turns of texts."""
    return any(type(value) is not str and not _is_turns(value) for value in sample.values())


def _is_turns(value: object) -> bool:
    return type(value) is list and all(
        type(turn) is dict and all(type(said) is str for said in turn.values()) for turn in value
    )
