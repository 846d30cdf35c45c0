"""Crops: one random stretch to every node, half of them from mid-tree, some back to where they stand."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import OptionError
from forestlib.registry import walkers
from forestlib.testing import check_walker
from forestlib.wording.style import ENGLISH

NODE = st.tuples(st.integers(0, 99), st.booleans())
SHAPES = st.lists(st.lists(NODE, max_size=20), max_size=3)


def grown(shapes: list[list[tuple[int, bool]]]) -> fl.Forest:
    """Return a forest whose nodes are (which node above, whether it is anchored)."""
    forest = fl.Forest("f")
    for number, shape in enumerate(shapes):
        nodes = [forest.plant(f"t{number}", "root").root]
        for place, (above, is_anchored) in enumerate(shape):
            nodes.append(nodes[above % len(nodes)].then(f"s{place}"))
            if is_anchored:
                nodes[-1].anchor(f"q{place % 3}", "r")
    return forest


def chain(levels: int, *anchored: int) -> fl.Forest:
    """Return a forest of one path."""
    forest = fl.Forest()
    forest.plant("t", "Step 0.").root.chain(f"Step {level}." for level in range(1, levels))
    for level in anchored:
        forest["t"][level].anchor("q")
    return forest


def crops(forest: fl.Forest, **options: Any) -> Any:
    """Return the crops of a forest."""
    return walkers["crops"].function(forest, **options)


def numbers(trail: fl.Trail) -> list[int]:
    """Return the nodes of a trail."""
    return [number for _, number in trail.places()]


@settings(max_examples=200, deadline=None)
@given(SHAPES, st.integers(2, 6), st.integers(0, 9), st.sampled_from([0, 0.15, 1]), st.sampled_from([0, 0.5, 1]))
def test_each_node_below_a_root_ends_one_stretch(
    shapes: Any, size: int, seed: int, self_jumps: float, mid_tree: float
) -> None:
    """A stretch goes down step by step, has two to `size` steps, and repeats one only where it jumps to it."""
    forest = grown(shapes)
    found = crops(forest, size=size, seed=seed, self_jumps=self_jumps, mid_tree=mid_tree)
    ends = [(trail.runs[-1].last) for trail in found]
    assert ends == [(tree.name, node.number) for tree in forest for node in tree if node.parent]
    assert len(set(found)) == len(found)
    assert sum(found.skipped.values()) == sum(len(tree) == 1 for tree in forest)
    for trail in found:
        tree, way = forest[trail.runs[0].tree], numbers(trail)
        assert 2 <= len(way) <= size
        turns = [here for here, there in pairwise(way) if here == there]
        assert all(tree[there].parent == tree[here] for here, there in pairwise(way) if here != there)
        assert turns == [crossing.source[1] for crossing in trail.crossings]
        for crossing in trail.crossings:
            assert crossing.source == crossing.target != (tree.name, way[0])
            assert crossing.anchor in tree[crossing.source[1]].anchors


def test_half_of_the_walks_start_mid_tree() -> None:
    """Where a stretch could start at the root, half of them do; `mid_tree` says how many do not."""
    forest = fl.Forest()
    for number in range(500):
        forest.plant(f"t{number}", "root").root.chain(["a", "b", "c"])
    for asked, least, most in ((0.5, 450, 550), (0, 0, 0), (1, 1000, 1000)):
        inside = [trail for trail in crops(forest, mid_tree=asked) if numbers(trail)[-1] > 1]
        assert least <= sum(numbers(trail)[0] > 0 for trail in inside) <= most


def test_the_share_of_self_jumps_is_kept() -> None:
    """Of all walks 15 % jump to their own tree as long as anchors allow it; 0 means none, 1 all that can."""
    forest = chain(4_000, *range(1, 4_000, 7))
    for asked, least, most in ((0.15, 520, 680), (0, 0, 0)):
        assert least <= sum(bool(trail.crossings) for trail in crops(forest, self_jumps=asked)) <= most
    jumping = [len(trail.crossings) for trail in crops(chain(50, 3), self_jumps=1, size=10)]
    assert jumping == [0] * 3 + [1] * 7 + [0] * 39


def test_a_self_jump_says_that_it_comes_back() -> None:
    """At the anchored step the walk says that it returns to the anchor, names the tree, and goes on from it."""
    corpus = chain(3, 1).linearize(
        "text", walkers={"crops": {"share": 1, "self_jumps": 1, "mid_tree": 0}}, order="forest"
    )
    assert corpus[1]["text"].split("\n") == [
        "t", "Step 0.", "Step 1. [q]", ENGLISH.again, "t", "[q]", "Step 1. [q]", "Step 2.",
    ]  # fmt: skip


def test_a_walk_follows_from_its_number_and_the_seed() -> None:
    """Walk *i* is the same whoever asks for it and when, and another seed draws others."""
    forest = chain(300, 10, 100)
    one, same, other = crops(forest, seed=1), crops(forest, seed=1), crops(forest, seed=2)
    assert [same[place] for place in range(len(same) - 1, -1, -1)] == list(one)[::-1]
    assert list(one) != list(other)


def test_a_stretch_from_mid_tree_is_asked_for_from_its_first_step() -> None:
    """In a chat the first step of a stretch that starts mid-tree stands in the question."""
    corpus = chain(3).linearize("chat", walkers={"crops": {"share": 1, "mid_tree": 1}}, order="forest")
    assert [turn["content"] for turn in corpus[1]["messages"]] == [f"t\nStep 1.\n{ENGLISH.onward}", "Step 2."]


@pytest.mark.parametrize("options", [{"size": 1}, {"size": None}, {"mid_tree": 2}, {"self_jumps": -1}])
def test_options_are_checked_where_they_are_given(options: dict[str, Any]) -> None:
    """A stretch has two steps or more, and a share is a number from 0 to 1."""
    with pytest.raises(OptionError, match=next(iter(options))):
        fl.Forest().linearize("text", walkers={"crops": {"share": 1, **options}})


@pytest.mark.parametrize("options", [{}, {"size": 4, "self_jumps": 1}])
def test_it_keeps_the_promises_of_a_walker(options: dict[str, Any]) -> None:
    """The checks for authors of plug-ins pass."""
    check_walker("crops", **options)


@pytest.mark.parametrize("depth", [2, 1_000, 100_000])
def test_a_deep_chain_is_cropped_near_each_end(depth: int) -> None:
    """A stretch at any depth takes no more than its size."""
    found = crops(chain(depth, 1, depth // 2))
    assert len(found) == depth - 1
    assert 2 <= len(numbers(found[-1])) <= 32
