"""Long chains: followed window by window, with what the model itself wrote, as far as it goes without an error."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

import forestlib as fl
from forestlib.evaluation.probes import Probes
from tests.evaluation.models import Prompt, lines_of

Model = Callable[[list[Prompt]], list[str]]
HELD = {"trees": 0.1}


def a_chain(steps: int) -> fl.Forest:
    """Return a chain with refrains, so that what is said does not tell everywhere where one is."""
    chance, forest = Random(7), fl.Forest("chains")  # noqa: S311
    refrain = [f"Refrain {number}." for number in range(6)]
    texts = list[str]()
    while len(texts) < steps:
        texts += refrain if chance.random() < 0.1 and texts and texts[-1] != refrain[-1] else [f"Step {len(texts)}."]
    root = forest.plant("chain", texts[0]).root
    root.chain(texts[1:steps])
    return forest


def parrot(corpus: fl.Corpus) -> Model:
    """Return the model that goes on from a prompt as the first sample does that begins with it."""
    samples = ["\n".join(lines_of(_said(sample))) for sample in corpus]

    def answer(prompt: Prompt) -> str:
        begun = "\n".join(lines_of(prompt)) + "\n"
        return next((sample[len(begun) :] for sample in samples if sample.startswith(begun)), "Lost.")

    return lambda prompts: [answer(prompt) for prompt in prompts]


def _said(sample: fl.Sample) -> Prompt:
    if "text" in sample:
        return str(sample["text"])
    return list(sample["messages"])


@pytest.mark.parametrize("serializer", ["text", "chat"])
@pytest.mark.parametrize("overlap", [0, 8])
def test_a_model_that_knows_its_samples_comes_to_the_end(overlap: int, serializer: str) -> None:
    """Every prompt of the driver begins a sample: over landmarks, labels or an overlap a chain is followed."""
    walkers = {"windows": {"share": 1.0, "size": 12, "reach": 1, "overlap": overlap}}
    corpus = a_chain(1000).linearize(serializer, walkers, hold_out=HELD)
    labelled = sum("[chain · " in str(sample) for sample in corpus)
    assert (labelled > 0) is (overlap == 0)
    score = fl.stitch_score(parrot(corpus), corpus, probes="long")
    [answer] = score.answers
    assert (answer.reading.steps, answer.reading.of, answer.reading.right) == (999, 999, True)
    assert score["long"].score == 1.0


def test_plain_cuts_are_lost_at_the_first_seam() -> None:
    """A model of plain windows, begun with nothing but the tree's name, comes as far as one window."""
    corpus = a_chain(200).linearize("text", {"windows": {"share": 1.0, "size": 12}}, hold_out=HELD)
    first = corpus.forest["chain"].preorder().text[:12]

    def plain(prompts: list[Prompt]) -> list[str]:
        return ["\n".join(first[1:]) if prompt == "chain\nStep 0.\n" else "Lost." for prompt in prompts]

    [answer] = fl.stitch_score(plain, corpus, probes="long").answers
    assert answer.reading.steps == 11
    assert answer.reading.wrong == "Lost."


@pytest.mark.parametrize("spoiled", [1, 2, 40, 140])
def test_the_first_error_ends_it(spoiled: int) -> None:
    """What is right is counted up to the first wrong step, in whichever window that is."""
    corpus = a_chain(200).linearize("text", {"windows": {"share": 1.0, "size": 12}}, hold_out=HELD)
    knows, texts = parrot(corpus), corpus.forest["chain"].preorder().text[:200]
    while texts.count(texts[spoiled]) > 1:
        spoiled += 1

    def model(prompts: list[Prompt]) -> list[str]:
        return [answer.replace(texts[spoiled], "Wrong.") for answer in knows(prompts)]

    [answer] = fl.stitch_score(model, corpus, probes="long").answers
    assert answer.reading.steps == spoiled - 1
    assert answer.reading.wrong == "Wrong."


def test_a_model_that_says_nothing_ends_it() -> None:
    """Silence is no endless run."""
    corpus = a_chain(100).linearize("text", {"windows": {"share": 1.0, "size": 12}}, hold_out=HELD)
    for said in ("", corpus.forest["chain"][0].text, "[chain · 1]"):
        [answer] = fl.stitch_score(lambda prompts, said=said: [said] * len(prompts), corpus, probes="long").answers
        assert answer.reading.steps == 0


def test_a_chain_of_ten_thousand_steps_is_followed() -> None:
    """Length takes no depth of calls, and the driver keeps no more than a window."""
    forest = fl.Forest("deep")
    forest.plant("chain", "Step 0.").root.chain(f"Step {number}." for number in range(1, 10_000))
    corpus = forest.linearize("text", {"windows": {"share": 1.0, "size": 500}}, hold_out=HELD)

    def model(prompts: list[str]) -> list[str]:
        last = [int(prompt.split()[-1][:-1]) + 1 for prompt in prompts]
        return ["\n".join(f"Step {number}." for number in range(at, min(at + 400, 10_000))) for at in last]

    [answer] = fl.stitch_score(model, corpus, probes="long").answers
    assert answer.reading.steps == 9_999


def test_a_tree_that_fits_into_a_window_is_no_chain() -> None:
    """There is nothing to follow over seams where there are none."""
    forest = a_chain(20)
    corpus = forest.linearize("text", {"windows": {"share": 1.0, "size": 32}}, hold_out=HELD)
    assert len(Probes.of(corpus, "long")) == 0
