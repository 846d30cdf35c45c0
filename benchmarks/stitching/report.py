"""Tables of what was measured: means of all seeds, their spread, and the bounds that are to hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from statistics import mean, stdev
from typing import Any

import attrs

from benchmarks.stitching.arms import CONDITIONS, CUTS, PHRASES

__all__ = ["FULL", "QUICK", "Bound", "missed", "tables"]

Result = Mapping[str, Any]
_FORESTS = {
    "jump pairs": "named jump, trees that never met",
    "jump anchors": "named jump, anchor never bridged",
    "jump trees": "named jump, into a tree never bridged",
    "stay pairs": "stays in its own tree instead",
    "route:back pairs": "route, from the goal back",
    "route:forth pairs": "route, from the start on",
    "route:link pairs": "link: names the shared thought",
    "recall:paths shown": "recall: paths",
    "recall:back shown": "recall: questions inside a tree, back",
    "recall:forth shown": "recall: questions inside a tree, forth",
}
_DECIDING = {
    "crosses shown": "jumps away: at anchors that bridges show",
    "crosses anchors": "jumps away: at anchors never bridged",
    "crosses plain": "jumps away: at thoughts that are no anchors",
    "whither shown": "whither: the anchor stands there, shown",
    "whither anchors": "whither: the anchor stands there, never bridged",
}
_CUTS = {"steps": "steps followed, of 999"}
_WAYS = {"schema trees": "on a new topic", "schema trained": "on a practised topic", "practised": "practised topics"}


@attrs.frozen
class Bound:
    """What a mean has to reach, or to stay under with `most`."""

    part: str
    name: str
    key: str
    value: float
    most: bool = False

    def missed(self, results: Iterable[Result]) -> str:
        """Return what is wrong, or nothing."""
        values = _values(results, self.part, self.name, self.key)
        if not values:
            return f"{self.name}, {self.key}: not measured"
        reached = mean(values)
        if (reached <= self.value) if self.most else (reached >= self.value):
            return ""
        return f"{self.name}, {self.key}: {reached:.3f}, wanted {'≤' if self.most else '≥'} {self.value:g}"


FULL = (
    Bound("forests", "bridges", "jump pairs", 0.95),
    Bound("forests", "bridges", "jump anchors", 0.70),
    Bound("forests", "bridges", "jump trees", 0.75),
    Bound("forests", "bridges", "route:back pairs", 0.65),
    Bound("forests", "bridges", "recall:paths shown", 0.98),
    Bound("forests", "bridges", "recall:back shown", 0.90),
    Bound("forests", "islands", "jump pairs", 0.03, most=True),
    Bound("forests", "shared only", "jump pairs", 0.35, most=True),
    Bound("forests", "private names", "jump pairs", 0.60, most=True),
    Bound("ways", "shared", "schema trees", 0.90),
    Bound("ways", "private", "schema trees", 0.30, most=True),
    Bound("cuts", "plain", "steps", 48, most=True),
    Bound("cuts", "landmarks", "steps", 950),
)
QUICK = (
    Bound("forests", "bridges", "jump pairs", 0.80),
    Bound("forests", "bridges", "recall:paths shown", 0.90),
    Bound("forests", "islands", "jump pairs", 0.05, most=True),
    Bound("forests", "shared only", "jump pairs", 0.40, most=True),
    Bound("forests", "private names", "jump pairs", 0.60, most=True),
    Bound("ways", "private", "schema trees", 0.35, most=True),
    Bound("cuts", "plain", "steps", 48, most=True),
    Bound("cuts", "landmarks", "steps", 500),
)


def missed(results: Sequence[Result], bounds: Iterable[Bound]) -> list[str]:
    """Return the bounds that are not reached, as they are said."""
    return [said for said in (bound.missed(results) for bound in bounds) if said]


def tables(results: Sequence[Result]) -> str:
    """Return all tables in Markdown."""
    made = [*_main_tables(results), *_sweeps(results)]
    return "\n\n".join(made) + "\n"


def _main_tables(results: Sequence[Result]) -> Iterator[str]:
    if _names(results, "forests"):
        yield _table(results, "forests", CONDITIONS, _FORESTS)
        yield _table(results, "forests", CONDITIONS, _DECIDING)
    if _names(results, "ways"):
        yield _table(results, "ways", PHRASES, _WAYS)
    if _names(results, "cuts"):
        yield _table(results, "cuts", tuple(CUTS), _CUTS, "{:.0f}")


def _sweeps(results: Sequence[Result]) -> Iterator[str]:
    for part in dict.fromkeys(one["part"] for one in results if one["part"].startswith("sweep ")):
        columns = _FORESTS | _DECIDING | _WAYS
        yield f"{part}:\n\n{_table(results, part, tuple(_names(results, part)), columns)}"


def _table(
    results: Sequence[Result], part: str, order: Sequence[str], columns: Mapping[str, str], form: str = "{:.2f}"
) -> str:
    names = [name for name in order if name in _names(results, part)]
    kept = {key: said for key, said in columns.items() if any(_values(results, part, name, key) for name in names)}
    head = ["", *names]
    lines = [head, ["---"] * len(head)]
    for key, said in kept.items():
        lines.append([said, *(_said(_values(results, part, name, key), form) for name in names)])
    lines.append(["seeds", *(str(len({one["seed"] for one in _of(results, part, name)})) for name in names)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _said(values: Sequence[float], form: str) -> str:
    if not values:
        return "–"
    spread = f" ± {form.format(stdev(values))}" if len(values) > 1 else ""
    return form.format(mean(values)) + spread


def _names(results: Iterable[Result], part: str) -> list[str]:
    return list(dict.fromkeys(one["name"] for one in results if one["part"] == part))


def _of(results: Iterable[Result], part: str, name: str) -> list[Result]:
    return [one for one in results if one["part"] == part and one["name"] == name]


def _values(results: Iterable[Result], part: str, name: str, key: str) -> list[float]:
    """Return the values of all seeds; of several values of one seed, each."""
    found = [one[key] for one in _of(results, part, name) if key in one]
    return list(chain.from_iterable(value if isinstance(value, list) else [value] for value in found))
