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
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, takewhile

import attrs
import numpy as np

from forestlib.errors import OptionError, shown
from forestlib.model.counting import Count, counts_of
from forestlib.model.dealt import Dealt
from forestlib.model.ground import Ground
from forestlib.model.key import folded
from forestlib.model.lazy import LazyTrails
from forestlib.model.options import check_counts
from forestlib.model.preorder import Preorder
from forestlib.model.tree import Tree
from forestlib.model.walk import Note, Run, Trail, ranges_of
from forestlib.registry import walkers

__all__ = ["windows"]

STEPS = 32
TOO_LONG = "longer than tokens"
_ANY = 1 << 31


@walkers.plugin("windows", crosses=False)
def windows(
    forest: Ground,
    *,
    size: int | None = None,
    reach: int = 8,
    overlap: int = 0,
    tokens: int | None = None,
    count: Count | None = None,
) -> LazyTrails:
    """Every path in pieces of at most `size` steps, or `tokens`, each ending on a landmark that the next begins with.

    The landmark is the last step, repeated, where its text stands nowhere else in the tree; else the seam moves back
    to such a step, up to `reach` steps and half of the window; where there is none, a label is said on both sides. A
    side branch begins at the landmark nearest to its fork. With `overlap` every piece begins with so many steps of the
    one before it instead, or with as many of them as there is room for.

    `size` is 32 where no `tokens` are given. Those of the tree's name, the steps, their anchors, the landmarks and one
    for each line break are counted, by `count`: a function from texts to numbers of tokens, which a corpus gives by
    itself; without it words and signs are counted. What a format adds, such as roles, needs room of its own. A step
    that does not fit stands alone, between labels; it is never cut, and counted in `noted`.

    >>> ground = Ground()
    >>> _ = ground.plant("count", "Zero.").root.chain(["One.", "Two.", "Two.", "Three."])
    >>> [[number for _, number in trail.places()] for trail in windows(ground, size=3)]
    [[0, 1], [1, 2, 3], [4]]
    >>> windows(ground, size=3)[1].runs[-1].note.closes
    'count · 1'
    """
    limits = _Limits.checked(size, reach, overlap, tokens, count)
    cuts = [_Cut(tree, limits) for tree in forest.trees]
    plan = _Windows(cuts)
    return LazyTrails(len(plan.dealt), plan.trail, "windows", noted={TOO_LONG: sum(cut.too_long for cut in cuts)})


@attrs.frozen
class _Limits:
    """How long a window may be, how far a seam moves, how much is repeated."""

    size: int
    reach: int
    overlap: int
    tokens: int | None
    count: Count | None

    @classmethod
    def checked(cls, size: int | None, reach: int, overlap: int, tokens: int | None, count: Count | None) -> _Limits:
        """Return options as limits, or raise `OptionError`."""
        check_counts("windows", 2, size=STEPS if size is None else size, tokens=2 if tokens is None else tokens)
        check_counts("windows", 0, reach=reach, overlap=overlap)
        if count is not None and not callable(count):
            raise OptionError(
                f"The option 'count' of windows is a function from texts to numbers, got {shown(count)}.",
                option="count",
            )
        most = size if size is not None else STEPS if tokens is None else _ANY
        if overlap >= most:
            raise OptionError(
                f"The option 'overlap' of windows is less than its size, got {overlap} and {most}.", option="overlap"
            )
        return cls(most, reach, overlap, tokens, count)


