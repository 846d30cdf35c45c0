"""The table of anchors runs where there are peers, and what it takes away it takes away rightly."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks.table import Row

regained = pytest.importorskip("benchmarks.regained")
vaults = pytest.importorskip("benchmarks.vaults")

NOTE = """---
tags: [[no link]]
---
# About [[graph-view|views of the graph]]
See [the поле](../a/Поле.md "field"), `[[code]]` and [out](https://example.org/a_(b)).
```
[[fenced]]
```
[graph-view]: graph-view.md
"""


def test_speeds_are_measured_without_the_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the data the table says so, and every mark of the speeds belongs to a row."""
    for peer in ("ahocorasick", "ahocorasick_rs", "duckdb", "rensa"):
        pytest.importorskip(peer, reason="the peers come with forestlib[bench]")
    anchors = import_module("benchmarks.anchors")
    monkeypatch.setattr(regained, "DATA", tmp_path / "none")
    monkeypatch.setattr(anchors, "MARKS", dict.fromkeys(anchors.MARKS, 0.0) | {anchors.MEMORY: 1e9})
    tiny = ["--trees", "3", "--nodes", "40", "--rounds", "1", "--check", "--json", str(tmp_path / "rows.json")]
    assert anchors.main(tiny) == 0
    listed = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))
    names = {f"{row['work']} / {row['peer']}" if row["peer"] else row["work"] for row in listed}
    assert anchors.MARKS.keys() - regained.MARKS.keys() <= names
    assert "no data at" in capsys.readouterr().out


def test_links_are_stripped_to_what_a_reader_sees(tmp_path: Path) -> None:
    """Links in code are no links, links out of the vault no mentions; the others keep their place in the text."""
    (tmp_path / "note.md").write_text(NOTE, encoding="utf-8")
    vault = vaults.read_vault(tmp_path)
    assert [node.text for node in vault.forest["note"].nodes()] == [
        "note",
        "About views of the graph",
        "See the поле, `[[code]]` and out.",
    ]
    assert vault.in_code == 2
    assert [(mention.target, mention.words) for mention in vault.mentions] == [
        ("graph-view", "views of the graph"),
        ("Поле", "the поле"),
    ]
    for mention in vault.mentions:
        node = list(vault.forest["note"].nodes())[mention.node]
        assert node.text[slice(*mention.span)] == mention.words


@pytest.mark.parametrize(
    ("one", "other", "forms"),
    [
        ("Graph views", "graph-view", True),
        ("queries", "query", True),
        ("graph", "graph-view", False),
        ("полями", "Поле", True),
        ("пары", "пара", True),
        ("Полюс", "Поле", False),
    ],
)
def test_forms_are_told_by_another_dictionary(one: str, other: str, forms: bool) -> None:
    """Two phrases are forms of one another where their words are, one by one."""
    pytest.importorskip("pymorphy3", reason="the judge comes with forestlib[bench]")
    assert vaults.are_forms(one, other) is forms


def test_readings_are_of_a_hundred_phrases() -> None:
    """Each phrase was judged once."""
    assert len(import_module("benchmarks.readings").phrases()) == 100


def test_a_share_is_held_against_its_mark() -> None:
    """A share below its mark is missed."""
    assert not Row("found", "all", 89, 100, "links", mark=0.9).met
    assert Row("found", "all", 90, 100, "links", mark=0.9).met
