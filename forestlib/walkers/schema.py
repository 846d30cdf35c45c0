"""Schema: the same way of reasoning on different topics, its stages said before its steps.

A node says with the field `stage`, in free words, what it is in its reasoning: a premise, a transition, a consequence.
The stages along a path are its *way*; the staged stretch of a path goes from its first staged node to its last one.
Ways are numbered in one sweep over each tree, so that two stretches go the same way where their numbers are equal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.model.chance import mixed, some_of
from forestlib.model.dealt import orders_of
from forestlib.model.ground import Ground
from forestlib.model.key import folded
from forestlib.model.lazy import LazyTrails
from forestlib.model.options import check_counts
from forestlib.model.preorder import Preorder
from forestlib.model.tree import Tree
from forestlib.model.walk import Note, Run, Trail, ranges_of
from forestlib.registry import walkers

__all__ = ["Schemas", "schema"]

NO_STAGES = "a tree without stages"
NO_TEXT = "a stage that is no text"
ALONE = "a stage that stands alone on its path"
NO_TOPIC = "too few other trees that reason in the same way"
Stretch = tuple[int, int, int]
Numbers = npt.NDArray[np.int64]


def _crosses(options: Mapping[str, Any]) -> bool:
    """Whether a sample goes on to another tree."""
    return bool(options.get("topics", 1) > 1)


@walkers.plugin("schema", crosses=_crosses)
def schema(forest: Ground, *, seed: int = 0, topics: int = 1) -> LazyTrails:
    """Every staged stretch of a path, each of its stages said before its steps.

    A node's stage is its field `stage`. With `topics` above 1 a sample goes on to so many trees in all that reason in
    the same way: the same stages in the same order, a stage that several steps share counted once. Trees without
    stages, stages that stand alone on their paths, and stretches with too few other topics are left out and counted in
    `skipped`.

    >>> ground = Ground()
    >>> _ = ground.plant("rain", "It rains.", stage="premise").root.then("The street is wet.", stage="consequence")
    >>> [trail.runs[1].note.stage for trail in schema(ground)]
    ['consequence']
    """
    check_counts("schema", topics=topics)
    found = Schemas(forest, seed, topics)
    return LazyTrails(len(found), found.trail, "staged stretches", found.skipped)


class _Ways:
    """Sequences of stages, numbered: each is an earlier one and one stage more. 0 is the empty one."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, str], int] = {}
        self._last, self.stages = [""], [0]

    def then(self, way: int, stage: str) -> int:
        """Return the way that goes on from another one with a stage."""
        if self._last[way] == stage:
            return way
        number = self._numbers.setdefault((way, stage), len(self._last))
        if number == len(self._last):
            self._last.append(stage)
            self.stages.append(self.stages[way] + 1)
        return number


@attrs.frozen(eq=False)
class _Topics:
    """Stretches by way and tree: `starts` says where those of each tree that goes a way begin among the `members`."""

    members: Numbers
    starts: Numbers
    way: Numbers
    tree: Numbers


