"""Axes, frames, and weights over them."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import ForestlibError, UnknownAxisError, WeightsError
from forestlib.model.weights import checked_weights, shares

KEYS = [axis.key for axis in fl.frames.thinking()]


def test_the_built_in_frame_has_two_languages() -> None:
    """The frame of thinking holds five axes and three sub-axes, each with a name in English and Russian."""
    frame = fl.frames.thinking()
    assert KEYS[:5] == ["causality", "empathy", "uncertainty", "paradox", "transition"]
    assert len(frame) == len(list(frame)) == 8
    assert [axis.key for axis in frame["transition"].sub] == ["ontology", "religion", "simulation"]
    assert all(axis.names.keys() == {"en", "ru"} for axis in frame)
    assert fl.frames.thinking("ru") == frame
    assert "эмпатия" in repr(fl.frames.thinking("ru"))
    assert "empathy" in repr(frame)


@pytest.mark.parametrize(
    "name", ["empathy", "эмпатия", "Эмпатия", " EMPATHY ", "симуляция", "inference under uncertainty"]
)
def test_an_axis_is_found_by_key_or_name(name: str) -> None:
    """An axis is found by its key and by its name in any language, folded as anchors are; sub-axes too."""
    frame = fl.frames.thinking()
    assert name in frame
    assert name.strip().lower() in (frame[name].key, *frame[name].names.values())


@pytest.mark.parametrize(
    ("name", "nearest"), [("empaty", "empathy"), ("эмпати", "эмпатия"), ("zzz", None), (7, None), (None, None)]
)
def test_an_unknown_axis_gets_the_nearest(name: object, nearest: str | None) -> None:
    """An axis that the frame lacks is an error that names the nearest right one in its own language."""
    with pytest.raises(UnknownAxisError, match="No axis named") as caught:
        fl.frames.thinking()[name]  # type: ignore[index]
    assert caught.value.nearest == nearest
    assert name not in fl.frames.thinking()


def test_a_name_falls_back_to_the_key() -> None:
    """An axis shows its name in a language, or its key where it has none."""
    axis = fl.Axis("ethics", {"ru": "мораль"})
    assert (axis.name("ru"), axis.name("de"), axis.name()) == ("мораль", "ethics", "ethics")


def test_axes_are_values() -> None:
    """Axes of the same key, names and sub-axes are equal and hash alike; a name more makes another axis."""
    one, other = (fl.Axis("worlds", {"ru": "миры"}, [fl.Axis("religion")]) for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    assert one != fl.Axis("worlds", {"ru": "миры"})
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 — our own bytes


def test_a_frame_is_a_value() -> None:
    """Extending a frame makes a new one; frames compare by their axes in order and cannot be hashed."""
    frame = fl.Frame([fl.Axis("a")])
    longer = frame.extended([fl.Axis("b")])
    assert (len(frame), len(longer)) == (1, 2)
    assert longer == fl.Frame([fl.Axis("a"), fl.Axis("b")]) != fl.Frame([fl.Axis("b"), fl.Axis("a")])
    assert pickle.loads(pickle.dumps(longer)) == longer  # noqa: S301 — our own bytes
    with pytest.raises(TypeError):
        hash(frame)


@pytest.mark.parametrize(
    "making",
    [
        pytest.param(lambda: fl.Axis(""), id="blank key"),
        pytest.param(lambda: fl.Axis(7), id="key of a number"),
        pytest.param(lambda: fl.Axis("two\nlines"), id="key of two lines"),
        pytest.param(lambda: fl.Axis("a", {"ru": " "}), id="blank name"),
        pytest.param(lambda: fl.Axis("a", {"ru": 7}), id="name of a number"),
        pytest.param(lambda: fl.Axis("a", {7: "имя"}), id="language of a number"),
        pytest.param(lambda: fl.Axis("a", "ru"), id="names of a string"),
        pytest.param(lambda: fl.Axis("a", sub=["b"]), id="sub of strings"),
        pytest.param(lambda: fl.Axis("a", sub="bc"), id="sub of a string"),
        pytest.param(lambda: fl.Axis("a", sub=[fl.Axis("b", sub=[fl.Axis("c")])]), id="sub of sub"),
        pytest.param(lambda: fl.Frame([fl.Axis("a"), fl.Axis("A")]), id="a key twice"),
        pytest.param(lambda: fl.Frame([fl.Axis("a"), fl.Axis("b", {"ru": "a"})]), id="a key as name"),
        pytest.param(lambda: fl.Frame([fl.Axis("a", sub=[fl.Axis("a")])]), id="a key as sub-key"),
        pytest.param(lambda: fl.Frame([fl.Axis("a")] * 2), id="an axis twice"),
        pytest.param(lambda: fl.Frame([*[axis := fl.Axis("a")], axis]), id="the same axis twice"),
        pytest.param(lambda: fl.Frame(["a"]), id="frame of strings"),
        pytest.param(lambda: fl.Forest(axes=["causality"]), id="forest of axis names"),
        pytest.param(lambda: fl.Forest(axes="causality"), id="forest of one axis name"),
    ],
)
def test_a_bad_axis_is_said(making: Callable[[], object]) -> None:
    """An axis or frame that cannot be is an error of ours where it is made, with what would be right."""
    with pytest.raises(ForestlibError):
        making()


def test_own_axes_replace_the_built_in_ones() -> None:
    """A forest takes a frame, or a list of axes; weights are over those alone, also where there is none."""
    own = [fl.Axis("ethics", {"ru": "мораль"}), fl.Axis("law")]
    for axes in (own, iter(own), fl.Frame(own)):
        assert fl.Forest(axes=axes).plant("t", "A thought.", {"мораль": 30, "law": 70}).axes == {
            "ethics": 0.3,
            "law": 0.7,
        }
    with pytest.raises(UnknownAxisError, match="Known: 'ethics', 'мораль', 'law'"):
        fl.Forest(axes=own).plant("t", "A thought.", ["causality"])
    assert fl.Forest(axes=[]).plant("t", "A thought.").axes == {}


@given(counts=st.dictionaries(st.sampled_from(KEYS), st.integers(1, 1_000), min_size=1), percent=st.booleans())
def test_weights_are_shares(counts: dict[str, int], percent: bool) -> None:
    """Weights that sum to 1 or to 100 give shares that sum to 1, by key, in the frame's order."""
    whole = sum(counts.values())
    weights = {key: count / whole * (100 if percent else 1) for key, count in counts.items()}
    found = shares(checked_weights(weights), fl.frames.thinking())
    assert list(found) == [key for key in KEYS if key in counts]
    assert sum(found.values()) == pytest.approx(1)
    assert found == pytest.approx({key: count / whole for key, count in counts.items()})


