"""Anchors: what makes two phrases one, which of them is canonical, and where they stand."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import AnchorError, UnknownAnchorError
from forestlib.model.key import anchor_key
from forestlib.model.spans import span_of

SIGNS = "aбёЁе\u0308\u0301İıςΣﬁ½ \t\u00a0\u200b\u00ad-–—=>→⇒«»„\"'’′″´`＂￫"
phrases = st.text(st.sampled_from(SIGNS), max_size=6) | st.text(max_size=6)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Причинность → следствие", "причинность → СЛЕДСТВИЕ"),
        ("всё течёт", "все течет"),
        ("ВСЁ", "все"),
        ("ё as two signs: е\u0308", "ё AS TWO SIGNS: ё"),
        ("a  free\tchoice\n", " a free choice"),
        ("a\u00a0free choice", "a free choice"),
        ("cause -> effect", "cause → effect"),
        ("cause => effect", "cause⟹effect"),
        ("cause --> effect", "cause—>effect"),
        ("«я»", '"я"'),
        ("“I”", "„I“"),
        ("the other's", "the other’s"),
        ("ﬁrst", "first"),
        ("Ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("Straße", "STRASSE"),
        ("ΛΌΓΟΣ", "λόγος"),
        ("caf\u00e9", "cafe\u0301"),
        ("soft\u00adhyphen", "softhyphen"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
    ],
)
def test_what_folds(one: str, other: str) -> None:
    """Spellings that differ in Unicode form, case, ё, white space, quotes, arrows or invisible signs are one anchor."""
    assert anchor_key(one) == anchor_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("choice", "choices"),
        ("choice", "choice."),
        ("a choice", "the choice"),
        ("free choice", "freechoice"),
        ("cause → effect", "effect → cause"),
        ("cause → effect", "cause ← effect"),
        ("cause → effect", "cause - effect"),
        ("мой", "мои"),
        ("cafe", "café"),
        ("a-b", "a–b"),
        ("3 > 2", "3 2"),
        ("«я»", "я"),
        ("I", "'I'"),
        ("choice", "сhoice"),
    ],
)
def test_what_does_not_fold(one: str, other: str) -> None:
    """Everything else tells phrases apart: endings, punctuation, words, accents, the way of an arrow, alphabets."""
    assert anchor_key(one) != anchor_key(other)


@given(phrase=phrases)
@example("ё\u0308")
@example("Ё\u0338\u0308")
@example("-\u00ad>")
@example("İ")
def test_a_key_is_its_own_key(phrase: str) -> None:
    """The key of a key is that key, so that an anchor is found by its key as well as by its phrases."""
    assert anchor_key(anchor_key(phrase)) == anchor_key(phrase)


@given(phrase=phrases)
def test_a_key_has_single_blanks_and_no_edges(phrase: str) -> None:
    """A key is one line of words with single blanks between them."""
    key = anchor_key(phrase)
    assert key == " ".join(key.split())


@given(phrase=phrases.filter(lambda phrase: any(letter.isalnum() for letter in phrase)))
@example("ё\u0308")
@example("Ё\u0308 сама")
def test_what_can_be_marked_can_be_found(phrase: str) -> None:
    """A phrase that was declared or marked is found in the forest under every spelling that it was given."""
    forest = fl.Forest()
    assert forest.anchor(phrase).text == phrase
    forest.plant("t", "A thought.").root.anchor(phrase)
    assert phrase in forest.anchors
    assert forest.anchors[phrase].tree_count == 1


@pytest.mark.parametrize(
    "phrase", ["", " ", "…", "«»", "—", "\u200b", "_", "\ud800", "a\udfff", None, 7, b"choice", ["a"]]
)
def test_a_phrase_says_something(phrase: object) -> None:
    """A phrase is a string with a letter, digit or symbol and no lone surrogate: in every verb that takes one."""
    tree = fl.Tree("t", "A thought.")
    forest = fl.Forest()
    forest.add(tree)
    for verb in (
        lambda: tree.root.anchor("choice", phrase),  # type: ignore[arg-type]
        lambda: tree.root.extend(["A text."], anchors=[[phrase]]),  # type: ignore[list-item]
        lambda: forest.anchor(phrase),  # type: ignore[arg-type]
        lambda: forest.anchor("choice", ["a free choice", phrase]),  # type: ignore[list-item]
    ):
        with pytest.raises(AnchorError):
            verb()
    assert (len(tree), len(tree.marks()), len(forest.anchors), forest.declared()) == (1, 0, 0, [])


@pytest.mark.parametrize("phrase", ["", 0, False, 7, {"a"}, b"a"])
def test_an_entry_of_anchors_is_a_phrase_a_list_or_none(phrase: object) -> None:
    """Beside a text stands a phrase, a list of phrases or None; anything else is an error, also what is falsy."""
    tree = fl.Tree("t", "A thought.")
    with pytest.raises(AnchorError):
        tree.root.extend(["A text."], anchors=[phrase])  # type: ignore[list-item]
    assert len(tree) == 1


@given(
    phrases=st.lists(st.sampled_from(["Choice", "choice", " choice", "CHOICE", "choice "]), min_size=1), data=st.data()
)
def test_the_canonical_text_does_not_depend_on_the_order(phrases: list[str], data: st.DataObject) -> None:
    """The canonical text is the shortest phrase, then the first by code point, in whatever order they were marked."""
    for order in (phrases, data.draw(st.permutations(phrases))):
        forest = fl.Forest()
        for number, phrase in enumerate(order):
            forest.plant(f"tree {number}", "A thought.").root.anchor(phrase)
        assert forest.anchors["choice"].text == min(phrases, key=lambda phrase: (len(phrase), phrase))


def test_a_declared_text_is_canonical() -> None:
    """The declared text is the canonical one, however long it is and whenever it was declared."""
    forest = fl.Forest()
    root = forest.plant("t", "A thought.").root.anchor("choice", "выбор")
    assert forest.anchors["choice"].text == "choice"
    anchor = forest.anchor("A Free Choice", aliases=["choice", "выбор"])
    assert anchor.text == forest.anchors["CHOICE"].text == forest.anchors["Выбор"].text == "A Free Choice"
    assert anchor.aliases == ("choice", "выбор")
    assert anchor == forest.anchors["выбор"]
    assert list(anchor.nodes()) == [root]
    assert list(forest.anchors) == ["A Free Choice"]


def test_declaring_again_adds_aliases() -> None:
    """Declaring an anchor a second time adds aliases to it and says its canonical text anew."""
    forest = fl.Forest()
    forest.anchor("choice", ["выбор"])
    assert forest.anchor("Choice", ["a choice"]).aliases == ("a choice", "выбор")
    assert forest.anchors["выбор"].text == "Choice"


@pytest.mark.parametrize(
    ("text", "aliases"),
    [
        ("выбор", []),
        ("will", ["выбор"]),
        ("will", ["choice"]),
        ("will", ["ok", "a choice"]),
        ("will", "выбор"),
        ("will", [7]),
    ],
)
def test_a_taken_alias_changes_nothing(text: str, aliases: list[str]) -> None:
    """A phrase belongs to one anchor: taking another one's text or alias is an error that leaves all as it was."""
    forest = fl.Forest()
    forest.anchor("choice", ["выбор"])
    forest.anchor("a choice")
    before = forest.declared(), forest.revision, list(forest.anchors)
    with pytest.raises(AnchorError):
        forest.anchor(text, aliases)
    assert (forest.declared(), forest.revision, list(forest.anchors)) == before


