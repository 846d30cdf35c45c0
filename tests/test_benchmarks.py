"""The benchmarks run, their tables are whole, and a missed mark is named. Speeds stand in no test."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks.material import SHAPES, material, parents_of

TINY = ["--trees", "3", "--nodes", "40", "--rounds", "1", "--check"]


@pytest.fixture(params=["benchmarks.model", "benchmarks.files", "benchmarks.corpus"])
def benchmark(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Each benchmark in turn, its marks so low that all are met, without the slow extra."""
    for peer in ("networkx", "rustworkx", "treelib"):
        pytest.importorskip(peer, reason="the peers come with forestlib[bench]")
    module = import_module(request.param)
    met = {name: 1e9 if " / " not in name else 0.0 for name in module.MARKS}
    monkeypatch.setitem(sys.modules, "datasets", None)
    monkeypatch.setattr(module, "MARKS", met)
    return module


def test_the_table_has_every_row(benchmark: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every mark belongs to a row, every row is measured and printed, and with all marks met the exit status is 0."""
    assert benchmark.main([*TINY, "--json", str(tmp_path / "rows.json")]) == 0
    rows = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))
    names = {f"{row['work']} / {row['peer']}" if row["peer"] else row["work"] for row in rows}
    assert set(benchmark.MARKS) <= names
    assert all(row["ours"] > 0 and (row["theirs"] > 0 or row["note"] or not row["peer"]) for row in rows)
    printed = capsys.readouterr().out
    assert all(row["work"] in printed and row["peer"] in printed for row in rows)


def test_a_missed_mark_is_named_and_exits_1(
    benchmark: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --check an impossible mark makes the exit status 1 and is the only one named."""
    impossible = next(iter(benchmark.MARKS))
    monkeypatch.setitem(benchmark.MARKS, impossible, 1e9)
    assert benchmark.main(TINY) == 1
    missed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("mark missed")]
    assert len(missed) == 1
    assert impossible in missed[0]


def test_material_is_the_same_every_time() -> None:
    """The same seed gives the same trees: shapes by turns, parents that fit the levels, anchors that stand in texts."""
    first, second = material(3, 60), material(3, 60)
    assert [tree.texts for tree in first] == [tree.texts for tree in second]
    assert [len(tree.texts) for tree in first] == [60] * len(SHAPES)
    for tree in first:
        assert tree.parents == parents_of(tree.levels)
        assert all(phrase in tree.texts[node] for node, found in enumerate(tree.anchors) for phrase in found)
