"""Own samples: how many are mixed in, where they stand, what is refused, and that nothing counts them as walks."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.corpus.own import Asked, Own
from forestlib.corpus.sources import opened
from forestlib.errors import FileError, ForestlibError, OptionError

TWO = {"paths": 0.6, "bridges": 0.4}
OWN = [{"text": f"Own {number}."} for number in range(40)]


def is_own(sample: fl.Sample) -> bool:
    """Whether a sample of a corpus in the format "text" is an own one."""
    return str(sample["text"]).startswith(("Own", "Мой"))


def written(path: Path, samples: list[Any], *, line: str = "") -> Path:
    """Write samples as JSON lines, and a line more."""
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in samples) + line, encoding="utf-8")
    return path


@pytest.mark.parametrize(("share", "count"), [(0.1, 7), (0.5, 40), (0.01, 1)])
def test_the_share_is_one_of_all_samples(share: float, count: int, forest: fl.Forest) -> None:
    """Without a size the walks are as many as ever, and own samples are their share of all, or as many as there are."""
    corpus = forest.linearize("text", TWO, own={"samples": OWN, "share": share})
    walks = len(forest.linearize("text", TWO))
    assert (len(corpus), sum(map(is_own, corpus))) == (walks + count, count)
    assert corpus.manifest().own["asked"] == round(walks * share / (1 - share))


def test_a_size_counts_own_samples_too(forest: fl.Forest) -> None:
    """With a size the own samples are their share of it, and the walks fill the rest."""
    corpus = forest.linearize("text", size=50, own={"samples": OWN, "share": 0.2})
    assert (len(corpus), sum(map(is_own, corpus))) == (50, 10)


def test_none_is_given_twice_and_walks_fill_its_place(forest: fl.Forest) -> None:
    """Own samples that run out are not repeated: walks take their places, and the manifest says asked and got."""
    corpus = forest.linearize("text", size=50, own={"samples": OWN[:4], "share": 0.2})
    own = [sample["text"] for sample in corpus if is_own(sample)]
    assert (len(corpus), sorted(own)) == (50, [f"Own {number}." for number in range(4)])
    assert {name: corpus.manifest().own[name] for name in ("available", "asked", "got")} == {
        "available": 4, "asked": 10, "got": 4
    }  # fmt: skip


def test_they_never_make_more_than_their_share(forest: fl.Forest) -> None:
    """Where the walks run out, there are fewer own samples as well."""
    corpus = forest.linearize("text", walkers="paths", size=1000, own={"samples": OWN, "share": 0.1})
    walks = len(list(corpus.walks()))
    assert sum(map(is_own, corpus)) == round(walks / 9) < 100


@given(st.integers(0, 300), st.integers(1, 300), st.integers(0, 2**64 - 1))
def test_each_stretch_of_places_has_one(walks: int, got: int, seed: int) -> None:
    """Of n own samples one stands in each n-th of the places: wherever a corpus is cut, a part has its share."""
    own = Own(opened([{"a": 1}] * got), 0.5, got, got, walks, seed, "shuffled")
    places = np.arange(len(own))
    stands, before = own.before(places)
    assert before.tolist() == (np.cumsum(stands) - stands).tolist()
    bounds = [number * len(own) // got for number in range(got + 1)]
    assert [int(stands[a:b].sum()) for a, b in pairwise(bounds)] == [1] * got
    assert sorted(own.numbers(before[stands])) == list(range(got))


@pytest.mark.parametrize("order", ["shuffled", "forest"])
@pytest.mark.parametrize("name", ["text", "chat"])
def test_any_part_is_a_part_of_the_whole(name: str, order: str, forest: fl.Forest) -> None:
    """Samples, single places, slices and lines say the same, from any place on."""
    own = OWN if name == "text" else [{"messages": [{"role": "user", "content": f"{n}?"}]} for n in range(40)]
    corpus = forest.linearize(name, order=order, own={"samples": own, "share": 0.3})
    whole = list(corpus)
    assert [corpus[place] for place in range(len(corpus))] == whole
    assert corpus[17:40] == whole[17:40]
    assert [json.loads(line) for line in corpus.lines()] == whole
    assert b"".join(block for block, *_ in corpus.blocks({})) == b"".join(corpus.lines())
    assert [next(iter(samples)) for samples in corpus.by_place(range(3, len(corpus), 7))] == whole[3::7]


def test_in_the_forests_order_they_stand_last(forest: fl.Forest) -> None:
    """In the order of the forest the walks come first, and own samples after them, in their own order."""
    corpus = forest.linearize("text", TWO, order="forest", own={"samples": OWN, "share": 0.1})
    assert [is_own(sample) for sample in corpus] == [False] * (len(corpus) - 7) + [True] * 7
    numbers = [int(sample["text"][4:-1]) for sample in corpus[-7:]]
    assert numbers == sorted(numbers)


def test_walks_are_in_the_order_they_have_alone(forest: fl.Forest) -> None:
    """Mixing in moves no walk before another one."""
    mixed = forest.linearize("text", seed=3, own={"samples": OWN, "share": 0.2})
    assert [s for s in mixed if not is_own(s)] == list(forest.linearize("text", seed=3))


def test_the_seed_says_where_and_which(forest: fl.Forest) -> None:
    """The same seed gives the same corpus; another seed puts other own samples at other places."""
    laid = [list(forest.linearize("text", seed=seed, own={"samples": OWN, "share": 0.1})) for seed in (1, 1, 2)]
    own = [[(place, s["text"]) for place, s in enumerate(samples) if is_own(s)] for samples in laid]
    assert laid[0] == laid[1]
    assert {place for place, _ in own[0]} != {place for place, _ in own[2]}
    assert {text for _, text in own[0]} != {text for _, text in own[2]}


def test_another_process_gives_the_same_bytes(
    forest: fl.Forest, tmp_path: Path, in_python: Callable[..., bytes]
) -> None:
    """A pickled corpus gives the same lines in another process, with another hash seed."""
    corpus = forest.linearize("text", TWO, own={"path": written(tmp_path / "own.jsonl", OWN), "share": 0.2})
    (tmp_path / "corpus").write_bytes(pickle.dumps(corpus))
    code = "import pickle, sys; sys.stdout.buffer.write(b''.join(pickle.load(open(sys.argv[1], 'rb')).lines()))"
    assert in_python(code, str(tmp_path / "corpus"), hash_seed="5") == b"".join(corpus.lines())


def test_nothing_counts_them_as_walks(forest: fl.Forest) -> None:
    """Own samples have no walk: they are in no exposure, and nothing says where in the forest they come from."""
    plain, mixed = (
        forest.linearize("text", **more) for more in ({}, {"own": {"samples": OWN, "share": 0.3}})
    )  # fmt: skip
    assert len(list(mixed.walks())) == len(plain)
    assert mixed.exposure().as_dict() == plain.exposure().as_dict()
    place = next(place for place, sample in enumerate(mixed) if is_own(sample))
    assert (mixed.provenance(place).walker, mixed.provenance(place).runs) == ("own", ())


def test_where_samples_say_where_they_come_from_own_ones_do_too(forest: fl.Forest) -> None:
    """With provenance all samples have the same columns, and each says its place in the corpus."""
    corpus = forest.linearize("text", provenance=True, own={"samples": OWN, "share": 0.3})
    said = [fl.read_provenance(sample) for sample in corpus]
    assert [one.place for one in said] == list(range(len(corpus)))
    assert [one.walker == "own" for one in said] == list(map(is_own, corpus))


def test_what_is_held_out_and_other_splits_have_none(forest: fl.Forest) -> None:
    """Own samples are there to train on: what is taken out to measure on is of the forest alone."""
    corpus = forest.linearize(
        "text", splits={"validation": 0.2}, hold_out={"pairs": 0.3}, own={"samples": OWN, "share": 0.2}
    )
    assert any(map(is_own, corpus))
    assert not any(map(is_own, [*corpus.held_out(), *corpus.splits["validation"]]))


class TestFiles:
    """Own samples in files."""

    def test_jsonl_is_read_as_it_is(self, forest: fl.Forest, tmp_path: Path) -> None:
        """A byte order mark, blank lines and line ends of any kind are no samples; the manifest has the file's hash."""
        path = tmp_path / "own.jsonl"
        path.write_bytes('\ufeff{"text": "Мой\u2028 А."}\r\n\r\n  \n{"text": "Мой Б."}'.encode())
        corpus = forest.linearize("text", TWO, own={"path": path, "share": 0.5})
        assert {s["text"] for s in corpus if is_own(s)} == {"Мой\u2028 А.", "Мой Б."}
        assert str(tmp_path) not in corpus.manifest().as_json().decode()
        said = corpus.manifest().own
        assert (said["source"], said["available"]) == ("own.jsonl", 2)
        assert said["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()

    def test_parquet_gives_what_jsonl_gives(self, forest: fl.Forest, tmp_path: Path) -> None:
        """Parquet and JSON lines of the same samples make the same corpus, also after pickling."""
        parquet = pytest.importorskip("pyarrow.parquet", reason="comes with forestlib[parquet]")
        table = __import__("pyarrow").table({"text": [one["text"] for one in OWN]})
        parquet.write_table(table, tmp_path / "own.parquet", row_group_size=7)
        written(tmp_path / "own.jsonl", OWN)
        one, other = (
            forest.linearize("text", TWO, own={"path": tmp_path / f"own.{kind}", "share": 0.2})
            for kind in ("jsonl", "parquet")
        )
        assert list(pickle.loads(pickle.dumps(other))) == list(other) == list(one)  # noqa: S301 - made here

    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            ('{"text": ', "not JSON at column"),
            ('["text"]', "a sample is an object"),
            ('{"txt": "a"}', "the sample has the keys 'txt', where the format 'text' has the keys 'text'"),
            ('{"text": "a", "n": 1}', "the keys 'n', 'text'"),
            ('{"text": 5}', "text is a number, where the format 'text' has a text"),
            ('{"text": null}', "text is null"),
            ("{}", "no keys"),
        ],
    )
    def test_a_bad_line_is_named(self, line: str, problem: str, forest: fl.Forest, tmp_path: Path) -> None:
        """A line that is no sample of the format is an error with the file, the line and what would be right."""
        path = written(tmp_path / "own.jsonl", OWN, line=line)
        with pytest.raises(FileError) as raised:
            forest.linearize("text", TWO, own={"path": path, "share": 0.1})
        assert str(raised.value).startswith(f"{path}:41: ")
        assert problem in str(raised.value)

    def test_messages_are_compared_to_their_keys(self, forest: fl.Forest, tmp_path: Path) -> None:
        """What is wrong inside a list of turns is said with its place, however many turns there are."""
        good = {"messages": [{"role": "system", "content": "Мой."}] * 5}
        path = written(tmp_path / "own.jsonl", [good, {"messages": [{"from": "user", "value": "a"}]}])
        with pytest.raises(FileError, match=r":2: messages\[\] has the keys 'from', 'value'.*'content', 'role'"):
            forest.linearize("chat", own={"path": path, "share": 0.1})
        assert good in list(forest.linearize("chat", own={"samples": [good], "share": 0.1}))

    def test_a_file_that_changes_is_noticed(self, forest: fl.Forest, tmp_path: Path) -> None:
        """A corpus whose file of own samples has changed gives an error, and no sample of another file."""
        path = written(tmp_path / "own.jsonl", OWN)
        corpus = forest.linearize("text", TWO, own={"path": path, "share": 0.2})
        written(path, OWN[1:])
        with pytest.raises(FileError, match="has changed since"):
            list(corpus)

    @pytest.mark.parametrize("name", ["none.jsonl", "none.parquet"])
    def test_a_file_that_is_not_there_is_named(self, name: str, forest: fl.Forest) -> None:
        """A path that leads nowhere is an error that says it."""
        with pytest.raises(FileError, match=name):
            forest.linearize("text", TWO, own={"path": name, "share": 0.1})


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        ({"samples": OWN}, "share of own samples"),
        ({"samples": OWN, "share": 1}, "below 1"),
        ({"samples": OWN, "share": True}, "below 1"),
        ({"share": 0.1}, "one source"),
        ({"samples": OWN, "path": "a.jsonl", "share": 0.1}, "one source"),
        ({"samples": OWN, "shares": 0.1}, "not 'shares'"),
        ({"samples": iter(OWN), "share": 0.1}, "a sequence of dicts"),
        ({"samples": {"train": OWN}, "share": 0.1}, "name one"),
        ({"samples": "own.jsonl", "share": 0.1}, "a sequence of dicts"),
        ({"path": "own.csv", "share": 0.1}, "a .jsonl or a .parquet"),
        ({"samples": [], "share": 0.1}, "no own samples"),
        ({"samples": ["a"], "share": 0.1}, r"own samples\[0\]: a sample is a dict"),
        ({"samples": [{"text": {1}}], "share": 0.1}, r"own samples\[0\]: a sample that JSON cannot say"),
        ({"samples": [{"text": "a"}, {"text": float("nan")}], "share": 0.1}, r"own samples\[1\]: text is nan"),
        ("own.jsonl", "is like"),
    ],
)
def test_what_is_asked_for_is_checked(own: Any, problem: str, forest: fl.Forest) -> None:
    """A source or a share that is none is an error on the line that asks for it."""
    with pytest.raises(OptionError, match=problem):
        forest.linearize("text", TWO, own=own)


