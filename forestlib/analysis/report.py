"""The report: everything that one asks of a forest before laying it out, in one value.

It alone in `analysis` gathers the other questions. It is computed at once and then stands for itself: it reads as a
value, goes into JSON, and shows the same bounded rows in a terminal, in a notebook and as plain text.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from html import escape
from io import StringIO
from itertools import groupby
from typing import Any

import attrs
import numpy as np
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from forestlib.analysis.bridges import bridge_counts
from forestlib.analysis.critical import critical_anchors
from forestlib.analysis.islands import islands
from forestlib.errors import shown
from forestlib.model.ground import Ground

__all__ = ["Report", "report"]

# With fewer crossings than this an anchor was learned by heart instead of as a jump (research/stitching.md).
ENOUGH_CROSSINGS = 9
_WIDTH = 100
_LISTED = 8
_LISTED_AXES = 40


@attrs.frozen(repr=False, hash=False, kw_only=True)
class Report:
    """What a forest holds and whether it holds together; made by `report`.

    `anchors` are those that stand somewhere, `shared_anchors` those in two or more trees, `unused_anchors` those that
    were declared only; a crossing is a bridge in one direction. `scarce_anchors` counts shared anchors of fewer than
    nine crossings: a model may learn them by heart instead of the jump. `axis_mass` sums the trees' shares of each
    axis, `axis_mass_by_nodes` the same with every tree weighted by its nodes. `deepest` names the (first) deepest tree.
    """

    name: str
    trees: int
    nodes: int
    max_level: int
    deepest: str | None
    languages: Mapping[str, int]
    anchors: int
    shared_anchors: int
    unused_anchors: int
    scarce_anchors: int
    anchors_by_trees: Mapping[str, int]
    bridges: int
    crossings: int
    islands: int
    largest_island: int
    trees_alone: int
    island_sizes: tuple[int, ...]
    critical: tuple[str, ...]
    axis_mass: Mapping[str, float]
    axis_mass_by_nodes: Mapping[str, float]
    unweighted_trees: int

    __hash__ = None  # type: ignore[assignment]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as a JSON-ready dict, one key an attribute.

        >>> report(Ground("empty")).as_dict()["island_sizes"]
        []
        """
        known = attrs.asdict(self, recurse=False)
        return {key: list(value) if isinstance(value, tuple) else value for key, value in known.items()}

    def __repr__(self) -> str:
        return f"<Report on {shown(self.name)}: {_counted(self.trees, 'tree')}, {_counted(self.islands, 'island')}>"

    def __str__(self) -> str:
        out = StringIO()
        Console(file=out, width=_WIDTH, color_system=None, force_terminal=False, force_jupyter=False).print(self)
        return "\n".join(line.rstrip() for line in out.getvalue().splitlines())

    def __rich__(self) -> Group:
        rows = Table(title=Text(f"The forest {_name(self.name)}"), title_justify="left", show_header=False)
        for label, value in _rows(self):
            rows.add_row(Text(label), Text(value))
        axes = Table(*_AXIS_HEADS)
        for row in _axis_rows(self):
            axes.add_row(*map(Text, row))
        return Group(rows, axes) if axes.row_count else Group(rows)

    def _repr_html_(self) -> str:
        rows = "".join(map(_html_row, _rows(self)))
        axes = "".join(map(_html_row, _axis_rows(self)))
        table = f"<table>{_html_row(_AXIS_HEADS)}{axes}</table>" if axes else ""
        return f"<p><b>The forest {escape(_name(self.name))}</b></p><table>{rows}</table>{table}"


_AXIS_HEADS = ("axis", "of the trees' weight", "of the nodes' weight")


def report(ground: Ground) -> Report:
    """Return the report on a forest.

    >>> ground = Ground("ethics")
    >>> for name in ("God", "suffering"):
    ...     _ = ground.plant(name, "A thought.", axes=["empathy"]).root.anchor("choice")
    >>> found = report(ground)
    >>> found, found.shared_anchors, found.crossings
    (<Report on 'ethics': 2 trees, 1 island>, 1, 2)
    """
    heights = [max(tree.preorder().level) for tree in ground]
    deepest = max(heights, default=0)
    sizes = tuple(map(len, islands(ground)))
    return Report(
        name=ground.name,
        trees=len(ground),
        nodes=sum(map(len, ground)),
        max_level=deepest,
        deepest=ground.trees[heights.index(deepest)].name if heights else None,
        languages=dict(sorted(Counter(tree.lang for tree in ground).items())),
        **_anchor_counts(ground),
        islands=len(sizes),
        largest_island=max(sizes, default=0),
        trees_alone=sizes.count(1),
        island_sizes=sizes,
        critical=tuple(anchor.text for anchor in critical_anchors(ground)),
        axis_mass=_axis_mass(ground, by_nodes=False),
        axis_mass_by_nodes=_axis_mass(ground, by_nodes=True),
        unweighted_trees=sum(not tree.axes for tree in ground),
    )


