"""Chat: ``{"messages": [{"role": "user", "content": …}, {"role": "assistant", "content": …}]}``.

One user turn, the tree's name and a question in the tree's language, and one assistant turn with a step a line. Where
nodes have `role` fields each of them is a turn of its own; with `ask_jumps` a user turn asks for each jump.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from forestlib.model.walk import Step, Walk
from forestlib.registry import serializers

__all__ = ["chat"]

ROLES = {"prompter": "user", "human": "user", "bot": "assistant", "gpt": "assistant", "model": "assistant"}
Message = dict[str, str]


def _mold(head: str, question: str, *, ask_jumps: bool = False) -> tuple[bytes, bytes] | None:
    if ask_jumps:
        return None
    asked = orjson.dumps(f"{head}\n{question}")[1:-1]
    before = b'{"messages":[{"role":"user","content":"' + asked + b'"},{"role":"assistant","content":"'
    return before, b'"}]}'


@serializers.plugin("chat", mold=_mold)
def chat(walk: Walk, *, ask_jumps: bool = False) -> Iterator[dict[str, list[Message]]]:
    """One sample a walk: a question and its answer, or a turn a step where nodes have roles."""
    if walk.has_roles and any(step.role for step in walk.steps):
        yield {"messages": _turns_by_role(walk, ask_jumps)}
        return
    prompt, steps = walk.part("prompt"), walk.steps
    asked = "\n".join(filter(None, [*(step.text for step in prompt), walk.questions[0][1]]))
    turns = walk.questions[1:] if ask_jumps else ()
    begin, messages = len(prompt), [{"role": "user", "content": asked}]
    for end, question in turns:
        messages += [_answer(steps[begin:end]), {"role": "user", "content": question}]
        begin = end
    messages.append(_answer(steps[begin:]))
    yield {"messages": messages}


def _answer(steps: tuple[Step, ...]) -> Message:
    return {"role": "assistant", "content": "\n".join([step.text for step in steps])}


def _turns_by_role(walk: Walk, ask_jumps: bool) -> list[Message]:
    """A turn a step, neighbours of one role joined (templates refuse two turns of one role in a row).

    The tree's name is the system's; a tree whose first step has no role is opened by the question; the words of a jump
    stand before the step that it leads to.
    """
    asked = dict(walk.questions if ask_jumps else ())
    if not walk.steps[1].role:
        asked[1] = walk.questions[0][1]
    elif ask_jumps:
        del asked[1]
    turns: list[Message] = [{"role": "system", "content": walk.steps[0].text}]
    for place, step in enumerate(walk.steps[1:], 1):
        if place in asked:
            _join(turns, "user", asked[place])
        _join(turns, ROLES.get(step.role or "", step.role or "assistant"), step.text)
    return turns


def _join(turns: list[Message], role: str, content: str) -> None:
    if turns[-1]["role"] == role:
        turns[-1]["content"] += "\n" + content
    else:
        turns.append({"role": role, "content": content})
