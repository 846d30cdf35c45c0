"""A forest or a tree as plain text, for a terminal: bounded lines with guides, drawn without recursion.

What comes back is a string that says the same whether it is printed or given to rich: brackets in a text are no markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import StringIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from forestlib.analysis.islands import Island
from forestlib.analysis.report import Report
from forestlib.analysis.routes import Route
from forestlib.errors import OptionError, shown
from forestlib.model.ground import Ground
from forestlib.model.node import Node
from forestlib.model.sheet import Sheet
from forestlib.model.tree import Tree
from forestlib.phrases.candidates import Candidates
from forestlib.phrases.suggestions import Suggestions
from forestlib.views.candidates import listing_as_tables
from forestlib.views.folding import Branch, Fold, folded
from forestlib.views.overview import HEADS, counted, names_line, overview, tree_line
from forestlib.views.pieces import Piece, Pieces, cut
from forestlib.views.report import tables
from forestlib.views.sheet import sheet_as_table
from forestlib.views.tables import as_text

__all__ = ["Drawn", "enriched", "rendered"]

_LINES = 60
_DEEP = 16
_WIDTH = 100
_TREES = 40


class Drawn(str):
    """A drawing: a string that rich prints as it is, without looking for markup in it."""

    __slots__ = ()

    def __rich__(self) -> Text:
        return Text(self)


def rendered(thing: object) -> Drawn:
    """Return a forest, a tree, a node (with what is below it), a report or a route as a drawing of at most 60 lines.

    >>> tree = Tree("justice", "A match.", axes={"causality": 80, "empathy": 20})
    >>> _ = tree.root.anchor("match").then("Norms differ.").branch("Local ones.", "Universal ones.")
    >>> print(rendered(tree))
    justice · 4 nodes, 3 levels · causality 80%, empathy 20%
    A match⚓1.
    Norms differ.
    ├─ Local ones.
    └─ Universal ones.
    """
    if isinstance(thing, Tree):
        return _tree_drawn(thing, 0, f"{cut(thing.name)} · {tree_line(thing)}")
    if isinstance(thing, Node):
        return _tree_drawn(thing.tree, thing.number, f"node {thing.number:,} of {cut(thing.tree.name)}")
    if isinstance(thing, Ground):
        return _forest_drawn(thing)
    if isinstance(thing, Report):
        return Drawn(as_text(tables(thing)))
    if isinstance(thing, Route):
        return Drawn(thing)
    if isinstance(thing, Candidates | Suggestions):
        return Drawn(as_text(listing_as_tables(thing)))
    if isinstance(thing, Sheet):
        return Drawn(as_text(sheet_as_table(thing)))
    raise OptionError(
        f"rendered() shows a forest, a tree, a node, a report, a route, candidates or suggestions, got {shown(thing)}."
    )


def enriched(thing: object) -> Group | Text:
    """Return what rich prints for a thing: tables for a report, else its drawing.

    >>> enriched(Tree("order", "1 < 2")).plain
    'order · 1 node, 1 level\\n1 < 2'
    """
    if isinstance(thing, Report):
        return tables(thing)
    if isinstance(thing, Candidates | Suggestions):
        return listing_as_tables(thing)
    if isinstance(thing, Sheet):
        return sheet_as_table(thing)
    return rendered(thing).__rich__()


def _line(pieces: Pieces, item: int | Fold, width: int) -> str:
    """Return a node's text and its anchors, or a fold, in at most `width` cells."""
    if isinstance(item, Fold):
        return str(item)
    found = pieces.of(item, 2 * width)
    beside = _fitted("".join(f"  {_piece(piece)}" for piece in found if piece.beside), 2 * width // 5)
    inside = " ".join("".join(_piece(piece) for piece in found if not piece.beside).split())
    return _fitted(inside, width - cell_len(beside)) + beside


def _piece(piece: Piece) -> str:
    if piece.anchor is None:
        return piece.text
    return f"⚓{piece.anchor} {piece.text}" if piece.beside else f"{piece.text}⚓{piece.anchor}"


def _tree_drawn(tree: Tree, start: int, head: str) -> Drawn:
    pieces = Pieces(tree)
    plan = folded(pieces.order, start, lines=_LINES - 1, deep=_DEEP)
    lines = (guide + _line(pieces, item, _WIDTH - len(guide)) for guide, item in _guided(plan))
    return Drawn("\n".join([_fitted(head, _WIDTH), *lines]))


def _guided(plan: Branch) -> Iterator[tuple[str, int | Fold]]:
    """Yield each line of a plan with the guides before it."""
    waiting: list[tuple[Branch | Fold, str, str]] = [(plan, "", "")]
    while waiting:
        part, first, later = waiting.pop()
        if isinstance(part, Fold):
            yield first, part
            continue
        for place, item in enumerate(part.lines()):
            yield (later if place else first), item
        below = [(each, f"{later}├─ ", f"{later}│  ") for each in part.below]
        if below:
            below[-1] = (part.below[-1], f"{later}└─ ", f"{later}   ")
        waiting.extend(reversed(below))


def _forest_drawn(ground: Ground) -> Drawn:
    seen = overview(ground, _TREES)
    more = [f"… {counted(seen.hidden_trees, 'more tree')} …"] if seen.hidden_trees else []
    hidden = [f"… {counted(seen.hidden_islands, 'more island')} …"] if seen.hidden_islands else []
    alone = [f"{counted(len(seen.alone), 'tree')} alone: {names_line(seen.alone)}"] if seen.alone else []
    lines = [
        f"{cut(ground.name)} · {seen.head}",
        *_table([(row.name, row.axes, row.nodes, row.levels, row.shared) for row in seen.rows]),
        *more,
        *map(_island, seen.islands),
        *hidden,
        *alone,
    ]
    return Drawn("\n".join(_fitted(line, _WIDTH) for line in lines))


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    table, out = Table(box=None, pad_edge=False), StringIO()
    for place, head in enumerate(HEADS):
        table.add_column(head, justify="left" if place < 2 else "right", no_wrap=True, overflow="ellipsis")
    for row in rows:
        table.add_row(*map(Text, row))
    Console(file=out, width=_WIDTH, color_system=None, force_terminal=False, force_jupyter=False).print(table)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def _island(island: Island) -> str:
    ties = counted(len(island.anchors), "anchor")
    return f"island of {counted(len(island), 'tree')} tied by {ties}: {names_line(island.trees)}"


def _fitted(line: str, width: int) -> str:
    return line if cell_len(line) <= width else set_cell_size(line, width - 1).rstrip() + "…"
