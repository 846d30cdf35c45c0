"""Wording: walks said in the language of the tree that they speak of, in the style that was asked for."""

from __future__ import annotations

import copy
import pickle
from itertools import pairwise
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import OptionError
from forestlib.model.ground import Ground
from forestlib.model.spans import span_of
from forestlib.registry import walkers
from forestlib.wording.style import ENGLISH, RUSSIAN
from forestlib.wording.wording import Wording

PLAIN = {
    "head": "{tree}",
    "marked": " ({anchor})",
    "anchor": "<{anchor}>",
    "jump": "→",
    "question": "?",
    "ask": "{tree}?",
}


def words(**changed: str) -> fl.Words:
    """Return short words, some of them changed."""
    return fl.Words(**PLAIN | changed)


def told(forest: Ground, trail: fl.Trail, **style: Any) -> list[str]:
    """Return the texts of a worded trail."""
    return [step.text for step in Wording(forest, fl.Style(**style)).walk(trail, "mine").steps]


def jumping(forest: fl.Forest, one: str, other: str, phrase: str) -> fl.Trail:
    """Return the trail down one tree to an anchored node, and over to another tree's."""
    ends = {node.tree.name: node for node in forest.anchors[phrase].nodes()}
    return fl.Trail.of(ends[one].path()).jump(phrase, ends[other].nodes())


@pytest.fixture
def pair() -> fl.Forest:
    """A Russian and an English tree that share an anchor."""
    forest = fl.Forest()
    forest.plant("воля", "Воля — это сила.").root.anchor("выбор").then("Сила выбирает.")
    forest.plant("will", "Will is a power.").root.anchor("выбор").then("It chooses.")
    return forest


def test_a_walk_begins_with_the_name_of_its_tree(pair: fl.Forest) -> None:
    """A walk says the tree's name, then its nodes, each with the anchors that have no place in its text."""
    assert told(pair, fl.Trail.of(pair["will"][1].path())) == ["will", "Will is a power. [выбор]", "It chooses."]


def test_a_jump_says_anchor_jump_name_and_anchor_again(pair: fl.Forest) -> None:
    """Over a bridge stand the anchor, the words of the jump, the other tree's name, and the anchor again."""
    assert told(pair, jumping(pair, "воля", "will", "выбор"), anchors="jumps") == [
        "воля",
        "Воля — это сила.",
        "[выбор]",
        ENGLISH.jump,
        "will",
        "[выбор]",
        "Will is a power.",
        "It chooses.",
    ]


def test_a_jump_does_not_stutter(pair: fl.Forest) -> None:
    """An anchor that the step before ended on is not said once more before the jump."""
    assert told(pair, jumping(pair, "воля", "will", "выбор"))[1:5] == [
        "Воля — это сила. [выбор]",
        ENGLISH.jump,
        "will",
        "[выбор]",
    ]


def test_a_node_that_is_the_anchor_restates_it() -> None:
    """Where the node jumped to consists of the anchor, as it is said, the node alone says it again."""
    forest = fl.Forest()
    for name in ("one", "two"):
        forest.plant(name, "choice").root.anchor("choice").then("More.")
    bare = attrs.evolve(ENGLISH, anchor="{anchor}")
    walk = Wording(forest, fl.Style(words={"en": bare})).walk(jumping(forest, "one", "two", "choice"), "mine")
    assert [step.text for step in walk.steps] == ["one", "choice", ENGLISH.jump, "two", "choice", "More."]


def test_each_tree_is_spoken_of_in_its_language(pair: fl.Forest) -> None:
    """The question is in the first tree's language, a jump and what asks for it in that of the tree jumped to."""
    walk = Wording(pair, fl.Style()).walk(jumping(pair, "will", "воля", "выбор"), "mine")
    assert walk.lang == "en"
    assert walk.questions == ((1, ENGLISH.question), (2, RUSSIAN.ask.replace("{tree}", "воля")))
    assert [step.text for step in walk.steps if step.kind == "jump"] == [RUSSIAN.jump]


