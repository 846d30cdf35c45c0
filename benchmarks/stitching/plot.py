"""The plot: one row of dots a condition, a dot a seed, drawn by hand as SVG so that no package is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import mean
from typing import Any
from xml.sax.saxutils import escape

from benchmarks.stitching.arms import CONDITIONS

__all__ = ["plot"]

_PANELS = {
    "jump pairs": "named jump between trees that never met",
    "jump anchors": "jump at an anchor never bridged",
    "jump trees": "jump into a tree never bridged",
    "route:back pairs": "route, from the goal back",
}
_FONT = 'font-family="sans-serif" font-size="12" role="img"'
_ROW, _LEFT, _WIDE, _TOP, _GAP = 22, 130, 360, 46, 44


def plot(results: Sequence[Mapping[str, Any]]) -> str:
    """Return the plot of the conditions as SVG."""
    names = [name for name in CONDITIONS if any(_values(results, name, key) for key in _PANELS)]
    panel = _ROW * len(names) + _GAP
    height = _TOP + panel * len(_PANELS)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDE + 60} {height}" {_FONT}>',
        "<title>What small models do that were shown the same forest in different layouts</title>",
        f'<rect width="{_LEFT + _WIDE + 60}" height="{height}" fill="white"/>',
    ]
    for place, (key, said) in enumerate(_PANELS.items()):
        parts += _panel(results, names, key, said, _TOP + panel * place)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(results: Sequence[Mapping[str, Any]], names: Sequence[str], key: str, said: str, top: int) -> Iterator[str]:
    yield f'<text x="{_LEFT}" y="{top - 12}" font-weight="bold">{escape(said)}</text>'
    bottom = top + _ROW * len(names)
    for tenth in range(0, 11, 2):
        x = _LEFT + _WIDE * tenth / 10
        yield f'<line x1="{x:g}" y1="{top}" x2="{x:g}" y2="{bottom}" stroke="#ddd"/>'
        yield f'<text x="{x:g}" y="{bottom + 14}" text-anchor="middle" fill="#666" font-size="10">{tenth / 10:g}</text>'
    for place, name in enumerate(names):
        yield from _row(_values(results, name, key), name, top + _ROW * place + _ROW // 2)


def _row(values: Sequence[float], name: str, y: int) -> Iterator[str]:
    yield f'<text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end">{escape(name)}</text>'
    if not values:
        return
    x = _LEFT + _WIDE * mean(values)
    yield f'<line x1="{_LEFT}" y1="{y}" x2="{x:.1f}" y2="{y}" stroke="#3b6ea5" stroke-width="7" opacity="0.45"/>'
    for value in values:
        yield f'<circle cx="{_LEFT + _WIDE * value:.1f}" cy="{y}" r="4" fill="#1f3f66"/>'
    yield f'<text x="{max(x, _LEFT + _WIDE * max(values)) + 9:.1f}" y="{y + 4}" fill="#333">{mean(values):.2f}</text>'


def _values(results: Iterable[Mapping[str, Any]], name: str, key: str) -> list[float]:
    return [one[key] for one in results if one["part"] == "forests" and one["name"] == name and key in one]
