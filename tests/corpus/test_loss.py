"""Loss: what is learned, in which format it can be said, and how much of the forest nobody teaches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from random import Random
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forestlib as fl
from forestlib import cli
from forestlib.errors import OptionError, PluginError
from forestlib.model.loss import LOSSES
from forestlib.registry import serializers
from forestlib.wording.style import ENGLISH

pytestmark = pytest.mark.filterwarnings("ignore::forestlib.errors.ForestlibWarning")
WALKERS: dict[str, Any] = {
    "paths": 1,
    "bridges": {"jumps": 2},
    "windows": {"size": 3},
    "crops": {"size": 3, "self_jumps": 0.5},
    "questions": {},
    "questions:link": {"direction": "link"},
    "identity": {"around": 1},
    "tours": {},
    "stitched": {"around": 1},
    "reversed": {},
    "whole": {},
    "breadth": {},
}
EVERY: dict[str, Any] = {
    name: {"share": 1 / len(WALKERS), **(options if isinstance(options, dict) else {})}
    for name, options in WALKERS.items()
}
Transition = tuple[tuple[str, int], tuple[str, int]]


def taught(walks: Iterator[fl.Walk]) -> Counter[Any]:
    """Count what walks teach, straight from their steps: transitions down a tree, and roots."""
    found: Counter[Any] = Counter()
    for walk in walks:
        shown = [(place, step.at) for place, step in enumerate(walk.steps) if step.at is not None]
        found.update(at for place, at in shown if at[1] == 0 and place >= walk.context)
        found.update(
            (before, at)
            for (_, before), (place, at) in pairwise(shown)
            if place >= walk.context and before[0] == at[0] and before != at
        )
    return found


def everything(forest: fl.Forest) -> Counter[Any]:
    """Return each root and each transition of a forest once."""
    roots = {(tree.name, 0): 1 for tree in forest}
    down = {((tree.name, n.parent.number), (tree.name, n.number)): 1 for tree in forest for n in tree if n.parent}
    return Counter({**roots, **down})


@settings(max_examples=60, deadline=None)
@given(forest=..., loss=st.sampled_from(LOSSES), seed=st.integers(0, 9))
def test_prompt_and_completion_are_the_text_and_so_are_the_segments(forest: fl.Forest, loss: str, seed: int) -> None:
    """Whatever is learned, what is given and what is learned joined are the sample of the format text."""
    given = {"walkers": EVERY, "size": 40, "seed": seed}
    texts = [sample["text"] for sample in forest.linearize("text", **given)]
    halves = forest.linearize("prompt_completion", **given, loss=loss)
    assert [sample["prompt"] + sample["completion"] for sample in halves] == texts
    segments = [sample["segments"] for sample in forest.linearize("segments", **given, loss=loss)]
    assert ["".join(segment["text"] for segment in sample) for sample in segments] == texts
    assert all([segment["label"] for segment in sample] == [False, True] for sample in segments)


@settings(max_examples=60, deadline=None)
@given(forest=..., loss=st.sampled_from(LOSSES))
def test_a_prompt_is_never_learned_and_something_always_is(forest: fl.Forest, loss: str) -> None:
    """Every policy begins after the prompt and before the end; "all" begins where the prompt ends."""
    for walk in forest.linearize("chat", walkers=EVERY, size=40, loss=loss).walks():
        prompt = max(1, len(walk.part("prompt")))
        assert prompt <= walk.context < len(walk.steps)
        if loss == "all":
            assert walk.context == prompt
        elif loss == "last":
            learned = [step.kind for step in walk.steps[walk.context :]]
            assert learned.count("node") == (1 if walk.ask is None or walk.ask.kind != "link" else 0)
            assert learned[0] in ("node", "anchor")


@settings(max_examples=100, deadline=None)
@given(forest=...)
def test_all_paths_teach_every_transition_once(forest: fl.Forest) -> None:
    """With every path and loss once each root and each transition is taught by exactly one sample."""
    corpus = forest.linearize("chat", walkers="paths", loss="once")
    assert taught(corpus.walks()) == everything(forest)
    assert not corpus.exposure().untaught_transitions
    assert "nodes taught by no sample" in corpus.count()
    assert corpus.count()["nodes taught by no sample"] == 0


@settings(max_examples=100, deadline=None)
@given(forest=..., walker=st.sampled_from(["windows", "whole", "crops"]))
def test_a_walker_teaches_no_transition_twice(forest: fl.Forest, walker: str) -> None:
    """What windows repeat, and the way to a crop's end, is taught by the one that ends there or goes on from it."""
    options = {"windows": {"size": 3}, "crops": {"size": 3, "self_jumps": 0}, "whole": {}}[walker]
    corpus = forest.linearize("chat", walkers={walker: {"share": 1, **options}}, loss="once")
    found = Counter({what: times for what, times in taught(corpus.walks()).items() if what in everything(forest)})
    assert found <= everything(forest)


