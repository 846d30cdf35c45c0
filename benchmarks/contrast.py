"""Fit the weights that tell opposites by their vectors, on the development pairs. ``python -m benchmarks.contrast``.

Ridge logistic regression over ``similarity, |a − b|, a ∘ b``. Cross-validation leaves whole groups of pairs out, so
that no text stands on both sides: it is the opposition that must be learned, not the words. From the same held-out
scores the encoder's threshold was chosen: the lowest from which at most a tenth of the opposites stays merged.
``--write`` renews ``forestlib/phrases/contrast_weights.py``.
"""

from __future__ import annotations

import argparse
import base64
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from benchmarks.meanings import Pair, pairs
from benchmarks.meanings_seed import QUADS, SAME
from forestlib.phrases import contrast_weights
from forestlib.phrases.encoders import encoded, meaning

__all__ = ["Material", "fitted", "held_out", "main", "material", "quads"]

RIDGE = 100.0
FOLDS, DRAWS = 8, 3
THRESHOLDS = (0.6, 0.65, 0.7, 0.75, 0.8)
# Of the true pairs that similarity alone would let through, so many are refused at most, in cross-validation.
REFUSED = 0.05
_FITTED_ON = ("words", "phrases", "negation")


@attrs.frozen
class Material:
    """Pairs with their features: (n, 1 + 2d), whether each is opposite, its group, and its similarity."""

    pairs: list[Pair]
    features: np.ndarray[Any, Any]
    opposite: np.ndarray[Any, Any]
    groups: np.ndarray[Any, Any]

    @property
    def similarity(self) -> np.ndarray[Any, Any]:
        """The cosine of each pair."""
        return self.features[:, 0] / 3


def quads(listed: str, kinds: Iterable[str]) -> tuple[list[Pair], list[Pair]]:
    """Return the opposites and the translations that a list of quads gives, for sections of these kinds."""
    opposites, same, kind, wanted = [], [], "", set(kinds)
    for line in filter(None, map(str.strip, listed.splitlines())):
        if line.startswith("["):
            kind = line.strip("[]")
        elif kind in wanted:
            ru, en, not_ru, not_en = line.split(" | ")
            opposites += [Pair(ru, not_ru, "ru", kind), Pair(en, not_en, "en", kind)]
            opposites += [Pair(ru, not_en, "ru-en", kind), Pair(not_ru, en, "ru-en", kind)]
            same += [Pair(ru, en, "ru-en", kind), Pair(not_ru, not_en, "ru-en", kind)]
    return opposites, same


def material() -> Material:
    """Return the development pairs, encoded."""
    opposites, same = quads(QUADS, _FITTED_ON)
    same += pairs(SAME)
    listed = opposites + same
    texts = list(dict.fromkeys(text for pair in listed for text in (pair.one, pair.other)))
    place = {text: number for number, text in enumerate(texts)}
    vectors = encoded(meaning(), texts)
    one, other = (
        vectors[[place[text] for text in side]] for side in zip(*((p.one, p.other) for p in listed), strict=True)
    )
    return Material(listed, _features(one, other), np.arange(len(listed)) < len(opposites), _groups(listed, place))


