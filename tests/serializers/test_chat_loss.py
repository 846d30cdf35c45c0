"""The format `chat` where only part of a walk is learned: what leads up is the user's, or has the weight 0."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

import forestlib as fl
from forestlib.model.turns import turns_of


@pytest.fixture
def forked() -> fl.Forest:
    """Two trees with an anchor in common; the first one forks below it."""
    forest = fl.Forest()
    forest.plant("justice", "A match.").root.anchor("norm").branch("Local.", "Universal.")
    forest.plant("choice", "A norm is chosen.").root.anchor("norm").then("Or it is none.")
    return forest


@pytest.fixture
def talk() -> fl.Forest:
    """A conversation that forks after the assistant's turn, with a user's turn on both sides."""
    forest = fl.Forest()
    said = forest.plant("talk", "Why?", role="user").root.then("Because.", role="assistant")
    for asked, answered in (("And then?", "That."), ("And else?", "This.")):
        said.then(asked, role="user").then(answered, role="assistant")
    return forest


def messages(forest: fl.Forest, walkers: str, **options: Any) -> list[list[tuple[Any, ...]]]:
    """Return the samples of a walker under loss once, each turn as a tuple."""
    corpus = forest.linearize("chat", walkers=walkers, loss="once", order="forest", **options)
    return [[tuple(turn.values()) for turn in sample["messages"]] for sample in corpus]


def test_the_context_stands_in_the_users_turn(forked: fl.Forest) -> None:
    """What the path before it has taught follows the question, and the answer is what is new."""
    asked = "justice\nReason about this step by step."
    assert messages(forked, "paths")[:2] == [
        [("user", asked), ("assistant", "A match. [norm]\nLocal.")],
        [("user", f"{asked}\nA match. [norm]"), ("assistant", "Universal.")],
    ]


def test_a_jump_that_is_asked_for_is_asked_for_behind_the_context(forked: fl.Forest) -> None:
    """With `ask_jumps` the user's turn ends with the question for the jump, and the jump is the answer."""
    sample = next(s for s in messages(forked, "bridges", ask_jumps=True) if s[0][1].startswith("justice"))
    (_, asked), (role, answer) = sample
    assert asked.splitlines()[-2:] == ["A match. [norm]", "How is this connected with “choice”?"]
    assert (role, answer.splitlines()[:2]) == ("assistant", [fl.Style().of("en").jump, "choice"])


def test_weights_leave_an_answer_that_is_not_learned_where_it_stands(forked: fl.Forest) -> None:
    """With `weights` the answer before a jump that is asked for stays the assistant's, with the weight 0."""
    sample = next(s for s in messages(forked, "bridges", ask_jumps=True, weights=True) if "justice" in s[0][1])
    assert [(role, *weight) for role, _, *weight in sample] == [
        ("user",),
        ("assistant", 0),
        ("user",),
        ("assistant", 1),
    ]
    plain = forked.linearize("chat", walkers="bridges", ask_jumps=True)
    bare = [
        [{"role": turn["role"], "content": turn["content"]} for turn in one["messages"]]
        for one in forked.linearize("chat", walkers="bridges", ask_jumps=True, weights=True, loss="once")
    ]
    assert bare == [one["messages"] for one in plain]


def test_roles_need_weights_to_leave_a_turn_out(talk: fl.Forest) -> None:
    """A turn of the assistant that was taught before cannot be left out without weights: it is skipped, and counted."""
    corpus = talk.linearize("chat", walkers="paths", loss="once")
    assert corpus.count() == {
        "samples": 1,
        "turns of the assistant that are not learned: give weights=True": 1,
        "nodes taught by no sample": 0,
    }
    weighed = messages(talk, "paths", weights=True)
    assert [[rest[0] for role, _, *rest in sample if role == "assistant"] for sample in weighed] == [[1, 1], [0, 1]]


def test_a_turn_that_is_learned_in_part_is_skipped() -> None:
    """Where a fork stands inside a joined turn of the assistant no weight is right; the reason names a format."""
    forest = fl.Forest()
    forest.plant("t", "Why?", role="user").root.then("So.", role="assistant").branch("A.", "B.")
    for options in ({}, {"weights": True}):
        counts = forest.linearize("chat", walkers="paths", loss="once", **options).count()
        assert counts["a turn that is learned in part: take prompt_completion"] == 1
    halves = list(forest.linearize("prompt_completion", walkers="paths", loss="once", order="forest"))
    assert halves[1] == {"prompt": "t\nWhy?\nSo.", "completion": "\nB."}


def test_a_conversation_is_cut_before_the_first_answer_that_is_learned(talk: fl.Forest) -> None:
    """As prompt and completion of messages the user's turns before the learned answer are given."""
    corpus = talk.linearize("prompt_completion", walkers="paths", loss="once", order="forest", messages=True)
    first, second = corpus
    assert [turn["content"] for turn in first["prompt"]] == ["talk", "Why?"]
    assert [turn["content"] for turn in second["prompt"]] == ["talk", "Why?", "Because.", "And else?"]
    assert [turn["content"] for turn in second["completion"]] == ["This."]


def test_no_two_turns_of_one_role_stand_together(forked: fl.Forest, talk: fl.Forest) -> None:
    """Under every policy and option neighbours are turns of different roles, and none is empty."""
    for forest in (forked, talk):
        for loss in ("all", "once", "last"):
            for options in ({}, {"ask_jumps": True}, {"weights": True}, {"ask_jumps": True, "weights": True}):
                for sample in forest.linearize("chat", ["paths", "bridges"], loss=loss, **options):
                    assert all(one["role"] != other["role"] for one, other in pairwise(sample["messages"]))
                    assert all(turn["content"].strip() for turn in sample["messages"])


def test_a_walk_that_teaches_nothing_is_skipped() -> None:
    """A walk of someone else's walker whose context is all of it gives no sample without an answer."""
    steps = (fl.Step("head", "t"), fl.Step("node", "a", at=("t", 0)))
    walk = fl.Walk("mine", "en", steps, ((1, "Why?"),), (), context=2)
    for name in ("chat", "prompt_completion", "segments"):
        (found,) = fl.registry.serializers[name].function(walk)
        assert isinstance(found, fl.Skip)
    assert [turn.content for turn in turns_of(walk)] == ["t\nWhy?\na"]
