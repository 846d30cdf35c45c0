"""Writing: which files a corpus becomes, and that a writing that stopped anywhere goes on where it was."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import forestlib as fl
from forestlib import demo
from forestlib.corpus import staging
from forestlib.corpus.lines import MoldedLines
from forestlib.corpus.shards import shard_size_of, shards_of
from forestlib.corpus.staging import PLACE
from forestlib.errors import LeakError, OptionError


def files_of(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder, hidden ones and those below it too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def stopping(after: int) -> Callable[[int], None]:
    """Return what is told of the progress and raises `KeyboardInterrupt` when it has been told so often."""
    left = iter(range(after))

    def told(done: int) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    return told


def corpus_of(forest: fl.Forest, **more: Any) -> fl.Corpus:
    """Return a corpus of several shards, whatever is asked for beside."""
    return forest.linearize("text", {"paths": 0.5, "bridges": 0.5}, seed=3, **{"size": 60, **more})


def test_what_fits_into_one_shard_is_one_file(forest: fl.Forest, tmp_path: Path) -> None:
    """A corpus that fits into a shard is ``train.jsonl``; a larger one is numbered shards, as the hub names them."""
    corpus = corpus_of(forest)
    assert corpus.write(tmp_path / "one")[0].name == "train.jsonl"
    several = corpus.write(tmp_path / "several", shard_size=25)
    assert [path.name for path in several[:3]] == [f"train-0000{number}-of-00003.jsonl" for number in range(3)]
    assert b"".join(path.read_bytes() for path in several[:3]) == b"".join(corpus.lines())
    assert [len(path.read_bytes().splitlines()) for path in several[:3]] == [25, 25, 10]


@pytest.mark.parametrize("walks", [0, 1, 16_384, 16_385, 10**6, 10**8, 10**12])
def test_a_corpus_of_any_size_has_at_most_a_thousand_shards(walks: int) -> None:
    """Shards follow one another without a gap, and there are never more than a thousand of a split."""
    shards = shards_of("train", walks, shard_size_of(walks), "jsonl")
    assert 1 <= len(shards) <= 1000
    assert [shard.begin for shard in shards[1:]] == [shard.end for shard in shards[:-1]]
    assert (shards[0].begin, shards[-1].end) == (0, walks)


@pytest.mark.parametrize(
    "wrong",
    [{"format": "csv"}, {"format": None}, {"shard_size": 0}, {"shard_size": 1.5}, {"workers": 0}, {"workers": "2"}],
)
def test_a_wrong_wish_is_said_before_anything_is_written(wrong: Any, forest: fl.Forest, tmp_path: Path) -> None:
    """A kind of files, a shard size or a number of workers that cannot be is an error, and no folder is made."""
    with pytest.raises(OptionError):
        corpus_of(forest).write(tmp_path / "out", **wrong)
    assert not (tmp_path / "out").exists()


def test_the_manifest_has_every_file_and_the_whole_recipe(forest: fl.Forest, tmp_path: Path) -> None:
    """Files with their hashes, splits with their files, versions, and a recipe that lays the same corpus out."""
    corpus = corpus_of(forest, splits={"validation": 0.2}, hold_out={"pairs": 0.3})
    written = corpus.write(tmp_path, shard_size=20)
    said = json.loads((tmp_path / "manifest.json").read_bytes())
    data = [path.name for path in written if path.suffix == ".jsonl"]
    assert list(said["files"]) == [name for split in said["splits"].values() for name in split["files"]] == data
    assert list(said["splits"]) == ["train", "validation", "held_out"]
    for name, file in said["files"].items():
        content = (tmp_path / name).read_bytes()
        lines = content.count(b"\n")
        assert file == {"samples": lines, "bytes": len(content), "sha256": sha256(content).hexdigest()}
    assert {"python", "numpy", "orjson"} <= set(said["versions"])
    again = forest.build(said["recipe"])
    assert list(again.lines()) == list(corpus.lines())


@pytest.mark.parametrize("walkers", ["paths", {"paths": 0.4, "bridges": 0.6}, {"bridges": 0.5, "questions": 0.5}])
@pytest.mark.parametrize("order", ["shuffled", "forest"])
@pytest.mark.parametrize("name", ["text", "chat"])
def test_what_is_read_while_writing_is_what_the_walks_show(
    walkers: Any, order: str, name: str, forest: fl.Forest, tmp_path: Path
) -> None:
    """The figures of the manifest are those of the corpus's own exposure, in however many shards it is written."""
    corpus = forest.linearize(name, walkers, size=60, order=order, hold_out={"bridges": 0.2})
    said = corpus.exposure().as_dict()
    for size in (None, 7):
        corpus.write(tmp_path, shard_size=size)
        figures = json.loads((tmp_path / "manifest.json").read_bytes())["exposure"]
        assert figures == {name: said[name] for name in figures}
        assert {"nodes", "transitions", "anchors", "bridges", "bridge_ratio"} <= set(figures)


