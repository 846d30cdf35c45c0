"""Nearness: how much of their axes two trees have in common."""

from __future__ import annotations

from forestlib.model.axis import Axis
from forestlib.model.ground import Ground
from forestlib.model.nearness import Nearness


def test_nearness_is_symmetric_and_from_none_to_all() -> None:
    """Trees of the same axes are wholly alike, trees of others not at all; of one without axes nothing is known."""
    ground = Ground(axes=[Axis("a"), Axis("b"), Axis("c")])
    for name, axes in {"one": {"a": 0.8, "b": 0.2}, "other": {"b": 0.5, "c": 0.5}, "a": ["a"], "c": ["c"]}.items():
        ground.plant(name, "A thought.", axes)
    ground.plant("none", "A thought.")
    near = Nearness(ground)
    assert near.of(0, [1]) == near.of(1, [0]) == 0.2
    assert (near.of(0, [0]), near.of(2, [3]), near.of(4, [4])) == (1.0, 0.0, 0.5)
