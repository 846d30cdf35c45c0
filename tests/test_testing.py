"""The checks for authors of plug-ins: what breaks its promise is caught."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import forestlib as fl
from forestlib import testing
from forestlib.model.walk import Ask
from forestlib.registry import serializers, walkers
from forestlib.testing import check_serializer, check_walker


def giving(value: Any) -> Callable[..., Iterator[fl.Sample]]:
    """Return a serializer whose samples hold a value."""

    def give(walk: fl.Walk) -> Iterator[fl.Sample]:
        yield {"text": walk.steps[0].text, "value": value}

    return give


@pytest.mark.parametrize("name", list(serializers))
def test_every_registered_serializer_keeps_its_promises(name: str) -> None:
    """What the library offers passes the checks that it gives to others."""
    check_serializer(name)


@pytest.mark.parametrize("value", [None, True, 7, 0.5, "слово", [1, [2]], {"a": {"b": 1}}])
def test_what_json_can_say_passes(value: Any) -> None:
    """Texts, numbers, true, false, null, and lists and objects of them are JSON-ready."""
    check_serializer(giving(value))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [[-float("inf")]], {"a": float("nan")}, {1, 2}, b"x"])
def test_what_json_cannot_say_is_refused(value: Any) -> None:
    """NaN and the infinities are no JSON, and neither are sets and bytes: the check says so for the walk."""
    with pytest.raises(AssertionError, match=r"samples are JSON-ready, but .* for <Walk"):
        check_serializer(giving(value))


def test_every_walker_of_the_library_is_tried_on_serializers() -> None:
    """The walks that a serializer is tried on come from all walkers that the library has."""
    own = {name for name in walkers if walkers.source_of(name).startswith("forestlib.")}
    assert {name for name, _ in testing._TRIED} == own


@pytest.mark.parametrize("name", list(walkers))
def test_every_registered_walker_keeps_its_promises(name: str) -> None:
    """What is registered passes the checks that it gives to others, with its defaults."""
    check_walker(name)


@pytest.mark.parametrize(("name", "options"), testing._TRIED)
def test_what_is_tried_keeps_its_promises(name: str, options: dict[str, Any]) -> None:
    """The options that serializers are tried with bring out walks, and these are sound."""
    check_walker(name, **options)
    assert len(walkers[name].function(testing._small(), **options))


@pytest.mark.parametrize(
    "needs",
    [
        ("prompt", "chosen", "rejected"),
        ("prompt", "positive", "negative"),
        ("prompt", "labels"),
        ("prompt", "values"),
        ("prompt", "answer"),
    ],
)
def test_a_format_is_tried_on_walks_that_have_what_it_needs(needs: tuple[str, ...]) -> None:
    """Whatever a format needs, it is tried on walks that have it: deep ones as well, in both languages."""
    seen: list[fl.Walk] = []

    def taking(walk: fl.Walk) -> Iterator[fl.Sample]:
        for part in needs:
            assert getattr(walk, part, None) or walk.part(part)
        seen.append(walk)
        yield {"text": [step.text for step in walk.steps]}

    serializers.add("taking", taking, needs=needs)
    try:
        check_serializer("taking")
    finally:
        serializers.forget("taking")
    assert any(step.level >= testing.DEEP - 1 for walk in seen for step in walk.steps)
    assert len({walk.walker for walk in seen}) == sum(
        set(needs) <= set(walkers[name].traits.get("gives", ("prompt", "answer")))
        for name in walkers
        if walkers[name].source.startswith("forestlib.")
    )


def test_a_format_that_nothing_fits_is_refused() -> None:
    """A format that needs what no walker gives together is not passed unseen."""
    serializers.add("greedy", giving(1), needs=("chosen", "negative"))
    try:
        with pytest.raises(AssertionError, match="chosen, negative"):
            check_serializer("greedy")
    finally:
        serializers.forget("greedy")


def test_a_question_about_no_node_is_refused() -> None:
    """A walker whose question quotes a node that does not exist breaks its promise."""

    def asking(forest: fl.Forest) -> Iterator[fl.Trail]:
        for tree in forest:
            yield fl.Trail((), ask=Ask("back", (tree.name, len(tree)), (tree.name, 0), ""))

    with pytest.raises(AssertionError, match="quotes nodes that exist"):
        check_walker(asking)
