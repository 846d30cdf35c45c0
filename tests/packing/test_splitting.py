"""Rows longer than a pack: cut only where they may be, head and landmark repeated, nothing learned twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestlib.errors import PackError
from forestlib.packing.bestfit import pack
from forestlib.packing.rows import Rows
from forestlib.packing.splitting import Cuts, sequences


@st.composite
def cut_rows(draw: st.DrawFn) -> tuple[Rows, Cuts, list[int]]:
    """Draw rows of a head and parts of up to four tokens, with a cut after each part."""
    ids, offsets, places, of_row, heads = list[int](), [0], list[int](), [0], list[int]()
    for parts in draw(st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=9), min_size=1, max_size=6)):
        heads.append(draw(st.integers(0, 3)))
        ends = [heads[-1]]
        for part in parts:
            ends.append(ends[-1] + part)
        places += ends[:-1]
        of_row.append(len(places))
        ids += range(100, 100 + ends[-1])
        offsets.append(len(ids))
    return Rows(ids, offsets), Cuts(places, of_row, heads, draw(st.integers(1, 2))), heads


@given(cut_rows(), st.integers(16, 24))
def test_each_token_is_new_once(given: tuple[Rows, Cuts, list[int]], room: int) -> None:
    """No piece is too long, the new parts of a row's pieces are the row, and each piece begins with the row's head."""
    rows, cuts, heads = given
    held = sequences(rows, room, cuts)
    assert held.lengths.max() <= room
    new = [(held.starts[at], held.stops[at]) for at in range(len(held.starts)) if not held.context[at]]
    assert [place for start, stop in new for place in range(start, stop)] == list(range(len(rows.ids)))
    for piece, row in enumerate(held.row.tolist()):
        first = held.bounds[piece]
        if held.context[first]:
            begin = rows.offsets[row]
            assert (held.starts[first], held.stops[first]) == (begin, begin + heads[row])


@given(cut_rows(), st.integers(16, 24))
def test_the_landmark_is_what_the_piece_before_ends_with(given: tuple[Rows, Cuts, list[int]], room: int) -> None:
    """What a later piece repeats after the head ends where its new part begins, and where the piece before ended."""
    rows, cuts, _ = given
    held = sequences(rows, room, cuts)
    for piece in range(1, len(held)):
        first = int(held.bounds[piece])
        if held.row[piece] == held.row[piece - 1]:
            assert held.context[first : first + 2].all()
            assert held.stops[first + 1] == held.starts[first + 2] == held.stops[first - 1]


@given(cut_rows(), st.integers(16, 24))
def test_what_is_repeated_is_not_learned(given: tuple[Rows, Cuts, list[int]], room: int) -> None:
    """A pack learns what is new in it, less the first tokens of samples, and counts what it repeats."""
    rows, cuts, _ = given
    packs = pack(rows, room, cuts=cuts)
    learned = sum(int((packed.labels != -100).sum()) for packed in packs)
    assert learned == len(rows.ids) - len(rows)
    assert packs.report.tokens == len(rows.ids) + packs.report.repeated
    assert packs.report.split == len(set(packs.all().rows.tolist())) - sum(
        int(count <= room) for count in rows.lengths.tolist()
    )


def test_pieces_as_they_stand() -> None:
    """One row of a head and three parts, in packs that hold the head, a landmark and a part."""
    packs = pack(Rows(range(10), [0, 10]), 7, cuts=Cuts([3, 5, 8], [0, 3], heads=1))
    assert [packed.ids.tolist() for packed in packs] == [[0, 1, 2, 3, 4], [0, 3, 4, 5, 6, 7], [0, 5, 6, 7, 8, 9]]
    assert [packed.labels.tolist() for packed in packs] == [
        [-100, 1, 2, 3, 4],
        [-100, -100, -100, 5, 6, 7],
        [-100, -100, -100, -100, 8, 9],
    ]


@pytest.mark.parametrize(
    ("cuts", "said"),
    [
        (Cuts([2], [0, 1]), "part of 8 tokens .* landmark of 2 tokens .* 10 tokens or more"),
        (Cuts([], [0, 0]), "part of 10 tokens"),
        (Cuts([5, 2], [0, 2]), "ascend"),
        (Cuts([5, 12], [0, 2]), "ascend"),
        (Cuts([5], [0, 1], heads=10), "head of 10"),
        (Cuts([5], [0, 1, 1]), "Cuts of 2 rows came with 1 rows"),
    ],
)
def test_what_cannot_be_cut_is_named(cuts: Cuts, said: str) -> None:
    """A part that does not fit, and cuts that are none, are errors that name the row."""
    with pytest.raises(PackError, match=said):
        pack(Rows(range(10), [0, 10]), 6, cuts=cuts)


def test_a_short_row_is_never_cut() -> None:
    """Where a row goes into a pack whole, its cuts are not looked at."""
    (packed,) = pack(Rows(range(4), [0, 4]), 6, cuts=Cuts([9, 1], [0, 2]))
    assert packed.ids.tolist() == [0, 1, 2, 3]
