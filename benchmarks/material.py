"""Material: a forest made from a seed, the same for every contestant.

A third of the trees are pure chains, a third branch in twos and threes, a third are spines with bushes. The texts are
Cyrillic sentences of about 59 characters of a Zipf vocabulary; about one anchor a node, of 10,000, stands in the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, islice

import attrs
import numpy as np

__all__ = ["SHAPES", "Reasoning", "material", "parents_of"]

SHAPES = ("chain", "branching", "spine")
_SYLLABLES = (
    "ва",
    "го",
    "де",
    "жи",
    "ка",
    "ло",
    "ми",
    "но",
    "пра",
    "ре",
    "сло",
    "то",
    "у",
    "хо",
    "це",
    "ша",
    "ще",
    "я",
)
_VOCABULARY, _ANCHORS = 8_000, 10_000
_WORDS_A_NODE = 8
_BUSH = 10


@attrs.frozen(repr=False, eq=False)
class Reasoning:
    """One tree in preorder: `parents` (the root: -1), `levels`, `texts` and lists of `anchors`, an entry a node."""

    name: str
    axes: list[str]
    parents: list[int]
    levels: list[int]
    texts: list[str]
    anchors: list[list[str]]

    @property
    def leaves(self) -> list[int]:
        """The nodes that are nobody's parent."""
        return sorted(set(range(len(self.parents))) - set(self.parents))


def material(trees: int, nodes: int, shapes: Sequence[str] = SHAPES, seed: int = 1) -> list[Reasoning]:
    """Return `trees` trees of `nodes` nodes, their shapes by turns."""
    chance = np.random.default_rng(seed)
    writer = _Writer(chance)
    made = []
    for number, shape in enumerate(islice(cycle(shapes), trees)):
        levels = _LEVELS[shape](nodes, chance)
        texts, anchors = writer.written(nodes)
        made.append(Reasoning(f"дерево {number}", ["causality", "empathy"], parents_of(levels), levels, texts, anchors))
    return made


def parents_of(levels: Sequence[int]) -> list[int]:
    """Return the parent of each node of a preorder listing."""
    latest = [-1] * (len(levels) + 1)
    parents = []
    for place, level in enumerate(levels):
        parents.append(latest[level - 1] if level else -1)
        latest[level] = place
    return parents


def _chain(nodes: int, chance: np.random.Generator) -> list[int]:
    return list(range(nodes))


def _branching(nodes: int, chance: np.random.Generator) -> list[int]:
    children: list[list[int]] = [[]]
    for above, count in enumerate(chance.integers(2, 4, nodes).tolist()):
        new = range(len(children), min(len(children) + count, nodes))
        children[above].extend(new)
        children.extend([] for _ in new)
    waiting, levels = [(0, 0)], []
    while waiting:
        node, level = waiting.pop()
        levels.append(level)
        waiting.extend((child, level + 1) for child in reversed(children[node]))
    return levels


def _spine(nodes: int, chance: np.random.Generator) -> list[int]:
    bushes = nodes * 7 // (10 * _BUSH)
    spine = nodes - bushes * _BUSH
    count_at = np.bincount(chance.integers(0, spine, bushes), minlength=spine).tolist()
    after: list[int] = []
    levels = list(range(spine))
    for level in reversed(levels):
        for _ in range(count_at[level]):
            after.extend(level + 1 + deeper for deeper in _branching(_BUSH, chance))
    return levels + after


_LEVELS = {"chain": _chain, "branching": _branching, "spine": _spine}


class _Writer:
    """Draws words and anchors, and writes sentences of them."""

    def __init__(self, chance: np.random.Generator) -> None:
        self._chance = chance
        syllables = chance.integers(0, len(_SYLLABLES), (2 * _VOCABULARY, 4)).tolist()
        sizes = chance.integers(2, 5, 2 * _VOCABULARY).tolist()
        words = (
            "".join(_SYLLABLES[pick] for pick in picks[:size]) for picks, size in zip(syllables, sizes, strict=True)
        )
        self._words = list(dict.fromkeys(words))[:_VOCABULARY]
        weights = 1 / np.arange(1, len(self._words) + 1)
        self._bounds = np.cumsum(weights / weights.sum())
        drawn = self._drawn(3 * _ANCHORS * 2)
        sizes = chance.integers(2, 4, 2 * _ANCHORS).tolist()
        phrases = (" ".join(drawn[3 * place : 3 * place + size]) for place, size in enumerate(sizes))
        self._anchors = list(dict.fromkeys(phrases))[:_ANCHORS]

    def written(self, nodes: int) -> tuple[list[str], list[list[str]]]:
        """Return the texts and the anchors of as many nodes."""
        words, texts, anchors = iter(self._drawn(_WORDS_A_NODE * nodes)), [], []
        counts = self._chance.choice([0, 1, 2], nodes, p=[0.15, 0.7, 0.15]).tolist()
        picks = iter(self._chance.integers(0, len(self._anchors), sum(counts)).tolist())
        for count in counts:
            marked = list(dict.fromkeys(self._anchors[pick] for pick in islice(picks, count)))
            fillers = list(islice(words, max(3, _WORDS_A_NODE - sum(phrase.count(" ") + 1 for phrase in marked))))
            texts.append(" ".join([fillers[0].capitalize(), *fillers[1:-1], *marked, fillers[-1]]) + ".")
            anchors.append(marked)
        return texts, anchors

    def _drawn(self, count: int) -> list[str]:
        places = np.searchsorted(self._bounds, self._chance.random(count)).tolist()
        return [self._words[min(place, len(self._words) - 1)] for place in places]
