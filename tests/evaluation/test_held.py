"""Honest by construction: only what was kept out is asked, and a corpus that keeps nothing out is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import forestlib as fl
from forestlib.corpus.exposure import in_order
from forestlib.corpus.holdouts import HoldOuts
from forestlib.errors import LeakError, OptionError
from forestlib.evaluation.held import draw, seen_by
from forestlib.evaluation.probes import Probes
from forestlib.model.crossing import Crossing

Lay = Callable[..., fl.Corpus]


def silent(prompts: list[str]) -> list[str]:
    """Say nothing."""
    return [""] * len(prompts)


def test_a_corpus_that_holds_nothing_out_is_refused(laid: Lay) -> None:
    """The error says how to lay one out that can be measured on."""
    with pytest.raises(OptionError, match=r"hold_out=\{'pairs'"):
        fl.stitch_score(silent, laid("en", hold_out={}))


def test_a_corpus_of_what_is_held_out_is_refused(laid: Lay) -> None:
    """It is the training corpus that says what to ask."""
    with pytest.raises(OptionError, match="that the model was trained on"):
        fl.stitch_score(silent, laid("en").held_out())


def test_a_forest_is_no_corpus(laid: Lay) -> None:
    """The score wants the corpus, and says so."""
    with pytest.raises(OptionError, match="corpus that it was trained on"):
        fl.stitch_score(silent, laid("en").forest)  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_what_is_asked_is_held_out_and_no_walk_shows_it(lang: str, laid: Lay) -> None:
    """Every crossing of a level is held out as that; no walk shows its bridge, and none of a pair both trees."""
    corpus = laid(lang)
    exposure, held = corpus.exposure(), corpus.hold_outs
    asked = [probe for probe in Probes.of(corpus, ["jump", "route"], count=60) if probe.level != "trained"]
    assert {probe.level for probe in asked} == {"bridges", "pairs", "anchors", "trees"}
    for probe in asked:
        assert probe.crossing is not None
        (source, _), (target, _) = probe.crossing.source, probe.crossing.target
        assert held.reason(probe.crossing.anchor, source, target) == probe.level
        assert not exposure.bridges[probe.crossing.anchor, *in_order(source, target)]
        if probe.level in ("pairs", "trees"):
            assert not exposure.meetings[in_order(source, target)]
        # Into a tree that never jumps, from one that does.
        assert (held.holds_tree(source), held.holds_tree(target)) == (False, probe.level == "trees")


def test_the_ceiling_is_what_walks_jump_over(laid: Lay) -> None:
    """Probes of the level "trained" ask for jumps that samples show."""
    corpus = laid("en")
    exposure = corpus.exposure()
    for probe in Probes.of(corpus, "jump", levels="trained", count=40):
        assert probe.crossing is not None
        (source, _), (target, _) = probe.crossing.source, probe.crossing.target
        assert exposure.jumps[probe.crossing.anchor, *in_order(source, target)]


def test_prompts_of_the_ceiling_begin_samples(laid: Lay) -> None:
    """A trained jump's prompt is the beginning of a sample, letter by letter."""
    for serializer in ("text", "chat"):
        corpus = laid("ru", serializer)
        samples = [str(sample) for sample in corpus]
        for prompt in Probes.of(corpus, "jump", levels="trained", count=10).prompts():
            begun = str({"messages": prompt} if serializer == "chat" else {"text": prompt})
            assert any(sample.startswith(begun[:-5]) for sample in samples)


def test_a_probe_that_training_shows_is_an_error(laid: Lay) -> None:
    """The independent reader of the walks has the last word."""
    corpus = laid("en")
    shown = draw(corpus, "trained", 1, 0)
    with pytest.raises(LeakError, match="Training shows what is asked"):
        seen_by(corpus).check(shown)


def test_a_corpus_that_leaks_is_an_error(laid: Lay, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the hold-outs did not hold, there is no score."""
    corpus = laid("en", hold_out={"pairs": 0.1})
    monkeypatch.setattr(corpus, "hold_outs", HoldOuts(pairs=0.9, seed=9))
    with pytest.raises(LeakError, match="Held out as pairs"):
        seen_by(corpus)
    with pytest.raises(LeakError):
        fl.stitch_score(silent, corpus, probes="jump", count=5)


def test_a_sample_learned_by_heart_is_judged_as_anything_else(laid: Lay) -> None:
    """Saying a training sample is right where it is a way on and wrong where it is none."""
    corpus = laid("en")
    sample = str(corpus[0]["text"])
    score = fl.stitch_score(lambda prompts: [sample] * len(prompts), corpus, probes="jump", count=10)
    assert all(row.score < 0.2 for row in score.rows if row.probe == "jump")


def test_hundreds_of_millions_of_crossings_are_never_listed() -> None:
    """A phrase in ten thousand trees is asked about at a few places, and no tree is gone through for it."""
    forest = fl.Forest("hub")
    for number in range(10_000):
        forest.plant(f"t{number}", f"Root {number}.").root.anchor("hub").then(f"Child {number}.")
    corpus = forest.linearize("text", {"bridges": 1.0}, size=50, hold_out={"pairs": 0.001, "trees": 0.01}, seed=1)
    found = Probes.of(corpus, "jump", count=5)
    assert {probe.level for probe in found} == {"pairs", "trees", "trained"}
    assert {probe.chance for probe in found} == {1 / 9_999}


def test_drawn_crossings_differ(laid: Lay) -> None:
    """No crossing is drawn twice."""
    found = draw(laid("ru"), "pairs", 200, 5)
    assert len(set(found)) == len(found) > 50
    assert all(isinstance(one, Crossing) for one in found)
