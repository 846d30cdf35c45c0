"""Routes: how does one come from a thought of one tree to one of another? Asked back, forth, or for the link alone.

An answer is right where it is a way through the forest from the one to the other, whichever way that is: over children,
parents and real crossings, no node twice. One by the link alone names an anchor that stands in both trees.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import attrs

from forestlib.evaluation.jump import Bounds
from forestlib.evaluation.probe import Probe, broken_off, said
from forestlib.evaluation.reading import Place, Reader, Reading, State, Units
from forestlib.model.crossing import Crossing
from forestlib.model.walk import Ask, Run, Trail, ranges_of

__all__ = ["Link", "Way", "link_probe", "route_probe"]


@attrs.frozen
class Way:
    """Leads from a start to a goal, or `direction` "back" from the goal to the start, in at most `most` steps."""

    start: Place
    goal: Place
    direction: str
    of: int
    most: int
    crosses: bool = True

    def read(self, reader: Reader, text: str) -> Reading:
        """Return what an answer turned out to be."""
        first, last = (self.goal, self.start) if self.direction == "back" else (self.start, self.goal)
        units = reader.units(text)
        begin = reader.skipped(units, 0, [reader.head(first[0])])
        if not reader.begins(units, begin, reader.node(first)):
            return Reading(False, 0, self.of, wrong=reader.rest(units, begin))
        met = _mentioned(reader, units) if self.crosses else frozenset()
        state = State(begin + len(reader.node(first)), first, 1, frozenset((first,)))
        found = reader.follow(
            units, [state], lambda one: self._moves(reader, units, met, one), lambda one: one.at == last
        )
        right = found.at == last
        stayed = not right and self.crosses and not found.jumps
        return Reading(right, found.steps, self.of, stayed, False, "" if right else reader.rest(units, found.begin))

    def _moves(self, reader: Reader, units: Units, met: frozenset[str], state: State) -> Iterator[tuple[Units, State]]:
        if state.steps >= self.most:
            return
        for said_, after in (*reader.down(state), *reader.up(state)):
            if after.at not in state.seen:
                yield said_, attrs.evolve(after, seen=state.seen | {after.at})
        if met and reader.may_jump(units, state.begin):
            yield from _jumps(reader, met, state)


def _jumps(reader: Reader, met: frozenset[str], state: State) -> Iterator[tuple[Units, State]]:
    """Iterate over the jumps to trees that the answer names."""
    for key in reader.keys(state.at):
        for tree in met - {state.at[0]}:
            for target in reader.occurrences(key, tree):
                if target in state.seen:
                    continue
                after = attrs.evolve(
                    state, at=target, steps=state.steps + 1, seen=state.seen | {target}, jumps=state.jumps + 1
                )
                for steps in reader.jump_words(state.at, key, target):
                    yield tuple(unit for step in (*steps, reader.node(target)) for unit in step), after


def _mentioned(reader: Reader, units: Units) -> frozenset[str]:
    """Return the trees whose names stand anywhere in an answer."""
    heads = reader.heads
    sizes = {len(said_) for said_ in heads}
    windows = (units[first : first + size] for size in sizes for first in range(len(units) - size + 1))
    return frozenset(heads[window] for window in windows if window in heads)


@attrs.frozen
class Link:
    """Names an anchor that two trees share."""

    trees: tuple[str, str]
    keys: frozenset[str]

    def read(self, reader: Reader, text: str) -> Reading:
        """Return what an answer turned out to be."""
        units = reader.units(text)
        named = (reader.anchor(key, reader.occurrences(key, self.trees[1])[0]) for key in self.keys)
        right = any(reader.begins(units, 0, said_) for said_ in named)
        return Reading(right, int(right), 1, wrong="" if right else reader.rest(units, 0))


def route_probe(reader: Reader, crossing: Crossing, bounds: Bounds, direction: str, level: str, salt: int = 0) -> Probe:
    """Return the question whose answer leads over a crossing, as the walker `questions` asks it."""
    ways, place = reader.ways, reader.place_of
    (from_tree, source), (to_tree, target) = crossing.source, crossing.target
    above = [source, *islice(ways.up(place[from_tree], source), bounds.before - 1)][::-1]
    below = [target, *islice(ways.on(place[to_tree], target, "auto", salt), bounds.after)]
    runs = [
        Run(from_tree, tuple(ranges_of(above))),
        Run(to_tree, tuple(ranges_of(below)), reader.phrase(crossing.anchor, crossing.target)),
    ]
    start, goal = (from_tree, above[0]), (to_tree, below[-1])
    if direction == "back":
        runs = [
            Run(to_tree, tuple(ranges_of(below[::-1]))),
            Run(from_tree, tuple(ranges_of(above[::-1])), reader.phrase(crossing.anchor, crossing.source)),
        ]
    trail = Trail(tuple(runs), Ask(direction, start, goal, runs[1].via or ""))
    walk = reader.wording.walk(trail, "questions")
    prompt, rest = broken_off(reader.wording, trail, len(walk.steps) - 1)
    steps = len(above) + len(below)
    task = Way(start, goal, direction, steps, 2 * (bounds.before + bounds.after) + 2)
    return Probe(f"route:{direction}", level, prompt, task, said(rest), steps, None, crossing)


def link_probe(reader: Reader, crossing: Crossing, level: str) -> Probe:
    """Return the question that the anchor of a crossing answers; any other that both trees have answers it as well."""
    trees = (crossing.source[0], crossing.target[0])
    trail = Trail((), Ask("link", crossing.source, crossing.target, reader.phrase(crossing.anchor, crossing.target)))
    prompt, rest = broken_off(reader.wording, trail, 1)
    own, other = (_keys_in(reader, tree) for tree in trees)
    # Who names some anchor of the tree that is asked about first.
    chance = len(own & other) / len(own)
    return Probe("route:link", level, prompt, Link(trees, own & other), said(rest), 1, chance, crossing)


def _keys_in(reader: Reader, tree: str) -> frozenset[str]:
    table = reader.ways.table
    key_of = {phrase: table.key_of(phrase) for phrase in reader.ground[tree].marks().phrase}
    return frozenset(key_of.values())
