"""The recount: reads the walks of a corpus and counts what they show, many walks at once.

It shares no code with the planner: it reads the nodes that steps show and those that a question quotes, asks the trees
for their marks, and counts. Nodes and transitions are counted in columns over the forest's nodes. Only walks that show
two trees, or that jump or ask, are looked at one by one: no other can show a bridge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from functools import cached_property
from hashlib import blake2b
from itertools import accumulate, chain, combinations
from operator import attrgetter, itemgetter

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.corpus.exposure import Exposure, Held, in_order
from forestlib.corpus.tally import Tally
from forestlib.model.collector import paused_collector
from forestlib.model.crossing import Shared
from forestlib.model.ground import Ground
from forestlib.model.walk import Walk

__all__ = ["Recount", "exposure_of"]

Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint64]
Place = tuple[str, int]
# So many steps are read at once.
BATCH = 1 << 16
_ODD = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@attrs.frozen(eq=False)
class _Read:
    """The node steps of some walks: node, walk, place among its steps, whether it is taught; `starts` by walk."""

    node: Ints
    walk: Ints
    taught: npt.NDArray[np.bool_]
    starts: Ints


class Recount:
    """Counts what walks show, as many as are read.

    >>> from forestlib.model.walk import Step
    >>> ground = Ground()
    >>> _ = ground.plant("justice", "A match.").root.anchor("norm").then("Norms differ.")
    >>> steps = Step("node", "A match.", at=("justice", 0)), Step("node", "Norms differ.", at=("justice", 1))
    >>> recount = Recount(ground)
    >>> recount.read([Walk("paths", "en", steps, (), ())])
    >>> recount.exposure().anchors
    Counter({'norm': 1})
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._names = [tree.name for tree in ground.trees]
        self._number = {name: place for place, name in enumerate(self._names)}
        sizes = [len(tree) for tree in ground.trees]
        self._begins = [0, *accumulate(sizes)]
        self._size = self._begins[-1]
        self._tree_of = np.repeat(np.arange(len(sizes)), sizes)
        self._begin()

    def _begin(self) -> None:
        size = self._size
        self._shown, self._taught = np.zeros(size, np.int64), np.zeros(size, np.int64)
        # A step down from the node above is counted at the node that it leads to, any other one by both.
        self._down, self._taught_down = np.zeros(size, np.int64), np.zeros(size, np.int64)
        self._steps, self._taught_steps = Counter[int](), Counter[int]()
        self._signs: list[Bits] = []
        self._found = Exposure()

    def anew(self) -> Recount:
        """Return one that has read nothing, and knows of the forest what this one has found out."""
        # Found out here, so that it is found out once.
        _ = self._is_marked, self._above
        other = copy(self)
        other._begin()
        return other

    def tally(self) -> Tally:
        """Return which nodes, transitions and bridges were shown so far."""
        found = self._found
        steps, bridges = set(self._steps), set(found.bridges)
        return Tally(self._shown > 0, self._down > 0, steps, bridges, found.walks, found.bridging)

    def check(self, held: Held) -> None:
        """Raise `LeakError` where a walk that was read shows what is held out."""
        self._found.check(held)

    def read(self, walks: Iterable[Walk]) -> None:
        """Read walks, and add what they show."""
        waiting, held = list[Walk](), 0
        for walk in walks:
            waiting.append(walk)
            held += len(walk.steps)
            if held >= BATCH:
                self._read(waiting)
                waiting, held = [], 0
        if waiting:
            self._read(waiting)

    def _read(self, walks: list[Walk]) -> None:
        read = self._nodes_of(walks)
        np.add.at(self._shown, read.node, 1)
        np.add.at(self._taught, read.node[read.taught], 1)
        self._count_transitions(read)
        signs = self._signs_of(read, len(walks))
        for number in self._telling(walks, read):
            walk, span = walks[number], slice(*read.starts[number : number + 2].tolist())
            signs[number] ^= _sign(walk)
            self._count_meeting(walk, read.node[span])
        self._signs.append(signs)
        self._found.walks += len(walks)

    def _nodes_of(self, walks: list[Walk]) -> _Read:
        """Return the steps of walks that show nodes, as numbers throughout the forest."""
        ats = list(map(attrgetter("at"), chain.from_iterable(walk.steps for walk in walks)))
        lengths = np.fromiter((len(walk.steps) for walk in walks), np.int64, len(walks))
        is_node = np.ones(len(ats), bool)
        is_node[[place for place, at in enumerate(ats) if at is None]] = False
        walk = np.repeat(np.arange(len(walks)), lengths)
        place = np.arange(len(ats)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        context = np.fromiter((walk.context for walk in walks), np.int64, len(walks))
        taught = place >= context[walk]
        node, walk = self._numbers([at for at in ats if at is not None]), walk[is_node]
        return _Read(node, walk, taught[is_node], np.searchsorted(walk, np.arange(len(walks) + 1)))

    def _numbers(self, places: Sequence[Place]) -> Ints:
        trees = np.fromiter(map(self._number.__getitem__, map(itemgetter(0), places)), np.int64, len(places))
        return np.array(self._begins)[trees] + np.fromiter(map(itemgetter(1), places), np.int64, len(places))

    def _count_transitions(self, read: _Read) -> None:
        before, after = read.node[:-1], read.node[1:]
        follows = (read.walk[1:] == read.walk[:-1]) & (self._tree_of[before] == self._tree_of[after])
        down = follows & (self._above[after] == before)
        np.add.at(self._down, after[down], 1)
        np.add.at(self._taught_down, after[down & read.taught[1:]], 1)
        other = follows & ~down
        for counted, which in ((self._steps, other), (self._taught_steps, other & read.taught[1:])):
            steps, times = np.unique(before[which] * self._size + after[which], return_counts=True)
            for step, count in zip(steps.tolist(), times.tolist(), strict=True):
                counted[step] += count

    @cached_property
    def _above(self) -> Ints:
        """The node above each one, -1 for a root."""
        found = np.full(self._size, -1)
        for begin, tree in zip(self._begins, self._ground.trees, strict=False):
            order = tree.preorder()
            found[begin + 1 : begin + order.size] = np.array(order.parent[1 : order.size], np.int64) + begin
        return found

    def _signs_of(self, read: _Read, walks: int) -> Bits:
        """Return a number for each walk that says which nodes it shows, in which order."""
        nth = np.arange(len(read.node)) - read.starts[read.walk]
        signs = np.zeros(walks, np.uint64)
        np.add.at(signs, read.walk, _mixed(_mixed(read.node.astype(np.uint64)) + nth.astype(np.uint64) * _ODD))
        return signs

    def _telling(self, walks: list[Walk], read: _Read) -> Iterator[int]:
        """Iterate over the walks that show two trees, that show a crossing, or that answer a question."""
        tree = self._tree_of[read.node]
        several = np.zeros(len(walks), bool)
        several[read.walk[1:][(read.walk[1:] == read.walk[:-1]) & (tree[1:] != tree[:-1])]] = True
        for number, (walk, shows_several) in enumerate(zip(walks, several.tolist(), strict=True)):
            if shows_several or walk.ask is not None or walk.crossings:
                yield number

    def _count_meeting(self, walk: Walk, nodes: Ints) -> None:
        """Count the bridges and the pairs of trees that one walk shows or asks about."""
        names, marks = self._names, self._marks
        names_at = [names[tree] for tree in self._tree_of[nodes].tolist()]
        trees = dict.fromkeys(names_at)
        by_anchor: dict[str, dict[str, None]] = {}
        for node, tree in zip(nodes.tolist(), names_at, strict=True):
            for anchor in marks.get(node, ()):
                if anchor in by_anchor:
                    by_anchor[anchor][tree] = None
                else:
                    by_anchor[anchor] = {tree: None}
        self._note_question(walk, trees, by_anchor)
        self._note_crossings(walk, by_anchor)
        several = ((anchor, among) for anchor, among in by_anchor.items() if len(among) > 1)
        bridges = {(anchor, *in_order(*pair)) for anchor, among in several for pair in combinations(among, 2)}
        met = {in_order(*pair) for pair in combinations(trees, 2)} | {(one, other) for _, one, other in bridges}
        self._found.bridges.update(bridges)
        self._found.meetings.update(met)
        self._found.bridging += bool(met)

    def _note(self, by_anchor: dict[str, dict[str, None]], node: int) -> None:
        tree = self._names[self._tree_of[node]]
        for anchor in self._marks.get(node, ()):
            by_anchor.setdefault(anchor, {})[tree] = None

    def _note_question(self, walk: Walk, trees: dict[str, None], by_anchor: dict[str, dict[str, None]]) -> None:
        """Note what a question quotes: two nodes, which may stand in no step, and an anchor."""
        if walk.ask is None:
            return
        for name, number in (walk.ask.start, walk.ask.goal):
            trees[name] = None
            self._note(by_anchor, self._begins[self._number[name]] + number)
        if walk.ask.anchor:
            anchor = self._ground.anchors.key_of(walk.ask.anchor)
            self._found.asked.update((anchor, tree) for tree in trees)

    def _note_crossings(self, walk: Walk, by_anchor: dict[str, dict[str, None]]) -> None:
        groups = walk.crossings.places if isinstance(walk.crossings, Shared) else ()
        for anchor, places in groups:
            by_anchor.setdefault(anchor, {}).update(dict.fromkeys(tree for tree, _ in places))
        for crossing in walk.crossings.jumps if isinstance(walk.crossings, Shared) else walk.crossings:
            pair = crossing.source[0], crossing.target[0]
            by_anchor.setdefault(crossing.anchor, {}).update(dict.fromkeys(pair))
            if crossing.jump:
                self._found.jumps[(crossing.anchor, *in_order(*pair))] += 1

    @cached_property
    def _marks(self) -> dict[int, tuple[str, ...]]:
        """The keys of the anchors at each node that has one, as the trees themselves say."""
        key_of, found = self._ground.anchors.key_of, dict[int, tuple[str, ...]]()
        for begin, tree in zip(self._begins, self._ground.trees, strict=False):
            for number, phrase in tree.marks():
                there, key = found.get(begin + number, ()), key_of(phrase)
                found[begin + number] = there if key in there else (*there, key)
        return found

    @cached_property
    def _is_marked(self) -> npt.NDArray[np.bool_]:
        found = np.zeros(self._size, bool)
        found[list(self._marks)] = True
        return found

    def exposure(self) -> Exposure:
        """Return what all walks that were read show."""
        with paused_collector():
            return self._counted()

    def _counted(self) -> Exposure:
        found, places = self._found, self._places
        shown = np.flatnonzero(self._shown)
        found.nodes = Counter(dict(zip(places(shown), self._shown[shown].tolist(), strict=True)))
        untaught = shown[self._taught[shown] == 0]
        found.untaught = Counter({place: found.nodes[place] for place in places(untaught)})
        found.transitions, found.untaught_transitions = self._transitions()
        found.anchors = Counter[str]()
        for node in shown[self._is_marked[shown]].tolist():
            found.anchors.update(dict.fromkeys(self._marks[node], int(self._shown[node])))
        found.axes = self._axes()
        signs = np.concatenate(self._signs) if self._signs else np.zeros(0, np.uint64)
        found.repeated = len(signs) - len(np.unique(signs))
        found.there = self._there()
        return found

    def _places(self, nodes: Ints) -> Iterator[Place]:
        trees = self._tree_of[nodes]
        numbers = nodes - np.array(self._begins)[trees]
        return zip(map(self._names.__getitem__, trees.tolist()), numbers.tolist(), strict=True)

    def _transitions(self) -> tuple[Counter[tuple[Place, Place]], Counter[tuple[Place, Place]]]:
        """Return how often each transition is shown, and those that are never taught."""
        down = np.flatnonzero(self._down)
        steps = np.array(list(self._steps), np.int64)
        before = np.concatenate((self._above[down], steps // max(self._size, 1)))
        after = np.concatenate((down, steps % max(self._size, 1)))
        times = [*self._down[down].tolist(), *self._steps.values()]
        taught = [*self._taught_down[down].tolist(), *map(self._taught_steps.__getitem__, self._steps)]
        pairs = list(zip(self._places(before), self._places(after), strict=True))
        counted = zip(pairs, times, taught, strict=True)
        untaught = Counter({pair: count for pair, count, learned in counted if not learned})
        return Counter(dict(zip(pairs, times, strict=True))), untaught

    def _axes(self) -> dict[str, float]:
        """Return how many shown nodes each axis has, each node counted by its tree's weights."""
        found = dict.fromkeys((axis.key for axis in self._ground.frame), 0.0)
        if self._size:
            shown = np.add.reduceat(self._shown, self._begins[:-1]).tolist()
            for tree, count in zip(self._ground.trees, shown, strict=True):
                for axis, share in self._ground.shares_of(tree).items():
                    found[axis] += count * share
        return found

    def _there(self) -> dict[str, int]:
        """Return how many nodes, anchors and bridges there are to be shown."""
        counts = self._ground.anchors.tree_counts
        standing = int((counts > 0).sum())
        return {"nodes": self._size, "anchors": standing, "bridges": int((counts * (counts - 1) // 2).sum())}


def exposure_of(ground: Ground, walks: Iterable[Walk]) -> Exposure:
    """Return what walks show.

    >>> from forestlib.model.walk import Step
    >>> ground = Ground()
    >>> _ = ground.plant("justice", "A match.").root.then("Norms differ.")
    >>> steps = Step("node", "A match.", at=("justice", 0)), Step("node", "Norms differ.", at=("justice", 1))
    >>> exposure_of(ground, [Walk("paths", "en", steps, (), ())]).transitions
    Counter({(('justice', 0), ('justice', 1)): 1})
    """
    recount = Recount(ground)
    recount.read(walks)
    return recount.exposure()


def _sign(walk: Walk) -> np.uint64:
    """Return a number that says what a walk asks, and over which anchors it jumps."""
    jumps = walk.crossings.jumps if isinstance(walk.crossings, Shared) else walk.crossings
    said = (walk.ask and attrs.astuple(walk.ask), [jump.anchor for jump in jumps])
    return np.uint64(int.from_bytes(blake2b(repr(said).encode(), digest_size=8).digest(), "big"))


def _mixed(values: Bits) -> Bits:
    values = (values ^ values >> np.uint64(30)) * _MIX[0]
    values = (values ^ values >> np.uint64(27)) * _MIX[1]
    return values ^ values >> np.uint64(31)
