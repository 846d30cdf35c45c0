"""Token rows beside tokenizing each row, with every manner of splitting. ``python -m benchmarks.tokens``.

The rows are the paths of deep trees with many leaves (spines with bushes): how much faster joining can be is bounded by
how often a row repeats what another one says, which is printed beside. The pipeline is measured over trees of all
shapes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from functools import partial
from importlib import import_module
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.material import Reasoning, material
from benchmarks.table import Options, Race, Row, run
from forestlib.tokens.plan import RowPlan
from forestlib.tokens.rows import TokenRows
from forestlib.tokens.table import TokenTable
from forestlib.tokens.tokenizer import Ids, TextTokenizer, tokenizer_of

__all__ = ["MARKS", "main", "rows"]

WORK, PIPELINE, PEER = "token rows of all paths", "nodes to rows, of the time of their nodes", "tokenizing each row"
_LLAMA = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SPLITTINGS = ("GPT-2", "Llama 3", "Metaspace")
MARKS = {f"{WORK}, {name} / {PEER}": 20.0 for name in SPLITTINGS} | {f"{PIPELINE}, {name}": 1.10 for name in SPLITTINGS}
_FEW_OF, _SOME_OF, _VOCABULARY, _TRAINING = 50, 4, 16_000, 60_000
_CHUNK, _ROWS_CHUNK = 1_000, 64


def rows(options: Options) -> Iterator[Row]:
    """Measure everything, a row at a time."""
    trees, race = material(max(3, options.trees // _SOME_OF), options.nodes), Race(options)
    few = material(max(2, options.trees // _FEW_OF), options.nodes, ("spine",))
    for name in SPLITTINGS:
        tokenizer = _trained(name, trees)
        # Fair: a tokenizer is read before the clock starts, by us as by the peer.
        own = tokenizer_of(tokenizer)
        yield _paths(race, name, tokenizer, own, few)
        yield _pipeline(race, name, tokenizer, own, trees)


def _paths(race: Race, name: str, tokenizer: Any, own: TextTokenizer, trees: list[Reasoning]) -> Row:
    texts = _path_texts(trees)
    same = [np.array(ids, np.int32) for part in _encoded(tokenizer, texts, _ROWS_CHUNK) for ids in part]
    made = TokenRows.joined(_laid(own, trees))
    if len(made) != len(same) or not all(map(np.array_equal, made, same)):
        raise AssertionError(f"{name}: rows joined from ids differ from the rows of the texts")
    ours, theirs = race.rates(
        lambda: _all_tokens(_laid(own, trees)),
        # Fair: the fastest call of the package, rows of its best size at once, and arrays as ours.
        lambda: (len(made.ids), [_arrays(part) for part in _encoded(tokenizer, texts, _ROWS_CHUNK)]),
    )
    repeated = sum(map(len, texts)) / sum(len(text) for tree in trees for text in tree.texts)
    print(f"{name}: {len(made)} rows, {len(made.ids) / 1e6:.1f} M tokens, {repeated:.0f} × nodes", file=sys.stderr)
    return Row(f"{WORK}, {name}", PEER, ours, theirs, "tokens/s")


def _pipeline(race: Race, name: str, tokenizer: Any, own: TextTokenizer, trees: list[Reasoning]) -> Row:
    texts = list(chain.from_iterable(tree.texts for tree in trees))
    ours, nodes = race.rates(
        lambda: (1, _all_tokens(_laid(own, trees))),
        lambda: (1, [_arrays(part) for part in _encoded(tokenizer, texts, _CHUNK)]),
    )
    return Row(f"{PIPELINE}, {name}", "", nodes / ours, 0.0, "×")


def _laid(tokenizer: TextTokenizer, trees: list[Reasoning]) -> Iterator[TokenRows]:
    texts = list(chain.from_iterable(tree.texts for tree in trees))
    levels = np.fromiter(chain.from_iterable(tree.levels for tree in trees), np.int64, len(texts))
    return TokenTable(tokenizer, texts).lay(RowPlan.paths(levels)).chunks()


def _all_tokens(chunks: Iterator[TokenRows]) -> tuple[int, object]:
    # A reader takes one chunk after another; none is kept, as a writer would not keep them.
    return sum(len(chunk.ids) for chunk in chunks), None


def _path_texts(trees: list[Reasoning]) -> list[str]:
    return ["\n".join(tree.texts[node] for node in row) for tree in trees for row in RowPlan.paths(tree.levels)]


def _encoded(tokenizer: Any, texts: Sequence[str], size: int) -> Iterator[list[list[int]]]:
    encode = partial(tokenizer.encode_batch_fast, add_special_tokens=False)
    for start in range(0, len(texts), size):
        yield [found.ids for found in encode(texts[start : start + size])]


def _arrays(lists: list[list[int]]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    ids = Ids.of(lists)
    return ids.flat, ids.offsets


def _trained(name: str, trees: list[Reasoning]) -> Any:
    """Return a tokenizer of that manner, trained on the nodes."""
    hf = import_module("tokenizers")
    before, made = hf.pre_tokenizers, hf.Tokenizer(hf.models.BPE(unk_token="<unk>"))  # noqa: S106
    alphabet = ["\n"] if name == "Metaspace" else before.ByteLevel.alphabet()
    made.pre_tokenizer = {
        "GPT-2": lambda: before.ByteLevel(add_prefix_space=False),
        "Llama 3": lambda: before.Sequence(
            [before.Split(hf.Regex(_LLAMA), "isolated"), before.ByteLevel(add_prefix_space=False, use_regex=False)]
        ),
        "Metaspace": lambda: before.Metaspace(prepend_scheme="first"),
    }[name]()
    trainer = hf.trainers.BpeTrainer(
        vocab_size=_VOCABULARY, show_progress=False, special_tokens=["<unk>"], initial_alphabet=alphabet
    )
    texts = list(chain.from_iterable(tree.texts for tree in trees))[:_TRAINING]
    # A byte-level vocabulary has met line breaks; SentencePiece is trained on lines.
    corpus = texts if name == "Metaspace" else ["\n".join(texts[at : at + 8]) for at in range(0, len(texts), 8)]
    made.train_from_iterator(corpus, trainer)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table and return the exit status."""
    return run("Token rows beside tokenizing each row", rows, MARKS, arguments, quick=(100, 1000))


if __name__ == "__main__":
    sys.exit(main())
