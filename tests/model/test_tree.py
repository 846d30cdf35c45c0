"""Trees: built alone or from rows, seen in preorder at any depth, copied and pickled."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from enum import Enum
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import AnchorError, FieldError, ForestlibError, LevelError, TextError, UnknownNodeError


class Text(str):
    """A string of a class of its own."""


class Echo(str):
    """A string whose str() is no plain string either."""

    def __str__(self) -> str:
        return self


class Kind(str, Enum):  # noqa: UP042 — the older way of writing it, whose str() is not its value
    """Strings that are members of an enumeration."""

    NORM = "norm"


def test_a_tree_begins_with_its_root() -> None:
    """A tree is a name, a root and weights; it stands in no forest until it is added to one."""
    tree = fl.Tree("justice", "A match.", {"causality": 80, "empathy": 20}, source="essay")
    assert (tree.name, len(tree), tree.forest) == ("justice", 1, None)
    assert (tree.root.text, tree.root.level, tree.root["source"]) == ("A match.", 0, "essay")
    assert tree.axes == {"causality": 0.8, "empathy": 0.2}
    assert repr(tree) == "<Tree 'justice', 1 nodes, 1 levels>"


@pytest.mark.parametrize("name", ["", " ", " a", "a ", "a\nb", "a\x85b", "a\u2028", "\ud800", None, 7, b"a", ["a"]])
def test_a_name_is_one_line(name: object) -> None:
    """A name is one line of text with no blanks around it, for a tree and for a forest."""
    with pytest.raises(TextError):
        fl.Tree(name, "A text.")  # type: ignore[arg-type]
    with pytest.raises(TextError):
        fl.Forest(name)  # type: ignore[arg-type]
    with pytest.raises(TextError):
        fl.Tree("a", "A text.").copy(name or " ")  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", " ", "\n\u2028\t", "a\ud800b", None, 7, b"a", ["a"], 10**30])
def test_a_text_says_something(text: object) -> None:
    """A text is a string that is not blank and holds no lone surrogate, in every verb that takes one."""
    tree = fl.Tree("t", "A text.")
    for verb in (
        lambda: fl.Tree("u", text),  # type: ignore[arg-type]
        lambda: tree.root.then(text),  # type: ignore[arg-type]
        lambda: tree.root.branch("sound", text),  # type: ignore[arg-type]
        lambda: tree.root.chain(["sound", text]),  # type: ignore[list-item]
        lambda: tree.root.extend(["sound", text], [1, 2]),  # type: ignore[list-item]
        lambda: fl.Tree.from_rows(fl.TreeRows("u", [0, 1], ["sound", text])),  # type: ignore[list-item]
    ):
        with pytest.raises(TextError):
            verb()
    assert len(tree) == 1


@pytest.mark.parametrize("text", [Text("norm"), Echo("norm"), Kind.NORM], ids=["subclass", "echo", "enum"])
def test_a_string_of_another_class_is_its_value(text: str) -> None:
    """A string of a subclass is kept as the plain string that it equals: as text, name and phrase."""
    tree = fl.Tree(text, text)
    node = tree.root.then(text).anchor(text)
    tree.root.extend([text], anchors=[text])
    forest = fl.Forest(text)
    forest.add(tree)
    forest.anchor(text)
    kept = [
        tree.name,
        *tree.text_paths().__next__(),
        *node.anchors,
        *tree[2].anchors,
        forest.name,
        forest.declared()[0][0],
    ]
    assert kept == ["norm"] * len(kept)
    assert {type(one) for one in kept} == {str}


def test_the_language_is_declared_or_that_of_the_root() -> None:
    """A language is the one declared, else that of most letters of the first text that has any, else English."""
    assert fl.Tree("a", "Справедливость (justice) — соответствие.").lang == "ru"
    assert fl.Tree("a", "Justice (справедливость) is a match.").lang == "en"
    assert fl.Tree("a", "2 + 2 = 4").lang == "en"
    assert fl.Tree("a", "2 + 2 = 4").root.then("Дважды два — четыре.").tree.lang == "ru"
    assert fl.Tree("a", "Justice.", lang="ru").lang == "ru"


def test_the_language_does_not_depend_on_the_order_of_appending() -> None:
    """The text that decides the language is the first in preorder, whichever was appended first."""
    early, late = fl.Tree("a", "1"), fl.Tree("a", "1")
    node, _ = early.root.branch("2", "По-русски.")
    node.then("In English.")
    late.root.then("2").then("In English.")
    late.root.then("По-русски.")
    assert [node.text for node in early] == [node.text for node in late]
    assert early.lang == late.lang == "en"


@pytest.mark.parametrize("lang", ["", " ", 7, ["ru"], "\ud800", "r\nu"])
def test_a_language_is_a_code(lang: object) -> None:
    """A language is a short code that a file can hold; anything else is an error."""
    with pytest.raises(TextError):
        fl.Tree("a", "A text.", lang=lang)  # type: ignore[arg-type]


@given(tree=st.from_type(fl.Tree))
def test_nodes_leaves_and_paths_agree(tree: fl.Tree) -> None:
    """`nodes` gives every node in preorder, `leaves` those without children, `paths` the way to each leaf, in order."""
    nodes = list(tree)
    assert [node.number for node in nodes] == list(range(len(tree)))
    assert nodes == list(tree.nodes()) == list(tree.root.nodes()) == [tree[number] for number in range(len(tree))]
    parents = {node.parent for node in nodes}
    assert list(tree.leaves()) == [node for node in nodes if node not in parents]
    assert list(tree.paths()) == [leaf.path() for leaf in tree.leaves()]
    assert list(tree.text_paths()) == [tuple(node.text for node in path) for path in tree.paths()]
    assert all(node in tree for node in nodes)


@given(tree=st.from_type(fl.Tree))
def test_a_number_finds_its_node(tree: fl.Tree) -> None:
    """`tree[number]` gives a node by its place in preorder, negative ones from the end, as a list does."""
    assert [tree[number].number for number in range(-len(tree), len(tree))] == [*range(len(tree))] * 2


@pytest.mark.parametrize("number", [2, -3, 10**30, 0.0, "0", None, slice(0, 1), pytest.param(10**5_000, id="huge")])
def test_a_number_beyond_the_tree_is_an_error(number: object) -> None:
    """A number that no node has is an `UnknownNodeError`, which is an `IndexError` as well, and says what there is."""
    tree = fl.Tree("t", "A text.")
    tree.root.then("More.")
    with pytest.raises(UnknownNodeError, match="its nodes are 0 to 1") as caught:
        tree[number]  # type: ignore[index]
    assert isinstance(caught.value, IndexError)


@given(tree=st.from_type(fl.Tree), random=st.randoms(use_true_random=False))
def test_iterating_shows_the_tree_as_it_was(tree: fl.Tree, random: Random) -> None:
    """Whatever is appended while one iterates, the iteration gives what was there when it began, and nothing else."""
    asking: list[Callable[[], Any]] = [
        tree.nodes,
        tree.leaves,
        tree.paths,
        tree.text_paths,
        tree.root.nodes,
        tree.__iter__,
    ]
    for ask in asking:
        before, seen = list(ask()), []
        for one in ask():
            seen.append(one)
            random.choice(list(tree)).then("New.").anchor("choice")
            if len(tree) > 60:
                break
        assert seen == before[: len(seen)]
        assert len(seen) == len(before) or len(tree) > 60


def test_an_iterator_begins_when_it_is_asked_for() -> None:
    """An iterator shows the tree of the moment when it was made, not of that when it was first used."""
    tree = fl.Tree("t", "A text.")
    first, _ = tree.root.branch("One.", "Two.")
    made = [tree.nodes(), tree.leaves(), tree.paths(), tree.text_paths(), tree.root.nodes(), iter(tree)]
    first.then("New, between them.")
    counts = [len(list(one)) for one in made]
    assert counts == [3, 2, 2, 2, 3, 3]


@given(tree=st.from_type(fl.Tree))
def test_rows_hold_the_whole_tree(tree: fl.Tree, content: Callable[[fl.Tree], Any]) -> None:
    """A tree made from another one's rows holds the same: shape, texts, marks, fields, weights, language."""
    twin = fl.Tree.from_rows(tree.rows())
    assert content(twin) == content(tree)
    assert twin.preorder().in_order
    assert [node.fields for node in twin] == [node.fields for node in tree]