def test_reading_changes_no_byte(tmp_path: Path) -> None:
    """The samples of a corpus that is read while it is written are those of `lines()`."""
    corpus = demo.forest("ru").linearize("chat", size=300, seed=2, hold_out={"pairs": 0.2})
    corpus.write(tmp_path)
    assert (tmp_path / "train.jsonl").read_bytes() == b"".join(corpus.lines())


@pytest.mark.parametrize("order", ["shuffled", "forest"])
def test_lines_of_another_tree_are_noticed(
    order: str, forest: fl.Forest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paths are written as slices of a tree's block: where that is another tree's, nothing is written."""
    for tree in list(forest):
        tree.root.then(f"A word of {tree.name} alone.")
    right, trees = MoldedLines.block, [tree.name for tree in forest]
    monkeypatch.setattr(MoldedLines, "block", lambda lines, tree: right(lines, trees[trees.index(tree) - 1]))
    with pytest.raises(LeakError, match="not those of its paths"):
        forest.linearize("text", "paths", order=order, hold_out={"pairs": 0.1}).write(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_shard_that_leaks_takes_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A leak in a late shard leaves the folder as it was: none of the shards before it is published."""
    forest = demo.forest("ru")
    corpus = forest.linearize("text", size=200, seed=1, hold_out={"pairs": 0.2})
    leaking = forest.linearize("text", {"bridges": 1.0}, size=200, seed=1)
    forest.linearize("chat", size=10).write(tmp_path)
    before = files_of(tmp_path)
    late = corpus.walks
    assert next(late(150, 151))
    mixture = corpus._mixture
    drawn = type(mixture).draw
    monkeypatch.setattr(
        type(mixture), "draw", lambda self, places: drawn(leaking._mixture if places.start >= 100 else self, places)
    )
    with pytest.raises(LeakError, match="pairs"):
        corpus.write(tmp_path, shard_size=50)
    assert files_of(tmp_path) == before


DRIVER = """
import os, random, signal, sys
from pathlib import Path
import forestlib as fl

out, kind, workers = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
forest = fl.Forest("f")
for number in range(12):
    root = forest.plant(f"t{number}", f"Root {number}.").root.anchor("norm")
    for step in root.branch("One.", "Two.", "Three."):
        step.anchor("choice").branch("Left.", "Right.", "Ahead.")
corpus = forest.linearize("chat", size=150, seed=5, hold_out={"pairs": 0.2}, splits={"validation": 0.1})
whole = corpus.write(out / "undisturbed", format=kind, shard_size=20)
chance, killed = random.Random(1), 0

def dying(after):
    # Every call of these is a moment at which the writing may end.
    left = [after]
    def counted(function):
        def call(*arguments, **more):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **more)
        return call
    for name in ("replace", "unlink", "rmdir"):
        setattr(os, name, counted(getattr(os, name)))
    os.fsync = counted(lambda file: None)
    return counted(lambda done: None)

while killed < 50:
    child = os.fork()
    if not child:
        progress = dying(chance.randrange(2, 40))
        corpus.write(out / "killed", format=kind, shard_size=20, workers=workers, progress=progress)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    killed += os.WIFSIGNALED(status)
    records = len(list((out / "killed" / ".forestlib-writing").glob("*.record")))
    # Flushed: what a process still holds back is printed once more by whatever is forked from it.
    print(records, os.WIFSIGNALED(status), flush=True)
last = corpus.write(out / "killed", format=kind, shard_size=20)
print(last.kept + last.made == whole.made, last.kept >= records)
"""


@pytest.mark.parametrize(("kind", "workers"), [("jsonl", 1), ("jsonl", 2), ("parquet", 1)])
def test_fifty_kills_change_no_byte(kind: str, workers: int, tmp_path: Path, in_python: Callable[..., bytes]) -> None:
    """Killed fifty times, at any step of the work, and written again: the bytes of an undisturbed writing."""
    if kind == "parquet":
        pytest.importorskip("pyarrow", reason="Parquet comes with forestlib[parquet]")
    said = in_python(DRIVER, str(tmp_path), kind, str(workers)).decode().split("\n")
    assert said[-2] == "True True"
    assert sum(line.endswith("True") for line in said[:-2]) == 50
    assert files_of(tmp_path / "killed") == files_of(tmp_path / "undisturbed")


def test_what_is_whole_is_kept_and_counted(forest: fl.Forest, tmp_path: Path) -> None:
    """After each interruption every shard that was whole is kept, and the list of files says so."""
    corpus = corpus_of(forest)
    whole = corpus.write(tmp_path / "whole", shard_size=10)
    assert (whole.kept, whole.made) == (0, 6)
    counts = [0]
    while counts[-1] < 5:
        with pytest.raises(KeyboardInterrupt):
            corpus.write(tmp_path / "out", shard_size=10, progress=stopping(4))
        counts.append(len(list((tmp_path / "out" / PLACE).glob("*.record"))))
    assert counts == [*range(6)]
    again = corpus.write(tmp_path / "out", shard_size=10)
    assert (again.kept, again.made) == (5, 1)
    assert files_of(tmp_path / "out") == files_of(tmp_path / "whole")


def test_an_error_leaves_what_was_whole(forest: fl.Forest, tmp_path: Path) -> None:
    """A serializer that fails late leaves the shards before it, which are kept where it is the same."""
    broken, count = tmp_path / "broken", itertools.count()

    @fl.serializer("late")
    def late(walk: fl.Walk) -> Iterator[fl.Sample]:
        if broken.exists() and next(count) > 45:
            raise ZeroDivisionError
        yield {"text": walk.steps[0].text}

    broken.touch()
    corpus = forest.linearize("late", size=60)
    with pytest.raises(ZeroDivisionError):
        corpus.write(tmp_path / "out", shard_size=10)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [PLACE]
    broken.unlink()
    again = corpus.write(tmp_path / "out", shard_size=10)
    assert (again.kept, again.made) == (4, 2)


def test_a_serializer_that_was_mended_starts_anew(forest: fl.Forest, tmp_path: Path) -> None:
    """Shards that other code of a plug-in made are not kept, though its name is the same."""

    def registered(place: int) -> fl.Corpus:
        @fl.serializer("mended")
        def mended(walk: fl.Walk) -> Iterator[fl.Sample]:
            yield {"text": walk.steps[place].text}

        return forest.linearize("mended", size=60)

    for place, kept in ((0, 0), (1, 0), (1, 2)):
        corpus = registered(place)
        with pytest.raises(KeyboardInterrupt):
            corpus.write(tmp_path, shard_size=10, progress=stopping(6))
        assert len(list((tmp_path / PLACE).glob("*.record"))) == kept + 2


@pytest.mark.parametrize("damage", [b"", b"x", None])
def test_a_shard_that_is_not_what_its_record_says_is_made_anew(
    damage: bytes | None, forest: fl.Forest, tmp_path: Path
) -> None:
    """A shard that was cut, changed or taken away is made again, and no other one."""
    corpus = corpus_of(forest)
    whole = corpus.write(tmp_path / "whole", shard_size=10)
    with pytest.raises(KeyboardInterrupt):
        corpus.write(tmp_path / "out", shard_size=10, progress=stopping(11))
    records = sorted((tmp_path / "out" / PLACE).glob("*.record"))
    shard = records[0].with_suffix("")
    content = shard.read_bytes()
    shard.unlink() if damage is None else shard.write_bytes((content + damage)[::-1] if damage else content[:-1])
    again = corpus.write(tmp_path / "out", shard_size=10)
    assert again.kept == len(records) - 1
    assert files_of(tmp_path / "out") == files_of(whole[0].parent)


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 4},
        {"size": 61},
        {"order": "forest"},
        {"hold_out": {"pairs": 0.1}},
        {"style": fl.Style(anchors="jumps")},
    ],
)
def test_another_corpus_starts_anew(other: dict[str, Any], forest: fl.Forest, tmp_path: Path) -> None:
    """What a writing of another recipe left is of no use, and goes."""
    recipe = {"serializer": "text", "walkers": {"paths": 0.5, "bridges": 0.5}, "size": 60, "seed": 3}
    with pytest.raises(KeyboardInterrupt):
        forest.build(recipe).write(tmp_path / "out", shard_size=10, progress=stopping(9))
    corpus = forest.build(fl.Recipe(**{**recipe, **other}))
    again = corpus.write(tmp_path / "out", shard_size=10)
    assert again.kept == 0
    assert files_of(tmp_path / "out") == files_of(corpus.write(tmp_path / "plain", shard_size=10)[0].parent)


