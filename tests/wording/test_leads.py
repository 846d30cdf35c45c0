"""Leads: going from leaf to leaf gives what each path gives alone, as bytes and as steps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.wording import leads
from forestlib.wording.leads import Budget, Leads

SHAPES = st.lists(st.integers(0, 99), max_size=25)


def grown(shape: list[int]) -> fl.Tree:
    """Return a tree: node *i* + 1 hangs under node *k[i]* mod (*i* + 1)."""
    tree = fl.Tree("t", "r")
    nodes = [tree.root]
    for place, above in enumerate(shape):
        nodes.append(nodes[above % len(nodes)].then("s" * (1 + place % 3)))
    return tree


def of_bytes(tree: fl.Tree, budget: int = 10**6) -> Leads[bytes]:
    """Return the leads of a tree's texts, each with a full stop after it, after the head ``h:``."""
    texts = [f"{node.text}{node.number}.".encode() for node in tree]
    starts = list(accumulate(map(len, texts), initial=0))
    return Leads(b"h:", b"".join(texts), starts, tree.preorder(), b"".join, Budget(budget), 1)


def of_steps(tree: fl.Tree) -> Leads[tuple[int, ...]]:
    """Return the leads of a tree's node numbers, after the head -1."""
    numbers = tuple(range(len(tree)))
    starts = range(len(tree) + 1)
    return Leads((-1,), numbers, starts, tree.preorder(), lambda parts: tuple(chain.from_iterable(parts)), Budget(9))


def wanted(tree: fl.Tree) -> list[list[int]]:
    """Return the node numbers of each path."""
    return [[node.number for node in path] for path in tree.paths()]


@given(shape=SHAPES, begin=st.integers(0, 9), size=st.integers(1, 30))
def test_neighbours_are_what_each_path_is(shape: list[int], begin: int, size: int) -> None:
    """Any stretch of leaves, walked through, gives the leads and ends that each of its leaves gives alone."""
    tree = grown(shape)
    paths = wanted(tree)
    first = begin % len(paths)
    stop = min(first + size, len(paths))
    found = [(*lead, *last) for pairs in of_steps(tree).batches(first, stop) for lead, last in zip(*pairs, strict=True)]
    assert found == [(-1, *path) for path in paths[first:stop]]
    lines = [lead + last for pairs in of_bytes(tree).batches(first, stop) for lead, last in zip(*pairs, strict=True)]
    texts = [f"{node.text}{node.number}" for node in tree]
    assert lines == [f"h:{'.'.join(texts[number] for number in path)}".encode() for path in paths[first:stop]]


@pytest.mark.parametrize("few", [1, 3, 99])
@given(shape=SHAPES, budget=st.sampled_from([0, 10, 10**6]))
def test_a_leaf_alone_needs_no_other(few: int, shape: list[int], budget: int) -> None:
    """Leaves asked for in any order give their paths, with room to keep leads or without, alone or all at once."""
    tree = grown(shape)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leads, "FEW", few)
        check_alone(tree, budget)


def check_alone(tree: fl.Tree, budget: int) -> None:
    """Check the path of each leaf, from the last to the first."""
    found = of_bytes(tree, budget)
    texts = [f"{node.text}{node.number}" for node in tree]
    for nth, path in reversed(list(enumerate(wanted(tree)))):
        assert b"".join(found.at(nth)) == f"h:{'.'.join(texts[number] for number in path)}".encode()


@given(shape=SHAPES)
def test_a_node_in_the_middle_has_its_path_too(shape: list[int]) -> None:
    """The path to any node is a lead and a slice."""
    tree = grown(shape)
    found = of_steps(tree)
    for node in tree:
        assert sum(found.path(node.number), ()) == (-1, *(above.number for above in node.path()))


def test_batches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch ends where it holds enough, so that no tree's paths stand in memory together."""
    monkeypatch.setattr(leads, "BATCH", 50)
    tree = grown([0, 1, 1, 1, 0, 5, 5, 5] * 3)
    sizes = [sum(map(length, zip(*pairs, strict=True))) for pairs in of_bytes(tree).batches(0, len(wanted(tree)))]
    assert len(sizes) > 3
    assert max(sizes) < 50 + max(sum(3 + 2 for _ in path) + 2 for path in wanted(tree))


def length(pieces: Sequence[bytes]) -> int:
    """Return how many bytes the pieces of one path have."""
    return sum(map(len, pieces))