def _anchor_counts(ground: Ground) -> dict[str, Any]:
    in_trees, bridges = ground.anchors.tree_counts, bridge_counts(ground.anchors)
    by_trees = {str(count): int(np.sum(in_trees == count)) for count in (1, 2, 3)}
    total = int(bridges.sum())
    return {
        "anchors": int(np.sum(in_trees > 0)),
        "shared_anchors": int(np.sum(in_trees > 1)),
        "unused_anchors": int(np.sum(in_trees == 0)),
        "scarce_anchors": int(np.sum((in_trees > 1) & (2 * bridges < ENOUGH_CROSSINGS))),
        "anchors_by_trees": by_trees | {"4+": int(np.sum(in_trees > 3))},
        "bridges": total,
        "crossings": 2 * total,
    }


def _axis_mass(ground: Ground, *, by_nodes: bool) -> dict[str, float]:
    """Return the mass of every axis of the frame; exact sums, so that the order of the trees does not matter."""
    parts: dict[str, list[float]] = {axis.key: [] for axis in ground.frame}
    for tree in ground:
        for axis, share in tree.axes.items():
            parts[axis].append(share * len(tree) if by_nodes else share)
    return {axis: math.fsum(shares) for axis, shares in parts.items()}


def _rows(report: Report) -> list[tuple[str, str]]:
    """Return what every rendering of a report shows, as label and value: few and short, however large the forest."""
    by_trees = zip(report.anchors_by_trees.values(), ("one tree", "two", "three", "four or more"), strict=True)
    rows = [
        ("trees", _count_of(report.trees, (f"{count:,} in {lang}" for lang, count in report.languages.items()))),
        ("nodes", f"{report.nodes:,}"),
        ("deepest level", f"{report.max_level:,}" + (f", in {_name(report.deepest)}" if report.deepest else "")),
        ("islands", f"{report.islands:,}: the largest of {_counted(report.largest_island, 'tree')}"),
        ("island sizes", _listed(_sizes(report.island_sizes)) or "none"),
        ("trees alone", f"{report.trees_alone:,}"),
        ("anchors", _count_of(report.anchors, (f"{count:,} in {trees}" for count, trees in by_trees))),
        ("shared anchors", f"{report.shared_anchors:,} in two or more trees"),
        ("bridges", f"{report.bridges:,}, or {report.crossings:,} crossings"),
        ("critical anchors", _count_of(len(report.critical), map(_name, report.critical))),
    ]
    return rows + [(label, value) for label, value, count in _hints(report) if count]


def _hints(report: Report) -> list[tuple[str, str, int]]:
    scarce, unused, unweighted = report.scarce_anchors, report.unused_anchors, report.unweighted_trees
    by_heart = f"have fewer than {ENOUGH_CROSSINGS} crossings: a model may learn these by heart instead of the jump"
    return [
        ("scarce anchors", f"{scarce:,} of the shared ones {by_heart}", scarce),
        ("unused anchors", f"{unused:,} declared, standing nowhere", unused),
        ("without axes", _counted(unweighted, "tree"), unweighted),
    ]


def _axis_rows(report: Report) -> list[tuple[str, str, str]]:
    masses = [list(mass.values()) for mass in (report.axis_mass, report.axis_mass_by_nodes)]
    totals = [math.fsum(mass) for mass in masses]
    if not all(totals):
        return []
    parts = [[f"{share / total:.1%}" for share in mass] for mass, total in zip(masses, totals, strict=True)]
    names = [_name(axis)[1:-1] for axis in report.axis_mass]
    return list(zip(names, *parts, strict=True))[:_LISTED_AXES]


def _html_row(cells: Iterable[str]) -> str:
    first, *rest = map(escape, cells)
    values = "".join(f'<td align="left">{cell}</td>' for cell in rest)
    return f'<tr><th align="left">{first}</th>{values}</tr>'


def _count_of(count: int, parts: Iterable[str]) -> str:
    return f"{count:,}: {_listed(list(parts))}" if count else "0"


def _listed(parts: list[str]) -> str:
    more = f" and {len(parts) - _LISTED:,} more" if len(parts) > _LISTED else ""
    return ", ".join(parts[:_LISTED]) + more


def _sizes(sizes: tuple[int, ...]) -> list[str]:
    runs = [(size, len(list(run))) for size, run in groupby(sizes)]
    return [f"{size:,}" if count == 1 else f"{size:,} ({count:,} times)" for size, count in runs]


def _name(text: str) -> str:
    return shown(" ".join(text.split()), 40)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"
