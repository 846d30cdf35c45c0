"""Errors: one tree of them, drawn in the docstring; they say enough, never too much, and survive pickling."""

from __future__ import annotations

import builtins
import pickle
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib import errors
from forestlib.errors import FileError, ForestlibError, MissingExtraError, UnknownAxisError, UnknownNameError, shown

CLASSES = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, ForestlibError) and kind.__module__ == errors.__name__
]
HUGE = "x" * 10_000_000
LONGEST = 2_000


def drawn() -> dict[str, tuple[str, set[str]]]:
    """Return the tree of the docstring: each class's parent, and the builtins that stand beside it."""
    found: dict[str, tuple[str, set[str]]] = {"ForestlibError": ("Exception", set())}
    above = {-1: "ForestlibError"}
    for line in (errors.__doc__ or "").splitlines():
        row = re.match(r"\s*([│ ]*)[├└]── (\w+)((?: +[A-Z]\w*Error)*)", line)
        if row:
            depth = len(row[1]) // 4
            found[row[2]] = above[depth - 1], set(row[3].split())
            above[depth] = row[2]
    return found


def same(one: ForestlibError, other: ForestlibError) -> bool:
    """Return whether two errors say the same: class, message and facts."""
    return (type(one), str(one), one.args, one.facts) == (type(other), str(other), other.args, other.facts)


def test_the_docstring_draws_every_error() -> None:
    """The tree in the docstring holds every error class, and no other."""
    assert drawn().keys() == {kind.__name__ for kind in CLASSES}


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_an_error_stands_where_it_is_drawn(kind: type[ForestlibError]) -> None:
    """Each error inherits the one that it is drawn under, and the builtins that are drawn beside it."""
    parent, beside = drawn()[kind.__name__]
    bases = {base.__name__ for base in kind.__bases__}
    assert bases == {parent, *beside}
    assert all(issubclass(getattr(builtins, name), Exception) for name in beside)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_can_be_caught_by_a_builtin(kind: type[ForestlibError]) -> None:
    """Each error but the root is also caught by a builtin that a Python programmer would name."""
    caught = {base for base in kind.__mro__ if base.__module__ == "builtins"} - {Exception, BaseException, object}
    assert bool(caught) == (kind is not ForestlibError)


def test_all_names_are_listed() -> None:
    """`errors.__all__` lists every error, the warning, and nothing that is not there."""
    assert set(errors.__all__) == {kind.__name__ for kind in CLASSES} | {"ForestlibWarning", "shown"}
    assert issubclass(errors.ForestlibWarning, UserWarning)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_pickles_with_its_facts(kind: type[ForestlibError], protocol: int) -> None:
    """An error comes out of a pickle as it went in: class, message and every fact as an attribute."""
    error = kind("Нет «оси» {x}.", axis="ось", number=3, known=("a", "b"), nearest=None)
    twin = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301 — our own bytes
    assert same(error, twin)
    assert (twin.axis, twin.number, twin.known, twin.nearest) == ("ось", 3, ("a", "b"), None)


