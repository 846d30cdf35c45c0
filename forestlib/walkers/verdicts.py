"""Verdicts: the next steps of a node, each of them judged right or wrong, as reward models learn to judge them.

A judgement is the step's own field `label`, or its `score` held against a threshold; where a forest holds right steps
only, steps of another branch can stand as wrong ones. On a way that went wrong nothing more is judged: whether a step
is right after a wrong one is no sound question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from forestlib.errors import OptionError, shown
from forestlib.model.chance import mixed, some_of
from forestlib.model.dealt import orders_of
from forestlib.model.fields import finite
from forestlib.model.ground import Ground
from forestlib.model.lazy import LazyTrails
from forestlib.model.options import check_counts
from forestlib.model.preorder import Preorder
from forestlib.model.tree import Tree
from forestlib.model.walk import Note, Run, Trail
from forestlib.registry import walkers

__all__ = ["Verdicts", "verdicts"]

RIGHT = frozenset({"right", "true", "correct", "+", "1", "верно", "правильно"})
WRONG = frozenset({"wrong", "false", "incorrect", "-", "-1", "неверно", "неправильно"})
NO_VERDICTS = "a tree without verdicts"
UNCLEAR = "a label that is neither right nor wrong"
NO_NUMBER = "a score that is no number"
WENT_WRONG = "a node on a way that went wrong"
NO_OTHER = "a node with no other branch to take wrong steps from"
_OF_NUMBERS = {1.0: True, -1.0: False}
_TRIES = 8
Verdict = dict[int, bool]


@walkers.plugin("verdicts", gives=("prompt", "labels"), crosses=False)
def verdicts(
    forest: Ground,
    *,
    seed: int = 0,
    before: int | None = 32,
    threshold: float | None = None,
    from_siblings: bool = False,
) -> LazyTrails:
    """Every node whose next steps are judged: the prompt leads to it, then come its next steps, each right or wrong.

    A step is judged by its field `label`: right, true, correct, верно, 1 or + and their opposites, as words, truths or
    numbers; without a label by its `score`, right from `threshold` on, where one is given. Any other step is not
    judged. The right ones are the part chosen, the wrong ones rejected; the score is the value. With `from_siblings`
    every next step that is not wrong counts as right, and as many steps as are right stand against them as wrong ones:
    the node's own, and then steps of other branches of the tree, from the same level. At most `before` nodes lead up
    to the steps (None: the whole path). Nodes on a way that went wrong are left out and counted in `skipped`.

    >>> ground = Ground()
    >>> _ = ground.plant("sum", "1 + 1?").root.then("2", label=True).parent.then("3", label=False)
    >>> [(run.first, run.note.label) for run in verdicts(ground)[0].runs]
    [(('sum', 0), None), (('sum', 1), True), (('sum', 2), False)]
    """
    if threshold is not None and finite(threshold) is None:
        raise OptionError(
            f"The option 'threshold' of verdicts is a number, or None, got {shown(threshold)}.", option="threshold"
        )
    if not isinstance(from_siblings, bool):
        raise OptionError(
            f"The option 'from_siblings' of verdicts is True or False, got {shown(from_siblings)}.",
            option="from_siblings",
        )
    check_counts("verdicts", before=1 if before is None else before)
    found = Verdicts(forest, seed, before, threshold, from_siblings)
    return LazyTrails(len(found), found.trail, "judged nodes", found.skipped)


class Verdicts:
    """The nodes whose next steps are judged, as trails."""

    def __init__(
        self, forest: Ground, seed: int, before: int | None, threshold: float | None, from_siblings: bool
    ) -> None:
        self._seed, self._before, self._from_siblings = seed, before, from_siblings
        self._trees = orders_of(forest)
        self._verdicts: dict[int, Verdict] = {}
        self._scores: dict[int, dict[int, float]] = {}
        self._levels: dict[int, tuple[npt.NDArray[np.intp], list[int]]] = {}
        left_out = Counter[str]()
        parts = [np.empty((0, 2), np.int64)]
        for place, tree in enumerate(forest.trees):
            judged = self._judged(place, tree, threshold, left_out)
            parts.append(np.stack([np.full(len(judged), place, np.int64), judged], axis=1))
        self._nodes = np.concatenate(parts)
        self.skipped: Mapping[str, int] = dict(left_out)

    def _judged(self, place: int, tree: Tree, threshold: float | None, left_out: Counter[str]) -> npt.NDArray[np.int64]:
        """Return the nodes of a tree whose next steps are judged."""
        order = self._trees[place][1]
        self._scores[place] = scores = _scores_of(tree, left_out)
        found = {} if threshold is None else {node: score >= threshold for node, score in scores.items()}
        self._verdicts[place] = found = found | _labels_of(tree, left_out)
        parent = np.array(order.parent[: order.size], np.int64)
        wrong = np.array([node for node, right in found.items() if not right], np.int64)
        judged = np.array([node for node in found if node], np.int64)
        if self._from_siblings:
            judged = np.arange(1, order.size)
        nodes = np.unique(parent[judged])
        if not len(nodes):
            left_out[NO_VERDICTS] += 1
            return nodes
        went_wrong = _at_or_below(order, wrong)[nodes]
        if went_wrong.any():
            left_out[WENT_WRONG] += int(went_wrong.sum())
        return self._opposed(order, nodes[~went_wrong], parent, wrong, left_out)

    def _opposed(
        self,
        order: Preorder,
        nodes: npt.NDArray[np.int64],
        parent: npt.NDArray[np.int64],
        wrong: npt.NDArray[np.int64],
        left_out: Counter[str],
    ) -> npt.NDArray[np.int64]:
        """Return the nodes that wrong steps can be found for, where they are to be found."""
        if not self._from_siblings:
            return nodes
        level = np.array(order.level[: order.size], np.int64)
        widths = np.append(np.bincount(level), 0)
        others = widths[level[nodes] + 1] - np.bincount(parent[1:], minlength=order.size)[nodes]
        opposed = (others > 0) | np.isin(nodes, parent[wrong])
        if not opposed.all():
            left_out[NO_OTHER] += int((~opposed).sum())
        return nodes[opposed]

    def __len__(self) -> int:
        return len(self._nodes)

    def trail(self, place: int) -> Trail:
        """Return the trail of one node and its next steps."""
        tree, number = self._nodes[place].tolist()
        name, order = self._trees[tree]
        lead = Run(name, tuple(order.last_of_path(number, self._before)), note=Note("prompt"))
        return Trail((lead, *self._steps(tree, number)), context=sum(map(len, lead.ranges)))

    def _steps(self, tree: int, number: int) -> Iterator[Run]:
        found, children = self._verdicts[tree], self._trees[tree][1].children(number)
        scores, lacking = self._scores[tree], 0
        for child in children:
            right = found.get(child, True if self._from_siblings else None)
            if right is not None:
                lacking += 1 if right else -1
                yield self._run(tree, child, right, scores.get(child))
        if self._from_siblings and lacking > 0:
            for node in self._of_other_branches(tree, children, lacking):
                yield self._run(tree, node, False, None)

    def _run(self, tree: int, node: int, right: bool, score: float | None) -> Run:
        note = Note("chosen" if right else "rejected", label=right, value=score)
        return Run(self._trees[tree][0], (range(node, node + 1),), note=note)

    def _of_other_branches(self, tree: int, children: list[int], most: int) -> Iterator[int]:
        """Iterate over steps on the level of some siblings that say something else, drawn by chance."""
        order = self._trees[tree][1]
        nodes = self._on_level(tree, order.level[children[0]])
        # In preorder siblings are neighbours on their level, so the others are what lies on either side of them.
        begin, others = int(np.searchsorted(nodes, children[0])), len(nodes) - len(children)
        said = {order.text[child] for child in children}
        for place in some_of(others, min(others, most * _TRIES), mixed(self._seed, tree, children[0])):
            node = int(nodes[place if place < begin else place + len(children)])
            if order.text[node] not in said:
                said.add(order.text[node])
                yield node
                most -= 1
            if not most:
                return

    def _on_level(self, tree: int, level: int) -> npt.NDArray[np.intp]:
        """Return the nodes of a tree on one level, in preorder."""
        if tree not in self._levels:
            order = self._trees[tree][1]
            levels = np.array(order.level[: order.size], np.int64)
            starts = np.cumsum(np.append(0, np.bincount(levels))).tolist()
            self._levels[tree] = np.argsort(levels, kind="stable"), starts
        by_level, starts = self._levels[tree]
        return by_level[starts[level] : starts[level + 1]]


def _at_or_below(order: Preorder, nodes: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return of each node of a tree whether it is one of some nodes, or below one."""
    depth = np.zeros(order.size + 1, np.int64)
    if len(nodes):
        depth[nodes] += 1
        np.subtract.at(depth, np.array(order.end, np.int64)[nodes], 1)
    return np.cumsum(depth)[:-1] > 0


def _labels_of(tree: Tree, left_out: Counter[str]) -> Verdict:
    found = {}
    for node, label in tree.field("label").items():
        verdict = _verdict(label)
        if verdict is not None:
            found[node] = verdict
        elif label is not None:
            left_out[UNCLEAR] += 1
    return found


def _verdict(label: Any) -> bool | None:
    if not isinstance(label, str):
        number = finite(label)
        return label if isinstance(label, bool) else None if number is None else _OF_NUMBERS.get(number)
    said = label.strip().casefold()
    return True if said in RIGHT else False if said in WRONG else None


def _scores_of(tree: Tree, left_out: Counter[str]) -> dict[int, float]:
    found = {}
    for node, score in tree.field("score").items():
        number = finite(score)
        if number is not None:
            found[node] = number
        elif score is not None:
            left_out[NO_NUMBER] += 1
    return found
