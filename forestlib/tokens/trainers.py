"""What trainers read: a Hugging Face `Dataset` of exactly `input_ids`, `labels`, `attention_mask`, and torch tensors.

Packages that are heavy are imported where they are used.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

import numpy as np

from forestlib.errors import MissingExtraError
from forestlib.tokens.rows import TokenRows

__all__ = ["to_dataset", "to_torch"]

_MOST_TOKENS = (1 << 31) - 1


def to_dataset(rows: Iterable[TokenRows] | TokenRows) -> Any:
    """Return rows as a `datasets.Dataset` of `input_ids`, `labels` and `attention_mask`, and nothing else."""
    datasets = _package("datasets", "hf", "A dataset of token rows")
    arrow = _package("pyarrow", "hf", "A dataset of token rows")
    chunks = [rows] if isinstance(rows, TokenRows) else rows
    names, types = ("input_ids", "labels", "attention_mask"), (arrow.int32(), arrow.int32(), arrow.int8())
    schema = arrow.schema([(name, arrow.list_(kind)) for name, kind in zip(names, types, strict=True)])
    batches = [_batch(arrow, schema, part) for chunk in chunks for part in _parts(chunk)]
    return datasets.Dataset(arrow.Table.from_batches(batches, schema))


def to_torch(rows: TokenRows, *, pad: int | None, length: int | None = None) -> dict[str, Any]:
    """Return rows as padded int64 tensors `input_ids`, `labels` and `attention_mask`, one row of each a row.

    `pad` is the id to fill with; None, as a tokenizer without one has it, is an `OptionError`.
    """
    torch = _package("torch", "torch", "Tensors of token rows")
    return {name: torch.from_numpy(matrix) for name, matrix in rows.padded(pad, length).items()}


def _parts(rows: TokenRows) -> Iterable[TokenRows]:
    """Yield rows in parts whose places fit 32 bits, as lists of Arrow want them."""
    first = 0
    while first < len(rows):
        last = int(np.searchsorted(rows.offsets, rows.offsets[first] + _MOST_TOKENS, "right")) - 1
        stop = max(first + 1, min(last, len(rows)))
        yield rows.cut(first, stop)
        first = stop


def _batch(arrow: Any, schema: Any, rows: TokenRows) -> Any:
    offsets = arrow.array(rows.offsets.astype(np.int32))
    columns = (rows.ids, rows.labels, np.ones(len(rows.ids), np.int8))
    lists = [arrow.ListArray.from_arrays(offsets, arrow.array(column)) for column in columns]
    return arrow.RecordBatch.from_arrays(lists, schema=schema)


def _package(name: str, extra: str, purpose: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise MissingExtraError.of(name, extra, purpose) from error
