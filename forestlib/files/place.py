"""Where in a JSON text a value stands: asked only when an error has to name a line.

A flat scan over tokens that keeps its own stack, so that it serves broken and deep texts alike.
"""

from __future__ import annotations

import re

__all__ = ["line_of", "line_of_double"]

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{},:]')


def line_of(text: bytes, path: tuple[str | int, ...]) -> int:
    """Return the line (from 1) where the value at `path` begins, or that of its nearest parent that is there.

    >>> line_of(b'{"nodes": [\\n  {"text": "a"},\\n  {"text": 1}]}', ("nodes", 1, "text"))
    3
    """
    here: list[str | int] = []
    best, place, key = 0, 0, b""
    for token in _TOKEN.finditer(text):
        kind = token[0][:1]
        if kind in b"[{":
            here.append(0 if kind == b"[" else "")
        elif kind in b"]}":
            del here[-1:]
        elif kind == b"," and here and isinstance(here[-1], int):
            here[-1] += 1
        elif kind == b'"':
            key = token[0][1:-1]
        elif kind == b":" and here:
            here[-1] = key.decode("utf-8", "replace")
        if len(here) > best and tuple(here) == path[: len(here)]:
            best, place = len(here), token.start()
        if best == len(path):
            break
    return text.count(b"\n", 0, _value(text, place)) + 1


def line_of_double(text: bytes) -> int:
    """Return the line (from 1) of the first key that stands in its object a second time, 1 where none does.

    >>> line_of_double(b'{"a": 1,\\n "b": {"a": 2},\\n "a": 3}')
    3
    """
    held: list[set[bytes]] = []
    key, place = b"", 0
    for token in _TOKEN.finditer(text):
        kind = token[0][:1]
        if kind in b"[{":
            held.append(set())
        elif kind in b"]}":
            del held[-1:]
        elif kind == b'"':
            key, place = token[0], token.start()
        elif kind == b":" and held:
            if key in held[-1]:
                return text.count(b"\n", 0, place) + 1
            held[-1].add(key)
    return 1


def _value(text: bytes, place: int) -> int:
    while place < len(text) and text[place : place + 1] in (b":", b",", b" ", b"\n", b"\r", b"\t", b"["):
        place += 1
    return place
