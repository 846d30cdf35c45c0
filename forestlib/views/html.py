"""A forest, a tree or a node as a piece of HTML, for a notebook.

There are no scripts, and nothing depends on styles, because GitHub strips them: shape is nested lists, folds are
``<details>``, an anchor is a ``<mark>`` with its number. Everything is bounded, and every text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from colorsys import hls_to_rgb
from html import escape
from typing import Any

from forestlib.analysis.islands import Island
from forestlib.analysis.report import Report
from forestlib.analysis.routes import Route
from forestlib.errors import OptionError, shown
from forestlib.model.anchor import AnchorTable
from forestlib.model.ground import Ground
from forestlib.model.node import Node
from forestlib.model.sheet import Sheet
from forestlib.model.tree import Tree
from forestlib.phrases.candidates import Candidates
from forestlib.phrases.suggestions import Suggestions
from forestlib.views.candidates import listing_as_page
from forestlib.views.folding import Branch, Fold, folded, folds_in
from forestlib.views.overview import HEADS, TreeRow, counted, names_line, overview, tree_line
from forestlib.views.pieces import Piece, Pieces, cut
from forestlib.views.report import page_of_report
from forestlib.views.route import page_of_route
from forestlib.views.sheet import page_of_sheet

__all__ = ["page"]

_LINES = 60
_DEEP = 12
_NODES = 200
_TEXT = 500
_TREES = 50
_CHILDREN = 20
_PATH_ENDS = 4
_ANCHORS = 12
_FIELDS = 20
_GOLDEN = 0.618034


def page(thing: object) -> str:
    """Return a forest, a tree, a node, a report or a route as script-free HTML.

    >>> page(Tree("order", "1 < 2")).partition("<ul>")[0]
    '<div><p><b><span dir="auto">order</span></b> · 1 node, 1 level</p>'
    """
    if isinstance(thing, Tree):
        return _tree_page(thing)
    if isinstance(thing, Node):
        return _node_page(thing)
    if isinstance(thing, Ground):
        return _forest_page(thing)
    if isinstance(thing, Report):
        return page_of_report(thing)
    if isinstance(thing, Route):
        return page_of_route(thing)
    if isinstance(thing, Candidates | Suggestions):
        return listing_as_page(thing)
    if isinstance(thing, Sheet):
        return page_of_sheet(thing)
    raise OptionError(
        f"page() shows a forest, a tree, a node, a report, a route, candidates or suggestions, got {shown(thing)}."
    )


def _tree_page(tree: Tree) -> str:
    pieces = Pieces(tree)
    plan = folded(pieces.order, lines=_LINES, deep=_DEEP)
    return f"<div><p><b>{_name(tree.name)}</b> · {escape(tree_line(tree))}</p><ul>{_branches(pieces, plan)}</ul></div>"


def _branches(pieces: Pieces, plan: Branch) -> str:
    inside = (_NODES - _LINES) // max(1, sum(1 for _ in folds_in(plan)))
    out, waiting = list[str](), list[Branch | Fold | str]([plan])
    while waiting:
        part = waiting.pop()
        if isinstance(part, Branch):
            out.append(f"<li>{_run(pieces, part, inside)}")
            waiting.append("</li>")
            if part.below:
                waiting += ["</ul>", *reversed(part.below), "<ul>"]
        else:
            out.append(part if isinstance(part, str) else f"<li>{_fold(pieces, part, inside)}</li>")
    return "".join(out)


def _run(pieces: Pieces, branch: Branch, inside: int) -> str:
    return "".join(
        _fold(pieces, line, inside)
        if isinstance(line, Fold)
        # Only the first line of a run has the bullet; the arrow tells the next ones from its siblings.
        else f"<div>{'↓ ' * (line > branch.run[0])}{_text(pieces, line)}</div>"
        for line in branch.lines()
    )


def _fold(pieces: Pieces, fold: Fold, inside: int) -> str:
    """Return a fold that opens onto the first few of its nodes, each with its level as a number."""
    shown_nodes = [
        f"<div><small>level {pieces.order.level[number]:,}</small> {_text(pieces, number)}</div>"
        for number in fold.hidden[:inside]
    ]
    more = len(fold.hidden) - inside
    rest = f"<div>… {counted(more, 'more node')} …</div>" if more > 0 else ""
    return f"<details><summary>{fold}</summary>{''.join(shown_nodes)}{rest}</details>"


def _node_page(node: Node) -> str:
    pieces, number = Pieces(node.tree), node.number
    parts = [
        f"<p>Node {number:,} of <b>{_name(node.tree.name)}</b>, level {node.level:,}</p>",
        *_path(pieces, pieces.order.path(number)),
        f"<div>{'↓ ' * (number > 0)}<b>{_text(pieces, number)}</b></div>",
        _children(pieces, number),
        _fields(node.fields),
        _anchors(pieces, number),
    ]
    return f"<div>{''.join(parts)}</div>"


def _path(pieces: Pieces, runs: Sequence[range]) -> Iterator[str]:
    """Yield the nodes above the last one, with the middle of a long path folded."""
    above = [number for run in runs for number in run][:-1]
    hidden = len(above) - 2 * _PATH_ENDS
    for place, number in enumerate(above[:_PATH_ENDS] + above[_PATH_ENDS:][-_PATH_ENDS:]):
        if hidden > 0 and place == _PATH_ENDS:
            yield f"<div>… {counted(hidden, 'level')} …</div>"
        yield f"<div>{'↓ ' * (number > 0)}{_text(pieces, number)}</div>"


def _children(pieces: Pieces, number: int) -> str:
    children, end = pieces.order.children(number), pieces.order.end
    below = [end[child] - child - 1 for child in children[:_CHILDREN]]
    items = [f"<li>{_text(pieces, child)}{_below(count)}</li>" for child, count in zip(children, below, strict=False)]
    return _listed(items, len(children) - _CHILDREN, "child node")


def _below(count: int) -> str:
    return f" <small>({counted(count, 'node')} below)</small>" if count else ""


def _fields(fields: Mapping[str, Any]) -> str:
    rows = [
        f'<tr><th align="left">{_name(name)}</th><td align="left">{_name(_value(fields[name]), _TEXT)}</td></tr>'
        for name in list(fields)[:_FIELDS]
    ]
    more = f"<p>… {counted(len(fields) - _FIELDS, 'more field')} …</p>" if len(fields) > _FIELDS else ""
    return f"<table>{''.join(rows)}</table>{more}" if rows else ""


def _value(value: object) -> str:
    # The repr of nested lists recurses, and a field may hold a list as deep as a tree.
    return counted(len(value), "item") if isinstance(value, list | tuple | Mapping) else str(value)


def _forest_page(ground: Ground) -> str:
    seen = overview(ground, _TREES)
    heads = "".join(f"<th>{head}</th>" for head in HEADS)
    rows = "".join(map(_tree_row, seen.rows))
    more = f"<p>… {counted(seen.hidden_trees, 'more tree')} …</p>" if seen.hidden_trees else ""
    table = f"<table><tr>{heads}</tr>{rows}</table>{more}" if rows else ""
    tied = [_island(ground.anchors, island) for island in seen.islands]
    islands = _listed(tied, seen.hidden_islands, "island") + _alone(seen.alone)
    return f"<div><p><b>{_name(ground.name)}</b> · {escape(seen.head)}</p>{table}{islands}</div>"


def _tree_row(row: TreeRow) -> str:
    counts = "".join(f'<td align="right">{count}</td>' for count in (row.nodes, row.levels, row.shared))
    return f"<tr><td>{_name(row.name)}</td><td>{_name(row.axes, _TEXT)}</td>{counts}</tr>"


def _island(table: AnchorTable, island: Island) -> str:
    ties = ", ".join(_anchor(table, table.number_of(text)) for text in island.anchors[:_ANCHORS])
    more = f" and {len(island.anchors) - _ANCHORS:,} more" if len(island.anchors) > _ANCHORS else ""
    names = _name(names_line(island.trees), _TEXT)
    return f"<li>island of {counted(len(island), 'tree')}: {names}<br>tied by {ties}{more}</li>"


def _alone(names: Sequence[str]) -> str:
    return f"<p>{counted(len(names), 'tree')} alone: {_name(names_line(names), _TEXT)}</p>" if names else ""


def _listed(items: Sequence[str], hidden: int, noun: str) -> str:
    more = f"<li>… {counted(hidden, f'more {noun}')} …</li>" if hidden > 0 else ""
    return f"<ul>{''.join(items)}{more}</ul>" if items else ""


def _text(pieces: Pieces, number: int) -> str:
    found = pieces.of(number, _TEXT)
    inside = "".join(_piece(piece) for piece in found if not piece.beside)
    beside = "".join(f" {_piece(piece)}" for piece in found if piece.beside)
    return f'<span dir="auto" title="node {number}, level {pieces.order.level[number]}">{inside}</span>{beside}'


def _anchors(pieces: Pieces, number: int) -> str:
    """Return a node's anchors, each with the number of trees that it stands in."""
    anchors = list(dict.fromkeys(map(pieces.table.number_of, pieces.marks.of(number))))
    items = [
        f"<li>{_anchor(pieces.table, anchor)} in {counted(int(pieces.table.tree_counts[anchor]), 'tree')}</li>"
        for anchor in anchors[:_ANCHORS]
    ]
    return _listed(items, len(anchors) - _ANCHORS, "anchor")


def _anchor(table: AnchorTable, number: int) -> str:
    return _mark(cut(table.texts[number]), number + 1)


def _piece(piece: Piece) -> str:
    return escape(piece.text) if piece.anchor is None else _mark(piece.text, piece.anchor)


def _mark(text: str, number: int) -> str:
    return f'<mark style="{_colours(number)}">{escape(text)}</mark><sup>⚓{number}</sup>'


def _colours(number: int) -> str:
    """Return the colours of an anchor: dark letters on a pale ground, readable in light and dark themes alike."""
    red, green, blue = (round(255 * part) for part in hls_to_rgb(number * _GOLDEN % 1, 0.85, 0.75))
    return f"background-color:#{red:02x}{green:02x}{blue:02x};color:#111"


def _name(text: str, limit: int = 80) -> str:
    return f'<span dir="auto">{escape(cut(text, limit))}</span>'
