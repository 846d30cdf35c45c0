"""Walks: trails of nodes by tree and number, the jumps between them, and the steps that they become."""

from __future__ import annotations

import pickle
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import OptionError
from forestlib.model.walk import KINDS, Crossing, Run, ranges_of


@given(numbers=st.lists(st.integers(0, 50), max_size=40))
def test_ranges_say_the_numbers(numbers: list[int]) -> None:
    """Ranges give back the numbers in their order, each as long as its neighbours ascend one by one."""
    found = list(ranges_of(numbers))
    assert [number for one in found for number in one] == numbers
    assert all(one.step == 1 and len(one) > 0 for one in found)
    assert all(one.stop != other.start for one, other in pairwise(found))


def test_a_trail_is_its_nodes(forest: fl.Forest) -> None:
    """A trail over nodes is a run of their tree by preorder number, without a jump."""
    trail = fl.Trail.of(forest["justice"][2].path())
    assert trail.runs == (Run("justice", (range(3),)),)
    assert (trail.trees, trail.crossings) == (("justice",), ())
    assert list(trail.places()) == [("justice", 0), ("justice", 1), ("justice", 2)]


def test_a_jump_is_a_crossing(forest: fl.Forest) -> None:
    """A jump adds a run in another tree: its crossing leads from the last node shown to the first one reached."""
    justice, choice = forest["justice"], forest["choice"]
    trail = fl.Trail.of(justice.root.path()).jump("norm", [choice[1], choice[2]])
    assert trail.trees == ("justice", "choice")
    assert trail.crossings == (Crossing("norm", ("justice", 0), ("choice", 1)),)
    assert list(trail.places()) == [("justice", 0), ("choice", 1), ("choice", 2)]
    assert (trail.runs[1].first, trail.runs[1].last, trail.runs[1].via) == (("choice", 1), ("choice", 2), "norm")


def test_a_jump_leaves_the_trail_as_it_was(forest: fl.Forest) -> None:
    """Trails are values: `jump` returns another one, and equal trails are equal and hash alike."""
    trail, same = (fl.Trail.of(forest["justice"].root.path()) for _ in range(2))
    longer = trail.jump("norm", [forest["choice"][1]])
    assert trail == same != longer
    assert hash(trail) == hash(same)


def test_a_run_may_go_towards_the_root(forest: fl.Forest) -> None:
    """Nodes stand in the order in which they are given, also upwards and over again."""
    nodes = forest["justice"]
    trail = fl.Trail.of([nodes[3], nodes[2], nodes[1], nodes[3]])
    assert [number for _, number in trail.places()] == [3, 2, 1, 3]


@pytest.mark.parametrize(
    "nodes",
    [
        pytest.param(lambda forest: [], id="no node"),
        pytest.param(lambda forest: [forest["justice"].root, forest["choice"].root], id="two trees"),
        pytest.param(lambda forest: ["a text"], id="a text"),
        pytest.param(lambda forest: [forest["justice"].root, 1], id="a number among nodes"),
        pytest.param(lambda forest: [forest["justice"]], id="a tree"),
    ],
)
def test_a_run_is_nodes_of_one_tree(forest: fl.Forest, nodes: object) -> None:
    """What is not one or more nodes of one tree makes no run, at the start or after a jump."""
    trail = fl.Trail.of([forest["justice"].root])
    for verb in (fl.Trail.of, lambda given: trail.jump("norm", given)):
        with pytest.raises(OptionError, match="one or more nodes of one tree"):
            verb(nodes(forest))  # type: ignore[operator]


def test_a_trail_stays_small(chain: fl.Tree, depth: int) -> None:
    """A trail down a straight tree of any depth is one range: its pickle carries no tree and no texts."""
    trail = fl.Trail.of(chain[depth].path())
    data = pickle.dumps(trail)
    assert len(data) < 500
    assert pickle.loads(data) == trail  # noqa: S301 — our own bytes


def test_a_trail_of_many_turns_at_depth(comb: fl.Tree, depth: int) -> None:
    """A trail with a turn at every level works at any depth: nothing about it recurses."""
    nodes = [node for node in comb if node.level > 1 or node.number in (0, 1)]
    trail = fl.Trail.of(reversed(nodes))
    assert trail.runs[0].first == ("comb", nodes[-1].number)
    assert sum(1 for _ in trail.places()) == len(nodes)
    assert pickle.loads(pickle.dumps(trail)) == trail  # noqa: S301 — our own bytes
    assert hash(trail) == hash(fl.Trail(trail.runs))


def test_a_worded_walk_says_what_it_shows(forest: fl.Forest) -> None:
    """Every step of a walk has a known kind; node steps say their place and level, the words between them none."""
    for walk in forest.linearize("text").walks():
        assert walk.steps[0].kind == ("head" if walk.ask is None else "question")
        for step in walk.steps:
            assert step.kind in KINDS
            assert (step.at is not None) == (step.kind == "node")
            if step.at is not None:
                name, number = step.at
                assert step.level == forest[name][number].level
                assert step.text.startswith(forest[name][number].text)


def test_a_step_is_shared_by_all_walks_that_show_it(forest: fl.Forest) -> None:
    """Steps are made once a node: two walks over one node hold the very same step."""
    seen: dict[tuple[str, int], fl.Step] = {}
    for walk in forest.linearize("text", walkers="paths").walks():
        for step in walk.steps:
            if step.at is not None:
                assert seen.setdefault(step.at, step) is step
    assert len(seen) == sum(map(len, forest))


def test_a_skip_says_why() -> None:
    """A skip is a value with a reason, to be counted by it."""
    assert fl.Skip("too long") == fl.Skip("too long") != fl.Skip("too short")
