"""Critical anchors: those whose loss splits an island."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forestlib.analysis.critical import critical_anchors
from forestlib.model.ground import Ground


def test_an_empty_forest_has_none() -> None:
    """Where nothing is tied nothing is critical."""
    assert critical_anchors(Ground()) == ()


def test_the_only_tie_is_critical_and_a_doubled_one_is_not(tied: Callable[..., Ground]) -> None:
    """Two trees tied by one anchor depend on it; tied by two, on neither."""
    ground = tied({"a": ["one"], "b": ["one", "two", "three"], "c": ["two", "three"]})
    assert [anchor.text for anchor in critical_anchors(ground)] == ["one"]


def test_an_anchor_in_one_tree_is_never_critical(tied: Callable[..., Ground]) -> None:
    """Losing an anchor that ties nothing splits nothing."""
    assert critical_anchors(tied({"a": ["one", "one"], "b": []})) == ()


@pytest.mark.parametrize("trees", [1, 1_000, 20_000])
def test_a_string_of_trees_depends_on_each_of_its_ties(tied: Callable[..., Ground], trees: int) -> None:
    """A string of any length is swept without recursion, and all its ties are critical."""
    ground = tied({f"t{place}": [f"p{place}", f"p{place + 1}"] for place in range(trees)})
    assert len(critical_anchors(ground)) == trees - 1
