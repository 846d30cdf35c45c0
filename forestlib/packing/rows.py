"""Token rows as flat arrays, and the spans of them that stand in packs.

A row is a stretch of one long array of ids, so that a million rows cost two numbers each, and the ids may stay on the
disk (`numpy.memmap`). A sequence is what a pack holds: a row, or a piece of a long one, which is made of spans: its
head and a landmark once more, as context that is not learned again, and then what is new.
"""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.errors import PackError, shown
from forestlib.packing.assign import Ints

__all__ = ["IGNORED", "IntArray", "Rows", "Sequences", "copied", "places_of", "whole"]

IGNORED = -100
IntArray = npt.NDArray[np.integer[Any]]


def _whole_numbers(values: Any) -> IntArray:
    found = np.asarray(values if hasattr(values, "__array__") else list(values))
    if found.size == 0:
        found = found.astype(np.int32)
    if found.ndim != 1 or found.dtype.kind not in "iu":
        raise PackError(
            f"Token rows are flat arrays of whole numbers, got {found.dtype} of shape {found.shape}. "
            "Give one array of all ids, and the offsets of the rows in it."
        )
    return np.ascontiguousarray(found)


def _offsets(values: Any) -> Ints:
    return _whole_numbers(values).astype(np.int64, copy=False)


@attrs.frozen(eq=False, repr=False)
class Rows:
    """Token rows: `ids` of all rows on end, `offsets` of the rows in them (one more than rows), `labels` like `ids`.

    Without labels each token is its own. The arrays may be memory-mapped; nothing is copied that is contiguous.

    >>> rows = Rows([11, 12, 13, 21, 22], [0, 3, 5])
    >>> rows, rows.lengths.tolist()
    (<Rows: 2 rows, 5 tokens>, [3, 2])
    """

    ids: IntArray = attrs.field(converter=_whole_numbers)
    offsets: Ints = attrs.field(converter=_offsets)
    labels: IntArray | None = attrs.field(default=None, converter=attrs.converters.optional(_whole_numbers))

    def __attrs_post_init__(self) -> None:
        offsets = self.offsets
        if not len(offsets) or offsets[0] or offsets[-1] != len(self.ids):
            raise PackError(
                f"Offsets of rows begin with 0 and end with the number of ids, {len(self.ids)}, got {shown(offsets)}."
            )
        if (np.diff(offsets) < 1).any():
            row = int((np.diff(offsets) < 1).argmax())
            raise PackError(f"Row {row} has no tokens. Leave rows without tokens out, and count them.", row=row)
        if self.labels is not None and len(self.labels) != len(self.ids):
            raise PackError(f"{len(self.ids)} ids came with {len(self.labels)} labels. Give one label an id.")

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __repr__(self) -> str:
        return f"<Rows: {len(self)} rows, {len(self.ids)} tokens>"

    @property
    def lengths(self) -> Ints:
        """How many tokens each row has."""
        return np.diff(self.offsets)


@attrs.frozen(eq=False, repr=False)
class Sequences:
    """What packs hold: sequence `i` is made of the spans from `bounds[i]` on; `row` says whose each is.

    A span is `ids[start:stop]`; where `context` is true, it was learned elsewhere and only stands there to be seen.
    """

    starts: Ints
    stops: Ints
    context: npt.NDArray[np.bool_]
    bounds: Ints
    row: Ints

    def __len__(self) -> int:
        return len(self.row)

    @property
    def lengths(self) -> Ints:
        """How many tokens each sequence has."""
        ends = np.append(0, (self.stops - self.starts).cumsum())
        return np.diff(ends[self.bounds])

    def taken(self, order: Ints) -> Sequences:
        """Return the sequences in another order, or some of them."""
        spans = places_of(self.bounds, order)
        bounds = np.append(0, np.diff(self.bounds)[order].cumsum())
        return Sequences(self.starts[spans], self.stops[spans], self.context[spans], bounds, self.row[order])


def whole(rows: Rows) -> Sequences:
    """Return each row as a sequence of one span."""
    count = len(rows)
    offsets = rows.offsets
    return Sequences(offsets[:-1], offsets[1:], np.zeros(count, bool), np.arange(count + 1), np.arange(count))


def places_of(bounds: Ints, order: Ints) -> Ints:
    """Return the places that stand between the bounds of each chosen one, on end.

    >>> places_of(np.array([0, 2, 3, 6]), np.array([2, 0])).tolist()
    [3, 4, 5, 0, 1]
    """
    begins, counts = bounds[order], np.diff(bounds)[order]
    ends = counts.cumsum()
    places: Ints = (begins - ends + counts).repeat(counts)
    return places + np.arange(len(places))


def copied(source: IntArray, starts: Ints, stops: Ints) -> npt.NDArray[np.int32]:
    """Return the stretches of `source` on end, as int32.

    >>> copied(np.arange(10), np.array([7, 0]), np.array([9, 2])).tolist()
    [7, 8, 0, 1]
    """
    made = np.empty(int((stops - starts).sum()), source.dtype)
    # Slices of memoryviews are assigned at a tenth of the price of numpy's, and most rows are short.
    into, out, place = made.data, source.data, 0
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        end = place + stop - start
        into[place:end] = out[start:stop]
        place = end
    return made.astype(np.int32, copy=False)
