"""Crosses: does a walker show two trees in one sample? What is asked for hold-outs and for facts before bridges.

A walker declares it, ``@fl.walker("bridges", crosses=True)``: True where every walk does, False where none does,
"some" where it is to be seen of each walk; a function of the walker's options where they decide it. Of a walker that
declares nothing a few walks are looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forestlib.corpus.draw import checked_trail
from forestlib.errors import PluginError, shown
from forestlib.model.chance import some_of
from forestlib.model.walk import OfPaths, Trail
from forestlib.registry import Plugin

__all__ = ["SOME", "crosses", "is_crossing"]

SOME = "some"
_FEW = 16


def is_crossing(trail: Trail) -> bool:
    """Whether a trail shows two trees or more, or asks about them."""
    return len(set(trail.trees)) > 1


def crosses(walker: Plugin, options: Mapping[str, Any], trails: Sequence[Trail]) -> bool | None:
    """Return whether a walker's trails cross: all of them, none of them, or None where it is to be seen of each.

    >>> from forestlib.registry import walkers
    >>> crosses(walkers["bridges"], {}, []), crosses(walkers["questions"], {"inside": True}, [])
    (True, False)
    """
    declared = walker.traits.get("crosses")
    if declared is None:
        return _looked_at(walker.name, trails)
    told = declared(options) if callable(declared) else declared
    if not isinstance(told, bool) and told != SOME:
        raise PluginError(
            f"The walker {walker.name!r} declares crosses={shown(told)}. It is True, False or 'some', or a function of "
            "its options that gives one of them.",
            name=walker.name,
        )
    return None if told == SOME else bool(told)


def _looked_at(name: str, trails: Sequence[Trail]) -> bool | None:
    if isinstance(trails, OfPaths):
        return False
    places = some_of(len(trails), min(_FEW, len(trails)), seed=0)
    found = {is_crossing(checked_trail(trails[place], name, place)) for place in places}
    return None if len(found) > 1 else True in found