def test_another_forest_or_shard_size_starts_anew(forest: fl.Forest, tmp_path: Path) -> None:
    """A forest that has grown, and shards of another size, keep nothing of what was there."""
    with pytest.raises(KeyboardInterrupt):
        corpus_of(forest).write(tmp_path, shard_size=10, progress=stopping(9))
    with pytest.raises(KeyboardInterrupt):
        corpus_of(forest).write(tmp_path, shard_size=12, progress=stopping(9))
    forest["t0"].root.then("More.")
    assert corpus_of(forest).write(tmp_path, shard_size=12).kept == 0


def test_only_what_the_old_manifest_names_goes(forest: fl.Forest, tmp_path: Path) -> None:
    """Files of an earlier writing are taken away; files of others stay, however they are called."""
    corpus_of(forest, hold_out={"pairs": 0.3}).write(tmp_path, shard_size=20)
    foreign = {"train-00000-of-00009.jsonl": b"mine", "notes.txt": b"mine", ".hidden": b"mine"}
    for name, content in foreign.items():
        (tmp_path / name).write_bytes(content)
    written = corpus_of(forest).write(tmp_path, shard_size=30)
    ours = {path.name: path.read_bytes() for path in written}
    assert files_of(tmp_path) == {**ours, **foreign}


def test_a_manifest_takes_nothing_away_outside_its_folder(forest: fl.Forest, tmp_path: Path) -> None:
    """Names in a manifest that lead elsewhere, or to what is no data file, are left alone."""
    (tmp_path / "precious.jsonl").write_bytes(b"mine")
    out = tmp_path / "out"
    out.mkdir()
    (out / "script.py").write_bytes(b"mine")
    names = ["../precious.jsonl", str(tmp_path / "precious.jsonl"), "script.py", ".."]
    (out / "manifest.json").write_text(json.dumps({"files": {name: {} for name in names}}), "utf-8")
    corpus_of(forest).write(out)
    assert (tmp_path / "precious.jsonl").read_bytes() == (out / "script.py").read_bytes() == b"mine"


