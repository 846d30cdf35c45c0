"""Records of the format to tree rows and back: ``{"tree": …, "axes": …, "nodes": [{"level": 0, "text": …}, …]}``.

Reading pulls whole columns out of the decoded nodes and looks at single nodes only where something is unusual; writing
hands the encoder all nodes of a tree at once. Key order and forms that are not the library's own are
kept, so that a record is written back as it was.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import orjson

from forestlib.errors import ForestlibError, shown
from forestlib.files.decode import Misfit, exactly
from forestlib.model.fields import OF_TREES, RESERVED
from forestlib.model.marks import MarkLog
from forestlib.model.preorder import whole_number
from forestlib.model.rows import TreeRows
from forestlib.model.text import checked_lang, checked_name
from forestlib.model.weights import checked_weights

__all__ = ["check_columns", "node_values", "record_keys", "rows_of"]

_SPACED = re.compile(rb'"[ \t\r\n]+:')
_PLAIN, _ANCHORED = ("level", "text"), ("level", "text", "anchors")


def rows_of(record: Any, data: bytes) -> TreeRows:
    """Return the rows of a decoded record; `data` is its text, for what has to be read exactly.

    Levels, texts and phrases are looked at when a tree is made of the rows: see `check_columns`.
    """
    nodes, forms = _checked_record(record)
    names = set(chain.from_iterable(forms))
    if not _is_exact(record, data, bool(names - RESERVED or record.keys() - OF_TREES)):
        record = exactly(data)
        nodes = record["nodes"]
    anchors = _anchors(nodes) if "anchors" in names else []
    rows = TreeRows(
        _kept(checked_name, record["tree"], "tree"),
        [node["level"] for node in nodes],
        [node["text"] for node in nodes],
        MarkLog.flat(anchors),
        {
            name: {place: node[name] for place, node in enumerate(nodes) if name in node}
            for name in sorted(names - RESERVED)
        },
        axes=_kept(checked_weights, record.get("axes"), "axes"),
        lang=_kept(checked_lang, record.get("lang"), "lang"),
        extra={key: value for key, value in record.items() if key not in OF_TREES},
    )
    rows.keys = None if tuple(record) == record_keys(rows) else tuple(record)
    # Lists that stand there and are empty, unlike the () of a node without one, are written back.
    if not forms <= {_PLAIN, _ANCHORED} or [] in anchors:
        _note_forms(rows, nodes)
    return rows


def _checked_record(record: Any) -> tuple[list[dict[str, Any]], set[tuple[str, ...]]]:
    if not isinstance(record, dict):
        raise Misfit(f'a tree is an object like {{"tree": …, "nodes": […]}}, got {shown(record)}')
    for key, example in (("tree", '"justice"'), ("nodes", '[{"level": 0, "text": "…"}]')):
        if key not in record:
            keys = ", ".join(map(shown, list(record)[:9])) or "none"
            raise Misfit(f'the key "{key}" is missing: "{key}": {example}. Its keys: {keys}')
    nodes = record["nodes"]
    if not isinstance(nodes, list) or not nodes:
        raise Misfit(f"a tree has a list of nodes with at least a root, got {shown(nodes)}", ("nodes",))
    if set(map(type, nodes)) != {dict}:
        place = next(place for place, node in enumerate(nodes) if type(node) is not dict)
        raise Misfit(
            f'a node is an object like {{"level": 1, "text": "…"}}, got {shown(nodes[place])}', ("nodes", place)
        )
    forms = set(map(tuple, nodes))
    for form in forms:
        missing = [key for key in _PLAIN if key not in form]
        if missing:
            place = next(place for place, node in enumerate(nodes) if tuple(node) == form)
            raise Misfit(f'the key "{missing[0]}" is missing in {shown(nodes[place])}', ("nodes", place))
    return nodes, forms


def _is_exact(record: Any, data: bytes, more: bool) -> bool:
    """Whether the fast decoder lost nothing of the text.

    A text with nothing `more` than the format's own keys can only hold a key twice, and does not if it has as many
    colons after quotes as the record has keys. Any text is exact if the record, encoded again, is the same text.
    """
    return not (more or _doubtful(record, data)) or _encoded_again(record) == data


def _doubtful(record: Mapping[str, Any], data: bytes) -> bool:
    axes = record.get("axes")
    keys = sum(map(len, record["nodes"])) + len(record) + (len(axes) if isinstance(axes, dict) else 0)
    return data.count(b'":') != keys or _SPACED.search(data) is not None


def _encoded_again(record: Any) -> bytes:
    try:
        return orjson.dumps(record)
    except TypeError:  # Nested deeper than the encoder goes.
        return b""


def check_columns(levels: Sequence[Any], texts: Sequence[Any]) -> None:
    """Raise `Misfit` for the first text or level of which no tree can be made, and name its node."""
    for place, text in enumerate(texts):
        if not isinstance(text, str) or not text.strip():
            raise Misfit(f"a text is a string with words in it, got {shown(text)}", ("nodes", place, "text"))
    for place, level in enumerate(levels):
        if whole_number(level) is None:
            raise Misfit(f"a level is a whole number, got {shown(level)}", ("nodes", place, "level"))
    if levels[0] == 1 and min(levels) == 1:
        raise Misfit(
            "the levels start at 1. The root stands on level 0: subtract 1 from every level", ("nodes", 0, "level")
        )
    if levels[0] != 0:
        raise Misfit(f"the first node is the root and stands on level 0, got {levels[0]}", ("nodes", 0, "level"))
    before = 0
    for place, level in enumerate(levels):
        if level > before + 1 or (level < 1 and place):
            raise Misfit(_level_problem(level, before), ("nodes", place, "level"))
        before = level


def _level_problem(level: int, before: int) -> str:
    if level < 1:
        hint = f"give it a tree of its own, or a level {_up_to(before + 1)}"
        return f"a second node on level {level}. A tree has one root: {hint}"
    return (
        f"level {level} after level {before}. A node stands at most one level below the one before it, "
        f"so a level {_up_to(before + 1)} would be right; has a parent been lost, or does it come after its child?"
    )


def _up_to(level: int) -> str:
    return "of 1" if level == 1 else f"from 1 to {level}"


def _anchors(nodes: list[dict[str, Any]]) -> list[Sequence[str]]:
    lists = [node.get("anchors", ()) for node in nodes]
    if set(map(type, lists)) - {list, tuple}:
        place = next(place for place, found in enumerate(lists) if type(found) not in (list, tuple))
        raise Misfit(f"anchors are a list of phrases, got {shown(lists[place])}", ("nodes", place, "anchors"))
    return lists


def _kept(check: Any, value: Any, key: str) -> Any:
    try:
        return check(value)
    except ForestlibError as error:
        raise Misfit(error.message.rstrip("."), (key,)) from None


def record_keys(rows: TreeRows) -> tuple[str, ...]:
    """Return the order in which the library writes a tree's keys."""
    axes = ("axes",) if rows.axes is not None else ()
    lang = ("lang",) if rows.lang is not None else ()
    return ("tree", *axes, *lang, *rows.extra, "nodes")


