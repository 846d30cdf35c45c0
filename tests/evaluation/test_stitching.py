"""Scoring a model: who knows the forest is right everywhere, in every format and language, and nobody else is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import forestlib as fl
from forestlib.errors import OptionError
from forestlib.evaluation.probes import PROBES, Probes
from forestlib.evaluation.score import StitchScore
from tests.evaluation.models import Oracle, blind, homely

Lay = Callable[..., fl.Corpus]
ACROSS = ("bridges", "pairs", "anchors", "trees", "trained")


def a_forest(corpus: fl.Corpus) -> fl.Forest:
    """Return the forest of a corpus, as what it is."""
    assert isinstance(corpus.forest, fl.Forest)
    return corpus.forest


@pytest.mark.parametrize(
    "style", [None, fl.Style.marked(), fl.Style(anchors="jumps")], ids=["plain", "marked", "jumps"]
)
@pytest.mark.parametrize("serializer", ["text", "chat", "prompt_completion", "segments"])
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_who_knows_the_forest_is_right_everywhere(
    lang: str, serializer: str, style: fl.Style | None, laid: Lay
) -> None:
    """An oracle that answers from the forest has 1.0 in every probe and level that the corpus practises."""
    corpus = laid(lang, serializer, style=style)
    score = fl.stitch_score(Oracle(a_forest(corpus), style), corpus, count=15)
    assert {row.probe for row in score.rows} == {*PROBES, "stay"} - {"schema", "likelihood"}
    assert {row.level for row in score.rows if row.probe == "jump"} == set(ACROSS)
    assert [str(answer) for answer in score.examples(right=False)] == []
    assert all(row.score == (0.0 if row.probe == "stay" else 1.0) for row in score.rows)


@pytest.mark.parametrize("options", [{"ask_jumps": True}, {"weights": True}])
def test_a_chat_that_asks_for_jumps_is_answered_with_the_words_of_the_jump(options: Any, laid: Lay) -> None:
    """Where the user's turn asks for the jump, an answer may say its words, or begin behind them."""
    corpus = laid("en", "chat", **options)
    probes = Probes.of(corpus, "jump", count=10)
    oracle = Oracle(a_forest(corpus))
    for probe, prompt in zip(probes, probes.prompts(), strict=True):
        given = [step.text for step in probe.prompt.walk.steps]
        assert (prompt[-1]["role"] == "user") is bool(options.get("ask_jumps"))
        words = given[max(place for place, step in enumerate(probe.prompt.walk.steps) if step.at) + 1 :]
        behind = oracle.answer(given)
        for text in (behind, "\n".join([*words, behind])):
            assert probe.task.read(probes.reader, text).right


def test_who_stays_at_home_stays_and_does_not_jump(laid: Lay) -> None:
    """A model that goes on in its own tree has a stay of 1 and a jump of 0."""
    corpus = laid("en")
    score = fl.stitch_score(homely(Oracle(a_forest(corpus))), corpus, probes="jump", count=60)
    assert {row.score for row in score.rows if row.probe == "jump"} == {0.0}
    assert all(row.score == 1.0 for row in score.rows if row.probe == "stay")


def test_a_jumper_who_is_blind_to_the_tree_has_chance(laid: Lay) -> None:
    """One who jumps well, but anywhere, scores what the table calls chance."""
    corpus = laid("en", hold_out={"pairs": 0.3, "trees": 0.2})
    score = fl.stitch_score(
        blind(Oracle(a_forest(corpus))), corpus, probes="jump", levels=["pairs", "trees"], count=400
    )
    for level in ("pairs", "trees"):
        row = score["jump", level]
        assert row.count > 90
        assert row.chance is not None
        assert row.low <= row.chance <= row.high


def test_noise_has_nothing(laid: Lay) -> None:
    """Other texts score 0 in every probe."""
    score = fl.stitch_score(lambda prompts: ["Noise.\nMore noise."] * len(prompts), laid("ru"), count=10)
    assert {row.score for row in score.rows} == {0.0}


def test_a_prompt_repeated_is_no_answer(laid: Lay) -> None:
    """Saying the prompt once more is right nowhere."""
    corpus = laid("en")
    echo: Callable[[list[str]], list[str]] = list
    score = fl.stitch_score(echo, corpus, probes=["jump", "route", "recall"], count=20)
    assert {row.score for row in score.rows if row.probe != "stay"} == {0.0}


