r"""Counting: how many tokens texts have, for shares and windows measured in tokens.

Without a tokenizer words and signs are counted: a word is a run of letters, digits and underscores with the accents
that stand on them (``\w[\w\u0300-\u036f]*``), and every other character that is no white space is a sign. It is
what no real tokenizer counts exactly, and the same on every machine.
"""

from __future__ import annotations

import re
from typing import Any, Protocol

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.tokens.tokenizer import TextTokenizer, tokenizer_of

__all__ = ["Counter", "counter_of"]

_PARTS = re.compile(r"\w[\w\u0300-\u036f]*|[^\w\s]")


class Counter(Protocol):
    """What counts the tokens of texts."""

    def __call__(self, texts: list[str], /) -> npt.NDArray[np.int64]:
        """Return how many tokens each text has."""


def counter_of(tokenizer: Any = None) -> Counter:
    """Return what counts tokens: those of `tokenizer`, or words and signs.

    >>> counter_of()(["Выбор — это отказ.", "за́мок", ""]).tolist()
    [5, 1, 0]
    >>> counter_of(list)(["да"])
    Traceback (most recent call last):
    forestlib.errors.OptionError: ...
    """
    return _words if tokenizer is None else _Counted(tokenizer_of(tokenizer))


def _words(texts: list[str], /) -> npt.NDArray[np.int64]:
    return np.fromiter((len(_PARTS.findall(text)) for text in texts), np.int64, len(texts))


@attrs.frozen
class _Counted:
    tokenizer: TextTokenizer

    def __call__(self, texts: list[str], /) -> npt.NDArray[np.int64]:
        return self.tokenizer.encode(texts).lengths
