"""Crossings by number: each of them once, whatever takes part and whatever may be reached."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import forestlib as fl
from forestlib.model.crossings import Crossings

MARKS = st.lists(st.lists(st.sets(st.sampled_from("xyz"), max_size=2), min_size=1, max_size=4), max_size=4)


def grown(marks: list[list[set[str]]]) -> fl.Forest:
    """Return a forest of chains with anchors at their nodes."""
    forest = fl.Forest()
    for number, levels in enumerate(marks):
        node = forest.plant(f"t{number}", "root").root.anchor(*sorted(levels[0]))
        for anchors in levels[1:]:
            node = node.then("step").anchor(*sorted(anchors))
    return forest


@settings(max_examples=150, deadline=None)
@given(MARKS, st.randoms(use_true_random=False))
def test_the_crossings_are_those_of_every_two_occurrences(marks: Any, chance: Any) -> None:
    """Each pair of one anchor and two trees is there once where both take part and the second may be reached."""
    table = grown(marks).anchors
    count = len(table.tree)
    among, reached = (np.array([chance.random() < 0.6 for _ in range(count)], bool) for _ in range(2))
    found = Crossings(table, reached, among)
    pairs = [
        (one, other)
        for other in range(count)
        for one in range(count)
        if among[one] and among[other] and table.tree[one] != table.tree[other] and _anchor(table, one, other)
    ]
    assert [found.at(number) for number in range(len(found))] == [pair for pair in pairs if reached[pair[1]]]
    assert found.left_out == sum(not reached[other] for _, other in pairs)


def _anchor(table: Any, one: int, other: int) -> bool:
    return bool(table.anchor[one] == table.anchor[other])
