"""Joining: the set that ties the most islands comes first, until no set ties any."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestlib.analysis.joining import joined

ISLANDS = [("a", "b"), ("c",), ("d", "e", "f"), ("g",), ("h",)]
sets = st.lists(st.sets(st.sampled_from("abcdefgh"), max_size=5).map(sorted), max_size=6)
scores = st.lists(st.sampled_from([0.5, 1.0, 2.0]), min_size=6, max_size=6)


def merged(islands: list[tuple[str, ...]], held: list[str]) -> tuple[int, list[tuple[str, ...]]]:
    """Return how many islands a set ties, and the islands then."""
    tied = [island for island in islands if set(island) & set(held)]
    apart = [island for island in islands if island not in tied]
    return len(tied), [*apart, tuple(sorted(tree for island in tied for tree in island))] if tied else apart


@given(sets, scores)
def test_each_step_ties_the_most_that_can_be_tied(given_sets: list[list[str]], given_scores: list[float]) -> None:
    """At every step no other set would tie more islands; of equal ones the best score is taken, then the first."""
    islands = list(ISLANDS)
    found = joined(ISLANDS, given_sets, given_scores)
    for join in found.steps:
        best = min((-merged(islands, held)[0], -given_scores[number], number) for number, held in enumerate(given_sets))
        assert (-len(join.islands), join.number) == (best[0], best[2])
        assert len(join.islands) > 1
        assert {tuple(sorted(trees)) for trees in join.islands} <= {tuple(sorted(trees)) for trees in islands}
        _, islands = merged(islands, given_sets[join.number])
    assert all(merged(islands, held)[0] < 2 for held in given_sets)
    assert {tuple(sorted(trees)) for trees in found.apart} == {tuple(sorted(trees)) for trees in islands}
    assert [*map(len, found.apart)] == sorted(map(len, found.apart), reverse=True)


@given(sets, scores, st.integers(1, 4))
def test_fewer_steps_are_the_first_ones(given_sets: list[list[str]], given_scores: list[float], most: int) -> None:
    """With a bound the steps are the same as far as they go, and the islands are those that there are then."""
    every, some = (joined(ISLANDS, given_sets, given_scores, bound) for bound in (None, most))
    assert [join.number for join in some.steps] == [join.number for join in every.steps][:most]
    assert len(some.apart) == len(ISLANDS) - sum(len(join.islands) - 1 for join in some.steps)


@pytest.mark.parametrize(("islands", "given_sets"), [(ISLANDS, []), ([], []), (ISLANDS, [["a", "b"], []])])
def test_nothing_to_join_gives_no_step(islands: list[tuple[str, ...]], given_sets: list[list[str]]) -> None:
    """No sets, no islands, sets inside one island: what is apart stays so."""
    found = joined(islands, given_sets, [1.0, 1.0])
    assert found.steps == ()
    assert sorted(found.apart) == sorted(islands)


def test_the_reprs_are_one_short_line() -> None:
    """A join says how many islands it ties, all of them how many are left."""
    found = joined(ISLANDS, [["a", "c"]], [1.0])
    assert repr(found) == "<Joined by 1 sets to 4 islands>"
    assert repr(found.steps[0]) == "<Join of 2 islands by 0>"
    assert [*found.steps[0].islands[1:]] == [("c",)]


def test_joining_grows_as_the_islands(ratio: Callable[..., float]) -> None:
    """Twice the islands, each tied to the next, take at most three times the time."""

    def join(count: int) -> int:
        islands = [(str(number),) for number in range(count)]
        return len(joined(islands, ([str(n), str(n + 1)] for n in range(count - 1)), [1.0] * count).steps)

    assert join(10) == 9
    assert ratio(lambda: join(40_000), lambda: join(20_000)) < 3
