"""Identity: every place where a thought stands, each once, several trees together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import OptionError
from forestlib.registry import walkers
from forestlib.testing import check_walker

COUNTS = st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=2), max_size=5)


def grown(counts: list[list[int]]) -> fl.Forest:
    """Return a forest of chains: so many nodes with the anchor x, then so many with y."""
    forest = fl.Forest()
    for number, (x, y) in enumerate(counts):
        node = forest.plant(f"t{number}", "root").root
        for phrase in ["x"] * x + ["y"] * y:
            node = node.then("step").anchor(phrase)
    return forest


def identity(forest: fl.Forest, **options: Any) -> Sequence[fl.Trail]:
    """Return the identity samples of a forest."""
    found: Sequence[fl.Trail] = walkers["identity"].function(forest, **options)
    return found


def places_of(trail: fl.Trail) -> list[tuple[str, int]]:
    """Return the places that share the anchor."""
    return [run.first for run in trail.runs if run.note.shares]


@pytest.mark.parametrize("options", [{}, {"places": 2, "around": 3}])
def test_it_keeps_the_contract_of_walkers(options: dict[str, int]) -> None:
    """Lazy, deterministic, and sound on small, deep, single-node, anchorless and empty forests."""
    check_walker("identity", **options)


@settings(max_examples=100, deadline=None)
@given(COUNTS, st.integers(2, 5), st.integers(0, 3))
def test_every_place_is_shown(counts: Any, places: int, seed: int) -> None:
    """Together the samples of an anchor show every place, each of them two to `places`; single places are counted."""
    forest = grown(counts)
    found = identity(forest, places=places, seed=seed)
    assert all(2 <= len(set(places_of(trail))) == len(places_of(trail)) <= places for trail in found)
    for phrase in forest.anchors:
        wanted = {(node.tree.name, node.number) for node in forest.anchors[phrase].nodes()}
        shown = [one for trail in found if trail.ask and trail.ask.anchor == phrase for one in places_of(trail)]
        assert set(shown) == (wanted if len(wanted) > 1 else set())
        assert len(shown) <= len(wanted) + 1
    alone = sum(forest.anchors[phrase].count == 1 for phrase in forest.anchors)
    assert sum(found.skipped.values()) == alone  # type: ignore[attr-defined]
    assert len({tuple(places_of(trail)) for trail in found}) == len(found)


def test_a_sample_shows_as_many_trees_as_there_can_be() -> None:
    """Four places in one tree and one in each of four others, in two samples: each shows three trees or more."""
    forest = grown([[4, 0], [1, 0], [1, 0], [1, 0], [1, 0]])
    for seed in range(10):
        found = identity(forest, places=4, seed=seed)
        assert [len({tree for tree, _ in places_of(trail)}) >= 3 for trail in found] == [True, True]


def test_every_crossing_shown_is_counted() -> None:
    """Of every two places in different trees there is a crossing, without a jump."""
    [trail] = identity(grown([[1, 0], [2, 0], [1, 0]]))
    assert len(trail.crossings) == 5
    assert {crossing.jump for crossing in trail.crossings} == {False}


def test_what_stands_around_a_place_leads_to_it() -> None:
    """Up to `around` steps above the anchored node come before it, the highest first."""
    for trail in identity(grown([[0, 3], [0, 1]]), around=2):
        at = 0
        for tree, number in places_of(trail):
            above = list(range(max(number - 2, 0), number + 1))
            shown = list(trail.places())[at : at + len(above)]
            assert shown == [(tree, one) for one in above]
            at += len(above)


@pytest.mark.parametrize("options", [{"places": 1}, {"places": 2.5}, {"around": -1}, {"around": None}])
def test_options_are_checked_where_they_are_given(options: dict[str, Any]) -> None:
    """`places` is a whole number from 2 up, `around` one from 0 up."""
    with pytest.raises(OptionError, match=next(iter(options))):
        identity(fl.Forest(), **options)


def test_each_place_is_said_with_the_name_of_its_tree() -> None:
    """Question, then for each place its tree's name and its text, two places of one tree as well."""
    forest = fl.Forest()
    forest.plant("воля", "Выбор есть.").root.anchor("выбор").then("Выбор был.").anchor("выбор")
    forest.plant("закон", "Закон велит.").root.anchor("выбор")
    [sample] = forest.linearize("text", walkers="identity")
    asked, *said = sample["text"].splitlines()
    assert asked == "Где встречается мысль «выбор»?"
    pairs = Counter(zip(said[::2], said[1::2], strict=True))
    texts = ["Выбор есть. [выбор]", "Выбор был. [выбор]", "Закон велит. [выбор]"]
    assert pairs == Counter(zip(["воля", "воля", "закон"], texts, strict=True)) or pairs == Counter(
        {("воля", "Выбор есть."): 1, ("воля", "Выбор был."): 1, ("закон", "Закон велит. [выбор]"): 1}
    )


def test_ten_thousand_places_are_shared_out() -> None:
    """An anchor in 10,000 trees has 1,250 samples of eight."""
    forest = fl.Forest()
    for number in range(10_000):
        forest.plant(f"t{number}", "root").root.anchor("q")
    found = identity(forest)
    assert len(found) == 1250
    assert len({place for trail in found for place in trail.places()}) == 10_000


@pytest.mark.parametrize("depth", [1, 1_000, 100_000])
def test_deep_places_are_shown_with_what_is_near(depth: int) -> None:
    """At any depth only `around` steps above a place are shown."""
    forest = fl.Forest()
    for name in ("a", "b"):
        forest.plant(name, "root").root.chain(f"s{step}" for step in range(depth)).anchor("the end")
    [trail] = identity(forest, around=3)
    assert len(list(trail.places())) == 2 * min(4, depth + 1)
