"""Fit: a walker gives the parts that a format needs, or asking for both is an error that says what would fit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

import forestlib as fl
from forestlib.corpus.fit import GIVEN, given_by, needed_by
from forestlib.errors import EmptyCorpusError, OptionError, PluginError
from forestlib.model.walk import PARTS
from forestlib.registry import Registry, serializers, walkers


@pytest.fixture
def registered() -> Iterator[Any]:
    """A function that registers a plug-in for one test."""
    names: list[tuple[Registry, str]] = []

    def register(registry: Registry, name: str, **traits: Any) -> None:
        function = (lambda walk: iter([{"text": "x"}])) if registry is serializers else _trails
        registry.add(name, function, source="tests", **traits)
        names.append((registry, name))

    yield register
    for registry, name in names:
        registry.forget(name)


def _trails(forest: fl.Forest) -> Iterator[fl.Trail]:
    return (fl.Trail.of([tree.root]) for tree in forest.trees)


def test_what_does_not_fit_fails_on_its_own_line(forest: fl.Forest) -> None:
    """`linearize` refuses a walker that lacks what the format needs, says both, and names what would fit."""
    with pytest.raises(OptionError) as caught:
        forest.linearize("text", walkers="siblings")
    said = str(caught.value)
    assert "'text' needs answer, which the walker 'siblings' does not give" in said
    assert "it gives prompt, chosen, rejected and values" in said
    assert "Walkers that fit: " in said
    fitting = said.partition("Walkers that fit: ")[2].partition(".")[0]
    assert "'paths'" in fitting
    assert "'bridges'" in fitting
    assert "'siblings'" not in fitting
    assert (caught.value.serializer, caught.value.walker) == ("text", "siblings")


def test_every_walker_of_a_mixture_has_to_fit(forest: fl.Forest) -> None:
    """One that does not fit is refused wherever it stands, under a label as well."""
    for shares in ({"paths": 0.5, "contrast": 0.5}, {"contrast:hard": 0.5, "paths": 0.5}):
        with pytest.raises(OptionError, match="'contrast' does not give"):
            forest.linearize("chat", walkers=shares)


def test_formats_that_would_fit_are_named(registered: Any, forest: fl.Forest) -> None:
    """The error names the formats that need no more than the walker gives, and the walkers that give enough."""
    registered(serializers, "pairwise", needs=("prompt", "chosen", "rejected"))
    with pytest.raises(OptionError, match="Formats for 'siblings': 'pairwise'"):
        forest.linearize("text", walkers="siblings")
    with pytest.raises(OptionError, match=r"needs chosen and rejected, .* Walkers that fit: 'siblings'\."):
        forest.linearize("pairwise", walkers="paths")
    with pytest.raises(EmptyCorpusError, match="a tree without values"):
        forest.linearize("pairwise", walkers="siblings")


def test_where_nothing_fits_the_error_says_none(registered: Any, forest: fl.Forest) -> None:
    """A format that no walker gives enough for says so."""
    registered(serializers, "greedy", needs=PARTS)
    with pytest.raises(OptionError, match=r"Walkers that fit: none\."):
        forest.linearize("greedy", walkers="paths")


def test_without_a_word_it_is_a_prompt_and_an_answer(registered: Any, forest: fl.Forest) -> None:
    """Walkers and formats of other packages that declare nothing give and need a prompt and an answer."""
    registered(walkers, "roots")
    registered(serializers, "plain")
    assert given_by(walkers["roots"]) == needed_by(serializers["plain"]) == GIVEN == ("prompt", "answer")
    assert len(list(forest.linearize("plain", walkers="roots"))) == len(forest)
    with pytest.raises(OptionError, match="'plain' needs answer"):
        forest.linearize("plain", walkers="contrast")


def test_one_part_may_stand_without_brackets(registered: Any, forest: fl.Forest) -> None:
    """`needs="prompt"` is one part, not six letters."""
    registered(serializers, "asking", needs="prompt")
    assert needed_by(serializers["asking"]) == ("prompt",)
    assert len(forest.linearize("asking", walkers="contrast")) > 0


@pytest.mark.parametrize("trait", ["gives", "needs"])
def test_a_part_that_does_not_exist_is_an_error_of_the_plugin(trait: str, registered: Any, forest: fl.Forest) -> None:
    """An unknown part in `gives` or `needs` names the plug-in, the word, and the words that there are."""
    registry = walkers if trait == "gives" else serializers
    registered(registry, "odd", **{trait: ("prompt", "chosn")})
    arguments = ("text", "odd") if trait == "gives" else ("odd", "paths")
    with pytest.raises(
        PluginError, match=rf"'odd' {trait} 'chosn', which is no part of a walk\. Parts: .*chosen"
    ) as caught:
        forest.linearize(*arguments)
    assert caught.value.name == "odd"


def test_an_odd_plugin_does_not_spoil_the_error_of_another(registered: Any, forest: fl.Forest) -> None:
    """While names of what fits are sought, plug-ins that declare nonsense are passed over."""
    registered(walkers, "odd", gives=("chosn",))
    registered(serializers, "odd", needs=("chosn",))
    with pytest.raises(OptionError) as caught:
        forest.linearize("text", walkers="siblings")
    assert "'odd'" not in str(caught.value)


@pytest.mark.parametrize("parts", [5, None, [5], [["prompt"]]])
def test_parts_that_are_no_words_are_an_error_of_the_plugin(parts: object, registered: Any, forest: fl.Forest) -> None:
    """Whatever stands in `needs` that is no part is said as it is."""
    registered(serializers, "odd", needs=parts)
    with pytest.raises(PluginError, match="which is no part of a walk"):
        forest.linearize("odd", walkers="paths")


def test_a_walker_that_gives_nothing_is_refused_in_words(registered: Any, forest: fl.Forest) -> None:
    """A walker of no parts is a sentence as well."""
    registered(walkers, "empty", gives=())
    with pytest.raises(OptionError, match="it gives nothing"):
        forest.linearize("text", walkers="empty")


@pytest.mark.parametrize("name", list(walkers))
def test_every_walker_fits_some_format_or_says_what_it_needs(name: str, forest: fl.Forest) -> None:
    """Whatever is registered is laid out as text, or refused with the names of what would fit."""
    if "answer" in given_by(walkers[name]):
        with suppress(EmptyCorpusError):
            list(forest.linearize("text", walkers=name, size=5))
    else:
        with pytest.raises(OptionError, match="Walkers that fit"):
            forest.linearize("text", walkers=name)
