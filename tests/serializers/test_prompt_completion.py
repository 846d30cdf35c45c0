"""The formats `prompt_completion` and `segments`: what the docs show stands in golden files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import forestlib as fl
from forestlib.testing import check_serializer

GOLDEN = Path(__file__).parents[1] / "golden"
pytestmark = pytest.mark.filterwarnings("ignore::forestlib.errors.ForestlibWarning")


@pytest.mark.parametrize("name", ["forest", "forest-ru"])
@pytest.mark.parametrize(
    ("kind", "format_", "options"),
    [
        ("prompt_completion", "prompt_completion", {}),
        ("prompt_completion-messages", "prompt_completion", {"messages": True}),
        ("segments", "segments", {}),
    ],
)
@pytest.mark.parametrize("walker", ["paths", "bridges"])
def test_samples_are_those_of_the_golden_file(
    name: str, kind: str, format_: str, options: dict[str, Any], walker: str
) -> None:
    """The samples that the docs show are the bytes that come out."""
    corpus = fl.load(GOLDEN / f"{name}.jsonl").linearize(format_, walkers=walker, seed=7, loss="once", **options)
    assert b"".join(corpus.lines()).decode() == (GOLDEN / f"{name}.{kind}.{walker}.jsonl").read_text()


@pytest.mark.parametrize("options", [{}, {"messages": True}])
def test_prompt_completion_keeps_its_contract(options: dict[str, Any]) -> None:
    """It is lazy, deterministic, JSON-ready, at any depth, as everything registered is."""
    check_serializer("prompt_completion", **options)


def test_segments_keep_their_contract() -> None:
    """They are lazy, deterministic, JSON-ready, at any depth, as everything registered is."""
    check_serializer("segments", begin="<s>", end="</s>")


def test_the_break_belongs_to_the_completion() -> None:
    """A prompt ends on its last step, so that a model that is asked with it writes the break itself."""
    forest = fl.Forest()
    forest.plant("t", "a").root.branch("b", "c")
    assert list(forest.linearize("prompt_completion", walkers="paths", order="forest", loss="once")) == [
        {"prompt": "t", "completion": "\na\nb"},
        {"prompt": "t\na", "completion": "\nc"},
    ]


def test_a_question_is_the_prompt_and_its_answer_the_completion() -> None:
    """What asks is given; the answer is learned, and of a link question the anchor alone."""
    forest = fl.Forest()
    for name in ("one", "two"):
        forest.plant(name, "A thought.").root.anchor("norm")
    for loss in ("all", "once", "last"):
        corpus = forest.linearize(
            "prompt_completion", walkers={"questions": {"share": 1, "direction": "link"}}, loss=loss, size=1
        )
        assert [sample["completion"] for sample in corpus] == ["\n[norm]"]


def test_messages_say_what_chat_says() -> None:
    """As messages a prompt is the user's turn of `chat` and a completion the assistant's."""
    forest = fl.load(GOLDEN / "forest.jsonl")
    for loss in ("all", "once", "last"):
        given = {"walkers": {"paths": 0.5, "bridges": 0.5}, "loss": loss, "seed": 3}
        halves = forest.linearize("prompt_completion", messages=True, **given)
        assert [one["prompt"] + one["completion"] for one in halves] == [
            one["messages"] for one in forest.linearize("chat", **given)
        ]


def test_tokens_of_beginning_and_end_are_those_that_are_given() -> None:
    """Segments are concatenated as they are, so `begin` is not learned and `end` is."""
    forest = fl.Forest()
    forest.plant("t", "a")
    (sample,) = forest.linearize("segments", walkers="paths", begin="<s>", end="</s>")
    assert sample == {"segments": [{"label": False, "text": "<s>t"}, {"label": True, "text": "\na</s>"}]}
