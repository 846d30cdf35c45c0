"""Naming: which of the forms in which a phrase stands is to be the anchor's text.

In Russian a phrase stands mostly in oblique cases, and an anchor is said in every sample: «свобода воли», not «свободу
воли». So the form nearest to the dictionary is taken, then the most frequent one.
"""

from __future__ import annotations

import re
from collections import Counter

from forestlib.model.key import anchor_key, folded
from forestlib.phrases.lemmas import has_lemmas, lemma_of

__all__ = ["usual"]

_WORD = re.compile(r"\w+")
# The dictionary knows one form of an adjective; the endings of the others tell the nominative from the oblique cases.
_NOMINATIVE = re.compile(r"(?:[ая]я|[ое]е|[ыи]е)$")
_OBLIQUE = re.compile(r"(?:[уюе]ю|[ое]го|[ое]му|[ыи]м|[ыи]ми|[ыи]х)$")


def usual(counts: Counter[str]) -> str:
    """Return the form to name an anchor by; of equal ones that with the fewest capitals, the shortest, the first.

    >>> usual(Counter({"Choice": 1, "choice": 1}))
    'choice'
    """
    several = len(set(map(anchor_key, counts))) > 1 and has_lemmas()
    distance = _distance if several else _same
    return min(counts, key=lambda form: (distance(form), -counts[form], sum(map(str.isupper, form)), len(form), form))


def _same(form: str) -> int:
    return 0


def _distance(form: str) -> int:
    """Return how far a form is from the dictionary: words that are not their own lemma, nominative adjectives aside."""
    words = _WORD.findall(folded(form))
    changed = [word for word in words if folded(lemma_of(word)) != word and not _NOMINATIVE.search(word)]
    return sum(1 if _OBLIQUE.search(word) else 2 for word in changed)
