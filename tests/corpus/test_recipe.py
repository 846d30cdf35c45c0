"""Recipes: a corpus described in a file is the corpus that the same arguments give, and what is wrong says where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import forestlib as fl
from forestlib import demo
from forestlib.cli import main
from forestlib.errors import FileError, OptionError, UnknownPluginError

TOML = """
serializer = "chat"
size = 40
seed = 7
order = "forest"

[walkers]
paths = 60
bridges = { share = 40, before = 4 }

[options]
ask_jumps = true

[hold_out]
pairs = 0.1

[style]
anchors = "shared"

[style.words.ru]
jump = "Та же мысль есть и здесь:"
"""


def test_a_recipe_gives_what_its_arguments_give(tmp_path: Path) -> None:
    """Built from a file or laid out by hand: the same samples."""
    file = tmp_path / "recipe.toml"
    file.write_text(TOML, "utf-8")
    forest = demo.forest("ru")
    words = fl.Recipe.load(file).style.words
    by_hand = forest.linearize(
        "chat",
        {"paths": 60, "bridges": {"share": 40, "before": 4}},
        size=40,
        seed=7,
        order="forest",
        hold_out={"pairs": 0.1},
        style=fl.Style(anchors="shared", words=words),
        ask_jumps=True,
    )
    assert list(forest.build(file).lines()) == list(by_hand.lines())
    assert "Та же мысль есть и здесь:" in b"".join(by_hand.lines()).decode()


@pytest.mark.parametrize("suffix", [".json", ".yaml"])
def test_a_recipe_comes_back_equal(tmp_path: Path, suffix: str) -> None:
    """Saving and loading change nothing."""
    pytest.importorskip("yaml") if suffix == ".yaml" else None
    (tmp_path / "recipe.toml").write_text(TOML, "utf-8")
    recipe = fl.Recipe.load(tmp_path / "recipe.toml")
    assert fl.Recipe.load(recipe.save(tmp_path / f"copy{suffix}")) == recipe


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"seeed": 1}, "Did you mean 'seed'"),
        ({"seed": "x"}, "whole number"),
        ({"size": True}, "recipe.size"),
        ({"walkers": {"pat": 1}}, "Did you mean 'paths'"),
        ({"order": "random"}, "'shuffled', 'forest'"),
        ({"style": {"words": {"ru": {"jmp": "x"}}}}, "mean 'jump'"),
        ({"style": {"colour": "red"}}, "colour"),
        ({"hold_out": {"pairs": 3}}, "from 0 to 1"),
        ({"options": {"ask": True}}, "no option 'ask'"),
        ([1], "mapping"),
    ],
)
def test_what_is_wrong_says_where(wrong: Any, said: str, tmp_path: Path) -> None:
    """A wrong field is an error that names it and what would be right; in a file, with the file's name."""
    with pytest.raises(OptionError, match=said):
        fl.Recipe.of(wrong)
    file = tmp_path / "recipe.json"
    file.write_text(json.dumps(wrong), "utf-8")
    with pytest.raises(FileError, match=r"recipe\.json"):
        fl.Recipe.load(file)


def test_what_is_no_recipe_file_is_an_error(tmp_path: Path) -> None:
    """Another suffix, broken text and a missing file are clear errors."""
    for name, text in (("recipe.txt", "x"), ("recipe.toml", "= 1"), ("recipe.json", "{")):
        (tmp_path / name).write_text(text, "utf-8")
        with pytest.raises((OptionError, FileError), match=name):
            fl.Recipe.load(tmp_path / name)
    with pytest.raises(FileError, match=r"gone\.toml"):
        fl.Recipe.load(tmp_path / "gone.toml")
    with pytest.raises(UnknownPluginError):
        fl.Recipe(serializer="chta")


