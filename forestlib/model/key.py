"""The key of a phrase: what two spellings of one anchor have in common.

Folded are Unicode form (NFKC), case, ё to е, white space, and the variants of quotes and arrows; everything else tells
phrases apart. The key is for comparing only: a sample writes the anchor's canonical text, never its key.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from forestlib.errors import AnchorError, shown

__all__ = ["anchor_key", "checked_phrase", "checked_phrases", "folded"]

_ARROWS = "→⟶➔➜➝➞⇒⟹⇨↦➙➛"
_DOUBLE = "«»„“”‟〝〞＂″❝❞"
_SINGLE = "‘’‚‛‹›`´′❛❜"
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_FOLDED = str.maketrans(
    {
        **dict.fromkeys(_ARROWS, "→"),
        **dict.fromkeys(_DOUBLE, '"'),
        **dict.fromkeys(_SINGLE, "'"),
        **dict.fromkeys(_INVISIBLE, None),
    }
)
_ACCENTED = re.compile("е[\u0300-\u036f]+")
_KEPT: dict[object, str] = {}
_MOST_KEPT = 1 << 17
_LETTER = re.compile(r"[^\W_]")
# English and Russian without arrows and rare signs: what folds by case, ё, quotes and white space alone.
_USUAL = re.compile(r"[\t\n\r !-=?-_a-~А-Яа-яЁё«»–—]*")
_ARROW = re.compile(r"\s*(?:→|[-–—=]+>)\s*")


@lru_cache(maxsize=1 << 16)
def anchor_key(phrase: str) -> str:
    """Return the key of `phrase`: equal for all spellings of one anchor.

    >>> anchor_key("Причинность  ->  Следствие") == anchor_key("причинность → следствие")
    True
    >>> anchor_key("Всё «течёт»")
    'все "течет"'
    """
    return folded(phrase)


def folded(text: str) -> str:
    """Return any text folded as keys are; nothing of it is remembered."""
    if _USUAL.fullmatch(text):
        usual = text.casefold().replace("ё", "е").replace("«", '"').replace("»", '"')
        return " ".join(usual.split())
    return _folded_any(text)


def _folded_any(text: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.translate(_FOLDED)).casefold())
    plain = unicodedata.normalize("NFKC", _ACCENTED.sub(_undotted, plain)).translate(_FOLDED)
    return " ".join(_ARROW.sub(" → ", plain).split())


def _undotted(letter: re.Match[str]) -> str:
    """Turn ё, which is е with two dots, into е."""
    return letter[0].replace("\u0308", "")


def checked_phrase(phrase: object) -> str:
    """Return `phrase`, kept once for all its uses, if it can name an anchor; raise `AnchorError` otherwise.

    >>> checked_phrase("«…»")
    Traceback (most recent call last):
    forestlib.errors.AnchorError: The anchor phrase '«…»' holds no letter, digit or symbol. Give words.
    """
    if not isinstance(phrase, str):
        raise AnchorError(f"An anchor phrase is a string, got {shown(phrase)}.", phrase=phrase)
    plain = str.__add__("", phrase)
    _check_says_something(plain)
    if len(_KEPT) >= _MOST_KEPT:
        _KEPT.clear()
    return _KEPT.setdefault(plain, sys.intern(plain))


def checked_phrases(phrases: Sequence[object]) -> list[str]:
    """Return all `phrases`, each checked and kept once."""
    try:
        kept = list(map(_KEPT.get, phrases))
    except TypeError:  # Something cannot even be looked up; the check of each says what.
        kept = [None] * len(phrases)
    if None in kept:
        return [known or checked_phrase(phrase) for phrase, known in zip(phrases, kept, strict=True)]
    return kept  # type: ignore[return-value]


def _check_says_something(phrase: str) -> None:
    if not _LETTER.search(phrase) and not any(unicodedata.category(sign)[0] in "LNS" for sign in anchor_key(phrase)):
        raise AnchorError(
            f"The anchor phrase {shown(phrase)} holds no letter, digit or symbol. Give words.", phrase=phrase
        )
    try:
        phrase.encode()
    except UnicodeEncodeError as error:
        raise AnchorError(
            f"The anchor phrase {shown(phrase)} holds a lone surrogate at {error.start}. Decode the source text anew.",
            phrase=phrase,
        ) from None
