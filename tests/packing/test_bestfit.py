"""Packs of samples: nothing is cut, lost or learned across a border, and the ids may stay on the disk."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestlib.errors import OptionError, PackError, UnknownNodeError
from forestlib.packing.bestfit import pack
from forestlib.packing.packed import Packed
from forestlib.packing.rows import Rows
from forestlib.packing.stitching import Groups


def sequences_of(packed: Packed) -> list[tuple[list[int], list[int]]]:
    """Return the ids and labels of each row that stands in packs."""
    borders = packed.cu_seqlens[1:-1]
    parts = zip(np.split(packed.ids, borders), np.split(packed.labels, borders), strict=True)
    return [(ids.tolist(), labels.tolist()) for ids, labels in parts]


@given(st.from_type(Rows), st.integers(12, 40))
def test_every_row_stands_in_one_pack(rows: Rows, length: int) -> None:
    """Each row stands whole in one pack, its labels with it, all but the first; no pack is too long."""
    packs = pack(rows, length)
    packed = packs.all()
    assert len(packed) == len(packs) == packs.report.packs
    assert sorted(packed.rows.tolist()) == list(range(len(rows)))
    assert np.diff(packed.offsets).max(initial=0) <= length
    for row, (ids, labels) in zip(packed.rows.tolist(), sequences_of(packed) if len(rows) else [], strict=True):
        span = slice(int(rows.offsets[row]), int(rows.offsets[row + 1]))
        assert rows.labels is not None
        assert ids == rows.ids[span].tolist()
        assert labels == [-100, *rows.labels[span].tolist()[1:]]


@given(st.from_type(Rows), st.integers(12, 40), st.booleans())
def test_packs_one_by_one_are_the_packs_on_end(rows: Rows, length: int, attend: bool) -> None:
    """Iterating, asking by number and taking all at once give the same packs."""
    packs = pack(rows, length, attend=attend)
    streamed, whole = list(packs), packs.all()
    assert [block.ids.tolist() for block in packs.blocks(1)] == [one.ids.tolist() for one in streamed]
    for column in ("ids", "labels", "seq_lengths", "rows", "position_ids"):
        listed = [getattr(one, column).tolist() for one in streamed]
        assert list(chain.from_iterable(listed)) == getattr(whole, column).tolist()
        assert [getattr(packs[number], column).tolist() for number in range(len(packs))] == listed
    assert [len(one.ids) for one in streamed] == np.diff(whole.offsets).tolist()


@given(st.from_type(Rows), st.integers(12, 40))
def test_positions_begin_anew_with_each_row(rows: Rows, length: int) -> None:
    """Positions, borders and the longest sequence say the same: each row is alone."""
    for packed in pack(rows, length):
        wanted = [place for size in packed.seq_lengths.tolist() for place in range(size)]
        assert packed.position_ids.tolist() == wanted
        assert np.flatnonzero(packed.position_ids == 0).tolist() == packed.cu_seqlens[:-1].tolist()
        assert packed.max_seqlen == max(packed.seq_lengths.tolist())
        assert (packed.labels[packed.cu_seqlens[:-1]] == -100).all()


@given(st.from_type(Rows), st.integers(12, 40))
def test_attending_packs_have_no_borders(rows: Rows, length: int) -> None:
    """With attend=True a pack is one sequence, and only its own first token is not learned."""
    plain, through = pack(rows, length), pack(rows, length, attend=True)
    assert len(plain) == len(through)
    for one, other in zip(plain, through, strict=True):
        assert one.ids.tolist() == other.ids.tolist()
        assert other.seq_lengths.tolist() == [len(other.ids)]
        assert other.position_ids.tolist() == list(range(len(other.ids)))
        assert rows.labels is not None
        kept = [
            label
            for row in other.rows.tolist()
            for label in rows.labels[rows.offsets[row] : rows.offsets[row + 1]].tolist()
        ]
        assert other.labels.tolist() == [-100, *kept[1:]]


def test_without_labels_each_token_is_its_own() -> None:
    """Rows without labels are learned whole, but for the first token of each."""
    (packed,) = pack(Rows([5, 6, 7, 8], [0, 2, 4]), 4)
    assert packed.labels.tolist() == [-100, 6, -100, 8]


def test_a_record_is_what_trl_reads(made_rows: Callable[..., Rows]) -> None:
    """A record has TRL's three columns, and its lengths sum to its ids."""
    for record in pack(made_rows([3, 4, 5]), 8).all().records():
        assert list(record) == ["input_ids", "labels", "seq_lengths"]
        assert record["seq_lengths"].sum() == len(record["input_ids"]) == len(record["labels"])


