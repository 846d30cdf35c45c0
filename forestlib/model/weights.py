"""Weights of a tree over axes: shares, read from how they were written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Set

from forestlib.errors import WeightsError, shown
from forestlib.model.axis import Axis, Frame
from forestlib.model.text import plain

__all__ = ["checked_weights", "shares"]

_SHAPE = "Weights are a mapping like {'causality': 0.8, 'empathy': 0.2}, or a list of axes for equal shares"
_TOLERANCE = 1e-6
_MOST = 100 * (1 + _TOLERANCE)


def checked_weights(axes: object) -> list[str] | dict[str, float] | None:
    """Return weights as they were written, or raise `WeightsError`: they must be shares that sum to 1 or to 100.

    >>> checked_weights({"causality": 0.8, "empathy": 0.3})
    Traceback (most recent call last):
    forestlib.errors.WeightsError: The weights {'causality': 0.8, 'empathy': 0.3} sum to 1.1. ...
    """
    if axes is None:
        return None
    if isinstance(axes, Mapping):
        axes = {name.key if isinstance(name, Axis) else name: weight for name, weight in axes.items()}
        return _checked_mapping(dict(axes))
    if isinstance(axes, str) or not isinstance(axes, Iterable):
        raise WeightsError(f"{_SHAPE}, got {shown(axes)}.", axes=axes)
    names = sorted(axes) if isinstance(axes, Set) and all(isinstance(name, str) for name in axes) else list(axes)
    names = [name.key if isinstance(name, Axis) else name for name in names]
    if not all(isinstance(name, str) for name in names):
        raise WeightsError(f"{_SHAPE}, got {shown(names)}.", axes=names)
    if len(set(names)) < len(names):
        raise WeightsError(f"An axis stands twice in {shown(names)}. Name each once.", axes=names)
    return list(map(plain, names))


def _checked_mapping(weights: dict[object, object]) -> dict[str, float]:
    for name, weight in weights.items():
        number = isinstance(weight, int | float) and not isinstance(weight, bool)
        if not isinstance(name, str) or not number or not (0 <= weight <= _MOST):  # type: ignore[operator]
            raise WeightsError(
                f"The weight of axis {shown(name)} is a number from 0 up to 100, got {shown(weight)}.", axes=weights
            )
    total = math.fsum(weights.values())  # type: ignore[arg-type]
    if weights and min(abs(total - 1), abs(total - 100) / 100) > _TOLERANCE:
        raise WeightsError(
            f"The weights {shown(weights, 90)} sum to {total:g}. Make them sum to 1 or to 100.", axes=weights
        )
    return {plain(name): weight for name, weight in weights.items()}  # type: ignore[arg-type, misc]


def shares(axes: list[str] | dict[str, float] | None, frame: Frame) -> dict[str, float]:
    """Return shares that sum to 1 by axis key, in the frame's order; raise where the frame lacks an axis.

    >>> from forestlib.model.frames import thinking
    >>> shares({"эмпатия": 20, "причинность": 80}, thinking())
    {'causality': 0.8, 'empathy': 0.2}
    """
    written = dict.fromkeys(axes, 1.0) if isinstance(axes, list) else dict(axes or {})
    found: dict[str, float] = {}
    for name, weight in written.items():
        key = frame[name].key
        if key in found:
            raise WeightsError(f"The axis {key!r} stands twice in {shown(written)}. Name each once.", axes=axes)
        found[key] = weight
    total = math.fsum(found.values())
    order = {axis.key: place for place, axis in enumerate(frame)}
    return {key: found[key] / total for key in sorted(found, key=order.__getitem__)} if total else {}
