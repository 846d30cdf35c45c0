"""Practised: which kinds of probes the walkers of a corpus teach, and within which bounds.

A model is asked in the forms that its samples had: for questions that no sample asked it could only be blamed.
"""

from __future__ import annotations

from typing import Any

import attrs

from forestlib.corpus.corpus import Corpus
from forestlib.evaluation.jump import Bounds
from forestlib.registry import walkers

__all__ = ["Practised", "practised"]


@attrs.frozen
class Practised:
    """The kinds of probes, the bounds of jumps and questions, and how windows go on from one another."""

    kinds: tuple[str, ...]
    jumps: Bounds = attrs.field(factory=Bounds)
    questions: Bounds = attrs.field(factory=Bounds)
    keep: int = 1
    size: int = 32


def practised(corpus: Corpus) -> Practised:
    """Return what the walkers of a corpus teach.

    >>> from forestlib.demo import forest
    >>> practised(forest("en").linearize("text", {"paths": 0.5, "bridges": 0.5}, size=9)).kinds
    ('jump', 'likelihood', 'recall:paths')
    """
    said = [(share.plugin, _options(share.plugin, share.options)) for share in corpus.recipe.shares]
    kinds = [kind for walker, options in said for kind in _kinds(walker, options)]
    found = Practised(tuple(dict.fromkeys([*kinds, "recall:paths"])))
    for walker, options in said:
        if walker == "bridges":
            found = attrs.evolve(found, jumps=Bounds(options["before"], options["after"], options["direction"]))
        if walker == "questions":
            found = attrs.evolve(found, questions=Bounds(options["before"], options["after"]))
        if walker == "windows":
            found = attrs.evolve(found, keep=options["overlap"] or 1, size=options["size"] or found.size)
    return found


def _options(walker: str, given: Any) -> dict[str, Any]:
    return {**walkers[walker].options, **given}


def _kinds(walker: str, options: dict[str, Any]) -> list[str]:
    """Return the kinds of probes that one walker practises."""
    if walker == "bridges":
        return ["jump", "likelihood"]
    if walker == "questions":
        return [f"{'recall' if options['inside'] else 'route'}:{options['direction']}"]
    if walker == "schema":
        return ["schema"] if options["topics"] > 1 else []
    return ["long"] if walker == "windows" else []
