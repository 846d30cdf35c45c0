"""Sparse node fields: role, score, label, id and whatever else a user keeps beside a text.

A field that few nodes have is a dict by node. One that more than a quarter of the nodes have becomes a column, which
costs eight bytes a node and no hashing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from forestlib.errors import FieldError, shown
from forestlib.model.text import is_encodable

__all__ = ["OF_TREES", "RESERVED", "Fields", "checked_column", "checked_extra", "checked_fields", "finite"]

RESERVED = frozenset({"level", "text", "anchors"})
OF_TREES = frozenset({"tree", "axes", "lang", "nodes"})


class _Missing(Enum):
    MISSING = "missing"


_MISSING: Any = _Missing.MISSING
_DENSE = 0.25
_SMALL = 64


def finite(value: object) -> float | None:
    """Return a field's value as a number, None where it is none: a truth, a text, or beyond all floats.

    >>> finite(3), finite("3"), finite(True), finite(10**400)
    (3.0, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def checked_fields(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return `fields` as they are kept, or raise `FieldError`.

    Names must be free; values must be what JSON can say. Lists and objects are copied, tuples become lists.

    >>> checked_fields({"score": 0.5, "votes": (1, 2)})
    {'score': 0.5, 'votes': [1, 2]}
    """
    return {_checked_name(name): _kept(name, value) for name, value in fields.items()}


def checked_column(name: str, values: Mapping[int, Any]) -> dict[int, Any]:
    """Return one field's values by node as they are kept, or raise `FieldError`."""
    _checked_name(name)
    return {index: _kept(name, value) for index, value in values.items()}


def checked_extra(extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tree's further fields as they are kept, or raise `FieldError`."""
    for name in extra:
        if not isinstance(name, str) or name in OF_TREES or not is_encodable(name):
            raise FieldError(
                f"A tree's field is not called {shown(name)}: {', '.join(sorted(OF_TREES))} belong to the tree itself.",
                name=name,
            )
    return {name: _kept(name, value) for name, value in extra.items()}


def _checked_name(name: object) -> str:
    if not isinstance(name, str) or name in RESERVED or not is_encodable(name):
        raise FieldError(
            f"A node field is not called {shown(name)}: it is a text, and "
            f"{', '.join(sorted(RESERVED))} belong to the node itself.",
            name=name,
        )
    return name


def _kept(name: str, value: Any) -> Any:
    if value is None or value.__class__ is bool:
        return value
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
        _check_keys(value)
        return json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise FieldError(
            f"The field {shown(name)} holds {_bounded(value)}, which JSON cannot say ({_reason(error)}). "
            "Give text, numbers, true, false, null, and lists and objects of them.",
            name=name,
        ) from None


def _check_keys(value: Any) -> None:
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if not all(isinstance(key, str) for key in part):
                raise TypeError("an object's keys are texts")
            waiting.extend(part.values())
        elif isinstance(part, list | tuple):
            waiting.extend(part)


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deep"
    return "a lone surrogate" if isinstance(error, UnicodeEncodeError) else str(error)


def _bounded(value: Any) -> str:
    return f"a {type(value).__name__}" if isinstance(value, dict | list | tuple) else shown(value)


def _own(value: Any) -> Any:
    """A copy of a list or an object, at any depth, so that nobody changes a forest unseen."""
    if not isinstance(value, list | dict):
        return value
    twin = value.copy()
    waiting = [twin]
    while waiting:
        part = waiting.pop()
        for place, inner in part.items() if isinstance(part, dict) else enumerate(part):
            if isinstance(inner, list | dict):
                part[place] = inner.copy()
                waiting.append(part[place])
    return twin


class Fields:
    """The fields of one tree's nodes, by name and by node's index."""

    __slots__ = ("_by_name",)

    def __init__(self) -> None:
        self._by_name: dict[str, dict[int, Any] | list[Any]] = {}

    def __bool__(self) -> bool:
        return bool(self._by_name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def put(self, index: int, name: str, value: Any) -> None:
        """Keep `value` as field `name` of node `index`."""
        held = self._by_name.setdefault(name, {})
        if isinstance(held, list):
            held.extend([_MISSING] * (index + 1 - len(held)))
            held[index] = value
            return
        held[index] = value
        if len(held) > _SMALL and len(held) > _DENSE * (index + 1) and len(held) & (len(held) - 1) == 0:
            self._by_name[name] = self._column(held)

    def put_all(self, name: str, values: Mapping[int, Any], nodes: int) -> None:
        """Keep many values of one field in a tree of `nodes` nodes."""
        if name not in self._by_name and len(values) > max(_SMALL, _DENSE * nodes):
            self._by_name[name] = self._column(values)
            return
        for index, value in values.items():
            self.put(index, name, value)

    @staticmethod
    def _column(values: Mapping[int, Any]) -> list[Any]:
        column = [_MISSING] * (max(values) + 1)
        for index, value in values.items():
            column[index] = value
        return column

    def get(self, index: int, name: str, default: Any = None) -> Any:
        """Return field `name` of node `index`, or `default`."""
        held = self._by_name.get(name, {})
        if isinstance(held, list):
            held = dict(enumerate(held[index : index + 1], index))
        value = held.get(index, _MISSING)
        return default if value is _MISSING else _own(value)

    def of(self, index: int) -> dict[str, Any]:
        """Return all fields of node `index`."""
        found = ((name, self.get(index, name, _MISSING)) for name in self._by_name)
        return {name: value for name, value in found if value is not _MISSING}

    def items(self, name: str) -> Iterator[tuple[int, Any]]:
        """Iterate over (index, value) of field `name`, by index."""
        held = self._by_name.get(name, {})
        pairs = sorted(held.items()) if isinstance(held, dict) else enumerate(held)
        return ((index, value) for index, value in pairs if value is not _MISSING)
