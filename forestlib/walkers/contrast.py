"""Contrast: a node, one that shares its anchor in another tree, and one that does not, graded by axis distance.

The prompt and the positive are a crossing, shown without a jump, so there are as many trails as crossings; they are
counted, never listed. The negative is drawn by chance from the nodes that share no anchor with either of the two, by
its rank among them: what shares an anchor is a sorted column, and the *n*-th number that is missing in it is found by
one look-up.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.model.chance import mixed
from forestlib.model.crossings import Crossings
from forestlib.model.ground import Ground
from forestlib.model.lazy import LazyTrails
from forestlib.model.nearness import Nearness
from forestlib.model.options import check_choice
from forestlib.model.walk import Note, Run, Trail
from forestlib.registry import walkers

__all__ = ["Contrasts", "contrast"]

HARD = ("no", "axes", "tree")
NO_NEGATIVE = "no node that shares no anchor"
DRAWN = 8
# As many occurrences are remembered as what shares an anchor with some nodes; 8 bytes each, twice.
_REMEMBERED = 1 << 21
Numbers = npt.NDArray[np.int64]


@walkers.plugin("contrast", gives=("prompt", "positive", "negative", "values"), crosses=True)
def contrast(forest: Ground, *, seed: int = 0, hard: str = "no") -> LazyTrails:
    """Every crossing as a node (the prompt) and the one it reaches (positive), and a node that shares no anchor.

    The negative shares no anchor with the prompt, nor with the positive unless every node does. It is drawn from the
    other trees; `hard` "axes" takes of eight drawn the one whose tree is nearest in axes, "tree" one of the prompt's
    own tree. The value of each says how near it is to the prompt: half of it whether they share an anchor, the other
    half how alike their trees' axes are, which is ``1 - ½ Σ|a - b|`` over their weights: 1 within one tree, ½ where a
    tree names no axes. So a positive is worth ½ to 1, a negative 0 to ½. Crossings for which there is no negative are
    left out and counted in `skipped`.

    >>> ground = Ground()
    >>> for name in ("God", "mind"):
    ...     _ = ground.plant(name, "No choice.", axes=["paradox"]).root.anchor("choice").then("So it is.")
    >>> [(run.note.part, run.first, run.note.value) for run in contrast(ground)[0].runs]
    [('prompt', ('God', 0), None), ('positive', ('mind', 0), 1.0), ('negative', ('mind', 1), 0.5)]
    """
    check_choice("contrast", HARD, hard=hard)
    found = Contrasts(forest, seed, hard)
    return LazyTrails(len(found), found.trail, "crossings", found.skipped)


@attrs.frozen(eq=False)
class _Sharing:
    """The nodes that share an anchor with some nodes, ascending, and how many do not before each of them."""

    nodes: Numbers
    others_before: Numbers

    def others_in(self, begin: int, stop: int) -> int:
        """Return how many of the nodes from `begin` to `stop` share no anchor."""
        first, last = np.searchsorted(self.nodes, [begin, stop]).tolist()
        return stop - begin - int(last - first)

    def other(self, rank: int) -> int:
        """Return the node that shares no anchor, of a rank among all those."""
        return rank + int(np.searchsorted(self.others_before, rank, "right"))


class Contrasts:
    """The crossings of a forest, each with a node that shares no anchor, as trails; nodes are numbered throughout."""

    def __init__(self, forest: Ground, seed: int, hard: str) -> None:
        self._seed, self._hard, self._table = seed, hard, forest.anchors
        self._names: list[str] = [tree.name for tree in forest.trees]
        self._nearness = Nearness(forest)
        sizes = [len(tree) for tree in forest.trees]
        self._begins: Numbers = np.cumsum([0, *sizes])
        self._node = self._begins[self._table.tree] + self._table.node
        self._by_node = np.argsort(self._node, kind="stable")
        self._sorted_nodes = self._node[self._by_node]
        self._known: dict[tuple[int, ...], _Sharing] = {}
        self._remembered = 0
        self._crossings = Crossings(self._table, self._opposed())
        left_out = self._crossings.left_out
        self.skipped: Mapping[str, int] = {NO_NEGATIVE: left_out} if left_out else {}

    def __getstate__(self) -> dict[str, object]:
        return self.__dict__ | {"_known": {}, "_remembered": 0}

    def _opposed(self) -> npt.NDArray[np.bool_]:
        """Return of each occurrence whether there is a node that shares none of its node's anchors."""
        table = self._table
        within = table.tree if self._hard == "tree" else np.zeros_like(table.tree)
        group = table.anchor.astype(np.int64) * max(len(self._names), 1) + within
        sharing = np.searchsorted(group, group, "right") - np.searchsorted(group, group, "left")
        most = np.bincount(self._node, weights=sharing, minlength=int(self._begins[-1]))[self._node]
        sizes = np.diff(self._begins)[table.tree]
        found: npt.NDArray[np.bool_] = most < (sizes if self._hard == "tree" else self._begins[-1] - sizes)
        found |= self._bare()[table.tree] > 0
        # Counted so, a node with two of the anchors counts twice; only where that matters is it counted exactly.
        for place in np.flatnonzero(~found & (np.diff(table.start)[table.anchor] > 1)).tolist():
            sharing_too = self._sharing(self._anchors_at(int(self._node[place])))
            found[place] = self._count(sharing_too, int(table.tree[place])) > 0
        return found

    def _bare(self) -> Numbers:
        """Return of each tree how many nodes without an anchor may stand against one of it."""
        has = np.zeros(int(self._begins[-1]) + 1, np.int64)
        has[self._node] = 1
        before = np.concatenate(([0], np.cumsum(1 - has[:-1])))
        within = before[self._begins[1:]] - before[self._begins[:-1]]
        bare: Numbers = within if self._hard == "tree" else before[-1] - within
        return bare

    def __len__(self) -> int:
        return len(self._crossings)

    def trail(self, place: int) -> Trail:
        """Return the trail of one crossing."""
        positive, prompt = self._crossings.at(place)
        one, other = int(self._node[prompt]), int(self._node[positive])
        key, tree = self._table.anchor_keys[self._table.anchor[prompt]], int(self._table.tree[prompt])
        negative = self._negative(one, other, tree, mixed(self._seed, place))
        runs = (
            self._run(one, Note("prompt", shares=key)),
            self._run(other, Note("positive", shares=key, value=0.5 + self._alike(tree, other) / 2)),
            self._run(negative, Note("negative", value=self._alike(tree, negative) / 2)),
        )
        return Trail(runs, context=1)

    def _run(self, node: int, note: Note) -> Run:
        tree = self._tree_of(node)
        number = node - int(self._begins[tree])
        return Run(self._names[tree], (range(number, number + 1),), note=note)

    def _tree_of(self, node: int) -> int:
        return int(np.searchsorted(self._begins, node, "right")) - 1

    def _alike(self, tree: int, node: int) -> float:
        other = self._tree_of(node)
        return 1.0 if other == tree else float(self._nearness.of(tree, [other])[0])

    def _negative(self, one: int, other: int, tree: int, chance: int) -> int:
        anchors = self._anchors_at(one)
        sharing = self._sharing(tuple(sorted({*anchors, *self._anchors_at(other)})))
        count = self._count(sharing, tree)
        if not count:
            sharing = self._sharing(anchors)
            count = self._count(sharing, tree)
        draws = DRAWN if self._hard == "axes" else 1
        drawn = [self._other(sharing, tree, mixed(chance, turn) % count) for turn in range(draws)]
        return drawn[0] if draws == 1 else max(drawn, key=lambda node: self._alike(tree, node))

    def _count(self, sharing: _Sharing, tree: int) -> int:
        """Return how many nodes may stand against one of a tree."""
        within = sharing.others_in(int(self._begins[tree]), int(self._begins[tree + 1]))
        return within if self._hard == "tree" else sharing.others_in(0, int(self._begins[-1])) - within

    def _other(self, sharing: _Sharing, tree: int, nth: int) -> int:
        begin, stop = int(self._begins[tree]), int(self._begins[tree + 1])
        before = sharing.others_in(0, begin)
        if self._hard == "tree":
            return sharing.other(before + nth)
        return sharing.other(nth if nth < before else nth + sharing.others_in(begin, stop))

    def _anchors_at(self, node: int) -> tuple[int, ...]:
        """Return a node's anchors that stand at another node as well: those of one node keep no other away."""
        begin, stop = np.searchsorted(self._sorted_nodes, [node, node + 1]).tolist()
        anchors = self._table.anchor[self._by_node[begin:stop]]
        return tuple(sorted(anchors[np.diff(self._table.start)[anchors] > 1].tolist()))

    def _sharing(self, anchors: tuple[int, ...]) -> _Sharing:
        """Return the nodes that have one of some anchors."""
        found = self._known.get(anchors)
        if found is None:
            starts = self._table.start
            spans = [self._node[starts[anchor] : starts[anchor + 1]] for anchor in anchors]
            nodes = np.unique(np.concatenate(spans))
            found = _Sharing(nodes, nodes - np.arange(len(nodes)))
            self._remember(anchors, found)
        return found

    def _remember(self, anchors: tuple[int, ...], sharing: _Sharing) -> None:
        self._remembered += len(sharing.nodes)
        if self._remembered > _REMEMBERED:
            self._known.clear()
            self._remembered = len(sharing.nodes)
        self._known[anchors] = sharing
