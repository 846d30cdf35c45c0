"""How the guard reads a phrase: its words, what negates them, its numbers, quantities and directions, its order.

A phrase is read once, however many others it is compared with.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import attrs

from forestlib.model.key import folded
from forestlib.phrases.negation import (
    CONCORD,
    FUNCTION,
    LIMITS,
    NEGATORS,
    NUMERALS,
    QUANTITIES,
    SET_PHRASES,
    unprefixed,
)

__all__ = ["Reading", "read", "reader", "stem"]

_TOKEN = re.compile(r"→|[^\W_]+(?:['-][^\W_]+)*")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_RUSSIAN_END = re.compile(
    "(?:иями|ями|ами|ого|его|ому|ему|ыми|ими|ать|ять|еть|ить|ает|яет|ует|ают|яют|ешь|ишь|ет|ит|ют|ут|ят|ат|ов|ев|ах|ях"
    "|ом|ем|ам|ям|ой|ей|ый|ий|ая|яя|ое|ее|ые|ие|ых|их|ым|им|ую|юю|[аеиоуыэюяьй])+$"
)
_ENGLISH_END = re.compile("(?:ations?|ing|ed|es|ly|'s|s|e)$")
_LONGEST_STEM = 6
_SHORTEST_STEM = 3
_ARTICLES = frozenset(["a", "an", "the"])


@attrs.frozen(eq=False)
class Reading:
    """A phrase as the guard sees it. `negated` are the places of negating words; `prefixed` maps places to the rest."""

    text: str
    russian: bool
    words: tuple[str, ...]
    stems: frozenset[str]
    order: tuple[str, ...]
    frame: tuple[str, ...]
    negated: tuple[int, ...]
    prefixed: dict[int, tuple[str, bool | None]]
    numbers: tuple[str, ...]
    quantities: frozenset[str]
    limits: tuple[tuple[str, int], ...]
    content: dict[str, str]

    def turned(self, place: int) -> str:
        """Return the phrase without the negation at a place."""
        word = self.words[place]
        kept = self.prefixed[place][0] if place in self.prefixed else word.removesuffix("n't") if "n't" in word else ""
        dropped = () if kept else CONCORD
        said = (kept if at == place else other for at, other in enumerate(self.words) if other not in dropped)
        return " ".join(filter(None, said))


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Return the beginning that the forms of a word share, roughly.

    >>> stem("поступок") == stem("поступка"), stem("depends") == stem("depend")
    (True, True)
    """
    end = _ENGLISH_END if word.isascii() else _RUSSIAN_END
    short = end.sub("", word)
    return (short if len(short) >= _SHORTEST_STEM else word)[:_LONGEST_STEM]


def read(text: str, known: Callable[[str], bool] | None = None) -> Reading:
    """Return a phrase as read; `known` tells words from what is none, without it a prefix stays in doubt.

    >>> read("Бога нет").negated, read("Два довода").numbers
    ((1,), ('2',))
    """
    plain = SET_PHRASES.sub(" ", folded(text))
    words = tuple(_TOKEN.findall(plain)) or tuple(_TOKEN.findall(folded(text)))
    negated = _negated(words)
    content = {stem(word): word for word in words if not _is_function(word)}
    spoken = [word for word in words if word not in _ARTICLES]
    return Reading(
        text=text,
        russian=bool(_CYRILLIC.search(text)),
        words=words,
        stems=frozenset(content),
        order=tuple(stem(word) for word in spoken if _framed(word) == "_"),
        frame=tuple(_framed(word) for word in spoken),
        negated=negated,
        prefixed={place: rest for place, word in enumerate(words) if (rest := _prefixed(word, known))},
        numbers=tuple(sorted(filter(None, map(_number, words)))),
        quantities=frozenset(QUANTITIES[word] for word in words if word in QUANTITIES),
        limits=tuple(sorted(LIMITS[word] for word in words if word in LIMITS)),
        content=content,
    )


def reader(known: Callable[[str], bool] | None = None) -> Callable[[str], Reading]:
    """Return `read` for one vocabulary, remembering what it read."""

    @lru_cache(maxsize=1 << 16)
    def remembered(text: str) -> Reading:
        return read(text, known)

    return remembered


def _is_function(word: str) -> bool:
    return word in FUNCTION or word == "→" or word.endswith("n't")


def _framed(word: str) -> str:
    """Return what a word is in the frame of its phrase: itself, a direction, or a place for any word."""
    return LIMITS[word][0] if word in LIMITS else word if _is_function(word) else "_"


def _negated(words: tuple[str, ...]) -> tuple[int, ...]:
    plain = tuple(place for place, word in enumerate(words) if word in NEGATORS or word.endswith("n't"))
    # «Никто не знает» is negated once; «никогда» alone is too.
    concord = next((place for place, word in enumerate(words) if word in CONCORD), None)
    return plain or (() if concord is None else (concord,))


def _prefixed(word: str, known: Callable[[str], bool] | None) -> tuple[str, bool | None] | None:
    if _is_function(word) or word in QUANTITIES or len(word) <= _SHORTEST_STEM:
        return None
    if known is not None and (rest := unprefixed(word, known, weak=False)):
        return rest, True
    rest = unprefixed(word, _could_be_word)
    return (rest, None if known is None else False) if rest else None


def _could_be_word(rest: str) -> bool:
    return len(rest) >= _SHORTEST_STEM


def _number(word: str) -> str:
    digits = re.match(r"\d+", word)
    return digits[0] if digits else NUMERALS.get(word, "").rstrip(".")
