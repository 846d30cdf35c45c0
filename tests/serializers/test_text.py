"""The format `text`: the tree's name, then a step a line; what the docs show stands in golden files."""

from __future__ import annotations

from pathlib import Path

import pytest

import forestlib as fl

GOLDEN = Path(__file__).parents[1] / "golden"
pytestmark = pytest.mark.filterwarnings("ignore::forestlib.errors.ForestlibWarning")


@pytest.mark.parametrize("name", ["forest", "forest-ru"])
@pytest.mark.parametrize("walker", ["paths", "bridges"])
def test_samples_are_those_of_the_golden_file(name: str, walker: str) -> None:
    """The samples that the docs show are the bytes that come out."""
    corpus = fl.load(GOLDEN / f"{name}.jsonl").linearize("text", walkers=walker, seed=7)
    assert b"".join(corpus.lines()).decode() == (GOLDEN / f"{name}.text.{walker}.jsonl").read_text()


@pytest.mark.parametrize("name", ["forest", "forest-ru"])
def test_the_name_stands_on_top_and_every_anchor_is_said(name: str) -> None:
    """A path begins with its tree's name and says every text, and every anchor that no text says, in canonical form."""
    forest = fl.load(GOLDEN / f"{name}.jsonl")
    samples = {
        sample["text"].partition("\n")[0]: sample["text"] for sample in forest.linearize("text", walkers="paths")
    }
    assert list(map(str, sorted(samples))) == sorted(tree.name for tree in forest)
    for tree in forest:
        for node in tree:
            assert node.text in samples[tree.name]
            for phrase in node.anchors:
                assert phrase in node.text or f"{node.text} [{forest.anchors[phrase].text}]" in samples[tree.name]


@pytest.mark.parametrize(("shown", "count"), [("all", 2), ("shared", 1), ("jumps", 0)])
def test_the_style_says_which_anchors_are_shown(shown: str, count: int) -> None:
    """All anchors, those of two or more trees, or none but those of a jump."""
    forest = fl.Forest()
    forest.plant("t", "a").root.anchor("shared", "own")
    forest.plant("u", "b").root.anchor("shared")
    style = fl.Style(anchors=shown)
    (sample,) = [one["text"] for one in forest.linearize("text", walkers="paths", style=style) if one["text"][0] == "t"]
    assert sample.count("[") == count


def test_a_jump_restates_the_anchor_around_the_other_trees_name() -> None:
    """At a jump stand: the anchor, the jump, the other tree's name, the anchor again."""
    forest = fl.Forest()
    forest.plant("one", "a").root.anchor("norm")
    forest.plant("two", "b").root.anchor("Norm").then("c")
    (sample,) = forest.linearize("text", walkers="bridges")
    assert sample["text"].split("\n") == [
        "one",
        "a [Norm]",
        "The same thought stands in another line of reasoning:",
        "two",
        "[Norm]",
        "b [Norm]",
        "c",
    ]


def test_a_template_may_name_its_parts_more_than_once() -> None:
    """`{anchor}` and `{tree}` are filled in wherever a template holds them."""
    words = fl.Words(
        head="{tree}/{tree}", marked=" [{anchor}|{anchor}]", anchor="{anchor}", jump="", question="", ask=""
    )
    forest = fl.Forest()
    forest.plant("t", "a").root.anchor("q{tree}")
    (sample,) = forest.linearize("text", walkers="paths", style=fl.Style(words={"en": words}))
    assert sample["text"] == "t/t\na [q{tree}|q{tree}]"
