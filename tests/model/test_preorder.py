"""Preorder: the numbers by which the public knows a tree's nodes, against a plain reference that keeps a stack."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.model.preorder import Preorder, parents_of

shapes = st.lists(st.integers(0, 1 << 16), max_size=30).map(
    lambda keys: [-1, *(key % place for place, key in enumerate(keys, 1))]
)


def levels_of(parents: list[int]) -> list[int]:
    """Return the level of each node."""
    levels = [0]
    for parent in parents[1:]:
        levels.append(levels[parent] + 1)
    return levels


def preorder_of(parents: list[int]) -> Preorder:
    """Return the preorder of a tree that was appended in the order of `parents`."""
    texts = [f"text {index}" for index in range(len(parents))]
    return Preorder(array("i", parents), array("i", levels_of(parents)), texts, False)


def in_preorder(parents: list[int]) -> list[int]:
    """Return the indexes of a tree's nodes in preorder."""
    children: list[list[int]] = [[] for _ in parents]
    for index, parent in enumerate(parents[1:], 1):
        children[parent].append(index)
    found, waiting = [], [0]
    while waiting:
        found.append(waiting.pop())
        waiting.extend(reversed(children[found[-1]]))
    return found


def ways(parents: list[int], index: int) -> list[int]:
    """Return the indexes from a node up to the root, both included."""
    found = [index]
    while found[-1]:
        found.append(parents[found[-1]])
    return found


@given(parents=shapes)
def test_numbers_are_those_of_a_walk_with_a_stack(parents: list[int]) -> None:
    """A number is a place in preorder, children in the order of appending; `number` and `index` are inverse."""
    order, expected = preorder_of(parents), in_preorder(parents)
    assert list(order.index) == expected
    assert [order.number[index] for index in expected] == list(range(len(parents)))


@given(parents=shapes)
def test_columns_stand_in_preorder(parents: list[int]) -> None:
    """`text`, `level` and `parent` are the columns of the tree, by number instead of by index."""
    order, expected = preorder_of(parents), in_preorder(parents)
    assert order.text == [f"text {index}" for index in expected]
    assert list(order.level) == [levels_of(parents)[index] for index in expected]
    assert list(order.parent) == [-1, *(expected.index(parents[index]) for index in expected[1:])]


@given(parents=shapes)
def test_the_shape_is_that_of_the_parents(parents: list[int]) -> None:
    """`end`, `leaves`, `is_leaf`, `children` and `path` say what following the parents says."""
    order, expected = preorder_of(parents), in_preorder(parents)
    above = [{expected.index(index) for index in ways(parents, index)} for index in expected]
    for number, index in enumerate(expected):
        children = [expected.index(child) for child, parent in enumerate(parents) if parent == index and child]
        assert order.children(number) == children
        assert order.is_leaf(number) == (not children) == (number in order.leaves)
        assert order.end[number] - number == sum(number in line for line in above)
        assert [one for run in order.path(number) for one in run] == sorted(above[number])


@given(tree=st.from_type(fl.Tree), random=st.randoms(use_true_random=False))
def test_the_order_of_appending_does_not_matter(
    tree: fl.Tree, random: Random, regrown: Callable[[fl.Tree, Random], fl.Tree]
) -> None:
    """The same tree appended in another order, parents before children, has the same nodes at the same numbers."""
    twin = regrown(tree, random)
    assert [node.text for node in twin] == [node.text for node in tree]
    assert [node.level for node in twin] == [node.level for node in tree]
    assert [node.parent and node.parent.number for node in twin] == [
        node.parent and node.parent.number for node in tree
    ]


def listed(found: array[int] | int) -> list[int]:
    """Return parents as a list."""
    assert isinstance(found, array)
    return found.tolist()


