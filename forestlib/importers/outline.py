r"""Outlines: indented text, the quick way to type a tree, and what ``print(tree)`` writes.

The decision: the title opens a tree, indentation carries the shape, braces carry the anchors, and a backslash lets
every text through; whatever could be meant in two ways is an error that names its line. Past level 40 indentation
says nothing to the eye, so a line may give its level as a number instead. An outline of nothing is a forest of no
trees, so that what is written for an empty forest reads back. One tree::

    # justice [causality 80%, empathy 20%]
    Justice is the match between deeds and norms. {match → moral structure} {cause → consequence}
      But norms differ: they hold within {a culture}, or for all.
        [3] A norm that binds one people. {context}

Braces at a line's end are marks beside the text and are cut from it; braces inside a line mark words of the text.
A backslash stands before ``\``, ``{``, ``}``, a ``#`` or ``[`` that begins a text, and ``[``, ``]``, ``,`` or ``%``
in a name. ``\n``, ``\r``, ``\t`` and ``\s`` are line break, carriage return, tab and blank, ``\u2028`` any character
by its code.
"""

from __future__ import annotations

import io
import math
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import attrs

from forestlib.errors import AnchorError, FileError, OptionError, TextError, shown
from forestlib.model.encoding import guess, without_mark
from forestlib.model.key import checked_phrase
from forestlib.model.rows import TreeRows
from forestlib.model.text import checked_name, checked_text

__all__ = ["outline"]

_TITLE_FORM = "A tree begins with its title: '# justice' or '# justice [causality 80%, empathy 20%]'."
_ESCAPES_FORM = r"Known: \\ \{ \} \[ \] \# \, \% \n \r \t \s \u2028 (any code); a backslash itself is \\"
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "s": " ", **{mark: mark for mark in "\\{}[]#,%"}}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.?)")
_BODY_PART = re.compile(r"((?:[^\\{}]++|\\.)++)|\{((?:[^\\{}]++|\\.)*+)\}|.")
_TITLE = re.compile(r"#\s((?:[^\\{}\[\]]++|\\.)*+)(?:\[((?:[^\\{}\[\]]++|\\.)*+)\])?")
_AXIS = re.compile(r"(?:^|,)((?:[^\\,]++|\\.)*+)")
_WEIGHT = re.compile(r"(.*\S)\s+([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)\s*(%?)")
_BARE_PERCENT = re.compile(r"(?:[^\\%]++|\\.)*+%")
_LEVEL = re.compile(r"\[([0-9]{1,12})\]")
_TOLERANCE = 1e-6


def outline(source: str | os.PathLike[str], *, indent: int | None = None) -> Iterator[TreeRows]:
    r"""Yield the trees of an outline: of a file, or of the text itself (a string that holds a line break).

    `indent` is how many blanks or tabs one level takes; without it, as many as the first indented line of the tree.

    >>> text = '''
    ...     # justice [causality 80%, empathy 20%]
    ...     Justice is the match between deeds and norms. {cause → consequence}
    ...       But norms differ from {culture} to culture.
    ... '''
    >>> [rows] = outline(text)
    >>> rows.name, rows.axes, rows.levels
    ('justice', {'causality': 80, 'empathy': 20}, [0, 1])
    >>> rows.texts
    ['Justice is the match between deeds and norms.', 'But norms differ from culture to culture.']
    >>> rows.marks
    [(0, 'cause → consequence'), (1, 'culture')]
    >>> list(outline("# justice\nJustice.\n\nInjustice."))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    forestlib.errors.FileError: <text>:4: a tree has one root, and 'justice' has its own at line 2. Indent this line...
    """
    if indent is not None and (type(indent) is not int or indent < 1):
        raise OptionError(f"indent= is a whole number from 1 up, or None, got {shown(indent)}.", option="indent")
    tree: _Growing | None = None
    for line in _lines(source):
        if line.body.startswith("#"):
            if tree is not None:
                yield tree.rows(before=line)
            tree = _titled(line, indent)
        elif tree is None:
            raise line.error(f"no title stands before {shown(line.body)}. {_TITLE_FORM}")
        else:
            tree.take(line)
    if tree is not None:
        yield tree.rows()


@attrs.frozen(repr=False, eq=False)
class _Line:
    path: str
    number: int
    margin: str
    body: str

    def error(self, problem: str) -> FileError:
        return FileError.at(self.path, problem, line=self.number)


