"""The card: what a folder says of itself, to people and to ``datasets.load_dataset``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import forestlib as fl
from forestlib import demo
from forestlib.corpus.card import MARKER

NAMES = ['a "quoted" name', "a: b # c", "<b>name</b>", "имя — «такое»", "- [x] | y", "'", "{a}", "name\\"]


def written(folder: Path, **more: Any) -> str:
    """Write a corpus of the demo forest and return its card."""
    demo.forest("ru").linearize("chat", size=400, seed=3, **more).write(folder)
    return (folder / "README.md").read_text("utf-8")


def test_a_russian_forest_is_told_in_russian_too(tmp_path: Path) -> None:
    """The card is English, with a paragraph in Russian where the forest is."""
    assert "Это лес рассуждений" in written(tmp_path)
    demo.forest("en").linearize("text", size=20).write(tmp_path / "en")
    assert "лес" not in (tmp_path / "en" / "README.md").read_text("utf-8")


def test_it_says_what_the_manifest_says(tmp_path: Path) -> None:
    """Counts, hold-outs and the recipe are those of the manifest."""
    card = written(tmp_path, hold_out={"pairs": 0.25}, splits={"validation": 0.05})
    manifest = json.loads((tmp_path / "manifest.json").read_bytes())
    for split, part in manifest["splits"].items():
        size = sum(manifest["files"][name]["bytes"] for name in part["files"])
        assert f"| {split} | {part['samples']} | 1 | {size} |" in card
    assert "0.25 of the pairs" in card
    assert f"{manifest['exposure']['bridges']} bridges" in card
    assert f"{manifest['exposure']['bridge_ratio']:.0%}" in card


def test_its_recipe_lays_the_same_corpus_out(tmp_path: Path) -> None:
    """The recipe in the card, in a file of its own, makes the same samples again."""
    card = written(tmp_path, hold_out={"pairs": 0.25}, style=fl.Style(anchors="shared"))
    recipe = tmp_path / "recipe.json"
    recipe.write_text(card.partition("```json\n")[2].partition("```")[0], "utf-8")
    again = demo.forest("ru").build(recipe)
    assert b"".join(again.lines()) == (tmp_path / "train.jsonl").read_bytes()


def test_a_card_of_somebody_else_stays(tmp_path: Path) -> None:
    """A README.md without the marker is never written over, one with it is."""
    card = written(tmp_path)
    assert MARKER in card
    (tmp_path / "README.md").write_text("Mine.", "utf-8")
    files = demo.forest("ru").linearize("text", size=20).write(tmp_path)
    assert (tmp_path / "README.md").read_text("utf-8") == "Mine."
    assert [path.name for path in files] == ["train.jsonl", "manifest.json"]
    (tmp_path / "README.md").write_text(card, "utf-8")
    assert written(tmp_path, order="forest") != card


@pytest.mark.parametrize("name", NAMES)
def test_the_head_is_yaml_whatever_the_forest_is_called(name: str, tmp_path: Path) -> None:
    """A forest's name breaks neither the head nor the page."""
    yaml = pytest.importorskip("yaml", reason="YAML comes with forestlib[yaml]")
    forest = fl.Forest(name)
    forest.plant("t", "a")
    forest.linearize("text").write(tmp_path)
    card = (tmp_path / "README.md").read_text("utf-8")
    head = yaml.safe_load(card.split("---\n")[1])
    assert head["pretty_name"] == name
    assert head["configs"][0]["data_files"] == [{"split": "train", "path": "train.jsonl"}]
    assert "<b>" not in card.split("---\n", 2)[2].replace("\\<b\\>", "").partition("## The recipe")[0]


LOADING = """
import json, sys
import datasets
datasets.disable_progress_bars()
data = datasets.load_dataset(sys.argv[1], cache_dir=sys.argv[2])
print(json.dumps({name: [len(part), part.column_names, part[0]] for name, part in data.items()}))
"""


@pytest.mark.parametrize("format_", ["jsonl", "parquet"])
@pytest.mark.parametrize("shard_size", [None, 60])
def test_datasets_loads_the_folder(
    format_: str,
    shard_size: int | None,
    tmp_path: Path,
    in_python: Callable[..., bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """``load_dataset(folder)``, offline, gives every split with its samples."""
    pytest.importorskip("datasets", reason="it comes with forestlib[hf]")
    corpus = demo.forest("ru").linearize("chat", size=200, hold_out={"pairs": 0.2}, splits={"validation": 0.1})
    corpus.write(tmp_path / "out", format=format_, shard_size=shard_size)
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    said = json.loads(in_python(LOADING, str(tmp_path / "out"), str(tmp_path / "cache")).splitlines()[-1])
    validation, held = corpus.splits["validation"], corpus.beside()
    assert held is not None
    assert {name: part[0] for name, part in said.items()} == {
        "train": len(corpus),
        "validation": len(validation),
        "held_out": len(held),
    }
    assert [said[name][2] for name in ("train", "validation", "held_out")] == [corpus[0], validation[0], held[0]]
