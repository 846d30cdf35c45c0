"""Islands: which trees are tied together, and by which anchors."""

from __future__ import annotations

from collections.abc import Callable

from forestlib.analysis.islands import Island, islands
from forestlib.model.ground import Ground


def test_an_empty_forest_has_no_island() -> None:
    """Where there is no tree there is no island."""
    assert islands(Ground()) == ()


def test_a_tree_alone_is_an_island(tied: Callable[..., Ground]) -> None:
    """A tree that shares no anchor is an island of one tree, tied by nothing."""
    assert islands(tied({"sand": ["shore"], "rain": []})) == (Island(("sand",), ()), Island(("rain",), ()))


def test_the_largest_island_comes_first_and_ties_go_by_the_first_tree(tied: Callable[..., Ground]) -> None:
    """Islands stand by size, those of one size by the place of their first tree."""
    ground = tied({"a": ["x"], "b": ["y"], "c": ["z"], "d": ["x"], "e": ["y"], "f": ["z"], "g": ["z"]})
    assert [island.trees for island in islands(ground)] == [("c", "f", "g"), ("a", "d"), ("b", "e")]


def test_an_island_names_the_anchors_that_tie_it(tied: Callable[..., Ground]) -> None:
    """The anchors of an island are those in two or more of its trees, in their canonical texts, by key."""
    ground = tied({"a": ["Choice", "only here", "choice"], "b": ["choice", "loss"], "c": ["loss"]})
    assert islands(ground)[0].anchors == ("Choice", "loss")


def test_a_phrase_twice_in_one_tree_ties_nothing(tied: Callable[..., Ground]) -> None:
    """An anchor at two nodes of the same tree makes no island."""
    assert [len(island) for island in islands(tied({"a": ["x", "x"], "b": []}))] == [1, 1]


def test_the_order_of_marking_does_not_matter(tied: Callable[..., Ground]) -> None:
    """Marking the same phrases in another order gives equal islands."""
    one = tied({"a": ["x", "y"], "b": ["y", "z"], "c": ["z", "x"]})
    other = tied({"a": ["y", "x"], "b": ["z", "y"], "c": ["x", "z"]})
    assert islands(one) == islands(other)


def test_the_repr_is_one_short_line() -> None:
    """However many trees an island has, its repr names three of them."""
    island = Island(tuple(f"a very long name of a tree, number {n}" for n in range(10_000)), ())
    assert len(repr(island)) < 130
    assert repr(island).endswith("and 9997 more>")
