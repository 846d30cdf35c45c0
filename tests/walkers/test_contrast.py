"""Contrast: every crossing with a node that shares no anchor, graded by how alike the trees' axes are."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import OptionError
from forestlib.model.lazy import LazyTrails
from forestlib.registry import walkers
from forestlib.testing import check_walker
from forestlib.wording.wording import Wording

NODE = st.tuples(st.integers(0, 99), st.sets(st.sampled_from(["x", "y", "Z", "z"]), max_size=3))
SHAPES = st.lists(st.lists(NODE, min_size=1, max_size=5), max_size=4)
HARD = ["no", "axes", "tree"]
AXES = (["causality"], {"causality": 0.8, "empathy": 0.2}, None, ["paradox"])


def contrast(forest: fl.Forest, **options: Any) -> LazyTrails:
    """Return the contrasts of a forest."""
    found = walkers["contrast"].function(forest, **options)
    assert isinstance(found, LazyTrails)
    return found


def grown(shapes: list[list[tuple[int, set[str]]]]) -> fl.Forest:
    """Return a forest whose nodes are (which node above, anchors), appended in any order."""
    forest = fl.Forest()
    for number, shape in enumerate(shapes):
        nodes: list[fl.Node] = []
        for above, anchors in shape:
            root = forest.plant(f"t{number}", "root", AXES[number]).root if not nodes else None
            node = root or nodes[above % len(nodes)].then("s")
            nodes.append(node.anchor(*sorted(anchors)))
    return forest


def keys(node: fl.Node) -> set[str]:
    """Return the keys of a node's anchors."""
    return {phrase.casefold() for phrase in node.anchors}


def opposed(forest: fl.Forest, node: fl.Node, hard: str) -> list[fl.Node]:
    """Return the nodes that may stand against one, by looking at all of them."""
    others = (other for tree in forest for other in tree if (tree is node.tree) == (hard == "tree"))
    return [other for other in others if not keys(other) & keys(node)]


@given(SHAPES, st.sampled_from(HARD), st.integers(0, 3))
def test_every_crossing_that_has_a_negative_is_there_once(shapes: Any, hard: str, seed: int) -> None:
    """Prompt and positive are the crossings, each once; the negative shares no anchor; the rest is counted."""
    forest, wanted, left_out = grown(shapes), [], 0
    nodes = [node for tree in forest for node in tree]
    for one in nodes:
        for other in (other for other in nodes if other.tree is not one.tree):
            for key in keys(one) & keys(other):
                if opposed(forest, one, hard):
                    wanted.append((key, (one.tree.name, one.number), (other.tree.name, other.number)))
                else:
                    left_out += 1
    found = contrast(forest, hard=hard, seed=seed)
    first = [trail.crossings for trail in found]
    assert all(len(crossings) == 1 and not crossings[0].jump for crossings in first)
    assert sorted((one.anchor, one.source, one.target) for (one,) in first) == sorted(wanted)
    assert sum(found.skipped.values()) == left_out
    for trail in found:
        prompt, positive, negative = (forest[run.tree][run.first[1]] for run in trail.runs)
        possible = opposed(forest, prompt, hard)
        better = [node for node in possible if not keys(node) & keys(positive)]
        assert negative in (better or possible)


@given(SHAPES, st.sampled_from(HARD))
def test_values_are_half_the_anchor_and_half_the_axes(shapes: Any, hard: str) -> None:
    """A positive is worth ½ + ½·alike, a negative ½·alike, where trees are alike as 1 - ½ Σ|a - b|."""
    forest = grown(shapes)
    for trail in contrast(forest, hard=hard):
        prompt = forest[trail.runs[0].tree]
        for run, shares in ((trail.runs[1], 1), (trail.runs[2], 0)):
            one, other = forest.shares_of(prompt), forest.shares_of(forest[run.tree])
            distance = sum(abs(one.get(axis, 0) - other.get(axis, 0)) for axis in one | other) / 2
            near = 1 if run.tree == prompt.name else 1 - distance if one and other else 0.5
            assert run.note.value == pytest.approx((shares + near) / 2)


def near_and_far() -> fl.Forest:
    """Two trees tied by an anchor, one more of the same axes, and many of others."""
    forest = fl.Forest()
    for name in ("a", "b"):
        forest.plant(name, "A thought.", ["causality"]).root.anchor("x").then("Another one.")
    for number in range(20):
        forest.plant(f"far {number}", "Far away.", ["paradox"])
    return forest


def test_hard_negatives_are_near() -> None:
    """`hard` "tree" takes the prompt's own tree; "axes" a nearer tree than chance does."""
    forest = near_and_far()
    for trail in contrast(forest, hard="tree"):
        assert trail.runs[2].tree == trail.runs[0].tree
    easy, hard = (
        [trail.runs[2].note.value or 0 for seed in range(40) for trail in contrast(forest, hard=kind, seed=seed)]
        for kind in ("no", "axes")
    )
    assert sum(hard) > sum(easy)


def test_the_walk_has_three_parts_of_one_node_each() -> None:
    """Prompt, positive and negative are one node, with the name of its tree where that is another one's."""
    forest = near_and_far()
    walk = Wording(forest, fl.Style()).walk(contrast(forest)[0], "contrast")
    assert [name for name, _, _ in walk.parts] == ["prompt", "positive", "negative"]
    for name in ("prompt", "positive", "negative"):
        assert [step.kind for step in walk.part(name)] == ["head", "node"]
    assert [value for _, value in walk.values] == [1.0, walk.values[1][1]]
    assert [crossing.jump for crossing in walk.crossings] == [False]


def test_the_seed_draws_the_negatives() -> None:
    """Another seed draws other negatives, the same one the same."""
    forest = near_and_far()
    one, same, other = (list(contrast(forest, seed=seed)) for seed in (1, 1, 2))
    assert one == same != other


@pytest.mark.parametrize("value", ["yes", None, ["axes"], True])
def test_hard_is_checked_where_it_is_given(value: object) -> None:
    """`hard` is one of three words."""
    with pytest.raises(OptionError, match="'no', 'axes', 'tree'"):
        contrast(fl.Forest(), hard=value)


def test_it_keeps_the_contract_of_walkers() -> None:
    """It passes the checks however hard the negatives are; where all share an anchor, all is counted."""
    for hard in HARD:
        check_walker("contrast", hard=hard)
    forest = fl.Forest()
    for name in ("a", "b", "c"):
        forest.plant(name, "A thought.").root.anchor("x")
    assert (len(contrast(forest)), contrast(forest).skipped) == (0, {"no node that shares no anchor": 6})


@pytest.mark.parametrize("hard", HARD)
def test_an_anchor_of_ten_thousand_trees_is_counted_not_listed(hard: str) -> None:
    """99,990,000 crossings are counted and drawn from in little memory."""
    forest = fl.Forest()
    for number in range(10_000):
        forest.plant(f"t{number}", "root").root.anchor("q").then("s")
    forest.anchors  # noqa: B018
    tracemalloc.start()
    found = contrast(forest, hard=hard)
    drawn = {found[place].crossings[0] for place in range(0, len(found), 1_000_003)}
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == 10_000 * 9_999
    assert len(drawn) == 100
    assert most < 50_000_000


@pytest.mark.parametrize("depth", [1, 1_000, 100_000])
def test_a_deep_tree_gives_single_nodes(depth: int) -> None:
    """Trails show three nodes, at any depth."""
    forest = fl.Forest()
    for name in ("a", "b"):
        forest.plant(name, "root").root.chain(map(str, range(depth))).anchor("the end")
    assert [len(list(trail.places())) for trail in contrast(forest)] == [3, 3]