def test_many_anchors_are_declared_at_once(ratio: Callable[..., float]) -> None:
    """`declare` declares many anchors, all or none of them; twice the anchors take at most three times the time."""
    forest = fl.Forest()
    before = forest.revision
    with pytest.raises(AnchorError):
        forest.declare({"choice": ["выбор"], "will": ["выбор"]})
    assert (forest.declared(), forest.revision) == ([], before)
    assert forest.declare({"Choice": ["выбор"], "will": []}) == ["choice", "will"]
    assert forest.anchors["выбор"].text == "Choice"
    many = [{f"phrase {number}": [f"alias {number}"] for number in range(count)} for count in (10_000, 5_000)]
    assert ratio(*(lambda anchors=anchors: fl.Forest().declare(anchors) for anchors in many)) < 3


def test_an_anchor_counts_nodes_and_trees(forest: fl.Forest) -> None:
    """`count` counts the nodes and `tree_count` the trees; `nodes` and `trees` give them in the forest's order."""
    choice = forest.anchors["choice"]
    assert (choice.count, choice.tree_count) == (2, 2)
    assert [tree.name for tree in choice.trees()] == ["justice", "воля"]
    assert [node.text for node in choice.nodes()] == ["To bind is to choose.", "Выбирает тот, кто мог иначе."]


