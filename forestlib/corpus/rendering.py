"""Rendering: chunks of a plan to walks, samples and lines. All that is kept from one to the next is what nodes say.

Neighbouring paths of one tree are rendered in one go: this is where most of a corpus's time goes, and what they share
is put together once.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, repeat
from types import GeneratorType
from typing import Any

import attrs
import numpy as np
import orjson

from forestlib.corpus.lines import Mold, MoldedLines
from forestlib.corpus.plan import Chunk, Trails
from forestlib.corpus.provenance import META, Provenance, neat, provenance_of
from forestlib.errors import PluginError, shown
from forestlib.model.ground import Ground
from forestlib.model.loss import learned_from
from forestlib.model.walk import Ends, Run, Skip, Trail, Walk
from forestlib.registry import Plugin
from forestlib.wording.style import Style
from forestlib.wording.wording import Wording

__all__ = ["Rendering", "Sample", "joined"]

Sample = Mapping[str, Any]
Skipped = Counter[str]
Stretch = tuple[str, int, int]
_BLOCK = 1 << 18
_MANY = 4
_META, _END = f',"{META}":'.encode(), b"}\n"
_SOUND = (str, bool, int)


class Rendering:
    """What makes walks, samples and lines of the chunks of one corpus."""

    def __init__(
        self,
        ground: Ground,
        style: Style,
        serializer: Plugin,
        options: Mapping[str, Any],
        *,
        loss: str = "all",
        provenance: bool = False,
    ) -> None:
        # A mold puts what is learned behind the last fork at most, so it cannot say which step is the last.
        mold: Mold | None = None if loss == "last" else serializer.traits.get("mold")
        self._serializer, self._options = serializer, dict(options)
        self._wording, self._loss, self._provenance = Wording(ground, style, loss), loss, provenance
        self._names = [tree.name for tree in ground.trees]
        self._key_of = ground.anchors.key_of
        self._molded = MoldedLines(self._wording, mold, self._options) if mold is not None else None

    @property
    def serializer(self) -> str:
        """The name of the format."""
        return self._serializer.name

    @property
    def says_provenance(self) -> bool:
        """Whether samples say where they come from."""
        return self._provenance

    def walks(self, chunk: Chunk) -> Iterator[Walk]:
        """Iterate over the worded walks of a chunk."""
        walks = chunk.merged([self._walks(walker, trails) for walker, trails in chunk.groups])
        return map(_placed, walks, chunk.places.tolist())

    def samples(self, walks: Iterable[Walk], skipped: Skipped) -> Iterator[Sample]:
        """Iterate over the samples of walks; `skipped` counts what the serializer left out."""
        function, options = self._serializer.function, self._options
        for walk in walks:
            samples = function(walk, **options)
            if type(samples) is not GeneratorType:
                self._check_iterable(samples)
            for sample in samples:
                if type(sample) is dict or self._counted(sample, skipped):
                    yield self._with_provenance(sample, walk) if self._provenance else sample

    def _with_provenance(self, sample: Sample, walk: Walk) -> Sample:
        if META in sample:
            name = self._serializer.name
            raise PluginError(
                f"The serializer {name!r} writes a column {META!r} of its own, which is where provenance stands. Let "
                "it name that otherwise, or lay the forest out without provenance.",
                name=name,
            )
        return {**sample, META: provenance_of(walk).spelled()}

    def lines(self, chunk: Chunk, skipped: Skipped) -> Iterator[bytes]:
        """Iterate over the samples of a chunk as JSON lines, each with its line break."""
        molded = self._molded
        if molded is None:
            return map(self.line, self.samples(self.walks(chunk), skipped))
        return chain.from_iterable(self.lines_by_walk(chunk, skipped))

    def lines_by_walk(self, chunk: Chunk, skipped: Skipped) -> Iterator[Iterable[bytes]]:
        """Iterate over the lines of each walk of a chunk."""
        molded = self._molded
        if molded is None:
            return (self._plain((walk,), skipped) for walk in self.walks(chunk))
        places = chunk.places_by_group()
        groups = zip(chunk.groups, places, strict=True)
        return chunk.merged([self._lines(molded, walker, trails, at, skipped) for (walker, trails), at in groups])

    def blocks(self, chunk: Chunk, skipped: Skipped) -> Iterator[tuple[bytes, int]]:
        """Iterate over the lines of a chunk, many in one, each with how many they are."""
        molded = self._molded
        if molded is None or chunk.owner is not None or self._provenance:
            return joined(self.lines(chunk, skipped))
        return chain.from_iterable(self._blocks(molded, walker, trails, skipped) for walker, trails in chunk.groups)

    def _walks(self, walker: str, trails: Trails) -> Iterator[Walk]:
        if isinstance(trails, Ends):
            return chain.from_iterable(self._neighbours(walker, stretch) for stretch in self._stretches(trails))
        return (self._walk(trail, walker) for trail in trails)

    def _walk(self, trail: Trail, walker: str) -> Walk:
        return self._wording.walk(trail, walker)

    def _neighbours(self, walker: str, stretch: Stretch) -> Iterator[Walk]:
        """Iterate over the walks to neighbouring leaves."""
        tree, first, stop = stretch
        said = self._wording.tree(tree)
        lang, questions, has_roles, loss = said.lang, (said.opening,), bool(said.roles), self._loss
        for leads, lasts in said.leads.batches(first, stop):
            for lead, last in zip(leads, lasts, strict=True):
                steps = lead + last
                context = 1 if loss == "all" else learned_from(loss, steps, 1, len(lead))
                yield Walk(walker, lang, steps, questions, (), has_roles, context)

    def _stretches(self, ends: Ends) -> Iterator[Stretch]:
        """Iterate over (tree, first leaf, leaf after the last) of paths that are neighbours of one tree."""
        apart = (np.diff(ends.trees) != 0) | (np.diff(ends.leaves) != 1)
        begins = np.append(0, np.flatnonzero(apart) + 1)
        firsts = ends.leaves[begins]
        stops = firsts + np.diff(np.append(begins, len(ends.leaves)))
        names = map(self._names.__getitem__, ends.trees[begins].tolist())
        return zip(names, firsts.tolist(), stops.tolist(), strict=True)

    def _lines(
        self, molded: MoldedLines, walker: str, trails: Trails, places: Iterator[int], skipped: Skipped
    ) -> Iterator[Iterable[bytes]]:
        """Iterate over the lines of each trail; `places` are their places in the corpus."""
        if not isinstance(trails, Ends):
            for trail in trails:
                line, place = molded.line(trail), next(places)
                if line is None:
                    yield self._plain([_placed(self._walk(trail, walker), place)], skipped)
                else:
                    yield (self._line_with_provenance(line, walker, place, trail.runs),)
            return
        for stretch in self._stretches(trails):
            tree, first, stop = stretch
            block = molded.block(tree)
            if block is None:
                for walk in self._neighbours(walker, stretch):
                    yield self._plain([_placed(walk, next(places))], skipped)
            elif self._provenance:
                order = self._wording.tree(tree).order
                for leaf in range(first, stop):
                    run = Run(tree, tuple(order.path(int(order.leaves[leaf]))))
                    yield (self._line_with_provenance(block.line(leaf), walker, next(places), (run,)),)
            else:
                for leaf, _ in zip(range(first, stop), places, strict=False):
                    yield (block.line(leaf),)

    def _line_with_provenance(self, line: bytes, walker: str, place: int, runs: tuple[Run, ...]) -> bytes:
        """Return the line of a trail that is runs and jumps alone, with its provenance, where that is asked for."""
        if not self._provenance:
            return line
        keyed = (run if run.via is None else attrs.evolve(run, via=self._key_of(run.via)) for run in runs)
        said = Provenance(walker, place, tuple(map(neat, keyed))).spelled()
        return b"".join((line[: -len(_END)], _META, orjson.dumps(said), _END))

    def _blocks(
        self, molded: MoldedLines, walker: str, trails: Trails, skipped: Skipped
    ) -> Iterator[tuple[bytes, int]]:
        stretches = list(self._stretches(trails)) if isinstance(trails, Ends) else []
        if not isinstance(trails, Ends) or len(stretches) * _MANY > len(trails.leaves):
            yield from joined(chain.from_iterable(self._lines(molded, walker, trails, repeat(0), skipped)))
            return
        for stretch in stretches:
            tree, first, stop = stretch
            block = molded.block(tree)
            if block is None:
                yield from joined(self._plain(self._neighbours(walker, stretch), skipped))
            else:
                yield from block.joined(first, stop)

    def _plain(self, walks: Iterable[Walk], skipped: Skipped) -> Iterator[bytes]:
        return map(self.line, self.samples(walks, skipped))

    def line(self, sample: Sample) -> bytes:
        """Return a sample as a JSON line, with its line break."""
        try:
            line = orjson.dumps(sample, option=orjson.OPT_APPEND_NEWLINE)
            if _may_hold_numbers(sample):
                json.dumps(sample, allow_nan=False)
        except (TypeError, ValueError) as error:
            name = self._serializer.name
            raise PluginError(
                f"The serializer {name!r} gave a sample that JSON cannot say: {error}. Sample: {shown(sample)}",
                name=name,
            ) from None
        return line

    def _check_iterable(self, samples: Any) -> None:
        if isinstance(samples, Mapping) or not isinstance(samples, Iterable):
            name = self._serializer.name
            raise PluginError(f"The serializer {name!r} returned {shown(samples)}. Let it yield samples.", name=name)

    def _counted(self, sample: object, skipped: Skipped) -> bool:
        """Return whether this is a sample; count it where it is skipped."""
        if isinstance(sample, Skip):
            skipped[sample.reason] += 1
        elif not isinstance(sample, Mapping):
            name = self._serializer.name
            raise PluginError(
                f"The serializer {name!r} gave {shown(sample)}. It yields dicts, or fl.Skip(reason).", name=name
            )
        return isinstance(sample, Mapping)


def joined(lines: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """Join lines to blocks: few writes, and never much more than that in memory."""
    waiting, held = list[bytes](), 0
    for line in lines:
        waiting.append(line)
        held += len(line)
        if held > _BLOCK:
            yield b"".join(waiting), len(waiting)
            waiting, held = [], 0
    yield b"".join(waiting), len(waiting)


def _placed(walk: Walk, place: int) -> Walk:
    walk.place = place
    return walk


def _may_hold_numbers(sample: Sample) -> bool:
    """Whether a sample may hold NaN, which the encoder would write as null: not one of texts, or of turns of texts."""
    for value in sample.values():
        if type(value) is list:
            for turn in value:
                if type(turn) is not dict:
                    return True
                for said in turn.values():
                    if type(said) not in _SOUND:
                        return True
        elif type(value) is not str:
            return True
    return False