def test_a_crop_teaches_its_end_and_a_jump_what_follows_it() -> None:
    """A stretch of a path teaches its last step; where it jumps to its own tree, what stands from the jump on."""
    forest = fl.Forest()
    forest.plant("t", "a").root.chain(["b", "c", "d"]).parent.anchor("q")
    for jumps in (0, 1):
        walkers = {"crops": {"share": 1, "size": 9, "mid_tree": 0, "self_jumps": jumps}}
        corpus = forest.linearize("prompt_completion", walkers, loss="once", order="forest")
        said = [one["completion"] for one in corpus]
        assert said[:2] == ["\nb", "\nc [q]"]
        assert said[2].splitlines()[1:] == ([ENGLISH.again, "t", "[q]", "c [q]", "d"] if jumps else ["d"])


def test_a_bridge_teaches_from_the_jump_on(forest: fl.Forest) -> None:
    """What leads down to the anchor is taught by paths; a bridge teaches the jump and what follows."""
    for walk in forest.linearize("chat", walkers="bridges", loss="once").walks():
        assert [step.kind for step in walk.steps[walk.context :]][:3] == ["jump", "head", "anchor"]
        assert {step.at[0] for step in walk.steps[: walk.context] if step.at} == {walk.steps[0].text}


def test_a_schema_teaches_what_the_stretch_before_it_does_not_show() -> None:
    """Staged stretches of one tree repeat their beginnings, which the first of them teaches."""
    forest = fl.Forest()
    root = forest.plant("rain", "It rains.", stage="premise").root
    for text in ("The street is wet.", "People take umbrellas."):
        root.then(text, stage="consequence")
    first, second = forest.linearize("segments", walkers="schema", loss="once", order="forest")
    assert [segment["text"].count("\n") for segment in (first["segments"][1], second["segments"][1])] == [4, 2]


@settings(max_examples=60, deadline=None)
@given(
    forest=...,
    loss=st.sampled_from(["once", "last"]),
    size=st.integers(1, 30),
    order=st.sampled_from(["shuffled", "forest"]),
)
def test_what_nobody_teaches_is_counted(forest: fl.Forest, loss: str, size: int, order: str) -> None:
    """The count from the plan is the count from the walks themselves, also where shares are cut."""
    corpus = forest.linearize("prompt_completion", walkers=EVERY, size=size, loss=loss, order=order)
    shown = {step.at for walk in corpus.walks() for step in walk.steps[walk.context :] if step.kind == "node"}
    untaught = sum(map(len, forest)) - len(shown)
    assert corpus.count()["nodes taught by no sample"] == untaught
    assert corpus.manifest().loss == {"policy": loss, "untaught": untaught}
    assert f"loss {loss}: {untaught:,} of {sum(map(len, forest)):,} nodes are taught by no sample" in str(corpus)


def test_without_a_policy_nothing_is_said_of_it(forest: fl.Forest) -> None:
    """All that is shown is taught, so there is nothing to count."""
    corpus = forest.linearize("chat", walkers="paths")
    assert list(corpus.count()) == ["samples"]
    assert "loss" not in str(corpus)
    assert corpus.manifest().loss == {"policy": "all"}


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("chat", {}),
        ("chat", {"ask_jumps": True}),
        ("chat", {"weights": True}),
        ("prompt_completion", {}),
        ("prompt_completion", {"messages": True}),
        ("segments", {"begin": '<"s">', "end": "</s>\n"}),
        ("text", {}),
    ],
)
@settings(max_examples=40, deadline=None)
@given(
    forest=...,
    loss=st.sampled_from(LOSSES),
    provenance=st.booleans(),
    order=st.sampled_from(["shuffled", "forest"]),
    size=st.sampled_from([None, 20]),
)
def test_lines_are_the_bytes_of_the_samples(
    name: str, options: dict[str, Any], forest: fl.Forest, loss: str, provenance: bool, order: str, size: int | None
) -> None:
    """Lines, blocks and samples are the same, under every policy, with and without provenance."""
    said = {"loss": "all" if name == "text" else loss, "provenance": provenance, "order": order, "size": size}
    corpus = forest.linearize(name, walkers={"paths": 0.6, "bridges": 0.2, "windows": 0.2}, **said, **options)
    expected = [orjson.dumps(sample) + b"\n" for sample in corpus]
    assert list(corpus.lines()) == expected
    assert b"".join(block for block, _, _ in corpus.blocks(Counter())) == b"".join(expected)


