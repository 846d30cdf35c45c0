"""The guard: why two phrases must not become one anchor, although an encoder finds them alike.

*Justice* and *injustice* are about the same thing, so encoders lay them side by side, nearer than true translations.
What the words show is asked first: negations, numbers, quantities, directions, reversed order. Where an encoder is at
hand, it is asked more than how alike the phrases are: whether the phrase without its negation would fit better, and
what the two words say in which the phrases differ. The guard errs on the side of refusing: two anchors that should
have been one cost a bridge, one that should have been two teaches the opposite. How often it errs, and what it
misses: ``python -m benchmarks.opposites``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from forestlib.phrases.encoders import Encoder, Vectors
from forestlib.phrases.judge import Judge
from forestlib.phrases.negation import LIMITS
from forestlib.phrases.readings import Reading, reader, stem

__all__ = ["Guard", "opposite"]

_JOINS = frozenset(["и", "или", "and", "or"])
_NEAREST_REST = 4
# Chosen on the development pairs of `benchmarks.meanings_seed`.
PREFIX_MARGIN, PARTICLE_MARGIN = -0.01, 0.05
SWAPPED_MARGIN = 0.2
# In a sentence a single word counts by other bounds than alone: what is around it is the same already.
WORD_BOUND = 0.9
WORD_UNLIKE = 0.45


def opposite(one: str, other: str, *, known: Callable[[str], bool] | None = None) -> str | None:
    """Return why two phrases must not be merged, as far as their words show it, else None.

    `known` says whether something is a word (`forestlib.phrases.negation.known_words`); without it a prefix
    counts where the rest is a word of the other phrase.

    >>> opposite("справедливость", "несправедливость")
    'only one is negated: несправедливость'
    >>> opposite("причина → следствие", "следствие → причина")
    'the order is reversed'
    >>> opposite("free will", "freedom of the will")
    """
    return _guard(known).opposite(one, other)


class Guard:
    """The guard with what it may ask: an encoder, and whether something is a word. Phrases are read and encoded once.

    >>> Guard().opposite("before the choice", "after the choice")
    'directions differ: before, after'
    """

    def __init__(self, encoder: Encoder | None = None, *, known: Callable[[str], bool] | None = None) -> None:
        self._read = reader(known)
        self._judge = None if encoder is None else Judge(encoder)

    def learn(self, texts: list[str], vectors: Vectors) -> None:
        """Take vectors that are there already (rows of length 1), so that `texts` are not encoded again."""
        if self._judge is not None:
            self._judge.learn(texts, vectors)

    def opposite(self, one: str, other: str) -> str | None:
        """Return why two phrases must not be merged, else None; the same either way round."""
        a, b = self._read(one), self._read(other)
        return (
            _negation(a, b, self._judge)
            or _numbers(a, b)
            or _quantity(a, b)
            or _order(a, b, self._judge)
            or (None if self._judge is None else _meaning(a, b, self._judge))
        )


@lru_cache(maxsize=8)
def _guard(known: Callable[[str], bool] | None) -> Guard:
    return Guard(known=known)


def _negation(one: Reading, other: Reading, judge: Judge | None) -> str | None:
    """Only one of the two is negated, and it is the other's own words that it negates."""
    mine, in_doubt = _negations(one, other)
    theirs, doubted = _negations(other, one)
    if len(mine) % 2 == len(theirs) % 2 or in_doubt or doubted:
        return None
    a, b, places = (one, other, mine) if len(mine) % 2 else (other, one, theirs)
    reason = f"only one is negated: {a.words[places[-1]]}"
    if a.russian == b.russian and _share(a, b, places):
        return reason
    if judge is not None:
        margin = PREFIX_MARGIN if places[-1] in a.prefixed else PARTICLE_MARGIN
        fits = judge.likeness(a.turned(places[-1]), b.text) > judge.likeness(a.text, b.text) - margin
        return reason if fits else None
    return reason if a.russian != b.russian else None