def test_a_phrase_marked_twice_stands_once() -> None:
    """A node that was marked with two spellings of one anchor, or twice with one, is one place of it."""
    forest = fl.Forest()
    forest.plant("t", "A thought.").root.anchor("choice", "Choice", "choice")
    anchor = forest.anchors["choice"]
    assert (anchor.count, anchor.tree_count, len(list(anchor.nodes()))) == (1, 1, 1)
    assert [place.phrase for place in anchor.occurrences()] == ["choice", "Choice"]


@pytest.mark.parametrize(
    ("phrase", "text", "span"),
    [
        ("choice", "No choices, one choice.", (16, 22)),
        ("choice", "choice", (0, 6)),
        ("choice", "Choice", None),
        ("choice", "choices", None),
        ("выбор", "Это выбор.", (4, 9)),
        ("выбор", "Это выборы.", None),
        ("a → b", "from a → b on", (5, 10)),
        ("[x]", "a[x]b", (1, 4)),
        ("one", "two", None),
        ("aa", "aaa aa", (4, 6)),
    ],
)
def test_a_span_is_the_first_whole_word(phrase: str, text: str, span: tuple[int, int] | None) -> None:
    """An occurrence has the span of the first place where the phrase stands as written, between word borders."""
    assert span_of(phrase, text) == span
    forest = fl.Forest()
    forest.plant("t", text).root.anchor(phrase)
    [place] = forest.anchors[phrase].occurrences()
    assert place.span == span
    assert span is None or text[slice(*span)] == phrase


@given(phrase=st.text("ab ", min_size=1, max_size=3), text=st.text("ab .", max_size=12))
def test_a_span_holds_the_phrase_between_borders(phrase: str, text: str) -> None:
    """A span, where there is one, holds the phrase, no letter touches its borders, and no earlier place would do."""

    def fits(start: int) -> bool:
        around = text[max(0, start - 1) : start] + phrase[:1], phrase[-1:] + text[start + len(phrase) :][:1]
        return text.startswith(phrase, start) and not any(len(pair) == 2 and pair.isalnum() for pair in around)

    places = [start for start in range(len(text)) if fits(start)]
    assert span_of(phrase, text) == ((places[0], places[0] + len(phrase)) if places else None)


@given(forest=st.from_type(fl.Forest))
def test_the_table_says_what_the_nodes_say(forest: fl.Forest) -> None:
    """The anchors of a forest are those of its nodes and the declared ones, and stand at exactly those nodes."""
    places: dict[str, list[fl.Node]] = {forest.anchors[text].key: [] for text, _ in forest.declared()}
    for tree in forest:
        for node in tree:
            for key in dict.fromkeys(map(forest.anchors.key_of, node.anchors)):
                places.setdefault(key, []).append(node)
    assert {anchor.key: list(anchor.nodes()) for anchor in forest.anchors.values()} == places
    assert sorted(places) == [anchor.key for anchor in forest.anchors.values()]
    assert [anchor.text for anchor in forest.anchors.values()] == list(forest.anchors)


