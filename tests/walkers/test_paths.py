"""Paths: every way from a root to a leaf, once, in the order of trees and leaves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import OptionError, UnknownWalkError
from forestlib.registry import walkers

SHAPES = st.lists(st.lists(st.integers(0, 99), max_size=9), max_size=4)


def grown(shapes: list[list[int]]) -> fl.Forest:
    """Return a forest: node *i* + 1 of a tree hangs under node *k[i]* mod (*i* + 1)."""
    forest = fl.Forest("f")
    for number, shape in enumerate(shapes):
        nodes = [forest.plant(f"t{number}", "root").root]
        for place, above in enumerate(shape):
            nodes.append(nodes[above % len(nodes)].then(f"s{place}"))
    return forest


@settings(max_examples=100, deadline=None)
@given(SHAPES)
def test_every_leaf_has_its_path(shapes: list[list[int]]) -> None:
    """The trails are the paths of the trees, one a leaf, in the trees' and leaves' order, by number and iterated."""
    forest = grown(shapes)
    found = walkers["paths"].function(forest)
    wanted = [[(tree.name, node.number) for node in path] for tree in forest for path in tree.paths()]
    assert [list(trail.places()) for trail in found] == wanted
    assert [list(found[place].places()) for place in range(len(found))] == wanted
    assert [list(found[-1 - place].places()) for place in range(len(found))] == wanted[::-1]
    assert list(found[1:3]) == [found[place] for place in range(len(found))][1:3]
    assert all(trail.crossings == () for trail in found)


def test_a_number_beyond_the_paths_is_an_error() -> None:
    """Asking for a path that is not there is an `IndexError` that says how many there are."""
    with pytest.raises(UnknownWalkError, match="0 paths"):
        walkers["paths"].function(fl.Forest())[0]


def test_paths_take_no_options() -> None:
    """An option that does not exist is an error on the line that asks for it."""
    with pytest.raises(OptionError, match="before"):
        grown([[0]]).linearize("text", walkers={"paths": {"share": 1, "before": 3}})


@pytest.mark.parametrize("depth", [1, 1_000, 100_000])
def test_a_chain_is_one_path(depth: int) -> None:
    """A chain of any depth is one trail of one range."""
    forest = fl.Forest()
    forest.plant("t", "root").root.chain(map(str, range(depth)))
    (trail,) = walkers["paths"].function(forest)
    assert trail.runs[0].ranges == (range(depth + 1),)


@pytest.mark.parametrize("depth", [1, 1_000, 100_000])
def test_a_comb_is_walked_lazily(depth: int) -> None:
    """A comb (a leaf beside every step) gives any of its paths without making the others."""
    forest = fl.Forest()
    levels = [level for step in range(1, depth + 1) for level in (step, step)]
    forest.plant("t", "root").root.extend([f"s{place}" for place in range(2 * depth)], levels)
    found = walkers["paths"].function(forest)
    assert len(found) == depth + 1
    assert len(list(found[-1].places())) == depth + 1
    assert len(list(found[0].places())) == 2
