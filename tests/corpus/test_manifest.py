"""The manifest: which forest, which packages, and how two files that do not belong together are told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint, version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import forestlib as fl
from forestlib.corpus import manifest as module
from forestlib.corpus.digest import digest_of
from forestlib.corpus.manifest import origin_of
from forestlib.registry import Plugin, serializers, walkers

CHANGES: dict[str, Callable[[fl.Forest], Any]] = {
    "a tree": lambda forest: forest.plant("new", "a"),
    "a node": lambda forest: forest["t0"].root.then("more"),
    "a mark": lambda forest: forest["t0"].root.anchor("more"),
    "a field": lambda forest: forest["t0"].root.then("One.", score=1) and forest["t0"].root.then("One.", score=1.0),
    "a declared anchor": lambda forest: forest.anchor("norm", aliases=["rule"]),
    "the head": lambda forest: forest.extra.update(author="A. B."),
}


def late() -> fl.Forest:
    """Return a forest whose nodes were not appended in preorder."""
    forest = fl.Forest("f")
    tree = forest.plant("t", "Root.", lang="en", source="essay")
    deep = tree.root.then("One.").anchor("norm")
    tree.root.then("Two.", score=0.5).anchor("choice", "norm")
    deep.then("Below.")
    return forest


def test_the_digest_follows_from_the_content(tmp_path: Path) -> None:
    """A copy, and what is loaded from the saved file, have the forest's own digest, whatever the order of appending."""
    forest = late()
    again = fl.load(forest.save(tmp_path / "f.jsonl"))
    assert forest == again
    assert digest_of(forest) == digest_of(forest) == digest_of(forest.copy()) == digest_of(again)


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_is_another_digest(change: str, forest: fl.Forest) -> None:
    """What makes two forests unequal makes their digests differ, also after one of them was asked for."""
    before = digest_of(forest)
    CHANGES[change](forest)
    assert digest_of(forest) != before


def test_one_is_not_true_nor_one_point_nought() -> None:
    """Fields that a file tells apart are told apart."""
    forests = [fl.Forest("f"), fl.Forest("f"), fl.Forest("f")]
    for forest, score in zip(forests, (1, 1.0, True), strict=True):
        forest.plant("t", "a", score=score)
    assert len(set(map(digest_of, forests))) == 3


def test_the_manifest_names_the_forest_and_the_packages(forest: fl.Forest, tmp_path: Path) -> None:
    """The written manifest holds the forest's digest and what each plug-in comes from."""

    @fl.serializer("of_a_notebook")
    def of_a_notebook(walk: fl.Walk) -> Iterator[fl.Sample]:
        yield {"text": "x"}

    walks = {"paths": 0.5, "bridges:up": {"share": 0.3, "direction": "up"}, "bridges:down": 0.2}
    said = json.loads(forest.linearize("of_a_notebook", walkers=walks).write(tmp_path)[1].read_text())
    own = f"forestlib {version('forestlib')}"
    assert said["forest"]["sha256"] == digest_of(forest)
    assert said["plugins"] == {"of_a_notebook": __name__, "paths": own, "bridges": own}


@pytest.mark.parametrize("source", ["tidy_bullets.formats", "another.module"])
def test_a_plug_in_of_a_package_has_its_version(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plug-in that an entry point offers is said by package and version; one that only shares its name is not."""
    dist = SimpleNamespace(name="tidy-bullets", version="2.1", _normalized_name="tidy_bullets")
    point = EntryPoint("tidy", "tidy_bullets.formats:tidy", "forestlib.serializers")
    vars(point).update(dist=dist)
    monkeypatch.setattr(module, "entry_points", lambda **kind: [point] if kind["name"] == "tidy" else [])
    plugin = Plugin("serializer", "tidy", print, {}, {}, source)
    assert origin_of(plugin) == ("tidy-bullets 2.1" if source == "tidy_bullets.formats" else source)
    assert origin_of(serializers["text"]) == origin_of(walkers["paths"]) == f"forestlib {version('forestlib')}"
