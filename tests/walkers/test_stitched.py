"""Stitched: trees around the anchor that they share, which is said between them."""

from __future__ import annotations

import itertools
import tracemalloc
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import OptionError
from forestlib.registry import walkers
from forestlib.testing import check_walker
from tests.walkers.forests import grown, shapes

SHAPES = shapes(5)


def stitched(forest: fl.Forest, **options: Any) -> Sequence[fl.Trail]:
    """Return the stitched samples of a forest."""
    found: Sequence[fl.Trail] = walkers["stitched"].function(forest, **options)
    return found


@pytest.mark.parametrize("options", [{}, {"trees": 5, "around": 1}])
def test_it_keeps_the_contract_of_walkers(options: dict[str, int]) -> None:
    """Lazy, deterministic, and sound on small, deep, single-node, anchorless and empty forests."""
    check_walker("stitched", **options)


@settings(max_examples=150, deadline=None)
@given(SHAPES, st.integers(2, 5), st.integers(1, 3), st.integers(0, 3))
def test_each_tree_is_shown_once_around_the_anchor(shapes: Any, trees: int, around: int, seed: int) -> None:
    """As many trees as have the anchor, up to `trees`, each one way through its anchored node within the bounds."""
    forest = grown(shapes)
    for trail in stitched(forest, trees=trees, around=around, seed=seed):
        shares = [run for run in trail.runs if run.note.shares]
        [key] = {run.note.shares for run in shares}
        assert len(shares) == len({run.tree for run in shares}) == min(trees, len(forest.anchors[key or ""].trees()))
        assert len(trail.crossings) == len(shares) * (len(shares) - 1) // 2
        for run in shares:
            numbers = [number for tree, number in trail.places() if tree == run.tree]
            nodes = [forest[run.tree][number] for number in numbers]
            assert all(two.parent == one for one, two in itertools.pairwise(nodes))
            middle = numbers.index(run.first[1])
            assert middle == min(around, nodes[middle].level)
            assert nodes[-1].is_leaf or len(nodes) - middle - 1 == around
        assert trail.context == sum(tree == trail.runs[0].tree for tree, _ in trail.places())


@settings(max_examples=100, deadline=None)
@given(SHAPES, st.integers(2, 4))
def test_every_crossing_begins_one_sample(shapes: Any, trees: int) -> None:
    """The first two trees of the samples are the crossings of the forest, each once."""
    forest = grown(shapes)
    found = [trail.crossings[0] for trail in stitched(forest, trees=trees)]
    assert len(set(found)) == len(found) == 2 * sum(1 for _ in forest.bridges())


@pytest.mark.parametrize("options", [{"trees": 1}, {"around": 0}, {"trees": "2"}])
def test_options_are_checked_where_they_are_given(options: dict[str, Any]) -> None:
    """`trees` is a whole number from 2 up, `around` one from 1 up."""
    with pytest.raises(OptionError, match=next(iter(options))):
        stitched(fl.Forest(), **options)


def test_the_anchor_is_said_between_the_trees() -> None:
    """The anchor, the jump, the other tree's name; the anchor again where the node that has it comes at once."""
    forest = fl.Forest()
    forest.plant("воля", "Воля есть.").root.then("Она выбирает.").anchor("выбор").then("Она свободна.")
    forest.plant("закон", "Закон велит.").root.anchor("выбор").then("Он велит всем.")
    samples = forest.linearize("text", walkers="stitched", order="forest")
    said = "Та же мысль есть и в другом рассуждении:"
    will = ["воля", "Воля есть.", "Она выбирает. [выбор]", "Она свободна."]
    law = ["закон", "Закон велит. [выбор]", "Он велит всем."]
    assert sorted(sample["text"].splitlines() for sample in samples) == [
        [*will, "[выбор]", said, "закон", "[выбор]", *law[1:]],
        [*law, "[выбор]", said, *will],
    ]


def test_a_chat_asks_for_each_further_tree() -> None:
    """The first tree's name is the prompt, and there is a question for the other tree, where its words begin."""
    forest = fl.Forest()
    forest.plant("воля", "Воля есть.").root.anchor("выбор").then("Она свободна.")
    forest.plant("закон", "Закон велит.").root.then("Он велит выбрать.").anchor("выбор")
    samples = forest.linearize("chat", walkers="stitched", order="forest")
    first = next(sample for sample in samples if sample["messages"][0]["content"].startswith("воля"))
    assert [message["role"] for message in first["messages"]] == ["user", "assistant"]
    [walk] = [walk for walk in samples.walks() if walk.steps[0].text == "воля"]
    assert [question for _, question in walk.questions][1:] == ["А как это связано с темой «закон»?"]
    assert walk.steps[walk.questions[1][0]].kind == "anchor"


def test_an_anchor_of_ten_thousand_trees_is_counted_not_listed() -> None:
    """99,990,000 samples are counted and drawn from in little memory."""
    forest = fl.Forest()
    for number in range(10_000):
        forest.plant(f"t{number}", "root").root.anchor("q").then("s")
    forest.anchors  # noqa: B018
    tracemalloc.start()
    found = stitched(forest, trees=3)
    drawn = {found[place].crossings for place in range(0, len(found), 1_000_003)}
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(found), len(drawn)) == (10_000 * 9_999, 100)
    assert most < 50_000_000


@pytest.mark.parametrize("depth", [1, 1_000, 100_000])
def test_deep_trees_are_shown_near_the_anchor(depth: int) -> None:
    """At most `around` steps above and below each place are shown, at any depth."""
    forest = fl.Forest()
    for name in ("a", "b"):
        middle = forest.plant(name, "root").root.chain(f"s{step}" for step in range(depth)).anchor("here")
        middle.chain(f"t{step}" for step in range(depth))
    for trail in stitched(forest):
        assert len(list(trail.places())) == 2 * (1 + 2 * min(4, depth))