def _lines(source: str | os.PathLike[str]) -> Iterator[_Line]:
    is_text = isinstance(source, str) and ("\n" in source or "\r" in source)
    path = "<text>" if is_text else os.fspath(source)
    written = _universal(str(source).removeprefix("\ufeff")) if is_text else _read(path)
    for number, text in enumerate(written, 1):
        body = text.strip()
        if body:
            line = _Line(path, number, text[: len(text) - len(text.lstrip())], body)
            yield _checked_margin(line)


def _universal(text: str) -> Iterable[str]:
    # str.splitlines would also split at U+2028 and other characters that belong to a text.
    return io.StringIO(text, newline=None)


def _read(path: str) -> Iterator[str]:
    try:
        file = open(path, "rb")  # noqa: SIM115
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileError.at(
            path if len(path) < 200 else shown(path),
            f"the file cannot be read: {reason}. An outline is a file, or a text that holds a line break.",
        ) from None
    with file:
        number = 0
        for raw in file:
            for line in _universal(_decoded(path, number, raw)):
                number += 1
                yield line


def _decoded(path: str, before: int, raw: bytes) -> str:
    try:
        return (raw if before else without_mark(raw)).decode()
    except UnicodeDecodeError as error:
        raise FileError.at(
            path,
            f"byte {raw[error.start]:#04x} is not UTF-8, {guess(raw)}. Save the file as UTF-8.",
            line=before + 1,
        ) from None


def _checked_margin(line: _Line) -> _Line:
    strange = line.margin.strip(" \t")
    if strange:
        code = f"{ord(strange[0]):04x}"
        raise line.error(
            f"the line begins with the blank U+{code.upper()}. Indent with spaces or tabs; "
            rf"a text that begins so is written \u{code}."
        )
    return line


def _titled(line: _Line, step: int | None) -> _Growing:
    match = _TITLE.fullmatch(line.body)
    if match is None:
        raise line.error(
            f"this is no title: {shown(line.body)}. {_TITLE_FORM} "
            r"In a name, brackets and braces are written \[ \] \{ \}; a text that begins with # is written \#."
        )
    name = _checked(line, partial(checked_name, what="A tree's name"), _plain(line, match[1].strip()))
    return _Growing(line, name, None if match[2] is None else _axes(line, match[2]), step)


def _axes(line: _Line, bracket: str) -> list[str] | dict[str, float]:
    if not bracket.strip():
        return []
    items = [_axis(line, item.strip()) for item in _AXIS.findall(bracket)]
    twice = [name for name, count in Counter(name for name, _ in items).items() if count > 1]
    if twice:
        raise line.error(f"the axis {shown(twice[0])} stands twice in {shown(bracket)}. Name each once.")
    weights = {name: weight for name, weight in items if weight is not None}
    if not weights:
        return [name for name, _ in items]
    if len(weights) < len(items):
        bare = next(name for name, weight in items if weight is None)
        raise line.error(f"the axis {shown(bare)} has no weight and others have. Give all of them one, or none.")
    total = math.fsum(weights.values())
    if not abs(total - 100) <= 100 * _TOLERANCE:
        raise line.error(f"the weights in {shown(bracket)} sum to {total:g}%. Make them sum to 100%.")
    return weights


def _axis(line: _Line, item: str) -> tuple[str, float | None]:
    match = _WEIGHT.fullmatch(item)
    if match is not None and not match[3]:
        raise line.error(
            f"the weight in {shown(item)} has no percent sign. Write {shown(item + '%')}; "
            r"a name that ends in a number is written with \s before it."
        )
    name = match[1] if match else item
    if not name or _BARE_PERCENT.match(name):
        raise line.error(
            f"an axis reads 'causality' or 'causality 80%', got {shown(item)}. In a name, % is written \\%."
        )
    weight = float(match[2]) if match else None
    whole = int(weight) if weight is not None and weight.is_integer() else weight
    return _checked(line, partial(checked_name, what="An axis name"), _plain(line, name)), whole


