"""Packs that were copied: flat arrays, and what TRL's padding-free path and FlashAttention's varlen want of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.packing.assign import Ints

__all__ = ["Packed"]

Tokens = npt.NDArray[np.int32]


@attrs.frozen(eq=False, repr=False)
class Packed:
    """One pack, or several on end: `ids` and `labels`, where each pack begins (`offsets`), and what stands in it.

    `seq_lengths` are the lengths of what attends to itself alone (`seq_offsets`: where those of each pack begin),
    `rows` the rows that stand in the packs, in the same order (`row_offsets` likewise).
    """

    ids: Tokens
    labels: Tokens
    offsets: Ints
    seq_lengths: Ints
    seq_offsets: Ints
    rows: Ints
    row_offsets: Ints

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __repr__(self) -> str:
        return f"<Packed: {len(self)} packs, {len(self.rows)} rows, {len(self.ids)} tokens>"

    @property
    def position_ids(self) -> Tokens:
        """The place of each token in its sequence; it begins anew with every one."""
        ends = self.seq_lengths.cumsum()
        return (np.arange(len(self.ids)) - (ends - self.seq_lengths).repeat(self.seq_lengths)).astype(np.int32)

    @property
    def cu_seqlens(self) -> Tokens:
        """The borders of the sequences, all packs on end: FlashAttention's `cu_seqlens_q` and `cu_seqlens_k`."""
        return np.append(0, self.seq_lengths.cumsum()).astype(np.int32)

    @property
    def max_seqlen(self) -> int:
        """The length of the longest sequence: FlashAttention's `max_seqlen_q` and `max_seqlen_k`."""
        return int(self.seq_lengths.max(initial=0))

    def packs(self) -> Iterator[Packed]:
        """Yield each pack alone, as views of these arrays."""
        for number in range(len(self)):
            begin, end = self.offsets[number : number + 2]
            first, last = self.seq_offsets[number : number + 2]
            top, bottom = self.row_offsets[number : number + 2]
            yield Packed(
                self.ids[begin:end],
                self.labels[begin:end],
                np.array([0, end - begin]),
                self.seq_lengths[first:last],
                np.array([0, last - first]),
                self.rows[top:bottom],
                np.array([0, bottom - top]),
            )

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield each pack as TRL reads a packed row: `input_ids`, `labels` and `seq_lengths`."""
        for pack in self.packs():
            yield {"input_ids": pack.ids, "labels": pack.labels, "seq_lengths": pack.seq_lengths}
