"""A corpus in packs: every token once, long rows cut where nodes end, and errors that name what fits nowhere."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import forestlib as fl
from forestlib.corpus.treerows import token_trees
from forestlib.demo import forest as demo
from forestlib.errors import EmptyCorpusError, ForestlibWarning, OptionError, PackError
from forestlib.packing.laid import TokenTree


def letters(text: str) -> list[int]:
    """Return the code points of a text."""
    return list(map(ord, text))


@pytest.fixture(scope="module")
def corpus() -> fl.Corpus:
    """A corpus whose samples all fit into 4,096 letters but for the deepest paths."""
    return demo("ru").linearize("text", {"windows": 0.5, "bridges": 0.5}, size=60, seed=7)


def test_packs_hold_every_token_once(corpus: fl.Corpus) -> None:
    """Where nothing is cut, packs hold the rows and nothing else."""
    packs, rows = corpus.pack(letters, 1 << 15), corpus.tokenize(letters).rows()
    assert sorted(packs.all().ids.tolist()) == sorted(rows.ids.tolist())
    assert packs.report.split == packs.report.repeated == 0


def test_long_samples_are_cut_where_nodes_end() -> None:
    """Each later part begins with the head and the node before the cut, and learns what is new alone."""
    corpus = demo("ru").linearize("text", "paths", order="forest")
    with pytest.warns(ForestlibWarning, match="longer than a pack"):
        corpus.pack(letters, 4096)
    packs = corpus.pack(letters, 4096, long="split")
    assert packs.report.split
    deep = max(corpus, key=lambda sample: len(sample["text"]))["text"].split("\n")
    seen = list[str]()
    for pack in packs:
        for begin, end in pairwise(pack.cu_seqlens.tolist()):
            lines = "".join(map(chr, pack.ids[begin:end].tolist())).split("\n")
            if lines[0] == deep[0] and set(lines[1:]) <= set(deep):
                new = "".join(chr(label) for label in pack.labels[begin:end] if label >= 0).split("\n")
                seen += new[1:]
    assert set(deep[2:]) <= set(seen)


def test_long_samples_may_be_refused() -> None:
    """long='refuse' says how many samples are longer than a pack, and which is the longest."""
    with pytest.raises(PackError, match="samples are longer than a pack of 2000 tokens; the longest, at"):
        demo("ru").linearize("text", "paths").pack(letters, 2000, long="refuse")


def test_a_node_longer_than_a_pack_is_named() -> None:
    """A node that goes into no pack is named by its tree and number."""
    forest = fl.Forest("long")
    forest.plant("выбор", "Выбор.").root.then("а" * 500)
    with pytest.raises(PackError, match="Node 1 of the tree 'выбор', in the sample at 0, has 501 tokens"):
        forest.linearize("text", "paths").pack(letters, 200, long="split")


def test_a_long_row_that_is_whole_is_not_cut() -> None:
    """Nobody knows where the nodes of a row end that is tokenized whole: it is an error and no guess."""

    def pairs(text: str) -> list[int]:
        return [sum(map(ord, text[at : at + 2])) for at in range(0, len(text), 2)]

    with pytest.warns(ForestlibWarning), pytest.raises(PackError, match="tokenized whole"):
        demo("ru").linearize("text", "paths").pack(pairs, 2000, long="split")


def test_stitched_packs_bring_shared_anchors_together(corpus: fl.Corpus) -> None:
    """More samples stand with one that shares an anchor, at a loss of fill that is reported."""
    report = corpus.pack(letters, 1 << 13, order="stitched", long="split").report
    assert report.together is not None
    assert report.best_together is not None
    assert report.together > report.best_together
    assert report.fill <= report.best_fill


def test_attend_removes_the_borders(corpus: fl.Corpus) -> None:
    """With attend=True a pack is one sequence."""
    assert all(len(pack.seq_lengths) == 1 for pack in corpus.pack(letters, 1 << 15, attend=True))


def test_columns_may_stand_in_a_folder(corpus: fl.Corpus, tmp_path: Path) -> None:
    """Ids and labels that are mapped make the same packs."""
    one, other = corpus.pack(letters, 1 << 15).all(), corpus.pack(letters, 1 << 15, folder=tmp_path).all()
    assert one.ids.tolist() == other.ids.tolist()
    assert one.labels.tolist() == other.labels.tolist()


def test_packs_are_a_data_set_as_trl_reads_it(corpus: fl.Corpus) -> None:
    """The data set has TRL's columns, a pack a row."""
    pytest.importorskip("datasets", reason="comes with forestlib[hf]")
    packs = corpus.pack(letters, 1 << 15)
    data = packs.to_hf()
    assert data.column_names == ["input_ids", "labels", "seq_lengths"]
    assert [row["input_ids"] for row in data] == [pack.ids.tolist() for pack in packs]
    assert [row["seq_lengths"] for row in data] == [pack.seq_lengths.tolist() for pack in packs]