class Schemas:
    """The staged stretches of a forest as trails, found by number."""

    def __init__(self, forest: Ground, seed: int, topics: int) -> None:
        self._seed, self._topics = seed, topics
        self._trees = orders_of(forest)
        self._stages: dict[int, dict[int, str]] = {}
        left_out = Counter[str]()
        rows = np.array(list(self._found(forest.trees, left_out)), np.int64).reshape(-1, 4)
        self._tree, self._first, self._last, self._way = np.ascontiguousarray(rows.T)
        self._kept = np.arange(len(rows)) if topics == 1 else self._with_topics(left_out)
        self.skipped: Mapping[str, int] = dict(left_out)

    def _found(self, trees: tuple[Tree, ...], left_out: Counter[str]) -> Iterator[tuple[int, int, int, int]]:
        """Iterate over (tree, first node, last node, way) of every stretch."""
        ways = _Ways()
        for place, tree in enumerate(trees):
            stages = _stages_of(tree, left_out)
            if not stages:
                left_out[NO_STAGES] += 1
                continue
            self._stages[place] = stages
            for first, last, way in _stretches(self._trees[place][1], stages, ways):
                if ways.stages[way] > 1:
                    yield place, first, last, way
                else:
                    left_out[ALONE] += 1

    def _with_topics(self, left_out: Counter[str]) -> Numbers:
        """Return the stretches whose way is gone in enough trees."""
        ways = np.unique(np.stack([self._way, self._tree], axis=1), axis=0)[:, 0]
        trees = np.bincount(ways, minlength=int(self._way.max(initial=0)) + 1)
        enough = trees[self._way] >= self._topics
        if not enough.all():
            left_out[NO_TOPIC] += int((~enough).sum())
        return np.flatnonzero(enough)

    def __len__(self) -> int:
        return len(self._kept)

    def trail(self, place: int) -> Trail:
        """Return the trail of one stretch, and of those that reason in the same way."""
        stretch = int(self._kept[place])
        runs = tuple(self._runs(stretch))
        others = tuple(run for one in self._likewise(stretch) for run in self._runs(one))
        return Trail((*runs, *others), context=self._context(place, runs, bool(others)))

    def _context(self, place: int, runs: tuple[Run, ...], goes_on: bool) -> int:
        """Return how many nodes only lead up: the first topic, or what the stretch before it shows as well."""
        shown = -1
        if place and self._tree[self._kept[place]] == self._tree[self._kept[place - 1]]:
            shown = int(self._last[self._kept[place - 1]])
        return sum(goes_on or number <= shown for run in runs for span in run.ranges for number in span)

    def _likewise(self, stretch: int) -> Iterator[int]:
        """Iterate over stretches of other trees that go the same way, a tree each, drawn by chance."""
        if self._topics == 1:
            return
        topics = self._by_topic
        way, tree = self._way[stretch], self._tree[stretch]
        begin, stop = np.searchsorted(topics.way, [way, way + 1]).tolist()
        own = int(np.searchsorted(topics.tree[begin:stop], tree))
        for other in some_of(stop - begin - 1, self._topics - 1, mixed(self._seed, stretch)):
            topic = begin + other + (other >= own)
            first, last = topics.starts[topic : topic + 2].tolist()
            yield int(topics.members[first + mixed(self._seed, stretch, topic) % (last - first)])

    @cached_property
    def _by_topic(self) -> _Topics:
        members = np.argsort(self._way, kind="stable").astype(np.int64)
        way, tree = self._way[members], self._tree[members]
        starts = np.flatnonzero(np.append(True, (np.diff(way) != 0) | (np.diff(tree) != 0)))
        return _Topics(members, np.append(starts, len(members)), way[starts], tree[starts])

    def _runs(self, stretch: int) -> Iterator[Run]:
        """Iterate over the runs of a stretch: one a staged node, with what follows it up to the next one."""
        place = int(self._tree[stretch])
        (name, order), stages = self._trees[place], self._stages[place]
        numbers = _down(order, int(self._first[stretch]), int(self._last[stretch]))
        begins = [nth for nth, number in enumerate(numbers) if number in stages]
        for begin, stop in pairwise([*begins, len(numbers)]):
            yield Run(name, tuple(ranges_of(numbers[begin:stop])), note=Note(stage=stages[numbers[begin]]))


def _stages_of(tree: Tree, left_out: Counter[str]) -> dict[int, str]:
    found = {}
    for number, stage in tree.field("stage").items():
        said = " ".join(stage.split()) if isinstance(stage, str) else ""
        if said:
            found[number] = said
        elif stage is not None:
            left_out[NO_TEXT] += 1
    return found


def _stretches(order: Preorder, stages: Mapping[int, str], ways: _Ways) -> Iterator[Stretch]:
    """Iterate over (first node, last node, way) of the staged stretches of a tree."""
    first, way = [-1] * order.size, [0] * order.size
    key_of = {stage: folded(stage) for stage in stages.values()}
    for number, above in enumerate(order.parent[: order.size]):
        if above >= 0:
            first[number], way[number] = first[above], way[above]
        if number in stages:
            first[number] = number if first[number] < 0 else first[number]
            way[number] = ways.then(way[number], key_of[stages[number]])
    goes_on = bytearray(order.size)
    for number in range(order.size - 1, 0, -1):
        if goes_on[number] or number in stages:
            goes_on[order.parent[number]] = 1
    return ((first[number], number, way[number]) for number in sorted(stages) if not goes_on[number])


def _down(order: Preorder, first: int, last: int) -> list[int]:
    numbers = [last]
    while numbers[-1] != first:
        numbers.append(order.parent[numbers[-1]])
    return numbers[::-1]
