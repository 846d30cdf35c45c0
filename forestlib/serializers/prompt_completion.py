"""Prompt and completion: ``{"prompt": "justice\\nA match.", "completion": "\\nNorms differ."}``.

The format in which TRL learns the completion alone without being asked to. Joined, the two are the text of the format
`text`; the line break between them belongs to the completion, as a blank would. With `messages` both are lists of
messages, for chat models.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from forestlib.model.loss import LOSSES, NOTHING
from forestlib.model.passages import Passage, line_by_line
from forestlib.model.turns import ASSISTANT, Turn, turns_of
from forestlib.model.walk import Skip, Walk
from forestlib.registry import serializers

__all__ = ["prompt_completion"]

NO_ANSWER = "no turn of the assistant that is learned"
IN_PART = "a turn that is learned in part: take messages=False"


def _mold(head: str, question: str, *, messages: bool = False) -> tuple[bytes, bytes, bytes]:
    if not messages:
        return b'{"prompt":"' + orjson.dumps(head)[1:-1], b'","completion":"\\n', b'"}'
    start = b'{"prompt":[{"role":"user","content":"' + orjson.dumps(f"{head}\n{question}")[1:-1]
    return start, b'"}],"completion":[{"role":"assistant","content":"', b'"}]}'


def _tokens(walk: Walk, *, messages: bool = False) -> Iterator[tuple[Passage, ...] | Skip]:
    if walk.context >= len(walk.steps):
        yield Skip(NOTHING)
    elif messages:
        found = _turns(walk)
        if isinstance(found, Skip):
            yield found
        else:
            turns, begin = found
            learned = [nth >= begin and turn.role == ASSISTANT for nth, turn in enumerate(turns)]
            yield tuple(Passage(turn.texts, own, turn.role) for turn, own in zip(turns, learned, strict=True))
    else:
        yield line_by_line([step.text for step in walk.steps], walk.context)


@serializers.plugin("prompt_completion", mold=_mold, loss=LOSSES, provenance=True, tokens=_tokens)
def prompt_completion(walk: Walk, *, messages: bool = False) -> Iterator[dict[str, Any] | Skip]:
    """One sample a walk: what is given, and what is learned."""
    if walk.context >= len(walk.steps):
        yield Skip(NOTHING)
    elif messages:
        yield _conversation(walk)
    else:
        texts = [step.text for step in walk.steps]
        yield {"prompt": "\n".join(texts[: walk.context]), "completion": "\n".join(["", *texts[walk.context :]])}


def _conversation(walk: Walk) -> dict[str, Any] | Skip:
    found = _turns(walk)
    if isinstance(found, Skip):
        return found
    turns, begin = found
    said = [turn.message() for turn in turns]
    return {"prompt": said[:begin], "completion": said[begin:]}


def _turns(walk: Walk) -> tuple[list[Turn], int] | Skip:
    """Return the turns of a walk, and which of them is the first of the completion."""
    turns = turns_of(walk)
    begin = next((nth for nth, turn in enumerate(turns) if turn.role == ASSISTANT and turn.learned), None)
    if begin is None:
        return Skip(NO_ANSWER)
    return Skip(IN_PART) if turns[begin].is_split else (turns, begin)
