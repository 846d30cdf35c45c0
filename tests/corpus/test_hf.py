"""A corpus as a Hugging Face data set: what it holds, of which types, and that it streams, shards and resumes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import forestlib as fl
from forestlib.demo import forest as demo
from forestlib.errors import MissingExtraError, OptionError, PluginError

try:
    import datasets
except ModuleNotFoundError:
    datasets = None

needs_datasets = pytest.mark.skipif(datasets is None, reason="comes with forestlib[hf]")


def giving(name: str, answer: Callable[[fl.Walk], Any]) -> None:
    """Register a serializer that yields what `answer` gives."""

    @fl.serializer(name)
    def serialize(walk: fl.Walk) -> Iterator[Any]:
        yield from answer(walk)


def test_a_missing_package_is_named(forest: fl.Forest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package the error says which extra brings it."""
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(MissingExtraError, match=r"forestlib\[hf\]"):
        forest.linearize("text").to_hf()


@needs_datasets
@pytest.mark.parametrize("streaming", [False, True])
class TestBoth:
    """In memory and streamed."""

    @pytest.mark.parametrize("lang", ["ru", "en"])
    @pytest.mark.parametrize("name", ["text", "chat"])
    def test_rows_are_the_samples(self, name: str, lang: str, streaming: bool) -> None:
        """The rows of each split are its samples, in their order, and the splits are those that are written."""
        corpus = demo(lang).linearize(
            name, size=150, seed=7, hold_out={"pairs": 0.2}, splits={"validation": 0.2}, own=None
        )
        found = corpus.to_hf(streaming=streaming)
        assert list(found) == ["train", "validation", "held_out"]
        assert [list(part) for part in found.values()] == [
            list(corpus), list(corpus.splits["validation"]), list(corpus.held_out())
        ]  # fmt: skip

    def test_the_features_are_those_of_the_samples(self, streaming: bool, forest: fl.Forest) -> None:
        """Columns have the types that all samples together have, the same in every split."""
        answers = iter([{"n": 1, "x": None, "ok": True}, {"n": 0.5, "x": [{"a": "b"}], "ok": False}] * 1000)
        giving("typed", lambda walk: [next(answers)])
        found = forest.linearize("typed", splits={"validation": 1 / 3}).to_hf(streaming=streaming)
        text, number, flag = (datasets.Value(kind) for kind in ("string", "float64", "bool"))
        assert found["train"].features == datasets.Features({"n": number, "x": datasets.List({"a": text}), "ok": flag})
        assert found["validation"].features == found["train"].features

    def test_a_split_without_values_has_the_others_types(self, streaming: bool, forest: fl.Forest) -> None:
        """A column that is empty all through one split is of the type that it has in another."""
        apart = {
            walk.steps for walk in forest.linearize("text", splits={"validation": 0.3}).splits["validation"].walks()
        }
        giving("lacking", lambda walk: [{"x": None if walk.steps in apart else "a"}])
        found = forest.linearize("lacking", splits={"validation": 0.3}).to_hf(streaming=streaming)
        assert list(found["validation"]) == [{"x": None}] * len(apart)
        assert found["validation"].features == datasets.Features({"x": datasets.Value("string")})

    def test_own_samples_are_rows_like_others(self, streaming: bool, forest: fl.Forest) -> None:
        """A data set of the user's own comes in as it comes out."""
        mine = datasets.Dataset.from_list([{"text": f"Own {number}."} for number in range(9)])
        corpus = forest.linearize("text", {"paths": 0.6, "bridges": 0.4}, own={"samples": mine, "share": 0.1})
        assert sum(row in list(mine) for row in corpus.to_hf(streaming=streaming)["train"]) == 7

    def test_a_corpus_of_nothing_is_a_data_set_of_nothing(self, streaming: bool) -> None:
        """A corpus without a walk gives a split without a row."""
        found = fl.Forest("empty").linearize("text", walkers="bridges").to_hf(streaming=streaming)
        assert list(found["train"]) == []


@needs_datasets
def test_values_of_several_kinds_are_named(forest: fl.Forest) -> None:
    """A column of texts and of numbers is an error that names the format, since no table holds both."""
    answers = iter([{"x": 1}, {"x": "a"}] * 1000)
    giving("mixed", lambda walk: [next(answers)])
    with pytest.raises(PluginError, match="'mixed' are not alike"):
        forest.linearize("mixed").to_hf()


@needs_datasets
def test_no_files_are_left(forest: fl.Forest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written into the working directory or the package's cache."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    for streaming in (False, True):
        list(forest.linearize("chat").to_hf(streaming=streaming)["train"])
    assert os.listdir(tmp_path) == []


@needs_datasets
def test_the_same_corpus_has_the_same_fingerprint(forest: fl.Forest) -> None:
    """What was computed of a data set is found again in the cache where its content is the same, and only there."""
    prints = [forest.linearize("text", seed=seed).to_hf()["train"]._fingerprint for seed in (1, 1, 2)]
    assert prints[0] == prints[1] != prints[2]


@needs_datasets
@pytest.mark.parametrize("parts", [1, 2, 3, 5])
def test_streamed_parts_are_the_whole(parts: int, forest: fl.Forest) -> None:
    """Ranks and workers share the pieces: together they give every sample once."""
    corpus = forest.linearize("text", seed=3)
    whole = corpus.to_hf(streaming=True, shards=6)["train"]
    given = [row["text"] for part in range(parts) for row in whole.shard(parts, part)]
    assert whole.num_shards == 6
    assert sorted(given) == sorted(sample["text"] for sample in corpus)


@needs_datasets
@pytest.mark.parametrize("stop", [0, 1, 20, 59, 60])
def test_a_stream_resumes_where_it_was(stop: int, forest: fl.Forest) -> None:
    """A state that was taken after some samples gives the rest, in a stream made anew."""
    corpus = forest.linearize("text", seed=3, size=60)
    first, again = (corpus.to_hf(streaming=True, shards=7)["train"] for _ in range(2))
    running = iter(first)
    begun = [next(running) for _ in range(stop)]
    again.load_state_dict(first.state_dict())
    assert begun + list(again) == list(corpus)


@needs_datasets
@pytest.mark.parametrize("shards", [0, -1, True, 2.0, "4"])
def test_a_number_of_shards_is_checked(shards: Any, forest: fl.Forest) -> None:
    """Pieces are counted from one up."""
    with pytest.raises(OptionError, match="shards="):
        forest.linearize("text").to_hf(streaming=True, shards=shards)
