"""Bridges: counted without being listed, listed only as far as one asks."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestlib.analysis.bridges import bridges, count_bridges
from forestlib.errors import UnknownAnchorError
from forestlib.model.ground import Ground


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=4), max_size=5))
def test_bridges_are_the_pairs_of_nodes_in_two_trees(tied: Callable[..., Ground], marked: list[list[str]]) -> None:
    """The bridges are each unordered pair of nodes of two trees that share an anchor, and the count is their number."""
    ground = tied({f"t{place}": phrases for place, phrases in enumerate(marked)})
    listed = [(bridge.anchor, bridge.one, bridge.other) for bridge in bridges(ground)]
    expected = [
        (anchor.text, one, other)
        for anchor in map(ground.anchors.at, range(len(ground.anchors)))
        for one, other in combinations(anchor.nodes(), 2)
        if one.tree is not other.tree
    ]
    assert listed == expected
    assert count_bridges(ground) == len(expected)


def test_one_anchor_can_be_asked_by_any_of_its_spellings(tied: Callable[..., Ground]) -> None:
    """Given an anchor, only its bridges are counted and listed."""
    ground = tied({"a": ["choice", "loss"], "b": ["choice", "loss"]})
    ground.anchor("choice", aliases=["выбор"])
    assert count_bridges(ground, "Выбор") == 1
    assert [bridge.anchor for bridge in bridges(ground, "выбор")] == ["choice"]


def test_an_unknown_anchor_is_an_error_on_its_own_line(tied: Callable[..., Ground]) -> None:
    """A wrong anchor is refused at the call, not at the first bridge."""
    ground = tied({"a": ["choice"]})
    with pytest.raises(UnknownAnchorError, match="Did you mean 'choice'"):
        bridges(ground, "choise")
    with pytest.raises(UnknownAnchorError):
        count_bridges(ground, "choise")


def test_a_phrase_in_ten_thousand_trees_is_counted_and_begun_not_listed(tied: Callable[..., Ground]) -> None:
    """10^8 crossings are a number and a lazy iterator, never a list."""
    ground = tied({f"t{place}": ["everywhere"] for place in range(10_000)})
    assert 2 * count_bridges(ground) == 10_000 * 9_999
    assert [bridge.other.tree.name for bridge in islice(bridges(ground), 3)] == ["t1", "t2", "t3"]


def test_listing_shows_the_forest_as_it_was_at_the_call(tied: Callable[..., Ground]) -> None:
    """Bridges that are asked for before a change point at the same nodes after it."""
    ground = tied({"a": ["x"], "b": ["x"]})
    asked = bridges(ground)
    ground["a"].root.then("New.").anchor("x")
    ground["a"].root.children()[0].then("Renumbers all after it.")
    assert [(bridge.one.text, bridge.other.text) for bridge in asked] == [("a says x.", "b says x.")]


def test_an_empty_forest_has_no_bridges() -> None:
    """Counting and listing work on an empty forest."""
    assert count_bridges(Ground()) == 0
    assert list(bridges(Ground())) == []


def test_the_repr_is_one_short_line(tied: Callable[..., Ground]) -> None:
    """A bridge says its anchor and its two nodes, cut to a line."""
    bridge = next(bridges(tied({"a" * 500: ["x" * 500], "b": ["x" * 500]})))
    assert len(repr(bridge)) < 120
