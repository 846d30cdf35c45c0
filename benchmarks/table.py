"""The table: contestants raced side by side, their ratios, and the marks that forestlib has set itself.

Contestants of one race take turns, the best of the rounds counts, and the garbage collector is on as a user has it.
Seconds are those of the processor by default, on which a busy machine has little say and a second thread no advantage;
``--clock wall`` takes those on the wall.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import attrs

__all__ = ["Contestant", "Options", "Prepared", "Race", "Row", "run"]

# Does its work and returns how many units it did, and what has to live until the clock has stopped.
Contestant = Callable[[], tuple[int, object]]
_CLOCKS = {"cpu": time.process_time, "wall": time.perf_counter}
_HEADS = ("work", "forestlib", "peer", "ratio", "mark", "met?")


@attrs.frozen
class Options:
    """What the command line asks for."""

    trees: int
    nodes: int
    rounds: int
    clock: str
    full: bool = False


@attrs.frozen
class Row:
    """One line of the table. Rates are units a second; without a peer, `ours` is a cost that stays under the mark."""

    work: str
    peer: str
    ours: float
    theirs: float
    unit: str
    mark: float | None = None
    note: str = ""

    @property
    def name(self) -> str:
        """What the row measures, for people and for marks."""
        return f"{self.work} / {self.peer}" if self.peer else self.work

    @property
    def ratio(self) -> float:
        """How many times as fast as the peer forestlib is, or its cost."""
        return self.ours / self.theirs if self.theirs else self.ours

    @property
    def met(self) -> bool:
        """Whether the mark is reached (also where there is none)."""
        if self.mark is None or self.note:
            return True
        return self.ratio >= self.mark if self.peer else self.ratio <= self.mark

    def cells(self) -> tuple[str, ...]:
        """Return the row as texts."""
        if self.note:
            return self.work, "", self.peer, self.note, "", ""
        mark = "" if self.mark is None else f"{'≥' if self.peer else '≤'} {self.mark:g}"
        peer = f"{self.peer} {_rate(self.theirs)}" if self.peer else ""
        met = "" if self.mark is None else ("yes" if self.met else "NO")
        return self.work, f"{_rate(self.ours)} {self.unit}", peer, f"{self.ratio:.2f}", mark, met


def _rate(value: float) -> str:
    for size, sign in ((1e6, " M"), (1e3, " k")):
        if value >= size:
            return f"{value / size:.3g}{sign}"
    return f"{value:.3g}"


@attrs.frozen
class Prepared:
    """A contestant that makes ready before the clock starts, and leaves nothing behind for the others to bear."""

    ready: Callable[[], Contestant]


class Race:
    """Contestants that take turns, `rounds` times each."""

    def __init__(self, options: Options) -> None:
        self._rounds, self._clock = options.rounds, _CLOCKS[options.clock]

    def rates(self, *contestants: Contestant | Prepared) -> list[float]:
        """Return the best rate of each contestant, in units a second."""
        best = [0.0] * len(contestants)
        for _ in range(self._rounds):
            for place, given in enumerate(contestants):
                contestant = given.ready() if isinstance(given, Prepared) else given
                gc.collect()
                begin = self._clock()
                units, kept = contestant()
                best[place] = max(best[place], units / max(self._clock() - begin, 1e-9))
                del kept, contestant
        return best


def run(
    title: str,
    rows: Callable[[Options], Iterator[Row]],
    marks: Mapping[str, float],
    arguments: Sequence[str] | None,
    *,
    quick: tuple[int, int],
    full: str = "",
) -> int:
    """Measure all rows, print them as a table, and return the exit status."""
    given = _parsed(title, arguments, quick, full)
    options = Options(given.trees, given.nodes, given.rounds, given.clock, given.full)
    print(f"{title}: {options.trees} trees × {options.nodes} nodes, {options.clock} seconds, best of {options.rounds}")
    print(f"Python {platform.python_version()}, {platform.machine()}, {time.strftime('%Y-%m-%d %H:%M')}")
    measured = []
    for row in rows(options):
        marked = attrs.evolve(row, mark=marks.get(row.name))
        measured.append(marked)
        print(f"  {marked.name}: {marked.note or f'{marked.ratio:.2f}'}", file=sys.stderr, flush=True)
    _print(row.cells() for row in measured)
    if given.json is not None:
        listed = [{**attrs.asdict(row), "ratio": row.ratio, "met": row.met} for row in measured]
        given.json.write_text(json.dumps(listed, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    missed = [row for row in measured if not row.met]
    for row in missed:
        print(f"mark missed: {row.name}: {row.ratio:.2f}, wanted {'≥' if row.peer else '≤'} {row.mark:g}")
    return 1 if given.check and missed else 0


def _parsed(title: str, arguments: Sequence[str] | None, quick: tuple[int, int], full: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--trees", type=int, help="how many trees (1000)")
    parser.add_argument("--nodes", type=int, help="nodes a tree (1000)")
    parser.add_argument("--rounds", type=int, default=3, help="the best of so many rounds counts (3)")
    parser.add_argument("--clock", choices=list(_CLOCKS), default="cpu", help="whose seconds (cpu)")
    parser.add_argument("--quick", action="store_true", help=f"a small run: {quick[0]} trees of {quick[1]} nodes")
    parser.add_argument("--check", action="store_true", help="exit 1 where a mark is missed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows as JSON as well")
    if full:
        parser.add_argument("--full", action="store_true", help=full)
    parser.set_defaults(full=False)
    given = parser.parse_args(arguments)
    trees, nodes = quick if given.quick else (1000, 1000)
    given.trees, given.nodes = given.trees or trees, given.nodes or nodes
    return given


def _print(rows: Iterable[tuple[str, ...]]) -> None:
    listed = [_HEADS, *rows]
    widths = [max(len(row[column]) for row in listed) for column in range(len(_HEADS))]
    for place, row in enumerate(listed):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if not place:
            print("  ".join("-" * width for width in widths))
