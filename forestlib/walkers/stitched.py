"""Stitched: several trees around the anchor that they share, in one sample, with the anchor said between them.

Where a bridge leaves one tree for another, this shows both whole around the thought: what leads to it in each of them,
and what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from forestlib.model.chance import mixed
from forestlib.model.crossings import Crossings
from forestlib.model.ground import Ground
from forestlib.model.lazy import LazyTrails
from forestlib.model.options import check_counts
from forestlib.model.walk import Note, Run, Trail, ranges_of
from forestlib.model.ways import Ways
from forestlib.registry import walkers

__all__ = ["stitched"]


@walkers.plugin("stitched", crosses=True)
def stitched(forest: Ground, *, seed: int = 0, trees: int = 2, around: int = 4) -> LazyTrails:
    """One sample a crossing: its two trees, up to `around` steps above and below the anchored node of each.

    With `trees` above 2 further trees that have the anchor are drawn by chance, as many as there are.

    >>> ground = Ground()
    >>> for name in ("God", "mind"):
    ...     _ = ground.plant(name, "A thought.").root.then("Choice is free.").anchor("choice").then("So it is.")
    >>> [(run.tree, run.ranges) for run in stitched(ground)[0].runs][:2]
    [('mind', (range(0, 1),)), ('mind', (range(1, 3),))]
    """
    check_counts("stitched", least=2, trees=trees)
    check_counts("stitched", around=around)
    made = _Stitched(forest, seed, trees, around)
    return LazyTrails(len(made.crossings), made.trail, "crossings")


class _Stitched:
    """The crossings of a forest, each with what stands around it."""

    def __init__(self, forest: Ground, seed: int, trees: int, around: int) -> None:
        self._ways, self._seed, self._trees, self._around = Ways(forest, seed), seed, trees, around
        self.crossings = Crossings(forest.anchors)

    def trail(self, number: int) -> Trail:
        """Return a sample."""
        source, target = self.crossings.at(number)
        places = [source, target, *islice(self._others(source, target, number), self._trees - 2)]
        runs = [run for place in places for run in self._runs(place, number)]
        first = self._ways.named(source)[0]
        return Trail(tuple(runs), context=sum(len(span) for run in runs if run.tree == first for span in run.ranges))

    def _runs(self, place: int, salt: int) -> Iterator[Run]:
        """Yield what leads to an anchored node; the node, which is what the trees share, and what follows it."""
        (tree, number), (name, _) = self._ways.at(place), self._ways.named(place)
        above = self._ways.down_to(place, self._around + 1)[:-1]
        if above:
            yield Run(name, tuple(ranges_of(above)))
        below = islice(self._ways.on(tree, number, "down", salt), self._around)
        yield Run(name, tuple(ranges_of([number, *below])), note=Note(shares=self._ways.key(place)))

    def _others(self, source: int, target: int, salt: int) -> Iterator[int]:
        """Yield an occurrence of the anchor in each further tree, from a place of chance on."""
        table, crossings = self._ways.table, self.crossings
        anchor = table.anchor[source]
        begin, end = int(table.start[anchor]), int(table.start[anchor + 1])
        met = {int(table.tree[source]), int(table.tree[target])}
        place = int(crossings.first[begin + mixed(self._seed, salt) % (end - begin)])
        looked = 0
        while looked < end - begin:
            tree, size = int(table.tree[place]), int(crossings.last[place]) - place
            if tree not in met:
                yield place + mixed(self._seed, salt, place) % size
            looked += size
            place = place + size if place + size < end else begin
