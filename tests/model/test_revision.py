"""What a forest knows of its own changes, and its name: noticed at the next question, cheap to ask again."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import forestlib as fl
from forestlib.errors import TextError

GROWTH = [
    pytest.param(lambda node: node.then("A text."), id="then"),
    pytest.param(lambda node: node.then("A text.", role="user"), id="then, with a field"),
    pytest.param(lambda node: node.branch("A text."), id="branch"),
    pytest.param(lambda node: node.chain(["A text."]), id="chain"),
    pytest.param(lambda node: node.extend(["A text."], anchors=["norm"]), id="extend"),
    pytest.param(lambda node: node.anchor("norm"), id="anchor"),
]


@pytest.mark.parametrize("grow", GROWTH)
@pytest.mark.parametrize("joined", ["planted", "added", "copied", "pickled", "deep-copied"])
def test_growth_is_noticed_at_the_next_question(joined: str, grow: Callable[[fl.Node], Any]) -> None:
    """However a tree came into its forest and however it grows, the next question sees it, each time."""
    forest = fl.Forest()
    if joined == "added":
        forest.add(fl.Tree("t", "Root."))
    else:
        forest.plant("t", "Root.")
    copies: dict[str, Callable[[fl.Forest], fl.Forest]] = {
        "copied": fl.Forest.copy,
        "deep-copied": copy.deepcopy,
        "pickled": lambda held: pickle.loads(pickle.dumps(held)),  # noqa: S301
    }
    forest = copies[joined](forest) if joined in copies else forest
    for _ in range(2):
        before, table = forest.revision, forest.anchors
        assert forest.revision == before
        grow(forest["t"].root)
        assert forest.revision != before
        assert forest.anchors is not table


def test_a_tree_that_left_no_longer_changes_its_forest(forest: fl.Forest) -> None:
    """A tree that was replaced grows on its own."""
    old = forest["choice"]
    forest.plant("choice", "To choose is to refuse.", replace=True)
    before = forest.revision
    old.root.then("Alone.").anchor("norm")
    assert forest.revision == before


def test_a_failed_call_leaves_the_revision(forest: fl.Forest) -> None:
    """What is refused changes nothing, so the anchors that were found stay."""
    before, table = forest.revision, forest.anchors
    with pytest.raises(fl.ForestlibError):
        forest["choice"].root.extend(["A text.", " "])
    assert forest.revision == before
    assert forest.anchors is table


def test_only_a_node_grows_its_tree() -> None:
    """Trees grow through the verbs of a node alone, which tell the forest: no other module calls what appends."""
    house = Path(fl.__file__).parent
    growing = re.compile(r"(?:tree|self\.tree)\._(?:append|extend|mark|text \+=|text\.append)\b")
    growers = [path.relative_to(house) for path in house.rglob("*.py") if growing.search(path.read_text("utf-8"))]
    assert growers == [Path("model/node.py")]


def test_asking_every_anchor_is_linear(ratio: Callable[..., float]) -> None:
    """Twice the trees and anchors take at most three times as long to be asked one by one."""

    def anchored(trees: int) -> fl.Forest:
        forest = fl.Forest()
        for number in range(trees):
            forest.plant(f"t{number}", "Root.").root.anchor(f"p{number}", f"p{number + 1}")
        assert len(forest.anchors) == trees + 1
        return forest

    def asked(forest: fl.Forest) -> list[int]:
        return [forest.anchors[text].tree_count for text in forest.anchors]

    few, many = anchored(4_000), anchored(8_000)
    assert ratio(lambda: asked(many), lambda: asked(few)) <= 3


@pytest.mark.parametrize("name", ["", " ", "two\nlines", " padded", 7, None, "\ud800"])
def test_a_forests_name_is_checked_whenever_it_is_given(forest: fl.Forest, name: Any) -> None:
    """A name is one line of text, at first and when it is set anew; a refused one leaves the old one."""
    with pytest.raises(TextError, match="A forest's name"):
        fl.Forest(name)
    with pytest.raises(TextError, match="A forest's name"):
        forest.name = name
    assert forest.name == "ethics"


def test_a_forest_can_be_renamed(forest: fl.Forest) -> None:
    """A new name is the forest's from then on, in its repr and in equality, and its trees stay."""
    twin = forest.copy()
    forest.name = "law"
    assert repr(forest).startswith("<Forest 'law': 4 trees")
    assert forest != twin
    twin.name = "law"
    assert forest == twin
