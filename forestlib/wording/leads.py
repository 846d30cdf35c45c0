"""Leads: what a root-to-leaf path shows before its last fork.

Paths of one tree share their beginnings. A path is the lead of its last fork and one slice of the tree's own column
(steps, or encoded bytes), so leads are kept as long as a budget lasts; beyond it they are put together anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

import attrs

from forestlib.model.preorder import Preorder

__all__ = ["Budget", "Leads"]

Column = TypeVar("Column", bound=Sequence[Any])


@attrs.define
class Budget:
    """How many more entries (steps, or bytes) may be kept."""

    left: int


class Leads(Generic[Column]):
    """The leads of one tree: `head`, and then the column's entries from the root down to a node.

    `starts[n]` is where node *n* begins in the column; `joined` puts slices together. `forks[n]` is the last fork on
    the way to node *n* (-1: none), `begins[n]` where in the column the way goes on after it.
    """

    __slots__ = ("_budget", "_column", "_joined", "_starts", "begins", "forks", "known")

    def __init__(
        self,
        head: Column,
        column: Column,
        starts: Sequence[int],
        order: Preorder,
        joined: Callable[[Iterable[Column]], Column],
        budget: Budget,
    ) -> None:
        runs = order.run.tolist()
        above = order.parent[: order.size].tolist()
        self.forks = [above[run] for run in runs]
        self.begins = [starts[run] for run in runs]
        self.known: dict[int, Column] = {-1: head}
        self._column, self._starts, self._joined, self._budget = column, starts, joined, budget

    def path(self, leaf: int) -> tuple[Column, Column]:
        """Return the lead of a path and its last slice."""
        fork = self.forks[leaf]
        return self.known.get(fork) or self.made(fork), self._column[self.begins[leaf] : self._starts[leaf + 1]]  # type: ignore[return-value]

    def made(self, fork: int) -> Column:
        """Return the lead of a fork, put together and, while the budget lasts, kept."""
        parts: list[Column] = []
        number = fork
        while (known := self.known.get(number)) is None:
            parts.append(self._column[self.begins[number] : self._starts[number + 1]])  # type: ignore[arg-type]
            number = self.forks[number]
        parts.append(known)
        parts.reverse()
        lead = self._joined(parts)
        if len(lead) <= self._budget.left:
            self._budget.left -= len(lead)
            self.known[fork] = lead
        return lead
