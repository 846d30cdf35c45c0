"""Matching: anchors that mean the same become one, opposites do not, and a bad encoder spoils nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import forestlib as fl
from forestlib.errors import AnchorError, EncoderError, OptionError
from forestlib.phrases.candidates import Candidates

# What the stub takes for alike: texts of one group, whatever the group says.
GROUPS = (
    ("free choice", "свобода выбора", "Каждый выбирает сам.", "Each one chooses."),
    ("always true", "never true"),
    ("loss", "утрата", "bereavement"),
    ("Две причины.", "Two causes."),
)


def stub(texts: list[str]) -> np.ndarray[Any, Any]:
    """Encode a text by its group, a little apart from the others of it; any other text stands alone."""
    rows = np.zeros((len(texts), 64))
    for row, text in zip(rows, texts, strict=True):
        group = next((number for number, held in enumerate(GROUPS) if text in held), None)
        row[8 + sum(map(ord, text)) % 56 if group is None else group] = 1
        row[8 + len(text) % 56] += 0.05
    return rows


@pytest.fixture
def forest() -> fl.Forest:
    """Four trees whose anchors say the same in two languages, and the opposite of one another."""
    forest = fl.Forest("ethics")
    forest.plant("God", "God asks.").root.anchor("free choice", "always true")
    forest.plant("Бог", "Бог спрашивает.").root.anchor("свобода выбора")
    forest.plant("sea", "The sea takes.").root.anchor("never true", "loss").then("It takes all.").anchor("free choice")
    forest.plant("море", "Море берёт.").root.anchor("утрата").then("Каждый выбирает сам.")
    return forest


def pairs(found: Candidates) -> list[tuple[str, tuple[str, ...]]]:
    """Return what each candidate would make one."""
    return [(candidate.text, candidate.aliases) for candidate in found]


def test_anchors_that_mean_the_same_are_proposed(forest: fl.Forest, content: Callable[[Any], Any]) -> None:
    """A pair is a candidate, under the text of the one at more nodes; asking changes nothing."""
    before = content(forest)
    found = forest.match_anchors(stub, threshold=0.9)
    assert sorted(pairs(found)) == [("free choice", ("свобода выбора",)), ("loss", ("утрата",))]
    assert {candidate.kind for candidate in found} == {"meaning"}
    choice = found["free choice"]
    assert (choice.count, choice.tree_count, choice.new) == (3, 3, 0)
    assert next((one.phrase, one.span) for one in choice.mentions()) == ("free choice", None)
    assert 0.9 <= choice.score <= 1
    assert content(forest) == before


def test_opposites_are_left_out_with_the_reason(forest: fl.Forest) -> None:
    """What an encoder finds alike and the guard does not is kept to look at, and can still be accepted by hand."""
    found = forest.match_anchors(stub, threshold=0.9)
    [candidate] = found.left_out
    assert {candidate.text, *candidate.aliases} == {"always true", "never true"}
    assert "only one is negated" in candidate.reason
    assert sum(found.reasons().values()) == 1


def test_accepting_makes_one_anchor_of_two(forest: fl.Forest, tmp_path: Path) -> None:
    """Both phrases name one anchor, nodes keep their words, and the file keeps it."""
    marked = [list(tree.marks()) for tree in forest]
    anchor = forest.match_anchors(stub, threshold=0.9)["free choice"].accept()
    assert (anchor.text, anchor.tree_count) == ("free choice", 3)
    assert forest.anchors["свобода выбора"] == anchor
    assert [list(tree.marks()) for tree in forest] == marked
    assert fl.load(forest.save(tmp_path / "ethics.jsonl")) == forest
    assert "free choice" not in {one.text for one in forest.match_anchors(stub, threshold=0.9)}


def test_accepting_unites_declared_anchors_with_their_aliases(forest: fl.Forest) -> None:
    """Declared anchors bring their aliases along, and the text may be chosen."""
    forest.anchor("loss", ["losing"])
    forest.anchor("утрата", ["потеря"])
    anchor = forest.match_anchors(stub, threshold=0.9)["loss"].accept("bereavement")
    assert anchor.text == "bereavement"
    assert forest.declared() == [("bereavement", ("losing", "loss", "потеря", "утрата"))]
    assert {forest.anchors.key_of(phrase) for phrase in ("losing", "loss", "потеря", "утрата")} == {"bereavement"}


def test_three_that_mean_the_same_become_one(forest: fl.Forest) -> None:
    """Accepting every pair of three leaves one anchor."""
    forest["Бог"].root.anchor("bereavement")
    forest.match_anchors(stub, threshold=0.9).accept()
    assert {forest.anchors.key_of(phrase) for phrase in GROUPS[2]} == {forest.anchors["loss"].key}
    assert forest.anchors["loss"].tree_count == 3


def test_a_sentence_gets_the_anchor_that_it_means(forest: fl.Forest) -> None:
    """With sentences a node's text is compared too; accepting marks the node beside its text, in the canonical form."""
    found = forest.match_anchors(stub, threshold=0.9, sentences=True)
    node = forest["море"][1]
    beside = next(one for one in found if "free choice" in one.text and not one.aliases)
    beside.accept()
    assert node.anchors == ("free choice",)
    assert node.text == "Каждый выбирает сам."
    assert next(one.span for one in forest.anchors["free choice"].occurrences() if one.node == node) is None
    assert forest.declared() == [("free choice", ())]


