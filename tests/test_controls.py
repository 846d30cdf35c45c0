"""Controls: a forest of islands, and one of shuffled anchors, that differ from the forest in one thing only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import AnchorError, OptionError
from forestlib.model.key import anchor_key
from forestlib.phrases.known import find_known
from forestlib.phrases.private import Names

Control = Callable[..., fl.Forest]
CONTROLS = [fl.Forest.as_islands, fl.Forest.shuffle_anchors]


def shape(forest: fl.Forest) -> list[Any]:
    """Return what a control leaves as it is: names, levels, weights, languages, fields, the number of marks."""
    return [
        (tree.name, list(rows.levels), rows.axes, rows.lang, dict(rows.fields), dict(rows.extra), len(rows.marks))
        for tree, rows in ((tree, tree.rows()) for tree in forest)
    ]


def keys(forest: fl.Forest) -> list[list[list[str]]]:
    """Return the keys of the anchors of each node of each tree."""
    return [[list(map(forest.anchors.key_of, node.anchors)) for node in tree.nodes()] for tree in forest]


@pytest.fixture
def forest() -> fl.Forest:
    """Three trees tied by anchors in texts and beside them, in two languages, with fields, axes and languages."""
    forest = fl.Forest("ethics", axes=fl.frames.thinking())
    forest.anchor("free choice", ["свобода выбора"])
    god = forest.plant("God", "There is a free choice, and Free Choice binds.", {"causality": 0.8, "empathy": 0.2})
    god.root.anchor("free choice").then("No loss.", role="user", score=0.5).anchor("loss", "∞")
    sea = forest.plant("море", "Свобода выбора — это не утрата.", ["причинность"], lang="ru", source="essay")
    sea.root.anchor("свобода выбора").then("Loss has no end.").anchor("loss")
    forest.plant("time", "Time is ∞.").root.anchor("∞").then("free choice again").anchor("free choice")
    return forest


@settings(max_examples=60)
@given(st.from_type(fl.Forest), st.integers(0, 3))
def test_as_islands_every_tree_stands_alone(forest: fl.Forest, seed: int) -> None:
    """Whatever the forest: no tree touches another, shapes and the lengths of texts and marks are as before."""
    made = forest.as_islands(seed)
    assert all(len(island) == 1 for island in made.islands())
    assert shape(made) == shape(forest)
    for one, other in zip(forest, made, strict=True):
        assert [len(node.text) for node in one.nodes()] == [len(node.text) for node in other.nodes()]
        assert [len(phrase) for _, phrase in one.marks()] == [len(phrase) for _, phrase in other.marks()]


@settings(max_examples=60)
@given(st.from_type(fl.Forest))
def test_nothing_tells_the_common_name(forest: fl.Forest) -> None:
    """No spelling of an anchor is left, in no mark and at no place of a text; and of no anchor two became one."""
    made = forest.as_islands(7)
    spelled = {anchor_key(phrase) for phrase in forest.anchors.phrases()} | {
        anchor_key(form) for text, aliases in forest.declared() for form in (text, *aliases)
    }
    texts = [node.text for tree in made for node in tree.nodes()]
    assert len(find_known(sorted(spelled), texts)) == 0
    assert spelled.isdisjoint(anchor_key(phrase) for tree in made for _, phrase in tree.marks())
    for before, after in zip(keys(forest), keys(made), strict=True):
        pairs = {pair for one, other in zip(before, after, strict=True) for pair in zip(one, other, strict=True)}
        assert len(pairs) == len(dict(pairs)) == len({name for _, name in pairs})


def test_names_stand_where_the_phrases_stood(forest: fl.Forest) -> None:
    """A mark with a span has the same span under its private name; one beside the text is beside it again."""
    made = forest.as_islands(7)
    spans = [
        [
            (one.node.tree.name, one.node.number, one.span)
            for text in held.anchors
            for one in held.anchors[text].occurrences()
        ]
        for held in (forest, made)
    ]
    assert sorted(spans[0], key=str) == sorted(spans[1], key=str)
    assert made["God"].root.text[11:22] == made["God"].root.anchors[0]
    assert made["God"].root.text[:11] == "There is a "


@pytest.mark.parametrize("phrase", ["∞", "1 = 1", "я", "a", "→", "X"])
def test_short_phrases_have_private_names_in_many_trees(phrase: str) -> None:
    """What is too short for letters gets other signs; all names differ."""
    forest = fl.Forest()
    for number in range(1_000):
        forest.plant(f"t{number}", "Tell me: " + phrase).root.anchor(phrase)
    made = forest.as_islands()
    assert len(made.islands()) == len({tree.root.anchors[0] for tree in made}) == 1_000
    assert {len(tree.root.text) for tree in made} == {len("Tell me: " + phrase)}


def test_a_phrase_of_which_no_name_is_left_is_an_error() -> None:
    """Where nothing of the length is free the error says the phrase."""
    with pytest.raises(AnchorError, match="No name is left that is as long as 'a'"):
        Names(lambda key: True, 7).of("a", 1)


@pytest.mark.parametrize(
    ("phrase", "build"), [("Свобода выбора", "Xx xx"), ("C++ 17", "X++ 00"), ("cause → effect", "x → x")]
)
def test_a_name_is_built_as_the_phrase(phrase: str, build: str) -> None:
    """Case, script, digits, blanks and signs stay what they are."""
    name = Names(lambda key: False, 7).of(phrase, 1)
    assert name != phrase
    for sign, other in zip(phrase, name, strict=True):
        assert (sign.isupper(), sign.islower(), sign.isdigit()) == (other.isupper(), other.islower(), other.isdigit())
        assert sign.isalnum() or sign == other
        assert (sign > "\u0400") == (other > "\u0400")


@pytest.mark.parametrize("control", CONTROLS)
def test_a_seed_says_which(forest: fl.Forest, control: Control) -> None:
    """The same seed gives the same forest, another one another; the forest stays as it is."""
    before = forest.copy()
    assert control(forest, 7) == control(forest, 7) == control(forest.copy(), 7)
    assert control(forest, 7) != control(forest, 8)
    assert forest == before


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("seed", [-1, 1.5, "7", None, True, 2**64])
def test_a_wrong_seed_is_an_error(forest: fl.Forest, control: Control, seed: Any) -> None:
    """A seed is a whole number."""
    with pytest.raises(OptionError, match="A seed is a whole number"):
        control(forest, seed)


@pytest.mark.parametrize("control", CONTROLS)
def test_all_else_is_kept(forest: fl.Forest, control: Control) -> None:
    """Names, levels, fields, axes, languages and the frame are those of the forest; its name says what it is."""
    made = control(forest)
    assert shape(made) == shape(forest)
    assert made.frame == forest.frame
    assert made["God"][1]["role"] == "user"
    assert made["море"].root["source"] == "essay"
    assert made.shares_of(made["God"]) == {"causality": 0.8, "empathy": 0.2}
    assert made.name.startswith("ethics (")


@pytest.mark.parametrize("control", CONTROLS)
def test_there_may_be_nothing_to_change(control: Control) -> None:
    """An empty forest, one without anchors, one with a single mark."""
    forest = fl.Forest()
    assert len(control(forest)) == 0
    forest.plant("one", "A text.")
    assert control(forest)["one"].root.text == "A text."
    forest["one"].root.anchor("beside")
    assert len(control(forest)["one"].root.anchors) == 1


@settings(max_examples=60)
@given(st.from_type(fl.Forest), st.integers(0, 3))
def test_shuffled_anchors_stand_as_often_as_before(forest: fl.Forest, seed: int) -> None:
    """Whatever the forest: each phrase is marked as often, each node has as many marks, and shapes are as before."""
    made = forest.shuffle_anchors(seed)
    assert shape(made) == shape(forest)
    assert made.declared() == forest.declared()
    marked = [Counter(phrase for tree in held for _, phrase in tree.marks()) for held in (forest, made)]
    assert marked[0] == marked[1]
    counts = [[len(node.anchors) for tree in held for node in tree.nodes()] for held in (forest, made)]
    assert counts[0] == counts[1]


@given(st.lists(st.sampled_from("abcde"), max_size=12), st.integers(0, 9))
def test_shuffled_anchors_stand_in_wrong_places(marked: list[str], seed: int) -> None:
    """No node keeps its anchor, where none is at more than half of the nodes; in the texts the words go along."""
    forest = fl.Forest()
    for number, letter in enumerate(marked):
        forest.plant(f"t{number}", f"So {letter}{letter} is.").root.anchor(letter * 2)
    made = forest.shuffle_anchors(seed)
    kept = [letter for letter, tree in zip(marked, made, strict=True) if tree.root.anchors == (letter * 2,)]
    commonest = max(map(marked.count, marked), default=0)
    assert len(kept) == 0 or 2 * commonest > len(marked)
    assert [tree.root.text for tree in made] == [f"So {tree.root.anchors[0]} is." for tree in made]


def test_a_phrase_goes_along_at_every_place_of_its_text(forest: fl.Forest) -> None:
    """All places of a node's text where its anchor stands, in any spelling, say the other phrase."""
    for seed in range(5):
        made = forest.shuffle_anchors(seed)
        [phrase] = made["God"].root.anchors
        assert made["God"].root.text in {
            f"There is a {phrase}, and {phrase} binds.",
            "There is a free choice, and Free Choice binds.",
        }