def test_a_long_row_is_named() -> None:
    """A row that is longer than a pack is an error that names it, and says how long packs would have to be."""
    with pytest.raises(PackError, match=r"Row 1 has 5 tokens, a pack has 4 \(2 of 3 .* 6 tokens or more") as caught:
        pack(Rows(range(13), [0, 2, 7, 13]), 4)
    assert (caught.value.row, caught.value.tokens) == (1, 5)


@pytest.mark.parametrize(
    ("ids", "offsets", "labels", "said"),
    [
        ([1, 2], [0, 1, 1, 2], None, "Row 1 has no tokens"),
        ([1, 2], [0, 1], None, "end with the number of ids, 2"),
        ([1, 2], [], None, "Offsets"),
        ([1, 2], [0, 2], [1], "2 ids came with 1 labels"),
        ([0.5], [0, 1], None, "float64"),
        (np.ones((2, 2), int), [0, 4], None, r"shape \(2, 2\)"),
    ],
)
def test_arrays_that_are_no_rows(ids: object, offsets: object, labels: object, said: str) -> None:
    """Arrays that do not fit together are an error that says which."""
    with pytest.raises(PackError, match=said):
        Rows(ids, offsets, labels)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"length": 0}, "'length'"),
        ({"length": 9, "order": "sorted"}, "'best-fit', 'stitched'"),
        ({"length": 9, "order": "stitched"}, "anchors="),
        ({"length": 9, "anchors": Groups([1], [0, 1])}, "Anchors of 1 rows came with 3 rows"),
    ],
)
def test_options_are_checked(made_rows: Callable[..., Rows], options: dict[str, object], said: str) -> None:
    """A wrong option is an error where it is given."""
    with pytest.raises(OptionError, match=said):
        pack(made_rows([3, 4, 5]), **options)  # type: ignore[arg-type]


def test_there_is_no_pack_beyond_the_last(made_rows: Callable[..., Rows]) -> None:
    """Packs are numbered from 0, from the end by negative numbers, and there are no others."""
    packs = pack(made_rows([3, 4, 5]), 5)
    assert packs[-1].ids.tolist() == packs[2].ids.tolist()
    with pytest.raises(UnknownNodeError, match="0 to 2"):
        packs[3]
    with pytest.raises(OptionError, match="step"):
        packs[::2]


def test_no_rows_are_no_packs() -> None:
    """An empty corpus gives no packs, and a report of nothing."""
    packs = pack(Rows([], [0]), 8)
    assert (len(packs), list(packs), packs.report.fill, len(packs.all())) == (0, [], 0, 0)


def test_ids_stay_on_the_disk(tmp_path: Path) -> None:
    """Packing memory-mapped rows of 16 bits and streaming the packs takes less memory than the ids would."""
    count, size = 20_000, 200
    ids = np.memmap(tmp_path / "ids.bin", np.uint16, "w+", shape=(count * size,))
    ids[:] = np.arange(len(ids)) % 50_000
    rows = Rows(ids, np.arange(count + 1) * size)
    tracemalloc.start()
    total = sum(int(packed.ids.sum()) for packed in pack(rows, 1024))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == int(ids.sum(dtype=np.int64))
    assert peak < ids.nbytes
