"""Identity: a thought, and the places where it stands, each in the words of its own tree.

It says outright what bridges say by jumping: that this is one thought, here and there.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
import numpy.typing as npt

from forestlib.model.anchor import AnchorTable
from forestlib.model.chance import permuted
from forestlib.model.ground import Ground
from forestlib.model.lazy import LazyTrails
from forestlib.model.options import check_counts
from forestlib.model.walk import Ask, Note, Run, Trail, ranges_of
from forestlib.model.ways import Ways
from forestlib.registry import walkers

__all__ = ["identity"]

ONE_PLACE = "an anchor that stands at one node only"


@walkers.plugin("identity", crosses="some")
def identity(forest: Ground, *, seed: int = 0, places: int = 8, around: int = 0) -> LazyTrails:
    """Every anchor that stands at two or more nodes, with the nodes where it stands, at most `places` in a sample.

    Up to `around` steps above each of them lead to it. An anchor of more places has several samples of about the same
    size, each with as many different trees as there can be. One that stands at a single node is left out and counted.

    >>> ground = Ground()
    >>> for name in ("God", "mind"):
    ...     _ = ground.plant(name, "Choice is free.").root.anchor("choice")
    >>> sorted(identity(ground)[0].places())
    [('God', 0), ('mind', 0)]
    """
    check_counts("identity", least=2, places=places)
    check_counts("identity", least=0, around=around)
    made = _Identity(forest, seed, places, around)
    return LazyTrails(made.count, made.trail, "samples of anchors", {ONE_PLACE: made.alone})


class _Identity:
    """The anchors of a forest, each in as many samples as it takes."""

    def __init__(self, forest: Ground, seed: int, places: int, around: int) -> None:
        self._ways, self._around = Ways(forest), around
        table = forest.anchors
        self._start, self._order = table.start, _varied(table, seed)
        self._counts = np.diff(table.start)
        self._samples = np.where(self._counts > 1, -(-self._counts // places), 0)
        self._ends = np.cumsum(self._samples)
        self.count = int(self._ends[-1]) if len(self._ends) else 0
        self.alone = int((self._counts == 1).sum())

    def trail(self, place: int) -> Trail:
        """Return a sample."""
        anchor = int(np.searchsorted(self._ends, place, "right"))
        samples, count = int(self._samples[anchor]), int(self._counts[anchor])
        nth = place - int(self._ends[anchor]) + samples
        start = int(self._start[anchor])
        dealt = self._order[start : start + count]
        shown = dealt[nth::samples].tolist()
        if len(shown) < 2:
            # A place alone is the same as nothing.
            shown.append(int(dealt[nth - 1]))
        key = self._ways.key(shown[0])
        runs = tuple(run for one in shown for run in self._runs(one, key))
        return Trail(runs, Ask("places", self._ways.named(shown[0]), self._ways.named(shown[-1]), key))

    def _runs(self, place: int, key: str) -> Iterator[Run]:
        """Yield what leads to an anchored node, and the node itself, which is what the places have in common."""
        (tree, number), (name, _) = self._ways.at(place), self._ways.named(place)
        above = list(islice(self._ways.up(tree, number), self._around))[::-1]
        if above:
            yield Run(name, tuple(ranges_of(above)))
        yield Run(name, (range(number, number + 1),), note=Note(shares=key))


def _varied(table: AnchorTable, seed: int) -> npt.NDArray[np.int64]:
    """Return the occurrences of each anchor, tree by tree, in an order of chance.

    Dealt out in turn, the places of one tree come into as many samples as there can be.
    """
    count = len(table.tree)
    if not count:
        return np.zeros(0, np.int64)
    begins = np.append(True, (np.diff(table.anchor) != 0) | (np.diff(table.tree) != 0))
    groups = int(begins.sum())
    of_tree = permuted(np.arange(groups), groups, seed)[np.cumsum(begins) - 1]
    return np.lexsort((permuted(np.arange(count), count, seed), of_tree, table.anchor)).astype(np.int64)
