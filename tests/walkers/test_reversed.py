"""Reversed: from each leaf back to the root, as an answer to what the leaf rests on."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import OptionError
from forestlib.registry import walkers
from forestlib.testing import check_walker

SHAPES = st.lists(st.lists(st.integers(0, 99), max_size=9), max_size=4)


@settings(max_examples=100, deadline=None)
@given(SHAPES)
def test_every_path_is_walked_back(shapes: list[list[int]]) -> None:
    """The trails are the paths of the trees of more than one step, each backwards; the other trees are counted."""
    forest = fl.Forest("f")
    for number, shape in enumerate(shapes):
        nodes = [forest.plant(f"t{number}", "root").root]
        for place, above in enumerate(shape):
            nodes.append(nodes[above % len(nodes)].then(f"s{place}"))
    found = walkers["reversed"].function(forest)
    deep = [tree for tree in forest if len(tree) > 1]
    assert [list(trail.places()) for trail in found] == [
        [(tree.name, node.number) for node in path][::-1] for tree in deep for path in tree.paths()
    ]
    assert sum(found.skipped.values()) == len(forest) - len(deep)


def test_it_says_what_is_asked() -> None:
    """A sample asks what the last thought rests on, and goes back from it, in the tree's language."""
    forest = fl.Forest()
    forest.plant("воля", "Воля — это сила.").root.then("Сила выбирает.").then("Значит, выбор возможен.")
    asked = "На чём держится мысль «Значит, выбор возможен» (воля)? Иди от неё назад, к началу."
    answer = ["Значит, выбор возможен.", "Сила выбирает.", "Воля — это сила."]
    [text] = forest.linearize("text", walkers="reversed")
    assert text["text"].split("\n") == [asked, "воля", *answer]
    [chat] = forest.linearize("chat", walkers="reversed")
    assert [turn["content"] for turn in chat["messages"]] == [asked, "\n".join(["воля", *answer])]


@pytest.mark.parametrize("depth", [1, 1_000, 100_000])
def test_a_deep_chain_is_one_range(depth: int) -> None:
    """A way back of any length is one range of numbers, and a sample of as many steps."""
    forest = fl.Forest()
    forest.plant("t", "root").root.chain(map(str, range(depth)))
    (trail,) = walkers["reversed"].function(forest)
    assert trail.runs[0].ranges == (range(depth, -1, -1),)
    [sample] = forest.linearize("text", walkers="reversed")
    assert sample["text"].count("\n") == depth + 2


def test_it_takes_no_options() -> None:
    """An option that does not exist is an error on the line that asks for it."""
    with pytest.raises(OptionError, match="size"):
        fl.Forest().linearize("text", walkers={"reversed": {"share": 1, "size": 3}})


def test_it_keeps_the_promises_of_a_walker() -> None:
    """The checks for authors of plug-ins pass, and an empty forest has no walk."""
    check_walker("reversed")
    assert len(walkers["reversed"].function(fl.Forest())) == 0
