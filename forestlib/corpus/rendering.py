"""Rendering: chunks of a plan to walks, samples and lines. All that is kept from one to the next is what nodes say.

Neighbouring paths of one tree are rendered in one go: this is where most of a corpus's time goes, and what they share
is put together once.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from types import GeneratorType
from typing import Any

import numpy as np
import orjson

from forestlib.corpus.lines import Mold, MoldedLines
from forestlib.corpus.plan import Chunk, Trails
from forestlib.errors import PluginError, shown
from forestlib.model.ground import Ground
from forestlib.model.walk import Ends, Skip, Walk
from forestlib.registry import Plugin
from forestlib.wording.style import Style
from forestlib.wording.wording import Wording

__all__ = ["Rendering", "Sample"]

Sample = Mapping[str, Any]
Skipped = Counter[str]
Stretch = tuple[str, int, int]
_BLOCK = 1 << 18
_MANY = 4


class Rendering:
    """What makes walks, samples and lines of the chunks of one corpus."""

    def __init__(self, ground: Ground, style: Style, serializer: Plugin, options: Mapping[str, Any]) -> None:
        mold: Mold | None = serializer.traits.get("mold")
        self._serializer, self._options = serializer, dict(options)
        self._wording = Wording(ground, style)
        self._names = [tree.name for tree in ground.trees]
        self._molded = MoldedLines(self._wording, mold, self._options) if mold is not None else None

    def walks(self, chunk: Chunk) -> Iterator[Walk]:
        """Iterate over the worded walks of a chunk."""
        return chunk.merged([self._walks(walker, trails) for walker, trails in chunk.groups])

    def samples(self, walks: Iterable[Walk], skipped: Skipped) -> Iterator[Sample]:
        """Iterate over the samples of walks; `skipped` counts what the serializer left out."""
        function, options = self._serializer.function, self._options
        for walk in walks:
            samples = function(walk, **options)
            if type(samples) is not GeneratorType:
                self._check_iterable(samples)
            for sample in samples:
                if type(sample) is dict or self._counted(sample, skipped):
                    yield sample

    def lines(self, chunk: Chunk, skipped: Skipped) -> Iterator[bytes]:
        """Iterate over the samples of a chunk as JSON lines, each with its line break."""
        molded = self._molded
        if molded is None:
            return map(self._line, self.samples(self.walks(chunk), skipped))
        groups = [self._lines(molded, walker, trails, skipped) for walker, trails in chunk.groups]
        return chain.from_iterable(chunk.merged(groups))

    def blocks(self, chunk: Chunk, skipped: Skipped) -> Iterator[tuple[bytes, int]]:
        """Iterate over the lines of a chunk, many in one, each with how many they are."""
        molded = self._molded
        if molded is None or chunk.owner is not None:
            return _joined(self.lines(chunk, skipped))
        return chain.from_iterable(self._blocks(molded, walker, trails, skipped) for walker, trails in chunk.groups)

    def _walks(self, walker: str, trails: Trails) -> Iterator[Walk]:
        if isinstance(trails, Ends):
            return chain.from_iterable(self._neighbours(walker, stretch) for stretch in self._stretches(trails))
        return (self._wording.walk(trail, walker) for trail in trails)

    def _neighbours(self, walker: str, stretch: Stretch) -> Iterator[Walk]:
        """Iterate over the walks to neighbouring leaves."""
        tree, first, stop = stretch
        said = self._wording.tree(tree)
        lang, questions, has_roles = said.lang, (said.opening,), bool(said.roles)
        for leads, lasts in said.leads.batches(first, stop):
            for lead, last in zip(leads, lasts, strict=True):
                yield Walk(walker, lang, lead + last, questions, (), has_roles, len(lead))

    def _stretches(self, ends: Ends) -> Iterator[Stretch]:
        """Iterate over (tree, first leaf, leaf after the last) of paths that are neighbours of one tree."""
        apart = (np.diff(ends.trees) != 0) | (np.diff(ends.leaves) != 1)
        begins = np.append(0, np.flatnonzero(apart) + 1)
        firsts = ends.leaves[begins]
        stops = firsts + np.diff(np.append(begins, len(ends.leaves)))
        names = map(self._names.__getitem__, ends.trees[begins].tolist())
        return zip(names, firsts.tolist(), stops.tolist(), strict=True)

    def _lines(self, molded: MoldedLines, walker: str, trails: Trails, skipped: Skipped) -> Iterator[Iterable[bytes]]:
        """Iterate over the lines of each trail."""
        if not isinstance(trails, Ends):
            for trail in trails:
                line = molded.line(trail)
                yield (line,) if line is not None else self._plain([self._wording.walk(trail, walker)], skipped)
            return
        for stretch in self._stretches(trails):
            tree, first, stop = stretch
            block = molded.block(tree)
            if block is None:
                for walk in self._neighbours(walker, stretch):
                    yield self._plain([walk], skipped)
            else:
                for leaf in range(first, stop):
                    yield (block.line(leaf),)

    def _blocks(
        self, molded: MoldedLines, walker: str, trails: Trails, skipped: Skipped
    ) -> Iterator[tuple[bytes, int]]:
        stretches = list(self._stretches(trails)) if isinstance(trails, Ends) else []
        if not isinstance(trails, Ends) or len(stretches) * _MANY > len(trails.leaves):
            yield from _joined(chain.from_iterable(self._lines(molded, walker, trails, skipped)))
            return
        for stretch in stretches:
            tree, first, stop = stretch
            block = molded.block(tree)
            if block is None:
                yield from _joined(self._plain(self._neighbours(walker, stretch), skipped))
            else:
                yield from block.joined(first, stop)

    def _plain(self, walks: Iterable[Walk], skipped: Skipped) -> Iterator[bytes]:
        return map(self._line, self.samples(walks, skipped))

    def _line(self, sample: Sample) -> bytes:
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


def _joined(lines: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """Join lines to blocks: few writes, and never much more than that in memory."""
    waiting, held = list[bytes](), 0
    for line in lines:
        waiting.append(line)
        held += len(line)
        if held > _BLOCK:
            yield b"".join(waiting), len(waiting)
            waiting, held = [], 0
    yield b"".join(waiting), len(waiting)


def _may_hold_numbers(sample: Sample) -> bool:
    """Whether a sample may hold NaN, which the encoder would write as null: not one of texts, or of turns of texts."""
    for value in sample.values():
        if type(value) is list:
            for turn in value:
                if type(turn) is not dict:
                    return True
                for said in turn.values():
                    if type(said) is not str:
                        return True
        elif type(value) is not str:
            return True
    return False