def _note_forms(rows: TreeRows, nodes: list[dict[str, Any]]) -> None:
    own = [_own_form(node, rows.fields) for node in nodes]
    found = list(map(tuple, nodes))
    if own == found:
        return
    rows.form = Counter(found).most_common(1)[0][0]
    rows.forms = {place: form for place, form in enumerate(found) if form != rows.form}


def _own_form(node: Mapping[str, Any], fields: Mapping[str, Any]) -> tuple[str, ...]:
    return (*(_ANCHORED if node.get("anchors") else _PLAIN), *(name for name in fields if name in node))


def node_values(rows: TreeRows) -> list[dict[str, Any]]:
    """Return each node of a tree as a JSON object, its keys in the order in which they are written."""
    nodes: list[dict[str, Any]] = [
        {"level": level, "text": text} for level, text in zip(rows.levels, rows.texts, strict=True)
    ]
    for number, phrase in rows.marks:
        node = nodes[number]
        if "anchors" in node:
            node["anchors"].append(phrase)
        else:
            node["anchors"] = [phrase]
    for name, values in rows.fields.items():
        for number, value in values.items():
            nodes[number][name] = value
    if rows.form is not None or rows.forms:
        return [_in_form(node, rows.forms.get(number) or rows.form or ()) for number, node in enumerate(nodes)]
    return nodes


def _in_form(node: dict[str, Any], form: tuple[str, ...]) -> dict[str, Any]:
    empty: dict[str, Any] = {"anchors": []} if "anchors" in form else {}
    values = {**empty, **node}
    return {name: values[name] for name in dict.fromkeys((*form, *values)) if name in values}