def test_many_anchors_are_all_shuffled() -> None:
    """In a forest of a hundred anchors at a hundred nodes each, no mark stays where it was."""
    forest = fl.Forest()
    for number in range(100):
        root = forest.plant(f"t{number}", "A root.").root
        for place in range(100):
            root.then("A thought.").anchor(f"anchor {(number + place) % 100}")
    made = forest.shuffle_anchors()
    for before, after in zip(keys(forest), keys(made), strict=True):
        assert all(set(one).isdisjoint(other) for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize("control", CONTROLS)
def test_a_control_of_a_deep_forest(chain: fl.Tree, control: Control) -> None:
    """Chains of any depth are copied level by level."""
    forest = fl.Forest()
    forest.add(chain)
    for node in list(chain.nodes())[:1_000]:
        node.anchor(f"Step {node.level}")
    assert len(control(forest)["chain"]) == len(chain)


@pytest.mark.parametrize("control", CONTROLS)
def test_a_control_grows_as_the_forest(ratio: Callable[..., float], control: Control) -> None:
    """Twice the trees take at most three times the time."""

    def forest_of(count: int) -> fl.Forest:
        forest = fl.Forest()
        for number in range(count):
            forest.plant(f"t{number}", f"A free choice {number % 50}.").root.anchor(f"free choice {number % 50}")
        return forest

    smaller, larger = forest_of(1_000), forest_of(2_000)
    assert ratio(lambda: control(larger), lambda: control(smaller)) < 3
