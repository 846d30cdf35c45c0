"""Whole-tree packs of a forest: how long branches may be, and what stands beside the trees."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from forestlib.corpus.treerows import TreeRows, token_trees
from forestlib.errors import ForestlibWarning
from forestlib.model.ground import Ground
from forestlib.model.options import check_choice, check_counts
from forestlib.packing.laid import Laid
from forestlib.packing.masks import knee_of
from forestlib.packing.rows import Rows
from forestlib.packing.treepacks import KNEE, TreePacks, tree_packs
from forestlib.wording.style import Style

if TYPE_CHECKING:
    from forestlib.corpus.corpus import Corpus

__all__ = ["laid_packs"]

_PART = 4


def laid_packs(
    ground: Ground,
    tokenizer: Any,
    length: int,
    *,
    branch_length: int | None,
    weights: str,
    mask: str,
    config: Any,
    long: str | None,
    beside: Corpus | None,
    style: Style | None,
    bos: int | bool | None,
    eos: int | bool | None,
    separator: int | Sequence[int] | None,
) -> TreePacks:
    """Return the packs of a forest's trees."""
    check_counts("tree_packs", length=length)
    check_choice("tree_packs", ("split", "refuse"), long="split" if long is None else long)
    found = token_trees(
        ground, tokenizer, style=style, bos=bos, eos=eos, separator=separator, length=branch_length or length
    )
    longest = _longest(found)
    if branch_length is None:
        branch_length = length if longest <= length or long == "refuse" else max(1, length // _PART)
    if longest > branch_length and long is None:
        warnings.warn(
            f"Branches of up to {longest} tokens are longer than {branch_length}. They are cut where nodes end, with "
            "head and landmark repeated; long='split' says that this is meant, long='refuse' refuses.",
            ForestlibWarning,
            stacklevel=3,
        )
    return tree_packs(
        found.trees,
        length,
        branch_length=branch_length,
        weights=weights,
        mask=mask,
        knee=KNEE if config is None else knee_of(config),
        long="refuse" if long == "refuse" else "split",
        rows=None if beside is None else _rows(beside, tokenizer, bos, eos),
    )


def _longest(found: TreeRows) -> int:
    """Return how many tokens the longest branch of all trees has."""
    whole = [Laid(tree, len(tree.head) + len(tree.nodes.ids), split=False) for tree in found.trees]
    return max(int((one.start + one.size).max()) for one in whole)


def _rows(corpus: Corpus, tokenizer: Any, bos: int | bool | None, eos: int | bool | None) -> Rows:
    rows = corpus.tokenize(tokenizer, bos=bos, eos=eos).rows()
    return Rows(rows.ids, np.asarray(rows.offsets), rows.labels)
