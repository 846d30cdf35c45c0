"""Walkers in several draws of chance: a crossing has one walk a seed, and what follows the jump has many branches."""

from __future__ import annotations

from collections.abc import Callable

from forestlib.model.ground import Ground
from forestlib.model.lazy import LazyTrails
from forestlib.registry import walkers
from forestlib.walkers.bridges import bridges
from forestlib.walkers.crops import crops
from forestlib.walkers.questions import questions

__all__ = ["DRAWS"]

DRAWS = 4


def _several(make: Callable[[int], LazyTrails], seed: int, draws: int) -> LazyTrails:
    parts = [make(seed + 1000 * draw) for draw in range(draws)]
    return LazyTrails(draws * len(parts[0]), lambda place: parts[place % draws][place // draws], "walks")


@walkers.plugin("bridges_drawn", crosses=True)
def bridges_drawn(forest: Ground, *, seed: int = 0, draws: int = DRAWS, direction: str = "down") -> LazyTrails:
    """Every crossing in several draws."""
    return _several(lambda draw: bridges(forest, seed=draw, direction=direction), seed, draws)


@walkers.plugin("questions_drawn", crosses=True)
def questions_drawn(
    forest: Ground, *, seed: int = 0, draws: int = DRAWS, direction: str = "back", before: int = 8, after: int = 8
) -> LazyTrails:
    """Every question across in several draws."""
    return _several(
        lambda draw: questions(forest, seed=draw, direction=direction, before=before, after=after), seed, draws
    )


@walkers.plugin("inside_drawn", crosses=False)
def inside_drawn(forest: Ground, *, seed: int = 0, draws: int = DRAWS, direction: str = "back") -> LazyTrails:
    """Every question inside a tree in several draws."""
    return _several(lambda draw: questions(forest, seed=draw, direction=direction, inside=True), seed, draws)


@walkers.plugin("crops_drawn", crosses=False)
def crops_drawn(
    forest: Ground, *, seed: int = 0, draws: int = DRAWS, mid_tree: float = 0.5, self_jumps: float = 0.15
) -> LazyTrails:
    """Every stretch in several draws."""
    return _several(lambda draw: crops(forest, seed=draw, mid_tree=mid_tree, self_jumps=self_jumps), seed, draws)