@given(tree=st.from_type(fl.Tree))
def test_a_copy_is_a_tree_of_its_own(tree: fl.Tree, content: Callable[[fl.Tree], Any]) -> None:
    """A copy holds the same and stands in no other's forest; growing it leaves the tree as it was; names can change."""
    fl.Forest().add(tree)
    before = content(tree)
    for twin in (tree.copy(), copy.copy(tree), copy.deepcopy(tree)):
        assert twin is not tree
        assert twin.forest is None or twin in twin.forest
        assert content(twin) == before
        twin.root.then("New.", score=1).anchor("new")
        assert content(tree) == before
    assert content(tree.copy("another name")) == before | {"name": "another name"}


@given(tree=st.from_type(fl.Tree))
def test_a_pickle_holds_the_whole_tree(tree: fl.Tree, content: Callable[[fl.Tree], Any]) -> None:
    """A tree out of a pickle holds the same and grows on its own, from the same handles on."""
    node, twin = pickle.loads(pickle.dumps((tree[-1], tree)))  # noqa: S301 — our own bytes
    assert content(twin) == content(tree)
    assert node == twin[-1]
    assert node.then("New.") in twin
    assert len(twin) == len(tree) + 1


def test_trees_compare_by_identity() -> None:
    """Two trees of the same content are two trees, and each can be a key."""
    one, other = (fl.Tree("t", "A text.") for _ in range(2))
    assert one != other
    assert len({one, other, one}) == 2


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        pytest.param(fl.TreeRows("t", [], []), TextError, id="no nodes"),
        pytest.param(fl.TreeRows("t", [0], ["a", "b"]), LevelError, id="a level missing"),
        pytest.param(fl.TreeRows("t", [0, 1, 1], ["a", "b"]), LevelError, id="a level too many"),
        pytest.param(fl.TreeRows("t", [1], ["a"]), LevelError, id="a root on level 1"),
        pytest.param(fl.TreeRows("t", [0, 0], ["a", "b"]), LevelError, id="two roots"),
        pytest.param(fl.TreeRows("t", [0, 2], ["a", "b"]), LevelError, id="a jump"),
        pytest.param(fl.TreeRows("t", [0, -1], ["a", "b"]), LevelError, id="a negative level"),
        pytest.param(fl.TreeRows("t", [0, 1.0], ["a", "b"]), LevelError, id="a level with a point"),
        pytest.param(fl.TreeRows("t", [0, "1"], ["a", "b"]), LevelError, id="a level in words"),
        pytest.param(fl.TreeRows("t", [0, None], ["a", "b"]), LevelError, id="no level"),
        pytest.param(fl.TreeRows("t", [0, 10**30], ["a", "b"]), LevelError, id="a huge level"),
        pytest.param(fl.TreeRows("t", [0], ["a"], marks=[(1, "x")]), LevelError, id="a mark beyond"),
        pytest.param(fl.TreeRows("t", [0], ["a"], marks=[(-1, "x")]), LevelError, id="a mark before"),
        pytest.param(fl.TreeRows("t", [0], ["a"], marks=[("0", "x")]), LevelError, id="a mark by word"),
        pytest.param(fl.TreeRows("t", [0], ["a"], marks=[(10**30, "x")]), LevelError, id="a mark far beyond"),
        pytest.param(fl.TreeRows("t", [0], ["a"], marks=[(0, "")]), AnchorError, id="a blank mark"),
        pytest.param(fl.TreeRows("t", [0], ["a"], marks=[(0, None)]), AnchorError, id="a mark of nothing"),
        pytest.param(
            fl.TreeRows("t", [0], ["a"], extra={"source": "\ud800"}), ForestlibError, id="extra with a surrogate"
        ),
        pytest.param(fl.TreeRows("t", [0], ["a"], extra={"source": {1}}), ForestlibError, id="extra of a set"),
        pytest.param(
            fl.TreeRows("t", [0], ["a"], extra={"nodes": []}), ForestlibError, id="extra of a name of its own"
        ),
        pytest.param(fl.TreeRows("t", [0], ["a"], fields={7: {0: 1}}), FieldError, id="a field called 7"),
    ],
)
def test_bad_rows_make_no_tree(rows: fl.TreeRows, error: type[ForestlibError]) -> None:
    """Rows of an importer are checked whole: what cannot be a tree is an error of ours."""
    with pytest.raises(error):
        fl.Tree.from_rows(rows)


