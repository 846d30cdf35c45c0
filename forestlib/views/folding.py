"""Which lines of a tree a view shows, and what it folds: one bounded plan for every screen.

A tree may have a million levels, branches or nodes, so a view is planned before it is drawn. A run of single children
is one branch, drawn at one indentation and folded in its middle. Branches are taken breadth first, because the main
branches of a reasoning say more than the depths of its first one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import attrs
import numpy as np

from forestlib.model.preorder import Preorder

__all__ = ["Branch", "Fold", "folded", "folds_in"]

_HEAD, _TAIL = 6, 3
_WHOLE = _HEAD + _TAIL + 3
_SIDE_BY_SIDE = 20


@attrs.frozen
class Fold:
    """What one line stands for: hidden nodes (a range of preorder numbers), in how many branches (0: of a run)."""

    hidden: range
    branches: int = 0

    def __str__(self) -> str:
        if not self.branches:
            return f"… {len(self.hidden):,} levels …"
        branches = f"{self.branches:,} branch{'es' * (self.branches > 1)}"
        return f"… {branches}, {len(self.hidden):,} node{'s' * (len(self.hidden) > 1)} …"


@attrs.define(eq=False, repr=False)
class Branch:
    """A run of single children, and the branches that part at its last node (what is left of them: one fold, last)."""

    run: range
    depth: int
    below: list[Branch | Fold] = attrs.field(factory=list)

    def lines(self) -> Iterator[int | Fold]:
        """Iterate over the lines of the run: nodes' numbers, and its folded middle."""
        if len(self.run) <= _WHOLE:
            yield from self.run
            return
        yield from self.run[:_HEAD]
        yield Fold(self.run[_HEAD:-_TAIL])
        yield from self.run[-_TAIL:]

    def __len__(self) -> int:
        return len(self.run) if len(self.run) <= _WHOLE else _HEAD + _TAIL + 1


def folded(order: Preorder, start: int = 0, *, lines: int, deep: int) -> Branch:
    """Return the plan of the node `start` and all below it, in at most `lines` lines and `deep` indentations.

    >>> from forestlib.model.tree import Tree
    >>> tree = Tree("t", "0")
    >>> _ = tree.root.chain(str(n) for n in range(1, 1000)).branch("a", "b")
    >>> plan = folded(tree.preorder(), lines=60, deep=16)
    >>> [str(line) for line in plan.lines()][4:9], len(plan.below)
    (['4', '5', '… 991 levels …', '997', '998'], 2)
    """
    plan = _Plan(order)
    root = plan.branch(start, 0)
    room = lines - plan.cost(root)
    waiting = deque([root])
    while waiting:
        branch = waiting.popleft()
        room += plan.parts(branch)
        room -= plan.fill(branch, room if branch.depth < deep else 0)
        waiting.extend(part for part in branch.below if isinstance(part, Branch))
    return root


def folds_in(root: Branch) -> Iterator[Fold]:
    """Iterate over all folds of a plan."""
    waiting: list[Branch] = [root]
    while waiting:
        branch = waiting.pop()
        yield from (line for line in branch.lines() if isinstance(line, Fold))
        for part in branch.below:
            if isinstance(part, Fold):
                yield part
            else:
                waiting.append(part)


class _Plan:
    def __init__(self, order: Preorder) -> None:
        self.order = order
        self.end = order.end
        ends = np.frombuffer(order.end, np.intc)
        self.run_ends = np.flatnonzero(np.append(ends[1:] != ends[:-1], True))

    def branch(self, begin: int, depth: int) -> Branch:
        last = int(self.run_ends[np.searchsorted(self.run_ends, begin)])
        return Branch(range(begin, last + 1), depth)

    def parts(self, branch: Branch) -> bool:
        """Return whether the run parts at its end; then one line is set aside for what will not be shown there."""
        return not self.order.is_leaf(branch.run[-1])

    def cost(self, branch: Branch) -> int:
        return len(branch) + self.parts(branch)

    def fill(self, branch: Branch, room: int) -> int:
        """Put below a branch as much as there is room for, and return how many lines that takes."""
        last = branch.run[-1]
        children = self.order.children(last)
        most = len(children) if len(children) <= _SIDE_BY_SIDE + 1 else _SIDE_BY_SIDE
        taken = 0
        for place, child in enumerate(children[:most], 1):
            part = self.branch(child, branch.depth + 1)
            if taken + self.cost(part) + (place < len(children)) > room:
                break
            branch.below.append(part)
            taken += self.cost(part)
        left = children[len(branch.below) :]
        if left:
            branch.below.append(Fold(range(left[0], self.end[last]), len(left)))
        return taken + bool(left)
