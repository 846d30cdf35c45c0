"""Texts as they stand inside JSON strings, many at once."""

from __future__ import annotations

import orjson

__all__ = ["escaped"]


def escaped(texts: list[str]) -> list[bytes]:
    """Return each text as the bytes between the quotes of its JSON string.

    One call for all of them, cut apart where a raw line break stands: no JSON string can hold one.

    >>> escaped(['say "a",', "b"])
    [b'say \\\\"a\\\\",', b'b']
    """
    if not texts:
        return []
    return orjson.dumps(texts, option=orjson.OPT_INDENT_2)[5:-3].split(b'",\n  "')
