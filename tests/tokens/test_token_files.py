"""Token files: their bytes are as their readers want them, whole or not at all."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from forestlib.errors import FileError, OptionError
from forestlib.tokens.files import read_columns, write_columns, write_flat, write_megatron
from forestlib.tokens.plan import RowPlan
from forestlib.tokens.table import TokenTable
from forestlib.tokens.trainers import to_dataset, to_torch

TEXTS = ["Выбор", "Норма", "Воля", "Нет"]


@pytest.fixture
def table() -> TokenTable:
    """A table of letters."""
    return TokenTable(lambda text: [ord(sign) for sign in text], TEXTS, eos=0)


@pytest.fixture
def plan() -> RowPlan:
    """Two paths, each node learned once."""
    return RowPlan.paths([0, 1, 2, 1], once=True)


def test_columns_come_back(table: TokenTable, plan: RowPlan, tmp_path: Path) -> None:
    """Rows written in chunks and read back are the rows, their ids mapped from the disk."""
    rows = table.rows(plan)
    again = read_columns(write_columns(tmp_path, table.lay(plan).chunks(1)))
    assert isinstance(again.ids, np.memmap)
    assert again.ids.tolist() == rows.ids.tolist()
    assert again.labels.tolist() == rows.labels.tolist()
    assert again.offsets.tolist() == rows.offsets.tolist()


def test_columns_say_what_is_taught(table: TokenTable, tmp_path: Path) -> None:
    """Where learning is said token by token it is written too, and goes away when it is not said any more."""
    taught = table.rows(RowPlan([0, 1], [0, 2], taught=[True, False]))
    assert read_columns(write_columns(tmp_path, taught)).labels.tolist() == taught.labels.tolist()
    write_columns(tmp_path, table.rows(RowPlan([0], [0, 1])))
    assert not (tmp_path / "taught.npy").exists()
    write_columns(tmp_path, iter(()))
    assert len(read_columns(tmp_path)) == 0


def test_columns_that_do_not_fit_are_refused(table: TokenTable, plan: RowPlan, tmp_path: Path) -> None:
    """Lengths that do not sum to the ids, and a file that is none, are errors with their place."""
    write_columns(tmp_path, table.rows(plan))
    np.save(tmp_path / "lengths.npy", np.array([1, 2]))
    with pytest.raises(FileError, match="sum to 3"):
        read_columns(tmp_path)
    (tmp_path / "ids.npy").write_bytes(b"no array")
    with pytest.raises(FileError, match="no column of tokens"):
        read_columns(tmp_path)


@pytest.mark.parametrize(("vocabulary", "code", "dtype"), [(65_499, 8, "<u2"), (65_500, 4, "<i4")])
def test_megatron_reads_its_pair(
    table: TokenTable, plan: RowPlan, tmp_path: Path, vocabulary: int, code: int, dtype: str
) -> None:
    """The index holds, field by field, what Megatron's reader unpacks; the ids stand where its pointers say."""
    rows = table.rows(plan)
    ids, index = write_megatron(tmp_path / "train", table.lay(plan).chunks(1), vocabulary=vocabulary)
    raw = index.read_bytes()
    assert raw[:9] == b"MMIDIDX\x00\x00"
    assert struct.unpack("<QBQQ", raw[9:34]) == (1, code, 2, 3)
    lengths, pointers = np.frombuffer(raw, "<i4", 2, 34), np.frombuffer(raw, "<i8", 2, 42)
    assert np.frombuffer(raw, "<i8", offset=58).tolist() == [0, 1, 2]
    for row, length, pointer in zip(rows, lengths, pointers, strict=True):
        assert np.frombuffer(ids.read_bytes(), dtype, length, pointer).tolist() == row.tolist()


@pytest.mark.parametrize(("vocabulary", "dtype"), [(65_536, "<u2"), (65_537, "<u4")])
def test_a_flat_file_is_the_ids(table: TokenTable, plan: RowPlan, tmp_path: Path, vocabulary: int, dtype: str) -> None:
    """A flat file is the ids one after another, as narrow as the vocabulary allows."""
    path = write_flat(tmp_path / "train.bin", table.rows(plan), vocabulary=vocabulary)
    assert np.fromfile(path, dtype).tolist() == table.rows(plan).ids.tolist()


@pytest.mark.parametrize("write", [write_flat, write_megatron])
def test_an_id_beyond_the_vocabulary_leaves_nothing(
    write: Any, table: TokenTable, plan: RowPlan, tmp_path: Path
) -> None:
    """An id that would not fit is an error before it is cut to another, and no half file is left."""
    with pytest.raises(OptionError, match="beyond a vocabulary"):
        write(tmp_path / "train", table.rows(plan), vocabulary=100)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_in_the_middle_leaves_the_old_files(table: TokenTable, plan: RowPlan, tmp_path: Path) -> None:
    """When making rows fails half-way, what was there before is there still."""
    write_columns(tmp_path, table.rows(plan))

    def failing() -> Iterator[Any]:
        yield table.rows(RowPlan([0], [0, 1]))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_columns(tmp_path, failing())
    assert len(read_columns(tmp_path)) == 2


def test_a_dataset_has_exactly_three_columns(table: TokenTable, plan: RowPlan) -> None:
    """A trainer finds input_ids, labels and attention_mask, and nothing that it would have to drop."""
    pytest.importorskip("datasets", reason="datasets come with forestlib[hf]")
    rows, made = table.rows(plan), to_dataset(table.lay(plan).chunks(1))
    assert made.column_names == ["input_ids", "labels", "attention_mask"]
    assert made["input_ids"] == [row.tolist() for row in rows]
    assert list(np.concatenate(made["labels"])) == rows.labels.tolist()
    assert made["attention_mask"] == [[1] * len(row) for row in rows]


def test_tensors_are_padded(table: TokenTable, plan: RowPlan) -> None:
    """Tensors are int64, filled with the id given, and what fills them is neither learned nor seen."""
    torch = pytest.importorskip("torch", reason="torch comes with forestlib[torch]")
    made = to_torch(table.rows(plan), pad=9)
    assert {tensor.dtype for tensor in made.values()} == {torch.int64}
    assert made["input_ids"][1][made["attention_mask"][1] == 0].unique().tolist() == [9]
    assert made["labels"][1][made["attention_mask"][1] == 0].unique().tolist() == [-100]
