"""Finding known anchors in a forest: every spelling and form, each given to the one anchor that it is."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import AnchorError, ForestlibWarning, MissingExtraError, OptionError
from forestlib.model.key import anchor_key
from forestlib.phrases import lemmas
from forestlib.phrases.candidates import Candidates


def planted(*texts: str) -> fl.Forest:
    """Return a forest of one tree a text."""
    forest = fl.Forest()
    for number, text in enumerate(texts):
        forest.plant(f"t{number}", text)
    return forest


def said(found: Candidates) -> dict[str, list[str]]:
    """Return the candidates' texts with what stands at their places."""
    return {candidate.text: [mention.phrase for mention in candidate.mentions()] for candidate in found}


@given(st.from_type(fl.Forest))
def test_a_mention_slices_its_text_to_a_spelling_of_its_anchor(forest: fl.Forest) -> None:
    """Whatever the forest, a place found exactly holds one of the spellings of the anchor, and places ascend."""
    for candidate in forest.find_anchors(["a free choice"] if "Choice" not in forest.anchors else (), forms="exact"):
        spelled = {candidate.key, *map(anchor_key, candidate.aliases)}
        places = []
        for mention in candidate.mentions():
            assert mention.span is not None
            assert mention.node.text[slice(*mention.span)] == mention.phrase
            assert anchor_key(mention.phrase) in spelled
            places.append((forest.trees.index(mention.node.tree), mention.node.number, mention.span))
        assert places == sorted(set(places))
        assert candidate.count == len(places)
        assert candidate.tree_count == len(candidate.trees()) == len({tree for tree, _, _ in places})


def test_declared_marked_and_given_phrases_are_looked_for() -> None:
    """Known is what is declared, with its aliases, what is marked somewhere, and what the call gives."""
    forest = planted("A choice, a will, a norm, a loss.", "Nothing.")
    forest.anchor("choice", ["will"])
    forest["t1"].root.anchor("Norm")
    found = forest.find_anchors({"pain": ["loss"]}, forms="exact")
    assert said(found) == {"choice": ["choice", "will"], "Norm": ["norm"], "pain": ["loss"]}
    assert {candidate.kind for candidate in found} == {"known"}
    assert found["will"] == found["CHOICE"]


def test_an_anchor_within_another_is_found_as_well() -> None:
    """Of nested anchors each stands where it stands."""
    forest = planted("The free choice.")
    assert said(forest.find_anchors(["choice", "free choice", "the free"], forms="exact")) == {
        "choice": ["choice"],
        "free choice": ["free choice"],
        "the free": ["The free"],
    }


def test_a_spelling_within_another_of_the_same_anchor_is_one_place() -> None:
    """An alias inside a longer spelling of its own anchor is no second place."""
    forest = planted("The free choice, a choice.")
    assert said(forest.find_anchors({"free choice": ["choice"]}, forms="exact")) == {
        "free choice": ["free choice", "choice"]
    }


def test_inflected_forms_are_found_in_both_languages() -> None:
    """With lemmas a phrase is found in other cases and numbers, and accepting makes these forms aliases."""
    forest = planted("Нет свободы выбора.", "Свобода выбора — всё.", "Free choices bind.")
    found = forest.find_anchors(["свобода выбора", "free choice"], forms="inflected")
    assert said(found) == {"free choice": ["Free choices"], "свобода выбора": ["свободы выбора", "Свобода выбора"]}
    assert found["свобода выбора"].accept().aliases == ("Свобода выбора", "свободы выбора")
    assert forest.declared() == [("свобода выбора", ("свободы выбора",))]


def test_exact_forms_are_only_the_spellings() -> None:
    """Without lemmas an inflected form is another phrase."""
    assert said(planted("Нет свободы выбора.").find_anchors(["свобода выбора"], forms="exact")) == {}


def test_a_form_goes_to_the_anchor_that_is_spelled_so() -> None:
    """Where two anchors share a lemma, each has the places where it stands as it is spelled."""
    forest = planted("A choice.", "Two choices.")
    assert said(forest.find_anchors(["choice", "choices"], forms="inflected")) == {
        "choice": ["choice"],
        "choices": ["choices"],
    }


def test_a_form_between_two_anchors_is_left_open() -> None:
    """A form that two anchors could stand in, and neither is spelled so, is left out for each, with the reason."""
    forest = planted("He chose.")
    found = forest.find_anchors(["choose", "choosing"], forms="inflected")
    assert len(found) == 0
    assert {candidate.reason for candidate in found.left_out} == {"it could be 'choose' or 'choosing'"}
    assert found.reasons() == {"it could be 'choose' or 'choosing'": 2}
    found.left_out["choosing"].accept()
    assert forest["t0"].root.anchors == ("chose",)
    assert forest.anchors.key_of("chose") == "choosing"


def test_without_the_extra_exact_forms_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The warning names the extra and the line that asked; who insists on inflected forms gets an error."""
    monkeypatch.setattr(lemmas, "find_spec", lambda name: None)
    forest = planted("A choice.", "Two choices.")
    with pytest.warns(ForestlibWarning, match=r"Only exact forms.*forestlib\[lemmas\]") as caught:
        assert said(forest.find_anchors(["choice"])) == {"choice": ["choice"]}
    assert caught[0].filename == __file__
    with pytest.raises(MissingExtraError):
        forest.find_anchors(["choice"], forms="inflected")


@pytest.mark.parametrize(
    ("phrases", "error", "message"),
    [
        ("choice", OptionError, "are a list, or a mapping"),
        (7, OptionError, "are a list, or a mapping"),
        ([""], AnchorError, "holds no letter"),
        (["«…»"], AnchorError, "holds no letter"),
        (["\u00ad\u200b"], AnchorError, "holds no letter"),
        ([None], AnchorError, "is a string, got None"),
        ({"choice": "will"}, AnchorError, "Aliases are a list"),
        ({"choice": ["pain"]}, AnchorError, "belongs to the anchor 'loss' already"),
    ],
)
def test_phrases_that_are_none_are_an_error(
    content: Callable[[Any], Any], phrases: Any, error: type[Exception], message: str
) -> None:
    """What cannot be looked for is said on its own line, and the forest stays as it is."""
    forest = planted("A choice.")
    forest.anchor("loss", ["pain"])
    before = content(forest)
    with pytest.raises(error, match=message):
        forest.find_anchors(phrases, forms="exact")
    assert content(forest) == before


def test_asking_changes_nothing(forest: fl.Forest, content: Callable[[Any], Any]) -> None:
    """Finding marks nothing and declares nothing until something is accepted."""
    before = content(forest)
    assert len(forest.find_anchors(["refusal"], forms="exact")) == 2
    assert content(forest) == before


@pytest.mark.parametrize("phrases", [(), ["choice"]])
def test_an_empty_forest_holds_nothing(phrases: list[str]) -> None:
    """Without texts, or without phrases, nothing is found."""
    assert len(fl.Forest().find_anchors(phrases, forms="exact")) == 0
    assert len(planted("A text.").find_anchors(forms="exact")) == 0


def test_every_node_of_a_deep_tree_is_looked_into(depth: int) -> None:
    """In a chain of any depth the places come in the order of the nodes."""
    tree = fl.Forest().plant("chain", "Step 0.")
    tree.root.chain(f"Step {level} of a choice." for level in range(1, depth + 1))
    assert tree.forest is not None
    [candidate] = tree.forest.find_anchors(["choice"], forms="exact")  # type: ignore[attr-defined]
    numbers = [mention.node.number for mention in candidate.mentions()]
    assert len(numbers) == candidate.count == depth
    assert all(one < other for one, other in pairwise(numbers))
