"""Texts as they stand inside JSON strings, many at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import orjson

__all__ = ["escaped"]

_LINE_BREAK = ord("\n")
_BETWEEN = b'",\n  "'
_OPENS, _CLOSES = len(b'[\n  "'), len(b'"\n]')


def escaped(texts: list[str], end: bytes) -> tuple[bytes, npt.NDArray[np.int64]]:
    r"""Return texts as they stand inside JSON strings, each followed by `end`, and where each begins and all end.

    One call encodes them all; what stands between two of them holds a raw line break, which no JSON string can.

    >>> block, starts = escaped(['say "a",', "b"], b"\\n")
    >>> block, starts.tolist()
    (b'say \\"a\\",\\nb\\n', [0, 12, 15])
    """
    if not texts:
        return b"", np.zeros(1, np.int64)
    encoded = orjson.dumps(texts, option=orjson.OPT_INDENT_2)
    block = encoded[_OPENS:-_CLOSES].replace(_BETWEEN, end) + end
    breaks = np.flatnonzero(np.frombuffer(encoded, np.uint8) == _LINE_BREAK)
    # Up to text i, what stands between texts has changed its length i times.
    starts = breaks - breaks[0] - np.arange(len(breaks)) * (len(_BETWEEN) - len(end))
    starts[-1] = len(block)
    return block, starts
