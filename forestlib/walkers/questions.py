"""Questions: from a thought of one tree to a thought of another, with the way between them as the worked answer.

What was measured: an answer that goes back from the goal is learned far better than one that goes forwards, which has
to know its end before it begins. So "back" is the default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from forestlib.errors import OptionError, shown
from forestlib.model.chance import mixed
from forestlib.model.crossings import Crossings
from forestlib.model.dealt import Dealt
from forestlib.model.ground import Ground
from forestlib.model.hops import hops
from forestlib.model.lazy import LazyTrails
from forestlib.model.options import check_choice, check_counts
from forestlib.model.walk import Ask, Run, Trail, ranges_of
from forestlib.model.ways import Ways
from forestlib.registry import walkers

__all__ = ["questions"]

BACK, LINK = "back", "link"
ANSWERS = (BACK, "forth", LINK)
_KEPT = 256
ALONE = "a tree of one node"
NOWHERE = "the anchored node stands alone in its tree"


def _crosses(options: Mapping[str, Any]) -> bool:
    """Whether the two thoughts of a question stand in two trees."""
    return not options.get("inside", False)


@walkers.plugin("questions", crosses=_crosses)
def questions(
    forest: Ground,
    *,
    seed: int = 0,
    direction: str = BACK,
    before: int = 8,
    after: int = 8,
    jumps: int = 1,
    inside: bool = False,
) -> LazyTrails:
    """One question a crossing: how does one come from a thought of one tree to a thought of another?

    At most `before` nodes lead from the start to the jump, at most `after` follow the anchored node that it leads to:
    down, or up where that is a leaf. `direction` says how it is answered: "back" from the goal to the start, "forth"
    from the start to the goal, "link" by the anchor alone, once for each two trees that it ties. With `jumps` above 1
    the goal stands in a further tree wherever the way on passes an anchor that leads to one, and no route of fewer
    jumps leads there. With `inside` both thoughts stand in one tree, the start above the goal, with at most
    ``before + after`` nodes from one to the other, and there is one question for each node that is no root. What has
    no goal is left out and counted in `skipped`.

    >>> ground = Ground()
    >>> _ = ground.plant("justice", "A match.").root.then("Norms differ.").anchor("norm")
    >>> _ = ground.plant("choice", "Refusal needs a norm.").root.anchor("norm").then("Without it nothing is refused.")
    >>> [run.first for run in questions(ground)[0].runs]
    [('justice', 0), ('choice', 0)]
    """
    check_choice("questions", ANSWERS, direction=direction)
    check_counts("questions", before=before, after=after, jumps=jumps)
    if not isinstance(inside, bool):
        raise OptionError(f"The option 'inside' of questions is True or False, got {shown(inside)}.", option="inside")
    if inside and direction == LINK:
        raise OptionError(
            "A question inside one tree has no anchor to name: direction='link' takes two trees. "
            "Use 'back' or 'forth', or leave inside= out.",
            option="inside",
        )
    ways = Ways(forest, seed)
    kind: _Across | _Links | _Inside
    if inside:
        kind = _Inside(ways, seed, direction, before + after)
    else:
        kind = _Links(ways) if direction == LINK else _Across(ways, seed, direction, (before, after, jumps))
    return LazyTrails(len(kind), kind.trail, "questions", kind.skipped)


class _Across:
    """Questions from one tree to another, one a crossing."""

    def __init__(self, ways: Ways, seed: int, direction: str, bounds: tuple[int, int, int]) -> None:
        self._ways, self._seed, self._direction = ways, seed, direction
        self._before, self._after, self._jumps = bounds
        self._goes_on = ways.goes_on("auto")
        self._crossings = Crossings(ways.table, self._goes_on)
        self._hops: dict[int, npt.NDArray[np.int64]] = {}
        self.skipped: Mapping[str, int] = {NOWHERE: self._crossings.left_out}

    def __len__(self) -> int:
        return len(self._crossings)

    def trail(self, number: int) -> Trail:
        ways = self._ways
        source, target = self._crossings.at(number)
        runs = [Run(ways.named(source)[0], tuple(ranges_of(ways.down_to(source, self._before))))]
        next_: int | None = target
        while next_ is not None:
            place = next_
            nodes, next_ = self._onwards(ways.at(source)[0], place, len(runs) + 1, number)
            runs.append(Run(ways.named(place)[0], tuple(ranges_of(nodes)), ways.key(place)))
        ask = Ask(self._direction, runs[0].first, runs[-1].last, ways.key(source))
        return Trail(_reversed(runs) if self._direction == BACK else tuple(runs), ask)

    def _onwards(self, start: int, place: int, jump: int, salt: int) -> tuple[list[int], int | None]:
        """Return the steps from an anchored node on, and where the next jump leads from the last of them, if any."""
        tree, node = self._ways.at(place)
        nodes = [node]
        for step in islice(self._ways.on(tree, node, "auto", salt), self._after):
            nodes.append(step)
            exit_ = self._exit(start, tree, step, jump, salt) if jump <= self._jumps else None
            if exit_ is not None:
                return nodes, exit_
        return nodes, None

    def _exit(self, start: int, tree: int, node: int, jump: int, salt: int) -> int | None:
        """Return an occurrence that a node leads to, in a tree `jump` jumps away from the start, and no less."""
        table = self._ways.table
        found = list[int]()
        for mark in self._ways.marked(tree, node):
            begin, end = table.start[table.anchor[mark]], table.start[table.anchor[mark] + 1]
            away = self._away(start)[table.tree[begin:end]] == jump
            found += (begin + np.flatnonzero(away & self._goes_on[begin:end])).tolist()
        return found[mixed(self._seed, salt, node, jump) % len(found)] if found else None

    def _away(self, start: int) -> npt.NDArray[np.int64]:
        if start not in self._hops:
            if len(self._hops) >= _KEPT:
                self._hops.clear()
            self._hops[start] = hops(self._ways.table, start, self._jumps)
        return self._hops[start]


class _Links:
    """Questions that the anchor alone answers, one for each anchor and two trees that it ties, in both orders."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        table = ways.table
        group = table.anchor.astype(np.int64) * max(len(ways.names), 1) + table.tree
        is_first = np.append(True, np.diff(group) != 0)[: len(group)]
        self._crossings = Crossings(table, among=is_first)
        self.skipped: Mapping[str, int] = {}

    def __len__(self) -> int:
        return len(self._crossings)

    def trail(self, number: int) -> Trail:
        ways = self._ways
        source, target = self._crossings.at(number)
        return Trail((), Ask(LINK, ways.named(source), ways.named(target), ways.key(source)))


