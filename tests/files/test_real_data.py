"""Real trees, read, saved, loaded and laid out; skipped where the data do not stand beside the project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import forestlib as fl

DATA = Path(__file__).parents[2].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the shared data are not on this machine: no {DATA}")


@pytest.fixture(scope="module")
def proofs() -> fl.Forest:
    """The 1,500 proofs of EntailmentBank."""
    return fl.read(DATA / "entailmentbank", importer="entailmentbank")


def test_the_proofs_come_in_whole(proofs: fl.Forest) -> None:
    """EntailmentBank gives 1,500 trees of 11,577 nodes with 934 anchors in two or more trees."""
    shared = [anchor for anchor in map(proofs.anchors.__getitem__, proofs.anchors) if anchor.tree_count > 1]
    assert (len(proofs), sum(map(len, proofs)), len(shared)) == (1_500, 11_577, 934)


@pytest.mark.parametrize("name", ["proofs.jsonl", "proofs"])
def test_the_proofs_are_the_same_after_a_file(name: str, proofs: fl.Forest, tmp_path: Path) -> None:
    """Saved and loaded they are equal, saved again they are the same bytes, and laid out they are the same corpus."""
    proofs.save(tmp_path / "a" / name)
    again = fl.load(tmp_path / "a" / name)
    again.save(tmp_path / "b" / name)
    assert again == proofs
    one, other = ({p.name: p.read_bytes() for p in (tmp_path / side).rglob("*.json*")} for side in "ab")
    assert one == other
    for form in ("text", "chat"):
        assert list(proofs.linearize(form, seed=1).lines()) == list(again.linearize(form, seed=1).lines())


def rows_in_preorder(rows: list[dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    """Return (level, row) in preorder of rows with `id` and `parent`, each after its parent."""
    below: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        below.setdefault(row["parent"], []).append(row)
    found, waiting = [], [(0, row) for row in reversed(below[None])]
    while waiting:
        level, row = waiting.pop()
        found.append((level, row))
        waiting += [(level + 1, child) for child in reversed(below.get(row["id"], []))]
    return found


@pytest.mark.parametrize(
    ("path", "text", "anchor", "deepest"),
    [
        ("metamath/derived/ql_deep_u3lemab.jsonl", "text", "ref", 1_037),
        ("deep_git/Open-Assistant.jsonl", "subject", "date", 1_869),
        ("deep_git/httpx.jsonl", "subject", "date", 1_413),
    ],
)
def test_deep_trees_come_in_and_out(path: str, text: str, anchor: str, deepest: int, tmp_path: Path) -> None:
    """A proof and two histories of more than a thousand levels are read, written back as they were, and laid out."""
    rows = [json.loads(line) for line in (DATA / path).read_text().splitlines()]
    listed = rows_in_preorder(rows)
    nodes = [
        {"level": level, "text": row[text] or "-", "anchors": [row[anchor]] if row[anchor] else [], "id": row["id"]}
        for level, row in listed
    ]
    assert len(nodes) == len(rows)
    record = {"tree": Path(path).stem, "source": path, "nodes": nodes}
    (tmp_path / "in.json").write_text(json.dumps(record, ensure_ascii=False, indent=1))
    forest = fl.load(tmp_path / "in.json")
    forest.save(tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_text()) == record
    (tree,) = forest
    assert max(node.level for node in tree) + 1 in (deepest, deepest + 1)
    corpus = forest.linearize("text", walkers="paths")
    assert len(corpus) == sum(1 for _ in tree.leaves())
    assert sum(1 for _ in corpus.lines()) == len(corpus)