class _Room:
    """What fits into a window of one tree by tokens, each step with its anchors and its line break.

    `too_long` says of each node whether it leaves no room for a label before and after it: it stands alone.
    """

    def __init__(self, tree: Tree, tokens: int, count: Count | None) -> None:
        order, marks = tree.preorder(), tree.marks()
        texts = order.text[: order.size]
        for number, phrase in marks:
            if phrase not in texts[number]:
                texts[number] += f" [{phrase}]"
        *costs, head, label = counts_of([*texts, tree.name, f"[{tree.name} · {order.size}]"], count)
        self.costs = array("q", [cost + 1 for cost in costs])
        self.most, self.label = tokens - head - 1, label + 1
        self.too_long = bytes(cost + 2 * self.label > self.most for cost in self.costs)

    def of(self, nodes: Iterable[int]) -> int:
        """Return the tokens of some nodes."""
        return sum(map(self.costs.__getitem__, nodes))

    def leads_on(self, spent: int, after: int) -> bool:
        """Return whether a window that repeats so many tokens has room for the next node, and a label after it."""
        return not self.too_long[after] and spent + self.costs[after] + self.label <= self.most


class _Windows:
    """The windows of all trees, by number."""

    def __init__(self, cuts: list[_Cut]) -> None:
        self.cuts = cuts
        self.dealt = Dealt(len(cut.end) for cut in cuts)

    def trail(self, place: int) -> Trail:
        tree, nth = self.dealt.at(place)
        return self.cuts[tree].trail(nth)