def test_a_russian_sample_holds_no_english() -> None:
    """Between Russian trees not one word of the wording is English: every letter is Cyrillic."""
    russian = fl.Forest()
    for name in ("воля", "выбор", "время"):
        russian.plant(name, "Мысль.").root.anchor("сила воли").then("Ещё одна мысль.")
    for sample in russian.linearize("chat", ask_jumps=True):
        said = "".join(turn["content"] for turn in sample["messages"])
        assert {letter for letter in said if letter.isalpha() and not "а" <= letter.lower() <= "ё"} == set()


def test_an_english_sample_holds_no_russian() -> None:
    """Between English trees not one word of the wording is Russian."""
    forest = fl.Forest()
    for name in ("will", "choice", "time"):
        forest.plant(name, "A thought.").root.anchor("power").then("One more.")
    for sample in forest.linearize("chat", ask_jumps=True):
        said = "".join(turn["content"] for turn in sample["messages"])
        assert {letter for letter in said if letter.isalpha() and not letter.isascii()} == set()


@pytest.mark.parametrize("lang", ["ru", "RU", "ru-RU", "ru_RU", " ru"])
def test_a_language_is_known_in_every_spelling(lang: str) -> None:
    """A language code means its language however it is written, with a region or in capitals."""
    forest = fl.Forest()
    try:
        forest.plant("t", "2 + 2 = 4", lang=lang).root.then("4 = 2 + 2")
    except fl.ForestlibError:
        return
    walk = next(forest.linearize("text", walkers="paths").walks())
    assert walk.questions[0][1] == RUSSIAN.question


def test_a_language_without_words_is_worded_in_english() -> None:
    """A tree in a language that the style does not speak is worded in English, or in words that one brings."""
    forest = fl.Forest()
    tree = forest.plant("Wille", "Wille ist Macht.", lang="de")
    trail = fl.Trail.of([tree.root])
    assert Wording(forest, fl.Style()).walk(trail, "mine").questions == ((1, ENGLISH.question),)
    assert told(forest, trail, words={"de": words(head="Über {tree}:")}) == ["Über Wille:", "Wille ist Macht."]


@given(
    name=st.from_regex(r"[{}a-z]{1,9}", fullmatch=True),
    phrase=st.from_regex(r"[{}]{0,4}(x|anchor|tree)[{}]{0,4}", fullmatch=True),
)
def test_braces_stay_what_they_are(name: str, phrase: str) -> None:
    """Braces in names, texts and anchors are no templates: they come out as they went in, wherever they are said."""
    forest = fl.Forest()
    forest.plant(name, "{tree} and {anchor}").root.anchor(phrase)
    other = forest.plant("other" * 3, "{0} %s \\1 {}").root.anchor(phrase)
    style = fl.Style(words={"en": words(head="[{tree}]", jump="{anchor} in {tree}:", ask="{tree} by {anchor}?")})
    trail = fl.Trail.of([forest[name].root]).jump(phrase, [other])
    walk = Wording(forest, style).walk(trail, "mine")
    beside = "" if span_of(phrase, "{tree} and {anchor}") else f" ({phrase})"
    assert [step.text for step in walk.steps] == [
        f"[{name}]",
        "{tree} and {anchor}" + beside,
        f"<{phrase}>",
        f"{phrase} in {'other' * 3}:",
        f"[{'other' * 3}]",
        f"<{phrase}>",
        "{0} %s \\1 {}" + f" ({phrase})",
    ]
    assert walk.questions[1] == (2, f"{'other' * 3} by {phrase}?")


def test_a_template_may_say_a_thing_twice(pair: fl.Forest) -> None:
    """Name and anchor are put in wherever a template holds them, also more than once and in any order."""
    style = fl.Style(words={"en": words(head="{tree}, {tree}", anchor="{anchor} {tree} {anchor} {anchor}")})
    walk = Wording(pair, style).walk(jumping(pair, "воля", "will", "выбор"), "mine")
    texts = [step.text for step in walk.steps if step.kind in ("head", "anchor")]
    assert texts == ["воля", "выбор will выбор выбор", "will, will", "выбор will выбор выбор"]


