"""What a report says of stitching: hubs, lone anchors, accidental touches, the longest route, testable trees."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.analysis.report import Report, report
from forestlib.model.ground import Ground


@pytest.fixture
def tied_report() -> Report:
    """A report on ten trees: two islands but for the hub that ties nine of them, counted by hand."""
    ground = Ground("ten")
    for number in range(10):
        axes = {"causality": 0.5, "empathy": 0.5} if number < 4 else ["paradox"]
        root = ground.plant(f"t{number}", "A root.", axes).root
        if number < 9:
            root.anchor("premise → conclusion")
        if number < 4:
            root.then("A step.").anchor("grey sand")
        if 3 <= number < 6:
            root.anchor("old river")
        if number == 7:
            root.anchor("only here")
    return report(ground)


def test_hubs_are_listed_with_their_trees(tied_report: Report) -> None:
    """An anchor in most trees is a hub; the trees that nothing else ties touch by accident."""
    assert tied_report.hubs == {"premise → conclusion": 9}
    assert tied_report.accidental == ("t6", "t7", "t8")


def test_an_anchor_at_one_node_is_alone(tied_report: Report) -> None:
    """Anchors that occur once are counted apart from those that occur in one tree."""
    assert tied_report.lone_anchors == 1
    assert (tied_report.anchors, tied_report.shared_anchors) == (4, 3)


def test_testable_trees_have_an_anchor_with_a_third_tree(tied_report: Report) -> None:
    """All but the tree alone."""
    assert tied_report.testable == tuple(f"t{number}" for number in range(9))


def test_the_longest_route_names_its_trees(tied_report: Report) -> None:
    """All trees of the hub are one jump apart; the route of the first names is said."""
    assert tied_report.longest_route == ("t0", "t1")
    assert report(Ground()).longest_route == ()


def test_each_island_of_several_trees_has_its_axis_mass(tied_report: Report) -> None:
    """The mass of the island is the sum of its trees' shares; trees alone have none of their own."""
    [mass] = tied_report.axis_mass_by_island
    assert {axis: share for axis, share in mass.items() if share} == {"causality": 2, "empathy": 2, "paradox": 5}
    assert tied_report.island_sizes == (9, 1)


def test_islands_are_balanced_apart(tied: Callable[..., Ground]) -> None:
    """Two islands have two columns, the larger first."""
    ground = tied({"a": ["x y"], "b": ["x y"], "c": ["z w"], "d": ["z w"], "e": ["z w"]})
    ground.plant("a", "A root.", ["paradox"], replace=True).root.anchor("x y")
    ground.plant("d", "A root.", ["causality"], replace=True).root.anchor("z w")
    masses = report(ground).axis_mass_by_island
    assert [{axis for axis, share in mass.items() if share} for mass in masses] == [{"causality"}, {"paradox"}]
    for shown in (str(report(ground)), report(ground)._repr_html_()):
        assert "island of 3" in shown
        assert "island of 2" in shown


def test_every_part_is_shown_and_is_json(tied_report: Report) -> None:
    """The table and the page name what there is of each, and the dict goes into JSON."""
    for shown in (str(tied_report), tied_report._repr_html_()):
        for said in (
            "hubs",
            "they tell little apart",
            "accidental",
            "lone anchors",
            "longest route",
            "testable trees",
        ):
            assert said in shown
    found = json.loads(json.dumps(tied_report.as_dict()))
    assert found["accidental"] == ["t6", "t7", "t8"]
    assert found["hubs"] == {"premise → conclusion": 9}


@given(st.from_type(fl.Forest), st.integers(0, 99))
def test_equal_forests_have_equal_reports(
    regrown: Callable[[fl.Tree, Random], fl.Tree], forest: fl.Forest, seed: int
) -> None:
    """In whatever order nodes were appended and marked, and after a copy."""
    twin = forest.copy()
    random = Random(seed)  # noqa: S311
    for tree in forest:
        twin.add(regrown(tree, random), replace=True)
    assert twin == forest
    assert report(twin) == report(forest)


@given(st.from_type(fl.Forest))
def test_the_order_of_planting_names_only_the_first(forest: fl.Forest) -> None:
    """Trees planted in another order give the same report, but for which of equals comes first."""
    twin = fl.Forest(forest.name)
    twin.declare(dict(forest.declared()))
    for tree in reversed(forest.trees):
        twin.add(tree.copy())
    found = [report(held).as_dict() for held in (forest, twin)]
    for held in found:
        held.pop("deepest")
        held["axis_mass_by_island"] = sorted(map(str, held["axis_mass_by_island"]))
    assert found[0] == found[1]


def test_a_report_grows_as_the_forest(tied: Callable[..., Ground], ratio: Callable[..., float]) -> None:
    """Twice the trees on one long island take at most three times the time."""
    grounds = [tied({f"t{n}": [f"a {n}", f"a {n + 1}"] for n in range(count)}) for count in (2_000, 4_000)]
    assert ratio(lambda: report(grounds[1]), lambda: report(grounds[0])) < 3
