"""Bytes to JSON values, exactly: nothing that the text says is lost or changed without an error.

The fast decoder keeps the last of two equal keys and turns whole numbers beyond 64 bits into floats. Where a record
may hold either, it is decoded once more by the slow one, which does neither.
"""

from __future__ import annotations

import json
from typing import Any

import orjson

from forestlib.files.place import line_of_double
from forestlib.model.encoding import guess

__all__ = ["Misfit", "decoded", "encoded", "exactly"]


class Misfit(Exception):  # noqa: N818 - a misfit is no error until somebody knows its file
    """What is wrong with one record and at which path in it; whoever knows the file turns it into a `FileError`."""

    def __init__(self, problem: str, path: tuple[str | int, ...] = (), line: int | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.path = path
        self.line = line

    @property
    def where(self) -> str:
        """The path as people write it: ``nodes[3].level``."""
        text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return text.lstrip(".")


def decoded(data: bytes) -> Any:
    """Return the JSON value that `data` holds, or raise `Misfit`."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Misfit(_reason(data, error), line=error.lineno) from None


def exactly(data: bytes) -> Any:
    """Return the same value, whole numbers exact; raise `Misfit` where an object holds one key twice."""
    try:
        return json.loads(data, object_pairs_hook=_without_doubles)
    except Misfit as misfit:
        misfit.line = line_of_double(data)
        raise
    except RecursionError:
        raise Misfit("is nested too deep to be read exactly. Flatten the unknown fields") from None


def encoded(value: Any) -> bytes:
    """Return a value as JSON bytes, whole numbers of any size included."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        double = next(key for key in keys if keys.count(key) > 1)
        raise Misfit(f"the key {double!r} stands twice in one object. Keep one of them")
    return found


def _reason(data: bytes, error: orjson.JSONDecodeError) -> str:
    try:
        data.decode()
    except UnicodeDecodeError as broken:
        place, byte = broken.start, data[broken.start]
        return f"not UTF-8 at byte {place} (0x{byte:02x}): {guess(data, place)}. Save the file as UTF-8"
    if b"\0" in data[:64]:
        return f"not UTF-8: {guess(data)}. Save the file as UTF-8"
    rest = data.decode()[error.pos :].lstrip() if "unexpected content" in error.msg else ""
    if rest.startswith(("{", "[")):
        return "a second record after the first. One tree is a .json; many are a .jsonl, a tree a line"
    return f"not JSON at column {error.colno}: {error.msg.partition(': line')[0]}"