def _negations(one: Reading, other: Reading) -> tuple[list[int], bool]:
    """Return the places of what negates, and whether there is a prefix of which that cannot be said."""
    places, in_doubt = list(one.negated), False
    for place, (rest, is_known) in one.prefixed.items():
        if is_known or _among(rest, other):
            places.append(place)
        else:
            in_doubt |= is_known is None and one.words[place] not in other.words
    return places, in_doubt


def _among(rest: str, other: Reading) -> bool:
    return stem(rest) in other.stems or any(rest.startswith(said) for said in other.stems if len(said) >= _NEAREST_REST)


def _share(negated: Reading, other: Reading, places: list[int]) -> bool:
    """Whether the words of the other phrase are there, with what a prefix negates among them."""
    shared = len(negated.stems & other.stems)
    rests = [negated.prefixed[place][0] for place in places if place in negated.prefixed]
    found = [rest for rest in rests if _among(rest, other)]
    if rests and not found and not negated.negated:
        return False
    return 2 * (shared + len(found)) >= max(1, min(len(negated.stems), len(other.stems)))


def _numbers(one: Reading, other: Reading) -> str | None:
    if not one.numbers or not other.numbers or one.numbers == other.numbers:
        return None
    return f"numbers differ: {' '.join(one.numbers)}, {' '.join(other.numbers)}"


def _quantity(one: Reading, other: Reading) -> str | None:
    if not one.quantities or not other.quantities or one.quantities & other.quantities or one.negated or other.negated:
        return None
    return f"quantities differ: {' '.join(sorted(one.quantities))}, {' '.join(sorted(other.quantities))}"


def _order(one: Reading, other: Reading, judge: Judge | None) -> str | None:
    """The order is turned around, or a direction, but not both: «more than b» is «less than a» the other way round."""
    is_reversed = _reversed(one, other) or (judge is not None and _sides_swapped(one, other, judge))
    differ = one.limits != other.limits and [axis for axis, _ in one.limits] == [axis for axis, _ in other.limits]
    if is_reversed == differ:
        return None
    if is_reversed:
        return "the order is reversed"
    mine, theirs = (" ".join(word for word in side.words if word in LIMITS) for side in (one, other))
    return f"directions differ: {mine}, {theirs}"


def _reversed(one: Reading, other: Reading) -> bool:
    """The same words in the same frame, the first and the last of them changed over: «A leads to B», «B leads to A»."""
    a, b = one.order, other.order
    if a == b or len(a) < 2 or one.frame != other.frame or sorted(a) != sorted(b):
        return False
    joined = len(a) == 2 and (len(one.frame) == 2 or bool(_JOINS & set(one.frame)))
    return not joined and a[0] == b[-1] and a[-1] == b[0]


def _sides_swapped(one: Reading, other: Reading, judge: Judge) -> bool:
    """Around an arrow the first side of the one means the last of the other, and the other way round."""
    if "→" not in one.words or "→" not in other.words:
        return False
    a, b = (" ".join(side.words).split(" → ") for side in (one, other))
    straight = judge.likeness(a[0], b[0]) + judge.likeness(a[-1], b[-1])
    return judge.likeness(a[0], b[-1]) + judge.likeness(a[-1], b[0]) > straight + SWAPPED_MARGIN


def _meaning(one: Reading, other: Reading, judge: Judge) -> str | None:
    """What the encoder itself says: of the one word in which two phrases differ, and of the whole."""
    words = _one_word_apart(one, other)
    if words and (judge.contrast(*words) > WORD_BOUND or judge.likeness(*words) < WORD_UNLIKE):
        return f"they differ in a word that means something else: {', '.join(words)}"
    return "the encoder's contrast says opposites" if judge.contrast(one.text, other.text) > 0 else None


def _one_word_apart(one: Reading, other: Reading) -> tuple[str, str] | None:
    """Return the one word of each in which two phrases of a language differ, if they are alike in all others."""
    a, b = one.order, other.order
    if one.russian != other.russian or len(a) != len(b) or len(a) < 2 or len(one.negated) != len(other.negated):
        return None
    apart = [place for place, stems in enumerate(zip(a, b, strict=True)) if stems[0] != stems[1]]
    return (one.content[a[apart[0]]], other.content[b[apart[0]]]) if len(apart) == 1 else None
