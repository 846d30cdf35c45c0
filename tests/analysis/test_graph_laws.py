"""Laws of the tree-anchor graph, checked against networkx on any small forest."""

from __future__ import annotations

from collections.abc import Callable

import networkx as nx  # type: ignore[import-untyped, unused-ignore]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestlib.analysis.critical import critical_anchors
from forestlib.analysis.islands import islands
from forestlib.analysis.report import report
from forestlib.analysis.routes import route
from forestlib.errors import NoRouteError
from forestlib.model.ground import Ground

Marked = dict[str, list[str]]

forests = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=4), max_size=9).map(
    lambda marked: {f"tree {place}": phrases for place, phrases in enumerate(marked)}
)


def graph_of(marked: Marked) -> nx.Graph[tuple[str, str]]:
    """Return the tree-anchor graph of the forest that `tied` makes of the same phrases."""
    graph: nx.Graph[tuple[str, str]] = nx.Graph()
    for name, phrases in marked.items():
        graph.add_node(("tree", name))
        graph.add_edges_from((("tree", name), ("anchor", phrase)) for phrase in phrases)
    return graph


@given(forests)
def test_islands_are_connected_components(tied: Callable[..., Ground], marked: Marked) -> None:
    """The trees of each island are the trees of one connected component, and nothing is left over."""
    components = nx.connected_components(graph_of(marked))
    expected = {frozenset(name for kind, name in component if kind == "tree") for component in components}
    found = islands(tied(marked))
    assert {frozenset(island.trees) for island in found} == expected
    assert [len(island) for island in found] == sorted(map(len, expected), reverse=True)


@given(forests)
def test_critical_anchors_are_articulation_points(tied: Callable[..., Ground], marked: Marked) -> None:
    """The critical anchors are the articulation points among the anchors."""
    points = {name for kind, name in nx.articulation_points(graph_of(marked)) if kind == "anchor"}
    assert [anchor.key for anchor in critical_anchors(tied(marked))] == sorted(points)


@given(forests)
def test_losing_a_critical_anchor_makes_more_islands(tied: Callable[..., Ground], marked: Marked) -> None:
    """An anchor is critical if and only if the forest without it has more islands."""
    ground = tied(marked)
    critical = {anchor.key for anchor in critical_anchors(ground)}
    for phrase in ground.anchors:
        without = tied({name: [each for each in phrases if each != phrase] for name, phrases in marked.items()})
        assert (len(islands(without)) > len(islands(ground))) == (phrase in critical)


@given(forests, st.data())
def test_a_route_is_a_shortest_path(tied: Callable[..., Ground], marked: Marked, data: st.DataObject) -> None:
    """A route takes as many jumps as the shortest path, over anchors that both of their trees have."""
    if not marked:
        return
    one, other = (data.draw(st.sampled_from(sorted(marked))) for _ in range(2))
    graph = graph_of(marked)
    if not nx.has_path(graph, ("tree", one), ("tree", other)):
        with pytest.raises(NoRouteError):
            route(tied(marked), one, other)
        return
    found = route(tied(marked), one, other)
    assert 2 * found.hops == nx.shortest_path_length(graph, ("tree", one), ("tree", other))
    assert (found.trees[0], found.trees[-1]) == (one, other)
    for anchor, before, after in zip(found.anchors, found.trees, found.trees[1:], strict=False):
        assert anchor in marked[before]
        assert anchor in marked[after]


@given(forests, st.randoms(use_true_random=False))
def test_nothing_depends_on_the_order_of_planting_and_marking(
    tied: Callable[..., Ground], marked: Marked, random: object
) -> None:
    """The same trees, planted and marked in another order, give the same routes, critical anchors and counts."""
    names = list(marked)
    random.shuffle(names)  # type: ignore[attr-defined]
    one, other = tied(marked), tied({name: marked[name][::-1] for name in names})
    assert critical_anchors(one) == critical_anchors(other)
    ours, theirs = report(one).as_dict(), report(other).as_dict()
    assert ours | {"deepest": None} == theirs | {"deepest": None}
    for island in islands(one):
        assert route(one, island.trees[0], island.trees[-1]) == route(other, island.trees[0], island.trees[-1])
