"""A trained model as forestlib asks one: a callable from prompts to texts, with words that it must not say.

Where a condition words the same forest in another way, the talker translates both ways, so that all conditions are
asked the same questions, and their answers are read on the same forest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from benchmarks.stitching.layout import Vocabulary
from benchmarks.stitching.model import BOS, Brain, answers

__all__ = ["Talker"]

# Words of an answer a step at most: jumps, names and stages are words as well.
_WORDS_A_STEP = 3


class Talker:
    """A model and its words: `say` words a prompt in its way, `meant` says what its own words are elsewhere."""

    def __init__(
        self,
        brain: Brain,
        vocabulary: Vocabulary,
        say: Callable[[str], str] = str,
        meant: Mapping[str, str] | None = None,
    ) -> None:
        self.brain, self.vocabulary, self._say, self._meant = brain, vocabulary, say, meant or {}

    def __call__(self, prompts: Sequence[str], banned: Sequence[str] = (), steps: int = 8) -> list[str]:
        """Return what the model says after each prompt, the likeliest word each time."""
        never = [self.vocabulary(words)[0] for words in banned]
        given = answers(self.brain, [self.row(prompt) for prompt in prompts], _WORDS_A_STEP * steps, never)
        return [self._text(row) for row in given]

    def row(self, prompt: str) -> list[int]:
        """Return a prompt as the model is given it."""
        return [BOS, *self.vocabulary(self._say(prompt))]

    def _text(self, row: Sequence[int]) -> str:
        return " ".join(self._meant.get(word, word) for word in self.vocabulary.text(row).split())
