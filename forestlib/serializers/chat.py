"""Chat: ``{"messages": [{"role": "user", "content": …}, {"role": "assistant", "content": …}]}``.

One user turn, the tree's name and a question in the tree's language, and one assistant turn with a step a line. What
only leads up to what is learned stands in the user's turn, so that a trainer that learns the assistant's turns learns
the right ones. Where nodes have `role` fields each of them is a turn of its own; with `ask_jumps` a user turn asks for
each jump.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from forestlib.model.loss import LOSSES, NOTHING
from forestlib.model.passages import Passage
from forestlib.model.turns import ASSISTANT, Turn, turns_of
from forestlib.model.walk import Skip, Walk
from forestlib.registry import serializers

__all__ = ["chat"]

IN_PART = "a turn that is learned in part: take prompt_completion"
TURNS_GIVEN = "turns of the assistant that are not learned: give weights=True"


def _mold(
    head: str, question: str, *, ask_jumps: bool = False, weights: bool = False
) -> tuple[bytes, bytes, bytes] | None:
    if ask_jumps:
        return None
    start = b'{"messages":[{"role":"user","content":"' + orjson.dumps(f"{head}\n{question}")[1:-1]
    return start, b'"},{"role":"assistant","content":"', b'","weight":1}]}' if weights else b'"}]}'


def _tokens(walk: Walk, *, ask_jumps: bool = False, weights: bool = False) -> Iterator[tuple[Passage, ...] | Skip]:
    turns, reason = _turns(walk, ask_jumps, weights)
    if reason is not None:
        yield Skip(reason)
        return
    learned = [turn.role == ASSISTANT and (turn.learned or not weights) for turn in turns]
    yield tuple(Passage(turn.texts, own, turn.role) for turn, own in zip(turns, learned, strict=True))


@serializers.plugin("chat", mold=_mold, loss=LOSSES, provenance=True, tokens=_tokens)
def chat(walk: Walk, *, ask_jumps: bool = False, weights: bool = False) -> Iterator[dict[str, list[Any]] | Skip]:
    """One sample a walk: a question and its answer, or a turn a step where nodes have roles.

    With `weights` each of the assistant's turns says whether it is learned: ``"weight": 1``, or 0.
    """
    if _is_plain(walk) and not (ask_jumps or weights):
        yield {"messages": _asked_and_answered(walk)}
        return
    turns, reason = _turns(walk, ask_jumps, weights)
    if reason is not None:
        yield Skip(reason)
    elif weights:
        yield {"messages": [_weighed(turn) for turn in turns]}
    else:
        yield {"messages": [turn.message() for turn in turns]}


def _is_plain(walk: Walk) -> bool:
    """Whether a walk is a tree's name and steps that are all learned, as most are."""
    return walk.context == 1 and not walk.parts and not walk.has_roles and len(walk.steps) > 1


def _asked_and_answered(walk: Walk) -> list[dict[str, str]]:
    """Return what the turns of a plain walk say, without making them: they cost more than the sample itself."""
    head, question = walk.steps[0].text, walk.questions[0][1]
    return [
        {"role": "user", "content": f"{head}\n{question}" if head and question else head or question},
        {"role": ASSISTANT, "content": "\n".join([step.text for step in walk.steps[1:]])},
    ]


def _turns(walk: Walk, ask_jumps: bool, weights: bool) -> tuple[list[Turn], str | None]:
    """Return the turns of a walk, and why they cannot say what is learned of it, if they cannot."""
    turns = turns_of(walk, ask_jumps=ask_jumps, apart=weights)
    # Most walks are learned from their first step on: nothing leads up, and nothing more has to be asked.
    is_plain = not weights and walk.context == 1 and len(walk.steps) > 1
    return turns, None if is_plain else _reason(walk, turns, weights)


def _reason(walk: Walk, turns: list[Turn], weights: bool) -> str | None:
    """Return why what is learned of a walk cannot be said, if it cannot."""
    if walk.context >= len(walk.steps):
        return NOTHING
    # A prompt is a prompt under every policy; what else leads up must not be learned.
    if walk.context <= max(1, len(walk.part("prompt"))) and not weights:
        return None
    if any(turn.is_split for turn in turns):
        return IN_PART
    if not weights and any(turn.given and turn.role == ASSISTANT for turn in turns):
        return TURNS_GIVEN
    return None


def _weighed(turn: Turn) -> dict[str, Any]:
    message: dict[str, Any] = turn.message()
    return message | {"weight": int(turn.learned)} if turn.role == ASSISTANT else message
