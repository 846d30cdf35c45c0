"""Plain text: ``{"text": "justice\\nA match between deeds and norms. [norm]\\nBut norms differ."}``.

The format of pre-training and of every language-modelling trainer: the tree's name, then a step a line.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from forestlib.model.passages import Passage, line_by_line
from forestlib.model.walk import Walk
from forestlib.registry import serializers

__all__ = ["text"]


def _mold(head: str, question: str) -> tuple[bytes, bytes, bytes]:
    return b'{"text":"' + orjson.dumps(head)[1:-1], b"\\n", b'"}'


def _tokens(walk: Walk) -> Iterator[tuple[Passage, ...]]:
    yield line_by_line([step.text for step in walk.steps])


@serializers.plugin("text", mold=_mold, provenance=True, tokens=_tokens)
def text(walk: Walk) -> Iterator[dict[str, str]]:
    """One sample a walk: its steps, one a line."""
    yield {"text": "\n".join([step.text for step in walk.steps])}
