"""The table of tokens runs at a tiny size: every mark belongs to a row, and ids are identical."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import tokens


def test_the_table_has_every_row(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each manner of splitting is measured, after its ids were found identical; all marks met, the status is 0."""
    pytest.importorskip("tokenizers", reason="the tokenizers come with forestlib[hf]")
    monkeypatch.setattr(tokens, "MARKS", {name: 0.0 if " / " in name else 1e9 for name in tokens.MARKS})
    tiny = ["--trees", "3", "--nodes", "40", "--rounds", "1", "--check", "--json", str(tmp_path / "rows.json")]
    assert tokens.main(tiny) == 0
    listed = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))
    names = {f"{row['work']} / {row['peer']}" if row["peer"] else row["work"] for row in listed}
    assert set(tokens.MARKS) == names
    assert all(row["ours"] > 0 for row in listed)
    assert "tokenizing each row" in capsys.readouterr().out


def test_other_ids_are_no_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows whose ids are not those of their texts stop the table."""
    pytest.importorskip("tokenizers", reason="the tokenizers come with forestlib[hf]")
    monkeypatch.setattr(tokens, "_path_texts", lambda trees: ["другое"])
    with pytest.raises(AssertionError, match="differ"):
        tokens.main(["--trees", "3", "--nodes", "40", "--rounds", "1"])
