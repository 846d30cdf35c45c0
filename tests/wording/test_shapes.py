"""Shapes of trails: what is said of a piece, and of a whole tree, beside its steps."""

from __future__ import annotations

import pytest

import forestlib as fl
from forestlib.errors import OptionError
from forestlib.model.walk import Note, Run
from forestlib.wording.style import ENGLISH, RUSSIAN, Words
from forestlib.wording.wording import Wording

PLAIN = ("{tree}", "[{anchor}]", "[{anchor}]", "", "Why?", "")


@pytest.fixture
def forest() -> fl.Forest:
    """One English tree of four steps."""
    forest = fl.Forest()
    forest.plant("t", "a").root.branch("b", "c")[0].then("d")
    return forest


def walked(forest: fl.Forest, trail: fl.Trail, words: Words = ENGLISH) -> fl.Walk:
    """Return the walk that says a trail."""
    return Wording(forest, fl.Style(words={"en": words})).walk(trail, "mine")


def test_an_unknown_shape_is_an_error() -> None:
    """A trail has one of three shapes, or none."""
    with pytest.raises(OptionError, match="outline, levels, onward, got 'round'"):
        fl.Trail((Run("t", (range(1),)),), shape="round")


@pytest.mark.parametrize("shape", ["outline", "levels", "onward"])
def test_each_shape_is_asked_for_in_its_own_words(forest: fl.Forest, shape: str) -> None:
    """What opens a chat is the template of the shape, and the usual question where the style has none."""
    trail = fl.Trail((Run("t", (range(4),)),), shape=shape)
    assert walked(forest, trail).questions == ((1, getattr(ENGLISH, shape)),)
    assert walked(forest, trail, Words(*PLAIN)).questions == ((1, "Why?"),)
    assert getattr(RUSSIAN, shape)


def test_a_node_step_stays_at_its_place(forest: fl.Forest) -> None:
    """What a shape puts before a step changes its text alone: place, level and kind are the node's."""
    plain = walked(forest, fl.Trail((Run("t", (range(4),)),)))
    for shape in ("outline", "levels"):
        shaped = walked(forest, fl.Trail((Run("t", (range(4),)),), shape=shape))
        assert [(step.at, step.level, step.kind) for step in shaped.steps] == [
            (step.at, step.level, step.kind) for step in plain.steps
        ]


def test_a_prompt_holds_the_name_and_the_landmark(forest: fl.Forest) -> None:
    """An answer that opens with a landmark is given the tree's name and that landmark, and teaches what follows."""
    walk = walked(forest, fl.Trail((Run("t", (range(2),), None, Note(opens="t · 1", closes="t · 2")),), shape="onward"))
    assert [step.text for step in walk.part("prompt")] == ["t", "[t · 1]"]
    assert [step.text for step in walk.part("answer")] == ["a", "b", "[t · 2]"]
    assert walk.context == 2


def test_level_by_level_a_step_without_its_own_above_is_a_first_one(forest: fl.Forest) -> None:
    """A part of a tree is numbered from 1, and a step whose parent is not shown hangs on none."""
    walk = walked(forest, fl.Trail((Run("t", (range(1, 4),)),), shape="levels"))
    assert [step.text for step in walk.part("answer")] == ["1. b", "2 (under 1). d", "3. c"]


@pytest.mark.parametrize("name", ["level", "listed", "below", "grounds", "landmark"])
def test_a_template_that_shows_no_place_is_refused(name: str) -> None:
    """A template without what it is for is an error that names it."""
    with pytest.raises(OptionError, match=name):
        Words(*PLAIN, **{name: "x"})
