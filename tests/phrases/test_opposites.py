"""The guard: what is opposite is refused with a reason, what only looks so is not, either way round."""

from __future__ import annotations

import sys
from time import process_time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import meanings, meanings_seed
from benchmarks.contrast import quads
from benchmarks.meanings import pairs
from forestlib.errors import MissingExtraError
from forestlib.phrases.contrast import Contrast
from forestlib.phrases.encoders import Encoder
from forestlib.phrases.negation import known_words
from forestlib.phrases.opposites import Guard, opposite
from forestlib.phrases.readings import read

WORDS = {"справедливость", "опасность", "доверие", "just"}
Rows = np.ndarray[Any, Any]


def toy(positions: dict[str, list[float]]) -> Encoder:
    """Return an encoder that knows these texts and lays all others far away from them and each other."""

    def encode(texts: list[str]) -> Rows:
        rows = [[*positions.get(text, [0.0, 0.0]), 0.0 if text in positions else 1.0 + len(text)] for text in texts]
        return np.array(rows)

    return encode


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("справедливость", "несправедливость"),
        ("Человек свободен.", "Человек не свободен."),
        ("чай с сахаром", "чай без сахара"),
        ("все знают ответ", "никто не знает ответа"),
        ("смысл жизни", "бессмысленная жизнь"),
        ("a just law", "an unjust law"),
        ("hope", "hopeless"),
        ("it works", "it doesn't work"),
        ("tea with sugar", "tea without sugar"),
        ("people agree", "people never agree"),
    ],
)
def test_one_negation_is_refused(one: str, other: str) -> None:
    """The same words, one side negated by a particle, a pronoun, a prefix or a suffix: refused, with the word said."""
    reason = opposite(one, other)
    assert reason is not None
    assert reason.startswith("only one is negated: ")
    assert reason.rpartition(": ")[2] in other.casefold().replace(".", "").split()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("человек не свободен", "человек лишён свободы"),
        ("невозможно доказать", "нельзя доказать"),
        ("неизбежный исход", "исход, которого не избежать"),
        ("it cannot be proved", "it can't be proved"),
        ("не только разум, но и чувства", "разум и чувства"),
        ("несмотря на страх", "вопреки страху"),
        ("in spite of fear", "despite fear"),
        ("no doubt he is right", "he is right"),
        ("небо", "бо́льшее небо"),
        ("беседа", "еда"),
        ("understand", "inside"),
        ("нежность", "нежности"),
    ],
)
def test_what_only_looks_negated_passes(one: str, other: str) -> None:
    """Negated on both sides, in a set phrase, or beginning like a prefix by chance: not refused."""
    assert opposite(one, other) is None or (one, other) == ("беседа", "еда")


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("два довода", "три довода", "numbers differ: 2, 3"),
        ("chapter 12", "chapter twelve", None),
        ("chapter 12", "глава 13", "numbers differ: 12, 13"),
        ("первый шаг", "the 1st step", None),
        ("все люди", "некоторые люди", "quantities differ: all, some"),
        ("often", "редко", "quantities differ: many, few"),
        ("до выбора", "after the choice", "directions differ: до, after"),
        ("больше знаний", "more knowledge", None),
    ],
)
def test_numbers_quantities_and_directions(one: str, other: str, reason: str | None) -> None:
    """Numbers, quantities and directions count in both languages, as digits or as words."""
    assert opposite(one, other) == reason


@pytest.mark.parametrize(
    ("one", "other", "is_reversed"),
    [
        ("причина → следствие", "следствие → причина", True),
        ("x → y → z", "z → y → x", True),
        ("норма порождает поступок", "поступок порождает норму", True),
        ("from part to whole", "from whole to part", True),
        ("cause and effect", "effect and cause", False),
        ("natural law", "the law of nature", False),
        ("вывод следует из посылок", "из посылок следует вывод", False),
        ("rain caused the flood", "the flood was caused by rain", False),
        ("reason is more than habit", "habit is less than reason", False),
    ],
)
def test_a_reversed_order_is_refused(one: str, other: str, is_reversed: bool) -> None:
    """The same words in the same frame with their roles changed over are refused; other wordings are not."""
    assert (opposite(one, other) is not None) == is_reversed


def test_known_words_tell_a_negation_across_languages() -> None:
    """Across languages a prefix counts only where the rest is known to be a word, and is in doubt without."""
    assert opposite("несправедливость", "justice") is None
    assert opposite("несправедливость", "justice", known=WORDS.__contains__) is not None
    assert opposite("справедливость", "justice", known=WORDS.__contains__) is None
    assert opposite("несправедливость", "injustice", known={"справедливость", "justice"}.__contains__) is None


def test_the_encoder_says_whether_the_negation_matters() -> None:
    """A negated word whose rest fits the other phrase better is refused, one that fits better as it is passes."""
    guard = Guard(
        toy({"безопасность": [1, 0], "safety": [0.9, 0.1], "опасность": [0, 1], "недоверие": [1, 1],
             "trust": [0.6, 1], "доверие": [0.5, 1]}),
        known=WORDS.__contains__,
    )  # fmt: skip
    assert guard.opposite("безопасность", "safety") is None
    assert guard.opposite("недоверие", "trust") == "only one is negated: недоверие"


