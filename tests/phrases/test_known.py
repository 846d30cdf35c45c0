"""Finding phrases in texts, held against a search that anyone can read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forestlib.model.key import anchor_key
from forestlib.phrases.characters import WORD, characters
from forestlib.phrases.folding import folded_with_places
from forestlib.phrases.known import find_known
from forestlib.phrases.lemmas import Lemmas

SIGNS = st.sampled_from("aаbеё\u0301-> \u00a0\u00ad\nﬁ½«'\".,→_ab   ab ab")
phrases = st.lists(st.text(SIGNS, max_size=6).map(anchor_key), max_size=4, unique=True)
texts = st.lists(st.text(SIGNS, max_size=16), max_size=4)

Place = tuple[int, int, int, int]


def is_word(sign: str) -> bool:
    """Whether a character is a letter or a digit, or stands in a word."""
    return int(characters().kinds(np.array([ord(sign)], np.uint32))[0]) == WORD


def slowly_found(keys: Sequence[str], given_texts: Sequence[str]) -> set[Place]:
    """Return where phrases stand: at every place of a folded text where the key is, between word borders."""
    found = set()
    for phrase, key in enumerate(keys):
        pattern = re.compile(f"(?=({re.escape(key).replace(chr(92) + ' ', ' +')}))")
        for number, text in enumerate(given_texts):
            plain, begins, ends = folded_with_places(text)
            for match in pattern.finditer(plain) if key else ():
                start, stop = match.span(1)
                inside = [0 < at < len(plain) and is_word(plain[at - 1]) and is_word(plain[at]) for at in (start, stop)]
                if not any(inside):
                    found.add((phrase, number, begins[start], ends[stop - 1]))
    return found


def quickly_found(keys: Sequence[str], given_texts: Sequence[str], lemmas: Lemmas | None = None) -> list[Place]:
    """Return where `find_known` finds them."""
    places = find_known(keys, given_texts, lemmas)
    columns = (column.tolist() for column in (places.phrase, places.text, places.start, places.stop))
    return list(zip(*columns, strict=True))


@settings(max_examples=500)
@given(phrases, texts)
def test_finding_is_what_a_slow_search_finds(keys: list[str], given_texts: list[str]) -> None:
    """Each place once, in any spelling, whole words only, overlapping and nested ones too."""
    found = quickly_found(keys, given_texts)
    assert len(found) == len(set(found))
    assert set(found) == slowly_found(keys, given_texts)


@given(phrases, texts)
def test_lemmas_that_change_nothing_find_the_same_words(keys: list[str], given_texts: list[str]) -> None:
    """With lemmas white space within a phrase is free, so that no place is lost."""
    found = quickly_found(keys, given_texts, Lemmas(lambda word: word))
    assert set(found) >= slowly_found(keys, given_texts)


@pytest.mark.parametrize(
    ("phrase", "text", "wanted"),
    [
        ("choice", "Choices, a choice.", ["choice"]),
        ("причинность → следствие", "Причинность\u00a0-> следствие", ["Причинность\u00a0-> следствие"]),
        ("причинность → следствие", "причинность=>Следствие", ["причинность=>Следствие"]),
        ("всё течёт", "Все  течет, всё течёт.", ["Все  течет", "всё течёт"]),
        ("free choice", "a free\n choice", ["free\n choice"]),
        ('the "self"', "The «self» and the “Self”", ["The «self»", "the “Self”"]),
        ("2 × 2 = 4", "As 2 × 2 = 4, 2×2=4 and 12 × 2 = 4.", ["2 × 2 = 4"]),
        ("∞", "From 0 to ∞, x∞.", ["∞", "∞"]),
        ("C++", "c++, C++ and C+", ["c++", "C++"]),
        ("coöperate", "co\u00adoperate, coo\u0308perate", ["coo\u0308perate"]),
        ("fin", "Fin, ﬁn, ﬁne.", ["Fin", "ﬁn"]),
        ("мок", "за́мок, мок.", ["мок"]),
        ("a a", "a a a", ["a a", "a a"]),
    ],
)
def test_a_place_slices_the_text_to_the_phrase_as_written(phrase: str, text: str, wanted: list[str]) -> None:
    """Case, ё, quotes, arrows, white space and the invisible do not matter; what stands there is said as it is."""
    assert [text[start:stop] for _, _, start, stop in quickly_found([anchor_key(phrase)], [text])] == wanted


def test_no_phrases_and_no_texts_find_nothing() -> None:
    """Nothing to look for, or nothing to look into, gives no places."""
    assert quickly_found([], ["a text"]) == quickly_found(["a"], []) == quickly_found([""], ["", "a"]) == []


def test_a_phrase_of_a_thousand_words_is_found() -> None:
    """The length of a phrase is free."""
    phrase = " ".join(f"word{place}" for place in range(1_000))
    assert quickly_found([phrase, "word7"], [f"So {phrase}."])[-1] == (0, 0, 3, 3 + len(phrase))


def test_finding_grows_as_the_texts(ratio: Callable[..., float]) -> None:
    """Twice the texts take at most three times the time; so do twice the phrases."""
    keys = [f"phrase of number {place}" for place in range(4_000)]
    made = [f"Here the phrase of number {place} stands." for place in range(20_000)]
    assert ratio(lambda: find_known(keys[:200], made), lambda: find_known(keys[:200], made[:10_000])) < 3
    assert ratio(lambda: find_known(keys, made[:2_000]), lambda: find_known(keys[:2_000], made[:2_000])) < 3
