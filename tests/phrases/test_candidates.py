"""Candidates: what accepting and refusing does, and that nothing else is done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import AnchorError, ForestChangedError, OptionError, UnknownAnchorError
from forestlib.phrases.candidates import Candidates

PHRASES = ["free choice", "loss", "norm"]


@pytest.fixture
def forest() -> fl.Forest:
    """Two trees that talk of a choice and of a loss."""
    forest = fl.Forest("ethics")
    forest.plant("God", "There is a Free  choice.").root.then("A free choice, no loss.")
    forest.plant("sea", "Loss is no free choice.").root.then("Nothing.")
    return forest


@pytest.fixture
def found(forest: fl.Forest) -> Candidates:
    """What is found of three phrases, one of which stands nowhere."""
    return forest.find_anchors(PHRASES, forms="exact")


def marks(forest: fl.Forest) -> list[list[tuple[str, ...]]]:
    """Return the anchors of all nodes."""
    return [[node.anchors for node in tree.nodes()] for tree in forest]


def test_accepting_marks_the_nodes_as_written(forest: fl.Forest, found: Candidates) -> None:
    """Each node is marked with the phrase that stands in it, whose span is then asked of the anchor; texts stay."""
    texts = [[node.text for node in tree.nodes()] for tree in forest]
    choice = found["free choice"].accept()
    assert marks(forest) == [[("Free  choice",), ("free choice",)], [("free choice",), ()]]
    assert [(one.span, one.phrase) for one in choice.occurrences()] == [
        ((11, 23), "Free  choice"),
        ((2, 13), "free choice"),
        ((11, 22), "free choice"),
    ]
    assert (choice.text, choice.count) == ("free choice", 3)
    assert [[node.text for node in tree.nodes()] for tree in forest] == texts


def test_accepting_all_gives_the_anchors_in_order(forest: fl.Forest, found: Candidates) -> None:
    """`accept()` of the list returns an anchor a candidate."""
    assert [anchor.text for anchor in found.accept()] == [candidate.text for candidate in found] == PHRASES[:2]
    assert forest.declared() == [("free choice", ()), ("loss", ())]


def test_what_was_accepted_survives_saving(forest: fl.Forest, found: Candidates, tmp_path: Path) -> None:
    """Marks, spans, aliases and refusals are in the file."""
    found["free choice"].accept("свобода")
    found["loss"].refuse()
    again = fl.load(forest.save(tmp_path / "ethics.jsonl"))
    assert again == forest
    assert again.refused == {"loss"}
    assert again.anchors["free choice"].text == "свобода"
    spans = [[one.span for one in held.anchors["свобода"].occurrences()] for held in (forest, again)]
    assert spans[0] == spans[1] == [(11, 23), (2, 13), (11, 22)]


def test_one_may_be_accepted_after_the_other(forest: fl.Forest, found: Candidates) -> None:
    """Marks are no change that makes candidates void: the next of the same list can be accepted."""
    found[0].accept()
    found[1].accept()
    assert marks(forest) == [[("Free  choice",), ("free choice", "loss")], [("Loss", "free choice"), ()]] or marks(
        forest
    ) == [[("Free  choice",), ("free choice", "loss")], [("free choice", "Loss"), ()]]


def test_accepting_twice_adds_nothing(forest: fl.Forest, found: Candidates) -> None:
    """A node has an anchor once, however often it is accepted; then nothing is new."""
    assert [candidate.new for candidate in found] == [3, 2]
    found.accept()
    before = marks(forest), forest.declared()
    found.accept()
    assert (marks(forest), forest.declared()) == before
    assert [candidate.new for candidate in found] == [0, 0]


def test_a_node_that_has_the_anchor_by_another_spelling_keeps_it(forest: fl.Forest) -> None:
    """What is marked with an alias is not marked again."""
    forest.anchor("free choice", ["воля"])
    forest["God"].root.anchor("Воля")
    [candidate] = forest.find_anchors(forms="exact")
    assert (candidate.count, candidate.new) == (3, 2)
    candidate.accept()
    assert forest["God"].root.anchors == ("Воля",)


def test_another_text_makes_the_forms_aliases(forest: fl.Forest, found: Candidates) -> None:
    """Accepted under a text of one's own, the phrase found becomes an alias."""
    anchor = found["free choice"].accept("свобода выбора")
    assert (anchor.text, anchor.count) == ("свобода выбора", 3)
    assert forest.declared() == [("свобода выбора", ("free choice",))]


