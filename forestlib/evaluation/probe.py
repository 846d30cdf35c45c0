"""Probes: one thing that is asked of a model each, with what judges the answer.

A probe is the walk that a walker would lay out at that place, worded as the corpus words it and broken off: so its
prompt begins as samples do, letter by letter, in the format of the corpus.
"""

from __future__ import annotations

from typing import Any, Protocol

import attrs

from forestlib.errors import shown
from forestlib.evaluation.reading import Reader, Reading
from forestlib.model.crossing import Crossing
from forestlib.model.walk import Step, Trail, Walk
from forestlib.wording.prompts import Prompt
from forestlib.wording.wording import Wording

__all__ = ["Form", "Probe", "Task", "broken_off", "said"]

CHAT = "chat"


class Task(Protocol):
    """What an answer is to be."""

    def read(self, reader: Reader, text: str) -> Reading:
        """Return what an answer turned out to be."""


@attrs.frozen
class Form:
    """How prompts are written: as "text", as "prompt" without its last line break, or as "messages"."""

    kind: str = "text"
    ask_jumps: bool = False

    @classmethod
    def of(cls, serializer: str, options: Any) -> Form:
        """Return the form of a format's prompts.

        >>> Form.of("chat", {}).kind, Form.of("prompt_completion", {}).kind, Form.of("text", {}).kind
        ('messages', 'prompt', 'text')
        """
        if serializer == CHAT or options.get("messages"):
            return cls("messages", bool(options.get("ask_jumps")))
        return cls("prompt" if serializer == "prompt_completion" else "text")

    def written(self, prompt: Prompt) -> Any:
        """Return a prompt as a model is given it."""
        if self.kind == "messages":
            return attrs.evolve(prompt, ask_jumps=self.ask_jumps).messages
        return str(prompt)[: -1 if self.kind == "prompt" else None]


@attrs.frozen(repr=False, eq=False)
class Probe:
    """One thing asked: `kind` and `level` say which row of the table it counts for, `task` what judges its answer.

    `truth` is one right answer of many, `steps` the number of its nodes, `wrong` are wrong ones to compare its
    likelihood with. `chance` is how often a guesser is right, None where there is nothing to guess. `crossing` is the
    crossing that is asked for.
    """

    kind: str
    level: str
    prompt: Prompt
    task: Task
    truth: str
    steps: int = 1
    chance: float | None = None
    crossing: Crossing | None = None
    wrong: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Probe {self.kind}, {self.level}: … {shown(self.prompt.walk.steps[-1].text)}>"


def broken_off(wording: Wording, trail: Trail, without: int, walker: str = "prompt") -> tuple[Prompt, tuple[Step, ...]]:
    """Return the prompt that a worded trail is without its last steps, and these steps."""
    walk = wording.walk(trail, walker)
    given = len(walk.steps) - without
    steps = walk.steps[:given]
    parts = tuple((name, first, min(stop, given)) for name, first, stop in walk.parts if first < given)
    context = min(walk.context, given)
    cut = Walk("prompt", walk.lang, steps, walk.questions, walk.crossings, walk.has_roles, context, parts)
    return Prompt(cut), walk.steps[given:]


def said(steps: tuple[Step, ...] | list[Step]) -> str:
    """Return steps as an answer says them, a step a line."""
    return "".join([f"{step.text}\n" for step in steps])
