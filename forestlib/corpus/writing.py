"""Writing a corpus into a folder: shard by shard beside what stands there, and then all at once into place.

What is kept of a writing that was killed is whatever is whole; what comes out has the same bytes as if nothing had
happened. The data take their places first, then the card, and the manifest last.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forestlib.corpus.card import CARD, MARKER, card_of, languages_of
from forestlib.corpus.code import code_digest
from forestlib.corpus.job import Job
from forestlib.corpus.manifest import Manifest, versions_of
from forestlib.corpus.shards import Shard, checked_kind, shard_size_of, shards_of
from forestlib.corpus.staging import MANIFEST, Finished, Staging
from forestlib.corpus.tally import Tally
from forestlib.corpus.workers import Crew, checked_workers
from forestlib.errors import LeakError
from forestlib.files.lock import locked

if TYPE_CHECKING:
    from forestlib.corpus.corpus import Corpus

__all__ = ["HELD_OUT", "TRAIN", "Written", "splits_of", "written"]

TRAIN, HELD_OUT = "train", "held_out"
Progress = Callable[[int], None]
Shown = Callable[[int], AbstractContextManager[Progress]]
Made = Mapping[Shard, Finished]


class Written(list[Path]):
    """The files of a written corpus. `kept` of its shards were whole before, from a killed writing; `made` are new."""

    def __init__(self, paths: Iterable[Path], kept: int, made: int) -> None:
        super().__init__(paths)
        self.kept, self.made = kept, made


def written(corpus: Corpus, folder: Path, kind: str, shard_size: int | None, workers: int, showing: Shown) -> Written:
    """Write a corpus with all its splits; `showing` gives what is told how many walks are done, of so many."""
    checked_kind(kind), checked_workers(workers), shard_size_of(0, shard_size)
    splits = splits_of(corpus)
    manifest = corpus.manifest()
    shards = [
        shard
        for split, part in splits.items()
        for shard in shards_of(split, len(part), shard_size_of(len(part), shard_size), kind)
    ]
    staging = Staging(folder, _digest(splits, manifest, shards))
    staging.ready()
    # Processes of a killed writing may live a moment longer than it: they hold the lock as long.
    with locked(folder):
        return _written(corpus, splits, manifest, shards, kind, workers, staging, showing)


def _written(
    corpus: Corpus,
    splits: Mapping[str, Corpus],
    manifest: Manifest,
    shards: Sequence[Shard],
    kind: str,
    workers: int,
    staging: Staging,
    showing: Shown,
) -> Written:
    """Make what is missing, and put all of it in its place."""
    staging.open()
    try:
        done = {shard: found for shard in shards if (found := staging.finished(shard)) is not None}
        kept, missing = len(done), [shard for shard in shards if shard not in done]
        if missing:
            job = Job(splits, staging.place, kind)
            job.ready()
            _make(job, missing, min(workers, len(missing)), staging, done, showing)
        else:
            with showing(sum(map(len, shards))) as progress:
                progress(sum(map(len, shards)))
        paths = _put_in_place(corpus, manifest, kind, {shard: done[shard] for shard in shards}, staging)
    except BaseException as error:
        staging.give_up(anyway=isinstance(error, LeakError))
        raise
    return Written(paths, kept, len(missing))


def splits_of(corpus: Corpus) -> dict[str, Corpus]:
    """Return what is written of a corpus: its samples, its other splits, and what it holds out."""
    held = corpus.beside()
    others = {name: part for name, part in corpus.splits.items() if name != TRAIN}
    return {TRAIN: corpus, **others, **({HELD_OUT: held} if held is not None else {})}


def _digest(splits: Mapping[str, Corpus], manifest: Manifest, shards: Sequence[Shard]) -> str:
    """Return what tells one writing from any other: whatever has a say in the bytes of a shard."""
    plugins = {part.plugin.name: part.plugin for corpus in splits.values() for part in corpus.plan.parts}
    functions = [plugin.function for plugin in plugins.values()] + [splits[TRAIN].recipe.plugin.function]
    codes = [code_digest(function) for function in functions if function.__module__.partition(".")[0] != "forestlib"]
    said = [manifest.as_json().decode(), [corpus.manifest().as_json().decode() for corpus in splits.values()], codes]
    named = [[shard.name, shard.begin, shard.end] for shard in shards]
    held = [corpus.hold_outs.as_dict() for corpus in splits.values()]
    whole = [said, named, held, versions_of(Path(shards[0].name).suffix[1:])]
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()


def _make(
    job: Job, missing: Sequence[Shard], workers: int, staging: Staging, done: dict[Shard, Finished], showing: Shown
) -> None:
    """Make the shards that are missing, and note each as soon as it is whole."""
    before, walks = sum(map(len, done)), Counter[Shard]()
    # Processes are forked before a bar is shown, since a bar has a thread of its own.
    with Crew(job, workers) as crew, showing(before + sum(map(len, missing))) as progress:

        def told(shard: Shard, count: int) -> None:
            walks[shard] = count
            progress(before + walks.total())

        for shard, found in crew.made(missing, told):
            staging.record(shard, found)
            done[shard] = found
            told(shard, len(shard))


def _put_in_place(corpus: Corpus, manifest: Manifest, kind: str, done: Made, staging: Staging) -> list[Path]:
    """Put everything in its place, and return the paths: the data, the manifest, the card."""
    said = _said(corpus, manifest, kind, done)
    leftovers = staging.clear_the_way()
    staging.put_in_place([shard.name for shard in done], leftovers)
    card = staging.folder / CARD
    is_ours = not card.exists() or MARKER in card.read_text("utf-8", "replace")
    cards = [staging.put(CARD, _card(said, corpus))] if is_ours else []
    manifests = [staging.put(MANIFEST, said.as_json())]
    staging.close()
    return [*(staging.folder / shard.name for shard in done), *manifests, *cards]


def _said(corpus: Corpus, manifest: Manifest, kind: str, done: Made) -> Manifest:
    splits: dict[str, list[Any]] = {}
    for shard, found in done.items():
        splits.setdefault(shard.split, []).append((shard.name, found.as_dict(), found.skipped))
    return manifest.written(kind, splits, _exposure(corpus, done))


def _exposure(corpus: Corpus, done: Made) -> dict[str, Any]:
    """Return what the samples show, where it was counted."""
    tallies = [found.tally for shard, found in done.items() if shard.split == TRAIN and found.tally is not None]
    if not tallies:
        return {}
    nodes = sum(map(len, corpus.forest))
    whole = Tally.blank(nodes)
    for tally in tallies:
        whole.add(Tally.of(tally, nodes))
    return whole.figures(corpus.forest)


def _card(manifest: Manifest, corpus: Corpus) -> bytes:
    return card_of(manifest, languages_of(Counter(tree.lang for tree in corpus.forest))).encode()
