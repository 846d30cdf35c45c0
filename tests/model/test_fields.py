"""Node fields: what may be kept beside a text, and that it is kept whatever way it is stored."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import FieldError, UnknownNodeError
from forestlib.model.fields import RESERVED, Fields, checked_fields

puts = st.lists(st.tuples(st.integers(0, 200), st.sampled_from("ab"), st.none() | st.integers(0, 3)), max_size=300)


def nested(depth: int) -> list[Any]:
    """Return a list in a list in a list, `depth` deep."""
    found: list[Any] = []
    for _ in range(depth):
        found = [found]
    return found


@given(puts=puts)
def test_fields_are_a_dict_by_node_and_name(puts: list[tuple[int, str, Any]]) -> None:
    """Fields answer as a dict by (node, name) would, whether few nodes have one or many, put in any order."""
    fields, expected = Fields(), dict[tuple[int, str], Any]()
    for index, name, value in puts:
        fields.put(index, name, value)
        expected[index, name] = value
    for index in range(201):
        assert fields.of(index) == {name: expected[index, name] for name in "ab" if (index, name) in expected}
        assert [fields.get(index, name, "none") for name in "ab"] == [
            expected.get((index, name), "none") for name in "ab"
        ]
    for name in "ab":
        assert list(fields.items(name)) == sorted(
            (index, value) for (index, one), value in expected.items() if one == name
        )


@given(values=st.dictionaries(st.integers(0, 99), st.integers(), max_size=99), more=puts)
def test_many_at_once_are_the_same_as_one_by_one(values: dict[int, int], more: list[tuple[int, str, Any]]) -> None:
    """Putting many values at once and then more gives what putting them one by one gives."""
    at_once, singly = Fields(), Fields()
    at_once.put_all("a", values, 100)
    for index, value in values.items():
        singly.put(index, "a", value)
    for fields in (at_once, singly):
        for index, name, value in more:
            fields.put(index, name, value)
    assert [list(at_once.items(name)) for name in "ab"] == [list(singly.items(name)) for name in "ab"]


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_a_node_keeps_its_own_names(name: str) -> None:
    """Level, text and anchors belong to the node itself: no field is called so."""
    with pytest.raises(FieldError, match=f"'{name}'"):
        checked_fields({name: 1})


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(float("nan"), id="NaN"),
        pytest.param(float("inf"), id="infinite"),
        pytest.param([{"a": (1, float("-inf"))}], id="infinite inside"),
        pytest.param({1, 2}, id="set"),
        pytest.param(b"bytes", id="bytes"),
        pytest.param(object(), id="object"),
        pytest.param({1: "a"}, id="key of a number"),
        pytest.param({"a": {None: "a"}}, id="key of none inside"),
        pytest.param(1j, id="complex"),
        pytest.param(print, id="function"),
        pytest.param("\ud800", id="surrogate"),
        pytest.param({"a": ["b\udfff"]}, id="surrogate inside"),
        pytest.param({"\ud800": 1}, id="surrogate in a key"),
        pytest.param(10**5_000, id="number that JSON cannot say"),
        pytest.param(nested(5_000), id="deeper than JSON can be read"),
    ],
)
@pytest.mark.parametrize("verb", ["plant", "then"])
def test_what_no_file_can_say_is_refused(verb: str, value: Any, content: Callable[[fl.Forest], Any]) -> None:
    """A value that no JSON file can hold is an error where it is given, not where it is saved; nothing changes."""
    forest = fl.Forest()
    root = forest.plant("t", "A thought.").root
    before = content(forest)
    with pytest.raises(FieldError, match="'score'"):
        forest.plant("u", "Another.", score=value) if verb == "plant" else root.then("More.", label=1, score=value)
    assert content(forest) == before


def test_a_name_that_no_file_can_say_is_refused() -> None:
    """A field's name with a lone surrogate is an error as well."""
    with pytest.raises(FieldError):
        fl.Tree("t", "A thought.", **{"a\ud800": 1})


