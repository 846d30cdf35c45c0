"""A node's text as any screen may show it: short, harmless, and cut into pieces, each plain or an anchor.

An anchor has one number wherever it stands: its place in the forest's table (a tree that stands alone numbers its own),
from 1. Control characters give way to visible signs one for one, so that spans stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from forestlib.model.anchor import AnchorTable, Declarations
from forestlib.model.spans import span_of
from forestlib.model.tree import Tree

__all__ = ["Piece", "cut", "pieces_of", "table_of"]

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


def table_of(tree: Tree) -> AnchorTable:
    """Return the table that numbers a tree's anchors: that of its forest, or one of its own."""
    if tree.forest is None:
        return AnchorTable((tree,), Declarations())
    table: AnchorTable = tree.forest.anchors
    return table


def pieces_of(text: str, phrases: Iterable[str], table: AnchorTable, limit: int) -> list[Piece]:
    """Return a node's text in pieces, at most `limit` characters of it, then the anchors that have no place in it.

    >>> tree = Tree("t", "No choice is free.")
    >>> _ = tree.root.anchor("choice", "cause → consequence")
    >>> [piece.text for piece in pieces_of(tree.root.text, tree.root.anchors, table_of(tree), 99)]
    ['No ', 'choice', ' is free.', 'cause → consequence']
    """
    places = _places(text, phrases, table, limit)
    inside, beside, stop = list[tuple[int, int, int]](), list[Piece](), 0
    for start, end, number, phrase in sorted(places, key=lambda place: (place[0], -place[1])):
        if start < stop:
            beside.append(Piece(cut(phrase), number, beside=True))
        else:
            inside.append((start, end, number))
            stop = end
    more = len(beside) - _ANCHORS_BESIDE
    rest = [Piece(f"and {more} more anchors", beside=True)] if more > 0 else []
    return [*_in_text(text, inside, limit), *beside[:_ANCHORS_BESIDE], *rest]


def _places(text: str, phrases: Iterable[str], table: AnchorTable, limit: int) -> Iterator[tuple[int, int, int, str]]:
    """Yield (start, stop, number, phrase) of each anchor once; one with no place in the shown text starts before it."""
    found: dict[int, tuple[int, int, int, str]] = {}
    for phrase in phrases:
        number = table.number_of(phrase) + 1
        span = span_of(phrase, text)
        start, stop = span if span and span[1] <= limit else (-1, -1)
        if number not in found or found[number][0] < 0 <= start:
            found[number] = (start, stop, number, phrase)
    yield from found.values()


def _in_text(text: str, inside: Iterable[tuple[int, int, int]], limit: int) -> Iterator[Piece]:
    shown, place = text[:limit].translate(_HARMLESS), 0
    for start, stop, number in inside:
        if place < start:
            yield Piece(shown[place:start])
        yield Piece(shown[start:stop], number)
        place = stop
    rest = shown[place:] + "…" * (len(text) > limit)
    if rest:
        yield Piece(rest)
