"""Words: texts as columns of numbered words, whatever the chunks are."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forestlib.model.key import folded
from forestlib.phrases.characters import BREAK, SIGN, WORD
from forestlib.phrases.words import Chunk, chunks, number_of

SIGNS = "aаbеё\u0301\u0308-> \u00a0\u2028\u00ad\u200b\nﬁ½ß가ᅡ각İ«»’'–—→_.,1 \x00\U00030000"
texts = st.lists(st.text(st.sampled_from(SIGNS) | st.characters(exclude_categories=["Cs"]), max_size=8), max_size=5)


def words(given_texts: Sequence[str], size: int = 1 << 17) -> Iterator[tuple[Chunk, int]]:
    """Yield each word of texts as its chunk and its place in it; the separators after texts are none."""
    for chunk in chunks(given_texts, size):
        for place in range(len(chunk.start)):
            if chunk.codes[chunk.start[place]] != sys.maxunicode + 1:
                yield chunk, place


def spans(chunk: Chunk, place: int) -> tuple[int, int]:
    """Return the span of a word in its text."""
    start, stop = chunk.spans(*([place],) * 2)  # type: ignore[arg-type]
    return int(start[0]), int(stop[0])


def seen(text: str) -> list[tuple[str, int]]:
    """Return the words of one text with their kinds."""
    return [(chunk.word(place), int(chunk.kind[place])) for chunk, place in words([text])]


@settings(max_examples=300)
@given(texts)
@example(["a", "-b", "'c"])
def test_words_do_not_hang_on_the_borders_of_chunks(given_texts: list[str]) -> None:
    """However the texts are cut into chunks, a text has the same words: folded, numbered, of the same kind and span."""
    cut = [
        [
            (int(chunk.text[place]), chunk.word(place), chunk.number[place], chunk.kind[place], spans(chunk, place))
            for chunk, place in words(given_texts, size)
        ]
        for size in (1, 7, 1 << 17)
    ]
    assert cut[0] == cut[1] == cut[2]


@settings(max_examples=300)
@given(texts)
def test_the_words_of_a_text_are_its_key(given_texts: list[str]) -> None:
    """The words of a text, with a blank where white space stands between two, are the text folded."""
    said = [""] * len(given_texts)
    for chunk, place in words(given_texts):
        blank = " " * bool(chunk.spaced[place] and said[chunk.text[place]])
        said[chunk.text[place]] += blank + chunk.word(place)
    assert said == [folded(text) for text in given_texts]


@settings(max_examples=300)
@given(texts)
def test_a_span_slices_the_text_to_the_word(given_texts: list[str]) -> None:
    """What stands at a word's span folds to the word, or to the ligature that it is a part of."""
    for chunk, place in words(given_texts):
        start, stop = spans(chunk, place)
        text = given_texts[chunk.text[place]]
        assert chunk.word(place) in folded(f"\x00{text[start:stop]}\x00")


@given(texts)
def test_the_number_of_a_word_is_that_of_its_characters(given_texts: list[str]) -> None:
    """The rolling sums give each word the number that `number_of` computes letter by letter."""
    assert all(int(chunk.number[place]) == number_of(chunk.word(place)) for chunk, place in words(given_texts))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("well-known", [("well", WORD), ("-", SIGN), ("known", WORD)]),
        ("one - two", [("one", WORD), ("-", BREAK), ("two", WORD)]),
        ("- one", [("-", BREAK), ("one", WORD)]),
        ("don't", [("don", WORD), ("'", SIGN), ("t", WORD)]),
        ("'quoted'", [("'", BREAK), ("quoted", WORD), ("'", BREAK)]),
        ("C++", [("c", WORD), ("+", SIGN), ("+", SIGN)]),
        ("2 × 2", [("2", WORD), ("×", SIGN), ("2", WORD)]),
        ("∞.", [("∞", SIGN), (".", BREAK)]),
        ("за\u0301мок", [("за\u0301мок", WORD)]),
        ("❤\ufe0f", [("❤", SIGN), ("\ufe0f", SIGN)]),
        ("a\x00b", [("a", WORD), ("\x00", BREAK), ("b", WORD)]),
    ],
)
def test_words_signs_and_breaks(text: str, wanted: list[tuple[str, int]]) -> None:
    """Letters with their marks are words, a sign is a word of its own, and what punctuates breaks a phrase."""
    assert seen(text) == wanted


@pytest.mark.parametrize(("given_texts", "count"), [([], 0), ([""], 0), (["", " \n", "\u00ad"], 0), (["", "a", ""], 1)])
def test_empty_texts_have_no_words(given_texts: list[str], count: int) -> None:
    """No texts, empty ones and those of white space alone are read as well."""
    assert len(list(words(given_texts))) == count


@pytest.mark.parametrize("sign", ["a", "ﬁ"], ids=["plain", "odd"])
def test_reading_grows_as_the_texts(ratio: Callable[..., float], sign: str) -> None:
    """Twice the texts take at most three times the time, plain ones and those that fold in a way of their own."""

    def read(count: int) -> int:
        return sum(
            len(chunk.number) for chunk in chunks([f"{sign} word of a text, {place}." for place in range(count)])
        )

    assert ratio(lambda: read(4_000), lambda: read(2_000)) < 3