def test_a_list_is_equal_shares() -> None:
    """A list of axes, by key or by name, is equal weights; none at all is no weight."""
    forest = fl.Forest()
    assert forest.plant("a", "A thought.", ["эмпатия", "causality"]).axes == {"causality": 0.5, "empathy": 0.5}
    assert forest.plant("b", "A thought.").axes == forest.plant("c", "A thought.", []).axes == {}


@pytest.mark.parametrize(
    "axes",
    [
        pytest.param({"causality": 0.8, "empathy": 0.3}, id="sum of 1.1"),
        pytest.param({"causality": 50}, id="sum of 50"),
        pytest.param({"causality": 0}, id="sum of 0"),
        pytest.param({"causality": 1.5, "empathy": -0.5}, id="negative"),
        pytest.param({"causality": float("nan")}, id="NaN"),
        pytest.param({"causality": float("inf")}, id="infinite"),
        pytest.param({"causality": True}, id="true"),
        pytest.param({"causality": "1"}, id="string"),
        pytest.param({"causality": None}, id="none"),
        pytest.param({"causality": 10**400}, id="huge"),
        pytest.param({"causality": 10**5000}, id="too huge to be said"),
        pytest.param({7: 1}, id="key of a number"),
        pytest.param({"causality": 50, "причинность": 50}, id="one axis under two names"),
        pytest.param(["causality", "causality"], id="twice"),
        pytest.param(["causality", "Causality"], id="twice in two spellings"),
        pytest.param([7], id="list of numbers"),
        pytest.param([["causality"]], id="list of lists"),
        pytest.param("causality", id="a string"),
        pytest.param(7, id="a number"),
        pytest.param({"causality": 1, "empathy": {}}, id="nested"),
    ],
)
def test_weights_that_are_no_shares_are_an_error(axes: object) -> None:
    """Whatever is no share of a whole is a `WeightsError`, and no tree is planted."""
    forest = fl.Forest()
    with pytest.raises(WeightsError):
        forest.plant("t", "A thought.", axes)  # type: ignore[arg-type]
    assert (len(forest), forest.revision) == (0, fl.Forest().revision)


def test_the_order_of_a_set_is_no_order() -> None:
    """A set has no order that two processes share: as axes or aliases it is refused, or put in order."""
    names = {f"axis {number}" for number in range(50)}
    forest = fl.Forest(axes=[fl.Axis(name) for name in sorted(names)])
    try:
        written = forest.plant("t", "A thought.", names).rows().axes  # type: ignore[arg-type]
    except WeightsError:
        written = sorted(names)
    assert written == sorted(names)


def test_a_tree_outside_a_forest_has_weights_by_name() -> None:
    """A tree that stands in no forest shows its weights by the names that it was given, as shares."""
    assert fl.Tree("t", "A thought.", {"эмпатия": 20, "own": 80}).axes == {"эмпатия": 0.2, "own": 0.8}


def test_weights_do_not_follow_the_mapping_that_they_came_from() -> None:
    """Changing the mapping or list after planting changes no tree, and what `axes` gives can be changed freely."""
    weights, forest = {"causality": 1.0}, fl.Forest()
    tree = forest.plant("t", "A thought.", weights)
    weights["causality"] = 7.0
    dict(tree.axes).clear()
    assert tree.axes == {"causality": 1.0}
    assert forest.copy()["t"].axes == {"causality": 1.0}


def test_another_frame_is_taken_where_it_holds_the_axes_in_use(forest: fl.Forest) -> None:
    """A forest takes another frame that holds all axes that its trees have; else it is an error and keeps its own."""
    before, own = list(forest.frame), fl.Frame([fl.Axis("own"), *fl.frames.thinking().axes])
    with pytest.raises(UnknownAxisError):
        forest.take_frame(fl.Frame([fl.Axis("causality")]))
    assert list(forest.frame) == before
    assert forest.take_frame(own) == forest.frame == own
    assert forest["justice"].axes == {"causality": 0.8, "empathy": 0.2}
    assert forest.plant("new", "A text.", ["own"]).axes == {"own": 1.0}