@pytest.mark.parametrize("text", ["", " ", "«»", 7])
def test_a_text_that_says_nothing_is_an_error(
    forest: fl.Forest, found: Candidates, content: Callable[[Any], Any], text: Any
) -> None:
    """A name that is no phrase is said, and the forest stays as it is."""
    before = content(forest)
    with pytest.raises(AnchorError):
        found[0].accept(text)
    assert content(forest) == before


@pytest.mark.parametrize(
    "grow",
    [
        lambda forest: forest["God"].root.then("Later."),
        lambda forest: forest.plant("later", "Later."),
        lambda forest: forest.plant("sea", "Loss is no free choice.", replace=True),
    ],
)
def test_candidates_are_void_once_nodes_were_added(
    forest: fl.Forest, found: Candidates, content: Callable[[Any], Any], grow: Callable[[fl.Forest], object]
) -> None:
    """After a node, a tree, or a tree in the place of another, accepting is an error and changes nothing."""
    grow(forest)
    before = content(forest)
    for accept in (found.accept, found[0].accept):
        with pytest.raises(ForestChangedError, match="Look for them anew"):
            accept()
    assert content(forest) == before


def test_a_collision_changes_nothing(forest: fl.Forest, content: Callable[[Any], Any]) -> None:
    """All are accepted or none: where an alias belongs to another anchor, the forest stays as it is."""
    found = forest.find_anchors({"choice": ["free choice"], "loss": []}, forms="exact")
    forest.anchor("воля", ["free choice"])
    before = content(forest)
    with pytest.raises(AnchorError, match="'Free choice' belongs to the anchor 'воля' already"):
        found.accept()
    assert content(forest) == before


def test_refused_ones_are_remembered_by_their_text(forest: fl.Forest, found: Candidates) -> None:
    """Refusing marks nothing, and a list refuses all of its candidates."""
    found[:1].refuse()
    assert forest.refused == {"free choice"}
    found.refuse()
    found.refuse()
    assert forest.refused == {"free choice", "loss"}
    assert forest.extra == {"refused_anchors": ["free choice", "loss"]}
    assert marks(forest) == [[(), ()], [(), ()]]


def test_a_text_is_on_one_line() -> None:
    """A phrase that stands with any white space in it has a canonical text of single blanks."""
    forest = fl.Forest()
    for name in ("one", "other"):
        forest.plant(name, f"A telling\t  phrase of {name}.")
    [candidate] = forest.mine_anchors(forms="exact")
    assert candidate.text == "telling phrase"
    assert candidate.accept().text == "telling phrase"
    assert next(forest.anchors["telling phrase"].occurrences()).span == (2, 18)


def test_candidates_are_a_sequence(found: Candidates) -> None:
    """They are indexed, sliced, filtered and asked by name; handles onto one candidate are equal."""
    assert [found[0], found[-1]] == list(found) == list(found[:])
    assert len({found[0], found[0], found[1]}) == 2
    assert [candidate.text for candidate in found.where(lambda candidate: candidate.count > 2)] == ["free choice"]
    assert found["LOSS"].text == "loss"
    with pytest.raises(UnknownAnchorError, match="Did you mean 'free choice'"):
        found["free choise"]
    with pytest.raises(IndexError):
        found[2]
    with pytest.raises(OptionError, match=r"where\(\) takes a function"):
        found.where("loss")  # type: ignore[arg-type]


def test_each_says_itself_in_one_short_line(forest: fl.Forest, found: Candidates) -> None:
    """The reprs of a list, a candidate and a mention."""
    assert repr(found) == "<2 candidates>"
    assert repr(found[0]) == "<Candidate 'free choice': 3 places in 2 trees>"
    assert len(repr(next(found[0].mentions()))) < 120
    forest.plant("long", "w" * 10_000)
    assert len(repr(forest.find_anchors(["w" * 10_000], forms="exact")[0])) < 120


@given(st.from_type(fl.Forest))
def test_accepting_all_that_is_found_leaves_nothing_new(forest: fl.Forest) -> None:
    """Whatever the forest, after accepting every place has its anchor, and looking again brings nothing."""
    forest.find_anchors(forms="exact").accept()
    again = forest.find_anchors(forms="exact")
    assert not any(candidate.new for candidate in again)
    for candidate in again:
        key = forest.anchors.key_of(candidate.text)
        assert all(key in map(forest.anchors.key_of, mention.node.anchors) for mention in candidate.mentions())
