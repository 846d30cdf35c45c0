"""What writing a corpus costs: workers, hold-outs, the plan, and peers. ``python -m benchmarks.corpus``.

How samples are written beside orjson and datasets is measured by ``benchmarks.files``; its rows come last, since
datasets brings threads, and beside threads no process is forked.
"""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs

import forestlib as fl
from benchmarks.files import SAMPLE_MARKS, sample_rows
from benchmarks.material import material
from benchmarks.model import planted
from benchmarks.table import Options, Race, Row, run

__all__ = ["MARKS", "main", "rows"]

TWO, READ, PLAN = "two workers", "with hold-outs, times without", "plan, a step"
HELD = {"pairs": 0.1}
WAYS: dict[str, dict[str, Any]] = {"nothing more": {}, "hold-outs": {"hold_out": HELD}}
MARKS = {
    **SAMPLE_MARKS,
    f"{TWO}, paths and bridges / one": 1.5,
    f"{TWO}, bridges / one": 1.5,
    f"writing {READ}, paths and bridges": 3.0,
    f"writing {READ}, bridges": 3.0,
    f"writing {READ}, paths": 3.0,
    **{f"{PLAN}, {way}": 16.0 for way in WAYS},
}
WALKERS: dict[str, Any] = {
    "paths and bridges": {"paths": 0.6, "bridges": 0.4},
    "bridges": {"bridges": 1.0},
    "paths": {"paths": 1.0},
}
_TREES_OF, _FEWEST, _A_TREE, _LONGER, _SHARDS = 5, 20, 200, 4, 8


def rows(options: Options) -> Iterator[Row]:
    """Measure everything, a row at a time."""
    count = max(_FEWEST, options.trees // _TREES_OF)
    forest = planted(material(count, options.nodes))
    size = count * min(_A_TREE, options.nodes)
    # What is worked out of the forest once belongs to no contestant.
    forest.linearize("text", WALKERS["bridges"], size=10, hold_out=HELD).count()
    with TemporaryDirectory(prefix="forestlib-benchmark-") as name:
        folder = Path(name)
        for what in ("paths and bridges", "bridges"):
            # Each worker encodes the trees for itself: that is once a process, however much it writes.
            yield _workers(options, forest, what, _LONGER * size, folder)
        for what in WALKERS:
            # The thousand samples of what is held out cost the same beside a corpus of any size.
            yield _held_out(options, forest, what, _LONGER * size, folder)
    for way, wishes in WAYS.items():
        yield _plan(forest, way, wishes, size)
    del forest
    yield from sample_rows(options)


def _written(corpus: fl.Corpus, folder: Path, workers: int = 1) -> tuple[int, object]:
    written = corpus.write(folder, shard_size=max(1, len(corpus) // _SHARDS), workers=workers)
    return len(corpus), written


def _workers(options: Options, forest: fl.Forest, what: str, size: int, folder: Path) -> Row:
    # The processor's seconds of this process would say nothing of what others do.
    race = Race(attrs.evolve(options, clock="wall"))
    corpora = [_fresh(forest, what, size) for _ in range(2)]
    contestants = (partial(_written, corpus, folder / what, n) for n, corpus in zip((2, 1), corpora, strict=True))
    two, one = race.rates(*contestants)
    return Row(f"{TWO}, {what}", "one", two, one, "samples/s")


def _fresh(forest: fl.Forest, what: str, size: int, **wishes: Any) -> fl.Corpus:
    # Mixed, as one trains on it: what one shard works out of a tree, another one uses too.
    return forest.linearize("chat", WALKERS[what], size=size, seed=7, **wishes)


def _held_out(options: Options, forest: fl.Forest, what: str, size: int, folder: Path) -> Row:
    corpora = [_fresh(forest, what, size, **wishes) for wishes in ({"hold_out": HELD}, {})]
    read, plain = Race(options).rates(*(partial(_written, corpus, folder / "held") for corpus in corpora))
    return Row(f"writing {READ}, {what}", "", plain / read, 0, "×")


def _plan(forest: fl.Forest, way: str, wishes: dict[str, Any], size: int) -> Row:
    """Measure what is kept of a plan, beside the forest and what it knows of itself already."""
    steps = sum(len(walk.steps) for walk in _fresh(forest, "paths and bridges", size, **wishes).walks())
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    corpus = _fresh(forest, "paths and bridges", size, **wishes)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return Row(f"{PLAN}, {way}", "", (after - before) / steps * (len(corpus) > 0), 0, "bytes")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table and return the exit status."""
    return run("What writing a corpus costs", rows, MARKS, arguments, quick=(60, 300))


if __name__ == "__main__":
    sys.exit(main())
