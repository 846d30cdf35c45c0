"""Batches of token rows to be: which pieces stand in which row, gathered until there are enough to be laid at once.

A row is given by the numbers of its pieces. Neighbouring paths of a tree are given all together: what a path has in
common with the one before it is said once, so that a tree's paths take no more room than its nodes.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cached_property
from typing import Self

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.model.preorder import Preorder
from forestlib.tokens.plan import RowPlan, starts_of
from forestlib.tokens.whole import Whole

__all__ = ["Batch", "Filling", "Frame", "Shape"]

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Numbered = tuple[Places, Flags]


@attrs.frozen(eq=False, repr=False)
class Shape:
    """What stands in a path's row beside its nodes: before them, between what is given and learned, and after them."""

    before: Numbered
    between: Numbered
    after: Numbered

    @classmethod
    def of(cls, numbers: Sequence[int], taught: Sequence[bool], marks: Sequence[int]) -> Self | None:
        """Return the shape of a row in which nodes are marked, the last ones learned; None where they stand apart."""
        at = [place for place, number in enumerate(numbers) if number in marks]
        if [numbers[place] for place in at] != list(marks) or not taught[at[-1]]:
            return None
        row, flags = np.array(numbers, np.int64), np.array(taught, np.bool_)
        spans = slice(0, at[0]), slice(at[0] + 1, at[-1]), slice(at[-1] + 1, len(row))
        before, between, after = ((row[span], flags[span]) for span in spans)
        return cls(before, between, after)


@attrs.frozen(eq=False, repr=False)
class Frame:
    """How the paths of one tree are laid: the numbers of its nodes, and the shape of rows without and with a lead.

    A lead are the nodes that only lead up to what is learned; without `led` paths are learned from the first node on.
    """

    numbers: Places
    order: Preorder
    whole: Shape
    led: Shape | None = None

    def lead(self, leaf: int) -> int:
        """Return how many nodes only lead up to what the path to a leaf teaches."""
        return int(self.order.level[int(self.order.leaves[leaf - 1]) + 1]) if leaf and self.led is not None else 0


class Batch:
    """Rows as they are gathered, each with its `place` in the corpus and how many pieces its head has."""

    def __init__(self) -> None:
        self._pieces, self._taught = list[Places](), list[Flags]()
        self._counts, self._kept, self._given = array("q"), array("q"), array("q")
        self.places, self.heads = array("q"), array("q")
        self.made = list[tuple[int, int, Whole]]()
        self.entries = 0

    def __len__(self) -> int:
        return len(self.places)

    def add(self, place: int, head: int, pieces: Places, taught: Flags) -> None:
        """Add one row."""
        self._put(pieces, taught, [len(pieces)], [0], [0])
        self.places.append(place)
        self.heads.append(head)

    def add_made(self, place: int, row: Whole) -> None:
        """Add one row whose ids are there already."""
        self.made.append((len(self), place, row))
        self.entries += len(row[0])

    def add_path(self, place: int, frame: Frame, leaf: int) -> None:
        """Add the row of the path to one of a tree's leaves."""
        nodes = np.concatenate(
            [np.arange(run.start, run.stop) for run in frame.order.path(int(frame.order.leaves[leaf]))]
        )
        lead = frame.lead(leaf)
        shape = frame.led if lead and frame.led is not None else frame.whole
        numbers = frame.numbers[nodes]
        parts = [
            shape.before[0],
            numbers[:lead],
            shape.between[0] if lead else numbers[:0],
            numbers[lead:],
            shape.after[0],
        ]
        flags = np.ones(sum(map(len, parts)), np.bool_)
        _mark(flags, shape, len(parts[0]) + lead + len(parts[2]) if lead else 0)
        self.add(place, len(shape.before[0]), np.concatenate(parts), flags)

    def add_paths(self, places: Sequence[int], frame: Frame, first: int, stop: int) -> None:
        """Add the rows of the paths to neighbouring leaves, the first two of them by themselves."""
        begin = min(stop, first + (2 if first == 0 and frame.led is not None else 1))
        for leaf in range(first, begin):
            self.add_path(places[leaf - first], frame, leaf)
        if begin < stop:
            self._neighbours(frame, begin, stop)
            self.places.extend(places[begin - first :])
            self.heads.extend([len((frame.led or frame.whole).before[0])] * (stop - begin))

    def _neighbours(self, frame: Frame, first: int, stop: int) -> None:
        order, shape = frame.order, frame.led or frame.whole
        leaves = order.leaves[first - 1 : stop].astype(np.int64)
        level = np.array(order.level[: order.size], np.int64)
        firsts, count = leaves[:-1] + 1, stop - first
        lead, before = level[firsts], len(shape.before[0])
        rest = np.diff(leaves)
        size = len(frame.numbers)
        between, after = len(shape.between[0]), len(shape.after[0])
        pool = np.concatenate([frame.numbers, shape.between[0], shape.after[0]])
        flags = np.concatenate([np.ones(size, np.bool_), shape.between[1], shape.after[1]])
        if frame.led is None:
            again, kept, given = np.zeros((2, count), np.int64), lead, np.zeros(count, np.int64)
            between = 0
        else:
            # What of its lead was learned by the path before it stands behind what was given there: it is said again.
            led_before = np.append(self._lead_of(level, order, first - 1), lead[:-1])
            begin = np.append(int(order.leaves[first - 2]) + 1, firsts[:-1])
            kept = np.minimum(lead, led_before)
            again, given = np.stack([begin, lead - kept]), before + lead + between
        middle, end = np.full(count, size), np.full(count, size + len(shape.between[0]))
        starts = np.stack([again[0], middle, firsts, end], 1).ravel()
        sizes = np.stack([again[1], np.full(count, between), rest, np.full(count, after)], 1).ravel()
        places = np.repeat(starts - starts_of(sizes)[:-1], sizes) + np.arange(int(sizes.sum()))
        self._put(pool[places], flags[places], sizes.reshape(-1, 4).sum(1), before + kept, given)

    @staticmethod
    def _lead_of(level: Places, order: Preorder, leaf: int) -> int:
        return int(level[int(order.leaves[leaf - 1]) + 1])

    def _put(
        self,
        pieces: Places,
        taught: Flags,
        counts: Sequence[int] | Places,
        kept: Sequence[int] | Places,
        given: Sequence[int] | Places,
    ) -> None:
        self._pieces.append(pieces)
        self._taught.append(taught)
        for column, values in ((self._counts, counts), (self._kept, kept), (self._given, given)):
            column.frombytes(np.asarray(values, np.int64).tobytes())
        self.entries += len(pieces)

    @cached_property
    def plan(self) -> RowPlan:
        """The rows as a plan."""
        return RowPlan(
            np.concatenate([np.empty(0, np.int64), *self._pieces]),
            starts_of(np.array(self._counts, np.int64)),
            given=np.array(self._given, np.int64),
            kept=np.array(self._kept, np.int64),
            taught=np.concatenate([np.empty(0, np.bool_), *self._taught]),
        )


class Filling:
    """The batch that is being filled."""

    def __init__(self) -> None:
        self.batch = Batch()

    def taken(self) -> Batch:
        """Return the batch as it is, and begin a new one."""
        full, self.batch = self.batch, Batch()
        return full


def _mark(flags: Flags, shape: Shape, given: int) -> None:
    """Say which pieces of a path's row are learned: its nodes, what its shape says, and nothing that is given."""
    flags[: len(shape.before[1])] = shape.before[1]
    flags[len(flags) - len(shape.after[1]) :] = shape.after[1]
    flags[:given] = False
