"""Provenance: a sample says where it comes from, in one string, and that is true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forestlib as fl
from forestlib.corpus.provenance import META, provenance_of
from forestlib.errors import OptionError, PluginError, UnknownWalkError
from forestlib.registry import serializers

pytestmark = pytest.mark.filterwarnings("ignore::forestlib.errors.ForestlibWarning")
MIXED = {"paths": 0.2, "bridges": 0.2, "identity": 0.2, "questions": 0.2, "reversed": 0.2}


@pytest.fixture
def plain() -> Iterator[str]:
    """A format that declares nothing."""
    serializers.add("plain", lambda walk: iter([{"x": walk.walker}]), source="tests")
    yield "plain"
    serializers.forget("plain")


@settings(max_examples=60, deadline=None)
@given(forest=..., seed=st.integers(0, 9))
def test_it_says_the_nodes_the_jumps_and_the_place(forest: fl.Forest, seed: int) -> None:
    """Read back, a sample's nodes, trees, anchors, question and place are those of its walk."""
    corpus = forest.linearize("text", walkers=MIXED, size=30, seed=seed, provenance=True)
    for place, (sample, walk) in enumerate(zip(corpus, corpus.walks(), strict=True)):
        found = fl.read_provenance(sample)
        assert (found.walker, found.place, found.ask) == (walk.walker, place, walk.ask)
        nodes = [(run.tree, number) for run in found.runs for span in run.ranges for number in span]
        assert nodes == [step.at for step in walk.steps if step.at is not None]
        over = [run.via for run in found.runs if run.via is not None]
        assert over == [crossing.anchor for crossing in walk.crossings if crossing.jump]
        assert {tree for tree, _ in nodes} <= set(found.trees) <= {tree.name for tree in forest}
        assert found == corpus.provenance(place) == fl.read_provenance({META: sample[META]})


@given(numbers=st.lists(st.integers(0, 6), min_size=1, max_size=12))
def test_any_order_of_nodes_is_written_and_read(numbers: list[int]) -> None:
    """Ranges run up and down, and what is read is what was shown."""
    steps = (fl.Step("head", "t"), *(fl.Step("node", "x", at=("t", number)) for number in numbers))
    walk = fl.Walk("mine", "en", steps, (), ())
    (run,) = fl.read_provenance({META: provenance_of(walk).spelled()}).runs
    assert [number for span in run.ranges for number in span] == numbers


def test_neighbours_are_one_range() -> None:
    """A way of any length along neighbours takes two numbers, down and up."""
    steps = [fl.Step("node", "x", at=("t", number)) for number in (*range(500), *range(300, 100, -1))]
    (run,) = provenance_of(fl.Walk("mine", "en", tuple(steps), (), ())).as_dict()["runs"]
    assert run["nodes"] == "0-499,300-101"


def test_samples_are_what_they_were_beside_it(forest: fl.Forest) -> None:
    """Provenance adds one column, a string, behind the others, and changes nothing else."""
    for name in ("text", "chat", "prompt_completion", "segments"):
        bare = list(forest.linearize(name, seed=3))
        for sample, plain in zip(forest.linearize(name, seed=3, provenance=True), bare, strict=True):
            assert list(sample) == [*plain, META]
            assert isinstance(sample[META], str)
            assert {key: sample[key] for key in plain} == plain


def test_a_corpus_says_it_without_the_column(forest: fl.Forest) -> None:
    """`corpus.provenance` needs no column; a place that is none is an error."""
    corpus = forest.linearize("text", walkers="bridges")
    assert corpus.provenance(-1).place == len(corpus) - 1
    assert META not in corpus[0]
    with pytest.raises(UnknownWalkError):
        corpus.provenance(len(corpus))


def test_beside_own_samples_places_are_those_of_the_corpus(forest: fl.Forest) -> None:
    """A walk's place counts the own samples before it, so that `corpus[place]` is its sample; those show no node."""
    own = [{"text": f"own {number}"} for number in range(9)]
    corpus = forest.linearize("text", own={"samples": own, "share": 0.4}, provenance=True)
    mine = [place for place, sample in enumerate(corpus) if sample["text"].startswith("own")]
    assert mine
    for place, sample in enumerate(corpus):
        assert fl.read_provenance(sample) == corpus.provenance(place)
        assert corpus.provenance(place).place == place
        assert (corpus.provenance(place).walker == "own") == (place in mine)
        assert bool(corpus.provenance(place).trees) == (place not in mine)


def test_a_format_that_allows_no_column_is_refused(plain: str, forest: fl.Forest) -> None:
    """Whoever declares nothing gets no extra column; the error says where it can be asked for instead."""
    with pytest.raises(OptionError, match=r"'plain' allows no column.*corpus\.provenance.*'chat'"):
        forest.linearize(plain, provenance=True)
    assert forest.linearize(plain, walkers="paths").provenance(0).walker == "paths"
    with pytest.raises(OptionError, match="provenance= is True or False, got 'yes'"):
        forest.linearize("text", provenance="yes")


def test_the_default_recipe_says_it_where_it_may(plain: str) -> None:
    """`Recipe.default` asks for provenance in formats that allow it, and can be told not to."""
    assert fl.Recipe.default("chat").provenance
    assert not fl.Recipe.default(plain).provenance
    assert not fl.Recipe.default("chat", provenance=False).provenance


def test_a_column_of_that_name_is_not_written_over(forest: fl.Forest) -> None:
    """A format that writes `meta` itself and allows provenance contradicts itself, and is told."""
    serializers.add("metal", lambda walk: iter([{META: "mine"}]), source="tests", provenance=True)
    try:
        with pytest.raises(PluginError, match="'metal' writes a column 'meta'"):
            list(forest.linearize("metal", provenance=True))
    finally:
        serializers.forget("metal")


@pytest.mark.parametrize(
    "sample", [{}, {"text": "x"}, {META: 3}, {META: "x"}, {META: "[]"}, {META: '{"walker":"x"}'}, 7]
)
def test_what_says_nothing_is_an_error(sample: Any) -> None:
    """A sample without provenance, and one whose column holds something else, is an error and no guess."""
    with pytest.raises(OptionError, match="provenance"):
        fl.read_provenance(sample)
