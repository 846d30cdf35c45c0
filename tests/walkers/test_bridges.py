"""Bridges: exactly the crossings that there are, each once, each with a step after it."""

from __future__ import annotations

import itertools
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import OptionError, UnknownWalkError
from forestlib.registry import walkers
from forestlib.walkers.bridges import Bridges
from tests.walkers.forests import grown, shapes

SHAPES = shapes(4)
DIRECTIONS = ["auto", "down", "up"]


def bridges(forest: fl.Forest, **options: Any) -> Bridges:
    """Return the bridges of a forest."""
    found = walkers["bridges"].function(forest, **options)
    assert isinstance(found, Bridges)
    return found


def keys(node: fl.Node) -> set[str]:
    """Return the keys of a node's anchors."""
    return {phrase.casefold() for phrase in node.anchors}


def crossings(forest: fl.Forest, direction: str) -> tuple[list[Any], int]:
    """Return every crossing by looking at every two nodes, and how many have no step after them."""
    found, ended = [], 0
    for here in (node for tree in forest for node in tree):
        for there in (node for tree in forest for node in tree if tree is not here.tree):
            goes_on = (direction != "up" and not there.is_leaf) or (direction != "down" and there.parent is not None)
            for key in keys(here) & keys(there):
                if goes_on:
                    found.append((key, (here.tree.name, here.number), (there.tree.name, there.number)))
                ended += not goes_on
    return sorted(found), ended


@settings(max_examples=120, deadline=None)
@given(SHAPES, st.sampled_from(DIRECTIONS), st.integers(1, 3), st.integers(0, 5))
def test_every_crossing_is_there_once(shapes: Any, direction: str, jumps: int, seed: int) -> None:
    """The first crossings of all trails are the ordered crossings that have a step after them; the rest are counted."""
    forest = grown(shapes)
    found = bridges(forest, direction=direction, jumps=jumps, seed=seed)
    wanted, ended = crossings(forest, direction)
    first = [trail.crossings[0] for trail in found]
    assert sorted((one.anchor, one.source, one.target) for one in first) == wanted
    assert len(set(wanted)) == len(found)
    assert sum(found.skipped.values()) == ended


@settings(max_examples=120, deadline=None)
@given(SHAPES, st.sampled_from(DIRECTIONS), st.integers(1, 4), st.integers(1, 3), st.integers(1, 3))
def test_every_step_is_a_step_of_the_tree(shapes: Any, direction: str, jumps: int, before: int, after: int) -> None:
    """Within a run a trail goes to a child, or to the parent only; bounds hold; each jump is a bridge to a new tree."""
    forest = grown(shapes)
    for trail in bridges(forest, direction=direction, jumps=jumps, before=before, after=after):
        runs = [[forest[run.tree][number] for span in run.ranges for number in span] for run in trail.runs]
        assert len(set(trail.trees)) == len(trail.trees) <= jumps + 1
        assert len(runs[0]) <= before
        assert all(one.parent == other for other, one in zip(runs[0], runs[0][1:], strict=False))
        for run in runs[1:]:
            down = all(one.parent == other for other, one in itertools.pairwise(run))
            up = all(other.parent == one for other, one in itertools.pairwise(run))
            assert 2 <= len(run) <= after + 1
            assert down if direction == "down" else up if direction == "up" else up or down
        for crossing, left, reached in zip(trail.crossings, runs, runs[1:], strict=False):
            assert crossing.anchor in keys(left[-1]) & keys(reached[0])


def test_it_goes_on_as_far_as_it_may() -> None:
    """The run after a jump ends at a leaf, at the root, or after `after` steps, and not before."""
    forest = fl.Forest()
    forest.plant("a", "a").root.anchor("q").then("b")
    steps = forest.plant("b", "0").root.chain(map(str, range(1, 5))).anchor("q")
    steps.chain(map(str, range(5, 30)))
    assert [[number for _, number in trail.places()][1:] for trail in bridges(forest)][1] == list(range(4, 13))
    assert next([number for _, number in trail.places()][1:] for trail in bridges(forest, direction="up")) == [
        4,
        3,
        2,
        1,
        0,
    ]


