"""The corpus: what it says of itself, what it writes, and what it makes of a serializer's answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import forestlib as fl
from forestlib.errors import ForestlibError, OptionError, PluginError, UnknownWalkError

TWO = {"paths": 0.6, "bridges": 0.4}


def answering(name: str, answer: Callable[[fl.Walk], Any]) -> None:
    """Register a serializer that yields what `answer` gives."""

    @fl.serializer(name)
    def serialize(walk: fl.Walk) -> Iterator[Any]:
        yield from answer(walk)


def test_skips_are_counted_by_reason(forest: fl.Forest, tmp_path: Path) -> None:
    """A serializer may skip walks and give several samples a walk; both are counted."""
    answering(
        "picky",
        lambda walk: [fl.Skip("too short")] if len(walk.steps) < 5 else [{"n": 1}, {"n": 2}, fl.Skip("a third")],
    )
    corpus = forest.linearize("picky", TWO)
    assert corpus.count() == {"samples": 48, "a third": 24, "too short": 36}
    assert sum(1 for _ in corpus.lines()) == 48
    corpus.write(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert (manifest["samples"], manifest["skipped"]) == (48, {"a third": 24, "too short": 36})
    assert sum(map(bool, (tmp_path / "train.jsonl").read_bytes().splitlines())) == 48


@pytest.mark.parametrize("answer", ["text", 5, None, ["a"], [("a", 1)], b"x"])
def test_a_sample_is_a_dict(answer: object, forest: fl.Forest) -> None:
    """A serializer that yields no dict is an error that names it and the value."""
    answering("odd", lambda walk: [answer])
    with pytest.raises(PluginError, match="'odd'"):
        list(forest.linearize("odd"))


@pytest.mark.parametrize("value", [{1, 2}, object(), 2**80, b"x", "\ud800", float("nan"), {1: 2}])
def test_a_sample_that_json_cannot_say_is_an_error(value: object, forest: fl.Forest, tmp_path: Path) -> None:
    """A sample that JSON cannot say is an error that names the serializer, and nothing is written."""
    answering("odder", lambda walk: [{"x": value}])
    with pytest.raises(PluginError, match="'odder'"):
        forest.linearize("odder").write(tmp_path / "out")
    assert not list(tmp_path.rglob("*.*"))


@pytest.mark.parametrize("answer", [None, {"text": "a"}, "text", 5])
def test_a_serializer_that_returns_instead_of_yielding_is_named(answer: object, forest: fl.Forest) -> None:
    """A serializer that returns no iterator of samples is an error that names it."""

    @fl.serializer("returning")
    def returning(walk: fl.Walk) -> Any:
        return answer

    with pytest.raises(PluginError, match="'returning'"):
        list(forest.linearize("returning"))


def test_what_a_serializer_raises_comes_through(forest: fl.Forest, tmp_path: Path) -> None:
    """An error inside a plug-in is the caller's to see, and leaves no file."""

    def broken(walk: fl.Walk) -> Any:
        raise ZeroDivisionError

    answering("broken", broken)
    with pytest.raises(ZeroDivisionError):
        forest.linearize("broken").write(tmp_path / "out")
    assert not list(tmp_path.rglob("*.*"))


