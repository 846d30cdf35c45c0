"""Questions: the way from a thought to another one, whole, in the direction that was asked for."""

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

SHAPES = shapes(4)


def questions(forest: fl.Forest, **options: Any) -> Sequence[fl.Trail]:
    """Return the questions of a forest."""
    found: Sequence[fl.Trail] = walkers["questions"].function(forest, **options)
    return found


def shown(forest: fl.Forest, trail: fl.Trail) -> list[list[fl.Node]]:
    """Return the nodes of each run."""
    return [[forest[run.tree][number] for span in run.ranges for number in span] for run in trail.runs]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"direction": "forth", "before": 1, "after": 1},
        {"direction": "link"},
        {"inside": True},
        {"inside": True, "direction": "forth", "before": 1, "after": 1},
    ],
)
def test_it_keeps_the_contract_of_walkers(options: dict[str, Any]) -> None:
    """Lazy, deterministic, and sound on small, deep, single-node, anchorless and empty forests."""
    check_walker("questions", **options)


@settings(max_examples=100, deadline=None)
@given(SHAPES, st.sampled_from(["back", "forth"]), st.integers(1, 3), st.integers(1, 3), st.integers(0, 5))
def test_the_answer_is_the_way_that_was_asked_for(shapes: Any, way: str, before: int, after: int, seed: int) -> None:
    """It leads step by step over one jump from the start to the goal, or back, within the bounds; start above jump."""
    forest = grown(shapes)
    found = questions(forest, direction=way, before=before, after=after, seed=seed)
    for trail in found:
        nodes = shown(forest, trail)
        if way == "back":
            nodes = [run[::-1] for run in nodes[::-1]]
        here, there = nodes
        assert trail.ask is not None
        assert trail.ask.start == (here[0].tree.name, here[0].number)
        assert trail.ask.goal == (there[-1].tree.name, there[-1].number)
        assert all(below.parent == above for above, below in itertools.pairwise(here))
        assert all(two.parent == one or one.parent == two for one, two in itertools.pairwise(there))
        assert len(here) <= before
        assert 2 <= len(there) <= after + 1
        assert trail.context == 0
        [crossing] = trail.crossings
        ends = {crossing.source, crossing.target}
        assert ends == {(here[-1].tree.name, here[-1].number), (there[0].tree.name, there[0].number)}


@settings(max_examples=100, deadline=None)
@given(SHAPES)
def test_back_and_forth_ask_the_same(shapes: Any) -> None:
    """A question answered from the goal back is the one answered forwards, turned round; each crossing has one."""
    forest = grown(shapes)
    back, forth = (questions(forest, direction=way, seed=3) for way in ("back", "forth"))
    for one, other in zip(back, forth, strict=True):
        assert list(one.places()) == list(other.places())[::-1]
    crossings = [trail.crossings[0] for trail in forth]
    assert len(set(crossings)) == len(crossings)
    bridges = walkers["bridges"].function(forest)
    assert sorted(map(repr, crossings)) == sorted(repr(trail.crossings[0]) for trail in bridges)
    assert sum(forth.skipped.values()) == sum(bridges.skipped.values())  # type: ignore[attr-defined]


@settings(max_examples=60, deadline=None)
@given(SHAPES)
def test_a_link_is_asked_once_for_each_two_trees_of_an_anchor(shapes: Any) -> None:
    """Both orders of every two trees that an anchor ties, and the crossing is counted though nothing of it is shown."""
    forest = grown(shapes)
    asked = [(trail.crossings[0].anchor, *trail.trees) for trail in questions(forest, direction="link")]
    tied = [
        (anchor.key, one.name, other.name)
        for anchor in map(forest.anchors.__getitem__, forest.anchors)
        for one, other in itertools.permutations(anchor.trees(), 2)
    ]
    assert sorted(asked) == sorted(tied)


@settings(max_examples=60, deadline=None)
@given(SHAPES, st.integers(1, 3), st.integers(1, 3))
def test_inside_a_tree_every_node_but_the_root_is_a_goal(shapes: Any, before: int, after: int) -> None:
    """The start stands above its goal, and the way is at most before + after nodes long."""
    forest = grown(shapes)
    found = questions(forest, inside=True, before=before, after=after)
    assert len(found) == sum(len(tree) - 1 for tree in forest)
    for trail in found:
        [nodes] = shown(forest, trail)
        assert 2 <= len(nodes) <= before + after
        assert all(one.parent == two for one, two in itertools.pairwise(nodes))
        assert trail.crossings == ()
    assert len({trail.ask.goal for trail in found if trail.ask}) == len(found)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"direction": "sideways"}, "'back', 'forth', 'link'"),
        ({"before": 0}, "'before'"),
        ({"after": True}, "'after'"),
        ({"jumps": 0}, "'jumps'"),
        ({"inside": "yes"}, "'inside'"),
        ({"inside": True, "direction": "link"}, "takes two trees"),
    ],
)
def test_options_are_checked_where_they_are_given(options: dict[str, Any], message: str) -> None:
    """A wrong option fails on its own line and says what would be right."""
    with pytest.raises(OptionError, match=message):
        questions(fl.Forest(), **options)


