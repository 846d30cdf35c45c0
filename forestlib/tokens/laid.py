"""Laid rows: the rows of a plan, read in chunks, so that memory stays bounded however long they are together.

A row is copied, not made: what it shares with the row before it in one piece, then runs of units that stand side by
side in the flat column as they do in the row.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Protocol

import numpy as np
import numpy.typing as npt

from forestlib.tokens.plan import RowPlan, starts_of
from forestlib.tokens.rows import TokenRows
from forestlib.tokens.units import Units
from forestlib.tokens.whole import Asked, Whole, WholeRow

__all__ = ["CHUNK_TOKENS", "JoinedRows", "LaidRows", "WholeRows"]

Ints = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
CHUNK_TOKENS = 1 << 20
# Runs at least so long are copied one by one, shorter ones through a column of places.
_LONG_RUN = 64
_BATCH = 256


class LaidRows(Protocol):
    """Rows ready to be read; `fallen` of them are tokenized whole, and `reason` says why ("" where none is)."""

    fallen: int
    reason: str

    def __len__(self) -> int:
        """Return how many rows there are."""

    @property
    def lengths(self) -> Places:
        """How many tokens each row has."""

    def chunks(self, tokens: int = CHUNK_TOKENS) -> Iterator[TokenRows]:
        """Yield the rows in chunks of at most so many tokens (or of one row)."""

    def rows(self) -> TokenRows:
        """Return all rows at once."""

    def borders(self, row: int) -> Places | None:
        """Return how many tokens of a row stand before each of its pieces, and how many in all; None if it is whole."""


class JoinedRows:
    """Rows joined from ids, some of them tokenized whole."""

    def __init__(
        self, plan: RowPlan, units: Units, variants: Places, whole: WholeRow, fallen: Places, reason: str
    ) -> None:
        self.plan, self.fallen, self.reason = plan, len(fallen), reason if len(fallen) else ""
        self._flat, self._bos, self._eos = units.flat, whole.bos, whole.eos
        self._sources = units.starts[variants, plan.pieces]
        self._sizes = units.lengths[variants, plan.pieces]
        self._upto, self._bases = plan.along(self._sizes)
        self._whole, self.fallen_rows = whole, fallen

    def __repr__(self) -> str:
        return f"<JoinedRows: {len(self)} rows>"

    def __len__(self) -> int:
        return len(self.plan)

    @cached_property
    def lengths(self) -> Places:
        """How many tokens each row has."""
        lengths = self._joined_lengths.copy()
        lengths[self.fallen_rows] = [len(ids) for ids, _ in self._replaced]
        return lengths

    def rows(self) -> TokenRows:
        """Return all rows at once."""
        nothing = np.empty(0, np.int32)
        ids, offsets = self._joined(0, len(self), nothing)
        return self._finished(0, len(self), ids, offsets, self._flags(0, len(self), offsets, nothing))

    def borders(self, row: int) -> Places | None:
        """Return how many tokens of a row stand before each of its pieces, and how many in all; None if it is whole."""
        if self._is_whole(row):
            return None
        sizes = self._sizes[self.plan.entries(row)]
        return starts_of(sizes) + int(self._bos is not None)

    def _is_whole(self, row: int) -> bool:
        place = int(np.searchsorted(self.fallen_rows, row))
        return place < self.fallen and int(self.fallen_rows[place]) == row

    def one(self, row: int) -> Ints:
        """Return the ids of one row as joined."""
        entries = self.plan.entries(row)
        ends = [np.array([mark], np.int32) if mark is not None else self._flat[:0] for mark in (self._bos, self._eos)]
        parts = [self._flat[self._sources[at] : self._sources[at] + self._sizes[at]] for at in entries]
        return np.concatenate([ends[0], *parts, ends[1]])

    def chunks(self, tokens: int = CHUNK_TOKENS) -> Iterator[TokenRows]:
        """Yield the rows in chunks of at most so many tokens (or of one row)."""
        sums = np.cumsum(self._joined_lengths)
        first, done, last, taught = 0, 0, np.empty(0, np.int32), np.empty(0, np.int32)
        while first < len(self):
            stop = max(first + 1, int(np.searchsorted(sums, done + tokens, "right")))
            ids, offsets = self._joined(first, stop, last)
            flags = self._flags(first, stop, offsets, taught)
            last = ids[offsets[-2] :].copy()
            taught = taught if flags is None else flags[offsets[-2] :].copy()
            yield self._finished(first, stop, ids, offsets, flags)
            first, done = stop, int(sums[stop - 1])

    @cached_property
    def _replaced(self) -> list[Whole]:
        return self._whole.rows([self._asked(row) for row in self.fallen_rows.tolist()])

    def _asked(self, row: int) -> Asked:
        entries = self.plan.entries(row)
        return self.plan.pieces[entries].tolist(), self.plan.taught_of(row, entries)

    @cached_property
    def _joined_lengths(self) -> Places:
        marks = (self._bos is not None) + (self._eos is not None)
        return self._upto[self.plan.lasts] + marks

    @cached_property
    def _given(self) -> Places:
        """How many tokens of each row as joined are not learned."""
        until, begin = self.plan.until, int(self._bos is not None)
        given = np.where(until >= 0, self._upto[until], 0) + begin
        return np.where(until == self.plan.lasts, self._joined_lengths, given)

    def _joined(self, first: int, stop: int, last: Ints) -> tuple[Ints, Places]:
        """Return the ids of rows as joined, and where each begins; `last` is the row before them."""
        offsets = starts_of(self._joined_lengths[first:stop])
        out = np.empty(int(offsets[-1]), np.int32)
        begin = int(self._bos is not None)
        if stop > first:
            self._copy_units(out, first, stop, offsets[:-1] + begin)
        if self._bos is not None:
            out[offsets[:-1]] = self._bos
        if self._eos is not None:
            out[offsets[1:] - 1] = self._eos
        if self.plan.kept is not None:
            _copy_beginnings(out, offsets, self._shared[first:stop], last)
        return out, offsets

    @cached_property
    def _shared(self) -> Places:
        """How many tokens each row has from the row before it."""
        kept = np.zeros(len(self), np.int64) if self.plan.kept is None else self.plan.kept
        return np.where(kept > 0, self._bases + int(self._bos is not None), 0)

    def _copy_units(self, out: Ints, first: int, stop: int, begins: Places) -> None:
        """Copy what is a row's own, in runs that stand side by side."""
        bounds = self.plan.offsets[first : stop + 1]
        own = slice(int(bounds[0]), int(bounds[-1]))
        sources, sizes = self._sources[own], self._sizes[own]
        targets = np.repeat(begins, np.diff(bounds)) + self._upto[own] - sizes
        apart = (sources[1:] - sources[:-1] != sizes[:-1]) | (targets[1:] - targets[:-1] != sizes[:-1])
        heads = np.append(0, np.flatnonzero(apart) + 1)
        _copy_runs(self._flat, out, sources[heads], targets[heads], np.add.reduceat(sizes, heads))

    def _finished(self, first: int, stop: int, ids: Ints, offsets: Places, flags: Ints | None) -> TokenRows:
        given = self._given[first:stop]
        taught = None
        if flags is not None:
            taught = TokenRows(ids, offsets, given).learned & (flags > 0) if given.any() else flags > 0
        rows = TokenRows(ids, offsets, given, taught)
        begin, end = np.searchsorted(self.fallen_rows, [first, stop])
        if begin == end:
            return rows
        parts, done = list[TokenRows](), 0
        for place in range(begin, end):
            row = int(self.fallen_rows[place]) - first
            parts += [rows.cut(done, row), _as_rows(self._replaced[place], self.plan.taught is not None)]
            done = row + 1
        return TokenRows.joined([*parts, rows.cut(done, len(rows))])

    def _flags(self, first: int, stop: int, offsets: Places, last: Ints) -> Ints | None:
        """Return of each token whether its piece is taught; `last` says it of the row before them."""
        if self.plan.taught is None or first == stop:
            return None
        bounds = self.plan.offsets[first : stop + 1]
        own = slice(int(bounds[0]), int(bounds[-1]))
        begins = offsets[:-1] + self._shared[first:stop]
        if self._bos is not None:
            begins = np.maximum(begins, offsets[:-1] + 1)
        flags = np.zeros(int(offsets[-1]), np.int32)
        flags[_spans(begins, offsets[1:] - int(self._eos is not None))] = np.repeat(
            self.plan.taught[own], self._sizes[own]
        )
        if self.plan.kept is not None:
            _copy_beginnings(flags, offsets, self._shared[first:stop], last)
        if self._eos is not None:
            flags[offsets[1:] - 1] = self.plan.taught[bounds[1:] - 1]
        return flags