@given(parents=shapes, root=st.integers(0, 5), first=st.integers(6, 9))
def test_levels_alone_give_the_parents(parents: list[int], root: int, first: int) -> None:
    """In preorder the levels alone say the shape: of a whole tree, and of nodes that join one below a node of it."""
    order = preorder_of(parents)
    assert listed(parents_of(list(order.level))) == list(order.parent)
    below = [level + root for level in order.level][1:]
    assert listed(parents_of(below, root, 5, first)) == [
        parent + first - 1 if parent else 5 for parent in order.parent[1:]
    ]


@given(levels=st.lists(st.integers(-2, 4), max_size=10), root=st.integers(-1, 2))
def test_the_first_impossible_level_is_named(levels: list[int], root: int) -> None:
    """Levels that cannot stand below a root give a place where one cannot be: all before it could; others parents."""
    sound = [root < level <= before + 1 for level, before in zip(levels, [root, *levels], strict=False)]
    found = parents_of(levels, root, root, 0)
    if all(sound):
        assert isinstance(found, array)
    else:
        assert isinstance(found, int)
        assert not sound[found]


@given(random=st.randoms(use_true_random=False), root=st.integers(-1, 3), bushy=st.integers(1, 9))
def test_long_listings_give_what_short_ones_give(random: Random, root: int, bushy: int) -> None:
    """Parents of a long listing, found all at once, are those that one look at each level gives, or its first fault."""
    levels, latest, parents = [root + 1], {root: 7, root + 1: 50}, [7]
    for place in range(1, 400):
        levels.append(random.randint(max(root + 1, levels[-1] - bushy), levels[-1] + 1))
        parents.append(latest[levels[-1] - 1])
        latest[levels[-1]] = 50 + place
    assert listed(parents_of(levels, root, 7, 50)) == parents
    place = random.randrange(400)
    levels[place] = random.choice([root, (levels[place - 1] if place else root) + 2])
    assert parents_of(levels, root, 7, 50) == place


def test_nodes_appended_in_preorder_cost_no_columns_of_their_own() -> None:
    """Where the nodes stand in preorder already, index and number are ranges and the columns are the tree's own."""
    parents, texts = array("i", [-1, 0, 1, 0]), ["a", "b", "c", "d"]
    order = Preorder(parents, array("i", [0, 1, 2, 1]), texts, False)
    assert order.in_order
    assert order.parent is parents
    assert order.text is texts
    assert not preorder_of([-1, 0, 0, 1]).in_order


def test_a_deep_tree_in_any_order(comb: fl.Tree, depth: int) -> None:
    """At any depth the numbers are right and paths are few runs, also where the nodes were appended out of preorder."""
    order = comb.preorder()
    assert order.in_order == (depth == 1)
    assert order.level[order.size - 1] == 1
    assert order.text[order.size - 1] == "Aside of 0."
    assert order.path(depth) == [range(depth + 1)]
    assert len(order.leaves) == depth + 1
    assert order.children(0) == [1, 2 * depth]


def test_the_work_grows_with_the_nodes(ratio: Callable[..., float]) -> None:
    """Numbering twice the nodes takes at most three times the time."""

    def numbering(nodes: int) -> Callable[[], object]:
        random = Random(7)  # noqa: S311 — a fixed one is wanted
        parents = [-1, *(random.randrange(place) for place in range(1, nodes))]
        columns = array("i", parents), array("i", levels_of(parents)), ["text"] * nodes
        return lambda: Preorder(*columns, False).end

    assert ratio(numbering(80_000), numbering(40_000)) < 3


@pytest.mark.parametrize("question", ["leaves", "end", "run"])
def test_depth_costs_no_more_than_width(question: str, ratio: Callable[..., float]) -> None:
    """100,000 levels are no slower to ask about than 100,000 children, by more than three times."""
    nodes = 100_000
    deep = array("i", range(-1, nodes)), array("i", range(nodes + 1)), ["text"] * (nodes + 1)
    wide = array("i", [-1] + [0] * nodes), array("i", [0] + [1] * nodes), ["text"] * (nodes + 1)
    calls = [lambda columns=columns: getattr(Preorder(*columns, False), question) for columns in (deep, wide)]
    assert ratio(*calls) < 3
