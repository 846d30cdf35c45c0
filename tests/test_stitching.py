"""Stitching: which anchors join the islands, weaving one in, and requiring that a forest holds together."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import AnchorError, NotConnectedError, OptionError, UnknownTreeError

LETTERS = "bcdfghjklmnpqrstvwxz"


def own(number: int) -> str:
    """Return a word of letters that no other number has, and that no language has."""
    return "".join(LETTERS[number // 20**place % 20] for place in range(3)) + "q"


def phrase(number: int) -> str:
    """Return a phrase of two such words."""
    return f"{own(5_000 + number)} {own(6_000 + number)}"


def written(trees: list[set[int]], marked: set[int]) -> fl.Forest:
    """Return a forest whose trees hold phrases in their texts; the `marked` ones are anchors."""
    forest = fl.Forest()
    for place, held in enumerate(trees):
        root = forest.plant(f"t{place}", f"{own(place)}.").root
        for number in sorted(held):
            node = root.then(f"{own(100 * place + number)} {phrase(number)} {own(3_000 + 100 * place + number)}.")
            if number in marked:
                node.anchor(phrase(number))
    return forest


def tied(forest: fl.Forest) -> list[list[str]]:
    """Return the islands by their trees' names."""
    return sorted(sorted(island.trees) for island in forest.islands())


@settings(max_examples=60)
@given(st.lists(st.sets(st.integers(0, 7), max_size=4), min_size=1, max_size=7), st.sets(st.integers(0, 7)))
def test_deleted_anchors_are_suggested_again(trees: list[set[int]], deleted: set[int]) -> None:
    """With k anchors deleted, none of them a hub, at most k + 1 suggestions join the same islands."""
    whole = written(trees, set(range(8)))
    forest = written(trees, set(range(8)) - deleted)
    found = forest.suggest_anchors(forms="exact")
    assert len(found) <= len(deleted) + 1
    assert sorted(map(sorted, found.apart)) == tied(whole)
    found.accept()
    assert tied(forest) == tied(whole)
    assert len(forest.suggest_anchors(forms="exact")) == 0


@pytest.fixture
def forest() -> fl.Forest:
    """Five trees: one phrase stands in three of them, another in two, a third in two; one tree shares nothing."""
    forest = fl.Forest("ethics")
    forest.plant("God", "There grey sand moves.").root.then("An old river.")
    forest.plant("sea", "Where grey sand rests.")
    forest.plant("time", "Once grey sand was rock.").root.then("White birds sing.")
    forest.plant("river", "This old river runs.").root.then("Many white birds nest.")
    forest.plant("alone", "Nothing else.")
    return forest


def test_the_fewest_come_first(forest: fl.Forest, content: Callable[[Any], Any]) -> None:
    """The phrase that joins the most islands comes first; what would be left apart then is said."""
    before = content(forest)
    found = forest.suggest_anchors(forms="exact")
    assert (found[0].text, found[0].islands) == ("grey sand", (("God",), ("sea",), ("time",)))
    assert [len(one.islands) for one in found] == [3, 2]
    assert {frozenset(trees) for trees in found.apart} == {
        frozenset({"God", "sea", "time", "river"}),
        frozenset({"alone"}),
    }
    assert repr(found) == "<2 suggestions, 2 islands then>"
    assert repr(found[0]) == "<Suggestion 'grey sand': joins 3 islands>"
    assert content(forest) == before


def test_most_bounds_their_number(forest: fl.Forest) -> None:
    """`most=` takes the first, and what is left apart is as many islands more."""
    found = forest.suggest_anchors(most=1, forms="exact")
    assert (len(found), len(found.apart)) == (1, 3)
    assert [anchor.text for anchor in found.accept()] == ["grey sand"]
    assert len(forest.islands()) == 3


@pytest.mark.parametrize("most", [0, -1, True, 1.5, "2"])
def test_a_wrong_most_is_an_error(forest: fl.Forest, most: Any) -> None:
    """`most=` is a number of anchors."""
    with pytest.raises(OptionError, match="from 1 up"):
        forest.suggest_anchors(most=most, forms="exact")


def test_one_may_be_accepted_or_refused_alone(forest: fl.Forest) -> None:
    """A suggestion that was refused is not made again; another takes its place, or none."""
    first, second = forest.suggest_anchors(forms="exact")
    assert first.accept("sand").text == "sand"
    second.refuse()
    again = forest.suggest_anchors(forms="exact")
    assert len(again) == 1
    assert again[0].text != second.text
    again[0].refuse()
    assert len(forest.suggest_anchors(forms="exact")) == 0


def test_a_known_anchor_that_was_refused_is_not_suggested(forest: fl.Forest) -> None:
    """A declared anchor that stands unmarked is suggested; refused, it is not."""
    forest.anchor("nothing else")
    forest["sea"].root.anchor("nothing else")
    assert "nothing else" in [one.text for one in forest.suggest_anchors(forms="exact")]
    forest.refuse("nothing else")
    assert "nothing else" not in [one.text for one in forest.suggest_anchors(forms="exact")]


def test_an_anchor_marked_beside_one_text_joins_where_it_stands_in_another(forest: fl.Forest) -> None:
    """A woven anchor counts for the trees in which it is marked, not only for those in whose texts it stands."""
    forest.weave("nothing else", forest["God"].root)
    [suggestion] = [one for one in forest.suggest_anchors(forms="exact") if one.text == "nothing else"]
    assert {trees[0] for trees in suggestion.islands} >= {"alone"}
    suggestion.accept()
    assert any({"God", "alone"} <= set(island.trees) for island in forest.islands())


