"""Folders: which of their files are read, and what is said of the rest."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

import forestlib as fl
from forestlib.errors import FileError, ForestlibWarning

Put = Callable[[str, str | bytes], Path]


def tree(name: str) -> str:
    """Return a record of one node."""
    return f'{{"tree":"{name}","nodes":[{{"level":0,"text":"a"}}]}}'


@pytest.mark.parametrize("name", ["a.JSON", "a.Json", "a.JSONL", "a.jsonL"])
def test_a_suffix_counts_in_any_case(name: str, put: Put, tmp_path: Path) -> None:
    """A file is read and written by its suffix, whether in capitals or not, alone and in a folder."""
    path = put(f"trees/{name}", tree("t"))
    assert [one.name for one in fl.load(path)] == ["t"]
    assert [one.name for one in fl.load(tmp_path / "trees")] == ["t"]
    again = fl.load(path).save(tmp_path / f"new {name}")
    assert again.is_file()
    assert list(fl.load(again)["t"]) != []


def test_a_jsonl_in_capitals_holds_many_trees(put: Put) -> None:
    """Capitals do not make a `.jsonl` a `.json`."""
    assert len(fl.load(put("a.JSONL", f"{tree('a')}\n{tree('b')}\n"))) == 2


def test_folders_with_trees_inside_are_named(put: Put, tmp_path: Path) -> None:
    """Folders inside a folder are not read; those that hold trees at any depth are said, the others are not."""
    put("trees/a.json", tree("a"))
    for left in ("trees/old/b.JSON", "trees/more/deeper/still/c.jsonl"):
        put(left, tree("b"))
    for nothing in ("trees/notes/readme.txt", "trees/.hidden/d.json", "trees/drafts/.e.json"):
        put(nothing, tree("c"))
    with pytest.warns(ForestlibWarning, match=r"were not read: 'more', 'old'\. Load each") as caught:
        forest = fl.load(tmp_path / "trees")
    assert [warning.filename for warning in caught] == [__file__]
    assert [one.name for one in forest] == ["a"]


def test_many_folders_are_named_shortly(put: Put, tmp_path: Path) -> None:
    """However many folders are left out, the warning is a line."""
    put("trees/a.json", tree("a"))
    for number in range(40):
        put(f"trees/f{number:02}/b.json", tree("b"))
    with pytest.warns(ForestlibWarning, match=r"'f00', .* …\. Load each") as caught:
        fl.load(tmp_path / "trees")
    assert len(str(caught[0].message)) < 300


def test_a_folder_of_trees_alone_is_silent(put: Put, tmp_path: Path) -> None:
    """A folder without folders, and a single file beside others, are read without a word."""
    path = put("trees/a.json", tree("a"))
    put("trees/notes/readme.txt", "Nothing.")
    put("trees/beside.json", tree("b"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(fl.load(tmp_path / "trees")) == 2
        assert len(fl.load(path)) == 1


def test_a_folder_whose_trees_all_lie_deeper_is_an_error(put: Put, tmp_path: Path) -> None:
    """A folder with no tree of its own is an error that names what it lacks and where trees lie."""
    put("trees/inner/a.json", tree("a"))
    with pytest.raises(FileError, match=r"no \.json and no \.jsonl.*'inner'"):
        fl.load(tmp_path / "trees")
