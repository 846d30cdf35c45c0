"""The job of writing a corpus: all that a process needs to make any of its shards."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import attrs

from forestlib.corpus import parquet
from forestlib.corpus.mixing import Woven
from forestlib.corpus.shards import Shard
from forestlib.corpus.staging import Finished
from forestlib.corpus.witness import Witness, Witnessed
from forestlib.files.atomic import atomic_write

if TYPE_CHECKING:
    from forestlib.corpus.corpus import Corpus

__all__ = ["Job", "Told"]

# Is told how many walks of a shard are done.
Told = Callable[[int], None]
_PROBED = 1024


@attrs.define(eq=False, repr=False)
class Job:
    """The splits of a corpus, the kind of files, and the place where shards wait."""

    splits: Mapping[str, Corpus]
    place: Path
    kind: str
    schema: Any = None
    _renderings: dict[str, tuple[Woven | None, Witness | None]] = attrs.field(factory=dict, init=False)

    def ready(self) -> None:
        """Find out once what all shards share: the columns of Parquet, and what there is to be read of the forest."""
        if self.kind == "parquet":
            self.schema = parquet.schema_of(sample for corpus in self.splits.values() for sample in _probed(corpus))
        for split in self.splits:
            self._rendering(split)

    def make(self, shard: Shard, told: Told) -> Finished:
        """Make a shard, whole or not at all; raise `LeakError` where it shows what is held out."""
        corpus, (rendering, witness) = self.splits[shard.split], self._rendering(shard.split)
        if witness is not None:
            witness.begin()
        skipped: Counter[str] = Counter()
        with atomic_write(self.place / shard.name) as file:
            if self.kind == "parquet":
                batches = corpus.batches(skipped, shard.begin, shard.end, rendering)
                samples, size, digest = parquet.copied(file, batches, self.schema, told)
            else:
                blocks = corpus.blocks(skipped, shard.begin, shard.end, rendering)
                samples, size, digest = _copied(file, blocks, told)
            tally = None if witness is None else witness.tally().as_dict()
        return Finished(samples, size, digest, dict(sorted(skipped.items())), tally)

    def _rendering(self, split: str) -> tuple[Woven | None, Witness | None]:
        """Return what renders a split, with the witness that reads it, where something is held out of it."""
        if split not in self._renderings:
            corpus = self.splits[split]
            witness = Witness(corpus.forest, corpus.hold_outs) if corpus.hold_outs and not corpus.is_held_out else None
            seen = None if witness is None else corpus.rendered_by(partial(Witnessed, witness=witness))
            self._renderings[split] = seen, witness
        return self._renderings[split]

    def __getstate__(self) -> tuple[Any, ...]:
        return self.splits, self.place, self.kind, self.schema

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.splits, self.place, self.kind, self.schema = state
        self._renderings = {}


def _copied(file: IO[bytes], blocks: Any, told: Told) -> tuple[int, int, str]:
    """Write blocks of lines, and return how many samples and bytes they are, and their SHA-256."""
    count, size, digest = 0, 0, hashlib.sha256()
    for block, samples, done in blocks:
        file.write(block)
        digest.update(block)
        count, size = count + samples, size + len(block)
        told(done)
    return count, size, digest.hexdigest()


def _probed(corpus: Corpus) -> Any:
    """Iterate over some samples from all over a corpus."""
    step = max(1, len(corpus) // _PROBED)
    for samples in corpus.by_place(range(0, len(corpus), step)):
        yield from samples