def test_what_a_killed_publishing_left_goes_with_the_next_corpus(
    forest: fl.Forest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between two files' taking their places, and then given another corpus: no file of the first stays."""
    right, left = staging.os.replace, iter(range(9))

    def failing(source: Any, target: Any) -> None:
        if Path(source).parent.name == PLACE and Path(target).parent.name != PLACE and next(left) == 2:
            raise KeyboardInterrupt
        right(source, target)

    monkeypatch.setattr(staging.os, "replace", failing)
    with pytest.raises(KeyboardInterrupt):
        corpus_of(forest).write(tmp_path / "out", shard_size=10)
    monkeypatch.undo()
    assert len(list((tmp_path / "out").glob("*.jsonl"))) == 2
    assert not (tmp_path / "out" / "manifest.json").exists()
    other = forest.linearize("chat", size=20)
    other.write(tmp_path / "out")
    assert files_of(tmp_path / "out") == files_of(other.write(tmp_path / "plain")[0].parent)


def test_the_manifest_comes_last(forest: fl.Forest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old manifest goes before the first file takes its place, the new one comes after the last."""
    corpus_of(forest).write(tmp_path)
    right, seen = staging.os.replace, []

    def noting(source: Any, target: Any) -> None:
        if Path(target).parent == tmp_path and not Path(target).name.startswith("."):
            seen.append((Path(target).name, (tmp_path / "manifest.json").exists()))
        right(source, target)

    monkeypatch.setattr(staging.os, "replace", noting)
    corpus_of(forest, hold_out={"pairs": 0.4}).write(tmp_path)
    assert seen == [(name, False) for name in ("train.jsonl", "held_out.jsonl", "README.md", "manifest.json")]


def test_a_bar_is_told_of_the_walks_of_all_splits(forest: fl.Forest, tmp_path: Path) -> None:
    """The progress rises to the number of walks of all splits together, kept shards among them."""
    corpus, done = corpus_of(forest, splits={"validation": 0.2}), list[int]()
    with pytest.raises(KeyboardInterrupt):
        corpus.write(tmp_path, shard_size=10, progress=stopping(8))
    corpus.write(tmp_path, shard_size=10, progress=done.append)
    assert done == sorted(done)
    assert done[0] > 0
    assert done[-1] == len(corpus) + sum(map(len, corpus.splits.values()))


def test_no_time_and_no_count_of_tries_is_written(forest: fl.Forest, tmp_path: Path) -> None:
    """Nothing in the folder says when it was written or where."""
    corpus_of(forest).write(tmp_path, shard_size=20)
    for name in ("manifest.json", "README.md"):
        said = (tmp_path / name).read_text("utf-8")
        assert str(tmp_path) not in said
        assert not re.search(r"20\d\d-\d\d|\d\d:\d\d", said)
