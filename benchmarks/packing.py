"""Best-fit packing beside TRL's ``pack_dataset``, with the gather of ids and labels. ``python -m benchmarks.packing``.

A sample a node of the material (a million), of lognormal length and a few hundred tokens; all of them fit into a pack,
because TRL throws away what does not.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.table import Options, Race, Row, run
from forestlib.packing.assign import assign
from forestlib.packing.bestfit import pack
from forestlib.packing.rows import Rows

__all__ = ["MARKS", "main", "rows"]

GATHER, FEWEST = "best-fit with its gather", "samples a pack"
ASSIGN, MEMORY = "best-fit alone, ns a sample", "memory beside the mapped ids, MB"
LENGTHS = (2048, 4096)
PEERS = {"TRL bfd": {}, "TRL bfd, whole set": {"batch_size": None}}
MARKS = {
    **{f"{GATHER}, {length} / {peer}": 8.0 for length in LENGTHS for peer in PEERS},
    **{f"{FEWEST}, {length} / {peer}": 1.0 for length in LENGTHS for peer in PEERS},
    **{f"{ASSIGN}, {length}": 200.0 for length in LENGTHS},
    MEMORY: 1000.0,
}
_SLOW = 10  # TRL gets every so manyth part of the samples, and so do we beside it.


def rows(options: Options) -> Iterator[Row]:
    """Measure everything, a row at a time."""
    race, samples = Race(options), options.trees * options.nodes
    for length in LENGTHS:
        yield from _beside_trl(race, max(500, samples // _SLOW), length)
    for length in LENGTHS:
        sizes = _sizes(samples, length)
        (rate,) = race.rates(partial(_timed, samples, partial(assign, sizes, length)))
        yield Row(f"{ASSIGN}, {length}", "", 1e9 / rate, 0, "ns")
    yield Row(MEMORY, "", _memory(samples, 4096) / 1e6, 0, "MB")


def _timed(samples: int, work: Callable[[], object]) -> tuple[int, object]:
    return samples, work()


def _sizes(count: int, length: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    drawn = np.exp(np.random.default_rng(5).normal(5.5, 0.8, count))
    return drawn.clip(8, length).astype(np.int64)


def _beside_trl(race: Race, samples: int, length: int) -> Iterator[Row]:
    offsets = np.append(0, _sizes(samples, length).cumsum())
    ids = np.random.default_rng(6).integers(0, 32_000, offsets[-1], dtype=np.int32)
    ours = Rows(ids, offsets, ids.copy())
    try:
        trl, datasets, arrow = (import_module(name) for name in ("trl", "datasets", "pyarrow"))
    except ImportError:
        for peer in PEERS:
            yield Row(f"{GATHER}, {length}", peer, 1, 0, "samples/s", note="not measured: pip install trl")
            yield Row(f"{FEWEST}, {length}", peer, 1, 0, "samples", note="not measured: pip install trl")
        return
    datasets.disable_progress_bars()
    column = arrow.ListArray.from_arrays(arrow.array(offsets.astype(np.int32)), arrow.array(ids))
    theirs = datasets.Dataset(arrow.table({"input_ids": column, "labels": column}))
    packed = [partial(trl.pack_dataset, theirs, length, "bfd", dict(options)) for options in PEERS.values()]
    # As a file is written or a trainer fed: block by block. All at once is told as well: there the system has to find
    # new memory in every round, and on a virtual machine that may take longer than the packing.
    rates = race.rates(
        lambda: (samples, pack(ours, length).all()),
        lambda: (samples, sum(len(block.labels) for block in pack(ours, length).blocks())),
        *(partial(_timed, samples, one) for one in packed),
    )
    fewest = len(pack(ours, length))
    for peer, rate, one in zip(PEERS, rates[2:], packed, strict=True):
        yield Row(f"{GATHER}, {length}", peer, rates[1], rate, "samples/s")
        yield Row(f"{GATHER}, all at once, {length}", peer, rates[0], rate, "samples/s")
        yield Row(f"{FEWEST}, {length}", peer, samples / fewest, samples / len(one()), "samples")


def _memory(samples: int, length: int) -> int:
    """Return the most memory that packing mapped rows and going through all packs takes, in bytes."""
    offsets = np.append(0, _sizes(samples, length).cumsum())
    with TemporaryDirectory() as folder:
        # Files of zeros that were never written take no room on the disk, and are mapped like any others.
        ids, labels = (
            np.memmap(Path(folder) / name, np.int32, "w+", shape=(int(offsets[-1]),)) for name in ("ids", "labels")
        )
        tracemalloc.start()
        try:
            packs = pack(Rows(ids, offsets, labels), length)
            if sum(len(one.ids) for one in packs) != offsets[-1]:
                raise AssertionError("the packs do not hold all tokens")
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table and return the exit status."""
    return run("Best-fit packing beside TRL", rows, MARKS, arguments, quick=(20, 500))


if __name__ == "__main__":
    sys.exit(main())
