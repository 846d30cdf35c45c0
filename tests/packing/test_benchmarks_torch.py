"""The benchmarks of packing run, their tables are whole, and a missed mark is named. Speeds stand in no test."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

QUICK = ["--quick", "--rounds", "1", "--check"]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


@pytest.fixture(params=["benchmarks.packing", "benchmarks.treepacks"])
def benchmark(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Each benchmark in turn, its marks so low that all are met."""
    pytest.importorskip("torch", reason="models come with forestlib[train]")
    pytest.importorskip("trl", reason="TRL comes with forestlib[train]")
    module = import_module(request.param)
    monkeypatch.setattr(module, "MARKS", {name: 0.0 if " / " in name else 1e9 for name in module.MARKS})
    return module


def test_the_table_has_every_row(benchmark: ModuleType, tmp_path: Path) -> None:
    """Every mark belongs to a row, and every row is measured."""
    assert benchmark.main([*QUICK, "--json", str(tmp_path / "rows.json")]) == 0
    rows = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))
    names = {f"{row['work']} / {row['peer']}" if row["peer"] else row["work"] for row in rows}
    assert set(benchmark.MARKS) <= names
    assert not any(row["note"] for row in rows)
    assert all(row["ours"] > 0 and (row["theirs"] > 0 or not row["peer"]) for row in rows)


def test_a_missing_peer_is_a_note(
    benchmark: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a peer is not installed, its rows say so, and the rest is measured."""
    for name in ("trl", "transformers"):
        monkeypatch.setitem(sys.modules, name, None)
    assert benchmark.main(QUICK) == 0
    assert "not measured: pip install" in capsys.readouterr().out
