"""Schema: the staged stretches of paths, their stages said, and the same way of reasoning on other topics."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import OptionError
from forestlib.model.lazy import LazyTrails
from forestlib.registry import walkers
from forestlib.testing import check_walker
from forestlib.wording.style import ENGLISH, RUSSIAN
from forestlib.wording.wording import Wording

STAGES = st.sampled_from([None, "premise", "Premise", "transition", "вывод"])
SHAPES = st.lists(st.lists(st.tuples(st.integers(0, 99), STAGES), max_size=9), max_size=4)


def schema(forest: fl.Forest, **options: Any) -> LazyTrails:
    """Return the staged stretches of a forest."""
    found = walkers["schema"].function(forest, **options)
    assert isinstance(found, LazyTrails)
    return found


def grown(shapes: list[list[tuple[int, str | None]]]) -> fl.Forest:
    """Return a forest whose nodes are (which node above, stage), appended in any order."""
    forest = fl.Forest()
    for number, shape in enumerate(shapes):
        nodes = [forest.plant(f"t{number}", "root").root]
        for above, stage in shape:
            fields = {} if stage is None else {"stage": stage}
            nodes.append(nodes[above % len(nodes)].then("s", **fields))
    return forest


def way(nodes: list[fl.Node]) -> tuple[str, ...]:
    """Return the stages of some nodes, in any case, one that several share in a row once."""
    stages = [node["stage"].casefold() for node in nodes if "stage" in node.fields]
    return tuple(stage for stage, before in zip(stages, [None, *stages], strict=False) if stage != before)


def stretches(forest: fl.Forest) -> dict[tuple[tuple[str, int], ...], tuple[str, ...]]:
    """Return every staged stretch by looking at every path: its nodes, and the way that it goes."""
    found = {}
    above = {node.parent for tree in forest for node in tree if "stage" in node.fields}
    above |= {up for node in above if node is not None for up in node.path()}
    for path in (path for tree in forest for path in tree.paths()):
        staged = [place for place, node in enumerate(path) if "stage" in node.fields]
        if staged and path[staged[-1]] not in above:
            nodes = list(path[staged[0] : staged[-1] + 1])
            found[tuple((node.tree.name, node.number) for node in nodes)] = way(nodes)
    return found


@given(SHAPES)
def test_every_staged_stretch_is_there_once(shapes: Any) -> None:
    """The trails are the stretches of two stages and more, each once; what is left out is counted."""
    forest = grown(shapes)
    found, wanted = schema(forest), stretches(forest)
    assert sorted(tuple(trail.places()) for trail in found) == sorted(
        s for s, stages in wanted.items() if len(stages) > 1
    )
    assert found.skipped.get("a stage that stands alone on its path", 0) == sum(len(s) == 1 for s in wanted.values())
    bare = sum(all("stage" not in node.fields for node in tree) for tree in forest)
    assert found.skipped.get("a tree without stages", 0) == bare


@given(SHAPES, st.integers(2, 3), st.integers(0, 3))
def test_other_topics_go_the_same_way(shapes: Any, topics: int, seed: int) -> None:
    """With `topics` every trail shows so many trees whose stretches go one way; stretches with too few are counted."""
    forest = grown(shapes)
    found, ways = schema(forest, topics=topics, seed=seed), stretches(forest)
    trees = {one: {s[0][0] for s, stages in ways.items() if stages == one} for one in ways.values()}
    enough = [s for s, stages in ways.items() if len(stages) > 1 and len(trees[stages]) >= topics]
    first = []
    for trail in found:
        names = list(dict.fromkeys(trail.trees))
        parts = [tuple(place for place in trail.places() if place[0] == name) for name in names]
        assert len(parts) == topics
        assert len({ways[part] for part in parts}) == 1
        first.append(parts[0])
    assert sorted(first) == sorted(enough)
    missing = sum(len(stages) > 1 for stages in ways.values()) - len(enough)
    assert found.skipped.get("too few other trees that reason in the same way", 0) == missing


@pytest.fixture
def topics() -> fl.Forest:
    """A Russian and an English reasoning of one way, the English one with a step between."""
    forest = fl.Forest()
    rain = forest.plant("дождь", "О дожде.").root.then("Шёл дождь.", stage="premise")
    rain.then("Вода стекает вниз.", stage="transition").then("Улица мокрая.", stage="consequence").then("Конец.")
    price = (
        forest.plant("price", "Demand rose.", stage="premise")
        .root.then("Aside.")
        .then("Sellers see.", stage="Transition")
    )
    price.then("Prices rise.", stage="consequence")
    return forest


def test_each_stage_is_said_before_its_step(topics: fl.Forest) -> None:
    """The stage stands before its step, in the words of the tree's language; another topic is announced and named."""
    walk = Wording(topics, fl.Style()).walk(schema(topics, topics=2)[0], "schema")
    assert [(step.kind, step.text) for step in walk.steps] == [
        ("head", "дождь"),
        ("stage", "premise:"),
        ("node", "Шёл дождь."),
        ("stage", "transition:"),
        ("node", "Вода стекает вниз."),
        ("stage", "consequence:"),
        ("node", "Улица мокрая."),
        ("stage", ENGLISH.likewise),
        ("head", "price"),
        ("stage", "premise:"),
        ("node", "Demand rose."),
        ("node", "Aside."),
        ("stage", "Transition:"),
        ("node", "Sellers see."),
        ("stage", "consequence:"),
        ("node", "Prices rise."),
    ]
    other = Wording(topics, fl.Style()).walk(schema(topics, topics=2)[1], "schema")
    assert RUSSIAN.likewise in [step.text for step in other.steps]
    assert [name for name, _, _ in walk.parts] == ["prompt", "answer"]


