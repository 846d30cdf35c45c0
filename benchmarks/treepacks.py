"""Whole-tree packs beside separate paths, on a small model: tokens, and time as a share of the tokens saved.

``python -m benchmarks.treepacks``. Forward and backward of a Llama of four layers on one thread, SDPA; separate paths
go with the plain causal mask, which is faster than a dense one. Both learn the same: where all separate paths are run
(``--full``, a quick run), their losses are checked to be equal; else every so manyth is, spread evenly. `--nodes` is
the length of the chain; the binary tree has twelve levels, in a quick run eight.

Windows are chosen for time under a dense mask: they repeat more tokens than a sparse mask, which has no need of them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.table import Options, Race, Row, run
from forestlib.packing.collator import TreeCollator, TreeLoss
from forestlib.packing.laid import TokenTree
from forestlib.packing.masks import knee_of
from forestlib.packing.rows import Rows
from forestlib.packing.treepacks import TreePacks, tree_packs

__all__ = ["MARKS", "main", "rows"]

CHAIN, BINARY = "chain with side branches", "binary tree"
TOKENS, WINDOWS, TIME = "tokens under a sparse mask", "tokens in windows for a dense mask", "time under a dense mask"
IDEAL, SAVED = "each node once", "tokens saved"
MARKS = {
    f"{TOKENS}, {CHAIN} / {IDEAL}": 0.95,
    f"{TOKENS}, {BINARY} / {IDEAL}": 0.95,
    f"{WINDOWS}, {CHAIN} / {IDEAL}": 0.9,
    f"{WINDOWS}, {BINARY} / {IDEAL}": 0.8,
    f"{TIME}, {CHAIN} / {SAVED}": 0.75,
    f"{TIME}, {BINARY} / {SAVED}": 0.5,
}
_VOCABULARY, _BATCH, _ROOM = 1024, 2048, 1 << 16
_SIDES, _SIDE = 99, 3
_SAMPLED = 20_000
_ALIKE = 1e-5
_QUICK = 1000
_KNEE = 864.0


def rows(options: Options) -> Iterator[Row]:
    """Measure everything, a row at a time."""
    quick = options.nodes < _QUICK
    parents = {
        CHAIN: _with_sides(options.nodes, min(_SIDES, options.nodes // 10), _SIDE),
        BINARY: _binary(8 if quick else 12),
    }
    trees = {CHAIN: _tree(parents[CHAIN], 2), BINARY: _tree(parents[BINARY], 8)}
    knee = knee_of(_config()) if _installed() else _KNEE
    packed = {name: tree_packs([tree], _ROOM, knee=knee) for name, tree in trees.items()}
    for name, tree in trees.items():
        yield _tokens(f"{TOKENS}, {name}", tree_packs([tree], _ROOM, mask="sparse"))
        yield _tokens(f"{WINDOWS}, {name}", packed[name])
    for name, tree in trees.items():
        yield _time(Race(options), f"{TIME}, {name}", tree, packed[name], options.full)


def _tokens(work: str, packs: TreePacks) -> Row:
    return Row(work, IDEAL, packs.report.saved, packs.report.path_tokens / packs.report.node_tokens, "× fewer")


def _time(race: Race, work: str, tree: TokenTree, packs: TreePacks, full: bool) -> Row:
    if not _installed():
        return Row(work, SAVED, 1, 0, "× faster", note="not measured: pip install torch transformers")
    model, paths = _model(), _paths(tree)
    step = 1 if full else max(1, sum(map(len, paths)) // _SAMPLED)
    some = paths[step // 2 :: step]
    chosen, packed = _batches(some), _packed(packs)
    if step == 1 and abs(_learned(model, packed) / _learned(model, chosen) - 1) > _ALIKE:
        raise AssertionError("the packs and the separate paths have different losses")
    ours, theirs = race.rates(
        lambda: (packs.report.path_tokens, _learned(model, packed)),
        lambda: (sum(map(len, some)), _learned(model, chosen)),
    )
    # Both are told as a ratio to the separate paths: so many times as fast, for so many times fewer tokens.
    return Row(work, SAVED, ours / theirs, packs.report.path_tokens / packs.report.node_tokens, "× faster")


def _learned(model: Any, batches: Sequence[dict[str, Any]]) -> float:
    total = 0.0
    for batch in batches:
        outputs = model(**{name: column for name, column in batch.items() if name not in ("labels", "loss_weights")})
        loss = TreeLoss()(outputs, batch["labels"], 1, batch["loss_weights"])
        loss.backward()
        total += loss.item()
    model.zero_grad()
    return total


def _packed(packs: TreePacks) -> list[dict[str, Any]]:
    collator, waiting, batches = TreeCollator(0), list(packs), []
    while waiting:
        count = max(1, _BATCH // len(waiting[0]))
        batches.append(collator(waiting[:count]))
        del waiting[:count]
    return batches


def _batches(paths: Sequence[np.ndarray[Any, Any]]) -> list[dict[str, Any]]:
    # Fair: paths of like lengths side by side, and no mask, so that attention is the fastest there is.
    torch, waiting, batches = import_module("torch"), sorted(paths, key=len), []
    while waiting:
        count = max(1, _BATCH // len(waiting[0]))
        some = waiting[:count]
        ids = torch.zeros((len(some), len(some[-1])), dtype=torch.long)
        for row, path in zip(ids, some, strict=True):
            row[: len(path)] = torch.as_tensor(path)
        labels = torch.where(ids == 0, -100, ids)
        batches.append({"input_ids": ids, "labels": labels, "loss_weights": torch.ones(ids.shape)})
        del waiting[:count]
    return batches


def _paths(tree: TokenTree) -> list[np.ndarray[Any, Any]]:
    parents, offsets = tree.parents.tolist(), tree.nodes.offsets.tolist()
    found = []
    for leaf in sorted(set(range(len(parents))) - set(parents)):
        path, node = [], leaf
        while node >= 0:
            path.append(tree.nodes.ids[offsets[node] : offsets[node + 1]])
            node = parents[node]
        found.append(np.concatenate(path[::-1]))
    return found


def _tree(parents: list[int], size: int) -> TokenTree:
    ids = np.random.default_rng(7).integers(1, _VOCABULARY, (len(parents), size))
    ids[:, 0] = 0  # The separator, which is padding as well: it is never learned.
    return TokenTree(parents, Rows(ids.ravel(), np.arange(len(parents) + 1) * size))


def _with_sides(levels: int, sides: int, side: int) -> list[int]:
    every, parents, spine = levels // (sides + 1), [-1], 0
    for level in range(1, levels):
        if level % every == 0 and level // every <= sides:
            parents += [spine, *range(len(parents), len(parents) + side - 1)]
        parents.append(spine)
        spine = len(parents) - 1
    return parents


def _binary(levels: int) -> list[int]:
    parents, left = [-1], [(0, levels - 1)] * 2
    while left:
        parent, below = left.pop()
        parents.append(parent)
        if below > 1:
            left += [(len(parents) - 1, below - 1)] * 2
    return parents


def _installed() -> bool:
    try:
        return all(map(import_module, ("torch", "transformers")))
    except ImportError:
        return False


def _config() -> Any:
    return import_module("transformers").LlamaConfig(
        vocab_size=_VOCABULARY,
        hidden_size=128,
        intermediate_size=512,
        num_hidden_layers=4,
        num_attention_heads=4,
        max_position_embeddings=_ROOM,
        use_cache=False,
        attn_implementation="sdpa",
    )


def _model() -> Any:
    torch = import_module("torch")
    torch.set_num_threads(1)
    torch.manual_seed(0)
    return import_module("transformers").LlamaForCausalLM(_config()).train()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table and return the exit status."""
    os.environ.update(GOMP_SPINCOUNT="0", OMP_WAIT_POLICY="passive")
    full = "all separate paths, not an even sample of them"
    return run("Whole-tree packs beside separate paths", rows, MARKS, arguments, quick=(1, 100), full=full)


if __name__ == "__main__":
    sys.exit(main())
