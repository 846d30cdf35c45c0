"""A report as tables: the same bounded rows for rich, as plain text, and as HTML.

What it shows is few and short, however large the forest; every text is escaped, and brackets in a name are no markup.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape
from itertools import groupby

from rich.console import Group
from rich.table import Table
from rich.text import Text

from forestlib.analysis.report import ENOUGH_CROSSINGS, Report
from forestlib.errors import shown
from forestlib.views.overview import counted

__all__ = ["page_of_report", "tables"]

_AXIS_HEADS = ("axis", "by trees", "by nodes")
_LISTED_ISLANDS = 3
_LISTED = 8
_LISTED_AXES = 40


def tables(report: Report) -> Group:
    """Return a report as tables of rich, which fit themselves to the terminal."""
    rows = Table(title=Text(f"The forest {_name(report.name)}"), title_justify="left", show_header=False)
    for label, value in _rows(report):
        rows.add_row(Text(label), Text(value))
    axes = Table(*_axis_heads(report))
    for row in _axis_rows(report):
        axes.add_row(*map(Text, row))
    return Group(rows, axes) if axes.row_count else Group(rows)


def page_of_report(report: Report) -> str:
    """Return a report as HTML tables without scripts."""
    rows = "".join(map(_html_row, _rows(report)))
    axes = "".join(map(_html_row, _axis_rows(report)))
    table = f"<table>{_html_row(_axis_heads(report))}{axes}</table>" if axes else ""
    return f"<p><b>The forest {escape(_name(report.name))}</b></p><table>{rows}</table>{table}"


def _rows(report: Report) -> list[tuple[str, str]]:
    """Return what every rendering of a report shows, as label and value: few and short, however large the forest."""
    by_trees = zip(report.anchors_by_trees.values(), ("one tree", "two", "three", "four or more"), strict=True)
    rows = [
        ("trees", _count_of(report.trees, (f"{count:,} in {lang}" for lang, count in report.languages.items()))),
        ("nodes", f"{report.nodes:,}"),
        ("deepest level", f"{report.max_level:,}" + (f", in {_name(report.deepest)}" if report.deepest else "")),
        ("islands", f"{report.islands:,}: the largest of {counted(report.largest_island, 'tree')}"),
        ("island sizes", _listed(_sizes(report.island_sizes)) or "none"),
        ("trees alone", f"{report.trees_alone:,}"),
        ("anchors", _count_of(report.anchors, (f"{count:,} in {trees}" for count, trees in by_trees))),
        ("shared anchors", f"{report.shared_anchors:,} in two or more trees"),
        ("bridges", f"{report.bridges:,}, or {report.crossings:,} crossings"),
        ("critical anchors", _count_of(len(report.critical), map(_name, report.critical))),
        ("longest route", _route(report.longest_route)),
        (
            "testable trees",
            f"{len(report.testable):,}: with an anchor in a third tree, so that a bridge can be held out",
        ),
    ]
    return rows + [(label, value) for label, value, count in _hints(report) if count]


def _hints(report: Report) -> list[tuple[str, str, int]]:
    scarce, unused, unweighted = report.scarce_anchors, report.unused_anchors, report.unweighted_trees
    by_heart = f"have fewer than {ENOUGH_CROSSINGS} crossings: a model may learn these by heart instead of the jump"
    hubs = _count_of(len(report.hubs), (f"{_name(text)} in {trees:,}" for text, trees in report.hubs.items()))
    touching = _count_of(len(report.accidental), map(_name, report.accidental))
    return [
        ("hubs", f"{hubs}: they tell little apart", len(report.hubs)),
        ("accidental", f"{touching}: they touch others through hubs only", len(report.accidental)),
        ("lone anchors", f"{report.lone_anchors:,} stand at one node only", report.lone_anchors),
        ("scarce anchors", f"{scarce:,} of the shared ones {by_heart}", scarce),
        ("unused anchors", f"{unused:,} declared, standing nowhere", unused),
        ("without axes", counted(unweighted, "tree"), unweighted),
    ]


def _axis_heads(report: Report) -> list[str]:
    sizes = [size for size in report.island_sizes if size > 1] if report.islands > 1 else []
    return [*_AXIS_HEADS, *(f"island of {size:,}" for size in sizes[:_LISTED_ISLANDS])]


def _axis_rows(report: Report) -> list[tuple[str, ...]]:
    by_island = report.axis_mass_by_island[:_LISTED_ISLANDS] if report.islands > 1 else ()
    masses = [list(mass.values()) for mass in (report.axis_mass, report.axis_mass_by_nodes, *by_island)]
    totals = [math.fsum(mass) for mass in masses]
    if not all(totals[:2]):
        return []
    parts = [[f"{share / (total or 1):.1%}" for share in mass] for mass, total in zip(masses, totals, strict=True)]
    names = [_name(report.axis_names[axis])[1:-1] for axis in report.axis_mass]
    return list(zip(names, *parts, strict=True))[:_LISTED_AXES]


def _route(trees: tuple[str, ...]) -> str:
    if not trees:
        return "none: no tree touches another"
    ends = f"from {_name(trees[0])} to {_name(trees[-1])}"
    return f"{counted(len(trees) - 1, 'jump')}, {ends}"


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
