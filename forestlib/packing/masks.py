"""The mask of a tree pack, in the three forms that attention takes: a matrix, a function of indexes, intervals.

All say the same: a key is seen by the queries from itself up to the end of its subtree. The intervals are the column
`subtree_end` itself; they are also FlashMask's bounds (the row from which a key is masked, under a causal mask).
PyTorch is imported when a tensor is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from forestlib.errors import MissingExtraError

__all__ = ["attention_mask", "block_mask", "knee_of", "mask_mod", "torch", "visible"]

_DENSE_COST = 4 / 3


def torch() -> Any:
    """Return the package torch, or say which extra brings it."""
    try:
        return import_module("torch")
    except ImportError as error:
        raise MissingExtraError.of("torch", "torch", "A mask as a tensor") from error


def visible(subtree_end: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Return which key (second index) each query (first index) sees.

    >>> visible([4, 3, 3, 4]).astype(int).tolist()
    [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 0, 0, 1]]
    """
    ends = np.asarray(subtree_end)
    places = np.arange(len(ends))
    return (places <= places[:, None]) & (places[:, None] < ends)


def attention_mask(subtree_end: Any) -> Any:
    """Return the boolean mask of a batch, (rows, 1, tokens, tokens), as SDPA takes it; `subtree_end` is a tensor."""
    places = torch().arange(subtree_end.shape[-1], device=subtree_end.device)
    return ((places <= places[:, None]) & (places[:, None] < subtree_end[:, None, :]))[:, None]


def mask_mod(subtree_end: Any) -> Callable[[Any, Any, Any, Any], Any]:
    """Return the mask of a batch as FlexAttention takes it: a function of (row, head, query, key)."""

    def seen(row: Any, head: Any, query: Any, key: Any) -> Any:
        return (key <= query) & (query < subtree_end[row, key])

    return seen


def block_mask(subtree_end: Any, device: Any = None) -> Any:
    """Return FlexAttention's block mask of a batch, on the device of the tensor or another one."""
    torch()
    flex = import_module("torch.nn.attention.flex_attention")
    ends = subtree_end if device is None else subtree_end.to(device)
    rows, tokens = ends.shape
    return flex.create_block_mask(mask_mod(ends), rows, None, tokens, tokens, device=str(ends.device))


def knee_of(config: Any) -> float:
    """Return at how many tokens attention under a dense mask costs a model as much as everything else.

    `config` is that of a transformers model, or anything with its fields. Multiplications are counted; those of
    attention count a third more, because a mask has to be read and scores to be normalized (measured on a processor).

    >>> from types import SimpleNamespace
    >>> small = SimpleNamespace(hidden_size=128, intermediate_size=512, num_hidden_layers=4, vocab_size=1024)
    >>> knee_of(small)
    864.0
    """
    width, layers = int(config.hidden_size), int(config.num_hidden_layers)
    heads = int(getattr(config, "num_attention_heads", 0) or 1)
    inner = heads * int(getattr(config, "head_dim", None) or width // heads)
    shared = int(getattr(config, "num_key_value_heads", None) or heads) / heads
    linear = 2 * width * inner * (1 + shared) + 3 * width * int(config.intermediate_size)
    output = width * int(config.vocab_size) / layers
    return (linear + output) / (2 * inner * _DENSE_COST)
