"""A corpus: a forest laid out as samples of one format, rendered lazily from its plan."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, overload

import attrs

from forestlib.corpus.draw import Sieve
from forestlib.corpus.exposure import Exposure
from forestlib.corpus.fit import check_fit
from forestlib.corpus.hf import SHARDS, data_set, streamed_set
from forestlib.corpus.holdouts import KINDS, Gate
from forestlib.corpus.manifest import Manifest
from forestlib.corpus.mixing import OWN, Mixed, Mixture, Woven, mixture_of
from forestlib.corpus.packs import packed
from forestlib.corpus.plan import Plan
from forestlib.corpus.planning import planned
from forestlib.corpus.provenance import Provenance, provenance_of
from forestlib.corpus.recipe import NO_WISHES, Recipe
from forestlib.corpus.recount import exposure_of
from forestlib.corpus.rendering import Rendering, Sample
from forestlib.corpus.shares import checked_size
from forestlib.corpus.spelling import Spelling
from forestlib.corpus.streaming import Stream, streamed
from forestlib.corpus.taught import untaught_nodes
from forestlib.corpus.tokenizing import TokenCorpus, check_tokens
from forestlib.corpus.writing import Written, splits_of, written
from forestlib.errors import ForestChangedError, OptionError, UnknownWalkError, shown
from forestlib.model.collector import paused_collector
from forestlib.model.ground import Ground
from forestlib.model.walk import Walk
from forestlib.packing.bestfit import Packs
from forestlib.tokens.table import TokenTable

__all__ = ["Corpus", "Sample"]

Progress = Callable[[int], None]
Bar = Callable[[str, int], AbstractContextManager[Progress]]


class Corpus:
    """Samples of one format, in an order that follows from the seed; made by `forest.linearize`.

    `len(corpus)` is the number of walks planned and own samples, which is the number of samples unless the serializer
    skips or splits. Iterating renders samples anew; what is kept are the worded nodes. After a change of the forest it
    raises `ForestChangedError`.
    """

    def __init__(self, ground: Ground, recipe: Recipe, bar: Bar, only_held: str | None = None) -> None:
        self._ground, self.recipe, self._bar = ground, recipe, bar
        self._revision = ground.revision
        self._serializer = recipe.plugin
        check_fit(self._serializer, recipe.shares)
        self.hold_outs = recipe.held
        self._only_held = only_held
        sieve = self._sieve()
        self._mixture = mixture_of(
            recipe, lambda size: planned(ground, recipe, size, sieve, bare=only_held is not None)
        )
        self.plan: Plan = self._mixture.plan
        self._rendering.check(self._mixture)

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
        crossing = [part for part in self.plan.parts if part.crosses is not False]
        if not crossing:
            raise OptionError("No walker of this corpus shows two trees, so it has no held-out walks. Add 'bridges'.")
        total = math.fsum(part.share for part in crossing)
        walkers = {part.walker: {"share": part.share / total, **part.options} for part in crossing}
        recipe = attrs.evolve(self.recipe, walkers=walkers, size=checked_size(size), own={}, **NO_WISHES)
        return Corpus(self._ground, recipe, self._bar, kind or "any")

    @property
    def splits(self) -> dict[str, Corpus]:
        """The corpora that `splits=` took out of this one, by name; none shares a walk with this one or another.

        >>> from forestlib.demo import forest
        >>> corpus = forest("ru").linearize("text", size=100, splits={"validation": 0.1})
        >>> len(corpus), len(corpus.splits["validation"])
        (90, 10)
        """
        return {name: self._with_plan(plan) for name, plan in self.plan.splits.items()}

    def _with_plan(self, plan: Plan) -> Corpus:
        twin = copy(self)
        twin.__dict__.pop("_untaught", None)
        twin.plan, twin._mixture = plan, Mixture(plan)
        return twin

    def exposure(self) -> Exposure:
        """Return how often the corpus shows each node, transition, anchor and bridge, counted from its walks."""
        return exposure_of(self._ground, self.walks())

    def __repr__(self) -> str:
        parts = ", ".join(f"{part.walker} {part.got}" for part in self.plan.parts)
        parts += "" if self._mixture.own is None else f", own {self._mixture.own.got}"
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
        return len(self._mixture)

    def __iter__(self) -> Iterator[Sample]:
        return self.samples()

    @overload
    def __getitem__(self, place: int) -> Sample: ...
    @overload
    def __getitem__(self, place: slice) -> list[Sample]: ...
    def __getitem__(self, place: int | slice) -> Sample | list[Sample]:
        """Return the first sample at a place, or all samples of a slice of places."""
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
        found = Counter[str]() if skipped is None else skipped
        chunks = self._chunks(begin, end)
        return chain.from_iterable(self._rendering.samples(chunk, found) for chunk in chunks)

    def by_place(self, places: range) -> Iterator[Iterable[Sample]]:
        """Iterate over the samples of each of some places, which rise."""
        skipped = Counter[str]()
        return chain.from_iterable(self._rendering.by_place(chunk, skipped) for chunk in self._drawn(places))

    def lines(self, begin: int = 0, end: int | None = None, skipped: Counter[str] | None = None) -> Iterator[bytes]:
        """Iterate over the samples as JSON lines, each with its line break."""
        found = Counter[str]() if skipped is None else skipped
        chunks = self._chunks(begin, end)
        return chain.from_iterable(self._rendering.lines(chunk, found) for chunk in chunks)

    def _chunks(self, begin: int = 0, end: int | None = None) -> Iterator[Mixed]:
        return self._drawn(range(len(self))[begin:end])

    def _drawn(self, places: range) -> Iterator[Mixed]:
        """Iterate over chunks of some places; a forest that has changed is noticed at each of them, and at the end."""
        self._check()
        return self._checked_chunks(places)

    def _checked_chunks(self, places: range) -> Iterator[Mixed]:
        for chunk in self._mixture.draw(places):
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
        untaught = {} if self._untaught is None else {"nodes taught by no sample": self._untaught}
        return {"samples": samples, **dict(sorted(skipped.items())), **untaught}

    def manifest(self) -> Manifest:
        """Return what the corpus is made of: recipe, counts asked and got, what was left out, what is held out."""
        return Manifest.of(self._ground, self._mixture, self.recipe, self._untaught)

    @cached_property
    def _untaught(self) -> int | None:
        """How many nodes no walk teaches; None where all that is shown is taught."""
        return None if self.recipe.loss == "all" else untaught_nodes(self._ground, self.plan, self.recipe.loss)

    def provenance(self, place: int) -> Provenance:
        """Return where the sample at a place comes from: its walker, its nodes, and the anchors jumped over.

        It is what `fl.read_provenance` reads from a sample, also where the samples do not say it. A sample of your own
        comes from "own" and shows no node.
        """
        if not isinstance(place, int) or not -len(self) <= place < len(self):
            raise UnknownWalkError(f"The corpus has {len(self)} samples, so none at {shown(place)}.", number=place)
        place %= len(self)
        for walk in self.walks(place, place + 1):
            return provenance_of(walk)
        return Provenance(OWN, place)

    def blocks(
        self, skipped: Counter[str], begin: int = 0, end: int | None = None, rendering: Woven | None = None
    ) -> Iterator[tuple[bytes, int, int]]:
        """Iterate over the samples at some places as blocks of JSON lines, each with its samples and the places done.

        `skipped` counts what was left out; `rendering` is another one than the corpus's own.
        """
        done, rendering = 0, rendering or self._rendering
        for chunk in self._chunks(begin, end):
            with paused_collector():
                for block, samples in rendering.blocks(chunk, skipped):
                    yield block, samples, done
            done += chunk.size
        yield b"", 0, done

    def batches(
        self, skipped: Counter[str], begin: int = 0, end: int | None = None, rendering: Woven | None = None
    ) -> Iterator[tuple[list[Sample], int]]:
        """Iterate over the samples at places `begin` to `end`, some thousand at once, as `blocks` does."""
        done, rendering = 0, rendering or self._rendering
        for chunk in self._chunks(begin, end):
            done += chunk.size
            with paused_collector():
                samples = list(rendering.samples(chunk, skipped))
            yield samples, done

    def write(
        self,
        directory: str | os.PathLike[str],
        *,
        format: str = "jsonl",  # noqa: A002 - the word that all writers of tables use
        shard_size: int | None = None,
        workers: int = 1,
        progress: Progress | None = None,
    ) -> Written:
        """Write the samples, ``manifest.json`` and a card, ``README.md``, into a folder, and return their paths.

        `format` is "jsonl" or "parquet". What fits into one shard is ``train.jsonl``, else there are more,
        ``train-00000-of-00012.jsonl``, of `shard_size` walks each; `workers` processes make them, with the same bytes.
        Other splits are written beside, and up to a thousand samples of what is held out, as ``held_out.jsonl``.

        The old files stay until all is there. After a kill, or an error, writing again makes only what is missing: the
        list that is returned says how many shards it `made` and `kept`. With hold-outs the walks are read while they
        are written, and a leak is a `LeakError`.

        A progress bar shows on a terminal; `progress`, where given, is called with the number of walks written so far,
        of all splits.

        >>> from tempfile import TemporaryDirectory
        >>> from forestlib import demo
        >>> with TemporaryDirectory() as folder:
        ...     files = demo.forest("ru").linearize("text", seed=7).write(folder)
        ...     [path.name for path in files], files.kept, files.made
        (['train.jsonl', 'manifest.json', 'README.md'], 0, 1)
        """
        folder, told = Path(directory), progress

        def showing(walks: int) -> AbstractContextManager[Progress]:
            return self._bar(f"writing {folder.name}", walks) if told is None else nullcontext(told)

        return written(self, folder, format, shard_size, workers, showing)

    def to_hf(self, *, streaming: bool = False, shards: int = SHARDS) -> Any:
        """Return the corpus as a `datasets.DatasetDict` of the splits that `write` writes: `train`, those that
        `splits=` took out, and `held_out` where something is held out.

        With `streaming` it is an `IterableDatasetDict` that makes samples as they are asked for, in `shards` pieces.
        A corpus is fixed: another order comes with another seed.
        """
        return streamed_set(splits_of(self), shards) if streaming else data_set(splits_of(self))

    def to_torch(self, *, rank: int | None = None, world_size: int | None = None) -> Stream:
        """Return the corpus as a torch `IterableDataset` that ranks and workers share, and that resumes where it was.

        Without `rank` and `world_size` they are those of `torch.distributed`, where that is started.
        """
        return streamed(self, rank, world_size)

    def tokenize(
        self,
        tokenizer: Any,
        *,
        bos: int | bool | None = None,
        eos: int | bool | None = None,
        template: Mapping[str, Any] | None = None,
    ) -> TokenCorpus:
        """Return the samples as rows of tokens with labels, each piece of text tokenized once, made when asked for.

        `tokenizer` is a Hugging Face tokenizer, a tiktoken encoder, the path of a ``tokenizer.json``, or a callable
        from a text to its ids. `bos` and `eos` are ids that begin and end each row, True for the tokenizer's own;
        without them rows have none. Formats of messages are framed by the tokenizer's chat template, to which
        `template` are options; of them the assistant's turns are learned. Samples of your own are tokenized whole.

        >>> from forestlib import demo
        >>> tokens = demo.forest("ru").linearize("text", size=5, seed=7).tokenize(lambda text: list(text.encode()))
        >>> len(tokens), tokens.rows()
        (5, <TokenRows: 5 rows, 11717 tokens>)
        """
        check_tokens(self._serializer)
        table = TokenTable(tokenizer, (), bos=bos, eos=eos)
        spelling = Spelling(tokenizer, table, template or {})
        return TokenCorpus(self._chunks, self.rendered_by, self._serializer, table, spelling)

    def pack(
        self,
        tokenizer: Any,
        length: int = 4096,
        *,
        order: str = "best-fit",
        attend: bool = False,
        long: str | None = None,
        folder: str | os.PathLike[str] | None = None,
        **options: Any,
    ) -> Packs:
        """Return the samples as packs of `length` tokens, as few as best-fit gives, none cut inside a node.

        `order` "stitched" lays samples that share an anchor into one pack. Samples do not see each other, unless
        `attend` says so. A sample that is longer than a pack is cut where nodes end, its head and the node before the
        cut repeated (`long` "split"; with a warning where it is not said), or refused (`long` "refuse"). Ids and labels
        stand in memory, or mapped in a `folder`. `options` are those of `tokenize`.

        >>> from forestlib import demo
        >>> corpus = demo.forest("ru").linearize("text", "bridges", size=50, seed=7)
        >>> corpus.pack(lambda text: list(text.encode()), 4096, long="split")
        <Packs: 38 packs of 4096, 81.7 % full>
        """
        tokens = self.tokenize(tokenizer, **options)
        return packed(self, tokens, length, order=order, attend=attend, long=long, folder=folder)

    def beside(self) -> Corpus | None:
        """Return what is written beside the samples: those of what is held out, if any walker can show it."""
        crossing = any(part.crosses is not False for part in self.plan.parts)
        return self.held_out() if self.hold_outs and self._only_held is None and crossing else None

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in ("_rendering", "_serializer")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._serializer = self.recipe.plugin

    @cached_property
    def _rendering(self) -> Woven:
        return self.rendered_by(Rendering)

    def rendered_by(self, kind: Callable[..., Rendering]) -> Woven:
        """Return what makes the samples of this corpus by a kind of rendering."""
        recipe = self.recipe
        rendering = kind(
            self._ground,
            recipe.style,
            self._serializer,
            recipe.options,
            loss=recipe.loss,
            provenance=recipe.provenance,
        )
        return Woven(rendering, self._mixture.own)

    def _check(self) -> None:
        if self._ground.revision != self._revision:
            raise ForestChangedError(
                f"The forest {shown(self._ground.name)} has changed since this corpus was made. Call linearize() again."
            )