def without_last(lines: list[str]) -> list[str]:
    """Stop before the leaf."""
    return lines[:-1]


def without_middle(lines: list[str]) -> list[str]:
    """Leave a step out."""
    return lines[:1] + lines[2:]


def turned(lines: list[str]) -> list[str]:
    """Say two steps in the wrong order."""
    return [*lines[:1], *lines[2:3], *lines[1:2], *lines[3:]]


def embroidered(lines: list[str]) -> list[str]:
    """Say more on a line than the step."""
    return [*lines[:-1], lines[-1] + " And more."]


def cut(lines: list[str]) -> list[str]:
    """Break off in the middle of a line."""
    return [*lines[:-1], lines[-1][:-3]]


@pytest.mark.parametrize("mutant", [without_last, without_middle, turned, embroidered, cut])
def test_a_wrong_step_is_found(mutant: Callable[[list[str]], list[str]], laid: Lay) -> None:
    """An answer with one step spoiled is wrong in every probe that has steps."""
    corpus = laid("en")
    probes = Probes.of(corpus, ["jump", "recall:paths", "route:forth"], count=20)
    oracle = Oracle(a_forest(corpus))
    spoiled = 0
    for probe, prompt in zip(probes, probes.prompts(), strict=True):
        lines = oracle([prompt])[0].split("\n")
        if len(lines) > 3:
            found = probe.task.read(probes.reader, "\n".join(mutant(lines)))
            assert not found.right
            assert found.share < 1
            spoiled += 1
    assert spoiled > 50


def test_a_further_jump_ends_what_is_scored(laid: Lay) -> None:
    """After a right step the words of another jump end the answer: it is right, and counted as one that jumped."""
    corpus = laid("en")
    probes = Probes.of(corpus, "jump", count=30)
    oracle, jump = Oracle(a_forest(corpus)), fl.Style().of("en").jump
    for probe, prompt in zip(probes, probes.prompts(), strict=True):
        lines = oracle([prompt])[0].split("\n")
        found = probe.task.read(probes.reader, "\n".join([*lines[:2], jump, "justice", "Noise."]))
        assert found.right
        assert found.jumped or len(lines) == 2
        assert not probe.task.read(probes.reader, "\n".join([lines[0], jump, "justice"])).right


def test_a_way_that_goes_back_and_forth_is_none(laid: Lay) -> None:
    """No node is said twice: who walks in circles comes everywhere."""
    corpus = laid("en")
    probes = Probes.of(corpus, "route:forth", count=10)
    oracle = Oracle(a_forest(corpus))
    for probe, prompt in zip(probes, probes.prompts(), strict=True):
        head, *way = oracle([prompt])[0].split("\n")
        assert probe.task.read(probes.reader, "\n".join([head, *way])).right
        if way[1] in oracle.said.values():
            assert not probe.task.read(probes.reader, "\n".join([head, *way[:2], *way])).right


def test_a_model_is_told_what_is_banned_where_it_listens(laid: Lay) -> None:
    """A callable that takes `banned` gets the beginnings of jumps for single jumps, and nothing for routes."""
    told: dict[str, list[str]] = {}

    def model(prompts: list[str], banned: list[str]) -> list[str]:
        told["route" if "How does one come" in prompts[0] else "jump"] = banned
        return [""] * len(prompts)

    fl.stitch_score(model, laid("en"), probes=["jump", "route:back"], count=3)
    assert told["route"] == []
    everything = "\n".join(node.text for tree in laid("en").forest for node in tree)
    assert told["jump"]
    assert all(fl.Style().of("en").jump.startswith(text) or text.startswith("Let") for text in told["jump"])
    assert not [text for text in told["jump"] if text in everything]


def test_the_same_seed_asks_the_same(laid: Lay) -> None:
    """Probes follow from the corpus and the seed; another seed draws others."""
    first, again, other = (Probes.of(laid("ru"), count=20, seed=seed).prompts() for seed in (1, 1, 2))
    assert first == again != other


