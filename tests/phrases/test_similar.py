"""Similar pairs: the same as from the whole matrix, whatever the blocks, the best of them where there are too many."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forestlib.errors import OptionError
from forestlib.phrases import similar as module
from forestlib.phrases.similar import similar

Rows = np.ndarray[Any, np.dtype[np.float32]]


def rows(count: int, width: int = 4, seed: int = 0) -> Rows:
    """Return rows of length 1, some of them equal, as float32."""
    drawn = np.random.default_rng(seed).integers(-2, 3, size=(count, width)) + np.eye(1, width) * 0.5
    units: Rows = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)
    return units


def slowly(left: Rows, right: Rows | None, level: float) -> dict[tuple[int, int], float]:
    """Return all pairs from the whole matrix."""
    cosines = left @ (left if right is None else right).T
    return {
        (i, j): float(cosines[i, j])
        for i, j in np.argwhere(cosines >= np.float32(level)).tolist()
        if right is not None or i < j
    }


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ROWS", 3)
    monkeypatch.setattr(module, "_COLUMNS", 5)


@settings(deadline=None)
@given(st.integers(0, 20), st.none() | st.integers(0, 20), st.integers(0, 99))
def test_blocks_give_what_the_whole_matrix_gives(count: int, others: int | None, seed: int) -> None:
    """All pairs above the threshold come, each once, best first, however the blocks fall."""
    left, right = rows(count, seed=seed), None if others is None else rows(others, seed=seed + 1)
    found, wanted = similar(left, right, threshold=0.313), slowly(left, right, 0.313)
    assert {(i, j) for i, j, _ in found} == wanted.keys()
    assert (len(found), found.cut) == (len(wanted), 0)
    assert np.allclose([cosine for *_, cosine in found], [wanted[i, j] for i, j, _ in found], atol=1e-6)
    assert found.similarity.tolist() == sorted(found.similarity.tolist(), reverse=True)


@pytest.mark.parametrize("most", [1, 7, 50])
def test_the_best_are_kept_and_the_cut_are_counted(most: int) -> None:
    """With more pairs than `most`, the best are kept, as sorting all would, and the rest is counted."""
    vectors = rows(40, 6)
    every, some = similar(vectors, threshold=0.2), similar(vectors, threshold=0.2, most=most)
    assert (len(some), some.found, some.cut) == (most, len(every), len(every) - most)
    assert list(some) == list(every)[:most]


@pytest.mark.parametrize("others", [None, 17])
def test_nearest_pairs_are_those_that_no_other_beats(others: int | None) -> None:
    """`mutual` keeps pairs where each is the other's nearest, `best` where one is; mutual ones are among the best."""
    left = np.random.default_rng(5).normal(size=(23, 6)).astype(np.float32)
    left /= np.linalg.norm(left, axis=1, keepdims=True)
    right = left if others is None else left[::-1][:others] * np.float32(-1)
    cosines = left @ right.T
    if others is None:
        np.fill_diagonal(cosines, -2)
    mine = {(i, int(j)) for i, j in enumerate(cosines.argmax(1)) if cosines[i, j] >= 0.1}
    theirs = {(int(i), j) for j, i in enumerate(cosines.argmax(0)) if cosines[i, j] >= 0.1}
    given = None if others is None else right
    order = sorted if others is None else list
    for keep, wanted in (("mutual", mine & theirs), ("best", mine | theirs)):
        found = {(i, j) for i, j, _ in similar(left, given, threshold=0.1, keep=keep)}  # type: ignore[arg-type]
        assert found == {tuple(order(pair)) for pair in wanted}


def test_memory_does_not_grow_with_the_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all of millions of pairs are alike, what is held stays far below what they would take."""
    monkeypatch.undo()
    vectors = np.ones((3000, 1), np.float32)
    tracemalloc.start()
    found = similar(vectors, threshold=0.5, most=100)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found.found, len(found)) == (3000 * 2999 // 2, 100)
    assert [(i, j) for i, j, _ in found][:2] == [(0, 1), (0, 2)]
    assert peak < 3000 * 2999 // 2 * 20


@pytest.mark.parametrize(
    "wrong", [{"keep": "nearest"}, {"most": 0}, {"most": 1.5}, {"threshold": 2}, {"threshold": None}]
)
def test_wrong_options_are_named(wrong: dict[str, Any]) -> None:
    """An option out of its range is an error that says the range."""
    with pytest.raises(OptionError, match="got"):
        similar(rows(3), **{"threshold": 0.5, **wrong})
