"""Exposure: what the walks of a corpus show, how often, and whether they show what is held out.

It is what the recount finds: the walks themselves are read, and nothing of what the planner thought of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import attrs

from forestlib.errors import LeakError, shown

__all__ = ["Exposure", "in_order"]

Place = tuple[str, int]
Transition = tuple[Place, Place]
Bridge = tuple[str, str, str]


class Held(Protocol):
    """What says whether a bridge is held out, whether two trees never meet, and whether a tree stands alone."""

    def reason(self, anchor: str, one: str, other: str) -> str | None:
        """Return as what a bridge is held out, or None."""

    def holds_pair(self, one: str, other: str) -> bool:
        """Whether two trees never meet in one sample."""

    def holds_tree(self, tree: str) -> bool:
        """Whether a tree never stands beside another one."""


@attrs.define(repr=False)
class Exposure:
    """How often walks show each node, each transition (two nodes of a tree, one after the other), each anchor and each
    bridge (an anchor's key and two names of trees, sorted); `meetings` counts the pairs of trees that share a sample.

    `walks` counts all walks, `bridging` those that show two trees, `repeated` those that show the same nodes in the
    same order as another one did, asked the same. `jumps` are the bridges jumped over, `asked` the anchors that
    questions name, with each tree that is shown or quoted. `untaught` and `untaught_transitions` are the nodes and
    transitions that are shown, but only as context: before what a walk teaches. `axes` counts the shown nodes by axis,
    each by the weights of its tree. `there` says how many nodes, anchors and bridges the forest has.
    """

    walks: int = 0
    bridging: int = 0
    repeated: int = 0
    nodes: Counter[Place] = attrs.field(factory=Counter)
    transitions: Counter[Transition] = attrs.field(factory=Counter)
    anchors: Counter[str] = attrs.field(factory=Counter)
    bridges: Counter[Bridge] = attrs.field(factory=Counter)
    jumps: Counter[Bridge] = attrs.field(factory=Counter)
    meetings: Counter[tuple[str, str]] = attrs.field(factory=Counter)
    asked: Counter[tuple[str, str]] = attrs.field(factory=Counter)
    untaught: Counter[Place] = attrs.field(factory=Counter)
    untaught_transitions: Counter[Transition] = attrs.field(factory=Counter)
    axes: Mapping[str, float] = attrs.field(factory=dict)
    there: Mapping[str, int] = attrs.field(factory=dict)

    def __repr__(self) -> str:
        return f"<Exposure of {self.walks} walks: {len(self.nodes)} nodes, {len(self.bridges)} bridges>"

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{self.walks} walks, {self.bridge_ratio:.0%} of them bridge, {self.repeated} repeat another one"
        yield f"  {'shown':<12}{'different':>12}{'of':>12}{'least':>9}{'most':>9}{'in all':>12}"
        for name in ("nodes", "transitions", "anchors", "bridges"):
            counts: Counter[Any] = getattr(self, name)
            there = self.there.get(name)
            least = 0 if there is not None and len(counts) < there else min(counts.values(), default=0)
            of = "" if there is None else there
            most, total = max(counts.values(), default=0), counts.total()
            yield f"  {name:<12}{len(counts):>12}{of:>12}{least:>9}{most:>9}{total:>12}"
        yield f"  only as context: {len(self.untaught)} nodes, {len(self.untaught_transitions)} transitions"
        if axes := [f"{axis} {share:.0%}" for axis, share in self.axis_shares.items() if share]:
            yield f"  axes: {', '.join(axes)}"

    @property
    def bridge_ratio(self) -> float:
        """The share of the walks that show two trees or more."""
        return self.bridging / self.walks if self.walks else 0.0

    @property
    def axis_shares(self) -> dict[str, float]:
        """The share of each axis in what is shown, by its key; nothing where no shown tree names an axis.

        >>> Exposure(axes={"causality": 3.0, "paradox": 1.0}).axis_shares
        {'causality': 0.75, 'paradox': 0.25}
        """
        total = sum(self.axes.values())
        return {axis: mass / total for axis, mass in self.axes.items()} if total else {}

    def as_dict(self) -> dict[str, Any]:
        """Return how many different nodes, transitions, anchors and bridges were shown, JSON-ready."""
        counted = {name: len(getattr(self, name)) for name in ("nodes", "transitions", "anchors", "bridges")}
        only_context = {"untaught": len(self.untaught), "untaught_transitions": len(self.untaught_transitions)}
        ratio = {"walks": self.walks, "bridge_ratio": self.bridge_ratio, "repeated": self.repeated}
        return {**ratio, **counted, **only_context, "axes": self.axis_shares}

    def check(self, held: Held) -> None:
        """Raise `LeakError` where a walk shows what is held out.

        >>> from forestlib.corpus.holdouts import HoldOuts
        >>> Exposure(bridges=Counter({("choice", "God", "suffering"): 2})).check(HoldOuts(pairs=1.0))
        Traceback (most recent call last):
        forestlib.errors.LeakError: Held out as pairs, and shown in 2 walks: 'choice' between 'God' and 'suffering'. ...
        """
        for bridges in (self.jumps, self.bridges):
            for bridge, times in bridges.items():
                self._check(bridge, held.reason(*bridge), times)
        for (anchor, tree), times in self.asked.items():
            self._check((anchor, tree, tree), held.reason(anchor, tree, tree), times)
        for (one, other), times in self.meetings.items():
            self._check(("", one, other), "pairs" if held.holds_pair(one, other) else None, times)
            self._check(("", one, other), "trees" if held.holds_tree(one) or held.holds_tree(other) else None, times)

    def _check(self, bridge: Bridge, kind: str | None, times: int) -> None:
        if kind is not None:
            anchor, one, other = bridge
            trees = f"{shown(one)} and {shown(other)}" if one != other else shown(one)
            what = f"{shown(anchor)} {'between' if one != other else 'in'} " if anchor else ""
            raise LeakError(
                f"Held out as {kind}, and shown in {times} walks: {what}{trees}. This is a fault of the library or of "
                "a walker: please report it.",
                kind=kind,
                bridge=bridge,
                times=times,
            )


def in_order(one: str, other: str) -> tuple[str, str]:
    """Return two names of trees, sorted."""
    return (one, other) if one <= other else (other, one)
