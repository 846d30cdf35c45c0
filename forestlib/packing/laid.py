"""A tree of tokens, and where it is cut: the columns that packs of it are copied from.

Each node begins with at least one separator that is not learned. So the token that stands before a node's first learned
token is always its own separator, which sees the node's ancestors: however the branches follow each other in a row, the
usual shifted loss never learns one branch from another.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.errors import PackError, shown
from forestlib.model.preorder import parents_of
from forestlib.packing.assign import Ints
from forestlib.packing.rows import Rows

__all__ = ["Laid", "TokenTree"]


def _integers(values: Any) -> Ints:
    return np.asarray(values if hasattr(values, "__array__") else list(values), dtype=np.int64)


@attrs.frozen(eq=False, repr=False)
class TokenTree:
    """A tree of tokens: the parent of each node in preorder (the root: -1), and a row of tokens a node.

    Each node's row begins with its separators (one number for all, or one a node), which are not learned; `head` stands
    before the root and is not learned either.

    >>> TokenTree([-1, 0, 0], Rows([9, 1, 2, 9, 3, 9, 4], [0, 3, 5, 7]), head=[7], name="justice")
    <TokenTree 'justice': 3 nodes, 8 tokens>
    """

    parents: Ints = attrs.field(converter=_integers)
    nodes: Rows
    head: Ints = attrs.field(default=(), converter=_integers, kw_only=True)
    separators: npt.ArrayLike = attrs.field(default=1, kw_only=True)
    name: str = attrs.field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        if len(self.parents) != len(self.nodes) or not len(self.nodes):
            raise PackError(
                f"The tree {shown(self.name)} has {len(self.parents)} parents and {len(self.nodes)} rows of tokens. "
                "Give each node its parent and its row, and at least a root."
            )
        if len(self.levels) != len(self.parents):
            raise PackError(
                f"Node {len(self.levels)} of {shown(self.name)} does not stand in preorder below node "
                f"{self.parents[len(self.levels)]}. "
                "Give -1 for the root, and each node after its parent and its elder siblings' branches."
            )
        short = np.flatnonzero((self.separated < 1) | (self.separated > self.nodes.lengths))
        short = short[(short > 0) | (len(self.head) == 0)]
        if len(short):
            node = int(short[0])
            raise PackError(
                f"Node {node} of {shown(self.name)} has {self.nodes.lengths[node]} tokens, {self.separated[node]} of "
                "them separators. Begin each node with at least one separator: it is what the node is learned from.",
                tree=self.name,
                number=node,
            )

    def __repr__(self) -> str:
        return (
            f"<TokenTree {shown(self.name)}: {len(self.parents)} nodes, {len(self.head) + len(self.nodes.ids)} tokens>"
        )

    @cached_property
    def separated(self) -> Ints:
        """How many separators each node begins with."""
        return np.broadcast_to(np.asarray(self.separators, dtype=np.int64), self.parents.shape)

    @cached_property
    def levels(self) -> Ints:
        """The level of each node, up to the first that does not stand in preorder."""
        levels: list[int] = []
        for node, parent in enumerate(self.parents.tolist()):
            if not (0 <= parent < node if node else parent == -1):
                break
            levels.append(levels[parent] + 1 if node else 0)
        found = parents_of(levels)
        if not isinstance(found, int):
            differing = np.flatnonzero(np.array(found, dtype=np.int64) != self.parents[: len(levels)])
            found = int(differing[0]) if len(differing) else len(levels)
        return np.array(levels[:found], dtype=np.int64)


class Laid:
    """A tree laid out: where each node begins on its branch, and the parts into which long branches were cut.

    A part is a tree in which no branch is longer than it may be. The first has the root; each later one begins with the
    head and, as its landmark, the node under which it was cut. Nodes stand part by part, in preorder in each: `node`
    has their numbers, `bounds` the borders of the parts. The other columns go by place in that order: `up` (the place
    of the parent, -1 where it is in another part), `start` (tokens before the node on its branch), `size`, `end` (the
    place after the last node below it).
    """

    def __init__(self, tree: TokenTree, branch: int, split: bool) -> None:
        self.tree = tree
        self._head = len(tree.head)
        sizes = tree.nodes.lengths
        self.ends = _ends(tree.levels)
        starts = self._head + _before(sizes, self.ends)
        part, self.landmarks = np.zeros(len(sizes), np.int64), [-1]
        leaf = self.ends == np.arange(1, len(sizes) + 1)
        self.leaves = _between(leaf, self.ends)
        self.path_tokens = int((starts + sizes)[leaf].sum())
        if (starts + sizes > branch).any():
            starts, part = self._cut(sizes, branch, split)
        self.node: Ints = np.argsort(part, kind="stable")
        place = np.empty_like(self.node)
        place[self.node] = np.arange(len(place))
        parents = tree.parents[self.node]
        inside = (parents >= 0) & (part[parents] == part[self.node])
        self.up: Ints = np.where(inside, place[parents], -1)
        self.start, self.size = starts[self.node], sizes[self.node]
        self.bounds = np.append(0, np.bincount(part).cumsum())
        self.end = self.ends if len(self.landmarks) == 1 else _below(self.up)

    def _cut(self, sizes: Ints, branch: int, split: bool) -> tuple[Ints, Ints]:
        size, parents = sizes.tolist(), self.tree.parents.tolist()
        starts, part, cut = [self._head] * len(size), [0] * len(size), dict[int, int]()
        for node, parent in enumerate(parents):
            start = starts[parent] + size[parent] if node else self._head
            where = part[parent] if node else 0
            if start + size[node] > branch:
                start = self._head + size[parent] if node else start
                if not split or not node or start + size[node] > branch:
                    raise self._too_long(node, start + size[node], branch, split)
                where = cut.setdefault(parent, len(self.landmarks))
                if where == len(self.landmarks):
                    self.landmarks.append(parent)
            starts[node], part[node] = start, where
        return np.array(starts), np.array(part)

    def _too_long(self, node: int, tokens: int, branch: int, split: bool) -> PackError:
        name = shown(self.tree.name)
        if split or not node:
            what = f"Node {node} of {name} takes {tokens} tokens with its head and landmark, a branch has {branch}."
            return PackError(f"{what} Give branches {tokens} tokens or more.", tree=self.tree.name, number=node)
        return PackError(
            f"The branch to node {node} of {name} is longer than {branch} tokens. "
            "Give branches more (branch_length=), or let them be cut, head and landmark repeated (long='split').",
            tree=self.tree.name,
            number=node,
        )


def _ends(levels: Ints) -> Ints:
    ends, waiting = [len(levels)] * len(levels), list[int]()
    for node, level in enumerate(levels.tolist()):
        for done in waiting[level:]:
            ends[done] = node
        waiting[level:] = (node,)
    return np.array(ends, dtype=np.int64)


def _before(sizes: Ints, ends: Ints) -> Ints:
    # What was opened before a node, less what was closed: the sizes of its ancestors.
    closed = np.zeros(len(sizes) + 1, np.int64)
    np.add.at(closed, ends, sizes)
    before: Ints = sizes.cumsum() - sizes - closed.cumsum()[:-1]
    return before


def _between(chosen: npt.NDArray[np.bool_], ends: Ints) -> Ints:
    counted = np.append(0, chosen.cumsum(dtype=np.int64))
    among: Ints = counted[ends] - counted[:-1]
    return among


def _below(up: Ints) -> Ints:
    above, count = up.tolist(), [1] * len(up)
    for place in range(len(above) - 1, -1, -1):
        if above[place] >= 0:
            count[above[place]] += count[place]
    return np.arange(len(above)) + np.array(count, dtype=np.int64)