def test_an_anchor_of_ten_thousand_trees_is_counted_not_listed() -> None:
    """99,990,000 questions are counted and drawn from in little memory."""
    forest = fl.Forest()
    for number in range(10_000):
        forest.plant(f"t{number}", "root").root.anchor("q").then("s")
    forest.anchors  # noqa: B018
    tracemalloc.start()
    for way in ("back", "link"):
        found = questions(forest, direction=way)
        assert len(found) == 10_000 * 9_999
        assert len({found[place].crossings[0] for place in range(0, len(found), 1_000_003)}) == 100
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 50_000_000


@pytest.mark.parametrize("depth", [1, 1_000, 100_000])
def test_deep_trees_are_asked_about_within_the_bounds(depth: int) -> None:
    """A question about trees of any depth shows at most `before` + `after` + 1 nodes."""
    forest = fl.Forest()
    for name in ("a", "b"):
        forest.plant(name, "root").root.chain(f"s{step}" for step in range(depth)).anchor("the end")
    for trail in questions(forest):
        assert len(list(trail.places())) == min(8, depth + 1) + min(9, depth + 1)
    inside = questions(forest, inside=True)
    assert len(list(inside[depth - 1].places())) <= 16


def test_it_is_said_in_the_language_of_the_start() -> None:
    """The question quotes both thoughts and names both trees; the answer opens with the tree of the goal."""
    forest = fl.Forest()
    forest.plant("воля", "Воля есть.").root.anchor("q").then("Она свободна.")
    forest.plant("choice", "To choose.").root.anchor("q").then("To refuse.")
    [sample] = [one for one in forest.linearize("chat", walkers="questions") if "Как" in str(one)]
    asked, answered = (message["content"] for message in sample["messages"])
    assert asked == (
        "Как прийти от мысли «Воля есть» (воля) к мысли «To refuse» (choice)? Иди от цели назад, мысль за мыслью."
    )
    assert answered.splitlines()[:2] == ["choice", "To refuse."]
    assert answered.splitlines()[-2:] == ["[q]", "Воля есть. [q]"]


def test_inside_one_tree_it_is_named_once() -> None:
    """The question of a tree about itself names it once, before both thoughts."""
    forest = fl.Forest()
    forest.plant("воля", "Воля есть.").root.then("Она свободна.")
    inside = {"questions": {"share": 1, "inside": True, "direction": "forth"}}
    [sample] = forest.linearize("text", walkers=inside)
    assert sample["text"].splitlines() == [
        "«воля»: как прийти от мысли «Воля есть» к мысли «Она свободна»? Иди от начала к цели.",
        "воля",
        "Воля есть.",
        "Она свободна.",
    ]


def chained(trees: int) -> fl.Forest:
    """Return a forest of which each tree leads to the next one, and to no other."""
    forest = fl.Forest()
    for number in range(trees):
        node = forest.plant(f"t{number}", "root").root.anchor(f"q{number}").then("s")
        node.anchor(f"q{number + 1}").then("end")
    return forest


@pytest.mark.parametrize("way", ["back", "forth"])
def test_a_question_of_several_jumps_leads_over_further_trees(way: str) -> None:
    """With `jumps=3` the goal stands up to three trees away, and each jump is one of the route, in either direction."""
    found = questions(chained(6), direction=way, jumps=3)
    order = -1 if way == "back" else 1
    assert {trail.trees[::order] for trail in found} >= {("t0", "t1", "t2", "t3"), ("t2", "t3", "t4", "t5")}
    assert max(len(trail.crossings) for trail in found) == 3
    for trail in found:
        assert trail.ask is not None
        assert (trail.ask.start[0], trail.ask.goal[0]) == trail.trees[::order][:: len(trail.trees) - 1]
        for crossing in trail.crossings:
            tied = {int(crossing.source[0][1:]), int(crossing.target[0][1:])}
            assert max(tied) - min(tied) == 1
            assert crossing.anchor == f"q{max(tied)}"


@settings(max_examples=60, deadline=None)
@given(SHAPES, st.integers(2, 4))
def test_no_route_of_fewer_jumps_leads_to_the_goal(shapes: Any, jumps: int) -> None:
    """However many jumps an answer makes, the forest knows no shorter route between its trees."""
    forest = grown(shapes)
    found = questions(forest, jumps=jumps)
    assert len(found) == len(questions(forest))
    for trail in found:
        assert forest.route(trail.trees[0], trail.trees[-1]).hops == len(trail.crossings) <= jumps
