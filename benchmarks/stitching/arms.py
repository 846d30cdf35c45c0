"""The arms of the experiment: what is compared with what, and for how many tokens each model is trained."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["ARMS", "CONDITIONS", "CUTS", "PHRASES", "SWEEPS"]

CONDITIONS = ("islands", "shared only", "side by side", "bridges", "private names", "wrong anchors", "identity")
PHRASES = ("shared", "private")
# How many steps a window repeats of the one before it; and whether the landmarks at the seams are said.
CUTS: Mapping[str, tuple[int, bool]] = {
    "plain": (0, False),
    "overlap 2": (2, False),
    "overlap 4": (4, False),
    "overlap 8": (8, False),
    "landmarks": (0, True),
}
# By part: all arms and their tokens; those of a quick run and theirs.
ARMS: Mapping[str, tuple[tuple[str, ...], int, tuple[str, ...], int]] = {
    "forests": (CONDITIONS, 1_500_000, ("islands", "shared only", "bridges", "private names"), 600_000),
    "ways": (PHRASES, 800_000, PHRASES, 500_000),
    "cuts": (tuple(CUTS), 800_000, ("plain", "landmarks"), 500_000),
}
SWEEPS = ("share", "pairs", "identity", "beginning", "layout", "trees", "topics")
