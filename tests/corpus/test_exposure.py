"""Exposure: what walks show is counted from their steps, as counting one by one would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forestlib as fl
from forestlib import demo
from forestlib.corpus import recount
from forestlib.corpus.recount import Recount, exposure_of
from forestlib.model.walk import Walk
from tests.corpus.test_leaks import MANY, anything, forests, laid_out


@pytest.fixture(autouse=True)
def _anything() -> Iterator[None]:
    fl.registry.serializers.add("anything", anything(), needs=())
    yield
    fl.registry.serializers.forget("anything")


def counted(walks: list[Walk]) -> dict[str, Counter[Any]]:
    """Return how often nodes and transitions are shown, and which of them are never taught, one step after another."""
    found: dict[str, Counter[Any]] = {"nodes": Counter(), "transitions": Counter()}
    taught = {"nodes": set[Any](), "transitions": set[Any]()}
    for walk in walks:
        steps = [(place, step.at) for place, step in enumerate(walk.steps) if step.at is not None]
        moves = [(place, (one, two)) for (_, one), (place, two) in pairwise(steps) if one[0] == two[0]]
        for name, shown in (("nodes", steps), ("transitions", moves)):
            found[name].update(what for _, what in shown)
            taught[name] |= {what for place, what in shown if place >= walk.context}
    for name, gap in (("nodes", "untaught"), ("transitions", "untaught_transitions")):
        found[gap] = Counter({what: times for what, times in found[name].items() if what not in taught[name]})
    return found


@settings(max_examples=100, deadline=None)
@given(forests(), st.lists(st.sampled_from(sorted(MANY)), min_size=1, max_size=4, unique=True), st.integers(1, 40))
def test_it_counts_what_counting_one_by_one_does(forest: fl.Forest, names: list[str], batch: int) -> None:
    """Nodes, transitions, anchors, axes and gaps of any walkers' walks, in batches of any size."""
    walks = list(laid_out(forest, names).walks())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(recount, "BATCH", batch)
        found = exposure_of(forest, walks)
    wanted = counted(walks)
    assert {name: getattr(found, name) for name in wanted} == wanted
    anchors, axes = Counter[str](), dict.fromkeys((axis.key for axis in forest.frame), 0.0)
    for (tree, number), times in wanted["nodes"].items():
        for anchor in {*map(forest.anchors.key_of, forest[tree][number].anchors)}:
            anchors[anchor] += times
        for axis, weight in forest[tree].axes.items():
            axes[axis] += weight * times
    assert found.anchors == anchors
    assert found.axes == pytest.approx(axes)


def test_exposure_counts_what_is_shown() -> None:
    """Nodes, transitions, anchors, bridges and the bridge ratio are those of the walks."""
    forest = fl.Forest()
    for name in ("God", "mind"):
        forest.plant(name, f"{name}.", ["paradox"]).root.anchor("choice").then(f"More on {name}.")
    exposure = forest.linearize("text", {"paths": 0.5, "bridges": 0.5}, size=4).exposure()
    assert exposure.as_dict() == {
        "walks": 4,
        "bridge_ratio": 0.5,
        "repeated": 0,
        "nodes": 4,
        "transitions": 2,
        "anchors": 1,
        "bridges": 1,
        "untaught": 0,
        "untaught_transitions": 0,
        "axes": pytest.approx({axis.key: float(axis.key == "paradox") for axis in forest.frame}),
    }
    assert exposure.bridges[("choice", "God", "mind")] == 2


def test_what_is_only_context_is_counted() -> None:
    """A bridge teaches from its jump on; what leads to it, and stands in no other walk, is a gap."""
    forest = fl.Forest()
    for name in ("God", "mind"):
        forest.plant(name, f"{name}.").root.then("A choice.").anchor("choice").then(f"More on {name}.")
    assert forest.linearize("chat", "bridges").exposure().untaught == {}
    exposure = forest.linearize("chat", "bridges", loss="once").exposure()
    assert exposure.untaught == {("God", 0): 1, ("mind", 0): 1}
    assert exposure.untaught_transitions == {((name, 0), (name, 1)): 1 for name in ("God", "mind")}


def test_walks_that_show_the_same_are_counted() -> None:
    """A tree of one path gives one sample of three walkers: two of them repeat; another question is another walk."""
    forest = fl.Forest()
    forest.plant("t", "One.").root.chain(["Two.", "Three."])
    assert forest.linearize("text", ["paths", "whole", "windows"]).exposure().repeated == 2
    assert forest.linearize("text", ["paths", "reversed"]).exposure().repeated == 0


def test_jumps_over_other_anchors_are_other_walks() -> None:
    """Two nodes that share two anchors are bridged twice in each direction, and none of these repeats another."""
    forest = fl.Forest()
    for name in ("God", "mind"):
        forest.plant(name, "A thought.").root.anchor("choice", "loss").then("On.")
    exposure = forest.linearize("text", "bridges").exposure()
    assert (exposure.walks, exposure.repeated) == (4, 0)


def test_it_says_what_is_shown_least_and_most() -> None:
    """Printed, it is a short table: how many there are, how often the rarest and the most frequent are shown."""
    forest = demo.forest("ru")
    said = str(forest.linearize("text", size=20).exposure()).splitlines()
    nodes = next(line.split() for line in said if line.strip().startswith("nodes"))
    assert (nodes[2], nodes[3]) == (str(sum(map(len, forest))), "0")
    assert len(said) == 8
    empty = fl.Forest()
    assert str(exposure_of(empty, [])).startswith("0 walks")


def test_a_sample_of_many_places_is_read_in_proportion(ratio: Callable[..., float]) -> None:
    """Twice the places of one anchor in one tree take twice the time to read, though it has four times the pairs."""
    made = {}
    for places in (2_000, 4_000):
        forest = fl.Forest()
        nodes = forest.plant("t", "Root.").root.chain(f"Step {number}." for number in range(places))
        for node in nodes.path():
            node.anchor("x")
        forest.plant("other", "Root.").root.anchor("x")
        [walk] = forest.linearize("text", {"identity": {"share": 1, "places": places + 2}}).walks()
        made[places] = forest, walk
        Recount(forest).read([walk])
    assert ratio(lambda: exposure_of(made[4_000][0], [made[4_000][1]]), lambda: exposure_of(*_pair(made[2_000]))) < 3


def _pair(made: tuple[fl.Forest, Walk]) -> tuple[fl.Forest, list[Walk]]:
    return made[0], [made[1]]
