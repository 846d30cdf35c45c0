"""Windows: a deep reasoning in pieces that a reader can put together again.

A model follows a chain over all its windows when each of them ends on, and the next begins with, a landmark of its own;
cut plainly, or behind one "continued" everywhere, it is lost at the first seam. The best landmark is a step whose text
stands nowhere else in its tree: it is said twice, and needs no words. Where none is near, a label is said.

A tree falls into stretches: the longest way down from the root, then from each fork the longest way down each other
branch. Stretches are cut one after another, so what several paths share is given once. The plan is a few whole numbers
a window.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np

from forestlib.errors import OptionError
from forestlib.model.ground import Ground
from forestlib.model.key import folded
from forestlib.model.lazy import LazyTrails
from forestlib.model.options import check_counts
from forestlib.model.preorder import Preorder
from forestlib.model.walk import Note, Run, Trail, ranges_of
from forestlib.registry import walkers

__all__ = ["windows"]


@walkers.plugin("windows")
def windows(forest: Ground, *, size: int = 32, reach: int = 8, overlap: int = 0) -> LazyTrails:
    """Every path in pieces of at most `size` steps, each ending on a landmark that the next one begins with.

    The landmark is the last step, repeated, where its text stands nowhere else in the tree; else the seam moves back
    to such a step, up to `reach` steps and half of the window; where there is none, a label is said on both sides. A
    side branch begins at the landmark nearest to its fork. With `overlap` every piece begins with so many steps of the
    one before it instead.

    >>> ground = Ground()
    >>> _ = ground.plant("count", "Zero.").root.chain(["One.", "Two.", "Two.", "Three."])
    >>> [[number for _, number in trail.places()] for trail in windows(ground, size=3)]
    [[0, 1], [1, 2, 3], [4]]
    >>> windows(ground, size=3)[1].runs[-1].note.closes
    'count · 1'
    """
    check_counts("windows", 2, size=size)
    check_counts("windows", 0, reach=reach, overlap=overlap)
    if overlap >= size:
        raise OptionError(
            f"The option 'overlap' of windows is less than its size, got {overlap} and {size}.", option="overlap"
        )
    plan = _Windows([_Cut(tree.name, tree.preorder(), size, reach, overlap) for tree in forest.trees])
    return LazyTrails(plan.starts[-1], plan.trail, "windows")


class _Windows:
    """The windows of all trees, by number."""

    def __init__(self, cuts: list[_Cut]) -> None:
        self.cuts = cuts
        self.starts = [0, *accumulate(len(cut.end) for cut in cuts)]

    def trail(self, place: int) -> Trail:
        tree = bisect_right(self.starts, place) - 1
        return self.cuts[tree].trail(place - self.starts[tree])


class _Cut:
    """One tree, cut: window *w* ends at node ``end[w]`` and shows that and the nodes above it, ``length[w]`` in all.

    Of these the first ``lead[w]`` were shown by others. ``opens`` holds the labels that windows begin with, 0 for none;
    ``closing`` the windows that end on a label: label *n* closes the *n*-th of them.
    """

    def __init__(self, name: str, order: Preorder, size: int, reach: int, overlap: int) -> None:
        self.name, self._order = name, order
        made = _Cutting(order, size, reach, overlap)
        self.end, self.length, self.lead = made.end, made.length, made.lead
        self.closing = made.closing
        self.opens = made.opens if made.closing else array("i")

    def trail(self, place: int) -> Trail:
        lead, way = self.lead[place], self._way(self.end[place], self.length[place])
        opens = self.opens[place] if self.opens else 0
        closed = bisect_right(self.closing, place)
        closes = closed if closed and self.closing[closed - 1] == place else 0
        runs = [Run(self.name, tuple(ranges_of(way[lead:])), None, self._note(0 if lead else opens, closes))]
        if lead:
            runs.insert(0, Run(self.name, tuple(ranges_of(way[:lead])), None, self._note(opens, 0, "prompt")))
        return Trail(tuple(runs), context=lead, shape="onward" if lead or opens else "")

    def _note(self, opens: int, closes: int, part: str = "answer") -> Note:
        said = [f"{self.name} · {label}" if label else "" for label in (opens, closes)]
        return Note(part, opens=said[0], closes=said[1])

    def _way(self, number: int, steps: int) -> list[int]:
        parent, found = self._order.parent, []
        for _ in range(steps):
            found.append(number)
            number = parent[number]
        return found[::-1]


class _Cutting:
    """The way through one tree, stretch by stretch."""

    def __init__(self, order: Preorder, size: int, reach: int, overlap: int) -> None:
        self._order, self._size, self._reach, self._overlap = order, size, reach, overlap
        short = "H" if size < 1 << 16 else "i"
        self.end, self.length, self.lead = array("i"), array(short), array(short)
        self.opens, self.closing = array("i"), array("i")
        is_cut = order.size > size or len(order.leaves) > 1
        self._is_own = _standing_once(order.text[: order.size]) if is_cut and not overlap else b""
        self._holder = array("i", bytes(4 * order.size))
        for stretch in _stretches(order):
            self._cut(stretch)

    def _cut(self, stretch: Sequence[int]) -> None:
        """Cut one way down."""
        lead, opens = self._beginning(stretch[0])
        begin = 0
        while begin < len(stretch):
            end, closes = min(begin + self._size - lead, len(stretch)), 0
            if end < len(stretch) and not self._overlap:
                end, closes = self._seam(stretch, begin, end)
            for number in stretch[begin:end]:
                self._holder[number] = len(self.end)
            self.end.append(stretch[end - 1])
            self.length.append(lead + end - begin)
            self.lead.append(lead)
            self.opens.append(opens)
            lead, opens, begin = self._repeated(stretch[end - 1], closes), closes, end

    def _seam(self, stretch: Sequence[int], begin: int, end: int) -> tuple[int, int]:
        """Return where a window ends, after the last step in reach that is a landmark, or else at a label."""
        for last in range(end - 1, end - 2 - min(self._reach, (end - begin) // 2), -1):
            if self._is_own[stretch[last]]:
                return last + 1, 0
        self.closing.append(len(self.end))
        return end, len(self.closing)

    def _repeated(self, last: int, closes: int) -> int:
        """Return how many steps the window after a seam repeats."""
        return min(self._overlap, self._order.level[last] + 1) if self._overlap else int(not closes)

    def _beginning(self, first: int) -> tuple[int, int]:
        """Return how many steps the first window of a stretch repeats, and the label that it opens with."""
        fork = self._order.parent[first] if first else -1
        if fork < 0 or self._overlap:
            return self._repeated(fork, 0) if first else 0, 0
        for lead, above in enumerate(self._upwards(fork), 1):
            if self._is_own[above]:
                return lead, 0
        window = self._holder[fork]
        if self.end[window] == fork:
            return 0, bisect_right(self.closing, window)
        return self.length[window] - (self._order.level[self.end[window]] - self._order.level[fork]), self.opens[window]

    def _upwards(self, number: int) -> Iterator[int]:
        """Iterate over a node and those above it, as far as a window may begin from it."""
        parent = self._order.parent
        for _ in range(min(self._reach + 1, self._size - 1)):
            if number < 0:
                return
            yield number
            number = parent[number]


def _stretches(order: Preorder) -> Iterator[Sequence[int]]:
    """Iterate over the longest way down from the root, and from every child that is not on the way of its parent."""
    if len(order.leaves) == 1:
        yield range(order.size)
        return
    after = _on_the_longest_way(order)
    for first in range(order.size):
        if first == 0 or after[order.parent[first]] != first:
            way = [first]
            while after[way[-1]]:
                way.append(after[way[-1]])
            yield way


def _on_the_longest_way(order: Preorder) -> array[int]:
    """Return the child of each node below which the tree is deepest, the first of several, and 0 for a leaf."""
    parent = order.parent
    below, after = array("i", bytes(4 * order.size)), array("i", bytes(4 * order.size))
    for number in range(order.size - 1, 0, -1):
        above = parent[number]
        if below[number] + 1 >= below[above]:
            below[above], after[above] = below[number] + 1, number
    return after


def _standing_once(texts: Sequence[str]) -> bytes:
    """Return 1 for each text that no other one equals, folded, and 0 for the rest."""
    places: dict[str, int] = {}
    kinds = np.fromiter((places.setdefault(folded(text), len(places)) for text in texts), np.int64, len(texts))
    counts = np.bincount(kinds)
    return bytes(counts[kinds] == 1)
