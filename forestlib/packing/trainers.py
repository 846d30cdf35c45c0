"""Packs as TRL reads packed rows: a Hugging Face `Dataset` of `input_ids`, `labels` and `seq_lengths`.

With `seq_lengths` TRL's padding-free collator makes the position ids that keep samples apart. Packages that are heavy
are imported where they are used.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

import numpy as np

from forestlib.errors import MissingExtraError
from forestlib.packing.packed import Packed

__all__ = ["to_dataset"]


def to_dataset(blocks: Iterable[Packed]) -> Any:
    """Return packs as a `datasets.Dataset`, a pack a row."""
    datasets, arrow = _package("datasets"), _package("pyarrow")
    names, types = ("input_ids", "labels", "seq_lengths"), (arrow.int32(), arrow.int32(), arrow.int64())
    schema = arrow.schema([(name, arrow.list_(kind)) for name, kind in zip(names, types, strict=True)])
    batches = [_batch(arrow, schema, block) for block in blocks]
    return datasets.Dataset(arrow.Table.from_batches(batches, schema))


def _batch(arrow: Any, schema: Any, block: Packed) -> Any:
    columns = (block.offsets, block.ids), (block.offsets, block.labels), (block.seq_offsets, block.seq_lengths)
    lists = [
        arrow.ListArray.from_arrays(arrow.array((offsets - offsets[0]).astype(np.int32)), arrow.array(values))
        for offsets, values in columns
    ]
    return arrow.RecordBatch.from_arrays(lists, schema=schema)


def _package(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise MissingExtraError.of(name, "hf", "A dataset of packs") from error
