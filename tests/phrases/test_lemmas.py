"""Lemmas: the forms of a word are one, in Russian and English, where the extra is installed."""

from __future__ import annotations

import numpy as np
import pytest

from forestlib.errors import ForestlibWarning, MissingExtraError, OptionError
from forestlib.phrases import lemmas
from forestlib.phrases.lemmas import Lemmas, lemma_of, lemmas_of
from forestlib.phrases.words import chunks, number_of


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the extra away."""
    monkeypatch.setattr(lemmas, "find_spec", lambda name: None)


@pytest.mark.parametrize(
    ("forms", "lemma"),
    [
        (["choice", "choices"], "choice"),
        (["выбор", "выбора", "выбором"], "выбор"),
        (["течет", "течем", "течь"], "течь"),
        (["∞", "2", "王"], None),
    ],
)
def test_the_forms_of_a_word_have_one_lemma(forms: list[str], lemma: str | None) -> None:
    """A script says the language; ё, which keys do not have, is found again; what is of neither script stays."""
    assert {lemma_of(form) for form in forms} == ({lemma} if lemma else set(forms))


def test_each_word_is_looked_up_once() -> None:
    """However often a word stands in however many chunks, its lemma is asked for once; signs are not asked for."""
    asked = []
    found = Lemmas(lambda word: asked.append(word) or word[:2])  # type: ignore[func-returns-value]
    numbers = [found.numbers(chunk) for chunk in chunks(["choice + choice", "chore, choice"], 1)]
    assert sorted(asked) == ["choice", "chore"]
    assert int(numbers[0][0]) == int(numbers[1][0]) == number_of("ch")
    assert int(numbers[0][1]) == number_of("+")
    assert np.array_equal(numbers[0][:1], numbers[0][2:3])


def test_forms_that_there_are_not_are_an_error() -> None:
    """A wrong word for the forms says which there are."""
    with pytest.raises(OptionError, match="forms= is 'inflected' or 'exact', got 'stemmed'"):
        lemmas_of("stemmed")


def test_exact_forms_need_no_lemmas() -> None:
    """Exact forms are looked for without the extra, and without a word."""
    assert lemmas_of("exact") is None


@pytest.mark.usefixtures("bare")
def test_without_the_extra_exact_forms_are_found_and_that_is_said() -> None:
    """Where nobody asked for a kind of forms, the lack of the extra is a warning that says how to get it."""
    with pytest.warns(ForestlibWarning, match=r"Only exact forms.*pip install forestlib\[lemmas\]"):
        assert lemmas_of(None) is None


@pytest.mark.usefixtures("bare")
def test_without_the_extra_inflected_forms_are_an_error() -> None:
    """Who asks for inflected forms gets an error that says the extra, and the way without it."""
    with pytest.raises(MissingExtraError, match=r"pip install forestlib\[lemmas\]. Or .* forms='exact'") as caught:
        lemmas_of("inflected")
    assert caught.value.extra == "lemmas"