def test_whole_numbers_of_any_kind_count_and_truths_do_not() -> None:
    """Levels and node numbers may be numpy's; True is none, although Python counts it as 1."""
    levels, zero, one = np.array([0, 1, 2]), np.int64(0), np.int32(1)
    rows = fl.TreeRows("t", levels, ["a", "b", "c"], marks=[(one, "x")], fields={"score": {zero: 7}})  # type: ignore[arg-type]
    tree = fl.Tree.from_rows(rows)
    assert (tree[one].anchors, tree[0]["score"], tree[np.int8(-1)].level) == (("x",), 7, 2)
    assert tree.root.extend(["d"], levels[1:2])[0].level == 1
    with pytest.raises(UnknownNodeError):
        tree[True]
    with pytest.raises(LevelError):
        fl.Tree.from_rows(fl.TreeRows("t", [0, True], ["a", "b"]))


def test_marks_of_rows_may_stand_in_any_order() -> None:
    """Marks of rows are put in the order of nodes; those of one node keep theirs."""
    rows = fl.TreeRows("t", [0, 1], ["a", "b"], marks=[(1, "x"), (0, "y"), (1, "a"), (0, "z")])
    assert list(fl.Tree.from_rows(rows).marks()) == [(0, "y"), (0, "z"), (1, "x"), (1, "a")]