class WholeRows:
    """Rows that are all tokenized whole."""

    def __init__(self, plan: RowPlan, whole: WholeRow, reason: str) -> None:
        self.plan, self.fallen, self.reason = plan, len(plan), reason
        self._whole = whole

    def __repr__(self) -> str:
        return f"<WholeRows: {len(self)} rows>"

    def __len__(self) -> int:
        return len(self.plan)

    @cached_property
    def lengths(self) -> Places:
        """How many tokens each row has; asking for it tokenizes all of them."""
        return np.concatenate([np.empty(0, np.int64), *(chunk.lengths for chunk in self.chunks())])

    def rows(self) -> TokenRows:
        """Return all rows at once."""
        return TokenRows.joined(self.chunks())

    def borders(self, row: int) -> Places | None:
        """Return None: rows that are tokenized whole have no borders of pieces."""
        return None

    def chunks(self, tokens: int = CHUNK_TOKENS) -> Iterator[TokenRows]:
        """Yield the rows in chunks of at most so many tokens (or of one row)."""
        held, size = list[Whole](), 0
        for row in self._each():
            if held and size + len(row[0]) > tokens:
                yield self._gathered(held)
                held, size = [], 0
            held.append(row)
            size += len(row[0])
        if held:
            yield self._gathered(held)

    def _each(self) -> Iterator[Whole]:
        rows = enumerate(iter(self.plan))
        while batch := list(islice(rows, _BATCH)):
            yield from self._whole.rows([(pieces, self.plan.taught_of(row)) for row, pieces in batch])

    def _gathered(self, held: list[Whole]) -> TokenRows:
        return TokenRows.joined(_as_rows(row, self.plan.taught is not None) for row in held)


