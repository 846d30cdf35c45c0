"""Lemmas: the dictionary form of a word, in Russian and English, so that inflected forms of a phrase are found.

simplemma (the extra ``lemmas``) is imported at the first word; its Russian table takes about two seconds to load. A
word's script says its language. Each distinct word is looked up once. A Russian word that no dictionary knows, the
jargon and the names of a field, is told by its Snowball stem: of 17 such pairs of forms lemmas match 3, stems 13.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import Any

import numpy as np

from forestlib.errors import ForestlibWarning, MissingExtraError, OptionError, shown
from forestlib.model.key import folded
from forestlib.phrases.characters import WORD
from forestlib.phrases.words import Chunk, Numbers, number_of

__all__ = ["FORMS", "Lemmas", "checked_forms", "has_lemmas", "lemmas_of"]

FORMS = ("inflected", "exact")
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_LATIN = re.compile("[a-z]", re.IGNORECASE)
_MOST_DOTS = 4
_PARTS = ("simplemma", "snowballstemmer")


class Lemmas:
    """The numbers of words' lemmas; `lemma` is any callable from a folded word to its dictionary form."""

    def __init__(self, lemma: Callable[[str], str]) -> None:
        self._lemma = lemma
        self._known: dict[int, int] = {}

    def numbers(self, chunk: Chunk) -> Numbers:
        """Return, for each word of a chunk, the number of its lemma; signs keep their own."""
        words, place, inverse = np.unique(chunk.number, return_index=True, return_inverse=True)
        known = self._known
        found = [
            known[number] if number in known else self._look_up(number, chunk, at)
            for number, at in zip(words.tolist(), place.tolist(), strict=True)
        ]
        return np.array(found, np.uint64)[inverse]

    def _look_up(self, number: int, chunk: Chunk, place: int) -> int:
        is_word = chunk.kind[place] == WORD
        self._known[number] = number_of(folded(self._lemma(chunk.word(place)))) if is_word else number
        return self._known[number]


def lemmas_of(forms: str | None) -> Lemmas | None:
    """Return what finds lemmas, or None for exact forms; `forms` as `checked_forms` takes them."""
    return Lemmas(lemma_of) if checked_forms(forms, 5) == "inflected" else None


def checked_forms(forms: str | None, callers: int = 3) -> str:
    """Return which forms are looked for, "inflected" or "exact".

    None asks for inflected forms where the extra is installed, and says so where it is not: to the code that stands
    `callers` calls above.
    """
    if forms is not None and forms not in FORMS:
        raise OptionError(f"forms= is 'inflected' or 'exact', got {shown(forms)}.", value=forms)
    if forms == "exact" or has_lemmas():
        return forms or "inflected"
    what = "Inflected forms are found through lemmas, which need an extra: pip install forestlib[lemmas]"
    if forms == "inflected":
        raise MissingExtraError(f"{what}. Or look for exact forms: forms='exact'.", extra="lemmas")
    warnings.warn(f"Only exact forms are looked for. {what}.", ForestlibWarning, stacklevel=callers)
    return "exact"


def has_lemmas() -> bool:
    """Whether the extra is installed."""
    return all(map(find_spec, _PARTS))


@cache
def lemma_of(word: str) -> str:
    """Return the dictionary form of a folded word: Russian in Cyrillic, English in Latin letters.

    A Russian word that the dictionary does not know is cut to its stem.
    """
    lang = "ru" if _CYRILLIC.search(word) else "en" if _LATIN.search(word) else ""
    if not lang:
        return word
    lemma = _looked_up(word, lang)
    if lang == "ru" and not _is_known(word) and not _is_known(lemma):
        return str(_stemmer().stemWord(word))
    back = _looked_up(lemma, lang)
    # The dictionary may give two words as the lemmas of each other: they are one (пара and пар).
    return min(lemma, back) if _looked_up(back, lang) == lemma else lemma


def _looked_up(word: str, lang: str) -> str:
    import simplemma  # noqa: PLC0415 - an extra, and slow to load

    return str(simplemma.lemmatize(_known_spelling(word, simplemma.is_known) if lang == "ru" else word, lang=lang))


def _is_known(word: str) -> bool:
    import simplemma  # noqa: PLC0415 - an extra, and slow to load

    return bool(simplemma.is_known(_known_spelling(word, simplemma.is_known), lang="ru"))


@cache
def _stemmer() -> Any:
    return import_module("snowballstemmer").stemmer("russian")


def _known_spelling(word: str, is_known: Callable[..., bool]) -> str:
    """Return a word with the dots over ё, or with its capital, put back where only so the dictionary knows it."""
    if is_known(word, lang="ru"):
        return word
    places = islice((place for place, letter in enumerate(word) if letter == "е"), _MOST_DOTS)
    dotted = (f"{word[:place]}ё{word[place + 1 :]}" for place in places)
    return next((spelling for spelling in (*dotted, word.capitalize()) if is_known(spelling, lang="ru")), word)