@attrs.define(repr=False, eq=False)
class _Growing:
    title: _Line
    name: str
    axes: list[str] | dict[str, float] | None
    step: int | None
    root: _Line | None = None
    blank: str = ""
    levels: list[int] = attrs.field(factory=list)
    texts: list[str] = attrs.field(factory=list)
    marks: list[tuple[int, str]] = attrs.field(factory=list)

    def rows(self, before: _Line | None = None) -> TreeRows:
        if self.root is None:
            raise self.title.error(
                f"the tree {shown(self.name)} has no node. Write its root on the line below the title."
            )
        if before and len(before.margin) > len(self.root.margin) and before.margin.startswith(self.root.margin):
            raise before.error(
                f"a title stands no deeper than the root before it, at line {self.root.number}. "
                r"A text that begins with # is written \#."
            )
        return TreeRows(self.name, self.levels, self.texts, marks=self.marks, axes=self.axes)

    def take(self, line: _Line) -> None:
        numbered = _LEVEL.match(line.body)
        level = int(numbered[1]) if numbered else self._indented(line) if self.root else 0
        self._check_level(line, level)
        text, phrases = _body(line, line.body[numbered.end() :].lstrip() if numbered else line.body)
        self.root = self.root or line
        self.marks.extend((len(self.texts), phrase) for phrase in phrases)
        self.levels.append(level)
        self.texts.append(text)

    def _check_level(self, line: _Line, level: int) -> None:
        if self.root is None and level:
            raise line.error(f"the first line below a title is the root, at level 0, got level {level}.")
        if self.root is not None and not level:
            raise line.error(
                f"a tree has one root, and {shown(self.name)} has its own at line {self.root.number}. "
                "Indent this line below it, or give it a title of its own."
            )
        if self.levels and level > self.levels[-1] + 1:
            raise line.error(
                f"level {level} after level {self.levels[-1]}: a line stands at most one level below the last. "
                r"A text that begins with [ is written \[."
            )

    def _inner(self, line: _Line) -> str:
        """Return the indentation of a line beyond that of the root."""
        root = self.root.margin if self.root else ""
        if line.margin.startswith(root):
            return line.margin[len(root) :]
        if root.startswith(line.margin):
            return ""
        raise self._mixed(line)

    def _indented(self, line: _Line) -> int:
        inner = self._inner(line)
        if not inner:
            return 0
        self.blank = self.blank or inner[0]
        if inner.strip(self.blank):
            raise self._mixed(line)
        self.step = self.step or len(inner)
        level, rest = divmod(len(inner), self.step)
        if rest:
            right = " or ".join(str(near * self.step) for near in (level, level + 1) if near)
            raise line.error(
                f"the line is indented by {len(inner)} below its root, and a level of this tree takes {self.step}. "
                f"Indent by {right}."
            )
        return level

    def _mixed(self, line: _Line) -> FileError:
        return line.error("tabs and spaces are mixed in the indentation of one tree. Use the one or the other.")


def _body(line: _Line, body: str) -> tuple[str, list[str]]:
    if not ("{" in body or "}" in body or "\\" in body):
        return _checked(line, checked_text, body), []
    parts = [_part(line, match) for match in _BODY_PART.finditer(body)]
    phrases = [_phrase(line, text) for text, is_phrase in parts if is_phrase]
    while parts and (parts[-1][1] or not parts[-1][0].strip()):
        parts.pop()
    if phrases and not parts:
        raise line.error(f"the line holds anchors only: {shown(body)}. Write a text before them.")
    text = _plain(line, "".join(text for text, _ in parts).strip())
    return _checked(line, checked_text, text), phrases


def _part(line: _Line, match: re.Match[str]) -> tuple[str, bool]:
    if match[1] is not None:
        return match[1], False
    if match[2] is not None:
        return match[2], True
    if match[0] == "\\":
        raise line.error(f"a backslash ends the line. {_ESCAPES_FORM}.")
    raise line.error(
        rf"the brace {match[0]!r} has no partner. An anchor is {{phrase}}; a brace in a text is written \{match[0]}."
    )


def _phrase(line: _Line, written: str) -> str:
    phrase = _plain(line, written.strip())
    if not phrase:
        raise line.error(r"an anchor is empty: {}. Write {phrase}, or \{\} for braces in a text.")
    return _checked(line, checked_phrase, phrase)


def _plain(line: _Line, written: str) -> str:
    """Return a text with its escapes resolved."""
    return _ESCAPE.sub(partial(_character, line), written) if "\\" in written else written


def _character(line: _Line, match: re.Match[str]) -> str:
    code = match[1]
    if len(code) == 5:
        return chr(int(code[1:], 16))
    if code not in _ESCAPED:
        raise line.error(f"no escape {match[0]} is known. {_ESCAPES_FORM}.")
    return _ESCAPED[code]


def _checked(line: _Line, check: Callable[[object], str], text: str) -> str:
    try:
        return check(text)
    except (TextError, AnchorError) as error:
        raise line.error(str(error)) from None
