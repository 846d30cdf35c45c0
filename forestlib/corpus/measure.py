"""Measure: how many tokens a walk of each walker has, so that shares of tokens become shares of samples.

It is an estimate: a few hundred walks in the walker's own order of chance are worded and counted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from forestlib.corpus.draw import LOOKS, Draw
from forestlib.model.ground import Ground
from forestlib.tokens.counting import Counter
from forestlib.wording.style import Style
from forestlib.wording.wording import Wording

__all__ = ["by_samples", "mean_tokens"]

MEASURED = 256


def mean_tokens(ground: Ground, draws: Sequence[Draw], style: Style, count: Counter) -> list[float]:
    """Return how many tokens the steps of a walk have in the mean, of each walker; 0 where it has no walk."""
    wording = Wording(ground, style)
    return [_mean(wording, draw, count) for draw in draws]


def _mean(wording: Wording, draw: Draw, count: Counter) -> float:
    texts, walks = list[str](), 0
    while walks < MEASURED and (found := draw.next(LOOKS)) is not None:
        if found[2] is None:
            texts += [step.text for step in wording.walk(found[1], draw.walker).steps]
            walks += 1
    return int(count(texts).sum()) / walks if walks else 0.0


def by_samples(shares: Sequence[float], means: Sequence[float]) -> list[float]:
    """Return shares of samples that make some shares of tokens; a walker of no walks keeps its share.

    >>> by_samples([0.5, 0.5], [30.0, 10.0])
    [0.25, 0.75]
    """
    known = [mean for mean in means if mean]
    usual = math.fsum(known) / len(known) if known else 1.0
    found = [share / (mean or usual) for share, mean in zip(shares, means, strict=True)]
    total = math.fsum(found)
    return [share / total for share in found]
