"""An encoder as the guard asks it, a pair of texts at a time, with every text encoded once."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from forestlib.phrases.encoders import Encoder, Vectors, encoded

__all__ = ["Judge"]

_MOST_KEPT = 1 << 17


class Judge:
    """How alike two texts are to an encoder, and whether its contrast, where it has one, tells them as opposites."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._contrast = getattr(encoder, "contrast", None)
        self._vectors: dict[str, Vectors] = {}

    def learn(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Take the vectors of texts that have been encoded already."""
        self._vectors.update(zip(texts, vectors, strict=True))

    def likeness(self, one: str, other: str) -> float:
        """Return the cosine of two texts.

        >>> Judge(lambda texts: [[1.0, float(len(text))] for text in texts]).likeness("a", "b")
        1.0
        """
        return round(float(self._vector(one) @ self._vector(other)), 6)

    def contrast(self, one: str, other: str) -> float:
        """Return how surely the encoder's contrast tells opposites, above 0; minus infinity, where it has none."""
        if self._contrast is None:
            return -inf
        return float(self._contrast(self._vector(one), self._vector(other)))

    def _vector(self, text: str) -> Vectors:
        found = self._vectors.get(text)
        if found is None:
            if len(self._vectors) >= _MOST_KEPT:
                self._vectors.clear()
            found = self._vectors[text] = encoded(self._encoder, [text])[0]
        return found
