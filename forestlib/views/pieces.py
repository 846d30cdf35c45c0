"""A node's text as any screen may show it: short, harmless, and cut into pieces, each plain or an anchor.

An anchor has one number wherever it stands: its place in the forest's table (a tree that stands alone numbers its own),
from 1. Control characters give way to visible signs one for one, so that spans stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import attrs

from forestlib.model.anchor import AnchorTable, Declarations
from forestlib.model.spans import span_of
from forestlib.model.tree import Tree

__all__ = ["Piece", "Pieces", "cut"]

_ANCHORS_BESIDE = 8
_PHRASE = 80
_CONTROLS = {code: 0x2400 + code for code in range(32)} | {127: 0x2421} | dict.fromkeys(range(128, 160), 0xFFFD)
_BLANKS = dict.fromkeys([9, 10, 11, 12, 13, 0x85, 0x2028, 0x2029], 0x20)
# What turns the direction of writing around would turn around the page as well; a zero-width space does nothing.
_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0x200B)
_HARMLESS = _CONTROLS | _BLANKS | _TURNS


@attrs.frozen
class Piece:
    """A piece of a line: its text, the number of its anchor or None, and whether it stands beside the node's text."""

    text: str
    anchor: int | None = None
    beside: bool = False


def cut(text: str, limit: int = _PHRASE) -> str:
    """Return a text harmless, on one line, and not longer than `limit` characters.

    >>> cut("two\\nlines, \\x1b[31mred"), cut("x" * 9, 5)
    ('two lines, ␛[31mred', 'xxxx…')
    """
    line = " ".join(text[: 2 * limit].translate(_HARMLESS).split())
    return line if len(line) <= limit and len(text) <= 2 * limit else line[: limit - 1] + "…"


class Pieces:
    """Cuts the nodes of one tree into pieces; `table` numbers its anchors: that of its forest, or one of its own.

    >>> tree = Tree("t", "No choice is free.")
    >>> _ = tree.root.anchor("choice", "cause → consequence")
    >>> [piece.text for piece in Pieces(tree).of(0, limit=99)]
    ['No ', 'choice', ' is free.', 'cause → consequence']
    """

    def __init__(self, tree: Tree) -> None:
        self.order = tree.preorder()
        self.marks = tree.marks()
        self.table: AnchorTable = _Alone(tree).anchors if tree.forest is None else tree.forest.anchors

    def of(self, number: int, limit: int) -> list[Piece]:
        """Return at most `limit` characters of a node's text in pieces, then the anchors that have no place in it."""
        text, beside, inside, stop = self.order.text[number], list[Piece](), list[_Place](), 0
        places = _places(text, self.marks.of(number), self.table, limit)
        for place in sorted(places, key=lambda place: (place.start, -place.stop)):
            if place.start < stop:
                beside.append(Piece(cut(place.phrase), place.anchor, beside=True))
            else:
                inside.append(place)
                stop = place.stop
        more = len(beside) - _ANCHORS_BESIDE
        rest = [Piece(f"and {more:,} more anchors", beside=True)] if more > 0 else []
        return [*_in_text(text, inside, limit), *beside[:_ANCHORS_BESIDE], *rest]


class _Alone:
    """A tree that stands in no forest, with anchors of its own."""

    def __init__(self, tree: Tree) -> None:
        self.trees = (tree,)

    @property
    def anchors(self) -> AnchorTable:
        return AnchorTable(self, Declarations())


class _Place(NamedTuple):
    start: int
    stop: int
    anchor: int
    phrase: str


def _places(text: str, phrases: Iterable[str], table: AnchorTable, limit: int) -> Iterable[_Place]:
    """Return the place of each anchor, once; one that has none in the shown part of the text starts before it."""
    found: dict[int, _Place] = {}
    for phrase in phrases:
        anchor = table.number_of(phrase) + 1
        span = span_of(phrase, text)
        start, stop = span if span and span[1] <= limit else (-1, -1)
        if anchor not in found or found[anchor].start < 0 <= start:
            found[anchor] = _Place(start, stop, anchor, phrase)
    return found.values()


def _in_text(text: str, inside: Iterable[_Place], limit: int) -> Iterator[Piece]:
    shown, begin = text[:limit].translate(_HARMLESS), 0
    for place in inside:
        if begin < place.start:
            yield Piece(shown[begin : place.start])
        yield Piece(shown[place.start : place.stop], place.anchor)
        begin = place.stop
    rest = shown[begin:] + "…" * (len(text) > limit)
    if rest:
        yield Piece(rest)