def test_two_sentences_of_two_trees_become_an_anchor() -> None:
    """Texts that mean the same are tied by an anchor, each with its own words; inside one tree nothing is tied."""
    forest = fl.Forest()
    forest.plant("one", "Each one chooses.").root.then("Каждый выбирает сам.")
    assert len(forest.match_anchors(stub, threshold=0.9, sentences=True)) == 0
    forest.plant("two", "Two causes.")
    forest.plant("other", "Две причины.")
    [anchor] = forest.match_anchors(stub, threshold=0.9, sentences=True).accept()
    assert [node.anchors for tree in forest for node in tree.nodes()] == [(), (), ("Two causes.",), ("Две причины.",)]
    assert (anchor.text, anchor.tree_count) == ("Two causes.", 2)


def test_a_refused_pair_is_left_out_and_its_anchors_stay(forest: fl.Forest, tmp_path: Path) -> None:
    """Refusing says that the two are not one, also after saving; it refuses neither of the two."""
    forest.match_anchors(stub, threshold=0.9)["loss"].refuse()
    assert forest.refused == {"loss ≈ утрата"}
    for held in (forest, fl.load(forest.save(tmp_path / "ethics.jsonl"))):
        again = held.match_anchors(stub, threshold=0.9)
        assert pairs(again) == [("free choice", ("свобода выбора",))]
        assert again.reasons()["refused"] == 1


def test_a_text_that_says_nothing_changes_nothing(forest: fl.Forest, content: Callable[[Any], Any]) -> None:
    """Two anchors cannot become one of no words; all stays as it is."""
    found = forest.match_anchors(stub, threshold=0.9)
    before = content(forest)
    for wrong in ("", "«»"):
        with pytest.raises(AnchorError, match="holds no letter"):
            found["loss"].accept(wrong)
    assert content(forest) == before


