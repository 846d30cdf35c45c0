"""The small words that turn a phrase around, in Russian and English, and the prefixes that do the same.

Closed classes only (particles, pronouns, prepositions, adverbs, numerals): no list of opposites such as *hot* and
*cold* stands here, because one is never complete. Those are told by an encoder (`forestlib.phrases.contrast`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module

from forestlib.errors import MissingExtraError

__all__ = [
    "CONCORD",
    "FUNCTION",
    "LIMITS",
    "NEGATORS",
    "NUMERALS",
    "QUANTITIES",
    "SET_PHRASES",
    "WEAK_PREFIXES",
    "known_words",
    "unprefixed",
]

_NEGATORS_WORDS = """
не нет нельзя без безо отсутствие отсутствия отсутствует отсутствуют лишен лишена лишено лишены лишенный not no
cannot without never nobody nothing none neither nor nowhere lack lacks lacking absence absent hardly scarcely
"""
NEGATORS = frozenset(_NEGATORS_WORDS.split())
# Words that stand beside a negation in Russian without turning it around again: «никто не знает».
_CONCORD_WORDS = """
ни никто никого никому никем ничто ничего ничему никогда никакой никакая никакое никаких нигде
"""
CONCORD = frozenset(_CONCORD_WORDS.split())
# Said of what is certain, or too set to turn anything around.
SET_PHRASES = re.compile(
    r"\b(?:не только|не менее|не более чем|не раз|не столько|несмотря на|вопреки|без сомнени[яй]|нельзя не"
    r"|not only|no less|no doubt|without (?:a |any )?doubt|in spite of|despite|cannot but|no sooner|nothing but)\b"
)
_ALL = "все всякий всякая всякое каждый каждая каждое любой любая любое всегда all every each everyone everybody always"
_SOME = "некоторые некоторых некоторый иногда порой some sometimes several"
_FEW = "немногие немногих редко few rarely seldom"
_MANY = "многие многих часто many often frequently most большинство"
_NONE = "никто никого ничто никогда nobody nothing never none"
QUANTITIES = {
    word: name
    for name, words in (("all", _ALL), ("some", _SOME), ("few", _FEW), ("many", _MANY), ("none", _NONE))
    for word in words.split()
}
LIMITS = {
    word: (axis, pole)
    for axis, poles in {
        "time": ("до раньше прежде before earlier", "после позже потом after later"),
        "amount": ("больше более more", "меньше менее less fewer"),
        "place": ("внутри inside within", "снаружи вне outside"),
        "height": ("над сверху above over", "под снизу below under beneath"),
    }.items()
    for pole, words in enumerate(poles)
    for word in words.split()
}
_COUNTED = (
    ("0", "ноль нуль zero"),
    ("2", "два две двух двум двумя two"),
    ("3", "три трех трем тремя three"),
    ("4", "четыре четырех four"),
    ("5", "пять пяти five"),
    ("6", "шесть шести six"),
    ("7", "семь семи seven"),
    ("8", "восемь восьми eight"),
    ("9", "девять девяти nine"),
    ("10", "десять десяти ten"),
    ("100", "сто ста hundred"),
    ("1000", "тысяча тысячи тысяч thousand"),
    ("1.", "первый первая первое первые первого первой first"),
    ("2.", "второй вторая второе вторые второго second"),
    ("3.", "третий третья третье третьи третьего треть трети third"),
    ("4.", "четвертый четвертая четвертое четверть четверти fourth quarter"),
    ("5.", "пятый пятая пятое fifth"),
    ("1/2", "половина половины половину half"),
)
NUMERALS = {word: number for number, words in _COUNTED for word in words.split()}
_FUNCTION_WORDS = """
а без бы в во для до же за и из или к как ко ли между на над о об от перед по под после при про с со так то у что
чем это a an and are as at be because been but by for from has have if in into is it its of on or out so than that
the their then there this to upon was were with which who
"""
FUNCTION = frozenset(_FUNCTION_WORDS.split()) | NEGATORS | CONCORD
_PREFIXES = {
    True: ("не", "без", "бес", "анти", "противо", "а"),
    False: ("un", "in", "im", "il", "ir", "dis", "non", "anti", "mis", "a"),
}
_SUFFIXES = ("less", "lessness", "lessly")
# Too often no negation («mistake», «asleep», «авария») to be one on the strength of a known rest alone.
WEAK_PREFIXES = ("a", "mis", "а")
_SHORTEST = 3


@lru_cache(maxsize=1)
def known_words() -> Callable[[str], bool]:
    """Return the question whether a word is one, Russian or English, asked of simplemma; loads on the first word."""
    try:
        simplemma = import_module("simplemma")
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("simplemma", "lemmas", "Knowing words") from error

    @lru_cache(maxsize=1 << 16)
    def is_known(word: str) -> bool:
        language = "en" if word.isascii() else "ru"
        return bool(simplemma.is_known(word, lang=language))

    return is_known


def unprefixed(word: str, is_word: Callable[[str], bool], *, weak: bool = True) -> str:
    """Return what is left of a word without its negative prefix or *-less*, if that is a word itself; else nothing.

    >>> unprefixed("несправедливость", {"справедливость"}.__contains__)
    'справедливость'
    >>> unprefixed("небо", {"справедливость"}.__contains__)
    ''
    """
    for suffix in _SUFFIXES:
        rest = word.removesuffix(suffix)
        if rest != word and len(rest) >= _SHORTEST and is_word(rest):
            return rest
    for prefix in _PREFIXES[not word.isascii()]:
        if prefix in WEAK_PREFIXES and not weak:
            continue
        rest = word[len(prefix) :].lstrip("-")
        if word.startswith(prefix) and len(rest) >= _SHORTEST and is_word(rest):
            return rest
    return ""