def test_accepting_all_is_all_or_nothing(forest: fl.Forest, content: Callable[[Any], Any]) -> None:
    """Where one of them cannot be an anchor any more, none becomes one."""
    found = forest.suggest_anchors(forms="exact")
    forest.anchor("another", [found[1].text])
    before = content(forest)
    with pytest.raises(AnchorError, match="is an alias of 'another' already"):
        found.accept()
    assert content(forest) == before


def test_a_forest_that_holds_together_needs_none(forest: fl.Forest) -> None:
    """Nothing is suggested to one island, to one tree, or to none."""
    forest.weave("all", [tree.root for tree in forest])
    for held in (forest, fl.Forest()):
        found = held.suggest_anchors(forms="exact")
        assert (len(found), len(found.apart)) == (0, len(held.islands()))
        assert held.require_connected() is held


def test_requiring_says_the_islands_and_the_way(forest: fl.Forest) -> None:
    """The error names islands and the cheapest anchors; its facts are attributes, and it survives pickling."""
    with pytest.raises(NotConnectedError) as caught:
        forest.require_connected()
    error = caught.value
    message = str(error)
    assert message.startswith(
        "The forest 'ethics' falls into 5 islands: 1 tree ('God'); 1 tree ('sea'); 1 tree ('time')"
    )
    assert "and 2 more. Accepting 'grey sand', " in message
    assert "leaves 2 islands: look at forest.suggest_anchors(), then call its accept()." in message
    assert message.endswith("Weave a phrase into those that are left: forest.weave('…', nodes).")
    assert error.islands == (("God",), ("sea",), ("time",), ("river",), ("alone",))
    assert error.anchors[0] == "grey sand"
    assert len(error.apart) == 2
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (str(again), again.islands, again.anchors, again.apart) == (
        message,
        error.islands,
        error.anchors,
        error.apart,
    )


def test_requiring_says_what_joins_all_and_what_nothing_does() -> None:
    """Where the suggestions join all, that is said; where no phrase stands in two islands, weaving is the way."""
    forest = fl.Forest()
    forest.plant("a", "There grey sand moves.")
    forest.plant("b", "Where grey sand rests.")
    with pytest.raises(NotConnectedError, match=r"Accepting 'grey sand' joins them all: look at forest"):
        forest.require_connected()
    forest.refuse("grey sand")
    with pytest.raises(NotConnectedError, match=r"No phrase stands in two of them. Weave one in: forest.weave\('…'"):
        forest.require_connected()


def test_weaving_leaves_texts_untouched(forest: fl.Forest) -> None:
    """Nodes get the anchor beside their texts, each once, however often it is woven."""
    texts = [[node.text for node in tree.nodes()] for tree in forest]
    roots = [tree.root for tree in forest]
    anchor = forest.weave("Свобода", [*roots, roots[0]])
    assert (anchor.text, anchor.count, anchor.tree_count) == ("Свобода", 5, 5)
    marks = [list(tree.marks()) for tree in forest]
    assert forest.weave("свобода", roots) == anchor
    assert forest.weave(anchor, iter(roots)) == anchor
    assert forest.weave(anchor, roots[0]) == anchor
    assert [list(tree.marks()) for tree in forest] == marks
    assert [[node.text for node in tree.nodes()] for tree in forest] == texts
    assert all(one.span is None for one in anchor.occurrences())


def test_weaving_takes_the_canonical_form(forest: fl.Forest) -> None:
    """An alias, an anchor or a candidate is woven in as the anchor's canonical text."""
    forest.anchor("choice", ["will"])
    forest.weave("Will", forest["sea"].root)
    assert forest["sea"].root.anchors == ("choice",)
    candidate = forest.find_anchors(["nothing else"], forms="exact")[0]
    forest.weave(candidate, forest["sea"].root)
    assert forest["sea"].root.anchors == ("choice", "nothing else")


@pytest.mark.parametrize(
    ("anchor", "message"),
    [
        ("", "holds no letter"),
        ("«…»", "holds no letter"),
        ("\u00ad", "holds no letter"),
        (None, "is a string, got None"),
    ],
)
def test_weaving_no_phrase_is_an_error(
    forest: fl.Forest, content: Callable[[Any], Any], anchor: Any, message: str
) -> None:
    """An empty phrase, or one that normalizes to nothing, is said, and the forest stays as it is."""
    before = content(forest)
    with pytest.raises(AnchorError, match=message):
        forest.weave(anchor, [tree.root for tree in forest])
    assert content(forest) == before


@pytest.mark.parametrize(
    ("at", "error", "message"),
    [
        ([], OptionError, "at= holds no node"),
        ("God", OptionError, "at= is a node or a list of nodes, got 'God'"),
        (["God"], OptionError, "got 'God'"),
        (None, OptionError, "got None"),
        ([fl.Tree("other", "A text.").root], UnknownTreeError, "is of no tree in <Forest 'ethics'"),
    ],
)
def test_weaving_into_no_nodes_is_an_error(
    forest: fl.Forest, content: Callable[[Any], Any], at: Any, error: type[Exception], message: str
) -> None:
    """Whatever is no node of the forest is said before any node is marked."""
    before = content(forest)
    given_at = [forest["God"].root, *at] if isinstance(at, list) and at else at
    with pytest.raises(error, match=message):
        forest.weave("choice", given_at)
    assert content(forest) == before


def test_suggesting_grows_as_the_forest(ratio: Callable[..., float]) -> None:
    """Twice the trees, each sharing a phrase with the next, take at most three times the time."""
    forests = [written([{n, n + 1} for n in range(count)], set()) for count in (300, 600)]
    for forest in forests:
        assert len(forest.suggest_anchors(forms="exact")) == len(forest) - 1
    larger, smaller = forests[1], forests[0]
    assert ratio(lambda: larger.suggest_anchors(forms="exact"), lambda: smaller.suggest_anchors(forms="exact")) < 3
