"""Shapes: the steps of a whole tree, each with what shows where it hangs.

Depth first the level says it, as indentation, and past level 40 as a number: a tree of any depth takes room in
proportion to its steps. Level by level it takes the number of the step above. Further lines of a text hang one blank
deeper, so that no line of it looks like a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from forestlib.model.walk import Run, Step
from forestlib.wording.style import Words

if TYPE_CHECKING:
    from forestlib.wording.wording import Wording

__all__ = ["shaped"]

INDENTED_LEVELS = 40


def shaped(wording: Wording, shape: str, run: Run) -> list[Step]:
    """Return the steps of a run's nodes as the shape of their trail has them."""
    steps = wording.nodes(run)
    if shape not in ("outline", "levels"):
        return steps
    said = wording.tree(run.tree)
    words = wording.style.of(said.lang)
    if shape == "outline":
        prefixes = [_indented(step.level, words) for step in steps]
    else:
        numbers = [number for span in run.ranges for number in span]
        prefixes = _numbered(numbers, said.order.parent, words)
    return [_behind(prefix, step) for prefix, step in zip(prefixes, steps, strict=True)]


def _indented(level: int, words: Words) -> str:
    return words.indent * level if level <= INDENTED_LEVELS else words.level.replace("{level}", str(level))


def _numbered(numbers: list[int], parent: Sequence[int], words: Words) -> list[str]:
    """Return what stands before each node: its place, and that of the node above it where that one is shown."""
    places = {number: place for place, number in enumerate(numbers, 1)}
    found = []
    for number, place in places.items():
        above = places.get(parent[number])
        template = words.listed if above is None else words.below.replace("{above}", str(above))
        found.append(template.replace("{number}", str(place)))
    return found


def _behind(prefix: str, step: Step) -> Step:
    hang = "\n" + (prefix if prefix.isspace() else "") + " "
    return Step(step.kind, prefix + step.text.replace("\n", hang), step.level, step.at, step.role)
