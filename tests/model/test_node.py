"""Nodes: handles that are equal when they mean the same, and the verbs that add and mark."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import AnchorError, FieldError, ForestlibError, LevelError, TextError
from forestlib.model.node import Nodes

NAN = float("nan")


def breaking(*sound: Any) -> Iterator[Any]:
    """Yield what is sound, then raise."""
    yield from sound
    raise KeyError("in the middle")


@pytest.fixture
def node() -> fl.Node:
    """A node in the middle of a small tree, appended out of preorder, that has anchors and fields."""
    root = fl.Forest().plant("t", "Root.", score=1).root.anchor("norm")
    middle, _ = root.then("Middle.", role="user"), root.then("Last.")
    middle.then("Leaf.").anchor("choice")
    return middle


def test_then_adds_one_and_returns_it(node: fl.Node) -> None:
    """`then` adds a node below, after those that are there, and returns it."""
    added = node.then("New.", score=2)
    assert (added.text, added.level, added.parent, added["score"]) == ("New.", 2, node, 2)
    assert [child.text for child in node.children()] == ["Leaf.", "New."]


def test_branch_adds_several_side_by_side(node: fl.Node) -> None:
    """`branch` adds nodes side by side and returns them in order; without texts it adds none."""
    one, two = node.branch("One.", "Two.")
    assert [child.text for child in node.children()] == ["Leaf.", "One.", "Two."]
    assert (one.parent, two.parent) == (node, node)
    assert node.branch() == ()


def test_chain_adds_each_below_the_last(node: fl.Node) -> None:
    """`chain` adds each text below the one before and returns the last node; without texts it returns this one."""
    last = node.chain(f"Step {number}." for number in range(1_000))
    assert (last.level, last.text, last.path()[1]) == (1_001, "Step 999.", node)
    assert node.chain([]) == node


def test_extend_adds_a_subtree(node: fl.Node) -> None:
    """`extend` adds many nodes at once, by their levels in the tree, with anchors beside them, and returns them."""
    added = node.extend(["A.", "B.", "C.", "D."], [2, 3, 4, 2], ["x", None, ["y", "z"], []])
    assert isinstance(added, Nodes)
    assert [one.level for one in added] == [2, 3, 4, 2]
    assert [one.anchors for one in added] == [("x",), (), ("y", "z"), ()]
    assert [one.parent.text for one in added] == ["Middle.", "A.", "B.", "Middle."]  # type: ignore[union-attr]
    assert list(node.extend([])) == []


def test_anchor_marks_and_returns_the_node(node: fl.Node) -> None:
    """`anchor` marks phrases in their order and returns the node; without phrases it marks none."""
    assert node.anchor("x", "y").anchor().anchor("z") is node
    assert node.anchors == ("x", "y", "z")


def test_added_nodes_are_a_sequence(node: fl.Node) -> None:
    """What `extend` returns is a sequence: length, places from both ends, slices, membership."""
    added = node.extend(["A.", "B.", "C."])
    assert (len(added), added[0].text, added[-1].text) == (3, "A.", "C.")
    assert [one.text for one in added[1:]] == ["B.", "C."]
    assert added[2] in added
    assert node not in added
    assert added.index(added[1]) == 1
    with pytest.raises(IndexError):
        added[3]


@given(tree=st.from_type(fl.Tree), data=st.data())
def test_handles_of_one_node_are_one(tree: fl.Tree, data: st.DataObject) -> None:
    """Two handles are equal and hash alike exactly when they mean one node, also after the tree has grown."""
    first, second = list(tree), list(tree)
    data.draw(st.sampled_from(first)).then("New.")
    third = [node for node in tree if node in set(first)]
    assert first == second
    assert sorted(map(hash, first)) == sorted(map(hash, second)) == sorted(map(hash, third))
    assert len(set(first + second + third)) == len(first)
    assert all(one != other for place, one in enumerate(first) for other in second[:place])


def test_handles_of_different_trees_differ() -> None:
    """Nodes of two trees differ, however alike the trees are, and a node is not its text."""
    one, other = fl.Tree("t", "Root."), fl.Tree("t", "Root.")
    assert one.root != other.root
    assert one.root != "Root."
    assert one.root not in other
    assert one.root in one


def test_a_handle_survives_growing(node: fl.Node) -> None:
    """A handle means the same node however the tree grows, while its number follows preorder."""
    assert node.tree[3].text == "Last."
    last = node.tree[3]
    node.then("New.").then("Below it.")
    assert (last.text, last.number, last == node.tree[5]) == ("Last.", 5, True)


def test_a_pickled_handle_carries_its_forest(node: fl.Node) -> None:
    """A handle out of a pickle means the same node in an equal forest; two of one pickle share it."""
    one, other = pickle.loads(pickle.dumps((node, node.parent)))  # noqa: S301 — our own bytes
    assert (one.text, one.number, one.anchors, one.fields) == (node.text, node.number, node.anchors, node.fields)
    assert one.tree.forest == node.tree.forest
    assert one.tree in one.tree.forest
    assert one.parent == other


def test_a_copied_handle_is_the_handle(node: fl.Node) -> None:
    """A shallow copy of a handle is the same handle; a deep one means the same node of a copied forest."""
    assert copy.copy(node) == node
    deep = copy.deepcopy(node)
    assert (deep.text, deep.number) == (node.text, node.number)
    assert deep != node
    assert deep.tree.forest is None or deep.tree in deep.tree.forest


@given(tree=st.from_type(fl.Tree))
def test_relatives_agree(tree: fl.Tree) -> None:
    """Parent, children, level, path, leaf and the nodes below say the same shape."""
    for node in tree:
        children = node.children()
        assert all(child.parent == node and child.level == node.level + 1 for child in children)
        assert node.is_leaf == (not children)
        assert node.path() == ((*node.parent.path(), node) if node.parent else (node,))
        assert list(node.nodes()) == [node, *(below for child in children for below in child.nodes())]
        assert len(node.path()) == node.level + 1


def test_a_repr_says_where_the_node_stands(node: fl.Node) -> None:
    """The repr says number, tree, level and the beginning of the text; str is the text itself."""
    assert repr(node) == "<Node 1 of 't', level 1: 'Middle.'>"
    assert str(node.then("word " * 100)) == "word " * 100
    assert len(repr(node.then("word " * 100))) < 100


def test_nodes_are_asked_at_depth(chain: fl.Tree, comb: fl.Tree, depth: int) -> None:
    """Handles answer at any depth: path, nodes below, children, number, repr, pickle."""
    for tree in (chain, comb):
        node = tree[depth]
        assert (node.level, node.number, len(node.path())) == (depth, depth, depth + 1)
        assert sum(1 for _ in tree.root.nodes()) == len(tree)
        assert node.parent == tree[depth - 1]
        assert f"level {depth}" in repr(node)
        assert pickle.loads(pickle.dumps(node)).text == node.text  # noqa: S301 — our own bytes
        assert node.then("Deeper.").level == depth + 1


BAD: list[Any] = [
    pytest.param(lambda node: node.then(""), TextError, id="then: blank"),
    pytest.param(lambda node: node.then("Sound.", score=NAN), FieldError, id="then: NaN"),
    pytest.param(lambda node: node.then("Sound.", label=1, score={1}), FieldError, id="then: second field"),
    pytest.param(lambda node: node.then("Sound.", level=1), FieldError, id="then: level"),
    pytest.param(lambda node: node.then(), TypeError, id="then: nothing"),
    pytest.param(lambda node: node.branch("Sound.", " "), TextError, id="branch: blank"),
    pytest.param(lambda node: node.branch(["A.", "B."]), TextError, id="branch: list"),
    pytest.param(lambda node: node.branch("Sound.", "bad \udc80"), TextError, id="branch: surrogate"),
    pytest.param(lambda node: node.chain(["Sound.", None]), TextError, id="chain: None"),
    pytest.param(lambda node: node.chain(breaking("Sound.")), KeyError, id="chain: raises"),
    pytest.param(lambda node: node.chain("Sound."), (ForestlibError, TypeError), id="chain: letters of a text"),
    pytest.param(lambda node: node.chain(None), (ForestlibError, TypeError), id="chain: none"),
    pytest.param(lambda node: node.extend(breaking("Sound.")), KeyError, id="extend: raises"),
    pytest.param(lambda node: node.extend("Sound."), (ForestlibError, TypeError), id="extend: letters of a text"),
    pytest.param(lambda node: node.extend(["A.", "B."], breaking(2)), KeyError, id="extend: levels raise"),
    pytest.param(lambda node: node.extend(["A.", "B."], anchors=breaking("x")), KeyError, id="extend: anchors raise"),
    pytest.param(lambda node: node.extend(["A.", "B."], [2]), LevelError, id="extend: too few levels"),
    pytest.param(lambda node: node.extend(["A."], [2, 3]), LevelError, id="extend: too many levels"),
    pytest.param(lambda node: node.extend(["A."], [1]), LevelError, id="extend: beside itself"),
    pytest.param(lambda node: node.extend(["A."], [3]), LevelError, id="extend: too deep"),
    pytest.param(lambda node: node.extend(["A.", "B."], [2, 4]), LevelError, id="extend: jump"),
    pytest.param(lambda node: node.extend(["A.", "B."], [2, -1]), LevelError, id="extend: negative"),
    pytest.param(lambda node: node.extend(["A."], [2.0]), LevelError, id="extend: level with a point"),
    pytest.param(lambda node: node.extend(["A."], ["2"]), LevelError, id="extend: level in words"),
    pytest.param(lambda node: node.extend(["A."], "2"), LevelError, id="extend: levels in words"),
    pytest.param(lambda node: node.extend(["A."], b"\x02"), LevelError, id="extend: one byte"),
    pytest.param(lambda node: node.extend(["A."], b"\x02\x00\x00\x00"), LevelError, id="extend: bytes"),
    pytest.param(lambda node: node.extend(["A."], [10**30]), LevelError, id="extend: huge level"),
    pytest.param(lambda node: node.extend(["A."], [None]), LevelError, id="extend: no level"),
    pytest.param(lambda node: node.extend(["A."], 2), (ForestlibError, TypeError), id="extend: a level alone"),
    pytest.param(lambda node: node.extend(["A."], anchors=[]), AnchorError, id="extend: too few anchors"),
    pytest.param(lambda node: node.extend(["A."], anchors=["x", "y"]), AnchorError, id="extend: too many anchors"),
    pytest.param(lambda node: node.extend(["A."], anchors=[7]), AnchorError, id="extend: anchor of a number"),
    pytest.param(lambda node: node.extend(["A."], anchors=[["x", ""]]), AnchorError, id="extend: blank anchor"),
    pytest.param(
        lambda node: node.extend(["A.", "B."], [2, 4], ["x", "y"]), LevelError, id="extend: jump with anchors"
    ),
    pytest.param(
        lambda node: node.extend(["A.", "B."], anchors="xy"), (ForestlibError, TypeError), id="extend: letters"
    ),
    pytest.param(lambda node: node.extend(["A."], anchors=7), (ForestlibError, TypeError), id="extend: no anchors"),
    pytest.param(lambda node: node.anchor("x", ""), AnchorError, id="anchor: blank"),
    pytest.param(lambda node: node.anchor("x", ["y"]), AnchorError, id="anchor: list"),
    pytest.param(lambda node: node.anchor("x", "\ud800"), AnchorError, id="anchor: surrogate"),
]


@pytest.mark.parametrize(("verb", "error"), BAD)
def test_a_bad_argument_changes_nothing(
    node: fl.Node, verb: Callable[[fl.Node], Any], error: Any, content: Callable[[Any], Any]
) -> None:
    """Arguments are checked before anything changes: after an error, tree and forest are what they were."""
    forest = node.tree.forest
    forest.anchors  # noqa: B018 — a table that is kept must not be changed either
    before = content(forest)
    with pytest.raises(error):
        verb(node)
    assert content(forest) == before
    assert [one.text for one in node.tree] == ["Root.", "Middle.", "Leaf.", "Last."]
    assert node.then("Still sound.").number == 3


def test_a_level_is_a_number_and_no_truth() -> None:
    """True is no level, although Python counts it as 1."""
    root = fl.Tree("t", "Root.").root
    with pytest.raises(LevelError):
        root.extend(["A."], [True])
    assert len(root.tree) == 1


def test_a_generator_may_grow_the_tree_that_it_extends() -> None:
    """Texts, levels and anchors may come from generators that append to the same tree: nothing is mixed up."""
    for grows in ("texts", "levels", "anchors"):
        tree = fl.Tree("t", "Root.")
        values = {"texts": ["Added."], "levels": [1], "anchors": ["choice"]}

        def growing(tree: fl.Tree = tree, value: Any = values[grows][0]) -> Iterator[Any]:
            tree.root.then("Came first.").then("Below it.")
            yield value

        [added] = tree.root.extend(**values | {grows: growing()})  # type: ignore[arg-type]
        assert (added.text, added.anchors, added.parent) == ("Added.", ("choice",), tree.root)
        assert [node.text for node in tree] == ["Root.", "Came first.", "Below it.", "Added."]


def test_building_grows_with_the_nodes(ratio: Callable[..., float]) -> None:
    """A call a node, or all at once: twice the nodes take at most three times the time."""

    def one_by_one(count: int) -> None:
        node = fl.Tree("t", "Root.").root
        for _ in range(count):
            node = node.then("A step.").anchor("choice")

    def at_once(count: int) -> None:
        fl.Tree("t", "Root.").root.extend(["A step."] * count, anchors=["choice"] * count)

    for build in (one_by_one, at_once):
        assert ratio(lambda build=build: build(40_000), lambda build=build: build(20_000)) < 3


@pytest.mark.parametrize("question", ["children", "is_leaf", "anchors", "fields", "parent"])
def test_a_search_grows_with_its_tree(question: str, ratio: Callable[..., float]) -> None:
    """A loop that appends and asks about the new node, as a tree search does, is linear and not quadratic."""

    def search(count: int) -> None:
        node = fl.Tree("t", "Root.").root
        for _ in range(count):
            node = node.then("A step.")
            found = getattr(node, question)
            if callable(found):
                found()

    assert ratio(lambda: search(1_200), lambda: search(600)) < 3


@pytest.mark.parametrize("question", ["number", "__repr__"])
def test_a_chain_that_is_asked_while_it_grows_stays_linear(question: str, ratio: Callable[..., float]) -> None:
    """A loop that appends in preorder and asks for the new node's number or shows it is linear and not quadratic."""

    def grow(count: int) -> None:
        node = fl.Tree("t", "Root.").root
        for _ in range(count):
            node = node.then("A step.")
            found = getattr(node, question)
            if callable(found):
                found()

    assert ratio(lambda: grow(1_200), lambda: grow(600)) < 3


def test_paths_of_a_growing_tree_stay_linear(ratio: Callable[..., float]) -> None:
    """A loop that appends anywhere and asks for the new node's path takes the time of the paths, not of the tree."""

    def grow(count: int) -> None:
        nodes = [fl.Tree("t", "Root.").root]
        for place in range(count):
            nodes.append(nodes[place // 2].then("A step."))
            assert len(nodes[-1].path()) == nodes[-1].level + 1

    assert ratio(lambda: grow(2_400), lambda: grow(1_200)) < 3


def test_a_path_is_the_same_however_it_is_found() -> None:
    """A path is the same from the parents, while the tree grows, and from the preorder, once that is known."""
    tree = fl.Tree("t", "Root.")
    first = tree.root.then("One.").then("Two.")
    tree.root.then("Aside.")
    last = first.then("Three.")
    before = last.path()
    tree.preorder()
    assert before == last.path()
    assert [node.text for node in before] == ["Root.", "One.", "Two.", "Three."]
