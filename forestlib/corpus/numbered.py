"""Numbered: the walks of a corpus as rows of numbered pieces, each piece of text numbered once.

What a format's samples are made of its serializer says (`forestlib.model.passages`). The paths of a tree need no walk
for that: a serializer that declares a *mold* puts what is before, between and after a path's nodes without looking at
them, so it is asked once a tree what that is, with marks for nodes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from forestlib.corpus.batching import Batch, Filling, Frame, Shape
from forestlib.corpus.mixing import Mixed, Woven
from forestlib.corpus.plan import Chunk, Trails
from forestlib.corpus.rendering import Rendering, Sample
from forestlib.corpus.spelling import Spelling
from forestlib.errors import PluginError, shown
from forestlib.model.passages import Passage
from forestlib.model.walk import Ends, Skip, Step, Walk

__all__ = ["NumberedRendering", "batches"]

Places = npt.NDArray[np.int64]
Row = tuple[Frame, int] | Walk | Sample
_ENTRIES = 1 << 20
_MARKS = "\ue000", "\ue001"


def batches(drawn: Iterable[Mixed], woven: Woven, rows: NumberedRendering, skipped: Counter[str]) -> Iterator[Batch]:
    """Iterate over the rows of a corpus in batches; `skipped` counts what the serializer left out."""
    filled = Filling()
    for mixed in drawn:
        for _ in rows.put(filled, mixed, woven.own_samples(mixed), skipped):
            if filled.batch.entries >= _ENTRIES:
                yield filled.taken()
    if filled.batch.entries:
        yield filled.taken()


class NumberedRendering(Rendering):
    """What makes rows of numbered pieces of the chunks of one corpus."""

    def __init__(self, *given: Any, spelling: Spelling, **options: Any) -> None:
        super().__init__(*given, **options)
        self._spelling = spelling
        self._tokens: Callable[..., Iterator[tuple[Passage, ...] | Skip]] = self._serializer.traits["tokens"]
        self._numbers: dict[str, Places] = {}
        self._frames: dict[str, Frame | None] = {}

    def put(self, filled: Filling, mixed: Mixed, own: Iterator[Sample], skipped: Counter[str]) -> Iterator[None]:
        """Put in the rows of some places; whenever this yields, what is filled may be taken away."""
        chunk = mixed.walks
        if mixed.is_own is None and chunk.owner is None:
            for (walker, trails), places in zip(chunk.groups, chunk.places_by_group(), strict=True):
                yield from self._put_group(filled, walker, trails, places, skipped)
            return
        own_places = iter([place for _, place in mixed.own])
        rows = mixed.merged(self._rows(chunk), ((next(own_places), sample) for sample in own))
        for place, row in rows:
            self._put(filled.batch, place, row, skipped)
            yield

    def _put_group(
        self, filled: Filling, walker: str, trails: Trails, places: Iterator[int], skipped: Counter[str]
    ) -> Iterator[None]:
        """Put the rows of one walker, neighbouring paths all together."""
        if not isinstance(trails, Ends):
            for trail, place in zip(trails, places, strict=False):
                self._put(filled.batch, place, self._walk(trail, walker), skipped)
                yield
            return
        for stretch in self._stretches(trails):
            tree, first, stop = stretch
            frame = self._frame(tree)
            if frame is not None:
                filled.batch.add_paths([next(places) for _ in range(first, stop)], frame, first, stop)
                yield
                continue
            for walk in self._neighbours(walker, stretch):
                self._put(filled.batch, next(places), walk, skipped)
                yield

    def _rows(self, chunk: Chunk) -> Iterator[tuple[int, Row]]:
        """Iterate over the rows of a chunk in the order of their places."""
        rows = chunk.merged([self._of_group(walker, trails) for walker, trails in chunk.groups])
        return zip(chunk.places.tolist(), rows, strict=True)

    def _of_group(self, walker: str, trails: Trails) -> Iterator[Row]:
        if not isinstance(trails, Ends):
            yield from (self._walk(trail, walker) for trail in trails)
            return
        for stretch in self._stretches(trails):
            tree, first, stop = stretch
            frame = self._frame(tree)
            yield from (
                self._neighbours(walker, stretch) if frame is None else ((frame, leaf) for leaf in range(first, stop))
            )

    def _put(self, batch: Batch, place: int, row: Row, skipped: Counter[str]) -> None:
        if isinstance(row, tuple):
            batch.add_path(place, *row)
        elif isinstance(row, Walk):
            row.place = place
            for passages in self._passages(row, skipped):
                self._spelling.put(batch, place, row, passages)
        else:
            batch.add_made(place, self._spelling.own(row, self.serializer))

    def _passages(self, walk: Walk, skipped: Counter[str]) -> Iterator[Sequence[Passage]]:
        for sample in self._tokens(walk, **self._options):
            if isinstance(sample, Skip):
                skipped[sample.reason] += 1
            elif isinstance(sample, Sequence) and sample and all(isinstance(part, Passage) for part in sample):
                yield sample
            else:
                raise PluginError(
                    f"The tokens= of the serializer {self.serializer!r} gave {shown(sample)}. It yields tuples of "
                    "Passage, or fl.Skip(reason).",
                    name=self.serializer,
                )

    def _frame(self, tree: str) -> Frame | None:
        """Return how the paths of a tree are laid, None where each of them has to be asked for."""
        try:
            return self._frames[tree]
        except KeyError:
            frame = self._frames[tree] = self._framed(tree)
            return frame

    def _framed(self, tree: str) -> Frame | None:
        said = self._wording.tree(tree)
        mold: Callable[..., Any] | None = None if self._loss == "last" else self._serializer.traits.get("mold")
        if said.roles or mold is None or mold(said.head.text, said.opening[1], **self._options) is None:
            return None
        steps = said.head, *(Step("node", mark) for mark in _MARKS)
        shape = partial(self._shape, partial(Walk, "paths", said.lang, steps, (said.opening,), ()))
        whole, led = shape(1), shape(2) if self._loss == "once" else None
        if whole is None or len(whole.between[0]) or (led is None and self._loss == "once"):
            return None
        return Frame(self._spelling.numbers.texts(said.texts), said.order, whole, led)

    def _shape(self, walk: Callable[..., Walk], context: int) -> Shape | None:
        found = list(self._tokens(walk(context=context), **self._options))
        if len(found) != 1 or isinstance(found[0], Skip):
            return None
        row = self._spelling.row(found[0])
        if row is None:
            return None
        pieces, taught = row
        numbers = [
            -1 - _MARKS.index(piece) if piece in _MARKS else self._spelling.numbers.one(piece) for piece in pieces
        ]
        return Shape.of(numbers, taught, (-1, -2))
