"""Chance: permutations and hashes that follow from the seed alone, on every machine."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestlib.errors import OptionError
from forestlib.model.chance import checked_seed, mixed, permuted, seed_of

seeds = st.integers(0, 2**64 - 1)


@given(size=st.integers(0, 3_000), seed=seeds)
def test_a_permutation_reaches_every_place_once(size: int, seed: int) -> None:
    """For any size and seed, a permutation sends range(size) onto itself, each place once."""
    assert sorted(permuted(range(size), size, seed).tolist()) == list(range(size))


@given(data=st.data(), size=st.integers(1, 1 << 62), seed=seeds)
def test_a_place_goes_where_it_goes_alone(data: st.DataObject, size: int, seed: int) -> None:
    """Where a place goes depends on (place, size, seed) alone, not on which other places are asked for with it."""
    places = data.draw(st.lists(st.integers(0, size - 1), max_size=5))
    together = permuted(places, size, seed).tolist()
    assert together == [int(permuted([place], size, seed)[0]) for place in places]


def test_places_of_a_huge_range_are_distinct() -> None:
    """A few places of a range too long to be listed are sent to distinct places inside it."""
    size = 10**14
    found = permuted(np.arange(5_000), size, seed=1)
    assert len(set(found.tolist())) == 5_000
    assert 0 <= found.min() <= found.max() < size


def test_seeds_give_different_orders() -> None:
    """Another seed gives another order: of 200 seeds no two order 20 places alike."""
    assert len({tuple(permuted(range(20), 20, seed).tolist()) for seed in range(200)}) == 200


def test_a_permutation_is_no_shift() -> None:
    """Neighbours are torn apart: in a permutation of 10,000 places few of them still stand side by side."""
    found = permuted(range(10_000), 10_000, seed=3)
    assert int((np.abs(np.diff(found)) == 1).sum()) < 20


def test_the_values_are_pinned() -> None:
    """The values of today stay those of all later versions: a corpus of an old seed can be made again."""
    assert mixed() == 0
    assert mixed(7, 1) == 4414019431610648415
    assert seed_of(7, "order") == 5880201290567871920
    assert permuted(range(10), 10, 7).tolist() == [9, 2, 1, 0, 6, 3, 4, 8, 5, 7]
    assert permuted([0, 1, 999_999], 10**6, 2**64 - 1).tolist() == [860997, 947478, 477406]


def test_a_hash_takes_whole_numbers_of_any_size() -> None:
    """A hash counts its parts modulo 2⁶⁴ and depends on their order and on how many they are."""
    assert mixed(-1) == mixed(2**64 - 1)
    assert len({mixed(1, 2), mixed(2, 1), mixed(1), mixed(1, 2, 0)}) == 4


@pytest.mark.parametrize("seed", [-1, 2**64, 1.0, "7", True, None, pytest.param(10**5000, id="huge")])
def test_a_seed_is_a_whole_number_of_64_bits(seed: object) -> None:
    """Whatever is no whole number from 0 to 2⁶⁴ - 1 is an error that says so."""
    with pytest.raises(OptionError, match=r"from 0 to 2\*\*64 - 1"):
        checked_seed(seed)
