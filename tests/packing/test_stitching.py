"""Stitched order: samples that share anchors in one pack, and what it costs, said."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestlib.errors import PackError
from forestlib.packing.bestfit import pack
from forestlib.packing.rows import Rows
from forestlib.packing.stitching import Groups, stitched, together

ANCHORS = st.lists(st.lists(st.integers(0, 8), max_size=4), min_size=30, max_size=30)


def groups_of(anchors: list[list[int]]) -> Groups:
    """Return the anchors of each row as flat arrays."""
    offsets = np.append(0, np.cumsum([len(row) for row in anchors]))
    return Groups([anchor for row in anchors for anchor in row], offsets)


def sharing(packs: list[list[int]], anchors: list[list[int]]) -> float:
    """Return the share of rows that share an anchor with another one of their pack, by comparing all pairs."""
    met = {
        row
        for rows in packs
        for row in rows
        for other in rows
        if row != other and set(anchors[row]) & set(anchors[other])
    }
    return len(met) / sum(map(len, packs))


@given(st.from_type(Rows), ANCHORS, st.integers(12, 40))
def test_the_report_counts_both_orders(rows: Rows, anchors: list[list[int]], length: int) -> None:
    """The report says fill, count and meetings of both orders, as counting pairs says them."""
    groups = groups_of(anchors[: len(rows)])
    best, packs = pack(rows, length, anchors=groups), pack(rows, length, order="stitched", anchors=groups)
    assert sorted(packs.all().rows.tolist()) == list(range(len(rows)))
    assert (packs.report.best_packs, packs.report.best_fill) == (best.report.packs, best.report.fill)
    assert len(best) <= len(packs)
    if len(rows):
        listed = [packed.rows.tolist() for packed in packs]
        assert packs.report.together == pytest.approx(sharing(listed, anchors))
        assert packs.report.best_together == best.report.together
        assert best.report.together == pytest.approx(sharing([packed.rows.tolist() for packed in best], anchors))


def test_rows_of_one_anchor_meet() -> None:
    """Rows scattered over the corpus meet in packs of their anchors, where there is room for them."""
    anchors = [[row % 25] for row in range(100)]
    rows = Rows(np.arange(1000), np.arange(101) * 10)
    stitched_packs = pack(rows, 40, order="stitched", anchors=groups_of(anchors))
    assert (stitched_packs.report.together, stitched_packs.report.fill) == (1, 1)
    assert pack(rows, 40, anchors=groups_of(anchors)).report.together == 0


def test_rare_anchors_come_first() -> None:
    """An anchor of all rows does not keep the two rows of a rare one apart."""
    packs, _ = stitched(np.array([4, 4, 4, 4]), groups_of([[0, 7], [0], [0], [0, 7]]).pairs(np.arange(4)), 8)
    assert packs[0] == packs[3] != packs[1] == packs[2]


def test_attending_packs_lay_clusters_side_by_side() -> None:
    """Rows of one cluster stand beside each other in their pack."""
    groups = groups_of([[1], [2], [1], [2]])
    (packed,) = pack(Rows(range(4), range(5)), 4, order="stitched", anchors=groups)
    assert packed.rows.tolist() in ([0, 2, 1, 3], [0, 1, 2, 3])
    packs = pack(Rows(range(12), [0, 3, 6, 9, 12]), 12, order="stitched", anchors=groups)
    assert packs[0].rows.tolist() == [0, 2, 1, 3]


def test_no_anchors_share_nothing() -> None:
    """Rows without anchors are packed by best fit."""
    rows = Rows(range(9), [0, 4, 7, 9])
    packs = pack(rows, 6, order="stitched", anchors=groups_of([[], [], []]))
    assert [packed.rows.tolist() for packed in packs] == [[0, 2], [1]]
    assert together(np.array([0, 1]), (np.array([], int), np.array([], int))) == 0


@pytest.mark.parametrize(("anchors", "offsets"), [([1, 2], [0, 1]), ([1], []), ([1, 2], [0, 2, 1, 2]), ([-1], [0, 1])])
def test_groups_that_are_none(anchors: list[int], offsets: list[int]) -> None:
    """Anchors that are no numbers of rows are an error."""
    with pytest.raises(PackError, match="nchors"):
        Groups(anchors, offsets)


def test_a_hub_costs_no_pairs(ratio: Callable[..., float]) -> None:
    """An anchor of four times the rows takes about four times as long, not sixteen times."""

    def hub(count: int) -> Callable[[], object]:
        groups = Groups(np.zeros(count, int), np.arange(count + 1))
        return lambda: stitched(np.full(count, 10), groups.pairs(np.arange(count)), 100)

    assert ratio(hub(80_000), hub(20_000), enough=8) < 8
