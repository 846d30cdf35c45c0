"""Mixing: the walks of a plan and the own samples beside them, as one corpus with a place for each.

The walks keep their order among themselves, and the own samples theirs: where one stands is worked out for any place
by itself, so that a corpus with own samples is still read from any place on, in any process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TypeVar

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.corpus.own import Own
from forestlib.corpus.plan import CHUNK, Chunk, Plan
from forestlib.corpus.provenance import META, Provenance
from forestlib.corpus.recipe import Recipe
from forestlib.corpus.rendering import Rendering, Sample, joined
from forestlib.corpus.sources import check_shapes, opened, shape_of
from forestlib.model.walk import Walk

__all__ = ["Mixed", "Mixture", "Woven", "mixture_of"]

OWN = "own"
_LOOKED_AT = 32
Made = TypeVar("Made")


@attrs.frozen(eq=False, repr=False)
class Mixed:
    """Some places of a corpus: a chunk of walks, and own samples by their number and place; `is_own` says where."""

    size: int
    walks: Chunk
    own: list[tuple[int, int]] = attrs.field(factory=list)
    is_own: npt.NDArray[np.bool_] | None = None

    def merged(self, walks: Iterable[Made], own: Iterable[Made]) -> Iterator[Made]:
        """Iterate in the order of places over what was made of each walk and of each own sample."""
        if self.is_own is None:
            return iter(walks)
        made = iter(walks), iter(own)
        return (next(made[mine]) for mine in self.is_own.tolist())


@attrs.frozen(eq=False)
class Mixture:
    """A plan, and the own samples beside its walks, if any."""

    plan: Plan
    own: Own | None = None

    def __len__(self) -> int:
        return len(self.plan) if self.own is None else len(self.own)

    def draw(self, places: range) -> Iterator[Mixed]:
        """Iterate over what stands at some places, in chunks."""
        for start in range(0, len(places), CHUNK):
            some = places[start : start + CHUNK]
            yield self._mixed(np.arange(some.start, some.stop, some.step))

    def _mixed(self, places: npt.NDArray[np.int64]) -> Mixed:
        if self.own is None:
            return Mixed(len(places), self.plan.chunk(places))
        is_own, before = self.own.before(places)
        walks = attrs.evolve(self.plan.chunk(places[~is_own] - before[~is_own]), places=places[~is_own])
        own = list(zip(self.own.numbers(before[is_own]), places[is_own].tolist(), strict=True))
        return Mixed(len(places), walks, own, is_own if own else None)


def mixture_of(recipe: Recipe, plan_of: Callable[[int | None], Plan]) -> Mixture:
    """Return the mixture that a recipe asks for; `plan_of` makes the plan of so many walks."""
    asked, size = recipe.own_asked, recipe.size
    if asked is None:
        return Mixture(plan_of(size))
    source = opened(asked.given)
    plan = plan_of(None if size is None else size - min(asked.of(size), len(source)))
    return Mixture(plan, Own.beside(len(plan), asked, size, source, recipe.seed, recipe.order))


class Woven:
    """What makes walks, samples and lines of a mixture: those of its walks, and the own samples as they are."""

    def __init__(self, rendering: Rendering, own: Own | None) -> None:
        self._rendering, self._own = rendering, own

    def check(self, mixture: Mixture) -> None:
        """Raise the error of the first own sample that is not like those of the walks, of which some are looked at."""
        if self._own is None:
            return
        places = range(0, self._own.walks, max(1, self._own.walks // _LOOKED_AT))
        chunk = mixture.plan.chunk(np.array(places, np.int64))
        samples = self._rendering.samples(self._rendering.walks(chunk), Counter())
        said = {META} if self._rendering.says_provenance else set[str]()
        known = {shape_of({name: sample[name] for name in sample if name not in said}) for sample in samples}
        check_shapes(self._own.source, known, self._rendering.serializer)

    def walks(self, mixed: Mixed) -> Iterator[Walk]:
        """Iterate over the worded walks; own samples have none."""
        return self._rendering.walks(mixed.walks)

    def by_place(self, mixed: Mixed, skipped: Counter[str]) -> Iterator[Iterable[Sample]]:
        """Iterate over the samples of each place."""
        samples = self._rendering.samples
        walks = (samples((walk,), skipped) for walk in self._rendering.walks(mixed.walks))
        return mixed.merged(walks, ((sample,) for sample in self.own_samples(mixed)))

    def samples(self, mixed: Mixed, skipped: Counter[str]) -> Iterator[Sample]:
        """Iterate over the samples; `skipped` counts what the serializer left out."""
        if mixed.is_own is None:
            return self._rendering.samples(self._rendering.walks(mixed.walks), skipped)
        return chain.from_iterable(self.by_place(mixed, skipped))

    def lines(self, mixed: Mixed, skipped: Counter[str]) -> Iterator[bytes]:
        """Iterate over the samples as JSON lines."""
        if mixed.is_own is None:
            return self._rendering.lines(mixed.walks, skipped)
        own = ((self._rendering.line(sample),) for sample in self.own_samples(mixed))
        return chain.from_iterable(mixed.merged(self._rendering.lines_by_walk(mixed.walks, skipped), own))

    def blocks(self, mixed: Mixed, skipped: Counter[str]) -> Iterator[tuple[bytes, int]]:
        """Iterate over the lines, many in one, each with how many they are."""
        if mixed.is_own is None:
            return self._rendering.blocks(mixed.walks, skipped)
        return joined(self.lines(mixed, skipped))

    def own_samples(self, mixed: Mixed) -> Iterator[Sample]:
        """Iterate over the own samples."""
        if self._own is None:
            return iter(())
        samples = self._own.source.samples(number for number, _ in mixed.own)
        if not self._rendering.says_provenance:
            return samples
        places = (Provenance(OWN, place) for _, place in mixed.own)
        return ({**sample, META: said.spelled()} for sample, said in zip(samples, places, strict=True))
