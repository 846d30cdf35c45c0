"""Whole-tree packs as arrays: each token sees its own branch, is learned once, and weighs what it should."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestlib.errors import OptionError, PackError, UnknownNodeError
from forestlib.packing.laid import TokenTree
from forestlib.packing.masks import visible
from forestlib.packing.rows import Rows
from forestlib.packing.treepacks import TreePack, tree_packs

KNEES = st.sampled_from([1, 10, 1e9])
Paths = Callable[[TokenTree], list[list[int]]]


def branches(tree: TokenTree, paths: list[list[int]]) -> dict[tuple[int, ...], list[int]]:
    """Return all that can be seen on the separate paths: ids up to a token, and the leaves of the paths with them."""
    found: dict[tuple[int, ...], list[int]] = {}
    for leaf, path in enumerate(paths):
        ids = list(tree.head)
        for node in path:
            for token in tree.nodes.ids[tree.nodes.offsets[node] : tree.nodes.offsets[node + 1]].tolist():
                ids.append(token)
                found.setdefault((node, *ids), []).append(leaf)
    return found


def distinct(tree: TokenTree) -> TokenTree:
    """Return the same tree with ids that no two tokens share, so that what is seen can be told by ids."""
    ids = np.arange(len(tree.nodes.ids)) + 1000
    return TokenTree(tree.parents, Rows(ids, tree.nodes.offsets), head=tree.head, name=tree.name)


def seen_by(pack: TreePack) -> list[tuple[int, ...]]:
    """Return the ids that each token of a pack sees, itself as the last."""
    mask = visible(pack.subtree_end)
    return [tuple(pack.ids[np.flatnonzero(row)].tolist()) for row in mask]


@given(st.from_type(TokenTree), KNEES, st.sampled_from(["dense", "sparse"]), st.integers(75, 120))
def test_a_token_sees_its_own_branch_alone(
    paths_of: Paths, tree: TokenTree, knee: float, mask: str, length: int
) -> None:
    """In packs and windows alike a token sees the ids of its branch up to itself, at the position of their number."""
    tree = distinct(tree)
    alone = {key[1:] for key in branches(tree, paths_of(tree))} | {
        tuple(tree.head[: count + 1].tolist()) for count in range(len(tree.head))
    }
    shown = set()
    for pack in tree_packs([tree], length, knee=knee, mask=mask):
        for place, seen in enumerate(seen_by(pack)):
            assert seen in alone
            assert pack.position_ids[place] == len(seen) - 1
            shown.add(seen)
    assert shown == alone


@given(st.from_type(TokenTree), KNEES, st.sampled_from(["dense", "sparse"]), st.integers(75, 120))
def test_each_token_is_learned_once(paths_of: Paths, tree: TokenTree, knee: float, mask: str, length: int) -> None:
    """Each token is learned in one place, with the number of its leaves as weight; head and separators nowhere."""
    tree = distinct(tree)
    leaves = {key[-1]: len(found) for key, found in branches(tree, paths_of(tree)).items()}
    separators = set(tree.nodes.ids[tree.nodes.offsets[:-1]].tolist())
    learned = list[int]()
    for pack in tree_packs([tree], length, knee=knee, mask=mask):
        chosen = pack.labels != -100
        assert (pack.labels[chosen] == pack.ids[chosen]).all()
        assert pack.weights[chosen].tolist() == [leaves[token] for token in pack.ids[chosen].tolist()]
        assert not pack.weights[~chosen].any()
        learned += pack.ids[chosen].tolist()
    assert sorted(learned) == sorted(leaves.keys() - separators)


@given(st.from_type(TokenTree), KNEES, st.sampled_from(["dense", "sparse"]))
def test_the_usual_shifted_loss_crosses_no_branch(tree: TokenTree, knee: float, mask: str) -> None:
    """The token before a learned one is the one before it on its branch: it is seen, and one position earlier."""
    for pack in tree_packs([tree, tree], 90, knee=knee, mask=mask):
        seen = visible(pack.subtree_end)
        for place in np.flatnonzero(pack.labels != -100).tolist():
            assert seen[place, place - 1]
            assert pack.position_ids[place - 1] == pack.position_ids[place] - 1


@given(st.from_type(TokenTree), KNEES, st.sampled_from(["dense", "sparse"]), st.integers(75, 120))
def test_the_report_counts(paths_of: Paths, tree: TokenTree, knee: float, mask: str, length: int) -> None:
    """Tokens of packs, of paths and of nodes are what counting them gives; no pack is too long."""
    packs = tree_packs([tree], length, knee=knee, mask=mask)
    sizes = [len(pack) for pack in packs]
    paths = paths_of(tree)
    assert max(sizes) <= length
    assert packs.report.tokens == sum(sizes) == packs.report.node_tokens + packs.report.repeated
    assert packs.report.node_tokens == len(tree.head) + len(tree.nodes.ids)
    assert packs.report.path_tokens == sum(len(tree.head) + int(tree.nodes.lengths[path].sum()) for path in paths)


@given(st.from_type(TokenTree), st.integers(14, 30))
def test_long_branches_are_cut_and_counted(paths_of: Paths, tree: TokenTree, branch: int) -> None:
    """No position reaches past a branch, each node is learned once, and a part begins with head and landmark."""
    tree = distinct(tree)
    packs = tree_packs([tree], 200, branch_length=branch, long="split")
    learned = list[int]()
    for pack in packs:
        assert pack.position_ids.max() < branch
        assert pack.ids[: len(tree.head)].tolist() == tree.head.tolist()
        learned += pack.ids[pack.labels != -100].tolist()
    separators = set(tree.nodes.ids[tree.nodes.offsets[:-1]].tolist())
    assert sorted(learned) == sorted(set(tree.nodes.ids.tolist()) - separators)
    longest = max(len(tree.head) + int(tree.nodes.lengths[path].sum()) for path in paths_of(tree))
    assert (packs.report.cuts > 0) == (longest > branch)


def test_a_part_begins_with_its_landmark(made_tree: Callable[..., TokenTree]) -> None:
    """Six nodes of three tokens in a chain, a head of one, branches of ten: each part begins with the node before."""
    tree = distinct(made_tree([-1, 0, 1, 2, 3, 4], [2] * 6, head=[7]))
    first, second, third = tree_packs([tree], 50, branch_length=10, long="split")
    assert first.ids.tolist() == [7, *range(1000, 1009)]
    assert second.ids.tolist() == [7, *range(1006, 1015)]
    assert second.labels.tolist()[:5] == [-100] * 5
    assert second.position_ids.tolist() == list(range(10))
    assert third.ids.tolist() == [7, *range(1012, 1018)]


def test_weight_one_learns_each_node_once(made_tree: Callable[..., TokenTree]) -> None:
    """With weights="one" every learned token weighs one."""
    (pack,) = tree_packs([made_tree([-1, 0, 0, 0], [2, 1, 1, 1])], 50, weights="one")
    assert pack.weights.tolist() == (pack.labels != -100).astype(float).tolist()


def test_own_labels_and_more_separators(made_tree: Callable[..., TokenTree]) -> None:
    """Labels of one's own are kept, but for separators, of which a node may have several."""
    nodes = Rows([1, 2, 3, 1, 2, 4], [0, 3, 6], [-100, 2, 3, 1, 2, -100])
    (pack,) = tree_packs([TokenTree([-1, 0], nodes, separators=[1, 2])], 9)
    assert pack.labels.tolist() == [-100, 2, 3, -100, -100, -100]


