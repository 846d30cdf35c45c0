"""Private names: a made-up phrase for an anchor that no other tree has, as long as the phrase and of the same build.

Vowels give way to vowels, consonants to consonants, digits to digits, in their script and case; spaces stay. What has
no letters gets mathematical symbols, and a phrase too short to be made unlike all others syllables of Hangul, of which
there are 11,172.
"""

from __future__ import annotations

from collections.abc import Callable

from forestlib.errors import AnchorError, shown
from forestlib.model.chance import mixed
from forestlib.model.key import anchor_key

__all__ = ["Names"]

_KINDS = ("aeiou", "bcdfghjklmnpqrstvwxyz", "аеиоуыэюя", "бвгджзйклмнпрстфхцчшщ", "ьъ", "0123456789")
_KIND_OF = {sign: kind for kind in _KINDS for sign in kind} | {"ё": _KINDS[2]}
_SYMBOLS = "".join(map(chr, range(0x2200, 0x22FF)))
_SYLLABLES = "".join(map(chr, range(0xAC00, 0xD7A4)))
_TRIES = 64


class Names:
    """Makes names that were not made before, and that `taken` does not hold, from a seed."""

    def __init__(self, taken: Callable[[str], bool], seed: int) -> None:
        self._taken, self._seed = taken, seed
        self._made: set[str] = set()

    def of(self, phrase: str, owner: int) -> str:
        """Return a new name for `phrase`; `owner` is a number of what it is for.

        >>> name = Names(lambda key: False, seed=7).of("Свобода выбора", 1)
        >>> len(name), name[7], name[0].isupper()
        (14, ' ', True)
        """
        for turn in range(_TRIES):
            signs = _STYLES[turn * len(_STYLES) // _TRIES]
            name = "".join(signs(sign, mixed(self._seed, owner, turn, place)) for place, sign in enumerate(phrase))
            key = anchor_key(name)
            if key not in self._made and not self._taken(key):
                self._made.add(key)
                return name
        raise AnchorError(
            f"No name is left that is as long as {shown(phrase)}. Give the anchor a longer phrase.", phrase=phrase
        )


def _like(sign: str, chance: int) -> str:
    kind = _KIND_OF.get(sign.lower())
    if kind is None:
        return sign if sign.isspace() or (not sign.isalpha() and sign not in _SYMBOLS) else _symbol(sign, chance)
    made = kind[chance % len(kind)]
    return made.upper() if sign.isupper() else made


def _symbol(sign: str, chance: int) -> str:
    return sign if sign.isspace() else _SYMBOLS[chance % len(_SYMBOLS)]


def _syllable(sign: str, chance: int) -> str:
    return sign if sign.isspace() else _SYLLABLES[chance % len(_SYLLABLES)]


_STYLES: tuple[Callable[[str, int], str], ...] = (_like, _symbol, _syllable, _syllable)