@pytest.mark.parametrize("name", ["text", "chat"])
def test_it_fits_every_format_of_a_prompt_and_an_answer(name: str, topics: fl.Forest) -> None:
    """Stretches are written as any walk is: every step once."""
    for sample in topics.linearize(name, walkers={"schema": {"share": 1, "topics": 2}}):
        said = str(sample)
        assert all(said.count(text) == 1 for text in ("Шёл дождь.", "Улица мокрая.", "Aside.", "Prices rise."))


@pytest.mark.parametrize("template", ["", "stage", "{label}", "{tree}: {stage}"])
def test_a_template_of_a_stage_holds_the_stage(template: str) -> None:
    """The words of a stage hold its place and no other."""
    with pytest.raises(OptionError, match="stage"):
        fl.Words("{tree}", "{anchor}", "{anchor}", "", "", "", stage=template)


def test_braces_in_a_stage_stay_what_they_are() -> None:
    """A stage is free words: braces and line breaks in it are no templates and no lines."""
    forest = fl.Forest()
    forest.plant("t", "a", stage="{stage}\n{tree}").root.then("b", stage=" end ")
    walk = Wording(forest, fl.Style()).walk(schema(forest)[0], "schema")
    assert [step.text for step in walk.steps if step.kind == "stage"] == ["{stage} {tree}:", "end:"]


def test_stages_that_are_no_text_are_counted() -> None:
    """Numbers, truths, lists and empty texts are no stages; None says that there is none."""
    forest = fl.Forest()
    forest.plant("t", "a").root.chain(["b", "c", "d", "e", "f"])
    rows = forest["t"].rows()
    rows.fields["stage"] = dict(enumerate([1, True, [], " ", None, "premise"]))
    again = fl.Forest()
    again.add(fl.Tree.from_rows(rows))
    assert schema(again).skipped == {"a stage that is no text": 4, "a stage that stands alone on its path": 1}


@pytest.mark.parametrize("value", [0, -1, 1.5, "2", None, True])
def test_topics_are_checked_where_they_are_given(value: object) -> None:
    """`topics` is a whole number from 1 up."""
    with pytest.raises(OptionError, match="'topics' of schema"):
        fl.Forest().linearize("text", walkers={"schema": {"share": 1, "topics": value}})


def test_it_keeps_the_contract_of_walkers() -> None:
    """It passes the checks with one topic and with more."""
    check_walker("schema")
    check_walker("schema", topics=3)


@pytest.mark.parametrize("depth", [1, 1_000, 100_000])
@pytest.mark.parametrize("shape", ["chain", "comb"])
def test_deep_trees_are_swept_once(depth: int, shape: str) -> None:
    """A staged chain is one trail, a staged comb one a tooth, without making the others."""
    levels = [0, *(level for step in range(1, depth + 1) for level in ((step, step) if shape == "comb" else (step,)))]
    stages = {number: ("premise", "transition")[level % 2] for number, level in enumerate(levels)}
    forest = fl.Forest()
    forest.add(fl.Tree.from_rows(fl.TreeRows("t", levels, ["s"] * len(levels), fields={"stage": stages})))
    found = schema(forest)
    assert len(found) == (depth + 1 if shape == "comb" else 1)
    assert sum(1 for _ in found[-1].places()) == depth + 1
