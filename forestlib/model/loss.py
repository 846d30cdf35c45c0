"""Loss: what of a walk is learned, decided from the forest alone and never from which walks were drawn.

"all" learns everything after the prompt. "once" learns by transition: what a walk only repeats on its way (a trail's
`context`) leads up, and is learned where another walk of that walker goes on from it. "last" learns the last step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forestlib.errors import OptionError, shown
from forestlib.model.walk import Step, Trail

__all__ = ["LOSSES", "NOTHING", "check_loss", "given_nodes", "learned_from"]

LOSSES = ("all", "once", "last")
NOTHING = "nothing of it is learned"


def check_loss(loss: Any) -> None:
    """Raise `OptionError` where something is no loss policy."""
    if loss not in LOSSES:
        raise OptionError(f"A loss is one of {', '.join(map(repr, LOSSES))}, got {shown(loss)}.", value=loss)


def learned_from(loss: str, steps: Sequence[Step], prompt: int, context: int) -> int:
    """Return the place of the first step that is learned; the first `prompt` never are, `context` lead up.

    >>> steps = [Step("head", "t"), Step("node", "a"), Step("node", "b"), Step("node", "c"), Step("landmark", "[1]")]
    >>> [learned_from(loss, steps, 1, 2) for loss in LOSSES]
    [1, 2, 3]
    """
    if loss == "all":
        return prompt
    return max(prompt, context if loss == "once" else _last_node(steps))


def _last_node(steps: Sequence[Step]) -> int:
    place = len(steps) - 1
    while place > 0 and steps[place].kind != "node":
        place -= 1
    return place or len(steps) - 1


def given_nodes(trail: Trail, loss: str) -> int:
    """Return how many nodes at the beginning of a trail are given, and not learned."""
    sizes = [sum(map(len, run.ranges)) for run in trail.runs]
    prompt = 0
    for run, size in zip(trail.runs, sizes, strict=True):
        if run.note.part != "prompt":
            break
        prompt += size
    if loss == "all":
        return prompt
    return max(prompt, trail.context if loss == "once" else sum(sizes) - 1)