def test_build_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`forestlib build RECIPE FOREST -o DIR` writes the corpus and says what it wrote."""
    (tmp_path / "recipe.toml").write_text(TOML, "utf-8")
    forest = demo.forest("ru").save(tmp_path / "forest.jsonl")
    assert main(["build", str(tmp_path / "recipe.toml"), str(forest), "-o", str(tmp_path / "out")]) == 0
    assert "held out: 10% of pairs" in capsys.readouterr().out
    assert len((tmp_path / "out" / "train.jsonl").read_text("utf-8").splitlines()) == 40


def test_a_recipe_is_its_own() -> None:
    """Walkers may be said in every way that `linearize` takes, and what a recipe was made of may change afterwards."""
    given = {"paths": 60, "bridges": {"share": 40, "before": 4}}
    recipe = fl.Recipe(walkers=given)
    given["bogus"] = 1
    assert "bogus" not in recipe.walkers
    for walkers in ("paths", ["paths", "bridges"], None):
        said = fl.Recipe(walkers=walkers)
        assert fl.Recipe.of(said.as_dict()) == said
    for wrong in ({"options": 5}, {"style": "x"}, {"hold_out": ["pairs"]}):
        with pytest.raises(OptionError):
            fl.Recipe(**wrong)


WISHES = """
serializer = "text"
walkers = { crops = 50, bridges = 50 }
size = 60
share_by = "tokens"
order = "facts_then_bridges"
tolerance = 0.1
[exposure]
nodes = { at_most = 9 }
anchors = { at_least = 1 }
[balance]
"парадокс" = 0.1
[splits]
validation = 0.1
"""


def test_wishes_in_a_file_are_those_of_the_arguments(tmp_path: Path) -> None:
    """Exposure, balance, tokens, order and splits mean in a file what they mean as arguments, and are kept in one."""
    (tmp_path / "recipe.toml").write_text(WISHES, "utf-8")
    recipe, forest = fl.Recipe.load(tmp_path / "recipe.toml"), demo.forest("ru")
    by_hand = forest.linearize(
        "text",
        {"crops": 50, "bridges": 50},
        size=60,
        share_by="tokens",
        order="facts_then_bridges",
        tolerance=0.1,
        exposure={"nodes": {"at_most": 9}, "anchors": {"at_least": 1}},
        balance={"paradox": 0.1},
        splits={"validation": 0.1},
    )
    built = forest.build(recipe)
    assert list(built.lines()) == list(by_hand.lines())
    assert list(built.splits["validation"].lines()) == list(by_hand.splits["validation"].lines())
    assert fl.Recipe.load(recipe.save(tmp_path / "again.json")) == recipe


def test_a_tokenizer_is_a_path_from_the_recipes_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A recipe's file holds the path of a tokenizer.json, meant from its own folder; one in memory is in no file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recipes").mkdir()
    saved = fl.Recipe(tokenizer="tokens/tokenizer.json").save(Path("recipes", "recipe.json"))
    assert json.loads(saved.read_text("utf-8"))["tokenizer"] == "../tokens/tokenizer.json"
    assert Path(fl.Recipe.load(saved).tokenizer).resolve() == tmp_path / "tokens" / "tokenizer.json"
    in_memory = fl.Recipe(tokenizer=list)
    assert in_memory.as_dict()["tokenizer"] == "list in memory"
    with pytest.raises(OptionError, match="tokenizer in memory"):
        in_memory.save(tmp_path / "other.json")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"tolerance": 5}, "tolerance"),
        ({"exposure": {"nodes": {"at_last": 1}}}, "at_last"),
        ({"balance": {"paradox": "a lot"}}, "a lot"),
        ({"share_by": "words"}, "words"),
        ({"splits": {"train": 0.1}}, "train"),
    ],
)
def test_a_wish_that_is_none_is_an_error_of_the_recipe(wrong: dict[str, object], words: str) -> None:
    """A recipe is checked as it is made, before there is a forest."""
    with pytest.raises(OptionError, match=words):
        fl.Recipe.of(wrong)
