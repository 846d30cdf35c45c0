"""Folding with places: the same as folding, and each character knows where it came from."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forestlib.model.key import folded
from forestlib.phrases.folding import folded_with_places

SIGNS = "aаbеё\u0301\u0308\u0327\u0345\u034f->→⇒=–— \u00a0\u3000\u2028\u00ad\u200b\nﬁ½ß²İΣς가각ㄱㅏÅй«»“'’´¨\"_,.1ো\x00"
texts = st.text(st.sampled_from(SIGNS) | st.characters(exclude_categories=["Cs"]), max_size=10)


@settings(max_examples=500)
@given(texts)
@example("ﬁ \u0301")
@example("e\u200b\u0301\u00ad\u0327")
@example("е\u034f\u0308")
@example("각")
@example("ㄱㅏㄱ")
@example("ক\u09c7\u09be")
@example("ｶﾞ")
@example("->\u0338")
@example("“\u2028\u0349")
def test_a_text_folds_as_a_key_does(text: str) -> None:
    """What is folded with places is what `folded` gives, but for white space at the ends and beside it."""
    plain, _, _ = folded_with_places(text)
    assert " ".join(plain.split()) == folded(text)


@settings(max_examples=500)
@given(texts)
def test_places_ascend_within_the_text(text: str) -> None:
    """Each folded character comes from a piece of the text, and none from before that of the one before it."""
    plain, begins, ends = folded_with_places(text)
    assert len(plain) == len(begins) == len(ends)
    assert begins == sorted(begins)
    assert ends == sorted(ends)
    assert all(0 <= begin <= end <= len(text) for begin, end in zip(begins, ends, strict=True))


@settings(max_examples=500)
@given(texts)
def test_every_character_is_in_its_piece(text: str) -> None:
    """The piece of the text that a character came from holds it, folded."""
    for sign, begin, end in zip(*folded_with_places(text), strict=True):
        assert sign == " " or sign in folded(f"\x00{text[begin:end]}\x00")


@pytest.mark.parametrize(
    ("text", "plain", "places"),
    [
        ("", "", []),
        ("é", "é", [(0, 1)]),
        ("e\u0301", "é", [(0, 2)]),
        ("½", "1⁄2", [(0, 1)] * 3),
        ("a\u00adb", "ab", [(0, 1), (2, 3)]),
        ("a \u00a0b", "a b", [(0, 1), (1, 3), (3, 4)]),
        ("a->b", "a → b", [(0, 1), (1, 1), (1, 3), (3, 3), (3, 4)]),
        ("a\u200b\u0301b", "áb", [(0, 3), (3, 4)]),
    ],
)
def test_places_by_hand(text: str, plain: str, places: list[tuple[int, int]]) -> None:
    """Ligatures, combining marks, the invisible, white space and arrows have the places that one finds by hand."""
    found, begins, ends = folded_with_places(text)
    assert (found, list(zip(begins, ends, strict=True))) == (plain, places)
