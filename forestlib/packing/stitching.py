"""Rows that share anchors, laid into one pack: clusters first, and then best-fit over the clusters.

Clusters grow along each anchor's list of rows, the rarest anchor first, because it says most, and never past a pack.
Pairs are never listed: an anchor of a million rows is a million steps. Whole clusters fill packs less well than rows
do; how much less is counted and reported.
"""

from __future__ import annotations

import attrs
import numpy as np

from forestlib.errors import PackError
from forestlib.packing.assign import Ints, assign
from forestlib.packing.rows import places_of

__all__ = ["Groups", "stitched", "together"]


def _integers(values: object) -> Ints:
    return np.asarray(values, dtype=np.int64)


@attrs.frozen(eq=False, repr=False)
class Groups:
    """The anchors of each row, as numbers: those of row `i` are `anchors[offsets[i]:offsets[i + 1]]`."""

    anchors: Ints = attrs.field(converter=_integers)
    offsets: Ints = attrs.field(converter=_integers)

    def __attrs_post_init__(self) -> None:
        if not len(self.offsets) or self.offsets[-1] != len(self.anchors) or (np.diff(self.offsets) < 0).any():
            raise PackError(
                f"Offsets of anchors ascend from 0 to {len(self.anchors)}, got {self.offsets[-3:]} as last."
            )
        if (self.anchors < 0).any():
            raise PackError("Anchors are numbers from 0 up. Leave rows without anchors empty.")

    def pairs(self, row: Ints) -> tuple[Ints, Ints]:
        """Return each anchor of each sequence once, by anchor: two columns. `row` says whose anchors a sequence has."""
        counts = np.diff(self.offsets)[row]
        members = np.arange(len(row)).repeat(counts)
        both = np.unique(self.anchors[places_of(self.offsets, row)] * len(row) + members)
        return both // max(1, len(row)), both % max(1, len(row))


def stitched(sizes: Ints, pairs: tuple[Ints, Ints], room: int) -> tuple[Ints, Ints]:
    """Return the pack and the cluster of each sequence; `pairs` are (anchor, sequence), sorted.

    >>> packs, _ = stitched(np.array([4, 4, 4, 4]), (np.array([7, 7]), np.array([0, 3])), 8)
    >>> packs.tolist()
    [0, 1, 1, 0]
    """
    clusters = _clusters(sizes, pairs, room)
    heights = np.bincount(clusters, weights=sizes).astype(np.int64)
    return assign(heights, room)[clusters], clusters


def _clusters(sizes: Ints, pairs: tuple[Ints, Ints], room: int) -> Ints:
    anchors, members = pairs
    lead, total = list(range(len(sizes))), sizes.tolist()
    begins = np.flatnonzero(np.diff(anchors, prepend=-1))
    ends = np.append(begins[1:], len(anchors))
    for place in np.argsort(ends - begins, kind="stable").tolist():
        _grow(members[begins[place] : ends[place]].tolist(), lead, total, room)
    leads = np.array([_lead(lead, place) for place in range(len(lead))], dtype=np.int64)
    return np.unique(leads, return_inverse=True)[1]


def _grow(members: list[int], lead: list[int], total: list[int], room: int) -> None:
    current = _lead(lead, members[0])
    for member in members[1:]:
        other = _lead(lead, member)
        if other == current:
            continue
        if total[current] + total[other] <= room:
            first, second = min(current, other), max(current, other)
            lead[second], current = first, first
            total[first] += total[second]
        elif total[other] < total[current]:
            current = other


def _lead(lead: list[int], place: int) -> int:
    while lead[place] != place:
        lead[place] = place = lead[lead[place]]
    return place


def together(packs: Ints, pairs: tuple[Ints, Ints]) -> float:
    """Return the share of sequences that share an anchor with another one of their pack.

    >>> together(np.array([0, 1, 0]), (np.array([5, 5, 5]), np.array([0, 1, 2])))
    0.6666666666666666
    """
    anchors, members = pairs
    if not len(anchors):
        return 0.0
    _, meeting, counts = np.unique(
        anchors * (int(packs.max()) + 1) + packs[members], return_inverse=True, return_counts=True
    )
    return len(np.unique(members[counts[meeting] > 1])) / len(packs)