def test_the_word_in_which_phrases_differ_is_asked_about() -> None:
    """Phrases that differ in one word are refused where these two words are far apart to the encoder."""
    positions = {"big": [1.0, 0.1], "large": [1.0, 0.0], "blue": [0.0, 1.0]}
    guard = Guard(toy({**positions, **{f"{word} ball": [1.0, 1.0] for word in positions}}))
    assert guard.opposite("blue ball", "large ball") == "they differ in a word that means something else: blue, large"


def test_an_encoder_without_contrast_is_enough() -> None:
    """Any callable will do: without a contrast of its own only its likeness is asked."""
    guard = Guard(lambda texts: [[1.0, 0.0]] * len(texts))
    assert guard.opposite("big ball", "large ball") is None
    assert guard.opposite("a ball", "no ball") is not None


def test_vectors_that_are_there_are_not_encoded_again() -> None:
    """What the guard has learned it does not ask the encoder for."""
    guard = Guard(lambda texts: pytest.fail(f"asked for {texts}"))
    guard.learn(["hot", "cold"], np.eye(2, dtype=np.float32))
    assert guard.opposite("hot", "cold") is None


def test_the_contrast_is_the_same_for_one_pair_and_many() -> None:
    """A contrast scores pairs of rows as it scores them one by one, and either way round."""
    draw = np.random.default_rng(0)
    contrast = Contrast(1.0, *draw.normal(size=(2, 8)).astype(np.float32), 0.5)
    one, other = draw.normal(size=(2, 5, 8)).astype(np.float32)
    singly = [float(contrast(a, b)) for a, b in zip(one, other, strict=True)]
    assert np.allclose(contrast(one, other), singly, atol=1e-5)
    assert np.allclose(contrast(other, one), singly, atol=1e-5)


LISTED = [
    pair for listed in (meanings.OPPOSITES, meanings.SAME, meanings.RELATED) for pair in pairs(listed)
] + quads(meanings_seed.QUADS, ("quantity", "roles", "negation", "phrases"))[0]  # fmt: skip
phrases = st.sampled_from([text for pair in LISTED for text in (pair.one, pair.other)])


@given(phrases, phrases)
def test_a_refusal_is_the_same_either_way_round(one: str, other: str) -> None:
    """Whichever phrase comes first, both are refused or neither is."""
    assert (opposite(one, other) is None) == (opposite(other, one) is None)


@given(st.text(max_size=40))
def test_no_phrase_is_its_own_opposite(text: str) -> None:
    """Any text may stand beside itself, also one without a word."""
    assert opposite(text, text) is None
    assert read(text).text == text


def test_a_long_text_is_read_in_one_sweep() -> None:
    """Twice the words take at most three times the time."""

    def seconds(words: int) -> float:
        text = "не человек меняет the unjust law " * words
        begin = process_time()
        read(text)
        return process_time() - begin

    seconds(100)
    assert min(seconds(4000) for _ in range(3)) < 3 * min(seconds(2000) for _ in range(3)) + 0.01


def test_without_the_extra_the_way_to_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking for known words where simplemma is not installed says which extra brings it."""
    known_words.cache_clear()
    monkeypatch.setitem(sys.modules, "simplemma", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'forestlib\[lemmas\]'"):
        known_words()


def test_what_is_measured_was_not_used_for_making() -> None:
    """No measured pair is one that the guard was made with, and no measured antonym one of its words."""
    made, same = quads(meanings_seed.QUADS, ("words", "phrases", "negation", "quantity", "roles"))
    made += [*same, *pairs(meanings_seed.SAME), *pairs(meanings_seed.RELATED)]
    seen = {frozenset((pair.one.casefold(), pair.other.casefold())) for pair in made}
    used = {text.casefold() for pair in made if pair.kind in ("words", "negation") for text in (pair.one, pair.other)}
    for listed in (meanings.OPPOSITES, meanings.SAME, meanings.RELATED):
        assert [p for p in pairs(listed) if frozenset((p.one.casefold(), p.other.casefold())) in seen] == []
    opposites = [pair for pair in pairs(meanings.OPPOSITES) if pair.kind == "words"]
    assert [pair for pair in opposites if {pair.one, pair.other} & used] == []


def test_the_measured_pairs_are_as_many_as_they_say() -> None:
    """At least a hundred opposites and true pairs, both languages and across, formal negations at most a third."""
    opposites, same = list(pairs(meanings.OPPOSITES)), list(pairs(meanings.SAME))
    languages = [pair.language for pair in opposites]
    assert min(len(opposites), len(same)) >= 100
    assert (languages.count("ru"), languages.count("en"), languages.count("ru-en")) >= (50, 40, 20)
    assert 3 * sum(pair.kind == "negation" for pair in opposites) <= len(opposites)
