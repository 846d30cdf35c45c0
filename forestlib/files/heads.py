"""Axes and declared anchors to the head line of a ``.jsonl`` and back.

>>> axes_to_json([Axis("ethics", {"ru": "мораль"})])
[{'key': 'ethics', 'names': {'ru': 'мораль'}}]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cattrs import ClassValidationError, Converter, IterableValidationError, transform_error

from forestlib.errors import ForestlibError, shown
from forestlib.files.decode import Misfit
from forestlib.model.axis import Axis

__all__ = ["axes_of_json", "axes_to_json"]

_converter = Converter()
_converter.register_structure_hook(Axis, lambda value, _: _axis_of_json(value))


def axes_to_json(axes: Iterable[Axis]) -> list[Any]:
    """Return axes as JSON values: an axis with nothing but a key is its key."""
    return [_axis_to_json(axis) for axis in axes]


def axes_of_json(values: Iterable[Any]) -> list[Axis]:
    """Return the axes that a head line names; raise `Misfit` for the first that is none."""
    try:
        return _converter.structure(list(values), list[Axis])
    except (IterableValidationError, ClassValidationError) as group:
        problem = transform_error(group, path="axes")[0]
        raise Misfit(
            f"not an axis like {{'key': 'ethics', 'names': {{'ru': 'мораль'}}}}: {problem}", ("axes",)
        ) from None
    except ForestlibError as error:
        raise Misfit(error.message, ("axes",)) from None


def _axis_to_json(axis: Axis) -> Any:
    sub = {"sub": [_named(one) for one in axis.sub]} if axis.sub else {}
    named = _named(axis)
    return {**({"key": named} if isinstance(named, str) else named), **sub} if sub else named


def _named(axis: Axis) -> Any:
    return {"key": axis.key, "names": dict(axis.names)} if axis.names else axis.key


def _axis_of_json(value: Any) -> Axis:
    subs = value.get("sub", []) if isinstance(value, Mapping) else []
    if not isinstance(subs, list):
        raise ValueError(f"got {shown(value)}")
    return Axis(*_key_and_names(value), map(_sub_axis_of_json, subs))


def _sub_axis_of_json(value: Any) -> Axis:
    if isinstance(value, Mapping) and "sub" in value:
        raise ValueError(f"got a sub-axis with sub-axes of its own: {shown(value)}")
    return Axis(*_key_and_names(value))


def _key_and_names(value: Any) -> tuple[str, Mapping[str, str]]:
    if isinstance(value, str):
        return value, {}
    known = isinstance(value, Mapping) and "key" in value and value.keys() <= {"key", "names", "sub"}
    if not known or not isinstance(value.get("names", {}), Mapping):
        raise ValueError(f"got {shown(value)}")
    return value["key"], value.get("names", {})