@pytest.mark.parametrize(
    "error",
    [
        UnknownAxisError.among("histroy", ["history"]),
        FileError.at("ethics.jsonl", "no text", line=42, where="nodes[3].text"),
        MissingExtraError.of("pyarrow", "parquet", "Writing Parquet"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_that_are_made_by_name_pickle_as_well(error: ForestlibError) -> None:
    """What `among`, `at` and `of` make survives pickling too."""
    assert same(error, pickle.loads(pickle.dumps(error)))  # noqa: S301 — our own bytes


@pytest.mark.parametrize(
    "raising",
    [
        pytest.param(lambda: fl.Tree("t", lambda: "no text"), id="text"),
        pytest.param(lambda: fl.Forest()[lambda: 0], id="name"),
        pytest.param(lambda: fl.Tree("t", "a text").root.anchor(lambda: 0), id="phrase"),
        pytest.param(lambda: fl.Forest().linearize("text", seed=lambda: 0), id="seed"),
        pytest.param(lambda: fl.Forest().linearize(lambda: 0), id="serializer"),
    ],
)
def test_errors_about_what_cannot_be_pickled_cross_processes(raising: Callable[[], object]) -> None:
    """An error about a value that no pickle can hold (a function, an iterator) is pickled with its message."""
    with pytest.raises(ForestlibError) as caught:
        raising()
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 — our own bytes


def test_an_attribute_that_is_no_fact_is_missing() -> None:
    """Asking an error for a fact that it does not have is an `AttributeError`, as for any object."""
    with pytest.raises(AttributeError, match="weight"):
        _ = ForestlibError("No.", name="x").weight


def test_the_nearest_name_is_said() -> None:
    """An unknown name gets the nearest right one and the known ones, in the message and as facts."""
    error = UnknownAxisError.among("histroy", ["history", "mechanism"])
    assert str(error) == "No axis named 'histroy'. Did you mean 'history'? Known: 'history', 'mechanism'."
    assert (error.name, error.nearest, error.known) == ("histroy", "history", ("history", "mechanism"))


def test_nothing_is_guessed_where_nothing_is_near() -> None:
    """Without a name that is near, or for what is no string, nothing is guessed; without any name, that is said."""
    assert str(UnknownAxisError.among("zzz", ["history"])) == "No axis named 'zzz'. Known: 'history'."
    assert str(UnknownAxisError.among(7, ["history"])) == "No axis named 7. Known: 'history'."
    assert str(UnknownAxisError.among("zzz", [])) == "No axis named 'zzz'. No axis is known yet."


def test_only_the_first_names_are_listed() -> None:
    """Of many known names the first are listed and the rest counted; a hint stands last."""
    message = str(UnknownNameError.among("zzz", (f"name {number}" for number in range(1_000)), "Look at forest.trees."))
    assert message.endswith("'name 11' and 988 more. Look at forest.trees.")


def test_a_place_is_path_line_and_where() -> None:
    """A file's error begins with file and line, then says where in the record."""
    error = FileError.at("ethics.jsonl", "level 3 after level 1", line=42, where="nodes[3].level")
    assert str(error) == "ethics.jsonl:42: nodes[3].level: level 3 after level 1"
    assert (error.path, error.line, error.where, error.problem) == (
        "ethics.jsonl",
        42,
        "nodes[3].level",
        "level 3 after level 1",
    )


def test_a_missing_extra_says_how_to_get_it() -> None:
    """A package that is not there is named with the command that brings it."""
    assert "pip install 'forestlib[parquet]'" in str(MissingExtraError.of("pyarrow", "parquet", "Writing Parquet"))


@given(value=st.text() | st.binary() | st.lists(st.integers()) | st.floats(), limit=st.integers(1, 80))
def test_a_value_is_shown_on_one_short_line(value: object, limit: int) -> None:
    """Whatever the value, `shown` gives one line that grows with the limit and not with the value."""
    line = shown(value, limit)
    assert len(line.splitlines()) == 1
    assert len(line) <= 10 * limit + 2


class Unspeakable:
    """A value whose repr fails."""

    def __repr__(self) -> str:
        raise RuntimeError("no repr")


class Verbose:
    """A value whose repr is long and has many lines."""

    def __repr__(self) -> str:
        return "line\n" * 100_000


def nested(depth: int) -> list[object]:
    """Return a list in a list in a list, `depth` deep."""
    found: list[object] = []
    for _ in range(depth):
        found = [found]
    return found


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(10**5_000, id="huge number"),
        pytest.param(nested(100_000), id="deep list"),
        pytest.param(Unspeakable(), id="no repr"),
        pytest.param(Verbose(), id="many lines"),
        pytest.param({HUGE: HUGE}, id="huge dict"),
    ],
)
def test_showing_a_value_never_fails(value: object) -> None:
    """A value that Python itself cannot show (a huge number, a deep list, a broken repr) is still shown on one line."""
    line = shown(value)
    assert line
    assert len(line.splitlines()) == 1
    assert len(line) <= LONGEST


@pytest.mark.parametrize(
    "raising",
    [
        pytest.param(lambda: fl.Forest()[HUGE], id="forest[name]"),
        pytest.param(lambda: fl.Forest().plant("t", "a", axes={HUGE: 5}), id="plant(axes=dict)"),
        pytest.param(lambda: fl.Forest().plant("t", "a", axes=HUGE), id="plant(axes=str)"),
        pytest.param(lambda: fl.Forest().plant(f"{HUGE}\n{HUGE}", "a"), id="plant(name)"),
        pytest.param(lambda: fl.Forest().plant("t", [HUGE]), id="plant(text)"),
        pytest.param(lambda: fl.Forest().plant("t", HUGE + "\ud800"), id="plant(surrogate)"),
        pytest.param(lambda: fl.Forest().plant("t", "a", lang=[HUGE]), id="plant(lang)"),
        pytest.param(lambda: fl.Forest().plant("t", "a", score={HUGE}), id="plant(field)"),
        pytest.param(lambda: fl.Forest().plant("t", "a", **{HUGE: {1}}), id="plant(field name)"),
        pytest.param(lambda: fl.Forest().add(HUGE), id="add"),
        pytest.param(lambda: fl.Forest().anchor("choice", HUGE), id="anchor(aliases)"),
        pytest.param(lambda: fl.Tree("t", "a").root.anchor(HUGE + "\ud800"), id="node.anchor"),
        pytest.param(lambda: fl.Tree("t", "a").root[HUGE], id="node[field]"),
        pytest.param(lambda: fl.Tree(HUGE, HUGE).root["score"], id="node[field] of huge"),
        pytest.param(lambda: fl.Tree("t", "a")[HUGE], id="tree[number]"),
        pytest.param(lambda: fl.Tree("t", "a").root.extend([HUGE], [HUGE]), id="extend(levels)"),
        pytest.param(lambda: fl.Forest().linearize(HUGE), id="linearize(serializer)"),
        pytest.param(lambda: fl.Forest().linearize("text", **{HUGE: 1}), id="linearize(option)"),
        pytest.param(lambda: fl.Forest().linearize("text", seed=HUGE), id="linearize(seed)"),
        pytest.param(lambda: fl.Forest().linearize("text", size=HUGE), id="linearize(size)"),
        pytest.param(lambda: fl.Forest().linearize("text", style=HUGE), id="linearize(style)"),
        pytest.param(lambda: fl.Style(anchors=HUGE), id="Style"),
        pytest.param(lambda: fl.Words(HUGE, HUGE, "", "", "", ""), id="Words"),
        pytest.param(lambda: fl.Trail.of([HUGE]), id="Trail.of"),
        pytest.param(lambda: fl.serializer(HUGE + " ")(iter), id="serializer"),
    ],
)
def test_messages_stay_short(raising: Callable[[], object]) -> None:
    """A value of 10 MB makes no message of 10 MB: it is cut."""
    with pytest.raises(ForestlibError) as caught:
        raising()
    assert len(str(caught.value)) <= LONGEST


def test_messages_of_taken_names_stay_short() -> None:
    """A tree, an alias or a field list of huge names is cut in a message as well."""
    forest = fl.Forest()
    forest.plant(HUGE, "a")
    forest.anchor(HUGE, ["b"])
    for raising in (
        lambda: forest.plant(HUGE, "a"),
        lambda: forest.merge(forest.copy()),
        lambda: fl.Forest().add(forest[HUGE]),
        lambda: forest.anchor("c", [HUGE]),
        lambda: forest.anchor("b"),
        lambda: fl.Tree("t", "a", **{HUGE: 1}).root["score"],
    ):
        with pytest.raises(ForestlibError) as caught:
            raising()
        assert len(str(caught.value)) <= LONGEST