def test_the_table_is_a_mapping(forest: fl.Forest) -> None:
    """`forest.anchors` answers as a mapping does: `in`, `get` with a default, `len`, items by any spelling."""
    anchors = forest.anchors
    assert len(anchors) == 2
    assert "NORM" in anchors
    assert "grace" not in anchors
    assert 7 not in anchors
    assert anchors.get("norm") == anchors["norm"]
    assert anchors.get("grace") is None
    assert anchors.get("grace", 7) == 7
    assert dict(anchors.items()) == {"Choice": anchors["choice"], "norm": anchors["norm"]}


@pytest.mark.parametrize("phrase", ["nrom", "", 7, None, [], "\ud800"])
def test_an_unknown_anchor_is_an_error(forest: fl.Forest, phrase: object) -> None:
    """Asking for an anchor that the forest does not hold is an error that names the nearest and the known ones."""
    with pytest.raises(UnknownAnchorError, match=r"Known: 'Choice', 'norm'") as caught:
        forest.anchors[phrase]  # type: ignore[index]
    assert caught.value.nearest == ("norm" if phrase == "nrom" else None)


def test_nodes_of_an_anchor_may_grow_while_they_are_asked_for() -> None:
    """Iterating over an anchor's nodes shows them as they were when it began, also while each of them grows."""
    forest = fl.Forest()
    one, two = forest.plant("t", "A thought.").root.branch("One.", "Two.")
    one.anchor("choice")
    two.anchor("choice")
    seen = []
    for node in forest.anchors["choice"].nodes():
        node.then(f"After {node.text}")
        seen.append(node)
    assert seen == [one, two]


def test_an_anchor_kept_from_before_still_means_its_nodes() -> None:
    """An anchor that was asked for before its trees grew stands at the nodes that it stood at then."""
    forest = fl.Forest()
    one, two = forest.plant("t", "A thought.").root.branch("One.", "Two.")
    two.anchor("choice")
    anchor = forest.anchors["choice"]
    one.then("New, and before it in preorder.")
    assert list(anchor.nodes()) == [two]
    assert [place.node for place in anchor.occurrences()] == [two]


@given(tree=st.from_type(fl.Tree), random=st.randoms(use_true_random=False))
def test_the_order_of_marking_does_not_matter(
    tree: fl.Tree, random: Random, regrown: Callable[[fl.Tree, Random], fl.Tree]
) -> None:
    """Marks are seen by node in preorder, whatever the order of marking the nodes."""
    twin = regrown(tree, random)
    assert list(twin.marks()) == list(tree.marks())
    assert [node.anchors for node in twin] == [node.anchors for node in tree]


def test_anchors_pickle_with_their_forest(forest: fl.Forest) -> None:
    """A pickled anchor carries its forest: it stands at the same nodes and trees afterwards."""
    anchor = forest.anchors["norm"]
    twin = pickle.loads(pickle.dumps(anchor))  # noqa: S301 — our own bytes
    assert twin == anchor
    assert [(node.tree.name, node.number) for node in twin.nodes()] == [("justice", 0), ("choice", 1)]


def test_a_deep_anchor_is_found(chain: fl.Tree, comb: fl.Tree, depth: int) -> None:
    """Anchors are found at any depth, also in a tree that was appended out of preorder."""
    forest = fl.Forest()
    forest.add(chain)[depth].anchor("norm")
    forest.add(comb)[2 * depth].anchor("Norm")
    assert [(node.tree.name, node.number) for node in forest.anchors["norm"].nodes()] == [
        ("chain", depth),
        ("comb", 2 * depth),
    ]
