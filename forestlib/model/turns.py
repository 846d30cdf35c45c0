"""Turns: a walk as a conversation, for every format of messages.

Without roles one user's turn says the tree's name, the question and the steps that only lead up, and an assistant's
turn the rest. Where nodes have `role` fields each of them is a turn of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from forestlib.model.walk import Step, Walk

__all__ = ["ASSISTANT", "Turn", "turns_of"]

ASSISTANT = "assistant"
ROLES = {"prompter": "user", "human": "user", "bot": ASSISTANT, "gpt": ASSISTANT, "model": ASSISTANT}


@attrs.define
class Turn:
    """One turn: `given` says whether it holds steps that are not learned, `learned` whether it holds some that are."""

    role: str
    texts: list[str]
    given: bool = False
    learned: bool = False

    @property
    def content(self) -> str:
        """What is said: a text a line."""
        return "\n".join(self.texts)

    @property
    def is_split(self) -> bool:
        """Whether an assistant's turn is learned in part."""
        return self.role == ASSISTANT and self.given and self.learned

    def message(self) -> dict[str, str]:
        """Return the turn as a message."""
        return {"role": self.role, "content": self.content}


def turns_of(walk: Walk, *, ask_jumps: bool = False, apart: bool = False) -> list[Turn]:
    """Return the turns of a walk; with `ask_jumps` a user's turn asks for each jump.

    With `apart` an answer that only leads up stays the assistant's turn; else it stands in the user's.

    >>> walk = Walk("paths", "en", tuple(Step("node", text) for text in "tab"), ((1, "And then?"),), (), context=2)
    >>> [(turn.role, turn.content) for turn in turns_of(walk)]
    [('user', 't\\nAnd then?\\na'), ('assistant', 'b')]
    """
    if walk.has_roles and any(step.role for step in walk.steps):
        return _by_role(walk, ask_jumps)
    steps = walk.steps
    prompt = walk.part("prompt") if walk.parts else steps[:1]
    learned = max(walk.context, len(prompt))
    turns = [Turn("user", list(filter(None, [*(step.text for step in prompt), walk.questions[0][1]])))]
    begin = len(prompt)
    for end, question in (*(walk.questions[1:] if ask_jumps else ()), (len(steps), "")):
        led = min(max(begin, learned), end)
        if apart and led == end > begin:
            turns.append(Turn(ASSISTANT, _said(steps[begin:led]), given=True))
        elif led > begin:
            _join(turns, "user", _said(steps[begin:led]))
        if end > led:
            turns.append(Turn(ASSISTANT, _said(steps[led:end]), learned=True))
        if question:
            _join(turns, "user", [question])
        begin = end
    return turns


def _said(steps: Sequence[Step]) -> list[str]:
    return [step.text for step in steps]


def _by_role(walk: Walk, ask_jumps: bool) -> list[Turn]:
    """A turn a step, neighbours of one role joined (templates refuse two turns of one role in a row).

    The tree's name is the system's; a tree whose first step has no role is opened by the question; the words of a jump
    stand before the step that it leads to.
    """
    asked = dict(walk.questions if ask_jumps else ())
    if not walk.steps[1].role:
        asked[1] = walk.questions[0][1]
    elif ask_jumps:
        del asked[1]
    turns = [Turn("system", [walk.steps[0].text])]
    for place, step in enumerate(walk.steps[1:], 1):
        if place in asked:
            _join(turns, "user", [asked[place]])
        turn = _join(turns, ROLES.get(step.role or "", step.role or ASSISTANT), [step.text])
        turn.given |= place < walk.context
        turn.learned |= place >= walk.context
    return turns


def _join(turns: list[Turn], role: str, texts: list[str]) -> Turn:
    if turns[-1].role == role:
        turns[-1].texts += texts
    else:
        turns.append(Turn(role, texts))
    return turns[-1]