def _as_rows(row: Whole, taught: bool) -> TokenRows:
    ids, flags = row
    given = len(flags) - int(flags.sum()) if not taught else 0
    return TokenRows(ids, np.array([0, len(ids)]), np.array([given]), flags if taught else None)


def _copy_runs(flat: Ints, out: Ints, sources: Places, targets: Places, sizes: Places) -> None:
    """Copy runs of ids from one column into another."""
    total = int(sizes.sum())
    if total >= _LONG_RUN * len(sizes):
        for source, target, size in zip(sources.tolist(), targets.tolist(), sizes.tolist(), strict=True):
            out[target : target + size] = flat[source : source + size]
        return
    steps = np.arange(total) - np.repeat(starts_of(sizes)[:-1], sizes)
    out[np.repeat(targets, sizes) + steps] = flat[np.repeat(sources, sizes) + steps]


def _spans(begins: Places, ends: Places) -> Places:
    """Return the places from each beginning to its end, one span after another."""
    sizes = ends - begins
    return np.repeat(begins - starts_of(sizes)[:-1], sizes) + np.arange(int(sizes.sum()))


def _copy_beginnings(out: Ints, offsets: Places, sizes: Places, last: Ints) -> None:
    """Give each row its beginning, which is that of the row before it."""
    begins, counts = offsets.tolist(), sizes.tolist()
    out[: counts[0]] = last[: counts[0]]
    before = 0
    for begin, size in zip(begins[1:], counts[1:], strict=False):
        if size:
            out[begin : begin + size] = out[before : before + size]
        before = begin