def test_rows_are_taken_and_not_kept() -> None:
    """Changing rows after a tree was made of them, or rows that were asked for, changes no tree."""
    levels, texts, marks = [0, 1], ["a", "b"], [(0, "x")]
    rows = fl.TreeRows("t", levels, texts, marks=marks, extra={"source": "essay"}, axes={"causality": 1.0})
    tree = fl.Tree.from_rows(rows)
    for taken in (rows, tree.rows()):
        taken.texts[1] = "changed"
        taken.texts.append("c")
        taken.levels.append(1)  # type: ignore[attr-defined]
        taken.extra["source"] = "changed"  # type: ignore[index]
        taken.axes["causality"] = 7.0  # type: ignore[call-overload]
    marks.append((1, "y"))
    assert [node.text for node in tree] == ["a", "b"]
    assert (list(tree.rows().levels), tree[1].anchors) == ([0, 1], ())
    assert (tree.rows().extra, tree.rows().axes) == ({"source": "essay"}, {"causality": 1.0})


def test_every_question_at_depth(chain: fl.Tree, comb: fl.Tree, depth: int) -> None:
    """A chain and a comb of any depth answer every question: nothing recurses."""
    for tree, leaves, nodes in ((chain, 1, depth + 1), (comb, depth + 1, 2 * depth + 1)):
        assert (len(tree), len(list(tree)), len(list(tree.leaves()))) == (nodes, nodes, leaves)
        assert f"{nodes} nodes, {depth + 1} levels" in repr(tree)
        assert len(next(tree.paths())) == len(next(tree.text_paths())) == depth + 1
        assert tree[depth].path()[0] == tree.root
        assert len(str(tree).splitlines()) == nodes + 1
        assert tree._repr_html_().startswith("<")
        twin = pickle.loads(pickle.dumps(tree.copy()))  # noqa: S301 — our own bytes
        assert list(twin.rows().levels) == list(tree.rows().levels)
        assert twin.rows().texts == tree.rows().texts


def test_paths_of_a_comb_are_lazy(comb: fl.Tree) -> None:
    """Paths come one by one: the first of 100,000 long ones costs no more than itself."""
    paths = comb.paths()
    first, second = next(paths), next(paths)
    assert len(first) - len(second) in (0, 1)
    assert second[-1].text.startswith("Aside")


@pytest.mark.parametrize("question", ["nodes", "leaves", "paths", "rows", "copy", "marks", "__str__", "_repr_html_"])
def test_questions_grow_with_the_tree(question: str, ratio: Callable[..., float]) -> None:
    """Twice the nodes take at most three times the time, for every question about a tree."""

    def asking(nodes: int) -> Callable[[], None]:
        random = Random(7)  # noqa: S311 — a fixed one is wanted
        parents = (random.randrange(max(0, place - 3), place) for place in range(1, nodes))
        tree = fl.Tree("t", "Root.")
        handles = [tree.root]
        for parent in parents:
            handles.append(handles[parent].then("A step.").anchor("choice"))
        # All paths of a deep tree are as long as the square of its nodes; the same number of them is twice as long.
        most = 1_000 if question == "paths" else nodes

        def ask() -> None:
            tree._preorder = tree._marks = None
            found = getattr(tree, question)()
            for _, _ in zip(range(most), found if hasattr(found, "__next__") else (), strict=False):
                pass

        return ask

    assert ratio(asking(12_000), asking(6_000)) < 3


def test_depth_costs_no_more_than_width(ratio: Callable[..., float]) -> None:
    """100,000 levels are built, asked and copied no slower than 100,000 children, by more than three times."""
    texts = [f"Step {number}." for number in range(100_000)]

    def work(build: Callable[[fl.Node], object]) -> None:
        tree = fl.Tree("t", "Root.")
        build(tree.root)
        tree[-1].anchor("choice")
        assert sum(1 for _ in tree) == 100_001
        assert len(tree.copy()[-1].path()) in (2, 100_001)

    assert ratio(lambda: work(lambda root: root.chain(texts)), lambda: work(lambda root: root.branch(*texts))) < 3