def test_small_trees_share_a_pack_under_a_sparse_mask(made_tree: Callable[..., TokenTree]) -> None:
    """Windows fill packs by best fit where the mask is sparse, and are rows of their own where it is dense."""
    trees = [made_tree([-1, 0], [3, 3], seed) for seed in range(6)]
    dense, sparse = tree_packs(trees, 24), tree_packs(trees, 24, mask="sparse")
    assert (len(dense), len(sparse)) == (6, 2)
    assert [pack.trees.tolist() for pack in sparse] == [[0, 1, 2], [3, 4, 5]]
    for pack in sparse:
        assert [len(seen) for seen in seen_by(pack)] == [*range(1, 9)] * 3


def test_rows_beside_trees_are_chains(made_tree: Callable[..., TokenTree], made_rows: Callable[..., Rows]) -> None:
    """Rows (bridges) get packs of their own: a chain, its own labels, its first token not learned."""
    rows = made_rows([5, 3])
    _, first, second = tree_packs([made_tree([-1], [3])], 24, rows=rows)
    assert rows.labels is not None
    assert first.trees.tolist() == [-1]
    assert first.labels.tolist() == [-100, *rows.labels[1:5].tolist()]
    assert second.subtree_end.tolist() == [3, 3, 3]
    assert first.weights.tolist() == (first.labels != -100).astype(float).tolist()


