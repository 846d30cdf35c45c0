"""Sweeps: what one choice of the experiment does, everything else being as it is. One experiment each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from benchmarks.stitching import forests, ways
from benchmarks.stitching.arms import ARMS
from benchmarks.stitching.forests import Setting
from benchmarks.stitching.world import World

__all__ = ["SWEEPS", "jobs", "measured"]

Measured = Callable[..., dict[str, Any]]


def _of(condition: str, **changes: Any) -> Measured:
    return partial(forests.measured, condition, setting=Setting(**changes))


SWEEPS: Mapping[str, Mapping[str, Measured]] = {
    "share": {f"{share} %": _of("bridges", share=share / 100) for share in (5, 10, 20, 40, 60, 75)},
    "pairs": {
        f"{condition}, {held} % of the pairs held out": _of(condition, pairs=held / 100)
        for held in (25, 50, 60, 75)
        for condition in ("bridges", "private names")
    },
    "identity": {
        "bridges": _of("bridges"),
        "and where shown anchors stand": _of("identity"),
        "and where all anchors stand": _of("identity", tells_all=True),
    },
    "beginning": {
        f"{condition}, spread {spread:g}": _of(condition, spread=spread)
        for spread in (0.02, 0.35, 1.0)
        for condition in ("bridges", "private names")
    },
    "layout": {
        "as it is": _of("bridges"),
        "stretches that end anywhere": _of("bridges", whole=False),
        "one draw of chance": _of("bridges", draws=1),
        "both": _of("bridges", draws=1, whole=False),
    },
    "trees": {f"{trees} trees": _of("bridges", world=World(trees=trees)) for trees in (16, 32, 64)},
    "topics": {
        f"{new} % of the topics new": partial(ways.measured, "shared", new=new / 100) for new in (25, 50, 75, 90)
    },
}


def measured(part: str, name: str) -> Measured:
    """Return what measures one row of a sweep, called "sweep …"."""
    return SWEEPS[part.removeprefix("sweep ")][name]


def jobs(sweep: str) -> dict[str, int]:
    """Return the rows of a sweep, each with its tokens."""
    tokens = ARMS["ways" if sweep == "topics" else "forests"][1]
    return dict.fromkeys(SWEEPS[sweep], tokens)
