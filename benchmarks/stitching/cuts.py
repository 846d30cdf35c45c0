"""Chains of a thousand steps, cut into windows: how far does a model follow one that it has only seen in pieces?"""

from __future__ import annotations

from typing import Any

import forestlib as fl
from benchmarks.stitching.arms import CUTS
from benchmarks.stitching.layout import Vocabulary
from benchmarks.stitching.model import BOS, EOS, Shape, drawn, train
from benchmarks.stitching.talker import Talker
from benchmarks.stitching.words import STYLE
from benchmarks.stitching.world import chains
from forestlib.evaluation.long import chain_probe, followed
from forestlib.evaluation.reading import Reader

__all__ = ["measured"]

WINDOW = 24


def measured(cut: str, seed: int, tokens: int) -> dict[str, Any]:
    """Return how many steps of each chain are followed from its first step on, a window at a time."""
    made = chains(seed)
    vocabulary, (overlap, marked) = Vocabulary(made), CUTS[cut]
    rows = {cut: [[BOS, *vocabulary(text), EOS] for text in _texts(made, overlap, seed, marked=marked)]}
    shape = Shape(tokens, width=2 * max(map(len, rows[cut])), rows=12)
    trained = train(drawn(rows, {cut: 1.0}, seed), len(vocabulary), shape, seed)
    talker, reader = Talker(trained.brain, vocabulary), Reader(made, STYLE, "words")
    probes = [chain_probe(reader, tree, overlap, WINDOW) for tree in made]
    found = followed(reader, probes, lambda some: talker([str(one.prompt) for one in some], steps=WINDOW))
    told = {"seed": seed, "tokens": tokens, "steps": [reading.steps for reading, _ in found], "of": found[0][0].of}
    return told | {"loss": round(trained.loss, 4), "seconds": round(trained.seconds, 1), "rows": len(rows[cut])}


def _texts(made: fl.Forest, overlap: int, seed: int, *, marked: bool) -> list[str]:
    """Return the windows; for plain cuts their landmarks are left out."""
    walkers = {"windows": {"share": 1, "size": WINDOW, "overlap": overlap}}
    walks = made.linearize("text", walkers=walkers, style=STYLE, seed=seed).walks()
    return [" ".join(step.text for step in walk.steps if marked or step.kind != "landmark") for walk in walks]
