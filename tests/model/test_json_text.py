"""Texts as they stand inside JSON strings: many at once are what each is alone."""

from __future__ import annotations

from itertools import pairwise

import orjson
from hypothesis import given
from hypothesis import strategies as st

from forestlib.model.json_text import escaped

TEXTS = st.lists(st.text(st.sampled_from('a"\\\n\t\x00,[] ё\u2028😀'), max_size=6), max_size=6)


@given(texts=TEXTS, end=st.sampled_from([b"\\n", b"", b"a long ending"]))
def test_many_texts_are_escaped_as_one_is(texts: list[str], end: bytes) -> None:
    """The block is each text escaped alone with its ending, and the places say where each begins."""
    block, starts = escaped(texts, end)
    alone = [orjson.dumps(text)[1:-1] + end for text in texts]
    assert block == b"".join(alone)
    assert [block[begin:stop] for begin, stop in pairwise(starts)] == alone
    assert (starts[0], starts[-1]) == (0, len(block))
