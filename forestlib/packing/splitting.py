"""Rows that are longer than a pack: refused, or cut where they may be cut. Never anywhere else, and never silently.

Plain cuts are lost at the first seam. So each later piece begins with the row's head and with the landmark, the last
parts of the piece before it; both stand there as context and are not learned again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.errors import PackError
from forestlib.model.options import check_counts
from forestlib.packing.assign import Ints
from forestlib.packing.rows import Rows, Sequences, whole

__all__ = ["Cuts", "sequences"]

Span = tuple[int, int, bool]


def _integers(values: Any) -> Ints:
    return np.asarray(values, dtype=np.int64)


@attrs.frozen(eq=False, repr=False)
class Cuts:
    """Where rows may be cut: `places` inside the rows (ascending in each; `offsets` as those of `Rows`).

    A place is the number of the row's tokens before it: the border of a node. `heads` are the lengths of the heads that
    each piece repeats (one for all, or one a row), `landmark` how many parts before the cut it repeats.

    >>> held = sequences(Rows(range(10), [0, 10]), 7, Cuts([3, 5, 8], [0, 3], heads=1))
    >>> list(zip(held.starts.tolist(), held.stops.tolist(), held.context.tolist()))
    [(0, 5, False), (0, 1, True), (3, 5, True), (5, 8, False), (0, 1, True), (5, 8, True), (8, 10, False)]
    """

    places: Ints = attrs.field(converter=_integers)
    offsets: Ints = attrs.field(converter=_integers)
    heads: npt.ArrayLike = 0
    landmark: int = 1

    def __attrs_post_init__(self) -> None:
        check_counts("Cuts", landmark=self.landmark)

    def of(self, row: int, length: int) -> tuple[int, list[int]]:
        """Return the length of a row's head and the borders of its parts, the last of which is its end."""
        head = int(np.broadcast_to(self.heads, (len(self.offsets) - 1,))[row])
        places = self.places[self.offsets[row] : self.offsets[row + 1]].tolist()
        if (
            not 0 <= head < length
            or places != sorted(set(places))
            or (places and not 0 <= places[0] <= places[-1] <= length)
        ):
            raise PackError(
                f"Row {row} of {length} tokens has a head of {head} and cuts at {places[:8]}. "
                "Cuts ascend from 0 to the row's length, and a head is shorter than its row.",
                row=row,
            )
        return head, [head, *(place for place in places if head < place < length), length]


def sequences(rows: Rows, room: int, cuts: Cuts | None) -> Sequences:
    """Return what packs of `room` tokens can hold: each row whole, or the pieces of it."""
    every = whole(rows)
    lengths = rows.lengths
    long = np.flatnonzero(lengths > room)
    if not len(long):
        return every
    row = int(long[0])
    if cuts is None:
        raise PackError(
            f"Row {row} has {lengths[row]} tokens, a pack has {room} ({len(long)} of {len(rows)} rows are longer). "
            f"Pack into {lengths.max()} tokens or more, or say where rows may be cut (cuts=).",
            row=row,
            tokens=int(lengths[row]),
            room=room,
        )
    if len(cuts.offsets) != len(rows) + 1:
        raise PackError(f"Cuts of {len(cuts.offsets) - 1} rows came with {len(rows)} rows. Give cuts for each row.")
    return _joined(every, long, [list(_pieces(row, int(lengths[row]), room, cuts)) for row in long.tolist()])


def _pieces(row: int, length: int, room: int, cuts: Cuts) -> Iterator[list[Span]]:
    head, borders = cuts.of(row, length)
    at = bisect_right(borders, room) - 1
    if at < 1:
        raise _too_long(row, borders[1] - head, head, 0, room)
    yield [(0, borders[at], False)]
    while borders[at] < length:
        seen, end = borders[max(0, at - cuts.landmark)], borders[at]
        at = bisect_right(borders, room - head + seen) - 1
        if borders[at] <= end:
            part = borders[bisect_right(borders, end)] - end
            raise _too_long(row, part, head, end - seen, room)
        yield [(0, head, True), (seen, end, True), (end, borders[at], False)]


def _too_long(row: int, part: int, head: int, landmark: int, room: int) -> PackError:
    return PackError(
        f"Row {row} has a part of {part} tokens that does not go into a pack of {room} with the head of {head} "
        f"and the landmark of {landmark} tokens before it. Pack into {head + landmark + part} tokens or more.",
        row=row,
        tokens=head + landmark + part,
        room=room,
    )


def _joined(every: Sequences, long: Ints, pieces: list[list[list[Span]]]) -> Sequences:
    kept = every.taken(np.delete(np.arange(len(every)), long))
    first = every.starts[long].tolist()
    spans = [
        (start + base, stop + base, context)
        for base, of_row in zip(first, pieces, strict=True)
        for piece in of_row
        for start, stop, context in piece
    ]
    starts, stops, context = (np.array(column) for column in zip(*spans, strict=True))
    counts = [len(piece) for of_row in pieces for piece in of_row]
    both = Sequences(
        np.append(kept.starts, starts),
        np.append(kept.stops, stops),
        np.append(kept.context, context),
        np.append(kept.bounds, kept.bounds[-1] + np.cumsum(counts)),
        np.append(kept.row, long.repeat([len(of_row) for of_row in pieces])),
    )
    return both.taken(np.argsort(both.row, kind="stable"))
