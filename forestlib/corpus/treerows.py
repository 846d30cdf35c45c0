"""The trees of a forest as trees of tokens: each node worded as in samples of the format `text`, behind a separator.

The separator is the format's own joiner, as the tokenizer has it between two nodes, so that a path of the tree has the
ids of the sample's text. A tokenizer that makes one token of a joiner and what stands beside it (Llama 3: a full stop
and a line break) has no such separator. Then the joiner's ids by themselves stand between the ids of the nodes by
themselves: every path is separated alike, but not as that tokenizer would split its text.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.errors import EmptyCorpusError, ForestlibWarning, OptionError, PackError
from forestlib.model.ground import Ground
from forestlib.packing.laid import TokenTree
from forestlib.packing.rows import Rows
from forestlib.tokens.plan import RowPlan, starts_of
from forestlib.tokens.table import TokenTable
from forestlib.tokens.tokenizer import Ids
from forestlib.wording.style import Style
from forestlib.wording.wording import Said, Wording

__all__ = ["TreeRows", "token_trees"]

_JOINER = "\n"
Places = npt.NDArray[np.int64]


@attrs.frozen(eq=False, repr=False)
class TreeRows:
    """Trees of tokens, the ids of their separator, and whether paths have the ids of their text (`is_exact`)."""

    trees: list[TokenTree]
    separator: tuple[int, ...]
    is_exact: bool


def token_trees(
    ground: Ground,
    tokenizer: Any,
    *,
    style: Style | None = None,
    bos: int | bool | None = None,
    eos: int | bool | None = None,
    separator: int | Sequence[int] | None = None,
    length: int | None = None,
) -> TreeRows:
    """Return the trees of a forest as trees of tokens; `separator` is another one than the joiner, as ids."""
    wording = Wording(ground, Style() if style is None else style)
    said = [wording.tree(tree.name) for tree in ground.trees]
    if not said:
        raise EmptyCorpusError("The forest has no trees, so there is nothing to pack. Plant one, or read some.")
    texts = [text for one in said for text in (one.head.text, *one.texts)]
    table = TokenTable(tokenizer, texts, _JOINER, bos=bos, eos=eos)
    levels = np.concatenate([np.append(0, np.array(one.order.level[: one.order.size]) + 1) for one in said])
    own = () if separator is None else (separator,) if isinstance(separator, int) else tuple(separator)
    found = _joined(table, levels) if separator is None else None
    ids, marks = found if found is not None else (_apart(table, texts, levels, own), own or _joiner(table))
    if length is not None and length <= len(marks):
        raise PackError(f"A pack of {length} tokens holds no more than a separator of {len(marks)}. Give it more.")
    if found is None and separator is None:
        warnings.warn(
            f"{table.tokenizer!r} makes tokens of a line break together with what stands beside it. Nodes are "
            f"separated by the ids {list(marks)} of a line break alone; compare with rows separated alike.",
            ForestlibWarning,
            stacklevel=4,
        )
    begins = np.append(np.flatnonzero(levels == 0), len(levels))
    trees = [
        _tree(one, ids, int(begin), int(stop), len(marks), table)
        for one, begin, stop in zip(said, begins, begins[1:], strict=False)
    ]
    return TreeRows(trees, tuple(marks), found is not None)


def _joined(table: TokenTable, levels: Places) -> tuple[Ids, tuple[int, ...]] | None:
    """Return the ids of heads and nodes as they stand in rows, and of what separates them; None where they merge."""
    laid = table.lay(RowPlan.paths(levels), warned=False)
    way = table.joining
    if laid.fallen or way is None or way.side == "left":
        return None
    marks = way.ids or _alone(table)
    rows = _behind_heads(table, levels)
    starts = rows.offsets[:-1][levels > 0]
    alike = rows.lengths[levels > 0].min(initial=len(marks)) >= len(marks) and all(
        bool((rows.flat[starts + place] == mark).all()) for place, mark in enumerate(marks)
    )
    return (rows, marks) if marks and alike else None


def _behind_heads(table: TokenTable, levels: Places) -> Ids:
    """Return the ids of heads, and of nodes as they stand behind something: each row is a tree's head and one node."""
    bare = table.bare()
    is_head = levels == 0
    heads = np.flatnonzero(is_head)
    # A head's row, then rows of the head and a node each, of which only the first one says the head.
    first = np.append(0, is_head.cumsum())[:-1]
    counts = np.ones(len(levels), np.int64)
    after = heads + 1
    counts[after] = 2
    pieces = np.insert(np.arange(len(levels)), after, heads)
    kept = (~is_head).astype(np.int64)
    kept[after] = 0
    rows = bare.rows(RowPlan(pieces, starts_of(counts), kept=kept))
    sizes = rows.lengths[heads][np.maximum(first + is_head - 1, 0)] * ~is_head
    begins = rows.offsets[:-1] + sizes
    lengths = rows.lengths - sizes
    places = np.repeat(begins - starts_of(lengths)[:-1], lengths) + np.arange(int(lengths.sum()))
    return Ids(rows.ids[places], starts_of(lengths))


def _apart(table: TokenTable, texts: Sequence[str], levels: Places, own: tuple[int, ...]) -> Ids:
    """Return the ids of heads and nodes by themselves, the separator before each node."""
    marks, ids = np.array(own or _joiner(table), np.int32), table.tokenizer.encode(texts)
    nodes = np.flatnonzero(levels > 0)
    flat = np.insert(ids.flat, np.repeat(ids.offsets[nodes], len(marks)), np.tile(marks, len(nodes)))
    return Ids(flat, starts_of(ids.lengths + len(marks) * (levels > 0)))


def _alone(table: TokenTable) -> tuple[int, ...]:
    """Return the ids of a joiner that stands behind a letter, or else by itself."""
    letter, both, alone = (ids.tolist() for ids in table.tokenizer.encode(["a", f"a{_JOINER}", _JOINER]))
    goes_on = len(both) > len(letter) > 0 and both[: len(letter)] == letter
    return tuple(both[len(letter) :] if goes_on else alone)


def _joiner(table: TokenTable) -> tuple[int, ...]:
    marks = _alone(table)
    if not marks:
        raise OptionError(
            f"{table.tokenizer!r} has no token for a line break, which separates nodes. Give ids, separator=….",
            option="separator",
        )
    return marks


def _tree(said: Said, ids: Ids, begin: int, stop: int, separated: int, table: TokenTable) -> TokenTree:
    order = said.order
    flat = ids.flat[ids.offsets[begin + 1] : ids.offsets[stop]]
    offsets = ids.offsets[begin + 1 : stop + 1] - ids.offsets[begin + 1]
    head = ids[begin] if table.bos is None else np.append(table.bos, ids[begin])
    if table.eos is not None:
        leaves = order.leaves.astype(np.int64)
        flat = np.insert(flat, offsets[leaves + 1], table.eos)
        more = np.zeros(len(offsets), np.int64)
        more[leaves + 1] = 1
        offsets = offsets + more.cumsum()
    parents = np.array(order.parent[: order.size], np.int64)
    return TokenTree(parents, Rows(flat, offsets), head=head, separators=separated, name=said.name)