def test_several_jumps_are_made_where_they_can_be() -> None:
    """With `jumps=3` a walk goes on to a third and a fourth tree that the steps lead to."""
    forest = fl.Forest()
    for number in range(5):
        forest.plant(f"t{number}", "root").root.anchor(f"q{number}").then("s").anchor(f"q{number + 1}").then("end")
    longest = max(len(trail.crossings) for trail in bridges(forest, jumps=3))
    assert longest == 3
    assert max(len(trail.crossings) for trail in bridges(forest)) == 1


@pytest.mark.parametrize("option", ["before", "after", "jumps"])
@pytest.mark.parametrize("value", [0, -1, 1.5, "4", None, True])
def test_numbers_are_checked_where_they_are_given(option: str, value: object) -> None:
    """`before`, `after` and `jumps` are whole numbers from 1 up; anything else is an error of its own line."""
    with pytest.raises(OptionError, match=option):
        fl.Forest().linearize("text", walkers={"bridges": {"share": 1, option: value}})


@pytest.mark.parametrize("value", ["sideways", None, ["up"]])
def test_the_direction_is_checked_where_it_is_given(value: object) -> None:
    """`direction` is one of three words."""
    with pytest.raises(OptionError, match="'auto', 'down', 'up'"):
        bridges(fl.Forest(), direction=value)


@pytest.mark.parametrize("trees", [0, 3])
def test_a_forest_without_anchors_has_no_bridges(trees: int) -> None:
    """An empty forest and one without anchors give no trail, and asking for one is an `IndexError`."""
    found = bridges(grown([[(0, set()), (0, set())]] * trees))
    assert (len(found), list(found), dict(found.skipped)) == (0, [], {})
    with pytest.raises(UnknownWalkError):
        found[0]


def test_a_single_node_tree_is_left_and_never_reached() -> None:
    """A crossing into a tree of one node has no step after it: it is left out and counted."""
    forest = fl.Forest()
    forest.plant("one", "root").root.anchor("q")
    forest.plant("two", "root").root.anchor("q").then("s")
    found = bridges(forest)
    assert [trail.trees for trail in found] == [("one", "two")]
    assert sum(found.skipped.values()) == 1


def test_an_anchor_of_ten_thousand_trees_is_counted_not_listed() -> None:
    """99,990,000 crossings are counted and drawn from in little memory."""
    forest = fl.Forest()
    for number in range(10_000):
        forest.plant(f"t{number}", "root").root.anchor("q").then("s")
    forest.anchors  # noqa: B018
    tracemalloc.start()
    found = bridges(forest)
    drawn = {found[place].crossings[0] for place in range(0, len(found), 1_000_003)}
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == 10_000 * 9_999
    assert len(drawn) == 100
    assert most < 50_000_000


@pytest.mark.parametrize("shape", ["chain", "comb"])
@pytest.mark.parametrize("depth", [1, 1_000, 100_000])
def test_deep_trees_are_crossed_near_the_anchor_only(depth: int, shape: str) -> None:
    """A crossing at the end of a tree of any depth takes at most 8 nodes before the jump and 8 steps after it."""
    forest = fl.Forest()
    for name in ("a", "b"):
        levels = [level for step in range(1, depth + 1) for level in ((step, step) if shape == "comb" else (step,))]
        forest.plant(name, "root").root.extend([f"s{place}" for place in range(len(levels))], levels)
        forest[name][len(levels)].anchor("the end")
    for trail in bridges(forest):
        assert [len(list(run_numbers)) for run_numbers in runs(trail)] == [min(8, depth + 1), min(9, depth + 1)]


def runs(trail: fl.Trail) -> list[list[int]]:
    """Return the numbers of each run."""
    return [[number for span in run.ranges for number in span] for run in trail.runs]


def test_a_further_jump_is_made_where_any_anchor_leads_on() -> None:
    """A walk of several jumps goes on over another anchor of a node where the first one leads nowhere new."""
    forest = fl.Forest()
    forest.plant("a", "Start.").root.anchor("one").then("End of a.")
    middle = forest.plant("b", "Middle.").root.anchor("one").then("On.")
    middle.anchor("one", "two").then("End of b.")
    forest.plant("c", "Goal.").root.anchor("two").then("End of c.")
    for seed in range(20):
        trails = bridges(forest, seed=seed, jumps=2, direction="down")
        begun = [trail for trail in trails if trail.trees[:2] == ("a", "b") and trail.runs[1].first == ("b", 0)]
        assert begun
        assert all(trail.trees == ("a", "b", "c") for trail in begun)
