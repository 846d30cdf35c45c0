"""What the tests of packing share: token rows and token trees to draw, and trees of given shapes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import strategies as st

from forestlib.packing.laid import TokenTree
from forestlib.packing.rows import Rows

SEPARATOR = 1


def rows_of(lengths: Sequence[int], seed: int = 0) -> Rows:
    """Return rows of given lengths, of random ids, a third of whose labels are ignored."""
    random = np.random.default_rng(seed)
    ids = random.integers(2, 90, sum(lengths), dtype=np.int32)
    labels = np.where(random.random(len(ids)) < 0.3, -100, ids).astype(np.int32)
    return Rows(ids, np.append(0, np.cumsum(lengths, dtype=np.int64)), labels)


def tree_of(parents: Sequence[int], sizes: Sequence[int], seed: int = 0, head: Sequence[int] = ()) -> TokenTree:
    """Return a tree of random ids: each node a separator, and `sizes` tokens of text."""
    random = np.random.default_rng(seed)
    nodes = [[SEPARATOR, *random.integers(2, 90, size).tolist()] for size in sizes]
    offsets = np.append(0, np.cumsum([len(node) for node in nodes]))
    return TokenTree(parents, Rows([token for node in nodes for token in node], offsets), head=head, name="drawn")


def in_preorder(choices: Sequence[int]) -> list[int]:
    """Return parents in preorder: each choice says how far up the last branch the next node hangs."""
    parents, branch = [-1], [0]
    for node, choice in enumerate(choices, 1):
        del branch[len(branch) - choice % len(branch) :]
        parents.append(branch[-1])
        branch.append(node)
    return parents


@st.composite
def token_trees(draw: st.DrawFn) -> TokenTree:
    """Draw every small tree of tokens, with a head or without one."""
    parents = in_preorder(draw(st.lists(st.integers(0, 1 << 10), max_size=14)))
    sizes = draw(st.lists(st.integers(0, 4), min_size=len(parents), max_size=len(parents)))
    head = draw(st.sampled_from([(), (5,), (5, 6, 7)]))
    return tree_of(parents, sizes, draw(st.integers(0, 99)), head)


st.register_type_strategy(TokenTree, token_trees())
st.register_type_strategy(Rows, st.lists(st.integers(1, 12), max_size=30).map(rows_of))


@pytest.fixture(scope="session")
def made_rows() -> Callable[..., Rows]:
    """A function that makes rows of given lengths."""
    return rows_of


@pytest.fixture(scope="session")
def made_tree() -> Callable[..., TokenTree]:
    """A function that makes a tree of given parents and sizes of text."""
    return tree_of


@pytest.fixture(scope="session")
def preorder_of() -> Callable[[Sequence[int]], list[int]]:
    """A function that makes parents in preorder of any whole numbers."""
    return in_preorder


@pytest.fixture(scope="session")
def paths_of() -> Callable[[TokenTree], list[list[int]]]:
    """A function that lists the nodes of each root-to-leaf path of a tree."""

    def paths(tree: TokenTree) -> list[list[int]]:
        parents = tree.parents.tolist()
        found = []
        for leaf in sorted(set(range(len(parents))) - set(parents)):
            path = [leaf]
            while parents[path[0]] >= 0:
                path.insert(0, parents[path[0]])
            found.append(path)
        return found

    return paths
