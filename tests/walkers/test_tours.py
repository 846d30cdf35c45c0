"""Tours: several jumps in one walk, no node twice, the nearer tree and the telling anchor more often."""

from __future__ import annotations

import itertools
import tracemalloc
from collections import Counter
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


def tours(forest: fl.Forest, **options: Any) -> Sequence[fl.Trail]:
    """Return the tours of a forest."""
    found: Sequence[fl.Trail] = walkers["tours"].function(forest, **options)
    return found


@pytest.mark.parametrize("options", [{}, {"again": True, "jumps": 9}, {"jumps": 1, "each": 1, "near": 1}])
def test_it_keeps_the_contract_of_walkers(options: dict[str, Any]) -> None:
    """Lazy, deterministic, and sound on small, deep, single-node, anchorless and empty forests."""
    check_walker("tours", **options)


@settings(max_examples=150, deadline=None)
@given(SHAPES, st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.booleans(), st.integers(0, 3))
def test_every_tour_is_sound(shapes: Any, jumps: int, before: int, after: int, again: bool, seed: int) -> None:
    """Steps go to a child or the parent, jumps over an anchor to another tree; nothing is shown twice; bounds hold."""
    forest = grown(shapes)
    for trail in tours(forest, jumps=jumps, before=before, after=after, again=again, seed=seed):
        places = list(trail.places())
        assert len(set(places)) == len(places)
        assert 2 <= len(trail.runs) <= jumps + 1
        assert again or len(set(trail.trees)) == len(trail.trees)
        assert all(one != other for one, other in itertools.pairwise(trail.trees))
        assert trail.context == sum(map(len, trail.runs[0].ranges)) <= before
        for run in trail.runs:
            nodes = [forest[run.tree][number] for span in run.ranges for number in span]
            assert all(two.parent == one or one.parent == two for one, two in itertools.pairwise(nodes))
            assert run is trail.runs[0] or 2 <= len(nodes) <= after + 1
        for crossing in trail.crossings:
            for tree, number in (crossing.source, crossing.target):
                assert crossing.anchor in {phrase.casefold() for phrase in forest[tree][number].anchors}


@settings(max_examples=100, deadline=None)
@given(SHAPES, st.integers(1, 4))
def test_the_number_of_tours_is_stated(shapes: Any, each: int) -> None:
    """From each anchored node as many as there are first jumps that go on, at most `each`, all different."""
    forest = grown(shapes)
    found = tours(forest, each=each)
    first = Counter(trail.crossings[0].source for trail in found)
    leading = Counter(trail.crossings[0].source for trail in walkers["bridges"].function(forest))
    assert first == {source: min(each, count) for source, count in leading.items()}
    assert len({trail.crossings[0] for trail in found}) == len(found)
    anchored = sum(bool(node.anchors) for tree in forest for node in tree)
    assert sum(found.skipped.values()) == anchored - len(leading)  # type: ignore[attr-defined]


def crossroads() -> fl.Forest:
    """Return a tree from which one anchor of many trees and one of two lead away, to near trees and far ones."""
    forest = fl.Forest()
    forest.plant("start", "root", {"causality": 1}).root.anchor("common", "rare").then("step")
    for number in range(9):
        axes = {"causality": 1} if number == 0 else {"paradox": 1}
        forest.plant(f"t{number}", "root", axes).root.anchor("common").then("step")
    forest.plant("far", "root", {"paradox": 1}).root.anchor("rare").then("step")
    return forest


def firsts(near: float) -> Counter[str]:
    """Return where the first tour from the start goes to, over 300 seeds."""
    forest = crossroads()
    found = (tours(forest, each=1, jumps=1, near=near, seed=seed) for seed in range(300))
    return Counter(trail.trees[1] for trails in found for trail in trails if trail.trees[0] == "start")


def test_a_nearer_tree_is_gone_to_more_often() -> None:
    """With `near=1` a tree of the same axis outweighs eight of another one and a telling anchor."""
    counts = firsts(near=1)
    assert counts["t0"] > 3 * max(count for tree, count in counts.items() if tree not in ("t0", "far"))
    assert counts["t0"] > 100


def test_an_anchor_that_tells_more_is_jumped_over_more_often() -> None:
    """With `near=0` an anchor of two trees is taken more often than one of ten, though that leads to nine."""
    counts = firsts(near=0)
    assert counts["far"] > 225


def test_nothing_is_impossible() -> None:
    """With both in balance every tree is reached by some tour."""
    assert len(firsts(near=0.5)) == 10


@pytest.mark.parametrize(
    "options",
    [{"jumps": 0}, {"before": 0}, {"after": 1.5}, {"each": None}, {"near": 1.1}, {"near": "1"}, {"again": 1}],
)
def test_options_are_checked_where_they_are_given(options: dict[str, Any]) -> None:
    """A wrong option fails on its own line, by name."""
    with pytest.raises(OptionError, match=next(iter(options))):
        tours(fl.Forest(), **options)


def test_an_anchor_of_ten_thousand_trees_is_toured_in_little_memory() -> None:
    """40,000 tours are counted, and any of them is drawn without listing the jumps of the others."""
    forest = fl.Forest()
    for number in range(10_000):
        forest.plant(f"t{number}", "root").root.anchor("q").then("s")
    forest.anchors  # noqa: B018
    tracemalloc.start()
    found = tours(forest)
    drawn = {found[place].trees for place in range(0, len(found), 400)}
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(found), len(drawn)) == (40_000, 100)
    assert most < 50_000_000


@pytest.mark.parametrize("depth", [1, 1_000, 100_000])
def test_deep_trees_are_toured_near_their_anchors(depth: int) -> None:
    """A tour shows at most `before` nodes and `after` + 1 a jump, at any depth."""
    forest = fl.Forest()
    for name in ("a", "b", "c"):
        forest.plant(name, "root").root.anchor("beginning").chain(f"s{step}" for step in range(depth)).anchor("end")
    for trail in tours(forest):
        assert all(sum(map(len, run.ranges)) <= 9 for run in trail.runs)
