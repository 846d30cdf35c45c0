"""A route as a line of HTML: trees in bold, anchors in italics, a long middle folded."""

from __future__ import annotations

from html import escape

from forestlib.analysis.routes import Route, stations
from forestlib.errors import shown

__all__ = ["page_of_route"]

_ENDS = 20


def page_of_route(route: Route) -> str:
    """Return a route as HTML, every text of it escaped.

    >>> page_of_route(Route(("God", "mind"), ("choice",)))
    '<p><b dir="auto">God</b> → <i dir="auto">choice</i> → <b dir="auto">mind</b></p>'
    """
    trees = [f'<b dir="auto">{_short(name)}</b>' for name in route.trees]
    anchors = [f'<i dir="auto">{_short(text)}</i>' for text in route.anchors]
    return f"<p>{' → '.join(stations(trees, anchors, _ENDS))}</p>"


def _short(text: str) -> str:
    return escape(shown(" ".join(text.split()))[1:-1])
