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

_converter = Converter(omit_if_default=True, forbid_extra_keys=True)
_converter.register_unstructure_hook(Axis, lambda axis: _axis_to_json(axis))
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
    if not axis.names and not axis.sub:
        return axis.key
    names = {"names": dict(axis.names)} if axis.names else {}
    return {"key": axis.key, **names, **({"sub": axes_to_json(axis.sub)} if axis.sub else {})}


def _axis_of_json(value: Any) -> Axis:
    if isinstance(value, str):
        return Axis(value)
    known = isinstance(value, Mapping) and "key" in value and value.keys() <= {"key", "names", "sub"}
    if not known or not isinstance(value.get("names", {}), Mapping) or not isinstance(value.get("sub", []), list):
        raise ValueError(f"got {shown(value)}")
    return Axis(value["key"], value.get("names", {}), [_axis_of_json(sub) for sub in value.get("sub", [])])
