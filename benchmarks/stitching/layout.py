"""What a model is shown: rows of words, laid out by forestlib's own walkers, in the mix of each condition."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping

import attrs

import forestlib as fl
from benchmarks.stitching import turns  # noqa: F401 - its walkers are known once it is loaded
from benchmarks.stitching.model import BOS, EOS
from benchmarks.stitching.words import STYLE, WORDS

__all__ = [
    "BASE",
    "BRIDGES",
    "HELD",
    "IDENTITY",
    "Mix",
    "Rows",
    "Vocabulary",
    "beside",
    "corpus_of",
    "in_draws",
    "private",
    "rows_of",
]

Rows = dict[str, list[list[int]]]
# What is shown, by walker: its share, and its options.
Mix = Mapping[str, tuple[float, Mapping[str, object]]]
HELD: Mapping[str, float] = {"pairs": 0.6, "anchors": 0.125, "trees": 0.1}
BASE: Mix = {
    "paths": (0.225, {}),
    "crops_drawn:middle": (0.225, {"mid_tree": 1.0, "self_jumps": 0.0}),
    "crops_drawn:again": (0.15, {"mid_tree": 0.5, "self_jumps": 1.0}),
    "inside_drawn:forth": (0.15, {"direction": "forth"}),
    "inside_drawn:back": (0.25, {"direction": "back"}),
}
BRIDGES: Mix = {
    "bridges_drawn": (0.30, {"direction": "down"}),
    "questions_drawn:back": (0.45, {"direction": "back"}),
    "questions_drawn:forth": (0.15, {"direction": "forth"}),
    "questions:link": (0.10, {"direction": "link"}),
}
IDENTITY: Mix = {"identity": (0.15, {"places": 2, "around": 1})}
# More samples than there are: every walker gives all that it has.
_ALL = 1_000_000


class Vocabulary:
    """Words and their numbers: a tokenizer of one word a token."""

    def __init__(self, *forests: fl.Forest) -> None:
        self._numbers = {"<pad>": 0, "<bos>": BOS, "<eos>": EOS}
        self._words = list(self._numbers)
        for template in attrs.asdict(WORDS).values():
            self(" ".join(word for word in template.split() if "{" not in word))
        for tree in (tree for forest in forests for tree in forest):
            self(" ".join([tree.name, *(node.text for node in tree)]))

    def __len__(self) -> int:
        return len(self._words)

    def __call__(self, text: str) -> list[int]:
        """Return the numbers of a text's words; new words get new numbers."""
        return [self._number(word) for word in text.split()]

    def _number(self, word: str) -> int:
        if word not in self._numbers:
            self._numbers[word] = len(self._words)
            self._words.append(word)
        return self._numbers[word]

    def text(self, numbers: Iterable[int]) -> str:
        """Return the words of numbers."""
        return " ".join(self._words[number] for number in numbers)

    def word(self, number: int) -> str:
        """Return the word of a number."""
        return self._words[number]


def corpus_of(forest: fl.Forest, mix: Mix, seed: int, held: Mapping[str, float] | None = None) -> fl.Corpus:
    """Return all that a forest gives of a mix, checked by an independent reader: nothing held out is shown."""
    total = sum(share for share, _ in mix.values())
    walkers = {name: {"share": share / total, **options} for name, (share, options) in mix.items()}
    corpus = forest.linearize("text", walkers=walkers, style=STYLE, seed=seed, hold_out=held, size=_ALL)
    corpus.exposure().check(corpus.hold_outs)
    return corpus


def rows_of(
    corpus: fl.Corpus, mix: Mix, vocabulary: Vocabulary, say: Callable[[str], str] = str, *, whole: bool = True
) -> Rows:
    """Return the samples of each walker as rows; `say` words a sample in another way.

    With `whole` only those stretches are taken that go down to a leaf.
    """
    rows: Rows = {name: [] for name in mix}
    for walk, sample in zip(corpus.walks(), corpus, strict=True):
        if not whole or not walk.walker.startswith("crops") or _ends(corpus, walk):
            rows[walk.walker].append([BOS, *vocabulary(say(sample["text"])), EOS])
    return rows


def in_draws(mix: Mix, draws: int) -> Mix:
    """Return a mix in so many draws of chance."""
    return {
        name: (share, {**options, "draws": draws} if "_drawn" in name else options)
        for name, (share, options) in mix.items()
    }


def _ends(corpus: fl.Corpus, walk: fl.Walk) -> bool:
    """Whether a stretch goes down to a leaf: those that stop above one teach a model to stop early."""
    last = walk.steps[-1].at
    return last is not None and corpus.forest[last[0]][last[1]].is_leaf


def beside(forest: fl.Forest, corpus: fl.Corpus, vocabulary: Vocabulary, seed: int) -> Rows:
    """Return, for every crossing that a corpus shows, two whole walks through the shared thought, back to back."""
    chance = random.Random(seed)
    through: dict[tuple[str, int], list[list[int]]] = {}
    for walk in forest.linearize("text", walkers=["paths"], style=STYLE, seed=seed).walks():
        row = [BOS, *vocabulary(" ".join(step.text for step in walk.steps)), EOS]
        for place in (step.at for step in walk.steps if step.at is not None):
            through.setdefault(place, []).append(row)
    found = [crossing for walk in corpus.walks() if walk.walker == "bridges_drawn" for crossing in walk.crossings]
    return {
        "beside": [
            chance.choice(through[crossing.source]) + chance.choice(through[crossing.target]) for crossing in found
        ]
    }


def private(forest: fl.Forest, islands: fl.Forest) -> tuple[Callable[[str], str], Mapping[str, str]]:
    """Return what says the thoughts of a text by the names that they have in the islands, and what these names mean.

    Which name a thought has is told by the tree that was named last.
    """
    names = {
        (tree.name, node.text): islands[tree.name][node.number].text for tree in forest for node in tree if node.anchors
    }
    trees = {tree.name for tree in forest}

    def say(text: str) -> str:
        here, said = "", list[str]()
        for word in text.split():
            here = word if word in trees else here
            said.append(names.get((here, word), word))
        return " ".join(said)

    return say, {name: text for (_, text), name in names.items()}