class _Cut:
    """One tree, cut: window *w* ends at node ``end[w]`` and shows that and the nodes above it, ``length[w]`` in all.

    Of these the first ``lead[w]`` were shown by others. ``opens`` holds the labels that windows begin with, 0 for none;
    ``closing`` the windows that end on a label: label *n* closes the *n*-th of them.
    """

    def __init__(self, tree: Tree, limits: _Limits) -> None:
        self.name, self._order = tree.name, tree.preorder()
        room = _Room(tree, limits.tokens, limits.count) if limits.tokens is not None else None
        made = _Cutting(self._order, limits, room)
        self.end, self.length, self.lead = made.end, made.length, made.lead
        self.closing = made.closing
        self.opens = made.opens if made.closing else array("i")
        self.too_long = sum(room.too_long) if room is not None else 0

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

    def __init__(self, order: Preorder, limits: _Limits, room: _Room | None) -> None:
        self._order, self._room = order, room
        self._size, self._reach, self._overlap = limits.size, limits.reach, limits.overlap
        short = "H" if min(limits.size, order.size) < 1 << 16 else "i"
        self.end, self.length, self.lead = array("i"), array(short), array(short)
        self.opens, self.closing = array("i"), array("i")
        is_cut = order.size > limits.size or len(order.leaves) > 1 or room is not None
        self._is_own = _standing_once(order.text[: order.size]) if is_cut and not self._overlap else b""
        self._holder = array("i", bytes(4 * order.size))
        self._ends_here = self._needed_ends(room) if room and not self._overlap else b""
        for stretch in _stretches(order):
            self._cut(stretch)

    def _needed_ends(self, room: _Room) -> bytearray:
        """Return 1 for each node that a window has to end on, with a label: what follows has no other beginning.

        That is where a step that is too long stands alone, or a side branch finds no landmark that leaves it room.
        """
        parent, found = self._order.parent, bytearray(self._order.size)
        after = _on_the_longest_way(self._order)
        for number in range(1, self._order.size):
            above = parent[number]
            is_side = after[above] != number
            if room.too_long[number] or room.too_long[above] or (is_side and not self._landmark(above, number)):
                found[above] = 1
        return found

    def _cut(self, stretch: Sequence[int]) -> None:
        """Cut one way down."""
        lead, opens = self._beginning(stretch[0])
        ends = _Ends(self._room, self._ends_here, stretch)
        begin = 0
        while begin < len(stretch):
            end, closes = min(begin + self._size - lead, len(stretch)), 0
            labelled = end
            if self._room is not None:
                spent = self._room.label if opens else self._room.of(self._last(stretch[begin], lead))
                end, labelled = ends.within(begin, end, spent)
            if end < len(stretch) and not self._overlap:
                end, closes = self._seam(stretch, begin, end, labelled)
            for number in stretch[begin:end]:
                self._holder[number] = len(self.end)
            self.end.append(stretch[end - 1])
            self.length.append(lead + end - begin)
            self.lead.append(lead)
            self.opens.append(opens)
            if end < len(stretch):
                lead = self._repeated(stretch[end - 1], stretch[end], closes)
            opens, begin = closes, end

    def _last(self, number: int, steps: int) -> Iterator[int]:
        """Iterate over so many nodes above one, upwards."""
        for _ in range(steps):
            number = self._order.parent[number]
            yield number

    def _seam(self, stretch: Sequence[int], begin: int, end: int, labelled: int) -> tuple[int, int]:
        """Return where a window ends, after the last step in reach that is a landmark, or else at a label."""
        if not self._ends_here or not self._ends_here[stretch[end - 1]]:
            for last in range(end - 1, end - 2 - min(self._reach, (end - begin) // 2), -1):
                if self._is_landmark(stretch[last], stretch[last + 1]):
                    return last + 1, 0
        self.closing.append(len(self.end))
        return labelled, len(self.closing)

    def _is_landmark(self, number: int, after: int) -> bool:
        room = self._room
        return bool(self._is_own[number]) and (room is None or room.leads_on(room.costs[number], after))

    def _repeated(self, last: int, after: int, closes: int) -> int:
        """Return how many steps the window after a seam repeats."""
        if not self._overlap:
            return int(not closes)
        most, room = min(self._overlap, self._order.level[last] + 1), self._room
        if room is None:
            return most
        sums = accumulate(map(room.costs.__getitem__, self._last(after, most)))
        return sum(1 for _ in takewhile(lambda spent: spent + room.costs[after] <= room.most, sums))

    def _beginning(self, first: int) -> tuple[int, int]:
        """Return how many steps the first window of a stretch repeats, and the label that it opens with."""
        fork = self._order.parent[first] if first else -1
        if fork < 0 or self._overlap:
            return self._repeated(fork, first, 0) if first else 0, 0
        needs_label = self._ends_here and self._ends_here[fork]
        if not needs_label and (lead := self._landmark(fork, first)):
            return lead, 0
        window = self._holder[fork]
        if self.end[window] == fork:
            return 0, bisect_right(self.closing, window)
        return self.length[window] - (self._order.level[self.end[window]] - self._order.level[fork]), self.opens[window]

    def _landmark(self, fork: int, first: int) -> int:
        """Return how many steps lead from the nearest landmark to what follows a fork, 0 where none is near."""
        room, spent = self._room, 0
        for lead, above in enumerate(self._upwards(fork), 1):
            if room is not None:
                spent += room.costs[above]
                if not room.leads_on(spent, first):
                    return 0
            if self._is_own[above]:
                return lead
        return 0

    def _upwards(self, number: int) -> Iterator[int]:
        """Iterate over a node and those above it, as far as a window may begin from it."""
        parent = self._order.parent
        for _ in range(min(self._reach + 1, self._size - 1)):
            if number < 0:
                return
            yield number
            number = parent[number]


class _Ends:
    """Where the windows of one stretch may end by tokens."""

    def __init__(self, room: _Room | None, ends_here: Sequence[int], stretch: Sequence[int]) -> None:
        self._most, self._label = (0, 0) if room is None else (room.most, room.label)
        self._sums = [] if room is None else [0, *accumulate(map(room.costs.__getitem__, stretch))]
        self._stops = [place + 1 for place, number in enumerate(stretch) if ends_here[number]] if ends_here else []

    def within(self, begin: int, end: int, spent: int) -> tuple[int, int]:
        """Return where a window ends at the latest that repeats so many tokens, and where with a label after it."""
        left = self._sums[begin] + self._most - spent
        plain, labelled = (
            max(begin + 1, min(bisect_right(self._sums, most) - 1, end)) for most in (left, left - self._label)
        )
        stop = self._stops[bisect_right(self._stops, begin)] if self._stops and self._stops[-1] > begin else None
        if stop is None or stop > plain:
            return plain, labelled
        return (stop, stop) if stop <= labelled else (stop - 1, min(labelled, stop - 1))


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