@pytest.mark.parametrize("name", ["text", "chat"])
def test_a_written_corpus_is_what_the_manifest_says(name: str, forest: fl.Forest, tmp_path: Path) -> None:
    """The files hold the corpus's lines; the manifest says their number, bytes, hash, and the recipe."""
    corpus = forest.linearize(name, seed=9, walkers={"paths": 0.5, "bridges": {"share": 0.5, "before": 2}})
    done: list[int] = []
    train, manifest, card = corpus.write(tmp_path / "a" / "out", progress=done.append)
    data = train.read_bytes()
    assert data == b"".join(corpus.lines())
    assert done[-1] == len(corpus)
    said = json.loads(manifest.read_text())
    assert said["files"] == {
        "train.jsonl": {"samples": len(corpus), "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    }
    assert (said["samples"], said["seed"], said["format"], said["held_out"]) == (len(corpus), 9, name, {})
    assert said["walkers"]["bridges"]["got"] == corpus.plan.parts[1].got
    assert said["walkers"]["bridges"]["options"] == {"before": 2}
    assert sorted(train.parent.iterdir()) == sorted([card, manifest, train])


def test_writing_again_writes_the_same_bytes(forest: fl.Forest, tmp_path: Path) -> None:
    """A corpus written twice, also over the old files, has the same bytes."""
    for name in ("a", "b", "b"):
        forest.linearize("chat", seed=1).write(tmp_path / name)
    for file in ("train.jsonl", "manifest.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_an_interrupted_write_leaves_the_old_files(forest: fl.Forest, tmp_path: Path) -> None:
    """A write that stops in the middle leaves the files of the last one, and no litter."""
    forest.linearize("text").write(tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    left = iter(range(30))
    answering("stopping", lambda walk: [{"n": next(left)}])
    with pytest.raises(RuntimeError, match="StopIteration"):
        forest.linearize("stopping").write(tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


KILLED = """
import os, signal, sys
import forestlib as fl
forest = fl.Forest()
for number in range(9_000):
    forest.plant(str(number), "a")
seen = []
@fl.serializer("killing")
def killing(walk):
    seen.append(1)
    if len(seen) > 8_000:
        os.kill(os.getpid(), signal.SIGKILL)
    yield {"x": "x" * 200}
forest.linearize("killing", walkers="paths").write(sys.argv[1])
"""


def test_a_killed_write_leaves_the_old_files(
    forest: fl.Forest, tmp_path: Path, in_python: Callable[..., bytes]
) -> None:
    """A process that is killed while it writes leaves the files of the last write."""
    forest.linearize("text").write(tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    in_python(KILLED, str(tmp_path), check=False)
    assert {name: (tmp_path / name).read_bytes() for name in before} == before


@pytest.mark.parametrize("keep", [{1, 2}, object(), b"x"])
def test_an_option_that_json_cannot_say_leaves_no_half_of_a_corpus(
    keep: object, forest: fl.Forest, tmp_path: Path
) -> None:
    """An option that the manifest cannot hold is refused before any file is written, or is written as its repr."""

    @fl.serializer("keeping")
    def keeping(walk: fl.Walk, *, keep: object = None) -> Iterator[fl.Sample]:
        yield {"text": "x"}

    try:
        forest.linearize("keeping", keep=keep).write(tmp_path / "out")
    except ForestlibError:
        assert not list(tmp_path.rglob("*.*"))
    else:
        assert json.loads((tmp_path / "out" / "manifest.json").read_text())["options"]


def test_a_corpus_is_not_written_over_a_file(forest: fl.Forest, tmp_path: Path) -> None:
    """A path that is a file is an error, and the file stays."""
    (tmp_path / "out").write_bytes(b"mine")
    with pytest.raises(OptionError, match="is a file"):
        forest.linearize("text").write(tmp_path / "out")
    with pytest.raises(ForestlibError):
        forest.linearize("text").write(tmp_path / "out" / "below")
    assert (tmp_path / "out").read_bytes() == b"mine"


def test_a_forest_that_gives_nothing_is_said(tmp_path: Path) -> None:
    """A corpus without a sample is empty, and its manifest says so."""
    corpus = fl.Forest().linearize("text")
    assert (len(corpus), list(corpus), corpus.preview(), corpus.count()) == (0, [], [], {"samples": 0})
    train, manifest, _ = corpus.write(tmp_path / "out")
    assert train.read_bytes() == b""
    assert json.loads(manifest.read_text())["samples"] == 0


def test_a_preview_is_the_first_samples(forest: fl.Forest) -> None:
    """A preview is a list of the first samples, three by default, never more than there are."""
    corpus = forest.linearize("text", TWO)
    assert corpus.preview() == list(corpus)[:3]
    assert corpus.preview(10_000) == list(corpus)
    assert corpus.preview(0) == []


@pytest.mark.parametrize("place", [60, -61, "1", None, 1.0])
def test_a_place_beyond_the_corpus_is_an_error(place: Any, forest: fl.Forest) -> None:
    """A place that the corpus does not have is an `IndexError` that says how many there are."""
    with pytest.raises(UnknownWalkError, match="60 samples"):
        forest.linearize("text", TWO)[place]


def test_it_shows_itself_shortly() -> None:
    """`repr` is one short line and `str` a few, whatever the forest is called."""
    forest = fl.Forest("name " * 10_000 + ".")
    forest.plant("t", "a")
    corpus = forest.linearize("text", TWO)
    assert repr(corpus) == "<Corpus of 1 'text' samples: paths 1, bridges 0>"
    assert len(str(corpus)) < 1_000


@pytest.mark.parametrize("name", ["walkers", "serializers", "importers"])
def test_the_registries_stay_what_they_are(name: str, in_python: Callable[..., bytes]) -> None:
    """The registries are what they are before and after a plug-in is imported."""
    code = f"""
import forestlib as fl
forest = fl.Forest()
forest.plant("t", "a")
before = fl.registry.{name}
forest.linearize("text").count()
fl.read("# t\\na", importer="outline")
print(fl.registry.{name} is before)
"""
    assert in_python(code) == b"True\n"


@pytest.mark.parametrize("given", [5, None, "text", [1], ["paths"], {"a": 1}])
def test_a_walker_gives_trails(given: Any, forest: fl.Forest) -> None:
    """A walker that gives anything but trails is an error that names it."""

    @fl.walker("odd_walker")
    def odd_walker(forest: fl.Forest) -> Any:
        return given

    with pytest.raises(PluginError, match="odd_walker"):
        forest.linearize("text", walkers="odd_walker")


def test_a_walker_may_give_an_iterator(forest: fl.Forest) -> None:
    """A walker of a few lines that yields trails is laid out."""

    @fl.walker("roots")
    def roots(forest: fl.Forest) -> Iterator[fl.Trail]:
        return (fl.Trail.of([tree.root]) for tree in forest)

    corpus = forest.linearize("text", walkers="roots", order="forest")
    assert [sample["text"] for sample in corpus] == [f"t{n}\nRoot {n}. [norm]" for n in range(6)]
