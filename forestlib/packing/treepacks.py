"""Packs of whole trees: each node laid once, depth first, under a mask that shows it its own ancestors alone.

Root-to-leaf paths repeat what they share; a tree laid once does not, and with a position that is a token's depth on its
own branch, and a mask by which a key is seen if ``key <= query < subtree_end[key]``, the model computes for each token
exactly what it would on the separate path. Weighted by the number of leaves below it, the loss is that of all paths;
with weight one, each node is learned once, and the usual shifted loss does it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.errors import OptionError, PackError, UnknownNodeError
from forestlib.model.options import check_choice, check_counts
from forestlib.model.preorder import whole_number
from forestlib.packing.assign import Ints, assign, grouped
from forestlib.packing.laid import Laid, TokenTree
from forestlib.packing.rows import IGNORED, Rows, copied
from forestlib.packing.windows import DENSE, MASKS, costs, windows

__all__ = ["LEAVES", "ONE", "WEIGHTS", "TreePack", "TreePackReport", "TreePacks", "tree_packs"]

LEAVES, ONE = WEIGHTS = ("leaves", "one")
KNEE = 8192
Tokens = npt.NDArray[np.int32]


@attrs.frozen(eq=False, repr=False)
class TreePack:
    """One row of a tree, of several or of windows of them: five columns of one length, and the trees that stand in it.

    `weights` are those of the loss of predicting each token: 0 wherever the label is ignored. `trees` are the numbers
    of the trees, -1 for rows that were given beside them.
    """

    ids: Tokens
    labels: Tokens
    position_ids: Tokens
    subtree_end: Tokens
    weights: npt.NDArray[np.float32]
    trees: Ints

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        return f"<TreePack: {len(self)} tokens of {len(self.trees)} trees>"

    def record(self) -> dict[str, Any]:
        """Return the pack as a row of a data set, as the collator reads it."""
        return {
            "input_ids": self.ids,
            "labels": self.labels,
            "position_ids": self.position_ids,
            "subtree_end": self.subtree_end,
            "loss_weights": self.weights,
        }


@attrs.frozen
class TreePackReport:
    """What packing did: `path_tokens` are those of all separate paths, `node_tokens` those of each node and head once.

    `repeated` tokens stand in packs once more as context; `cuts` branches were longer than they may be and cut, with
    head and landmark repeated, so that what follows them does not see all that it did.
    """

    packs: int
    windows: int
    trees: int
    nodes: int
    tokens: int
    path_tokens: int
    node_tokens: int
    repeated: int
    cuts: int
    rows: int = 0

    @property
    def saved(self) -> float:
        """How many times as many tokens the separate paths have."""
        return self.path_tokens / max(1, self.tokens)


def tree_packs(
    trees: Iterable[TokenTree],
    length: int,
    *,
    branch_length: int | None = None,
    weights: str = LEAVES,
    mask: str = DENSE,
    knee: float = KNEE,
    long: str = "refuse",
    rows: Rows | None = None,
) -> TreePacks:
    """Return packs of at most `length` tokens that hold each node of the trees once.

    A tree is cut into windows where that is faster (see `windows`): with a "dense" mask by the `knee` of the model (see
    `knee_of`), with a "sparse" one (FlexAttention) only where it must be, and windows then fill packs by best fit. A
    branch of more than `branch_length` tokens (by default a pack) is an error, or cut with `long="split"`. `rows`
    (bridges, say) are packed beside the trees, each a chain.

    >>> tree = TokenTree([-1, 0, 0], Rows([9, 1, 2, 9, 3, 9, 4], [0, 3, 5, 7]), head=[7])
    >>> pack, = tree_packs([tree], 16)
    >>> for column in pack.record().values():
    ...     print(*column.astype(int).tolist())
    7 9 1 2 9 3 9 4
    -100 -100 1 2 -100 3 -100 4
    0 1 2 3 4 5 4 5
    8 8 8 8 6 6 8 8
    0 0 2 2 0 1 0 1
    """
    branch = length if branch_length is None else branch_length
    check_counts("tree_packs", length=length, branch_length=branch)
    check_choice("tree_packs", WEIGHTS, weights=weights)
    check_choice("tree_packs", MASKS, mask=mask)
    check_choice("tree_packs", ("refuse", "split"), long=long)
    if not isinstance(knee, int | float) or not knee > 0:
        raise OptionError(
            f"The option 'knee' of tree_packs is a number of tokens above 0, got {knee!r}.", option="knee"
        )
    if branch > length:
        raise OptionError(
            f"A branch of {branch} tokens does not go into a pack of {length}. Take branches of {length} or less.",
            option="branch_length",
        )
    laid = [Laid(tree, branch, long == "split") for tree in trees]
    return TreePacks(laid, rows, length, weights, mask, knee)


class TreePacks:
    """Packs of trees, each copied when asked for: `packs[3]`, or one after the other."""

    def __init__(self, laid: list[Laid], rows: Rows | None, length: int, weights: str, mask: str, knee: float) -> None:
        self.length, self.weights, self.mask = length, weights, mask
        self._laid, self._rows = laid, rows
        found = [windows(tree, length, knee, mask) for tree in laid]
        self._of = np.arange(len(laid)).repeat([len(some) for some in found])
        self._windows = np.concatenate([*found, self._chains(rows)])
        self._of = np.append(self._of, np.full(len(self._windows) - len(self._of), -1))
        sizes = self._windows[:, 2]
        packs = np.arange(len(sizes)) if mask == DENSE else assign(sizes, length)
        self._order, self._bounds = grouped(packs)
        self.cost = float(costs(sizes, 0, knee, mask).sum())
        self.report = self._reported()

    def _chains(self, rows: Rows | None) -> Ints:
        if rows is None:
            return np.zeros((0, 3), np.int64)
        long = np.flatnonzero(rows.lengths > self.length)
        if len(long):
            row, tokens = int(long[0]), int(rows.lengths[long[0]])
            what = f"Row {row} beside the trees has {tokens} tokens, a pack has {self.length}."
            raise PackError(f"{what} Give packs {tokens} tokens or more.", row=row, tokens=tokens)
        return np.stack([np.arange(len(rows)), np.arange(1, len(rows) + 1), rows.lengths], axis=1)

    def __len__(self) -> int:
        return len(self._bounds) - 1

    def __repr__(self) -> str:
        return f"<TreePacks: {len(self)} packs of {self.report.tokens} tokens for {self.report.path_tokens} of paths>"

    def __getitem__(self, number: int) -> TreePack:
        place = whole_number(number)
        if place is None or not -len(self) <= place < len(self):
            raise UnknownNodeError(f"There is no pack {number!r}: packs are 0 to {len(self) - 1}.", number=number)
        place %= len(self)
        return _on_end([self._window(at) for at in self._order[self._bounds[place] : self._bounds[place + 1]].tolist()])

    def __iter__(self) -> Iterator[TreePack]:
        return map(self.__getitem__, range(len(self)))

    def mean_weight(self) -> float:
        """The mean weight of all learned tokens: what the loss of a batch is divided by, beside their number."""
        weight = learned = 0.0
        for pack in self:
            weight += float(pack.weights.sum(dtype=np.float64))
            learned += float((pack.weights > 0).sum())
        return weight / learned if learned else 1.0

    def _window(self, at: int) -> TreePack:
        first, stop, _ = self._windows[at].tolist()
        number = int(self._of[at])
        if number < 0 and self._rows is not None:
            return _chain(self._rows, first)
        return _window(self._laid[number], first, stop, number, self.weights)

    def _reported(self) -> TreePackReport:
        chains = 0 if self._rows is None else len(self._rows.ids)
        nodes = sum(len(laid.tree.head) + len(laid.tree.nodes.ids) for laid in self._laid) + chains
        tokens = int(self._windows[:, 2].sum())
        return TreePackReport(
            packs=len(self),
            windows=len(self._windows),
            trees=len(self._laid),
            nodes=sum(len(laid.node) for laid in self._laid),
            tokens=tokens,
            path_tokens=sum(laid.path_tokens for laid in self._laid) + chains,
            node_tokens=nodes,
            repeated=tokens - nodes,
            cuts=sum(len(laid.landmarks) - 1 for laid in self._laid),
            rows=0 if self._rows is None else len(self._rows),
        )


def _window(laid: Laid, first: int, stop: int, number: int, weights: str) -> TreePack:
    path = _path(laid, first)
    places = np.append(path, np.arange(first, stop))
    known = _known(laid, first)
    nodes, sizes = laid.node[places], laid.size[places]
    rows, begins = laid.tree.nodes, laid.tree.nodes.offsets[nodes]
    before = len(known) + np.append(0, sizes.cumsum())
    ends = before[len(path) + np.minimum(laid.end[places], stop) - first]
    within = np.arange(before[-1] - before[0]) - (before[:-1] - before[0]).repeat(sizes)
    ids = copied(rows.ids, begins, begins + sizes)
    labels = ids.copy() if rows.labels is None else copied(rows.labels, begins, begins + sizes)
    labels[within < laid.tree.separated[nodes].repeat(sizes)] = IGNORED
    labels[: before[len(path)] - len(known)] = IGNORED
    weight = laid.leaves[nodes].repeat(sizes) if weights == LEAVES else np.ones(len(ids))
    count, total = len(known), int(before[-1])
    return TreePack(
        np.append(known, ids).astype(np.int32),
        np.append(np.full(count, IGNORED), labels).astype(np.int32),
        np.append(np.arange(count), laid.start[places].repeat(sizes) + within).astype(np.int32),
        np.append(np.full(count, total), ends.repeat(sizes)).astype(np.int32),
        np.append(np.zeros(count), np.where(labels == IGNORED, 0, weight)).astype(np.float32),
        np.array([number]),
    )


def _path(laid: Laid, place: int) -> Ints:
    path, at = [], int(laid.up[place])
    while at >= 0:
        path.append(at)
        at = int(laid.up[at])
    return np.array(path[::-1], dtype=np.int64)


def _known(laid: Laid, place: int) -> Ints:
    """Return what stands before a window's nodes: the tree's head, and the landmark of a part."""
    landmark = laid.landmarks[int(np.searchsorted(laid.bounds, place, side="right")) - 1]
    if landmark < 0:
        return laid.tree.head
    begin, end = laid.tree.nodes.offsets[landmark : landmark + 2]
    return np.append(laid.tree.head, laid.tree.nodes.ids[begin:end])


def _chain(rows: Rows, row: int) -> TreePack:
    span = slice(int(rows.offsets[row]), int(rows.offsets[row + 1]))
    ids = rows.ids[span].astype(np.int32)
    labels = ids.copy() if rows.labels is None else rows.labels[span].astype(np.int32)
    labels[0] = IGNORED
    count = len(ids)
    weights = (labels != IGNORED).astype(np.float32)
    return TreePack(
        ids, labels, np.arange(count, dtype=np.int32), np.full(count, count, np.int32), weights, np.array([-1])
    )


def _on_end(parts: list[TreePack]) -> TreePack:
    if len(parts) == 1:
        return parts[0]
    begins = np.append(0, np.cumsum([len(part) for part in parts]))[:-1]
    return TreePack(
        np.concatenate([part.ids for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.position_ids for part in parts]),
        np.concatenate([part.subtree_end + begin for part, begin in zip(parts, begins, strict=True)]).astype(np.int32),
        np.concatenate([part.weights for part in parts]),
        np.unique(np.concatenate([part.trees for part in parts])),
    )
