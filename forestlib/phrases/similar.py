"""Pairs of vectors that are alike: block by block, so that no full matrix ever stands in memory.

Every pair is counted; at most `most` are kept, the best of them, and how many were cut is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import attrs
import numpy as np

from forestlib.errors import OptionError, shown
from forestlib.phrases.encoders import Vectors, checked_threshold

__all__ = ["KEEPS", "MOST", "Similar", "similar"]

Places = np.ndarray[Any, np.dtype[np.int64]]
Keep = Literal["all", "best", "mutual"]
KEEPS = ("all", "best", "mutual")
MOST = 100_000
_ROWS, _COLUMNS = 512, 2048
_NONE = np.float32(-2)


@attrs.frozen(eq=False)
class Similar:
    """Pairs by falling similarity: rows `one`, rows `other`, the cosines; `found` counts those kept and those cut."""

    one: Places
    other: Places
    similarity: Vectors
    found: int

    @property
    def cut(self) -> int:
        """How many pairs were found and not kept."""
        return self.found - len(self.one)

    def __len__(self) -> int:
        return len(self.one)

    def __iter__(self) -> Iterator[tuple[int, int, float]]:
        return zip(self.one.tolist(), self.other.tolist(), self.similarity.tolist(), strict=True)


def similar(
    vectors: Vectors, others: Vectors | None = None, *, threshold: float, keep: Keep = "all", most: int = MOST
) -> Similar:
    """Return the pairs of rows (all of length 1) whose cosine is at least `threshold`, best first.

    Without `others`, pairs within `vectors`, each once and with `one < other`. `keep="best"` keeps a pair where either
    row has no nearer partner, `"mutual"` where neither has; of equally near ones the first counts.

    >>> rows = np.float32([[1, 0], [0.8, 0.6], [0, 1]])
    >>> [(i, j, round(cosine, 1)) for i, j, cosine in similar(rows, threshold=0.5)]
    [(0, 1, 0.8), (1, 2, 0.6)]
    >>> len(similar(rows, threshold=0.5, keep="mutual"))
    1
    """
    level = np.float32(_checked(threshold, keep, most))
    within = others is None
    right = vectors if others is None else others
    if not len(vectors) or not len(right):
        return _sorted(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32), 0, most)
    if keep == "all":
        return _all(vectors, right, level, within, most)
    return _nearest(vectors, right, level, within, most, keep == "mutual")


def _checked(threshold: object, keep: object, most: object) -> float:
    if keep not in KEEPS:
        raise OptionError(f"keep is one of {', '.join(map(repr, KEEPS))}, got {shown(keep)}.", keep=keep)
    if not isinstance(most, int) or isinstance(most, bool) or most < 1:
        raise OptionError(f"most is a count of 1 or more, got {shown(most)}.", most=most)
    return checked_threshold(threshold)


def _blocks(left: Vectors, right: Vectors, *, upper: bool) -> Iterator[tuple[int, int, Vectors]]:
    """Yield blocks of cosines with where they begin; `upper` leaves out those wholly below the diagonal."""
    for top in range(0, len(left), _ROWS):
        rows = left[top : top + _ROWS]
        for start in range(top - top % _COLUMNS if upper else 0, len(right), _COLUMNS):
            # Rounding may carry the cosine of a row with itself a little over 1.
            yield top, start, np.clip(rows @ right[start : start + _COLUMNS].T, -1, 1)


def _all(left: Vectors, right: Vectors, level: np.float32, within: bool, most: int) -> Similar:
    kept = _sorted(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32), 0, most)
    waiting: list[tuple[Places, Places, Vectors]] = []
    for top, start, cosines in _blocks(left, right, upper=within):
        rows, columns = np.nonzero(cosines >= level)
        one, other = rows + top, columns + start
        chosen = one < other if within else slice(None)
        waiting.append((one[chosen], other[chosen], cosines[rows, columns][chosen]))
        if sum(len(part[0]) for part in waiting) > most:
            kept, waiting = _merged(kept, waiting, most), []
    return _merged(kept, waiting, most)


def _merged(kept: Similar, waiting: list[tuple[Places, Places, Vectors]], most: int) -> Similar:
    parts = [(kept.one, kept.other, kept.similarity), *waiting]
    one, other, cosines = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _sorted(one, other, cosines, kept.cut + len(one), most)


def _sorted(one: Places, other: Places, cosines: Vectors, found: int, most: int) -> Similar:
    order = np.lexsort((other, one, -cosines))[:most]
    return Similar(one[order], other[order], cosines[order], found)


def _nearest(left: Vectors, right: Vectors, level: np.float32, within: bool, most: int, mutual: bool) -> Similar:
    over_rows, over_columns = _Best(len(left)), _Best(len(right))
    for top, start, cosines in _blocks(left, right, upper=False):
        if within:
            same = np.arange(max(top, start), min(top + cosines.shape[0], start + cosines.shape[1]))
            cosines[same - top, same - start] = _NONE
        over_rows.see(top, start, cosines)
        if not within:
            over_columns.see(start, top, cosines.T)
    mine = over_rows.pairs(level)
    # Among themselves rows and columns are one, and rounding must not make two nearest partners of equal ones.
    theirs = (mine if within else over_columns.pairs(level))[:, ::-1]
    chosen = _in_both(mine, theirs) if mutual else np.unique(np.concatenate([mine, theirs]), axis=0)
    if within:
        chosen = np.unique(np.sort(chosen, axis=1), axis=0)
    one, other = chosen[:, 0], chosen[:, 1]
    return _sorted(one, other, _cosines(left, right, one, other), len(one), most)


class _Best:
    """The nearest partner of each row, the first of equally near ones."""

    def __init__(self, count: int) -> None:
        self._cosine = np.full(count, _NONE, np.float32)
        self._partner = np.zeros(count, np.int64)

    def see(self, top: int, start: int, cosines: Vectors) -> None:
        place = cosines.argmax(axis=1)
        best = cosines[np.arange(len(place)), place]
        rows = slice(top, top + len(place))
        better = best > self._cosine[rows]
        self._cosine[rows] = np.where(better, best, self._cosine[rows])
        self._partner[rows] = np.where(better, place + start, self._partner[rows])

    def pairs(self, level: np.float32) -> Places:
        rows = np.nonzero(self._cosine >= level)[0]
        return np.stack([rows, self._partner[rows]], axis=1)


def _in_both(mine: Places, theirs: Places) -> Places:
    there = set(map(tuple, theirs.tolist()))
    chosen = [pair for pair in map(tuple, mine.tolist()) if pair in there]
    return np.array(chosen, np.int64).reshape(-1, 2)


def _cosines(left: Vectors, right: Vectors, one: Places, other: Places) -> Vectors:
    parts = [
        np.einsum("ij,ij->i", left[one[start : start + _COLUMNS]], right[other[start : start + _COLUMNS]])
        for start in range(0, len(one), _COLUMNS)
    ]
    cosines: Vectors = np.concatenate([np.zeros(0, np.float32), *parts]).astype(np.float32)
    return cosines.clip(-1, 1)
