"""Packs of samples: as few as there can be by best-fit decreasing over all of them, and no sample cut or thrown away.

Packing decides first and copies later. What is decided is two numbers a sample; ids are copied when packs are asked
for, a block at a time, so that a million samples on the disk need no memory to speak of. With borders between
samples (the default) packing changes only what stands in a batch together: position ids begin anew with every sample,
no token sees another sample, and no sample's first token is learned from the sample before it. `attend=True` removes
the borders.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.errors import OptionError, UnknownNodeError
from forestlib.model.options import check_choice, check_counts
from forestlib.model.preorder import whole_number
from forestlib.packing.assign import Ints, assign, grouped
from forestlib.packing.packed import Packed
from forestlib.packing.rows import IGNORED, Rows, Sequences, copied, places_of
from forestlib.packing.splitting import Cuts, sequences
from forestlib.packing.stitching import Groups, stitched, together
from forestlib.packing.trainers import to_dataset

__all__ = ["ORDERS", "PackReport", "Packs", "pack"]

ORDERS = ("best-fit", "stitched")
_BLOCK = 64


@attrs.frozen
class PackReport:
    """What packing did: `fill` is the share of the packs' room that holds tokens.

    `best_packs` and `best_fill` are those of best-fit, whichever order was asked for. `together` is the share of
    samples that share an anchor with another one of their pack (None where no anchors were given), `best_together` that
    share in best-fit packs. `split` rows were cut, and `repeated` tokens stand in packs once more because of it.
    """

    packs: int
    samples: int
    tokens: int
    fill: float
    best_packs: int
    best_fill: float
    together: float | None = None
    best_together: float | None = None
    split: int = 0
    repeated: int = 0


def pack(
    rows: Rows,
    length: int,
    *,
    cuts: Cuts | None = None,
    order: str = "best-fit",
    anchors: Groups | None = None,
    attend: bool = False,
) -> Packs:
    """Return packs of at most `length` tokens that hold every row.

    A row longer than a pack is cut at `cuts`, or an error. `order="stitched"` lays rows that share `anchors` into one
    pack, at a loss of fill that the report states.

    >>> packs = pack(Rows([1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 4, 7, 9]), 6)
    >>> packs, [pack.ids.tolist() for pack in packs]
    (<Packs: 2 packs of 6, 75.0 % full>, [[1, 2, 3, 4, 8, 9], [5, 6, 7]])
    >>> packs[0].labels.tolist(), packs[0].position_ids.tolist(), packs[0].seq_lengths.tolist()
    ([-100, 2, 3, 4, -100, 9], [0, 1, 2, 3, 0, 1], [4, 2])
    """
    check_counts("pack", length=length)
    check_choice("pack", ORDERS, order=order)
    if order == "stitched" and anchors is None:
        raise OptionError(
            "The order 'stitched' goes by anchors. Give the anchors of each row (anchors=).", option="order"
        )
    if anchors is not None and len(anchors.offsets) != len(rows) + 1:
        raise OptionError(
            f"Anchors of {len(anchors.offsets) - 1} rows came with {len(rows)} rows. Give anchors for each row.",
            option="anchors",
        )
    return Packs(rows, sequences(rows, length, cuts), length, order, anchors, attend)


class Packs:
    """Packs of one length, each copied when asked for: `packs[3]`, `packs[10:20]` on end, one after the other."""

    def __init__(
        self, rows: Rows, held: Sequences, length: int, order: str, anchors: Groups | None, attend: bool
    ) -> None:
        self.rows, self.length, self.attend = rows, length, attend
        sizes = held.lengths
        best = assign(sizes, length)
        pairs = None if anchors is None else anchors.pairs(held.row)
        if order == "best-fit" or pairs is None:
            packs, (places, self._bounds) = best, grouped(best)
        else:
            packs, clusters = stitched(sizes, pairs, length)
            self._bounds = np.append(0, np.bincount(packs).cumsum()) if len(packs) else np.zeros(1, np.int64)
            places = np.lexsort((clusters, packs))
        self._held = held.taken(places)
        self._sizes = sizes[places]
        self.report = self._reported(packs, best, pairs)

    def __len__(self) -> int:
        return len(self._bounds) - 1

    def __repr__(self) -> str:
        return f"<Packs: {len(self)} packs of {self.length}, {self.report.fill:.1%} full>".replace("%", " %")

    def __getitem__(self, number: int | slice) -> Packed:
        """Return one pack, or with a slice several on end."""
        if isinstance(number, slice):
            begin, end, step = number.indices(len(self))
            if step != 1:
                raise OptionError(f"Packs are taken in order, by slices of step 1, got {number}.", option="step")
            return self._gathered(begin, max(begin, end))
        place = whole_number(number)
        if place is None or not -len(self) <= place < len(self):
            raise UnknownNodeError(f"There is no pack {number!r}: packs are 0 to {len(self) - 1}.", number=number)
        return self._gathered(place % len(self), place % len(self) + 1)

    def __iter__(self) -> Iterator[Packed]:
        for block in self.blocks():
            yield from block.packs()

    def blocks(self, count: int = _BLOCK) -> Iterator[Packed]:
        """Yield all packs, so many on end at a time: what is written to a file, the memory of one block."""
        check_counts("blocks", count=count)
        for begin in range(0, len(self), count):
            yield self[begin : begin + count]

    def all(self) -> Packed:
        """Return all packs on end, as a few flat arrays."""
        return self[:]

    def to_hf(self) -> Any:
        """Return a `datasets.Dataset` of `input_ids`, `labels` and `seq_lengths`, a pack a row, as TRL reads them."""
        return to_dataset(self.blocks())

    def _gathered(self, begin: int, end: int) -> Packed:
        bounds = self._bounds[begin : end + 1]
        first, last = int(bounds[0]), int(bounds[-1])
        held, lengths = self._held, self._sizes[first:last]
        spans = slice(int(held.bounds[first]), int(held.bounds[last]))
        starts, stops = held.starts[spans], held.stops[spans]
        ids = copied(self.rows.ids, starts, stops)
        labels = ids.copy() if self.rows.labels is None else copied(self.rows.labels, starts, stops)
        ends = np.append(0, lengths.cumsum())
        offsets = ends[bounds - first]
        self._unlearn(labels, offsets if self.attend else ends, stops - starts, held.context[spans])
        row, rows = held.row[first:last], bounds - first
        if self.attend:
            return Packed(ids, labels, offsets, np.diff(offsets), np.arange(len(offsets)), row, rows)
        return Packed(ids, labels, offsets, lengths, rows, row, rows)

    @staticmethod
    def _unlearn(labels: npt.NDArray[np.int32], begins: Ints, spans: Ints, context: npt.NDArray[np.bool_]) -> None:
        labels[begins[:-1]] = IGNORED
        if context.any():
            ends = np.append(0, spans.cumsum())
            labels[places_of(ends, np.flatnonzero(context))] = IGNORED

    def _reported(self, packs: Ints, best: Ints, pairs: tuple[Ints, Ints] | None) -> PackReport:
        tokens, fewest = int(self._sizes.sum()), int(best.max()) + 1 if len(best) else 0
        room = self.length * max(1, len(self))
        return PackReport(
            packs=len(self),
            samples=len(self.rows),
            tokens=tokens,
            fill=tokens / room,
            best_packs=fewest,
            best_fill=tokens / (self.length * max(1, fewest)),
            together=None if pairs is None else together(packs, pairs),
            best_together=None if pairs is None else together(best, pairs),
            split=int((np.bincount(self._held.row) > 1).sum()) if len(best) else 0,
            repeated=tokens - len(self.rows.ids),
        )
