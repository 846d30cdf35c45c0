"""Crossings of a walk: all that its places share, made when they are asked for."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.model.crossing import Crossing, Shared
from forestlib.registry import walkers
from forestlib.wording.wording import Wording

PLACES = st.lists(st.tuples(st.sampled_from(["God", "mind", "pain"]), st.integers(0, 3)), unique=True, max_size=7)


@given(st.lists(st.tuples(st.sampled_from("xyz"), PLACES), max_size=3), st.integers(0, 2))
def test_they_are_the_jumps_and_every_two_places(given: list[tuple[str, list[tuple[str, int]]]], jumps: int) -> None:
    """As many as are counted: each jump, and each two places of an anchor that stand in different trees."""
    made = tuple(Crossing("w", ("God", number), ("mind", 0)) for number in range(jumps))
    found = Shared(made, tuple((anchor, tuple(places)) for anchor, places in given))
    pairs = [(anchor, pair) for anchor, places in given for pair in combinations(places, 2)]
    wanted = [*made, *(Crossing(anchor, *two, jump=False) for anchor, two in pairs if two[0][0] != two[1][0])]
    assert (list(found), len(found)) == (wanted, len(wanted))
    assert [found[number] for number in range(-len(found), len(found))] == wanted * 2
    assert found[1:] == tuple(wanted[1:])
    for wrong in (len(found), -len(found) - 1):
        with pytest.raises(IndexError, match=str(wrong)):
            found[wrong]


def hub(trees: int) -> fl.Forest:
    """Return a forest in which one anchor stands in every tree."""
    forest = fl.Forest()
    for number in range(trees):
        forest.plant(f"t{number}", "Root.").root.anchor("x").then("On.")
    return forest


@pytest.mark.parametrize(("name", "option"), [("identity", "places"), ("stitched", "trees")])
def test_a_sample_of_many_trees_takes_time_in_proportion(name: str, option: str, ratio: Callable[..., float]) -> None:
    """Twice the trees in one sample take at most three times the time, though they have four times the pairs."""
    made = {size: hub(size) for size in (1_000, 2_000)}

    def worded(size: int) -> None:
        forest = made[size]
        trail = walkers[name].function(forest, **{option: size})[0]
        walk = Wording(forest, fl.Style()).walk(trail, name)
        assert len(walk.crossings) == size * (size - 1) // 2

    worded(1_000)
    assert ratio(lambda: worded(2_000), lambda: worded(1_000)) < 3


def test_ten_thousand_places_hold_no_crossing() -> None:
    """49,995,000 crossings of one sample are counted in little memory."""
    trail = walkers["identity"].function(hub(10_000), places=10_000)[0]
    tracemalloc.start()
    found = trail.crossings
    assert len(found) == 10_000 * 9_999 // 2
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20_000_000