@settings(max_examples=30, deadline=None)
@given(forest=..., loss=st.sampled_from(LOSSES), random=st.randoms(use_true_random=False))
def test_equal_forests_give_equal_bytes(
    regrown: Callable[[fl.Tree, Random], fl.Tree], forest: fl.Forest, loss: str, random: Random
) -> None:
    """What is learned, and where samples come from, does not depend on the order in which a forest was built."""
    other = fl.Forest(forest.name)
    for anchor, aliases in forest.declared():
        other.anchor(anchor, aliases)
    for tree in forest:
        other.add(regrown(tree, random))
    lines = [
        list(one.linearize("segments", walkers=EVERY, size=30, loss=loss, provenance=True).lines())
        for one in (forest, other)
    ]
    assert lines[0] == lines[1]


@pytest.mark.parametrize("loss", ["once", "last"])
def test_a_format_that_cannot_say_it_is_refused(forest: fl.Forest, loss: str) -> None:
    """`text` and whoever declares nothing can say "all" alone; the error names the formats that can say more."""
    serializers.add("silent", lambda walk: iter([{"x": 1}]), source="tests")
    try:
        for name in ("text", "silent"):
            with pytest.raises(
                OptionError, match=f"'{name}' cannot say loss='{loss}'.* 'chat', 'prompt_completion'"
            ) as caught:
                forest.linearize(name, loss=loss)
            assert (caught.value.serializer, caught.value.loss) == (name, loss)
            assert len(forest.linearize(name, loss="all")) > 0
    finally:
        serializers.forget("silent")


def test_a_policy_that_does_not_exist_is_an_error(forest: fl.Forest) -> None:
    """A typo in `loss` names the policies, in the call and in a recipe; one that a format declares names the format."""
    with pytest.raises(OptionError, match="'all', 'once', 'last', got 'onec'"):
        forest.linearize("chat", loss="onec")
    with pytest.raises(OptionError, match="got 3"):
        fl.Recipe(loss=3)
    serializers.add("odd", lambda walk: iter([{"x": 1}]), source="tests", loss=("all", "twice"))
    try:
        with pytest.raises(PluginError, match="'odd' says the loss 'twice'"):
            forest.linearize("odd")
        with pytest.raises(OptionError, match="Formats that can: 'chat', 'prompt_completion', 'segments'"):
            forest.linearize("text", loss="once")
    finally:
        serializers.forget("odd")


def test_a_recipe_keeps_what_is_learned(tmp_path: Any) -> None:
    """A recipe's file says loss and provenance; a truth is a truth and no word."""
    recipe = fl.Recipe(serializer="segments", loss="once", provenance=True)
    assert fl.Recipe.load(recipe.save(tmp_path / "recipe.json")) == recipe
    with pytest.raises(OptionError, match="true or false is wanted, got 'yes'"):
        fl.Recipe.of({"provenance": "yes"})


def test_the_command_line_says_what_is_learned(tmp_path: Any, forest: fl.Forest, capsys: Any) -> None:
    """`--loss` and `--provenance` do what the arguments do."""
    source = str(forest.save(tmp_path / "forest.jsonl"))
    given = [
        "linearize",
        source,
        "--to",
        "prompt_completion",
        "--loss",
        "once",
        "--provenance",
        "-o",
        str(tmp_path / "out"),
    ]
    assert cli.main(given) == 0
    assert "nodes are taught by no sample" in capsys.readouterr().out
    corpus = fl.load(source).linearize("prompt_completion", loss="once", provenance=True)
    assert (tmp_path / "out" / "train.jsonl").read_bytes() == b"".join(corpus.lines())


def test_a_deep_comb_teaches_each_step_once(depth: int, comb: fl.Tree) -> None:
    """At any depth a path's own steps are found without the others, and none is left over."""
    forest = fl.Forest()
    forest.add(comb)
    corpus = forest.linearize("prompt_completion", walkers="paths", order="forest", loss="once")
    assert corpus.manifest().loss["untaught"] == 0
    first, last = corpus[0], corpus[len(corpus) - 1]
    assert first["completion"].count("\n") + first["prompt"].count("\n") == depth + 1
    assert last["completion"].count("\n") == 1
