"""Segments: ``{"segments": [{"label": false, "text": "justice"}, {"label": true, "text": "\\nA match."}]}``.

The format `input_output` of axolotl, which concatenates the texts as they are and learns those whose label is true.
Joined, they are the text of the format `text`. It adds no tokens of beginning and end: `begin` and `end` do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from forestlib.model.loss import LOSSES, NOTHING
from forestlib.model.passages import Passage, line_by_line
from forestlib.model.walk import Skip, Walk
from forestlib.registry import serializers

__all__ = ["segments"]


def _mold(head: str, question: str, *, begin: str = "", end: str = "") -> tuple[bytes, bytes, bytes]:
    start = b'{"segments":[{"label":false,"text":"' + orjson.dumps(begin + head)[1:-1]
    return start, b'"},{"label":true,"text":"\\n', orjson.dumps(end)[1:-1] + b'"}]}'


def _tokens(walk: Walk, *, begin: str = "", end: str = "") -> Iterator[tuple[Passage, ...] | Skip]:
    if walk.context >= len(walk.steps):
        yield Skip(NOTHING)
        return
    texts = [step.text for step in walk.steps]
    texts[0], texts[-1] = begin + texts[0], texts[-1] + end
    yield line_by_line(texts, walk.context)


@serializers.plugin("segments", mold=_mold, loss=LOSSES, provenance=True, tokens=_tokens)
def segments(walk: Walk, *, begin: str = "", end: str = "") -> Iterator[dict[str, list[dict[str, Any]]] | Skip]:
    """One sample a walk: a segment that is given and one that is learned, `begin` before them and `end` behind."""
    if walk.context >= len(walk.steps):
        yield Skip(NOTHING)
        return
    texts = [step.text for step in walk.steps]
    given, learned = "\n".join(texts[: walk.context]), "\n".join(["", *texts[walk.context :]])
    yield {"segments": [{"label": False, "text": begin + given}, {"label": True, "text": learned + end}]}