def test_a_value_that_holds_itself_is_refused() -> None:
    """A list that holds itself is an error, not a loop without end."""
    code = (
        "import forestlib as fl; held = []; held.append(held)\n"
        "try: fl.Tree('t', 'A thought.', score=held)\n"
        "except fl.errors.FieldError: print('refused')"
    )
    try:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=3)  # noqa: S603
    except subprocess.TimeoutExpired:
        pytest.fail("checking a list that holds itself does not end")
    assert done.stdout.strip() == "refused"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, None),
        (True, True),
        (10**30, 10**30),
        (-0.5, -0.5),
        ("«ё»\x00\u2028", "«ё»\x00\u2028"),
        ((1, (2, 3)), [1, [2, 3]]),
        (nested(200), nested(200)),
        ({"": {}, "a": []}, {"": {}, "a": []}),
    ],
    ids=repr,
)
def test_what_is_kept_comes_back_from_a_file(given: Any, kept: Any, tmp_path: Path) -> None:
    """What is accepted is kept as JSON says it and comes back equal from a file."""
    forest = fl.Forest()
    forest.plant("t", "A thought.").root.then("More.", score=given)
    back = fl.load(forest.save(tmp_path / "f.jsonl"))
    assert back["t"][1]["score"] == kept
    assert type(back["t"][1]["score"]) is type(kept)
    assert back == forest


def test_a_value_given_is_a_value_taken() -> None:
    """Changing a list or mapping after it was given, or one that was asked for, changes no forest."""
    given = {"a": [1]}
    forest = fl.Forest()
    node = forest.plant("t", "A thought.", meta=given).root
    given["a"].append(2)
    node.fields.clear()
    assert node["meta"] == {"a": [1]}


def test_a_copied_forest_shares_no_values() -> None:
    """A forest's copy is its own: changing a value that was asked from the one is not seen in the other."""
    forest = fl.Forest()
    node = forest.plant("t", "A thought.", meta={"a": 1}).root
    forest.copy()["t"].root["meta"]["a"] = 2
    assert node["meta"] == {"a": 1}


def test_fields_are_asked_by_name() -> None:
    """`node[name]` gives a field or an error that lists the fields, `get` a default, `in` whether it is there."""
    node = fl.Tree("t", "A thought.", role="user", score=None).root
    assert (node["role"], node["score"], node.get("score", 1), node.get("label", 1)) == ("user", None, None, 1)
    assert node.fields == {"role": "user", "score": None}
    assert "role" in node
    assert "score" in node
    assert "label" not in node
    with pytest.raises(UnknownNodeError, match="Its fields: 'role', 'score'"):
        node["label"]


def test_a_node_is_no_list() -> None:
    """Iterating over a node is an error and not an empty list: it has fields, children and nodes, each by name."""
    with pytest.raises(TypeError):
        list(fl.Tree("t", "A thought.", role="user").root)  # type: ignore[call-overload]


def test_a_field_of_a_tree_is_by_number() -> None:
    """`tree.field` gives one field of all nodes by preorder number, whatever the order of appending."""
    tree = fl.Tree("t", "A thought.")
    first, _ = tree.root.then("First.", score=1), tree.root.then("Last.", score=3)
    first.then("Between.", score=2)
    assert tree.field("score") == {1: 1, 3: 3, 2: 2}
    assert tree.field("label") == {}


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"score": {0: float("nan")}}, id="NaN"),
        pytest.param({"score": {2: 1}}, id="beyond the nodes"),
        pytest.param({"score": {-1: 1}}, id="before the nodes"),
        pytest.param({"text": {0: "another text"}}, id="a name of the node's own"),
        pytest.param({"level": {1: 7}}, id="the level"),
        pytest.param({"score": {0: "\ud800"}}, id="surrogate"),
    ],
)
def test_fields_from_rows_are_checked_too(fields: dict[str, dict[int, Any]]) -> None:
    """An importer's rows are checked as code is: a field that cannot be kept is an error before there is a tree."""
    with pytest.raises(FieldError):
        fl.Tree.from_rows(fl.TreeRows("t", [0, 1], ["A thought.", "More."], fields=fields))


def test_a_field_of_every_node_is_kept_at_depth(depth: int) -> None:
    """A field that every node has, or only the last, is kept at any depth."""
    node = fl.Tree("t", "A thought.").root
    for level in range(1, depth + 1):
        node = node.then("More.", score=level)
    node.then("Last.", label="end")
    scores = node.tree.field("score")
    assert (len(scores), scores[depth], node.tree.field("label")) == (depth, depth, {depth + 1: "end"})
