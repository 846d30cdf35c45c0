"""Recall: plain ways through one tree, taken up in their middle, and questions inside it. Was nothing sacrificed?"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import attrs

from forestlib.evaluation.probe import Probe, broken_off, said
from forestlib.evaluation.reading import Place, Reader, Reading, State
from forestlib.evaluation.route import Way
from forestlib.model.chance import mixed
from forestlib.model.walk import Ask, Run, Trail, ranges_of

__all__ = ["Onwards", "inside_probe", "path_probe"]


@attrs.frozen
class Onwards:
    """Goes on from a node to a leaf, whichever way, or for `most` steps."""

    at: Place
    most: int
    of: int

    def read(self, reader: Reader, text: str) -> Reading:
        """Return what an answer turned out to be."""
        units = reader.units(text)
        found = reader.follow(units, [State(0, self.at)], reader.down, self._is_done(reader))
        jumped = found.steps > 0 and reader.is_jump(units, found.begin, found.at)
        right = self._is_done(reader)(found) or jumped
        return Reading(right, found.steps, self.of, False, jumped, "" if right else reader.rest(units, found.begin))

    def _is_done(self, reader: Reader) -> Callable[[State], bool]:
        return lambda state: state.steps > 0 and (reader.is_leaf(state.at) or state.steps >= self.most)


def path_probe(reader: Reader, at: Place, most: int, salt: int = 0) -> Probe:
    """Return the probe that goes on from a node: its tree's root-to-leaf path down to it is given."""
    tree = reader.place_of[at[0]]
    above = [at[1], *reader.ways.up(tree, at[1])][::-1]
    on = [*islice(reader.ways.on(tree, at[1], "down", salt), most)]
    trail = Trail((Run(at[0], tuple(ranges_of([*above, *on]))),), context=len(above))
    prompt, rest = broken_off(reader.wording, trail, len(on))
    return Probe("recall:paths", "shown", prompt, Onwards(at, most, len(on)), said(rest), len(on))


def inside_probe(reader: Reader, goal: Place, direction: str, most: int, salt: int = 0) -> Probe:
    """Return the question that leads to a node from one above it, as the walker `questions` asks inside one tree."""
    tree, ways = reader.place_of[goal[0]], reader.ways
    farthest = min(ways.orders[tree].level[goal[1]], most - 1)
    steps = farthest - mixed(salt, goal[1]) % ((farthest + 1) // 2)
    back = [goal[1], *islice(ways.up(tree, goal[1]), steps)]
    start = (goal[0], back[-1])
    nodes = back if direction == "back" else back[::-1]
    trail = Trail((Run(goal[0], tuple(ranges_of(nodes))),), Ask(direction, start, goal, ""))
    prompt, rest = broken_off(reader.wording, trail, 1 + len(nodes))
    task = Way(start, goal, direction, len(nodes), 2 * most, crosses=False)
    forks = _forks(reader, [(goal[0], number) for number in back[1:]])
    chance = 1 / forks if direction == "forth" else None
    return Probe(f"recall:{direction}", "shown", prompt, task, said(rest), len(nodes), chance)


def _forks(reader: Reader, nodes: list[Place]) -> int:
    """Return in how many ways one can go down over some nodes: who goes down blindly chooses one of them."""
    ways = 1
    for at in nodes:
        ways *= len(list(reader.below(at)))
    return ways
