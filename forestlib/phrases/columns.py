"""Columns: all words of many texts, one entry a word, for questions that compare every place with every other."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.phrases.characters import BREAK
from forestlib.phrases.lemmas import Lemmas
from forestlib.phrases.words import Flags, Ints, Numbers, chunks

__all__ = ["Columns", "columns_of"]

_ENDS = [ord(sign) for sign in ".!?…;"]


@attrs.frozen(eq=False)
class Columns:
    """The words of texts: their number (of the lemma, where lemmas are asked for), the number of the spelling, their
    kind, text and span, and whether a sentence begins at them.

    A text's last entry is its separator, of kind BREAK.
    """

    number: Numbers
    spelling: Numbers
    kind: npt.NDArray[np.int8]
    text: npt.NDArray[np.int32]
    start: npt.NDArray[np.int32]
    stop: npt.NDArray[np.int32]
    begins: Flags

    def __len__(self) -> int:
        return len(self.number)


def columns_of(texts: Sequence[str], lemmas: Lemmas | None = None) -> Columns:
    """Return the words of `texts`."""
    parts: list[list[npt.NDArray[np.generic]]] = []
    for chunk in chunks(texts):
        starts, stops = chunk.spans(slice(None), slice(None))
        number = chunk.number if lemmas is None else lemmas.numbers(chunk)
        parts.append(
            [
                number,
                chunk.number,
                chunk.kind,
                chunk.text.astype(np.int32),
                starts.astype(np.int32),
                stops.astype(np.int32),
                _begins(chunk.codes[chunk.start], chunk.kind, chunk.spaced > 0, chunk.text) | chunk.line_breaks,
            ]
        )
    if not parts:
        none = np.empty(0, np.int32)
        wide = np.empty(0, np.uint64)
        return Columns(wide, wide, none.astype(np.int8), none, none, none, none.astype(np.bool_))
    numbers, spellings, *others = zip(*parts, strict=True)
    number = np.concatenate(numbers)
    # Without lemmas the two are one: what need not be written costs nothing.
    spelling = number if lemmas is None else np.concatenate(spellings)
    return Columns(number, spelling, *map(np.concatenate, others))


def _begins(sign: npt.NDArray[np.uint32], kind: npt.NDArray[np.int8], spaced: Flags, text: Ints) -> Flags:
    """Where sentences begin: at a text's first word, and after a full stop that white space follows."""
    begins = np.ones(len(sign), np.bool_)
    ended = np.isin(sign[:-1], _ENDS)
    # A quotation mark or a bracket may stand between the full stop and the white space.
    closed = (kind[:-1] == BREAK) & np.concatenate(([False], ended[:-1]))
    begins[1:] = ((ended | closed) & spaced[1:]) | (np.diff(text) > 0)
    return begins
