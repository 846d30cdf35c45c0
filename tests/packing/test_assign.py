"""Which row goes into which pack: exactly what the textbook loop of best-fit decreasing does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from forestlib.packing.assign import assign, grouped

LENGTHS = st.integers(1, 40).flatmap(lambda room: st.tuples(st.lists(st.integers(1, room), max_size=80), st.just(room)))


def textbook(lengths: Sequence[int], room: int) -> list[int]:
    """Return the room left in each pack, by trying every pack for every row, the longest row first."""
    rooms: list[int] = []
    for length in sorted(lengths, reverse=True):
        fitting = [left for left in rooms if left >= length]
        if fitting:
            rooms[rooms.index(min(fitting))] -= length
        else:
            rooms.append(room - length)
    return rooms


@given(LENGTHS)
def test_packs_are_those_of_the_textbook(given: tuple[list[int], int]) -> None:
    """The packs are as many and as full as those of the loop, and hold each row once."""
    lengths, room = given
    packs = assign(lengths, room)
    left = room - np.bincount(packs, weights=lengths)
    assert sorted(left.tolist()) == sorted(textbook(lengths, room))


@given(LENGTHS)
def test_packs_go_by_their_first_row(given: tuple[list[int], int]) -> None:
    """Packs are numbered by their first row, and rows ascend in each."""
    packs = assign(*given)
    order, bounds = grouped(packs)
    firsts = order[bounds[:-1]].tolist()
    assert firsts == sorted(firsts)
    assert sorted(order.tolist()) == list(range(len(packs)))
    for number, (begin, end) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
        rows = order[begin:end].tolist()
        assert rows == np.flatnonzero(packs == number).tolist()


def test_equal_rows_go_by_position() -> None:
    """Rows of one length fill the packs in the order in which they stand."""
    assert assign([3] * 7, 6).tolist() == [0, 0, 1, 1, 2, 2, 3]


def test_rooms_of_more_than_sixteen_bits() -> None:
    """A pack may be longer than 65,535 tokens."""
    lengths = np.random.default_rng(3).integers(1, 200_000, 200).tolist()
    packs = assign(lengths, 200_000)
    left = 200_000 - np.bincount(packs, weights=lengths)
    assert sorted(left.tolist()) == sorted(textbook(lengths, 200_000))


def test_time_grows_with_the_rows(ratio: Callable[..., float]) -> None:
    """Four times the rows take at most about four times as long."""
    lengths = np.random.default_rng(1).integers(1, 2048, 400_000)
    assert ratio(lambda: assign(lengths, 2048), lambda: assign(lengths[:100_000], 2048), enough=8) < 8