@pytest.mark.parametrize(
    ("text", "phrases", "said"),
    [
        ("No choice is free.", ["choice"], "No choice is free."),
        ("No choices are free.", ["choice"], "No choices are free. [choice]"),
        ("Choice is free.", ["choice"], "Choice is free. [choice]"),
        ("No choice is free.", ["choice", "will"], "No choice is free. [will]"),
        ("Nothing is free.", ["will", "choice"], "Nothing is free. [will] [choice]"),
        ("Nothing is free.", ["choice", "Choice", "choice"], "Nothing is free. [choice]"),
        ("Выбор труден.", ["Выбор"], "Выбор труден."),
    ],
)
def test_an_anchor_that_stands_in_the_text_is_not_repeated(text: str, phrases: list[str], said: str) -> None:
    """A node's text is followed by each anchor that has no span in it, once, in canonical form, in order of marking."""
    forest = fl.Forest()
    root = forest.plant("t", text).root.anchor(*phrases)
    forest.anchor("choice")
    assert told(forest, fl.Trail.of([root]))[1] == said


def test_a_jump_uses_the_canonical_text() -> None:
    """An anchor is said alike in all trees, in its declared form, however each tree wrote it."""
    forest = fl.Forest()
    forest.plant("one", "A thought.").root.anchor("a free  CHOICE")
    forest.plant("two", "Another.").root.anchor("выбор")
    forest.anchor("A free choice", ["выбор"])
    assert told(forest, jumping(forest, "one", "two", "выбор")) == [
        "one",
        "A thought. [A free choice]",
        ENGLISH.jump,
        "two",
        "[A free choice]",
        "Another. [A free choice]",
    ]


@pytest.mark.parametrize(
    ("anchors", "said"),
    [("all", "A thought. [shared] [alone]"), ("shared", "A thought. [shared]"), ("jumps", "A thought.")],
)
def test_a_style_says_which_anchors_are_shown(anchors: str, said: str) -> None:
    """After a node's text stand all its anchors, those that two trees share, or none but at jumps."""
    forest = fl.Forest()
    forest.plant("one", "A thought.").root.anchor("shared", "alone")
    forest.plant("two", "Another.").root.anchor("shared")
    trail = jumping(forest, "one", "two", "shared")
    texts = told(forest, trail, anchors=anchors)
    assert texts[1] == said
    assert texts.count("[shared]") == (1 if said.endswith("[shared]") else 2)


@given(forest=st.from_type(fl.Forest), anchors=st.sampled_from(["all", "shared", "jumps"]))
def test_every_crossing_is_said(forest: fl.Forest, anchors: str) -> None:
    """A walk says every one of its jumps, with the anchor on both sides, and asks for it at the right place."""
    wording = Wording(forest, fl.Style(anchors=anchors))
    for trail in walkers["bridges"].function(forest, jumps=2):
        walk = wording.walk(trail, "bridges")
        jumps = [place for place, step in enumerate(walk.steps) if step.kind == "jump"]
        assert len(jumps) == len(walk.crossings)
        asked = [place for place, _ in walk.questions[1:]]
        assert [place - (walk.steps[place - 1].kind == "anchor") for place in jumps] == asked
        for place, crossing in zip(jumps, walk.crossings, strict=True):
            before, jump, head, again, after = walk.steps[place - 1 : place + 4]
            assert (jump.kind, head.kind, again.kind) == ("jump", "head", "anchor")
            assert before == again or before.text.endswith(f" {again.text}")
            assert head.text == crossing.target[0] == (after.at or ("",))[0]
            assert forest.anchors[crossing.anchor].text in again.text


