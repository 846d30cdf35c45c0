"""Jump: down one tree to an anchor, then the name of another tree. Does the model go on as that tree does?

What is asked is the crossing that the prompt names; from whichever occurrence of the anchor in the named tree the
answer goes on, and by whichever of its ways, is right. One that goes on in the tree that it came from *stays*.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import attrs

from forestlib.evaluation.probe import Probe, broken_off, said
from forestlib.evaluation.reading import Moves, Place, Reader, Reading, State
from forestlib.model.crossing import Crossing
from forestlib.model.walk import Run, Trail, ranges_of

__all__ = ["Bounds", "Jump", "jump_probe"]


@attrs.frozen
class Bounds:
    """How far walks of the corpus lead up to a jump and go on after it, and whether down, up or as it comes."""

    before: int = 8
    after: int = 8
    direction: str = "auto"


@attrs.frozen
class Jump:
    """Goes on from one of the `targets` to a leaf, or to the root, or for `most` steps."""

    source: Place
    targets: tuple[Place, ...]
    key: str
    up: bool
    most: int
    of: int

    def read(self, reader: Reader, text: str) -> Reading:
        """Return what an answer turned out to be; the words of the jump and the anchored node may be said again."""
        units = reader.units(text)
        begin = self._begin(reader, units)
        found = reader.follow(units, self._starts(reader, units, begin), self._moves(reader), self._is_done(reader))
        jumped = reader.is_jump(units, found.begin, found.at)
        right = self._is_done(reader)(found) or (jumped and found.steps > 0)
        stayed = not found.steps and self._stays(reader, units, begin)
        return Reading(right, found.steps, self.of, stayed, jumped, "" if right else reader.rest(units, found.begin))

    def _begin(self, reader: Reader, units: tuple[str, ...]) -> int:
        """Return the place after the words of the jump: a chat that asks for it answers with them."""
        ways = reader.jump_words(self.source, self.key, self.targets[0])
        return max(reader.skipped(units, 0, steps) for steps in ways)

    def _starts(self, reader: Reader, units: tuple[str, ...], begin: int) -> list[State]:
        starts = []
        for at in self.targets:
            starts.append(State(begin, at))
            if reader.begins(units, begin, reader.node(at)):
                starts.append(State(begin + len(reader.node(at)), at))
        return starts

    def _moves(self, reader: Reader) -> Moves:
        return reader.up if self.up else reader.down

    def _is_done(self, reader: Reader) -> Callable[[State], bool]:
        def is_done(state: State) -> bool:
            ended = reader.above(state.at) is None if self.up else reader.is_leaf(state.at)
            return state.steps > 0 and (ended or state.steps >= self.most)

        return is_done

    def _stays(self, reader: Reader, units: tuple[str, ...], begin: int) -> bool:
        begin = reader.skipped(units, begin, [reader.node(self.source)])
        above = reader.above(self.source)
        own = [*reader.below(self.source), *([above] if above is not None else [])]
        return any(reader.begins(units, begin, reader.node(at)) for at in own)


def jump_probe(reader: Reader, crossing: Crossing, bounds: Bounds, level: str, trees: int, salt: int = 0) -> Probe:
    """Return the probe that asks for a crossing, whose anchor stands in so many `trees`."""
    (name, number), (_, left) = crossing.target, crossing.source
    ways, place = reader.ways, reader.place_of
    up = bounds.direction == "up" or reader.is_leaf(crossing.target)
    on = [*islice(ways.on(place[name], number, "up" if up else "down", salt), bounds.after)]
    above = [left, *islice(ways.up(place[crossing.source[0]], left), bounds.before - 1)][::-1]
    runs = (
        Run(crossing.source[0], tuple(ranges_of(above))),
        Run(name, tuple(ranges_of([number, *on])), reader.phrase(crossing.anchor, crossing.target)),
    )
    prompt, rest = broken_off(reader.wording, Trail(runs, context=len(above)), 1 + len(on))
    targets = (crossing.target, *(at for at in reader.occurrences(crossing.anchor, name) if at != crossing.target))
    task = Jump(crossing.source, targets, crossing.anchor, up, bounds.after, len(on))
    # A jumper who knows where the anchor stands and does not hear which tree is named.
    chance = 1 / (trees - 1) if trees > 1 else None
    return Probe("jump", level, prompt, task, said(rest), 1 + len(on), chance, crossing)