def test_bad_lengths_are_errors(corpus: fl.Corpus) -> None:
    """A length is a whole number that holds more than a separator."""
    for length in (0, -1, 2.5):
        with pytest.raises(OptionError):
            corpus.pack(letters, length)  # type: ignore[arg-type]
    with pytest.raises(PackError, match="no more than a separator"):
        demo("ru").tree_packs(letters, 1)
    with pytest.raises(EmptyCorpusError):
        fl.Forest("empty").tree_packs(letters)


def paths_of(tree: TokenTree) -> list[list[int]]:
    """Return the ids of each root-to-leaf path of a tree of tokens."""
    found, above = [], set(tree.parents.tolist())
    for leaf in sorted(set(range(len(tree.parents))) - above):
        nodes, node = [], leaf
        while node >= 0:
            nodes.append(node)
            node = int(tree.parents[node])
        parts = [tree.nodes.ids[slice(*tree.nodes.offsets[one : one + 2])] for one in nodes[::-1]]
        found.append(np.concatenate([tree.head, *parts]).tolist())
    return found


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_paths_of_token_trees_are_the_rows_of_samples(lang: str) -> None:
    """A path of a tree of tokens has the ids of the sample's text, BOS and EOS as they were asked for."""
    forest = demo(lang)
    rows = forest.linearize("text", "paths", order="forest").tokenize(letters, bos=1, eos=2).rows()
    made = token_trees(forest, letters, bos=1, eos=2)
    assert made.is_exact
    assert made.separator == (10,)
    assert [path for tree in made.trees for path in paths_of(tree)] == [row.tolist() for row in rows]


def test_a_merging_tokenizer_gets_separators_of_its_own() -> None:
    """Where a full stop and a line break are one token, nodes are separated by a line break alone, and it is said."""

    def merging(text: str) -> list[int]:
        return list(map(ord, text.replace(".\n", "\x01")))

    with pytest.warns(ForestlibWarning, match="separated"):
        made = token_trees(demo("ru"), merging)
    assert not made.is_exact
    assert made.separator == (10,)
    given = token_trees(demo("ru"), merging, separator=7)
    assert all((tree.nodes.ids[tree.nodes.offsets[:-1]] == 7).all() for tree in given.trees)


def test_tree_packs_hold_each_node_once() -> None:
    """Each learned token stands once, in a pack of the length that was asked for, bridges beside the trees."""
    forest = demo("ru")
    bridges = forest.linearize("text", "bridges", size=10, seed=7)
    packs = forest.tree_packs(letters, 1 << 14, weights="one", long="split", beside=bridges)
    taught = sum(int((pack.labels >= 0).sum()) for pack in packs)
    rows = bridges.tokenize(letters).rows()
    nodes = sum(len(tree.nodes.ids) - len(tree.parents) for tree in token_trees(forest, letters).trees)
    assert taught == nodes + len(rows.ids) - len(rows)
    assert max(map(len, packs)) <= 1 << 14


def test_long_branches_are_told(comb: fl.Tree) -> None:
    """Branches longer than a pack are cut with a warning, without one where that was meant, or refused."""
    forest = fl.Forest("deep")
    forest.add(comb)
    if len(comb) < 1000:
        assert forest.tree_packs(letters, 4096).report.cuts == 0
        return
    assert forest.tree_packs(letters, 4096, long="split").report.cuts
    with pytest.warns(ForestlibWarning, match="are cut where nodes end"):
        forest.tree_packs(letters, 4096)
    with pytest.raises(PackError, match="branch"):
        forest.tree_packs(letters, 4096, long="refuse")
