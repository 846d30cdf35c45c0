"""Plain text: ``{"text": "justice\\nA match between deeds and norms. [norm]\\nBut norms differ."}``.

The format of pre-training and of every language-modelling trainer: the tree's name, then a step a line.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from forestlib.model.walk import Walk
from forestlib.registry import serializers

__all__ = ["text"]


def _mold(head: str, question: str) -> tuple[bytes, bytes]:
    return b'{"text":"' + orjson.dumps(head)[1:-1] + b"\\n", b'"}'


@serializers.plugin("text", mold=_mold)
def text(walk: Walk) -> Iterator[dict[str, str]]:
    """One sample a walk: its steps, one a line."""
    yield {"text": "\n".join([step.text for step in walk.steps])}
