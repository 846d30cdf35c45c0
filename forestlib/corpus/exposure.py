"""Exposure: what the walks of a corpus show, counted from the walks themselves.

It shares no code with the planner: it reads the nodes that steps show, asks the forest for their anchors, and counts.
So it is what says whether a hold-out leaks, and how often each node, transition, anchor and bridge is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import combinations, pairwise
from typing import Any, Protocol

import attrs

from forestlib.errors import LeakError, shown
from forestlib.model.ground import Ground
from forestlib.model.walk import Walk

__all__ = ["Exposure", "exposure_of"]

Place = tuple[str, int]
Bridge = tuple[str, str, str]


class Held(Protocol):
    """What says of a bridge whether it is held out, and of two trees whether they never meet."""

    def reason(self, anchor: str, one: str, other: str) -> str | None:
        """Return as what a bridge is held out, or None."""

    def holds_pair(self, one: str, other: str) -> bool:
        """Whether two trees never meet in one sample."""


@attrs.define
class Exposure:
    """How often walks show each node, each transition (two nodes of a tree, one after the other), each anchor and each
    bridge (an anchor's key and two names of trees, sorted); `meetings` counts the pairs of trees that share a sample.

    `walks` counts all walks, `bridging` those that show two trees.
    """

    walks: int = 0
    bridging: int = 0
    nodes: Counter[Place] = attrs.field(factory=Counter)
    transitions: Counter[tuple[Place, Place]] = attrs.field(factory=Counter)
    anchors: Counter[str] = attrs.field(factory=Counter)
    bridges: Counter[Bridge] = attrs.field(factory=Counter)
    jumps: Counter[Bridge] = attrs.field(factory=Counter)
    meetings: Counter[tuple[str, str]] = attrs.field(factory=Counter)

    @property
    def bridge_ratio(self) -> float:
        """The share of the walks that show two trees or more."""
        return self.bridging / self.walks if self.walks else 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return how many different nodes, transitions, anchors and bridges were shown, JSON-ready."""
        counted = {name: len(getattr(self, name)) for name in ("nodes", "transitions", "anchors", "bridges")}
        return {"walks": self.walks, "bridge_ratio": self.bridge_ratio, **counted}

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
        for (one, other), times in self.meetings.items():
            self._check(("", one, other), "pairs" if held.holds_pair(one, other) else None, times)

    def _check(self, bridge: Bridge, kind: str | None, times: int) -> None:
        if kind is not None:
            anchor, one, other = bridge
            what = f"{shown(anchor)} between " if anchor else ""
            raise LeakError(
                f"Held out as {kind}, and shown in {times} walks: {what}{shown(one)} and {shown(other)}. This is a "
                "fault of the library or of a walker: please report it.",
                kind=kind,
                bridge=bridge,
                times=times,
            )


def exposure_of(ground: Ground, walks: Iterable[Walk]) -> Exposure:
    """Return what walks show.

    >>> from forestlib.model.walk import Step
    >>> ground = Ground()
    >>> _ = ground.plant("justice", "A match.").root.anchor("norm").then("Norms differ.")
    >>> steps = Step("node", "A match.", at=("justice", 0)), Step("node", "Norms differ.", at=("justice", 1))
    >>> exposure_of(ground, [Walk("paths", "en", steps, (), ())]).as_dict()
    {'walks': 1, 'bridge_ratio': 0.0, 'nodes': 2, 'transitions': 1, 'anchors': 1, 'bridges': 0}
    """
    found, known = Exposure(), dict[Place, frozenset[str]]()
    for walk in walks:
        places = [step.at for step in walk.steps if step.at is not None]
        found.walks += 1
        found.nodes.update(places)
        found.transitions.update(pair for pair in pairwise(places) if pair[0][0] == pair[1][0])
        by_tree: dict[str, set[str]] = {}
        for place in places:
            anchors = known.get(place)
            if anchors is None:
                anchors = known[place] = _anchors_at(ground, place)
            found.anchors.update(anchors)
            by_tree.setdefault(place[0], set()).update(anchors)
        _count_bridges(found, walk, by_tree)
    return found


def _anchors_at(ground: Ground, place: Place) -> frozenset[str]:
    return frozenset(map(ground.anchors.key_of, ground[place[0]][place[1]].anchors))


def _count_bridges(found: Exposure, walk: Walk, by_tree: dict[str, set[str]]) -> None:
    bridges = {
        (anchor, *_in_order(one, other))
        for (one, mine), (other, theirs) in combinations(by_tree.items(), 2)
        for anchor in mine & theirs
    }
    # A question may name two trees and their anchor without showing a node.
    for crossing in walk.crossings:
        bridge = (crossing.anchor, *_in_order(crossing.source[0], crossing.target[0]))
        if bridge[1] != bridge[2]:
            bridges.add(bridge)
        if crossing.jump:
            found.jumps[bridge] += 1
    met = {(one, other) for _, one, other in bridges} | {_in_order(*pair) for pair in combinations(by_tree, 2)}
    found.bridges.update(bridges)
    found.meetings.update(met)
    found.bridging += bool(met)


def _in_order(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)
