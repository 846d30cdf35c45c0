"""Composed walks: those that are more than runs and jumps, put together a run at a time.

A question comes first where one is answered; the runs of each part follow one another; a tree is named wherever it
differs from the one that the reader has before the eyes. Alternatives (chosen and rejected, right and wrong next steps)
all go on from the prompt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from forestlib.model.loss import learned_from
from forestlib.model.walk import Run, Step, Trail, Walk
from forestlib.wording.shapes import shaped

if TYPE_CHECKING:
    from forestlib.wording.wording import Wording

__all__ = ["Composed"]


class Composed:
    """The steps of one trail as they come, with what is said of them."""

    def __init__(self, wording: Wording, trail: Trail) -> None:
        self._wording, self._trail = wording, trail
        self._steps: list[Step] = []
        self._parts: list[tuple[str, int, int]] = []
        self._labels: list[tuple[int, bool]] = []
        self._values: list[tuple[int, float]] = []
        self._questions: list[tuple[int, str]] = []
        self._context, self._nodes = 0, 0
        # The tree that the reader has before the eyes, and the one at the end of the prompt.
        self._tree = self._from = ""
        # The anchor that the trees shown so far share without a jump.
        self._shared: str | None = None
        self._last: Run | None = None

    def walk(self, walker: str) -> Walk:
        """Return the walk."""
        trail, wording = self._trail, self._wording
        first = trail.ask.start[0] if trail.ask is not None else trail.runs[0].tree
        self._ask()
        for run in trail.runs:
            self._add(run)
        if trail.ask is not None and trail.ask.kind == "link":
            self._answer_link()
        said = wording.tree(first)
        questions = self._questions or [(1, said.opening[1] if trail.ask is None else "")]
        return Walk(
            walker,
            said.lang,
            tuple(self._steps),
            tuple(questions),
            wording.crossings(trail),
            any(wording.tree(run.tree).roles for run in trail.runs),
            learned_from(wording.loss, self._steps, self._prompt, self._context),
            tuple(self._parts),
            tuple(self._labels),
            tuple(self._values),
            trail.ask,
        )

    @property
    def _prompt(self) -> int:
        """How many steps are the prompt, which no policy of loss learns."""
        part, _, stop = self._parts[0]
        return stop if part == "prompt" else 1

    def _ask(self) -> None:
        if self._trail.ask is not None:
            self._steps.append(self._wording.question(self._trail.ask))
            self._parts.append(("prompt", 0, 1))
            self._context = 1

    def _answer_link(self) -> None:
        ask = self._trail.ask
        if ask is not None:
            said = self._wording.tree(ask.goal[0])
            self._steps.append(self._wording.anchor(ask.anchor, said))
            self._close_part("answer", len(self._steps) - 1)

    def _add(self, run: Run) -> None:
        begin, note, wording = len(self._steps), run.note, self._wording
        before = self._from if self._is_alternative(run) else self._tree
        said = wording.tree(run.tree)
        if run.via is not None:
            if self._trail.ask is None:
                self._questions.append((begin, wording.asked(run)))
            self._steps += wording.jump(run, before, self._said_last())
        elif run.tree != before and self._meets(run):
            self._meet(run, before)
        elif run.tree != before or self._begins_place():
            if begin and note.stage:
                self._steps.append(wording.likewise(said))
            self._steps.append(said.head)
            if not begin and self._trail.ask is None:
                self._questions.append((1, wording.opening(self._trail.shape, said)))
        if note.opens:
            self._steps.append(wording.landmark(note.opens, said))
            self._context = self._context if self._nodes else len(self._steps)
        if not self._parts and note.part == "answer":
            # What an answer is given to is never nothing: the tree's name, and the landmark that it goes on from.
            self._close_part("prompt", begin)
            begin = len(self._steps)
        if note.stage:
            self._steps.append(wording.stage(note.stage, said))
        self._say_nodes(run)
        if note.closes:
            self._steps.append(wording.landmark(note.closes, said))
        self._tree, self._shared, self._last = run.tree, note.shares or self._shared, run
        if note.part == "prompt":
            self._from = run.tree
        self._close_part(note.part, begin)

    def _begins_place(self) -> bool:
        """Whether another place of an anchor begins: each is said with its tree's name, two of one tree as well."""
        asked = self._trail.ask is not None and self._trail.ask.kind == "places"
        return asked and self._last is not None and self._last.note.shares is not None

    def _meets(self, run: Run) -> bool:
        """Whether a tree is shown because it shares an anchor, and no question has said so yet."""
        return self._shared is not None and self._trail.ask is None and not self._is_alternative(run)

    def _meet(self, run: Run, before: str) -> None:
        """Say the anchor and the jump; the anchor again only where the node that has it comes at once."""
        met = attrs.evolve(run, via=self._shared)
        self._questions.append((len(self._steps), self._wording.asked(met)))
        said = self._wording.jump(met, before, self._said_last())
        is_here = run.note.shares == self._shared or said[-1].kind != "anchor"
        self._steps += said if is_here else said[:-1]

    def _said_last(self) -> tuple[str, int] | None:
        """Where the node stands that was said just before, if it was a node."""
        last = self._steps[-1] if self._steps else None
        return last.at if last is not None and last.kind == "node" else None

    def _is_alternative(self, run: Run) -> bool:
        return run.note.part not in ("prompt", "answer")

    def _say_nodes(self, run: Run) -> None:
        nodes = shaped(self._wording, self._trail.shape, run)
        first = len(self._steps)
        self._steps += nodes
        if run.note.label is not None:
            self._labels += [(place, run.note.label) for place in range(first, len(self._steps))]
        if run.note.value is not None:
            self._values += [(place, run.note.value) for place in range(first, len(self._steps))]
        led = min(max(self._trail.context - self._nodes, 0), len(nodes))
        self._nodes += len(nodes)
        if led:
            self._context = max(self._context, first + led)

    def _close_part(self, part: str, begin: int) -> None:
        """Note a part; runs of one part that follow one another are one stretch, but alternatives stay apart."""
        last = self._parts[-1] if self._parts else None
        if last is not None and last[0] == part and part in ("prompt", "answer"):
            self._parts[-1] = (part, last[1], len(self._steps))
        else:
            self._parts.append((part, begin, len(self._steps)))