@pytest.mark.parametrize(
    ("encoder", "error", "message"),
    [
        (lambda texts: np.ones(len(texts)), EncoderError, "array of shape"),
        (lambda texts: np.ones((len(texts) + 1, 3)), EncoderError, "array of shape"),
        (lambda texts: np.ones((len(texts), 0)), EncoderError, "array of shape"),
        (lambda texts: np.full((len(texts), 3), np.nan), EncoderError, "NaN or inf"),
        (lambda texts: np.full((len(texts), 3), np.inf), EncoderError, "NaN or inf"),
        (lambda texts: np.zeros((len(texts), 3)), EncoderError, "a vector of zeros of 'always true'"),
        (lambda texts: [["a"]] * len(texts), EncoderError, "no array of numbers"),
        (lambda texts: None, EncoderError, r"of shape \(\) for 6 texts"),
        (lambda texts: 1 / 0, EncoderError, "failed on 6 texts.*ZeroDivisionError"),
        ("a model", OptionError, "is a callable"),
    ],
)
def test_a_bad_encoder_is_an_error_and_spoils_nothing(
    forest: fl.Forest, content: Callable[[Any], Any], encoder: Any, error: type[Exception], message: str
) -> None:
    """Whatever an encoder gives that is no vectors is said, and the forest stays as it is."""
    before = content(forest)
    with pytest.raises(error, match=message):
        forest.match_anchors(encoder, threshold=0.9)
    with pytest.raises(error):
        forest.suggest_anchors(encoder=encoder, forms="exact")
    assert content(forest) == before


@pytest.mark.parametrize("options", [{"threshold": 2}, {"threshold": "high"}, {"sentences": 1}, {}])
def test_a_wrong_option_is_an_error(forest: fl.Forest, options: dict[str, Any]) -> None:
    """A threshold is a cosine, and an encoder that names none needs one."""
    with pytest.raises(OptionError, match=r"threshold|sentences="):
        forest.match_anchors(stub, **options)


@pytest.mark.parametrize("sentences", [False, True])
def test_a_forest_without_anchors_has_none_to_match(sentences: bool) -> None:
    """An empty forest, and one without anchors, give no candidates."""
    forest = fl.Forest()
    assert len(forest.match_anchors(stub, threshold=0.9, sentences=sentences)) == 0
    forest.plant("one", "A thought.")
    assert len(forest.match_anchors(stub, threshold=0.9, sentences=sentences)) == 0


def test_a_declared_anchor_that_stands_nowhere_is_not_compared(forest: fl.Forest) -> None:
    """Only what is marked somewhere ties trees."""
    forest.anchor("bereavement")
    assert sorted(pairs(forest.match_anchors(stub, threshold=0.9))) == [
        ("free choice", ("свобода выбора",)),
        ("loss", ("утрата",)),
    ]


def test_suggestions_unite_anchors_that_mean_the_same() -> None:
    """With an encoder two declared anchors may be what joins islands; accepting all unites them."""
    forest = fl.Forest()
    forest.plant("God", "God asks.").root.anchor("free choice")
    forest.plant("Бог", "Бог спрашивает.").root.anchor("свобода выбора")
    forest.declare({"free choice": ["free will"], "свобода выбора": ["воля"]})

    def encoder(texts: list[str]) -> np.ndarray[Any, Any]:
        return stub(texts)

    encoder.threshold = 0.9  # type: ignore[attr-defined]
    found = forest.suggest_anchors(encoder=encoder, forms="exact")
    assert [len(suggestion.islands) for suggestion in found] == [2]
    found.accept()
    assert forest.require_connected() is forest
    assert {forest.anchors.key_of(phrase) for phrase in ("free will", "воля")} == {found[0].candidate.key}


def test_matching_grows_as_the_places(ratio: Callable[..., float]) -> None:
    """Twice the places of two anchors that mean the same take at most three times the time."""

    def forest_of(count: int) -> fl.Forest:
        forest = fl.Forest()
        for number in range(count):
            forest.plant(f"t{number}", "A thought.").root.anchor("loss" if number % 2 else "утрата")
        return forest

    forests = forest_of(4_000), forest_of(8_000)
    for forest in forests:
        assert forest.match_anchors(stub, threshold=0.9)[0].count == len(forest)
    matched = [lambda held=held: held.match_anchors(stub, threshold=0.9) for held in forests]
    assert ratio(matched[1], matched[0]) < 3