@given(forest=st.from_type(fl.Forest))
def test_neighbours_are_said_in_order(forest: fl.Forest) -> None:
    """The node steps of a path are the path: each is the child of the one before."""
    for walk in forest.linearize("text", walkers="paths").walks():
        nodes = [forest[step.at[0]][step.at[1]] for step in walk.steps if step.at is not None]
        assert nodes[0].parent is None
        assert nodes[-1].is_leaf
        assert all(after.parent == before for before, after in pairwise(nodes))


def test_a_role_is_the_nodes_own() -> None:
    """A step carries the role that its node has as a field, and none where it has none."""
    forest = fl.Forest()
    node = forest.plant("t", "Why?", role="user").root.then("Because.", role="assistant").then("So it is.")
    walk = Wording(forest, fl.Style()).walk(fl.Trail.of(node.path()), "mine")
    assert [step.role for step in walk.steps] == [None, "user", "assistant", None]


@pytest.mark.parametrize(
    "making",
    [
        pytest.param(lambda: fl.Style(anchors="jmps"), id="anchors misspelt"),
        pytest.param(lambda: fl.Style(anchors=None), id="anchors none"),
        pytest.param(lambda: fl.Style(anchors=["all"]), id="anchors a list"),
        pytest.param(lambda: fl.Style(words={"de": "Wörter"}), id="words of a string"),
        pytest.param(lambda: fl.Style(words=words()), id="words of no language"),
        pytest.param(lambda: fl.Style(words=7), id="words of a number"),
        pytest.param(lambda: fl.Style(words={7: words()}), id="language of a number"),
        pytest.param(lambda: words(head="tree"), id="head without a name"),
        pytest.param(lambda: words(marked=""), id="mark without an anchor"),
        pytest.param(lambda: words(anchor="{ancor}"), id="anchor misspelt"),
        pytest.param(lambda: words(jump=7), id="jump of a number"),
        pytest.param(lambda: words(head=7), id="head of a number"),
        pytest.param(lambda: words(ask="{tre}?"), id="an unknown place"),
        pytest.param(lambda: words(question="\ud800"), id="a surrogate"),
    ],
)
def test_a_style_is_checked_where_it_is_made(making: Any) -> None:
    """A style or words that cannot be said are an error on their own line, not in the middle of writing."""
    with pytest.raises(OptionError):
        making()


def test_styles_are_values() -> None:
    """Styles compare by what they say, and come out of copies and pickles as they were."""
    one, other = (fl.Style(anchors="shared", words={"de": words()}) for _ in range(2))
    assert one == other != fl.Style()
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one  # noqa: S301 — our own bytes


def test_styles_cannot_be_changed() -> None:
    """A style is fixed once it is made: its words cannot be changed through what they were made from."""
    given = {"de": words()}
    style = fl.Style(words=given)
    given.clear()
    assert style.of("de") == words()
    with pytest.raises(TypeError):
        style.words["de"] = ENGLISH  # type: ignore[index]


def test_a_deep_walk_is_said(comb: fl.Tree, depth: int) -> None:
    """A walk down any depth, and one that turns back up, are said with a step a node."""
    forest = fl.Forest()
    forest.add(comb)
    path = comb[depth].path()
    assert len(told(forest, fl.Trail.of(path))) == depth + 2
    assert told(forest, fl.Trail.of(path[::-1]))[-1] == "Step 0."


def test_another_form_in_the_text_does_not_stand_for_the_canonical_one() -> None:
    """An anchor that stands in a text in another form only is said after it as well, in canonical form, once."""
    ground = Ground()
    root = ground.plant("цена", "Цена свободы выбора высока.", lang="ru").root
    ground.anchor("свобода выбора", aliases=["свободы выбора"])
    root.anchor("свободы выбора").then("Свобода выбора, цена свободы выбора.").anchor("свободы выбора")
    said = Wording(ground, fl.Style()).tree("цена").texts
    assert said == [
        "Цена свободы выбора высока. [свобода выбора]",
        "Свобода выбора, цена свободы выбора. [свобода выбора]",
    ]
