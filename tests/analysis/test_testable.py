"""Testable trees, and the longest route: what a held-out split could test, and how far a forest reaches."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestlib.analysis.routes import longest_route, route
from forestlib.analysis.testable import testable as could_test
from forestlib.errors import NoRouteError
from forestlib.model.ground import Ground

Tied = Callable[..., Ground]


def test_a_tree_is_testable_where_an_anchor_has_a_third_tree(tied: Tied) -> None:
    """Two trees of an anchor are not enough, nor are three nodes of two trees; names come in order."""
    ground = tied({"c": ["x", "y"], "b": ["x"], "a": ["x"], "d": ["y", "y", "y"], "e": []})
    assert could_test(ground) == ("a", "b", "c")


@pytest.mark.parametrize("ground", [Ground(), Ground("one")])
def test_nothing_is_testable_in_an_empty_forest(ground: Ground) -> None:
    """Without trees, and without anchors, there is neither a testable tree nor a route."""
    assert (could_test(ground), longest_route(ground)) == ((), None)
    ground.plant("alone", "A thought.").root.anchor("x")
    assert (could_test(ground), longest_route(ground)) == ((), None)


@given(st.lists(st.lists(st.sampled_from("vwxyz"), max_size=2), max_size=7))
def test_the_longest_route_is_the_longest_of_all_routes(tied: Tied, marked: list[list[str]]) -> None:
    """Of the shortest routes between any two trees none takes more jumps."""
    ground = tied({f"t{place}": phrases for place, phrases in enumerate(marked)})
    found = []
    for one, other in combinations([tree.name for tree in ground], 2):
        try:
            found.append(route(ground, one, other).hops)
        except NoRouteError:
            continue
    longest = longest_route(ground)
    assert (longest.hops if longest else 0) == max(found, default=0)
    if longest:
        assert longest == route(ground, longest.trees[0], longest.trees[-1])


def test_the_longest_route_of_a_string_of_trees_is_the_string(tied: Tied) -> None:
    """Sweeps from end to end come upon the ends of a long island as well."""
    names = [f"t{number:04}" for number in range(1_000)]
    middle = names[500:] + names[:500]
    ground = tied({name: [f"a{int(name[1:])}", f"a{int(name[1:]) + 1}"] for name in middle})
    longest = longest_route(ground)
    assert longest is not None
    assert longest.trees == tuple(names)


def test_the_longest_route_does_not_hang_on_the_order_of_planting(tied: Tied) -> None:
    """Of routes of equal length it is that of the first names."""
    trees = {"b": ["x"], "a": ["x", "y"], "c": ["y"], "d": ["x"]}
    found = [longest_route(tied(dict(order))) for order in (trees.items(), reversed(trees.items()))]
    assert found[0] == found[1]
    assert str(found[0]) == "b → *x* → a → *y* → c"
