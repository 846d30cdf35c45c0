"""Drawing: which places of a forest are asked about, by seed, so many of each kind and level."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice

import attrs

from forestlib.corpus.corpus import Corpus
from forestlib.evaluation.held import TRAINED, draw, numbers
from forestlib.evaluation.jump import Bounds, jump_probe
from forestlib.evaluation.likelihood import compared
from forestlib.evaluation.long import chain_probe
from forestlib.evaluation.practised import Practised
from forestlib.evaluation.probe import Probe
from forestlib.evaluation.reading import Place, Reader
from forestlib.evaluation.recall import inside_probe, path_probe
from forestlib.evaluation.route import link_probe, route_probe
from forestlib.evaluation.schema import schema_probe
from forestlib.model.chance import mixed, seed_of
from forestlib.model.crossing import Crossing
from forestlib.model.dealt import Dealt
from forestlib.model.walk import Run
from forestlib.walkers.schema import Schemas

__all__ = ["ACROSS", "Drawing"]

ACROSS = ("jump", "route:back", "route:forth", "route:link", "likelihood")
_CHAINS = 8


@attrs.define(slots=False, eq=False)
class Drawing:
    """Draws the probes of one corpus."""

    corpus: Corpus
    reader: Reader
    practised: Practised
    count: int
    seed: int

    def of(self, kind: str, levels: Sequence[str]) -> list[Probe]:
        """Return the probes of one kind, of all levels that it has."""
        if kind in ACROSS:
            return [probe for level in levels for probe in islice(self._across(kind, level), self.count)]
        if kind == "schema":
            return [probe for level in levels for probe in islice(self._schemas(level), self.count)]
        if kind == "long":
            return list(islice(self._chains(), min(self.count, _CHAINS)))
        found = self._paths() if kind == "recall:paths" else self._inside(kind.partition(":")[2])
        return list(islice(found, self.count))

    def _across(self, kind: str, level: str) -> Iterator[Probe]:
        """Iterate over the probes that cross from one tree into another."""
        for salt, crossing in enumerate(self._crossings(kind, level)):
            probe = self._crossing(kind, level, crossing, mixed(self.seed, salt))
            if probe is not None:
                yield probe

    def _crossing(self, kind: str, level: str, crossing: Crossing, salt: int) -> Probe | None:
        questions = self.practised.questions
        if kind == "route:link":
            return link_probe(self.reader, crossing, level)
        if kind.startswith("route:"):
            return route_probe(self.reader, crossing, questions, kind.partition(":")[2], level, salt)
        trees = self.corpus.forest.anchors[crossing.anchor].tree_count
        probe = jump_probe(self.reader, crossing, self.practised.jumps, level, trees, salt)
        return compared(self.reader, probe, salt) if kind == "likelihood" else probe

    def _crossings(self, kind: str, level: str) -> list[Crossing]:
        """Return the crossings of a level, the same ones for all kinds that ask in the same bounds."""
        bounds: Bounds = self.practised.questions if kind.startswith("route:") else self.practised.jumps
        return self._drawn(level, bounds.direction)

    def _drawn(self, level: str, direction: str) -> list[Crossing]:
        key = (level, direction)
        if key not in self._known:
            self._known[key] = draw(self.corpus, level, self.count, self.seed, direction)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[str, str], list[Crossing]]:
        return {}

    def _paths(self) -> Iterator[Probe]:
        """Iterate over nodes that something follows from, to go on from."""
        for salt, at in enumerate(self._nodes("paths")):
            if not self.reader.is_leaf(at):
                yield path_probe(self.reader, at, self.practised.jumps.after, mixed(self.seed, salt))

    def _inside(self, direction: str) -> Iterator[Probe]:
        """Iterate over nodes to be led to, below a root."""
        bounds = self.practised.questions
        for salt, at in enumerate(self._nodes(direction)):
            if at[1]:
                yield inside_probe(self.reader, at, direction, bounds.before + bounds.after, mixed(self.seed, salt))

    def _nodes(self, name: str) -> Iterator[Place]:
        """Iterate over nodes of the forest by chance."""
        dealt = Dealt(order.size for order in self.reader.ways.orders)
        for number in numbers(len(dealt), self.count, seed_of(self.seed, name)):
            tree, nth = dealt.at(number)
            yield self.reader.ways.names[tree], nth

    def _schemas(self, level: str) -> Iterator[Probe]:
        """Iterate over ways of reasoning shown on one topic and asked on another, a new or a practised one."""
        if level not in ("trees", TRAINED):
            return
        schemas = Schemas(self.corpus.forest, self.seed, 2)
        holds, is_new = self.corpus.hold_outs.holds_tree, level == "trees"
        for number in numbers(len(schemas), self.count, seed_of(self.seed, "schema")):
            shown, asked = _by_tree(schemas.trail(number).runs)
            if not holds(shown[0].tree) and holds(asked[0].tree) == is_new:
                probe = schema_probe(self.reader, shown, asked, level)
                if probe is not None:
                    yield probe

    def _chains(self) -> Iterator[Probe]:
        """Iterate over the deepest trees that do not fit into one window."""
        depth: Callable[[int], int] = lambda place: max(orders[place].level[: orders[place].size])  # noqa: E731
        orders, trees = self.reader.ways.orders, self.corpus.forest.trees
        for place in sorted(range(len(trees)), key=lambda place: (-depth(place), place)):
            if depth(place) >= self.practised.size:
                yield chain_probe(self.reader, trees[place], self.practised.keep, self.practised.size)


def _by_tree(runs: Iterable[Run]) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Return the runs of a trail's first tree, and those of its second one."""
    listed = tuple(runs)
    first = tuple(run for run in listed if run.tree == listed[0].tree)
    return first, tuple(run for run in listed if run.tree != listed[0].tree)
