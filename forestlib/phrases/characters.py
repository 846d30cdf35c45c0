"""Characters: how each one folds in the key of a phrase, and what it does in a text, as tables over code points.

Most characters fold one to one, so that a text is folded by one look-up an element; the few that do not (ligatures,
combining marks, long arrows) are odd, and their texts take the way of `folding`.
"""

from __future__ import annotations

import sys
import unicodedata
from functools import lru_cache

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.model.key import folded
from forestlib.phrases.folding import joins

__all__ = ["BREAK", "SEPARATOR", "SIGN", "SPACE", "WORD", "Characters", "characters"]

SPACE, WORD, SIGN, BREAK = range(4)
# Stands between two texts: no phrase holds it.
SEPARATOR = sys.maxunicode + 1
_TABLED = 0x30000
_BETWEEN = "\x00"
_SIGNS = frozenset("-'/&%@#*\\_")
_VARIATIONS = frozenset(map(chr, range(0xFE00, 0xFE10)))

Codes = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]


@attrs.frozen(eq=False)
class Characters:
    """`fold`, `kind` and `odd` by code point; the last entry stands for all code points that have none of their own."""

    fold: Codes
    kind: npt.NDArray[np.int8]
    odd: Flags

    def kinds(self, codes: Codes) -> npt.NDArray[np.int8]:
        """Return the kind of each code."""
        return self.kind.take(codes, mode="clip")

    def folds(self, codes: Codes) -> Codes:
        """Return each code folded, where it folds one to one."""
        plain = self.fold.take(codes, mode="clip")
        return np.where(codes < _TABLED, plain, codes) if codes.size and codes.max() >= _TABLED else plain

    def odds(self, codes: Codes) -> Flags:
        """Return which codes do not fold one to one."""
        return self.odd.take(codes, mode="clip")


@lru_cache(maxsize=1)
def characters() -> Characters:
    """Return the tables; they are made at the first call, in about a quarter of a second."""
    signs = [_BETWEEN if 0xD800 <= code < 0xE000 else chr(code) for code in range(_TABLED)]
    # One call folds them all: a NUL between two keeps them from acting on one another.
    pieces = folded(_BETWEEN.join(sign if sign != _BETWEEN else "a" for sign in signs)).split(_BETWEEN)
    one = [piece if len(piece) == 1 and sign != _BETWEEN else "" for piece, sign in zip(pieces, signs, strict=True)]
    fold = np.fromiter((ord(piece) if piece else code for code, piece in enumerate(one)), np.uint32, _TABLED)
    odd = np.fromiter(
        (len(piece) != 1 or joins(sign, piece) for piece, sign in zip(pieces, signs, strict=True)),
        np.bool_,
        _TABLED,
    )
    arrow = ord("→")
    fold[arrow], odd[arrow] = arrow, False
    kind = np.fromiter(map(_kind, signs), np.int8, _TABLED)
    kind[arrow] = SIGN
    return Characters(
        np.append(fold, np.uint32(SEPARATOR)), np.append(kind, np.int8(WORD)), np.append(odd, np.bool_(True))
    )


def _kind(sign: str) -> int:
    category = unicodedata.category(sign)
    # A stress mark or a vowel sign does not end the word that it stands in.
    if sign.isalnum() or (category in ("Mn", "Mc") and sign not in _VARIATIONS):
        return WORD
    if sign.isspace():
        return SPACE
    return BREAK if category[0] in "PC" and sign not in _SIGNS else SIGN
