"""Trees that share thoughts: one model a condition, which differ in what stands in the place of the bridges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

import forestlib as fl
from benchmarks.stitching import layout
from benchmarks.stitching.deciding import decisions
from benchmarks.stitching.layout import Mix, Rows, Vocabulary
from benchmarks.stitching.model import Shape, drawn, train
from benchmarks.stitching.talker import Talker
from benchmarks.stitching.turns import DRAWS
from benchmarks.stitching.world import World, forest
from forestlib.evaluation.stitching import stitch_score

__all__ = ["Setting", "measured"]

KINDS = ("jump", "route", "recall")
_PRIVATE = ("islands", "private names")
_ASKED = 300


@attrs.frozen
class Setting:
    """What sweeps vary: the share of bridging samples, of pairs that are held out, the world, the model's beginning."""

    share: float = 0.4
    pairs: float = 0.6
    world: World | None = None
    spread: float = 0.35
    # Whether identity samples tell of anchors that are never bridged as well.
    tells_all: bool = False
    # In how many draws of chance a crossing is shown; whether all stretches go down to a leaf.
    draws: int = DRAWS
    whole: bool = True


def measured(condition: str, seed: int, tokens: int, setting: Setting | None = None) -> dict[str, Any]:
    """Return what a model of one condition does with the questions of its forest."""
    setting = setting or Setting()
    made = forest(seed, setting.world)
    islands = made.as_islands(seed)
    spoken = islands if condition in _PRIVATE else made
    say, meant = layout.private(made, spoken)
    vocabulary, held = Vocabulary(spoken), {**layout.HELD, "pairs": setting.pairs}
    asked = layout.corpus_of(made, layout.in_draws(layout.BRIDGES, setting.draws), seed, held)
    within = layout.corpus_of(spoken, layout.in_draws(layout.BASE, setting.draws), seed)
    base = layout.rows_of(within, layout.BASE, vocabulary, whole=setting.whole)
    more, mix = _more(condition, made, vocabulary, asked, setting, say)
    weights = _weights(base, layout.BASE, 1 - setting.share if more else 1.0) | _weights(more, mix, setting.share)
    shape = Shape(tokens, spread=setting.spread)
    trained = train(drawn(base | more, weights, seed), len(vocabulary), shape, seed)
    talker = Talker(trained.brain, vocabulary, say, meant)
    told = {"seed": seed, "tokens": tokens, "loss": trained.loss, "seconds": trained.seconds}
    told |= _scores(talker, asked, seed) | decisions(talker, made, asked.hold_outs)
    shown = {"rows": sum(map(len, (base | more).values())), "crossings": _shown(asked)}
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in (told | shown).items()}


def _more(
    condition: str,
    made: fl.Forest,
    vocabulary: Vocabulary,
    asked: fl.Corpus,
    setting: Setting,
    say: Callable[[str], str],
) -> tuple[Rows, Mix]:
    """Return what a condition shows besides the walks inside a tree, and in which mix."""
    seed, held = asked.recipe.seed, asked.recipe.hold_out
    if condition in ("islands", "shared only") or not setting.share:
        return {}, {}
    if condition == "side by side":
        return layout.beside(made, asked, vocabulary, seed), {"beside": (1.0, {})}
    if condition == "wrong anchors":
        wrong = layout.corpus_of(made.shuffle_anchors(seed), layout.BRIDGES, seed, held)
        return layout.rows_of(wrong, layout.BRIDGES, vocabulary), layout.BRIDGES
    rows = layout.rows_of(asked, layout.BRIDGES, vocabulary, say)
    if condition != "identity":
        return rows, layout.BRIDGES
    known = {"pairs": setting.pairs} if setting.tells_all else held
    told = layout.corpus_of(made, layout.IDENTITY, seed, known)
    return rows | layout.rows_of(told, layout.IDENTITY, vocabulary), {**layout.BRIDGES, **layout.IDENTITY}


def _weights(rows: Rows, mix: Mapping[str, tuple[float, Any]], share: float) -> dict[str, float]:
    total = sum(mix[name][0] for name in rows)
    return {name: share * mix[name][0] / total for name in rows}


def _scores(talker: Talker, asked: fl.Corpus, seed: int) -> dict[str, float]:
    """Return the score of every kind of probe and level; `asked` is the corpus that says what is held out."""
    score = stitch_score(talker, asked, probes=KINDS, count=_ASKED, seed=seed, by="words")
    return {f"{row.probe} {row.level}": row.score for row in score.rows}


def _shown(corpus: fl.Corpus) -> int:
    """Return how many different crossings the bridging samples jump over."""
    return len({crossing for walk in corpus.walks() for crossing in walk.crossings if crossing.jump})
