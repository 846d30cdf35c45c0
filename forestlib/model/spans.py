"""Where a phrase stands in a text: the span of an occurrence.

A phrase that stands in its node's text, spelled as it was marked and between word borders, has its span there; one that
was declared or woven in beside the text has none. So spans follow from text and phrase and need no place in a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from itertools import compress
from operator import contains, not_
from unicodedata import combining

__all__ = ["beside", "span_of"]


def span_of(phrase: str, text: str) -> tuple[int, int] | None:
    """Return (start, stop) of the first whole-word occurrence of `phrase` in `text`, or None.

    >>> span_of("choice", "No choices, one choice."), span_of("выбор", "Нет выбора.")
    ((16, 22), None)
    """
    start = text.find(phrase)
    while start >= 0:
        stop = start + len(phrase)
        if not (_inside(text, start) or _inside(text, stop)):
            return start, stop
        start = text.find(phrase, start + 1)
    return None


def beside(
    texts: Sequence[str], numbers: Sequence[int], phrases: Sequence[str], forms: Set[str] = frozenset()
) -> Iterator[tuple[int, str]]:
    """Iterate over the marks whose phrase has no span in the text of its node, by number, and over those of `forms`.

    >>> list(beside(["No choices, one choice.", "None."], [0, 1], ["choice", "choice"]))
    [(1, 'choice')]
    """
    if forms:
        every = zip(numbers, phrases, strict=True)
        return (mark for mark in every if mark[1] in forms or span_of(mark[1], texts[mark[0]]) is None)
    # Most phrases stand between two spaces, and that is found without a step of Python.
    spaced = map(" {} ".format, phrases)
    open_ = map(not_, map(contains, map(texts.__getitem__, numbers), spaced))
    marks = compress(zip(numbers, phrases, strict=True), open_)
    return (mark for mark in marks if mark[1] not in texts[mark[0]] or span_of(mark[1], texts[mark[0]]) is None)


def _inside(text: str, place: int) -> bool:
    return 0 < place < len(text) and _of_word(text[place - 1]) and _of_word(text[place])


def _of_word(sign: str) -> bool:
    """Whether a sign is a letter, a digit, or a mark on one: a stressed vowel (за́мок) ends no word."""
    return sign.isalnum() or combining(sign) > 0
