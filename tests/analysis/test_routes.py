"""Routes: the fewest jumps, and the same ones in equal forests."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest

from forestlib.analysis.routes import Route, route
from forestlib.errors import NoRouteError, UnknownTreeError
from forestlib.model.ground import Ground

CHAIN = {"God": ["choice"], "suffering": ["choice", "intention"], "consciousness": ["intention"]}


def test_a_route_names_its_trees_and_the_anchors_between(tied: Callable[..., Ground]) -> None:
    """A route alternates trees and canonical anchors, and counts its jumps."""
    found = route(tied(CHAIN), "God", "consciousness")
    assert found == Route(("God", "suffering", "consciousness"), ("choice", "intention"))
    assert found.hops == 2
    assert str(found) == repr(found) == "God → *choice* → suffering → *intention* → consciousness"


def test_a_tree_leads_to_itself_without_a_jump(tied: Callable[..., Ground]) -> None:
    """The route from a tree to itself is that tree."""
    assert route(tied(CHAIN), "God", "God") == Route(("God",), ())


def test_of_equal_routes_the_first_by_name_then_by_key_is_taken(tied: Callable[..., Ground]) -> None:
    """Ties go by tree names in code point order, then by anchor keys, whatever was planted or marked first."""
    one = tied({"start": ["q", "p"], "zeta": ["p", "s"], "alpha": ["q", "p", "s", "r"], "end": ["s", "r"]})
    other = tied({"end": ["r", "s"], "alpha": ["s", "r", "p", "q"], "zeta": ["s", "p"], "start": ["p", "q"]})
    assert route(one, "start", "end") == route(other, "start", "end") == Route(("start", "alpha", "end"), ("p", "r"))


def test_between_islands_the_error_says_how_large_they_are_and_what_would_join_them(
    tied: Callable[..., Ground],
) -> None:
    """No route: the error names both trees and the sizes of their islands, says what to do, and pickles."""
    with pytest.raises(
        NoRouteError, match=r"'God' on one of 3 trees and 'sand' on one of 1 tree\. Mark one phrase"
    ) as caught:
        route(tied(CHAIN | {"sand": ["shore"]}), "God", "sand")
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert (again.one, again.other, again.sizes) == ("God", "sand", (3, 1))


def test_an_unknown_tree_is_named(tied: Callable[..., Ground]) -> None:
    """A typo in a tree's name says the nearest right one."""
    with pytest.raises(UnknownTreeError, match="Did you mean 'suffering'"):
        route(tied(CHAIN), "God", "sufering")


@pytest.mark.parametrize("trees", [2, 1_000, 20_000])
def test_a_route_of_any_length_is_found_and_its_repr_stays_short(tied: Callable[..., Ground], trees: int) -> None:
    """Long routes are found without recursion; their repr and page fold the middle, their str does not."""
    ground = tied({f"t{place}": [f"p{place}", f"p{place + 1}"] for place in range(trees)})
    found = route(ground, "t0", f"t{trees - 1}")
    assert found.hops == trees - 1
    assert str(found).count("→") == 2 * found.hops
    assert len(repr(found)) < 200
    assert len(found._repr_html_()) < 5_000


def test_the_page_of_a_route_escapes_every_text() -> None:
    """Names and phrases are text in HTML, never markup."""
    page = Route(("<script>", 'a"b'), ("<i>&</i>\n\x1b[31m",))._repr_html_()
    assert "<script" not in page
    assert "\x1b" not in page
    assert "&lt;i&gt;&amp;" in page
