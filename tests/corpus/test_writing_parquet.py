"""Parquet: the samples as columns of one schema, and what does not fit is said."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import forestlib as fl
from forestlib.errors import MissingExtraError, PluginError

parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet comes with forestlib[parquet]")


def giving(sample: Callable[[int], dict[str, Any]]) -> str:
    """Register a serializer that makes a sample of the number of a walk's steps and of their first text."""

    @fl.serializer("giving")
    def made(walk: fl.Walk) -> Iterator[fl.Sample]:
        yield sample(int(walk.steps[0].text[1:]))

    return "giving"


def trees(count: int) -> fl.Forest:
    """Return a forest of trees that are called by their numbers."""
    forest = fl.Forest()
    for number in range(count):
        forest.plant(f"t{number}", "A thought.")
    return forest


@pytest.mark.parametrize("name", ["text", "chat"])
def test_the_rows_are_the_samples(name: str, forest: fl.Forest, tmp_path: Path) -> None:
    """Read back, the files hold the corpus's samples, in their order."""
    corpus = forest.linearize(name, size=60, seed=2, hold_out={"pairs": 0.2})
    files = [path for path in corpus.write(tmp_path, format="parquet", shard_size=25) if path.name.startswith("train")]
    rows = [row for file in files for row in parquet.read_table(file).to_pylist()]
    assert rows == list(corpus)
    assert len({parquet.read_schema(file) for file in files}) == 1
    assert parquet.ParquetFile(files[0]).metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_corpus_without_samples_is_a_file(tmp_path: Path) -> None:
    """An empty corpus is a Parquet file without rows."""
    (file, *_) = fl.Forest().linearize("text").write(tmp_path, format="parquet")
    assert parquet.read_table(file).num_rows == 0


def test_many_rows_are_several_row_groups(tmp_path: Path) -> None:
    """Rows are written some thousand at a time, so that a large shard is never held whole."""
    (file, *_) = trees(9_000).linearize("text", "paths").write(tmp_path, format="parquet")
    assert parquet.ParquetFile(file).num_row_groups == 3


def test_columns_that_some_samples_lack_are_null(tmp_path: Path) -> None:
    """A column that a sample does not have is empty there; the columns are those of all."""
    name = giving(lambda number: {"n": number} if number % 2 else {"text": "x"})
    (file, *_) = trees(10).linearize(name, "paths", order="forest").write(tmp_path, format="parquet")
    rows = parquet.read_table(file).to_pylist()
    assert rows[:2] == [{"text": "x", "n": None}, {"text": None, "n": 1}]


LATE = {
    "a new column": lambda number: {"n": number} | ({"late": 1} if number == 3_001 else {}),
    "another type": lambda number: {"n": "text" if number == 3_001 else number},
    "a new key in a mapping": lambda number: {"n": {"a": 1} | ({"b": 2} if number == 3_001 else {})},
    "a list for a number": lambda number: {"n": [1] if number == 3_001 else number},
    "a fraction for a number": lambda number: {"n": 0.5 if number == 3_001 else number},
}


@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize("shard_size", [None, 500])
def test_a_sample_that_does_not_fit_is_named(late: str, shard_size: int | None, tmp_path: Path) -> None:
    """A late sample of other columns or types is an error that shows it; nothing of it is dropped."""
    corpus = trees(5_000).linearize(giving(LATE[late]), "paths", order="forest")
    with pytest.raises(PluginError, match="does not fit the Parquet file") as caught:
        corpus.write(tmp_path, format="parquet", shard_size=shard_size)
    assert caught.value.sample in str(caught.value)
    assert corpus.write(tmp_path / "as_lines")[0].exists()


@pytest.mark.parametrize("odd", [2**80, {1, 2}, object()])
def test_a_value_that_no_column_holds_is_named(odd: object, tmp_path: Path) -> None:
    """A value that neither Arrow nor JSON knows is an error that shows it."""
    with pytest.raises(PluginError, match="'n'"):
        trees(10).linearize(giving(lambda number: {"n": odd}), "paths").write(tmp_path, format="parquet")


def test_without_the_package_the_extra_is_named(
    forest: fl.Forest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where pyarrow is missing the error says which extra brings it, and leaves no folder."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"forestlib\[parquet\]"):
        forest.linearize("text").write(tmp_path / "out", format="parquet")
    assert not (tmp_path / "out").exists()
