"""Counting tokens without a tokenizer: words and signs, one each.

Walkers cut by tokens and know no tokenizer; a corpus gives them its own counter, and this stands in where none is
given. A word is a run of letters, digits and underscores with the accents that stand on them, and every other character
that is no white space is a sign. Tokenizers make more of long words: leave them room.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from forestlib.errors import OptionError, shown

__all__ = ["Count", "counts_of", "words_and_signs"]

Count = Callable[[list[str]], npt.NDArray[np.int64]]
_WORD_OR_SIGN = re.compile(r"\w[\w\u0300-\u036f]*|[^\w\s]")


def words_and_signs(texts: list[str]) -> npt.NDArray[np.int64]:
    """Return how many words and signs each text has.

    >>> words_and_signs(["Выбор — это отказ.", "To choose!"]).tolist()
    [5, 3]
    """
    return np.fromiter((len(_WORD_OR_SIGN.findall(text)) for text in texts), np.int64, len(texts))


def counts_of(texts: list[str], count: Count | None) -> list[int]:
    """Return what a counter says of some texts, checked; without one, their words and signs.

    >>> counts_of(["Ja."], lambda texts: [1, 2])
    Traceback (most recent call last):
    forestlib.errors.OptionError: A counter gives one whole number a text, got 2 for 1 texts. ...
    """
    found = np.asarray((count or words_and_signs)(texts))
    if found.shape != (len(texts),) or found.dtype.kind not in "iu":
        what = f"{len(found)} for {len(texts)} texts" if found.ndim == 1 and found.dtype.kind in "iu" else shown(found)
        raise OptionError(
            f"A counter gives one whole number a text, got {what}. Return an array as long as the list.", option="count"
        )
    listed: list[int] = found.tolist()
    return listed