def test_a_deep_chain(depth: int) -> None:
    """A chain of 100,000 levels is laid out, whole or with its branch cut, without recursion."""
    parents = np.arange(-1, depth)
    nodes = Rows(np.tile([1, 2], depth + 1), np.arange(depth + 2) * 2)
    tree = TokenTree(parents, nodes)
    (pack,) = tree_packs([tree], 2 * depth + 2)
    assert pack.position_ids.tolist() == list(range(2 * depth + 2))
    cut = tree_packs([tree], 2048, long="split")
    assert sum(int((pack.labels != -100).sum()) for pack in cut) == depth + 1
    assert cut.report.cuts == max(0, -(-(2 * depth - 2046) // 2046))


def test_a_deep_comb() -> None:
    """A spine of 100,000 levels with a leaf beside each is cut into parts and windows in linear time."""
    depth = 100_000
    parents = [-1, *(2 * level for level in range(depth) for _ in ("leaf", "spine"))]
    tree = TokenTree(parents, Rows(np.tile([1, 2], 2 * depth + 1), np.arange(2 * depth + 2) * 2))
    packs = tree_packs([tree], 4096, branch_length=1024, long="split")
    assert packs.report.tokens < 1.5 * packs.report.node_tokens
    assert sum(int((pack.labels != -100).sum()) for pack in packs) == 2 * depth + 1


@pytest.mark.parametrize(
    ("parents", "sizes", "options", "said"),
    [
        ([0], [2], {}, "Node 0 .* preorder"),
        ([-1, 5], [2, 2], {}, "Node 1 .* preorder"),
        ([-1, 0, 0, 1], [2] * 4, {}, "Node 3 .* preorder"),
        ([-1, 0, 1, 0, 2], [2] * 5, {}, "Node 4 .* preorder"),
        ([-1], [2, 2], {}, "1 parents and 2 rows"),
        ([], [], {}, "at least a root"),
        ([-1, 0], [2, 2], {"separators": 3}, "Node 0 .* 2 tokens, 3 of them"),
        ([-1, 0], [2, 2], {"separators": [1, 0]}, "Node 1 .* at least one separator"),
        ([-1], [2], {"separators": 0}, "Node 0 .* at least one separator"),
    ],
)
def test_what_is_no_tree_is_named(parents: list[int], sizes: list[int], options: Any, said: str) -> None:
    """Arrays that are no tree in preorder with a separator a node are an error that names the node."""
    offsets = np.append(0, np.cumsum(sizes, dtype=int))
    with pytest.raises(PackError, match=said):
        TokenTree(parents, Rows(range(int(offsets[-1])), offsets), name="x", **options)


def test_a_root_needs_no_separator_after_a_head() -> None:
    """The first token of a root may be learned from the head before it."""
    (pack,) = tree_packs([TokenTree([-1], Rows([5, 6], [0, 2]), head=[7], separators=0)], 9)
    assert pack.labels.tolist() == [-100, 5, 6]


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"length": 0}, OptionError, "'length'"),
        ({"length": 9, "branch_length": 10}, OptionError, "10 tokens does not go into a pack of 9"),
        ({"length": 99, "weights": "two"}, OptionError, "'leaves', 'one'"),
        ({"length": 99, "mask": "none"}, OptionError, "'dense', 'sparse'"),
        ({"length": 99, "long": "drop"}, OptionError, "'refuse', 'split'"),
        ({"length": 99, "knee": 0}, OptionError, "'knee'"),
        ({"length": 8}, PackError, r"branch to node 2 of 'drawn' is longer than 8 .*long='split'"),
        ({"length": 4, "long": "split"}, PackError, "Node 1 of 'drawn' takes 6 tokens .* 6 tokens or more"),
        ({"length": 2}, PackError, "Node 0 of 'drawn' takes 3"),
    ],
)
def test_options_and_limits(made_tree: Callable[..., TokenTree], options: Any, error: Any, said: str) -> None:
    """A wrong option is an error, and so is a branch or a node that is longer than it may be: named."""
    with pytest.raises(error, match=said):
        tree_packs([made_tree([-1, 0, 1], [2, 2, 2])], **options)


def test_a_long_row_beside_trees_is_named(made_rows: Callable[..., Rows]) -> None:
    """A row beside the trees that is longer than a pack is an error that names it."""
    with pytest.raises(PackError, match="Row 1 beside the trees has 9"):
        tree_packs([], 8, rows=made_rows([3, 9]))


def test_packs_are_numbered(made_tree: Callable[..., TokenTree]) -> None:
    """Packs are asked for by number, from the end by negative ones; there are no others, and none of no trees."""
    packs = tree_packs([made_tree([-1], [2])], 9)
    assert packs[-1].ids.tolist() == packs[0].ids.tolist()
    with pytest.raises(UnknownNodeError, match="0 to 0"):
        packs[1]
    assert len(tree_packs([], 9)) == 0


def test_the_mean_weight_is_that_of_learned_tokens(made_tree: Callable[..., TokenTree]) -> None:
    """A root of two tokens over three leaves of one weighs (2 · 3 + 3) / 5 a token."""
    assert tree_packs([made_tree([-1, 0, 0, 0], [2, 1, 1, 1])], 50).mean_weight() == 9 / 5
