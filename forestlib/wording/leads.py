"""Leads: what a root-to-leaf path shows before its last fork.

Between two leaves the preorder runs straight down, so a path is the lead of its last fork and one slice of the tree's
own column (steps, or encoded bytes). Neighbours share most of their leads: going from leaf to leaf, a lead is cut back
or grows by one slice. For leaves drawn by chance leads are kept as long as a budget lasts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.model.preorder import Preorder

__all__ = ["Budget", "Leads"]

Column = TypeVar("Column", bound=Sequence[Any])
BATCH = 1 << 18
FEW = 16


@attrs.define
class Budget:
    """How many more entries (steps, or bytes) may be kept."""

    left: int


class Leads(Generic[Column]):
    """The leads of one tree: `head`, and then the column's entries from the root down to a fork.

    `starts[n]` is where node *n* begins in the column, `joined` puts slices together. The last slice of the path to a
    leaf leaves the last `off` entries of it out: what stands between two nodes in the column.
    """

    def __init__(
        self,
        head: Column,
        column: Column,
        starts: Sequence[int] | npt.NDArray[np.int64],
        order: Preorder,
        joined: Callable[[Iterable[Column]], Column],
        budget: Budget,
        off: int = 0,
    ) -> None:
        leaves, places = order.leaves, np.asarray(starts)
        firsts = np.append(0, leaves[:-1] + 1)
        forks = np.array(order.parent[: order.size], np.intp)[firsts]
        above = np.searchsorted(leaves, forks)
        begins = places[firsts]
        self._leaves, self._forks, self._above = leaves, forks.tolist(), above.tolist()
        self._begins, self._ends = begins.tolist(), (places[leaves + 1] - off).tolist()
        self._grown = (places[forks + 1] - begins[above]).tolist()
        self._cuts = [len(head)]
        for run, more in zip(self._above[1:], self._grown[1:], strict=True):
            self._cuts.append(self._cuts[run] + more)
        self._known: dict[int, Column] = {-1: head}
        self._column, self._starts, self._joined, self._budget = column, starts, joined, budget
        self._made_alone = 0

    def path(self, node: int) -> tuple[Column, Column]:
        """Return the lead and the last slice of the path to a node, by its number; the slice is whole."""
        nth = bisect_left(self._leaves, node)
        return self._lead(nth), self._column[self._begins[nth] : self._starts[node + 1]]  # type: ignore[return-value]

    def at(self, nth: int) -> tuple[Column, Column]:
        """Return the lead and the last slice of the path to the tree's *n*-th leaf."""
        return self._lead(nth), self._column[self._begins[nth] : self._ends[nth]]  # type: ignore[return-value]

    def batches(self, first: int, stop: int) -> Iterator[tuple[list[Column], list[Column]]]:
        """Iterate over the leads and the last slices of the paths to some neighbouring leaves, in bounded batches."""
        column, lead, size, grows_from, held = self._column, self._lead(first), self._cuts[first], 0, 0
        leads, lasts = list[Column](), list[Column]()
        places = zip(self._cuts[first:stop], self._begins[first:stop], self._ends[first:stop], strict=True)
        for cut, begin, end in places:
            if cut > size:
                lead = lead + column[grows_from : grows_from + cut - size]  # type: ignore[operator]
            elif cut < size:
                lead = lead[:cut]  # type: ignore[assignment]
            size, grows_from = cut, begin
            leads.append(lead)
            lasts.append(column[begin:end])  # type: ignore[arg-type]
            held += cut + end - begin
            if held > BATCH:
                yield leads, lasts
                leads, lasts, held = [], [], 0
        if leads:
            yield leads, lasts

    def _lead(self, nth: int) -> Column:
        known = self._known.get(self._forks[nth])
        if known is not None:
            return known
        self._made_alone += 1
        if self._made_alone == FEW:
            self._make_all()
        return self._made(nth)

    def _make_all(self) -> None:
        """Put all leads together, each out of the one above it, if the budget has room for them."""
        known, column, begins = self._known, self._column, self._begins
        room = sum(dict(zip(self._forks, self._cuts, strict=True)).values())
        if room > self._budget.left:
            return
        self._budget.left -= room
        for fork, above, grown in zip(self._forks, self._above, self._grown, strict=True):
            if fork not in known:
                begin = begins[above]
                known[fork] = known[self._forks[above]] + column[begin : begin + grown]  # type: ignore[operator]

    def _made(self, nth: int) -> Column:
        """Return the lead of a fork, put together and, while the budget lasts, kept."""
        parts: list[Column] = []
        fork = self._forks[nth]
        while (known := self._known.get(self._forks[nth])) is None:
            above = self._above[nth]
            begin = self._begins[above]
            parts.append(self._column[begin : begin + self._grown[nth]])  # type: ignore[arg-type]
            nth = above
        parts.append(known)
        parts.reverse()
        lead = self._joined(parts)
        if len(lead) <= self._budget.left:
            self._budget.left -= len(lead)
            self._known[fork] = lead
        return lead
