"""Whether two vectors stand for opposites: a direction in the offline encoder's own space.

Opposites are alike to an encoder (both are about temperature, both are about courts), but they differ in ways of their
own. A ridge logistic regression over ``similarity, |a − b|, a ∘ b`` finds them: weights and bounds belong to the model
that gave the vectors. How they were fitted, and what they miss: ``python -m benchmarks.contrast`` and
``python -m benchmarks.opposites``.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any

import attrs
import numpy as np

from forestlib.phrases import contrast_weights as written

__all__ = ["Contrast", "contrast"]

Vectors = np.ndarray[Any, np.dtype[np.float32]]


@attrs.frozen(eq=False)
class Contrast:
    """The weights of one encoder: for the cosine, for each dimension's difference and product, and a constant."""

    similarity: float
    difference: Vectors
    product: Vectors
    constant: float

    def __call__(self, one: Vectors, other: Vectors) -> Vectors:
        """Return a score for each pair of rows, n × d and n × d → n; above 0 they are opposites.

        >>> simple = Contrast(-1.0, np.ones(2, np.float32), np.zeros(2, np.float32), 0.0)
        >>> simple(np.float32([[1, 0], [1, 0]]), np.float32([[1, 0], [0, 1]])).tolist()
        [-1.0, 2.0]
        """
        both = one * other
        scores: Vectors = np.abs(one - other) @ self.difference + both @ self.product
        scores += self.similarity * both.sum(-1) + self.constant
        return scores


@lru_cache(maxsize=1)
def contrast() -> Contrast:
    """Return the weights for the encoder of the extra ``[meaning]``."""
    body = np.frombuffer(base64.b85decode(written.BODY), np.int8).reshape(2, -1)
    difference, product = body * np.array(written.STEPS, np.float32)[:, None]
    return Contrast(written.SIMILARITY, difference, product, written.CONSTANT)
