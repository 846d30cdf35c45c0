"""The format `chat`: turns, in the language of the trees; what the docs show stands in golden files."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import OptionError
from forestlib.model.turns import turns_of
from forestlib.wording.words import ENGLISH

GOLDEN = Path(__file__).parents[1] / "golden"
pytestmark = pytest.mark.filterwarnings("ignore::forestlib.errors.ForestlibWarning")


@pytest.mark.parametrize(
    ("name", "kind", "options"),
    [
        ("forest", "chat", {}),
        ("forest-ru", "chat", {}),
        ("forest", "chat-ask", {"ask_jumps": True}),
        ("forest-ru", "chat-ask", {"ask_jumps": True}),
        ("forest-roles", "chat", {}),
    ],
)
@pytest.mark.parametrize("walker", ["paths", "bridges"])
def test_samples_are_those_of_the_golden_file(name: str, kind: str, options: dict[str, Any], walker: str) -> None:
    """The samples that the docs show are the bytes that come out."""
    corpus = fl.load(GOLDEN / f"{name}.jsonl").linearize("chat", walkers=walker, seed=7, **options)
    assert b"".join(corpus.lines()).decode() == (GOLDEN / f"{name}.{kind}.{walker}.jsonl").read_text()


@pytest.mark.parametrize("name", ["text", "chat"])
@pytest.mark.parametrize("forest", ["forest-ru", "forest-roles"])
def test_a_russian_forest_gives_no_english_word(name: str, forest: str) -> None:
    """No sample of a purely Russian forest holds a Latin letter, whichever walker, option and format."""
    found = fl.load(GOLDEN / f"{forest}.jsonl")
    for options in [{}, {"ask_jumps": True}] if name == "chat" else [{}]:
        for sample in found.linearize(name, walkers={"paths": 0.5, "bridges": 0.5}, **options):
            said = sample["text"] if name == "text" else "\n".join(turn["content"] for turn in sample["messages"])
            assert not re.search("[A-Za-z]", said)


def test_a_russian_tree_whose_root_is_a_formula_is_still_russian() -> None:
    """The language of a tree follows from its texts, also where its root alone is a number or a formula."""
    forest = fl.Forest()
    forest.plant("счёт", "1 + 1 = 2").root.chain(["Это первое равенство.", "Из него следуют другие."])
    (sample,) = forest.linearize("chat", walkers="paths")
    assert "Reason" not in sample["messages"][0]["content"]


def test_one_question_and_one_answer() -> None:
    """A walk is one user turn, the tree's name and a question, and one assistant turn with a step a line."""
    forest = fl.Forest()
    forest.plant("t", "a").root.then("b")
    (sample,) = forest.linearize("chat", walkers="paths")
    assert sample == {
        "messages": [
            {"role": "user", "content": "t\nReason about this step by step."},
            {"role": "assistant", "content": "a\nb"},
        ]
    }


def test_a_jump_is_asked_for_in_the_language_of_the_tree_that_it_names() -> None:
    """With `ask_jumps` a user turn stands before each jump and names the other tree in that tree's language."""
    forest = fl.load(GOLDEN / "forest.jsonl")
    asked = [
        [turn["content"] for turn in sample["messages"] if turn["role"] == "user"]
        for sample in forest.linearize("chat", walkers="bridges", ask_jumps=True)
    ]
    assert sorted(asked) == [
        ["justice\nReason about this step by step.", "А как это связано с темой «воля»?"],
        ["воля\nРассуждай об этом шаг за шагом.", "How is this connected with “justice”?"],
    ]


def test_turns_go_in_turns_and_hold_something() -> None:
    """User and assistant alternate, beginning with the user, and no turn is empty, also over several jumps."""
    forest = fl.Forest()
    for number in range(5):
        forest.plant(f"t{number}", "root").root.anchor(f"q{number}").then("s").anchor(f"q{number + 1}").then("end")
    corpus = forest.linearize("chat", walkers={"bridges": {"share": 1, "jumps": 3}}, ask_jumps=True)
    lengths = set()
    for sample in corpus:
        roles = [turn["role"] for turn in sample["messages"]]
        assert roles == ["user", "assistant"] * (len(roles) // 2)
        assert all(turn["content"].strip() for turn in sample["messages"])
        lengths.add(len(roles))
    assert max(lengths) == 8


def test_nodes_with_roles_are_turns_of_their_own() -> None:
    """Where nodes have roles each node is a turn; what stands between nodes is lost nowhere."""
    forest = fl.load(GOLDEN / "forest-roles.jsonl")
    (sample,) = [s for s in forest.linearize("chat", walkers="paths") if len(s["messages"]) > 2]
    assert [turn["role"] for turn in sample["messages"]] == ["system", "user", "assistant", "user", "assistant"]
    (text,) = [s["text"] for s in forest.linearize("text", walkers="paths") if "обычай" in s["text"]]
    assert "\n".join(turn["content"] for turn in sample["messages"]) == text


def test_an_option_that_does_not_exist_is_an_error_of_its_line() -> None:
    """A typo in an option is said where it stands, with the options that there are."""
    with pytest.raises(OptionError, match="'ask_jumps'"):
        fl.Forest().linearize("chat", ask_jump=True)


def test_every_line_is_one_sample_of_json() -> None:
    """A line of the corpus is one JSON object; no text breaks it."""
    forest = fl.Forest()
    forest.plant("t", "a\nb\u2028c\r\nd").root.then("e")
    (line,) = forest.linearize("chat", walkers="paths").lines()
    assert line.count(b"\n") == 1
    assert json.loads(line)["messages"][1]["content"] == "a\nb\u2028c\r\nd\ne"


def test_no_two_turns_of_one_role_stand_together() -> None:
    """Templates refuse two turns of one role in a row: with roles, jumps and questions alike, neighbours are joined."""
    forest = fl.Forest()
    asked = forest.plant("a", "What is a norm?", role="user").root.anchor("norm")
    asked.then("A rule.", role="assistant").anchor("rule")
    forest.plant("b", "A norm binds.").root.anchor("norm", "rule").then("Or it is none.")
    forest.plant("c", "Norms differ.", role="").root.anchor("norm").then("So do rules.", role="user")
    for options in ({}, {"ask_jumps": True}):
        for sample in forest.linearize("chat", ["paths", "bridges"], **options):
            roles = [turn["role"] for turn in sample["messages"]]
            assert all(one != other for one, other in pairwise(roles))


@given(forest=st.from_type(fl.Forest), blank=st.booleans())
def test_plain_walks_are_written_as_turns_are(forest: fl.Forest, blank: bool) -> None:
    """The short way to a question and its answer gives what the turns of the walk say, also with no question."""
    words = attrs.evolve(ENGLISH, question="" if blank else ENGLISH.question)
    corpus = forest.linearize("chat", ["paths", "bridges"], style=fl.Style(words={"en": words}))
    for walk, sample in zip(corpus.walks(), corpus, strict=True):
        assert sample["messages"] == [turn.message() for turn in turns_of(walk)]
