"""Head lines: the language of a frame, and what of a second one is not followed."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

import forestlib as fl
from forestlib.errors import FileError, ForestlibWarning

Put = Callable[[str, str | bytes], Path]
TREE = '{"tree":"t","axes":["causality"],"nodes":[{"level":0,"text":"a"}]}'


def head_of(path: Path) -> list[tuple[str, object]]:
    """Return the head line of a file, its keys in order."""
    found: list[tuple[str, object]] = json.loads(path.read_text("utf-8").splitlines()[0], object_pairs_hook=list)
    return found


def test_a_frame_comes_back_in_its_language(tmp_path: Path) -> None:
    """A forest whose frame speaks Russian speaks it after a `.jsonl` and after a folder, and is equal to itself."""
    forest = fl.Forest("этика", axes=fl.frames.thinking("ru"))
    forest.plant("t", "Мысль.", axes=["эмпатия"])
    for name in ("a.jsonl", "folder"):
        again = fl.load(forest.save(tmp_path / name))
        assert again.frame.lang == "ru"
        assert again == forest
        assert "эмпатия" in str(again.report())
    assert ("lang", "ru") in head_of(tmp_path / "a.jsonl")


def test_the_default_language_is_not_written(tmp_path: Path) -> None:
    """A frame in English, as it is where nothing is said, puts no language into the head line."""
    forest = fl.Forest("ethics")
    forest.plant("t", "A thought.")
    assert "lang" not in dict(head_of(forest.save(tmp_path / "a.jsonl")))


HEADS = [
    '{"forest":"f","axes":["causality"]}',
    '{"forest":"f","axes":["causality"],"lang":"ru"}',
    '{"forest":"f","axes":["causality"],"anchors":{"choice":[]},"lang":"ru","licence":"MIT"}',
    '{"forest":"f","axes":["causality"],"licence":"MIT","lang":"en"}',
    '{"forest":"f","axes":["causality"],"lang":null,"licence":"MIT"}',
]


@pytest.mark.parametrize("head", HEADS)
def test_a_head_line_comes_back_byte_for_byte(head: str, put: Put, tmp_path: Path) -> None:
    """With a language, without one, or with the default spelled out: what was written is written again."""
    data = f"{head}\n{TREE}\n".encode()
    forest = fl.load(put("a.jsonl", data))
    assert forest.frame.lang == ("ru" if '"ru"' in head else "en")
    assert forest.save(tmp_path / "b.jsonl").read_bytes() == data
    assert fl.load(tmp_path / "b.jsonl") == forest


def test_a_language_that_is_none_is_an_error_and_leaves_nothing(put: Put) -> None:
    """A head line's language is a code; else the error says so, and skipping it leaves no anchor."""
    path = put("a.jsonl", '{"forest":"f","lang":7,"anchors":{"choice":[]}}\n' + TREE)
    with pytest.raises(FileError, match=r"a\.jsonl:1: lang: .*got 7"):
        fl.load(path)
    with pytest.warns(ForestlibWarning, match="skipped"):
        forest = fl.load(path, errors="skip")
    assert (forest.name, forest.declared()) == ("a", [])


def test_a_given_frame_keeps_its_own_language(put: Put, tmp_path: Path) -> None:
    """A frame given to `load` speaks as it was made to, whatever the head line says; saved, the file says the same."""
    path = put("a.jsonl", f"{HEADS[1]}\n{TREE}\n")
    for lang in ("en", "ru"):
        forest = fl.load(path, axes=fl.frames.thinking(lang))
        assert forest.frame.lang == lang
        again = fl.load(forest.save(tmp_path / f"{lang}.jsonl"))
        assert again.frame.lang == lang
        assert again == forest


@pytest.mark.parametrize("lang", ["English please", "", 7])
def test_a_frames_language_is_checked(lang: object) -> None:
    """A frame's language is a code like "en", so that what is saved can be read again."""
    with pytest.raises(fl.errors.TextError, match="A language is a code"):
        fl.Frame([fl.Axis("a")], lang)  # type: ignore[arg-type]


def test_merging_keeps_the_language(put: Put, tmp_path: Path) -> None:
    """The forest that is merged into keeps its language, and comes back equal."""
    ours, theirs = fl.Forest("f", fl.frames.thinking("ru")), fl.load(put("a.jsonl", f"{HEADS[3]}\n{TREE}\n"))
    ours.merge(theirs)
    assert ours.extra == {"licence": "MIT"}
    again = fl.load(ours.save(tmp_path / "b.jsonl"))
    assert (again.frame.lang, again) == ("ru", ours)


def test_what_a_second_head_line_says_in_vain_is_said(put: Put, tmp_path: Path) -> None:
    """The first head line names the forest and its language; another name or language of a later one is warned of."""
    put("trees/a.jsonl", '{"forest":"one","lang":"ru"}\n' + TREE)
    put("trees/b.jsonl", '{"forest":"two","lang":"en"}')
    with pytest.warns(ForestlibWarning, match=r"not followed: 'two', 'en'") as caught:
        forest = fl.load(tmp_path / "trees")
    assert [warning.filename for warning in caught] == [__file__]
    assert (forest.name, forest.frame.lang, forest.extra) == ("one", "ru", {})


def test_a_second_head_line_that_agrees_is_silent(put: Put, tmp_path: Path) -> None:
    """Head lines of one name, and of one language or none, are nothing to speak of."""
    put("trees/a.jsonl", '{"forest":"one","lang":"ru"}\n' + TREE)
    put("trees/b.jsonl", '{"forest":"one"}')
    put("trees/c.jsonl", '{"forest":"one","lang":"ru"}')
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fl.load(tmp_path / "trees").name == "one"
