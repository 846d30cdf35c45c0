"""Plans: which pieces stand in which row, as columns of numbers; what rows have in common is said once.

A row may begin with pieces of the row before it (`kept` of them). The paths of a tree, leaf after leaf, are then a
plan no longer than the tree, however often they repeat their beginnings: a comb of 100,000 levels stays small.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from forestlib.errors import OptionError, shown

__all__ = ["RowPlan", "starts_of"]

_BITS = 40
_PLACE = (1 << _BITS) - 1
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class RowPlan:
    """Rows as runs of piece numbers.

    Row *i* is the first `kept[i]` pieces of the row before it, and then `pieces[offsets[i]:offsets[i + 1]]`, at least
    one. Its first `given[i]` pieces are not learned. Where what is learned does not stand at the end, `taught` says of
    each entry of `pieces` whether it is learned where it is not given.

    >>> RowPlan([0, 1, 2, 3], [0, 3, 4], kept=[0, 1])
    <RowPlan of 2 rows, 4 entries>
    >>> list(map(list, RowPlan([0, 1, 2, 3], [0, 3, 4], kept=[0, 1])))
    [[0, 1, 2], [0, 3]]
    """

    def __init__(
        self,
        pieces: Sequence[int] | npt.NDArray[Any],
        offsets: Sequence[int] | npt.NDArray[Any],
        *,
        given: Sequence[int] | npt.NDArray[Any] | None = None,
        kept: Sequence[int] | npt.NDArray[Any] | None = None,
        taught: Sequence[bool] | npt.NDArray[Any] | None = None,
    ) -> None:
        self.pieces, self.offsets = _whole("pieces", pieces), _whole("offsets", offsets)
        rows = len(self.offsets) - 1
        self.given = np.zeros(rows, np.int64) if given is None else _whole("given", given)
        self.kept = None if kept is None or not np.any(np.asarray(kept)) else _whole("kept", kept)
        self.taught = None if taught is None else np.asarray(taught, np.bool_)
        self._check(rows)

    def __repr__(self) -> str:
        return f"<RowPlan of {len(self)} rows, {len(self.pieces)} entries>"

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __iter__(self) -> Iterator[list[int]]:
        """Iterate over the rows, each as the list of its pieces."""
        pieces, offsets = self.pieces.tolist(), self.offsets.tolist()
        if self.kept is None:
            yield from (pieces[begin:end] for begin, end in pairwise(offsets))
            return
        row = list[int]()
        for begin, end, kept in zip(offsets, offsets[1:], self.kept.tolist(), strict=False):
            row[kept:] = pieces[begin:end]
            yield row.copy()

    @classmethod
    def paths(cls, levels: Sequence[int] | npt.NDArray[Any], *, once: bool = False, first: int = 0) -> RowPlan:
        """Return the plan of all root-to-leaf paths of a preorder listing, whose pieces are numbered from `first`.

        Several trees may stand one after another, each from level 0. With `once` each node is learned once: what a
        path shares with the one before it is not learned again.

        >>> list(map(list, RowPlan.paths([0, 1, 2, 1, 0])))
        [[0, 1, 2], [0, 3], [4]]
        """
        deep = _whole("levels", levels)
        ends = np.flatnonzero(np.append(deep[1:] <= deep[:-1], np.ones(min(1, len(deep)), np.bool_))) + 1
        offsets = np.concatenate([np.zeros(1, np.int64), ends])
        kept = deep[offsets[:-1]]
        return cls(np.arange(first, first + len(deep)), offsets, kept=kept, given=kept if once else None)

    @cached_property
    def lengths(self) -> Places:
        """How many pieces each row has."""
        new = np.diff(self.offsets)
        return new if self.kept is None else new + self.kept

    @property
    def lasts(self) -> Places:
        """The entries that end rows."""
        return self.offsets[1:] - 1

    @cached_property
    def before(self) -> Places:
        """For each row the entry that its own entries come after, −1 where they begin it."""
        return self._walked[0]

    @cached_property
    def until(self) -> Places:
        """For each row the last entry that is not learned, −1 where all are."""
        return self._walked[1]

    @cached_property
    def above(self) -> Places:
        """For each entry the one that it comes after in its row, −1 where it begins one."""
        above = np.arange(-1, len(self.pieces) - 1)
        above[self.offsets[:-1]] = self.before
        return above

    def entries(self, row: int) -> Places:
        """Return the entries of a row, those that it keeps first."""
        begin, end = self.offsets[row : row + 2].tolist()
        runs, before = [np.arange(begin, end)], int(self.before[row])
        while before >= 0:
            row = int(np.searchsorted(self.offsets, before, "right")) - 1
            runs.append(np.arange(self.offsets[row], before + 1))
            before = int(self.before[row])
        return np.concatenate(runs[::-1])

    def taught_of(self, row: int, entries: Places | None = None) -> list[bool]:
        """Return which pieces of a row are learned."""
        count, given = int(self.lengths[row]), int(self.given[row])
        if self.taught is None:
            return [False] * given + [True] * (count - given)
        flags: list[bool] = self.taught[self.entries(row) if entries is None else entries].tolist()
        return [False] * given + flags[given:]

    def along(self, values: npt.NDArray[Any]) -> tuple[Places, Places]:
        """Return sums of an entry's value and those before it in its row: for each entry, and for each row's `before`.

        >>> RowPlan([0, 1, 2, 3], [0, 3, 4], kept=[0, 1]).along(np.array([5, 1, 1, 1]))[0].tolist()
        [5, 6, 7, 6]
        """
        sums = np.cumsum(values, dtype=np.int64)
        begins = self.offsets[:-1]
        lower = sums[begins] - np.asarray(values)[begins]
        if self.kept is None:
            return sums - np.repeat(lower, np.diff(self.offsets)), np.zeros(len(self), np.int64)
        bases = self._bases(sums, lower)
        return sums + np.repeat(bases - lower, np.diff(self.offsets)), bases

    def _bases(self, sums: Places, lower: Places) -> Places:
        before = self.before
        row_before = np.searchsorted(self.offsets, before, "right") - 1
        within = np.where(before >= 0, sums[before] - lower[row_before], 0).tolist()
        bases = list[int]()
        for row, own in zip(np.where(before >= 0, row_before, -1).tolist(), within, strict=True):
            bases.append(own + bases[row] if row >= 0 else 0)
        return np.array(bases, np.int64)

    @cached_property
    def _walked(self) -> tuple[Places, Places]:
        if self.kept is None:
            until = np.where(self.given > 0, self.offsets[:-1] + self.given - 1, -1)
            return np.full(len(self), -1, np.int64), until
        # What stands at a depth of a row is the latest entry of that depth.
        begins, ends = self.offsets[:-1], self.offsets[1:]
        depths = np.arange(len(self.pieces)) + np.repeat(self.kept - begins, np.diff(self.offsets))
        keys = np.sort(depths << _BITS | np.arange(len(depths)))
        found = [
            np.where(depth >= 0, keys[np.searchsorted(keys, depth << _BITS | stop) - 1] & _PLACE, -1)
            for depth, stop in ((self.kept - 1, begins), (self.given - 1, ends))
        ]
        return found[0], found[1]

    def _check(self, rows: int) -> None:
        offsets = self.offsets
        if rows < 0 or offsets[0] != 0 or offsets[-1] != len(self.pieces) or (np.diff(offsets) < 1).any():
            raise OptionError(
                f"offsets run from 0 to the number of pieces, each row with a piece of its own; got {shown(offsets)} "
                f"for {len(self.pieces)} pieces.",
                offsets=offsets,
            )
        for name, column, wanted in (("given", self.given, rows), ("kept", self.kept, rows)):
            if column is not None and len(column) != wanted:
                raise OptionError(f"{name} has a number a row: {wanted}, got {len(column)}.", option=name)
        if self.taught is not None and len(self.taught) != len(self.pieces):
            raise OptionError(
                f"taught has an entry a piece: {len(self.pieces)}, got {len(self.taught)}.", option="taught"
            )
        self._check_kept()
        if (self.given < 0).any() or (self.given > self.lengths).any():
            raise OptionError("given counts leading pieces of a row: from 0 to as many as it has.", option="given")

    def _check_kept(self) -> None:
        if self.kept is None:
            return
        most = np.append(0, self.lengths[:-1] - 1)
        wrong = (self.kept < 0) | (self.kept > most)
        if wrong.any():
            row = int(np.argmax(wrong))
            raise OptionError(
                f"Row {row} keeps {self.kept[row]} pieces of the row before it, and may keep {most[row]}: "
                "all but its last one. Give the others again.",
                row=row,
            )


def starts_of(lengths: npt.NDArray[Any]) -> Places:
    """Return where things of these lengths begin when they stand one after another, and where the last one ends.

    >>> starts_of(np.array([2, 0, 3])).tolist()
    [0, 2, 2, 5]
    """
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def _whole(name: str, given: Any) -> Places:
    found = np.asarray(given)
    if found.ndim != 1 or (found.size and found.dtype.kind not in "iu"):
        raise OptionError(f"{name} is a list of whole numbers, got {shown(given)}.", option=name)
    return found.astype(np.int64, copy=False)
