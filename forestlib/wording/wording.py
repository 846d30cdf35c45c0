"""The wording: trails to walks. Every node is worded once and its step shared by all walks that show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

import attrs

from forestlib.model.anchor import AnchorTable
from forestlib.model.ground import Ground
from forestlib.model.spans import span_of
from forestlib.model.tree import Tree
from forestlib.model.walk import Crossing, Run, Step, Trail, Walk
from forestlib.wording.style import Style

__all__ = ["Wording"]


class Wording:
    """How the walks of one forest are said in one style.

    >>> from forestlib.model.ground import Ground
    >>> ground = Ground()
    >>> path = ground.plant("justice", "A match.").root.anchor("norm").then("Norms differ.").path()
    >>> [step.text for step in Wording(ground, Style()).walk(Trail.of(path), "paths").steps]
    ['justice', 'A match. [norm]', 'Norms differ.']
    """

    def __init__(self, ground: Ground, style: Style) -> None:
        self.style = style
        self._ground = ground
        self._anchors: AnchorTable = ground.anchors
        self._steps: dict[str, list[Step]] = {}
        self._heads: dict[str, Step] = {}

    def walk(self, trail: Trail, walker: str) -> Walk:
        """Return the walk that says `trail`."""
        first = trail.runs[0]
        said = [self.head(first.tree), *self.nodes(first)]
        questions = [(1, self.question(first.tree))]
        for run in trail.runs[1:]:
            questions.append((len(said), self.asked(run)))
            said += self.jump(run)
            said += self.nodes(run)
        return Walk(walker, self._ground[first.tree].lang, tuple(said), tuple(questions), self._crossings(trail))

    def _crossings(self, trail: Trail) -> tuple[Crossing, ...]:
        if len(trail.runs) == 1:
            return ()
        return tuple(attrs.evolve(one, anchor=self._anchors.key_of(one.anchor)) for one in trail.crossings)

    def nodes(self, run: Run) -> list[Step]:
        """Return the steps of a run's nodes."""
        steps, said = self.steps(run.tree), list[Step]()
        for span in run.ranges:
            said += steps[span.start : span.stop] if span.step == 1 else [steps[number] for number in span]
        return said

    def jump(self, run: Run) -> list[Step]:
        """Return the steps between two runs: the anchor, the jump, the other tree's name, the anchor again."""
        words = self.style.of(self._ground[run.tree].lang)
        anchor = Step("anchor", _said(words.anchor, run.tree, self._text(run.via)))
        jump = Step("jump", _said(words.jump, run.tree, self._text(run.via)))
        return [anchor, jump, self.head(run.tree), anchor]

    def head(self, tree: str) -> Step:
        """Return the step that names a tree."""
        if tree not in self._heads:
            self._heads[tree] = Step("head", _said(self.style.of(self._ground[tree].lang).head, tree, ""))
        return self._heads[tree]

    def question(self, tree: str) -> str:
        """Return what opens a reasoning about a tree."""
        return _said(self.style.of(self._ground[tree].lang).question, tree, "")

    def asked(self, run: Run) -> str:
        """Return what asks for the jump to a run."""
        return _said(self.style.of(self._ground[run.tree].lang).ask, run.tree, self._text(run.via))

    def steps(self, tree: str) -> list[Step]:
        """Return the steps of all nodes of a tree, by preorder number."""
        if tree not in self._steps:
            self._steps[tree] = list(self._worded(self._ground[tree]))
        return self._steps[tree]

    def _worded(self, tree: Tree) -> Iterator[Step]:
        order, roles = tree.preorder(), tree.field("role")
        texts = order.text[: order.size]
        for number, phrases in self._beside(tree):
            texts[number] += "".join(phrases)
        for number, text in enumerate(texts):
            yield Step("node", text, order.level[number], (tree.name, number), _role(roles, number))

    def _beside(self, tree: Tree) -> Iterator[tuple[int, Iterable[str]]]:
        if self.style.anchors == "jumps":
            return
        words, text = self.style.of(tree.lang), tree.preorder().text
        for number, marks in groupby(tree.marks(), itemgetter(0)):
            numbers = dict.fromkeys(
                self._anchors.number_of(phrase) for _, phrase in marks if span_of(phrase, text[number]) is None
            )
            yield (
                number,
                [
                    _said(words.marked, tree.name, self._anchors.texts[anchor])
                    for anchor in numbers
                    if self._is_shown(anchor)
                ],
            )

    def _is_shown(self, anchor: int) -> bool:
        return self.style.anchors == "all" or int(self._anchors.tree_counts[anchor]) > 1

    def _text(self, anchor: str | None) -> str:
        return self._anchors.texts[self._anchors.number_of(anchor or "")]


def _role(roles: Mapping[int, Any], number: int) -> str | None:
    role = roles.get(number)
    return None if role is None else str(role)


def _said(template: str, tree: str, anchor: str) -> str:
    head, _, tail = template.partition("{anchor}")
    said = [part.replace("{tree}", tree) for part in (head, tail)]
    return anchor.join(said) if "{anchor}" in template else said[0]