def _features(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    product, wide = one * other, one.shape[1]
    return np.hstack([3 * product.sum(1, keepdims=True), np.abs(one - other) * wide**0.5, product * wide / 4])


def _groups(listed: Sequence[Pair], place: dict[str, int]) -> np.ndarray[Any, Any]:
    """Number the pairs so that two with a text in common, over however many others, have one number."""
    above = list(range(len(place)))

    def top(text: int) -> int:
        while above[text] != text:
            above[text] = above[above[text]]
            text = above[text]
        return text

    for pair in listed:
        above[top(place[pair.one])] = top(place[pair.other])
    return np.unique([top(place[pair.one]) for pair in listed], return_inverse=True)[1]


def fitted(features: np.ndarray[Any, Any], opposite: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the weights, the constant last, by Newton's method; both classes count the same."""
    rows = np.hstack([features, np.ones((len(features), 1))])
    weight = np.where(opposite, 0.5 / opposite.mean(), 0.5 / (1 - opposite.mean()))
    ridge = np.full(rows.shape[1], RIDGE)
    ridge[-1] = 1e-6
    found = np.zeros(rows.shape[1])
    for _ in range(12):
        chance = 1 / (1 + np.exp(-rows @ found))
        slope = rows.T @ (weight * (chance - opposite)) + ridge * found
        bend = (rows * (weight * chance * (1 - chance))[:, None]).T @ rows + np.diag(ridge)
        found = found - np.linalg.solve(bend, slope)
    return found


def held_out(given: Material) -> np.ndarray[Any, Any]:
    """Return the score of each pair under weights fitted without its group."""
    scores = np.zeros(len(given.pairs))
    for draw in range(DRAWS):
        fold = np.random.default_rng(draw).integers(0, FOLDS, given.groups.max() + 1)[given.groups]
        for number in range(FOLDS):
            out = fold == number
            weights = fitted(given.features[~out], given.opposite[~out])
            scores[out] += given.features[out] @ weights[:-1] + weights[-1]
    return scores / DRAWS


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, say what cross-validation says, and write the weights where asked."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--write", action="store_true", help="renew the weights in forestlib")
    write = parser.parse_args(arguments).write
    given = material()
    scores = held_out(given)
    level = _said(given, scores)
    weights = fitted(given.features, given.opposite)
    weights[-1] -= level
    if write:
        _write(weights)
    return 0


def _said(given: Material, scores: np.ndarray[Any, Any]) -> float:
    alike = given.similarity >= meaning().threshold
    level = float(np.quantile(scores[alike & ~given.opposite], 1 - REFUSED))
    opposite, same = int(given.opposite.sum()), int((~given.opposite).sum())
    print(f"{opposite} opposites, {same} true pairs, {given.groups.max() + 1} groups")
    _print_thresholds(given, scores)
    print(f"held out, alike, {REFUSED:.0%} of the true pairs refused (score > {level:.2f}):")
    for kind in _FITTED_ON:
        for language in ("ru", "en", "ru-en"):
            rows = [p.kind == kind and p.language == language for p in given.pairs]
            chosen = np.array(rows) & alike & given.opposite
            print(
                f"  {kind:9} {language:6} {int((scores[chosen] > level).sum()):4} of {int(chosen.sum())} opposites told"
            )
    return level


def _print_thresholds(given: Material, scores: np.ndarray[Any, Any]) -> None:
    print("threshold  true pairs accepted  opposites merged, similarity alone  … with the contrast, held out")
    for threshold in THRESHOLDS:
        alike = given.similarity >= threshold
        let_through = alike & (scores <= np.quantile(scores[alike & ~given.opposite], 1 - REFUSED))
        accepted = let_through[~given.opposite].mean()
        alone, left = alike[given.opposite].mean(), let_through[given.opposite].mean()
        print(f"{threshold:9.2f}  {accepted:19.0%}  {alone:34.0%}  {left:29.0%}")


def _write(weights: np.ndarray[Any, Any]) -> None:
    # The scales of the features go into the weights, so that the library multiplies once.
    wide = (len(weights) - 2) // 2
    scaled = weights.copy()
    scaled[0] *= 3
    scaled[1 : wide + 1] *= wide**0.5
    scaled[wide + 1 : -1] *= wide / 4
    body = scaled[1:-1].reshape(2, wide)
    steps = np.abs(body).max(1) / 127
    text = base64.b85encode(np.rint(body / steps[:, None]).astype(np.int8).tobytes()).decode()
    lines = [text[start : start + 100] for start in range(0, len(text), 100)]
    path = Path(contrast_weights.__file__)
    listed = "\n".join(f'    r"{line}"' for line in lines)
    path.write_text(
        '"""What ``python -m benchmarks.contrast --write`` fitted; never edited by hand."""\n\n'
        'from __future__ import annotations\n\n__all__ = ["BODY", "CONSTANT", "SIMILARITY", "STEPS"]\n\n'
        f"SIMILARITY = {scaled[0]:.6g}\nCONSTANT = {scaled[-1]:.6g}\nSTEPS = ({steps[0]:.6g}, {steps[1]:.6g})\n"
        f"BODY = (\n{listed}\n)\n",
        encoding="utf-8",
    )
    print(f"written: {path}")


if __name__ == "__main__":
    sys.exit(main())
