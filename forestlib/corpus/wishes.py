"""Wishes: what a corpus is to show, how often and of what, checked where they are said; and what of them fell short.

Where wishes contradict, hold-outs come first, then at most, at least, the shares of walkers, the balance of axes.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import attrs

from forestlib.errors import OptionError, shown

__all__ = [
    "SHARED_BY",
    "SHOWN_KINDS",
    "Bounds",
    "Shortfall",
    "balance_of",
    "bounds_of",
    "check_shared_by",
    "checked_tolerance",
    "splits_of",
]

SHOWN_KINDS = ("nodes", "transitions", "anchors", "bridges")
SHARED_BY = ("samples", "tokens")
_BOUNDS = ("at_least", "at_most")
# The names of files that a corpus is written to already.
_TAKEN = ("train", "held_out", "manifest")
_SLACK = 1e-6


@attrs.frozen
class Bounds:
    """How often each thing of a kind is shown: at least, at most, or as it comes."""

    at_least: int | None = None
    at_most: int | None = None


@attrs.frozen
class Shortfall:
    """A wish that was not met in full: what was asked, what came, and why.

    `wish` is "at least", "at most", "walkers", "balance", "splits" or "order"; `of` says which one of its kind it is.
    `why` maps each reason to how many things it kept from being met.

    >>> print(Shortfall("at least 1", "bridges", 40, 30, {"held out": 10}))
    at least 1 of bridges: asked 40, got 30 (10: held out)
    """

    wish: str
    of: str
    asked: float
    got: float
    why: Mapping[str, int] = attrs.field(factory=dict)

    def __str__(self) -> str:
        spelled = "{:.1%}" if self.wish == "balance" else "{:,}"
        reasons = "; ".join(f"{count:,}: {reason}" if count else reason for reason, count in self.why.items())
        asked, got = spelled.format(self.asked), spelled.format(self.got)
        return f"{self.wish} of {self.of}: asked {asked}, got {got}{f' ({reasons})' if reasons else ''}"


def bounds_of(given: Mapping[str, Any] | None) -> dict[str, Bounds]:
    """Return the bounds that `exposure=` says, by what is shown, checked.

    >>> bounds_of({"nodes": {"at_least": 1}})
    {'nodes': Bounds(at_least=1, at_most=None)}
    >>> bounds_of({"node": {"at_least": 1}})
    Traceback (most recent call last):
    forestlib.errors.OptionError: Exposure has no 'node'. Did you mean 'nodes'? Known: 'nodes', 'transitions', ...
    """
    return {_known(kind, SHOWN_KINDS, "Exposure has no"): _bounds(kind, said) for kind, said in _items(given, "nodes")}


def _items(given: Any, example: str) -> list[tuple[str, Any]]:
    if not isinstance(given, Mapping | None):
        raise OptionError(f"exposure= is a mapping, {{{example!r}: {{'at_least': 1}}}}, got {shown(given)}.")
    return list((given or {}).items())


def _known(name: object, known: tuple[str, ...], problem: str) -> str:
    if name in known:
        return str(name)
    near = get_close_matches(str(name), known, n=1)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    raise OptionError(f"{problem} {shown(name)}.{meant} Known: {', '.join(map(repr, known))}.", value=name)


def _bounds(kind: str, said: Any) -> Bounds:
    if not isinstance(said, Mapping) or not said:
        raise OptionError(
            f"The exposure of {kind} is {{'at_least': 1, 'at_most': 5}}, or one of the two, got {shown(said)}."
        )
    for name, times in said.items():
        _known(name, _BOUNDS, f"The exposure of {kind} has no")
        if not isinstance(times, int) or isinstance(times, bool) or times < 1:
            raise OptionError(f"{name!r} of {kind} is a whole number from 1 up, got {shown(times)}.", value=times)
    found = Bounds(**said)
    if found.at_least is not None and found.at_most is not None and found.at_least > found.at_most:
        raise OptionError(
            f"No corpus shows each of the {kind} at least {found.at_least} and at most {found.at_most} times. "
            "Raise 'at_most', or lower 'at_least'."
        )
    return found


def balance_of(given: Mapping[str, Any] | None) -> dict[str, float]:
    """Return the shares of axes that `balance=` says, checked as far as they can be without a forest.

    >>> balance_of({"causality": 0.4, "парадокс": 0.1})
    {'causality': 0.4, 'парадокс': 0.1}
    """
    if not isinstance(given, Mapping | None):
        raise OptionError(f"balance= maps axes to shares, {{'causality': 0.4}}, got {shown(given)}.", value=given)
    return {axis: _share(share, f"The share of the axis {shown(axis)}") for axis, share in (given or {}).items()}


def splits_of(given: Mapping[str, Any] | None) -> dict[str, float]:
    """Return the shares of splits that `splits=` says, checked.

    >>> splits_of({"validation": 0.02})
    {'validation': 0.02}
    """
    if not isinstance(given, Mapping | None):
        raise OptionError(f"splits= maps names to shares, {{'validation': 0.02}}, got {shown(given)}.", value=given)
    found = {_split_name(name): _share(share, f"The share of {name!r}") for name, share in (given or {}).items()}
    if any(share == 0 for share in found.values()) or sum(found.values()) > 1 - _SLACK:
        raise OptionError(f"Splits have shares above 0 and leave something to train on, got {shown(dict(found))}.")
    return found


def _split_name(name: Any) -> str:
    if not isinstance(name, str) or not name.replace("-", "_").isidentifier() or name in _TAKEN:
        raise OptionError(
            f"A split is called by letters, digits and _, and not {', '.join(map(repr, _TAKEN))}, got {shown(name)}. "
            "Name it 'validation' or 'test'.",
            value=name,
        )
    return name


def _share(share: Any, what: str) -> float:
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        raise OptionError(f"{what} is a number from 0 to 1, got {shown(share)}.", value=share)
    return float(share)


def checked_tolerance(tolerance: Any) -> float:
    """Return how far from its share an axis may be, or raise `OptionError`."""
    return _share(tolerance, "The tolerance of a balance")


def check_shared_by(unit: object) -> None:
    """Raise `OptionError` where something is not what shares are of."""
    _known(unit, SHARED_BY, "Shares of walkers are not counted by")
