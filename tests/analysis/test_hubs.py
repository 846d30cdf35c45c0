"""Hubs: anchors that tell little apart, and the trees that touch others through them only."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forestlib.analysis.hubs import Hub, accidental, hubs
from forestlib.model.ground import Ground

Tied = Callable[..., Ground]


def trees(count: int, held: int) -> dict[str, list[str]]:
    """Return `count` trees in pairs, the first `held` of which have one anchor more."""
    return {f"t{n}": [f"pair {n // 2}", *["grey sand"] * (n < held)] for n in range(count)}


@pytest.mark.parametrize(("count", "held", "wanted"), [(8, 5, True), (8, 4, False), (7, 7, False), (10, 6, True)])
def test_an_anchor_in_most_of_many_trees_is_a_hub(tied: Tied, count: int, held: int, wanted: bool) -> None:
    """In more than half of the trees, of eight and more."""
    assert [(hub.text, hub.trees, hub.of, hub.reason) for hub in hubs(tied(trees(count, held)))] == [
        ("grey sand", held, count, "in most trees")
    ] * wanted


def test_shared_words_that_say_little_are_a_hub(tied: Tied) -> None:
    """Stock is a hub in any two trees; at one tree alone it ties nothing."""
    ground = tied({"a": ["it is important to", "С другой стороны"], "b": ["It is important to"]})
    assert [(hub.text, hub.reason) for hub in hubs(ground)] == [("It is important to", "words that say little")]


def test_what_a_hub_tells_is_said_in_bits() -> None:
    """An anchor in every tree tells nothing, one in a quarter of them two bits."""
    assert (Hub("x", 8, 8, "").bits, Hub("x", 2, 8, "").bits) == (0, 2)
    assert repr(Hub("x", 2, 8, "")) == "<Hub 'x': in 2 of 8 trees>"


def test_trees_that_touch_through_hubs_only_are_accidental(tied: Tied) -> None:
    """A tree with one shared anchor that is no hub is none of them, nor is one that touches nothing."""
    ground = tied(trees(8, 0) | {"b": ["grey sand"], "a": ["grey sand", "its own"], "alone": ["nobody else's"]})
    for number in range(6):
        ground[f"t{number}"].root.anchor("grey sand")
    assert [hub.text for hub in hubs(ground)] == ["grey sand"]
    assert accidental(ground) == ("a", "b")


def test_without_hubs_nothing_is_accidental(tied: Tied) -> None:
    """An empty forest, one without anchors, one without hubs."""
    for ground in (Ground(), tied({"a": []}), tied({"a": ["x y"], "b": ["x y"]})):
        assert hubs(ground) == accidental(ground) == ()
