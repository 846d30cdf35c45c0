"""Where trees are cut: the cheapest windows of all, whatever the tree."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestlib.packing.laid import Laid, TokenTree
from forestlib.packing.rows import Rows
from forestlib.packing.windows import MASKS, costs, windows


def binary(levels: int, size: int) -> TokenTree:
    """Return the binary tree of so many levels, of so many tokens a node."""
    count = 2**levels - 1
    # Preorder: a node's first child follows it, the second stands half of what is left below it further on.
    parents, left = [-1], [(0, levels - 1), (0, levels - 1)] if levels > 1 else []
    while left:
        parent, below = left.pop()
        node = len(parents)
        parents.append(parent)
        if below > 1:
            left += [(node, below - 1)] * 2
    return TokenTree(parents, Rows(np.ones(count * size, int), np.arange(count + 1) * size))


def chain_with_sides(levels: int, sides: int, side: int, size: int) -> TokenTree:
    """Return a chain with side branches of so many nodes, evenly spread, of so many tokens a node."""
    every, parents, spine = levels // (sides + 1), [-1], 0
    for level in range(1, levels):
        branch = spine
        if level % every == 0 and level // every <= sides:
            for _ in range(side):
                parents.append(branch)
                branch = len(parents) - 1
        parents.append(spine)
        spine = len(parents) - 1
    return TokenTree(parents, Rows(np.ones(len(parents) * size, int), np.arange(len(parents) + 1) * size))


@given(st.from_type(TokenTree), st.sampled_from([1.0, 10.0, 100.0, 1e9]), st.sampled_from(MASKS), st.integers(75, 100))
def test_no_other_cuts_cost_less(
    paths_of: Callable[[TokenTree], list[list[int]]], tree: TokenTree, knee: float, mask: str, room: int
) -> None:
    """Of all ways to cut a small tree after leaves, the windows that are chosen cost least."""
    sizes, paths = tree.nodes.lengths, paths_of(tree)
    leaves = len(paths)

    def cost(cuts: tuple[int, ...]) -> float:
        total, seen = 0.0, set[int]()
        for begin, end in zip((0, *cuts), (*cuts, leaves), strict=True):
            held = set().union(*paths[begin:end])
            prefix = len(tree.head) + int(sizes[sorted(held & seen)].sum())
            tokens = len(tree.head) + int(sizes[sorted(held)].sum())
            total += float(costs(tokens, prefix, knee, mask)) if tokens <= room else np.inf
            seen |= held
        return total

    chosen = windows(Laid(tree, room, False), room, knee, mask)
    least = min(cost(cuts) for count in range(leaves) for cuts in combinations(range(1, leaves), count))
    stops = [paths.index(path) + 1 for path in paths if path[-1] + 1 in chosen[:-1, 1].tolist()]
    assert cost(tuple(stops)) == pytest.approx(least)


def test_a_wide_tree_is_cut_for_time() -> None:
    """A binary tree of twelve levels costs a third in windows of what it costs in one pack, for few more tokens."""
    tree = Laid(binary(12, 8), 96, False)
    tokens = windows(tree, 1 << 20, 1000, "dense")[:, 2]
    whole = windows(tree, 1 << 20, 1e12, "dense")[:, 2]
    assert whole.tolist() == [4095 * 8]
    assert tokens.sum() < 1.2 * 4095 * 8
    assert costs(tokens, 0, 1000, "dense").sum() < 0.1 * costs(whole, 0, 1000, "dense").sum()


def test_a_chain_with_sides_stays_whole() -> None:
    """A chain of 1000 levels with side branches is not cut where each window would repeat half of it."""
    tree = Laid(chain_with_sides(1000, 99, 3, 2), 4096, False)
    assert tree.path_tokens / (2 * len(tree.node)) > 35
    assert len(windows(tree, 4096, 5000, "dense")) == 1


def test_siblings_share_windows() -> None:
    """A thousand leaves below one long root go into a few windows, not one each."""
    tree = TokenTree([-1, *[0] * 1000], Rows(np.ones(100 + 3000, int), [0, *range(100, 3101, 3)]))
    tokens = windows(Laid(tree, 500, False), 500, 1e6, "dense")[:, 2]
    assert tokens.max() <= 500
    assert len(tokens) == 8


def test_large_trees_are_cut_nearly_as_well() -> None:
    """Where only every few leaves are looked at, windows stay within a twentieth of the cheapest regular ones."""
    levels, size, knee = 14, 4, 2000
    laid = Laid(binary(levels, size), 4096, False)
    tokens = windows(laid, 4096, knee, "dense")[:, 2]
    found = costs(tokens, 0, knee, "dense").sum()
    regular = [
        2**depth * costs(size * (depth + 2 ** (levels - depth) - 1), 0, knee, "dense") for depth in range(4, levels)
    ]
    assert found < 1.05 * min(regular)
    assert tokens.max() <= 4096


def test_tight_trees_are_cut_at_every_leaf_that_is_needed() -> None:
    """Where paths nearly fill a pack, windows still fit."""
    tree = TokenTree([-1, *[0] * 600], Rows(np.ones(4000 + 60_000, int), [0, *range(4000, 64_001, 100)]))
    tokens = windows(Laid(tree, 4110, False), 4110, 1e6, "dense")[:, 2]
    assert tokens.tolist() == [4100] * 600


def test_time_grows_with_the_leaves(ratio: Callable[..., float]) -> None:
    """Four times the nodes take at most about four times as long."""
    small, large = binary(13, 4), binary(15, 4)

    def cut(tree: TokenTree) -> Callable[[], object]:
        return lambda: windows(Laid(tree, 1024, False), 1024, 2000, "dense")

    assert ratio(cut(large), cut(small), enough=8) < 8
