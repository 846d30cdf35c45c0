"""Whole: every tree once, depth first, and its shape in the samples."""

from __future__ import annotations

import pytest

import forestlib as fl
from forestlib.registry import walkers
from forestlib.testing import check_walker
from forestlib.wording.style import RUSSIAN


def lines(forest: fl.Forest, style: fl.Style | None = None) -> list[list[str]]:
    """Return the lines of all samples."""
    corpus = forest.linearize("text", walkers="whole", order="forest", style=style or fl.Style())
    return [sample["text"].split("\n") for sample in corpus]


def test_every_tree_is_one_walk_over_all_its_steps() -> None:
    """A walk a tree, in their order, each over all nodes by number; a tree of one step is one as well."""
    forest = fl.Forest()
    forest.plant("a", "1").root.branch("2", "3")[0].then("4")
    forest.plant("b", "one")
    found = walkers["whole"].function(forest)
    assert [list(trail.places()) for trail in found] == [[(tree.name, node.number) for node in tree] for tree in forest]
    assert len(walkers["whole"].function(fl.Forest())) == 0


def test_a_step_is_indented_by_its_level() -> None:
    """Two blanks a level show the shape, and further lines of a text hang one blank deeper than any step could."""
    forest = fl.Forest()
    first, _ = forest.plant("t", "Root.").root.branch("One.\nMore of it.", "Two.")
    first.then("Below.").anchor("q")
    assert lines(forest) == [["t", "Root.", "  One.", "   More of it.", "    Below. [q]", "  Two."]]


@pytest.mark.parametrize("depth", [1_000, 100_000])
def test_past_forty_levels_the_level_is_a_number(depth: int) -> None:
    """A sample takes room in proportion to the steps, at any depth."""
    forest = fl.Forest()
    forest.plant("t", "s").root.chain(["s"] * depth)
    [said] = lines(forest)
    assert said[41:43] == ["  " * 40 + "s", "[41] s"]
    assert said[-1] == f"[{depth}] s"


def test_the_style_says_how_a_level_is_shown() -> None:
    """What stands before a step is data of the style."""
    forest = fl.Forest()
    forest.plant("t", "a").root.then("b")
    words = fl.Words("{tree}", "{anchor}", "{anchor}", "", "", "", indent="— ")
    assert lines(forest, fl.Style(words={"en": words})) == [["t", "a", "— b"]]


def test_a_chat_asks_for_the_whole() -> None:
    """The question says that the whole reasoning is wanted, in the tree's language."""
    forest = fl.Forest()
    forest.plant("воля", "Воля — это сила.").root.then("Сила выбирает.")
    [sample] = forest.linearize("chat", walkers="whole")
    assert sample["messages"][0]["content"] == f"воля\n{RUSSIAN.outline}"
    assert sample["messages"][1]["content"] == "Воля — это сила.\n  Сила выбирает."


def test_it_keeps_the_promises_of_a_walker() -> None:
    """The checks for authors of plug-ins pass."""
    check_walker("whole")
