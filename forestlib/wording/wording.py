"""The wording: trails to walks. Every node is worded once and its step shared by all walks that show it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice, pairwise
from typing import Any

import attrs

from forestlib.errors import ForestChangedError, shown
from forestlib.model.anchor import AnchorTable
from forestlib.model.collector import paused_collector
from forestlib.model.crossing import Crossing, Shared
from forestlib.model.ground import Ground
from forestlib.model.loss import learned_from
from forestlib.model.preorder import Preorder
from forestlib.model.spans import beside, span_of
from forestlib.model.tree import Tree
from forestlib.model.walk import Ask, Run, Step, Trail, Walk, steps_of
from forestlib.wording.composed import Composed
from forestlib.wording.leads import Budget, Leads
from forestlib.wording.style import Style, Words

__all__ = ["Said", "Wording"]

_PLACE = re.compile(r"\{\w+\}")
KEPT_STEPS = 8_000_000


@attrs.define(slots=False, eq=False, repr=False)
class Said:
    """How one tree is said: its language, the step that names it, what opens a reasoning about it, its nodes' texts."""

    name: str
    lang: str
    head: Step
    opening: tuple[int, str]
    texts: list[str]
    order: Preorder
    roles: Mapping[int, Any]
    budget: Budget

    @cached_property
    def leads(self) -> Leads[tuple[Step, ...]]:
        """What a path shows before its last fork, as steps."""
        starts = range(self.order.size + 1)
        return Leads((self.head,), self.steps, starts, self.order, _joined, self.budget)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the nodes, shared by all walks that show them."""
        with paused_collector():
            return steps_of(self.name, self.texts, self.order.level, self.roles)


class _SaidMarks(dict[str, str]):
    """How phrases are said, each worked out at its first use."""

    def __init__(self, say: Callable[[str], str]) -> None:
        self._say = say

    def __missing__(self, phrase: str) -> str:
        said = self[phrase] = self._say(phrase)
        return said


class Wording:
    """How the walks of one forest are said in one style, and what of them is learned.

    >>> from forestlib.model.ground import Ground
    >>> ground = Ground()
    >>> path = ground.plant("justice", "A match.").root.anchor("norm").then("Norms differ.").path()
    >>> [step.text for step in Wording(ground, Style()).walk(Trail.of(path), "paths").steps]
    ['justice', 'A match. [norm]', 'Norms differ.']
    """

    def __init__(self, ground: Ground, style: Style, loss: str = "all") -> None:
        self.style, self.loss = style, loss
        self._ground = ground
        self._anchors: AnchorTable = ground.anchors
        self._said: dict[str, Said] = {}
        self._sizes = {tree.name: tree.size for tree in ground.trees}
        self._budget = Budget(KEPT_STEPS)
        self._marks_said: dict[tuple[Words, str], Mapping[str, str]] = {}

    def walk(self, trail: Trail, walker: str) -> Walk:
        """Return the walk that says `trail`."""
        if not trail.is_plain:
            return Composed(self, trail).walk(walker)
        first = self.tree(trail.runs[0].tree)
        said, questions = [first.head, *self.nodes(trail.runs[0])], [first.opening]
        for before, run in pairwise(trail.runs):
            questions.append((len(said), self.asked(run)))
            said += self.jump(run, before.tree, before.last)
            said += self.nodes(run)
        has_roles = any(self.tree(run.tree).roles for run in trail.runs)
        context = learned_from(self.loss, said, 1, _steps_before(said, trail.context))
        return Walk(walker, first.lang, tuple(said), tuple(questions), self.crossings(trail), has_roles, context)

    def path(self, tree: str, leaf: int, walker: str) -> Walk:
        """Return the walk from a tree's root to one of its nodes."""
        said = self.tree(tree)
        lead, last = said.leads.path(leaf)
        steps = lead + last
        context = learned_from(self.loss, steps, 1, len(lead))
        return Walk(walker, said.lang, steps, (said.opening,), (), bool(said.roles), context)

    def tree(self, name: str) -> Said:
        """Return how a tree is said."""
        said = self._said.get(name)
        if said is None:
            said = self._said[name] = self._tree(self._unchanged(name))
        return said

    def _unchanged(self, name: str) -> Tree:
        if name not in self._ground or self._ground[name].size != self._sizes.get(name):
            raise ForestChangedError(f"The tree {shown(name)} has changed since it was laid out. Call linearize().")
        return self._ground[name]

    def _tree(self, tree: Tree) -> Said:
        words, order = self.style.of(tree.lang), tree.preorder()
        texts = self._marked(tree, words) if self.style.anchors != "jumps" else order.text[: order.size]
        head = Step("head", _filled(words.head, tree.name, ""))
        opening = (1, _filled(words.question, tree.name, ""))
        return Said(tree.name, tree.lang, head, opening, texts, order, tree.field("role"), self._budget)

    def crossings(self, trail: Trail) -> Sequence[Crossing]:
        """Return the crossings that a trail shows, each by its anchor's key."""
        if len(trail.runs) == 1:
            return ()
        found, key_of = trail.crossings, self._anchors.key_of
        if isinstance(found, Shared):
            return found.by_key(key_of)
        return tuple(attrs.evolve(one, anchor=key_of(one.anchor)) for one in found)

    def nodes(self, run: Run) -> list[Step]:
        """Return the steps of a run's nodes."""
        steps, said = self.tree(run.tree).steps, list[Step]()
        for span in run.ranges:
            said += steps[span.start : span.stop] if span.step == 1 else [steps[number] for number in span]
        return said

    def jump(self, run: Run, origin: str = "", last: tuple[str, int] | None = None) -> list[Step]:
        """Return the steps between two runs: the anchor, the jump, the other tree's name, the anchor again.

        `origin` is the name of the tree that the walk comes from, `last` the node said just before. What that node ends
        on, or the next one consists of, is not said once more: a thought that stutters is learned as two steps.
        """
        said = self.tree(run.tree)
        words = self.style.of(said.lang)
        anchor = self.anchor(run.via, said)
        template = (words.upward or words.jump) if run.goes_up else words.jump
        template = (words.again or template) if run.tree == origin else template
        jump = Step("jump", _filled(template, run.tree, self._text(run.via)))
        before = [] if last is not None and self._ends_on(last, anchor.text) else [anchor]
        after = [] if said.texts[run.first[1]] == anchor.text else [anchor]
        return [*before, jump, said.head, *after]

    def _ends_on(self, at: tuple[str, int], anchor: str) -> bool:
        text = self.tree(at[0]).texts[at[1]]
        return text == anchor or text.endswith(f" {anchor}")

    def anchor(self, phrase: str | None, said: Said) -> Step:
        """Return the step that says an anchor in a tree's language."""
        return Step("anchor", _filled(self.style.of(said.lang).anchor, said.name, self._text(phrase)))

    def question(self, ask: Ask) -> Step:
        """Return the step that asks what a trail answers, in the language of the tree that it starts from."""
        words = self.style.of(self.tree(ask.start[0]).lang)
        said = {
            "{start}": self._thought(ask.start),
            "{goal}": self._thought(ask.goal),
            "{tree}": ask.start[0],
            "{other}": ask.goal[0],
            "{anchor}": self._text(ask.anchor) if ask.anchor else "",
        }
        is_inside = ask.kind in ("back", "forth") and ask.start[0] == ask.goal[0]
        template: str = getattr(words, f"{ask.kind}_inside" if is_inside else ask.kind)
        return Step("question", _PLACE.sub(lambda place: said.get(place[0], place[0]), template))

    def opening(self, shape: str, said: Said) -> str:
        """Return what opens a reasoning about a tree, in words of its own for each shape of trail."""
        template: str = getattr(self.style.of(said.lang), shape) if shape else ""
        return _filled(template, said.name, "") if template else said.opening[1]

    def landmark(self, label: str, said: Said) -> Step:
        """Return the step that says a landmark."""
        return Step("landmark", self.style.of(said.lang).landmark.replace("{label}", label))

    def stage(self, stage: str, said: Said) -> Step:
        """Return the step that says which stage of a reasoning follows, in a tree's language."""
        return Step("stage", self.style.of(said.lang).stage.replace("{stage}", stage))

    def likewise(self, said: Said) -> Step:
        """Return the step that says that another topic is reasoned about in the same way, in its tree's language."""
        return Step("stage", self.style.of(said.lang).likewise.replace("{tree}", said.name))

    def _thought(self, at: tuple[str, int]) -> str:
        """Return a node's own text as a question quotes it: on one line, without its full stop."""
        text = " ".join(self.tree(at[0]).order.text[at[1]].split())
        return text[:-1] if text.endswith(".") and not text.endswith("..") else text

    def asked(self, run: Run) -> str:
        """Return what asks for the jump to a run."""
        return _filled(self.style.of(self.tree(run.tree).lang).ask, run.tree, self._text(run.via))

    def _marked(self, tree: Tree, words: Words) -> list[str]:
        """Return a tree's texts, each followed by its anchors that do not stand in it, every anchor once.

        A text that holds an anchor in another form only (an alias, an inflected form) is followed by the canonical
        one as well: what stitches is the same text in all trees.
        """
        plain = tree.preorder().text
        texts = plain[: len(tree)]
        said_of = self._said_of(tree, words)
        last, seen = -1, set[str]()
        marks = tree.marks()
        forms = self._anchors.other_forms
        for number, phrase in beside(plain, marks.number, marks.phrase, forms):
            if phrase in forms and span_of(self._text(phrase), plain[number]) is not None:
                continue
            if number != last:
                last, seen = number, set()
            said = said_of[phrase]
            if said not in seen:
                seen.add(said)
                texts[number] += said
        return texts

    def _said_of(self, tree: Tree, words: Words) -> Mapping[str, str]:
        """How each phrase is said after a text; one mapping for all trees of a language, unless it names the tree."""
        key = tree.name if "{tree}" in words.marked else ""
        if (words, key) not in self._marks_said:
            self._marks_said[words, key] = _SaidMarks(lambda phrase: self._mark(phrase, words.marked, tree.name))
        return self._marks_said[words, key]

    def _mark(self, phrase: str, template: str, tree: str) -> str:
        anchor = self._anchors.number_of(phrase)
        is_shown = self.style.anchors == "all" or int(self._anchors.tree_counts[anchor]) > 1
        return _filled(template, tree, self._anchors.texts[anchor]) if is_shown else ""

    def _text(self, anchor: str | None) -> str:
        return self._anchors.texts[self._anchors.number_of(anchor or "")]


def _steps_before(steps: Sequence[Step], nodes: int) -> int:
    """Return how many steps there are up to and with so many nodes; the head alone for none."""
    places = (place for place, step in enumerate(steps, 1) if step.kind == "node")
    return next(islice(places, nodes - 1, None), len(steps)) if nodes else 1


def _joined(parts: Iterable[tuple[Step, ...]]) -> tuple[Step, ...]:
    return tuple(chain.from_iterable(parts))


def _filled(template: str, tree: str, anchor: str) -> str:
    return anchor.join(part.replace("{tree}", tree) for part in template.split("{anchor}"))