class TestRecipes:
    """Own samples in recipes."""

    def test_a_path_is_meant_from_the_recipes_folder(
        self, forest: fl.Forest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The path in a recipe's file leads on from that file, wherever one stands, and is saved so again."""
        (tmp_path / "kept").mkdir()
        written(tmp_path / "own.jsonl", OWN)
        recipe = tmp_path / "kept" / "recipe.toml"
        recipe.write_text(
            'serializer = "text"\nwalkers = {paths = 0.6, bridges = 0.4}\n[own]\npath = "../own.jsonl"\nshare = 0.1\n'
        )
        monkeypatch.chdir(tmp_path.parent)
        corpus = forest.build(recipe.relative_to(tmp_path.parent))
        assert sum(map(is_own, corpus)) == 7
        saved = corpus.recipe.save(tmp_path / "recipe.json")
        assert json.loads(saved.read_text())["own"]["path"] == "own.jsonl"
        assert list(forest.build(saved)) == list(corpus)

    def test_a_relative_path_is_saved_from_the_recipes_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A recipe that is saved elsewhere still leads to the same file."""
        monkeypatch.chdir(tmp_path)
        Path("kept").mkdir()
        recipe = fl.Recipe(serializer="text", own={"path": "own.jsonl", "share": 0.1})
        saved = recipe.save("kept/recipe.json")
        assert json.loads(saved.read_text())["own"]["path"] == "../own.jsonl"
        assert Path(fl.Recipe.load(saved).own["path"]).resolve() == (tmp_path / "own.jsonl").resolve()

    def test_samples_in_memory_are_not_saved(self, tmp_path: Path) -> None:
        """A recipe with samples in memory says so, and is not saved without them."""
        recipe = fl.Recipe(own={"samples": OWN, "share": 0.1})
        assert recipe.as_dict()["own"] == {"samples": "40 in memory", "share": 0.1}
        with pytest.raises(OptionError, match="in memory"):
            recipe.save(tmp_path / "recipe.json")
        assert list(tmp_path.iterdir()) == []

    def test_a_recipe_is_its_own(self, forest: fl.Forest) -> None:
        """What becomes of the list of samples does not reach the recipe."""
        samples = [{"text": "Own."}]
        recipe = fl.Recipe(serializer="text", own={"samples": samples, "share": 0.1})
        samples[0]["text"] = "Changed."
        assert {"text": "Own."} in list(forest.build(recipe))


def test_a_written_corpus_has_them(forest: fl.Forest, tmp_path: Path) -> None:
    """Any number of processes write the same lines, own samples among them; manifest and card say how many."""
    corpus = forest.linearize("text", TWO, own={"path": written(tmp_path / "own.jsonl", OWN), "share": 0.2})
    for workers in (1, 2):
        corpus.write(tmp_path / str(workers), shard_size=10, workers=workers)
    one, two = ([file.read_bytes() for file in sorted((tmp_path / name).glob("train*"))] for name in ("1", "2"))
    assert b"".join(one) == b"".join(two) == b"".join(corpus.lines())
    assert json.loads((tmp_path / "1" / "manifest.json").read_text())["own"]["got"] == 15
    assert "| own samples, no walks | 0.2 | 40 | 15 | 15 |" in (tmp_path / "1" / "README.md").read_text()


def test_walks_that_give_no_or_several_samples_keep_their_places(forest: fl.Forest) -> None:
    """Own samples stand where they stand, also where the format skips walks or makes several samples of one."""

    @fl.serializer("uneven")
    def uneven(walk: fl.Walk) -> Iterator[Any]:
        yield from [fl.Skip("short")] if len(walk.steps) < 5 else [{"text": "a"}, {"text": "b"}]

    corpus = forest.linearize("uneven", own={"samples": OWN, "share": 0.2})
    samples = list(corpus)
    assert [s for place in corpus.by_place(range(len(corpus))) for s in place] == samples
    assert [json.loads(line) for line in corpus.lines()] == samples
    assert sum(map(is_own, samples)) == corpus.manifest().own["got"]


def test_a_share_counts_at_least_one_walk() -> None:
    """However small a corpus is, own samples leave a place to the walks."""
    assert [Asked(0.9, None).of(size) for size in (1, 2, 10)] == [0, 1, 9]


def test_errors_cross_processes(forest: fl.Forest) -> None:
    """An error of an own sample survives pickling."""
    with pytest.raises(ForestlibError) as raised:
        forest.linearize("text", TWO, own={"samples": [{"a": 1}], "share": 0.1})
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)  # noqa: S301 - made here