def test_a_schema_is_asked_on_topics_that_never_were_in_one(topics: fl.Forest) -> None:
    """On held-out topics the way shown before has to be gone; any other way down the topic is wrong."""
    walkers = {"paths": 0.5, "schema": {"share": 0.5, "topics": 2}}
    corpus = topics.linearize("text", walkers, hold_out={"trees": 0.3}, seed=1, size=200)
    score = fl.stitch_score(Oracle(topics), corpus, probes="schema", count=30)
    assert score["schema", "trees"].score == 1.0
    assert score["schema", "trees"].chance == pytest.approx(1 / 6)
    oracle = Oracle(topics)
    oracle.stages = lambda lines: ["premise", "transition 0", "end 0"] if Oracle.stages(oracle, lines) else []  # type: ignore[method-assign]
    wrong = fl.stitch_score(oracle, corpus, probes="schema", count=100)["schema", "trees"]
    assert wrong.low <= 1 / 6 <= wrong.high


def test_who_does_not_recall_has_not_learned_yet(laid: Lay) -> None:
    """Below 0.9 of recall the table says so instead of a score; the figures stay in the value."""
    corpus = laid("en")
    score = fl.stitch_score(homely(Oracle(a_forest(corpus))), corpus, probes=["jump", "recall:paths"], count=10)
    row = score["jump", "pairs"]
    assert not row.learned
    assert "not learned yet" in row.cells()
    assert score["recall:paths"].cells()[3] == "0.000"


def test_several_seeds_have_a_mean_and_a_deviation(laid: Lay) -> None:
    """Scores of several models go together as mean, sample deviation and an interval over the seeds."""
    corpus = laid("en")
    scores = [
        fl.stitch_score(model, corpus, probes="jump", levels="pairs", count=10)
        for model in (Oracle(a_forest(corpus)), homely(Oracle(a_forest(corpus))))
    ]
    row = StitchScore.together(scores)["jump", "pairs"]
    assert (row.score, row.seeds, row.count) == (0.5, 2, 20)
    assert row.deviation == pytest.approx(0.5**0.5)
    assert (row.low, row.high) == (0.0, 1.0)


def test_a_score_shows_itself(laid: Lay) -> None:
    """One table in text and HTML, JSON-ready values, and answers to look at; texts are escaped."""
    score = fl.stitch_score(lambda prompts: ["<b>"] * len(prompts), laid("en"), probes="jump", count=2)
    assert "jump" in str(score)
    assert "&lt;b&gt;" in score._repr_html_()
    assert "<b>jump" not in score._repr_html_()
    assert score.as_dict()["rows"][0]["count"] == 2
    [first, *_] = score.examples("jump", right=False)
    assert "forest: " in str(first)
    assert score.examples("jump", right=True) == []


def test_likelihood_wants_the_true_way_on(laid: Lay) -> None:
    """A model that finds the true way likelier is right; one to which all are alike is not."""
    corpus = laid("ru")
    probes = Probes.of(corpus, "likelihood", count=20)
    true = {(str(probe.prompt), probe.truth) for probe in probes}

    def knows(prompts: list[str], texts: list[str]) -> list[float]:
        return [
            len(text) * (-1.0 if (prompt, text) in true else -2.0) for prompt, text in zip(prompts, texts, strict=True)
        ]

    def alike(prompts: list[str], texts: list[str]) -> list[float]:
        return [-1.0 * len(text) for text in texts]

    silent: Callable[[list[str]], list[str]] = lambda prompts: [""] * len(prompts)  # noqa: E731
    assert {row.score for row in fl.stitch_score(silent, corpus, probes=probes, scores=knows).rows} == {1.0}
    assert {row.score for row in fl.stitch_score(silent, corpus, probes=probes, scores=alike).rows} == {0.0}
    for probe in probes:
        assert probe.truth not in probe.wrong
        assert probe.chance == 1 / (1 + len(probe.wrong))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"probes": "jmp"}, "Did you mean 'jump'"),
        ({"levels": "pears"}, "levels= are some of"),
        ({"by": "signs"}, "by 'li"),
    ],
)
def test_a_typo_is_an_error(given: dict[str, Any], said: str, laid: Lay) -> None:
    """A probe, level or way of reading that there is not is an error that names those that there are."""
    with pytest.raises(OptionError, match=said):
        fl.stitch_score(list, laid("en"), **given)
