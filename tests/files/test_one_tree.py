"""A `.json` holds a tree alone: what of its forest would not come back is said, and nothing else is."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

import forestlib as fl
from forestlib.errors import ForestlibWarning


@pytest.fixture
def silent() -> Iterator[None]:
    """Make every warning an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def of_one_tree(name: str = "forest", axes: fl.Frame | None = None) -> fl.Forest:
    """Return a forest of one tree."""
    forest = fl.Forest(name, axes)
    forest.plant("t", "A root.", axes=["causality"])
    return forest


def test_a_name_that_is_lost_is_said(tmp_path: Path) -> None:
    """A forest that was given a name loses it in a `.json`: the warning says it and what would keep it."""
    words = r"t\.json: .*the forest's name 'ethics' would not come back\. Save the forest as t\.jsonl to keep it"
    with pytest.warns(ForestlibWarning, match=words) as caught:
        of_one_tree("ethics").save(tmp_path / "t.json")
    assert [warning.filename for warning in caught] == [__file__]


@pytest.mark.parametrize(
    "frame",
    [
        fl.Frame([fl.Axis("causality", {"ru": "причина"})]),
        fl.frames.thinking().extended([fl.Axis("ethics")]),
        fl.frames.thinking("ru"),
    ],
    ids=["own names", "one axis more", "another language"],
)
def test_a_frame_that_is_lost_is_said(frame: fl.Frame, tmp_path: Path) -> None:
    """A frame that a reader of the tree alone would not have again is said."""
    with pytest.warns(ForestlibWarning, match="the frame of its axes would not come back"):
        of_one_tree("t", frame).save(tmp_path / "t.json")


@pytest.mark.usefixtures("silent")
def test_what_comes_back_is_saved_in_silence(tmp_path: Path) -> None:
    """A forest of no name of its own, or of the file's name, in the built-in frame, loses nothing."""
    for forest in (of_one_tree(), of_one_tree("t"), fl.read("# t\nA root.", importer="outline")):
        path = forest.save(tmp_path / "t.json")
        assert list(map(str, fl.load(path))) == list(map(str, forest))


@pytest.mark.filterwarnings("ignore:.*axes that the frame lacks")
def test_a_loaded_tree_is_saved_again_in_silence(tmp_path: Path) -> None:
    """A `.json` that was loaded is saved again without a word, under its name or another, with axes of its own."""
    source = tmp_path / "t.json"
    source.write_text('{"tree":"x","axes":["мораль"],"nodes":[{"level":0,"text":"a"}]}', "utf-8")
    forests = fl.load(source), fl.load(source, axes=fl.frames.thinking("ru"))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for forest in forests:
            forest.save(source)
            forest.save(tmp_path / "other.json")
    assert caught == []


@pytest.mark.usefixtures("silent")
def test_a_jsonl_and_a_folder_lose_nothing(tmp_path: Path) -> None:
    """Where there is a head line there is nothing to warn of."""
    forest = of_one_tree("ethics", fl.frames.thinking("ru"))
    for name in ("t.jsonl", "folder"):
        assert fl.load(forest.save(tmp_path / name)) == forest
