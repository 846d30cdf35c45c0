"""The checks for authors of plug-ins: what breaks its promise is caught."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import forestlib as fl
from forestlib.registry import serializers
from forestlib.testing import check_serializer


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
