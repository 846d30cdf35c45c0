r"""The outline of a tree: indented text that the importer `outline` reads back, and what ``print(tree)`` shows.

The decision: name, levels, texts and anchors come back exactly as they were, and weights to twelve digits,
since all that has a meaning in an outline is written with a backslash, and so are control characters and the line
separators that editors split at. Node fields, the language and further fields of the tree have no place in an
outline and are not written: `forest.save` keeps them. Two spaces a level, up to level 40; past it the level stands as
a number, so that a tree of any depth takes room in proportion to its nodes::

    # justice [causality 80%, empathy 20%]
    Justice is the match between deeds and norms. {match → moral structure} {cause → consequence}
      But norms differ: cultural, universal. {context depends on culture}
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from forestlib.model.rows import TreeRows

__all__ = ["outline_lines", "tree_outline"]

INDENTED_LEVELS = 40
_CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
_IN_TEXT = re.compile(rf"[\\{{}}{_CONTROL}]|\A[#\[\s]|\s\Z")
_IN_PHRASE = re.compile(rf"[\\{{}}{_CONTROL}]|\A\s|\s\Z")
_IN_NAME = re.compile(rf"[\\{{}}\[\]{_CONTROL}]|\A\s|\s\Z")
# A blank before a last word that begins with a digit: "era 80" would read as a weight without its percent sign.
_IN_AXIS = re.compile(rf"[\\{{}}\[\],%{_CONTROL}]|\A\s|\s\Z|\s(?=[0-9]\S*\Z)")
_LETTERS = {"\n": "n", "\r": "r", "\t": "t", " ": "s"}


def outline_lines(rows: TreeRows) -> Iterator[str]:
    """Yield the lines of a tree's outline, without line breaks.

    >>> rows = TreeRows(
    ...     "justice", [0, 1], ["A match.", "Norms differ."], [(1, "context")], axes={"causality": 0.8, "empathy": 0.2}
    ... )
    >>> print(*outline_lines(rows), sep="\\n")
    # justice [causality 80%, empathy 20%]
    A match.
      Norms differ. {context}
    """
    yield f"# {_IN_NAME.sub(_escape, rows.name)}{_axes(rows.axes)}"
    beside: defaultdict[int, str] = defaultdict(str)
    for node, phrase in rows.marks:
        beside[node] += f" {{{_IN_PHRASE.sub(_escape, phrase)}}}"
    for node, (level, text) in enumerate(zip(rows.levels, rows.texts, strict=True)):
        start = "  " * level if level <= INDENTED_LEVELS else f"[{level}] "
        yield f"{start}{_IN_TEXT.sub(_escape, text)}{beside.get(node, '')}"


def tree_outline(tree: Any) -> str:
    """Return the outline of a tree as one text: what ``print(tree)`` shows."""
    return "\n".join(outline_lines(tree.rows()))


def _axes(axes: list[str] | dict[str, float] | None) -> str:
    if axes is None:
        return ""
    names = [_IN_AXIS.sub(_escape, name) for name in axes]
    if isinstance(axes, dict):
        names = [f"{name} {percent}%" for name, percent in zip(names, _percents(list(axes.values())), strict=True)]
    return f" [{', '.join(names)}]"


def _percents(weights: list[float]) -> list[str]:
    if abs(math.fsum(weights) - 1) < 0.5:
        return [f"{100 * weight:.12g}" for weight in weights]
    return [repr(float(weight)).removesuffix(".0") for weight in weights]


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in _LETTERS:
        return "\\" + _LETTERS[character]
    return f"\\u{ord(character):04x}" if character.isspace() or not character.isprintable() else "\\" + character
