"""Ways of reasoning: shown on one topic, does a model go the same way on a topic on which it never practised one?

Topics on which nothing is practised are trees that are held out: their facts are shown, and no way of reasoning.
"""

from __future__ import annotations

from typing import Any

from benchmarks.stitching.layout import Mix, Vocabulary, rows_of
from benchmarks.stitching.model import Shape, drawn, train
from benchmarks.stitching.talker import Talker
from benchmarks.stitching.words import STYLE
from benchmarks.stitching.world import topics
from forestlib.evaluation.stitching import stitch_score

__all__ = ["measured"]

NEW = 0.25
MIX: Mix = {"paths": (0.6, {}), "schema": (0.4, {"topics": 2})}
_ALL = 1_000_000
_ASKED = 300


def measured(phrases: str, seed: int, tokens: int, new: float = NEW) -> dict[str, Any]:
    """Return how often the way of one topic is gone exactly on another one, practised or new."""
    made = topics(seed, shared=phrases == "shared")
    vocabulary = Vocabulary(made)
    walkers = {name: {"share": share, **options} for name, (share, options) in MIX.items()}
    corpus = made.linearize("text", walkers=walkers, style=STYLE, seed=seed, hold_out={"trees": new}, size=_ALL)
    corpus.exposure().check(corpus.hold_outs)
    rows, weights = rows_of(corpus, MIX, vocabulary), {name: share for name, (share, _) in MIX.items()}
    trained = train(drawn(rows, weights, seed), len(vocabulary), Shape(tokens), seed)
    score = stitch_score(Talker(trained.brain, vocabulary), corpus, probes="schema", count=_ASKED, by="words")
    practised = sum(not corpus.hold_outs.holds_tree(tree.name) for tree in made)
    told = {"seed": seed, "tokens": tokens, "practised": practised, "chance": score["schema", "trees"].chance}
    found = {f"{row.probe} {row.level}": round(row.score, 4) for row in score.rows}
    return told | found | {"loss": round(trained.loss, 4), "seconds": round(trained.seconds, 1)}
