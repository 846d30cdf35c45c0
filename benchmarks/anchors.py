"""Anchors: what is got back of those taken away, and how fast, beside peers. ``python -m benchmarks.anchors``.

Shares stand in the columns of the rates: found and all there are. What stands without a peer is a cost: how many
anchors were suggested, one more for each island that they leave apart.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import islice
from typing import Any

import numpy as np

import forestlib as fl
from benchmarks import regained
from benchmarks.material import Reasoning, material
from benchmarks.table import Options, Race, Row, run
from forestlib.analysis.bridges import bridges, count_bridges, counts_of
from forestlib.phrases.columns import columns_of
from forestlib.phrases.known import find_known
from forestlib.phrases.shared import shared_runs

__all__ = ["MARKS", "main", "rows"]

# Peers are looked up by name, because type checkers know nothing of them and need none of them installed.
ahocorasick: Any = import_module("ahocorasick")
ahocorasick_rs: Any = import_module("ahocorasick_rs")
duckdb: Any = import_module("duckdb")
rensa: Any = import_module("rensa")

FIND, VERB, LEMMAS = "finding anchors, the core", "find_anchors()", "find_anchors(), inflected forms"
MINE, MINE_VERB = "mining phrases of 2–3 words, the core", "mine_anchors(), phrases of 2–3 words"
BRIDGES, MEMORY = "bridges counted of occurrences", "memory for a phrase in 10,000 trees"
MARKS = regained.MARKS | {
    f"{FIND} / ahocorasick-rs": 0.9,
    f"{FIND} / pyahocorasick": 0.9,
    f"{MINE} / rensa LSH, filled": 1.5,
    f"{MINE_VERB} / rensa LSH, filled": 1.5,
    f"{BRIDGES} / duckdb": 2.0,
    MEMORY: 64.0,
}
_FULL = 1_000_000
_OCCURRENCES, _TREES = 10_000_000, 10_000


def rows(options: Options) -> Iterator[Row]:
    """Measure everything, a row at a time."""
    race, trees = Race(options), material(options.trees, options.nodes)
    yield from regained.rows(options.trees * options.nodes < _FULL)
    yield from _finding(race, trees)
    yield from _mining(race, trees)
    yield from _bridges(race, min(_OCCURRENCES, 10 * options.trees * options.nodes))
    yield _memory(min(_TREES, 10 * options.trees))


def _planted(trees: Sequence[Reasoning]) -> fl.Forest:
    forest = fl.Forest("benchmark")
    for tree in trees:
        forest.plant(tree.name, tree.texts[0]).root.extend(tree.texts[1:], tree.levels[1:])
    return forest


def _finding(race: Race, trees: list[Reasoning]) -> Iterator[Row]:
    texts = [text for tree in trees for text in tree.texts]
    phrases = sorted({phrase for tree in trees for found in tree.anchors for phrase in found})
    forest = _planted(trees)
    # Fair: the peers look for substrings and ignore no case, so they get their texts in lower case before the clock.
    lower = [text.lower() for text in texts]
    rust, automaton = ahocorasick_rs.AhoCorasick(phrases), ahocorasick.Automaton()
    for number, phrase in enumerate(phrases):
        automaton.add_word(phrase, number)
    automaton.make_automaton()
    core, verb, lemmas, rusty, plain = race.rates(
        lambda: (len(texts), find_known(phrases, texts)),
        lambda: (len(texts), forest.find_anchors(phrases, forms="exact")),
        lambda: (len(texts), forest.find_anchors(phrases, forms="inflected")),
        lambda: (len(texts), sum(len(rust.find_matches_as_indexes(text, overlapping=True)) for text in lower)),
        lambda: (len(texts), sum(1 for text in lower for _ in automaton.iter(text))),
    )
    for peer, rate in (("ahocorasick-rs", rusty), ("pyahocorasick", plain)):
        for work, ours in ((FIND, core), (VERB, verb), (LEMMAS, lemmas)):
            yield Row(work, peer, ours, rate, "texts/s")


def _mining(race: Race, trees: list[Reasoning]) -> Iterator[Row]:
    texts = [text for tree in trees for text in tree.texts]
    tree = np.repeat(np.arange(len(trees), dtype=np.int32), [len(one.texts) for one in trees])
    forest = _planted(trees)
    core, verb, both, filled, matrix = race.rates(
        lambda: (len(texts), _shared(texts, tree)),
        lambda: (len(texts), forest.mine_anchors("phrases", words=(2, 3), forms="exact")),
        lambda: (len(texts), forest.mine_anchors(forms="exact")),
        lambda: (len(texts), _filled(texts)),
        lambda: (len(texts), _flagged(texts)),
    )
    for peer, rate in (("rensa LSH, filled", filled), ("rensa LSH, matrix", matrix)):
        for work, ours in ((MINE, core), (MINE_VERB, verb), ("mine_anchors()", both)):
            yield Row(work, peer, ours, rate, "texts/s")


def _shared(texts: list[str], tree: Any) -> object:
    columns = columns_of(texts)
    return shared_runs(columns, tree[columns.text], 2, 3)


def _filled(texts: list[str]) -> object:
    # More than fair: the index is only filled. Asking it afterwards takes many times as long.
    index = rensa.RMinHashLSH(threshold=0.8, num_perm=64, num_bands=16)
    for number, text in enumerate(texts):
        sketch = rensa.RMinHash(num_perm=64, seed=42)
        sketch.update(text.split())
        index.insert(number, sketch)
    return index


def _flagged(texts: list[str]) -> object:
    # Fair: its fastest way that says anything: a matrix of sketches, and a flag for each text that has a double.
    digests = rensa.RMinHash.digest_matrix_from_token_sets([text.split() for text in texts], 64, 42)
    index = rensa.RMinHashLSH(threshold=0.8, num_perm=64, num_bands=16)
    index.insert_matrix(digests, 0)
    return index.query_duplicate_flags_matrix(digests)


def _bridges(race: Race, count: int) -> Iterator[Row]:
    chance = np.random.default_rng(1)
    anchors, trees = count // 4, 1_000
    pairs = np.sort(chance.integers(0, anchors, count) * trees + chance.integers(0, trees, count))
    anchor, tree = (column.astype(np.int32) for column in np.divmod(pairs, trees))
    # Fair: one thread, as numpy has; the table is its own, made before the clock; and it may count as we do.
    base = duckdb.connect(config={"threads": 1})
    base.register("given", {"anchor": anchor, "tree": tree})
    base.execute("create table occurrences as select * from given")
    ours, counted, joined = race.rates(
        lambda: (count, int(counts_of(anchor, tree, anchors).sum())),
        lambda: (count, base.execute(_COUNTED).fetchone()[0]),
        lambda: (count, base.execute(_JOINED).fetchone()[0]),
    )
    yield Row(BRIDGES, "duckdb", ours, max(counted, joined), "rows/s")
    yield Row(BRIDGES, "duckdb, joined", ours, joined, "rows/s")


_COUNTED = """select sum(bridges) from (select (sum(n) * sum(n) - sum(n * n)) // 2 as bridges from
    (select anchor, tree, count(*) as n from occurrences group by anchor, tree) group by anchor)"""
_JOINED = """select count(*) from occurrences a join occurrences b on a.anchor = b.anchor and a.tree < b.tree"""


def _memory(trees: int) -> Row:
    forest = fl.Forest("benchmark")
    for number in range(trees):
        forest.plant(f"tree {number}", "A thought.").root.anchor("choice")
    forest.anchors.pairs  # noqa: B018 - what a forest keeps is no cost of counting
    tracemalloc.start()
    counted = count_bridges(forest)
    listed = sum(1 for _ in islice(bridges(forest), 1_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (counted, listed) == (trees * (trees - 1) // 2, min(counted, 1_000))  # noqa: S101
    return Row(MEMORY, "", peak / 1e6, 0, "MB")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table and return the exit status."""
    return run("Anchors: got back, and beside peers", rows, MARKS, arguments, quick=(60, 300))


if __name__ == "__main__":
    sys.exit(main())