class _Inside:
    """Questions from a node above to each node that is no root."""

    def __init__(self, ways: Ways, seed: int, direction: str, most: int) -> None:
        self._ways, self._seed, self._direction, self._most = ways, seed, direction, most
        self._dealt = Dealt(order.size - 1 for order in ways.orders)
        self.skipped: Mapping[str, int] = {ALONE: sum(order.size == 1 for order in ways.orders)}

    def __len__(self) -> int:
        return len(self._dealt)

    def trail(self, number: int) -> Trail:
        ways = self._ways
        tree, nth = self._dealt.at(number)
        goal = nth + 1
        farthest = min(ways.orders[tree].level[goal], self._most - 1)
        # The far half of what is allowed: from a parent to its child there is little to ask.
        steps = farthest - mixed(self._seed, number) % ((farthest + 1) // 2)
        nodes = [goal, *islice(ways.up(tree, goal), steps)]
        ask = Ask(self._direction, (ways.names[tree], nodes[-1]), (ways.names[tree], goal), "")
        return Trail((Run(ways.names[tree], tuple(ranges_of(nodes[:: 1 if self._direction == BACK else -1]))),), ask)


def _reversed(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Return runs walked the other way: the anchor jumped over to each of them is now jumped over from it."""
    vias = [None, *(run.via for run in runs[:0:-1])]
    return tuple(Run(run.tree, _turned(run), via) for run, via in zip(reversed(runs), vias, strict=True))


def _turned(run: Run) -> tuple[range, ...]:
    return tuple(ranges_of([number for span in reversed(run.ranges) for number in reversed(span)]))
