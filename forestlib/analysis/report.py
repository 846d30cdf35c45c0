"""The report: everything that one asks of a forest before laying it out, in one value.

It alone in `analysis` gathers the other questions. It is computed at once and then stands for itself: it reads as a
value and goes into JSON. How it shows itself is the renderers' business (`forestlib.views.report`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import attrs
import numpy as np

from forestlib.analysis.bridges import bridge_counts
from forestlib.analysis.critical import critical_anchors
from forestlib.analysis.hubs import accidental, hubs
from forestlib.analysis.islands import Island, islands
from forestlib.analysis.routes import longest_route
from forestlib.analysis.testable import testable
from forestlib.errors import shown
from forestlib.model.ground import Ground
from forestlib.model.rendered import Rendered
from forestlib.model.tree import Tree

__all__ = ["ENOUGH_CROSSINGS", "Report", "report"]

# With fewer crossings than this an anchor was learned by heart instead of as a jump (research/stitching.md).
ENOUGH_CROSSINGS = 9


@attrs.frozen(repr=False, hash=False, kw_only=True)
class Report(Rendered):
    """What a forest holds and whether it holds together; made by `report`.

    `anchors` are those that stand somewhere, `shared_anchors` those in two or more trees, `unused_anchors` those that
    were declared only; a crossing is a bridge in one direction. `scarce_anchors` counts shared anchors of fewer than
    nine crossings: a model may learn them by heart instead of the jump. `axis_mass` sums the trees' shares of each
    axis, by key, `axis_mass_by_nodes` the same with every tree weighted by its nodes; `axis_names` says what the frame
    calls each axis in its own language. `deepest` names the (first) deepest tree.

    `lone_anchors` counts anchors that stand at one node only. `hubs` are shared anchors that tell little apart, each
    with the number of its trees, and `accidental` the trees that touch others through hubs only. `axis_mass_by_island`
    is the axis mass of each island of two and more trees, the largest first. `longest_route` names the trees of a route
    of the most jumps. `testable` are the trees whose bridges a held-out split could test: an anchor of theirs stands in
    a third tree.
    """

    name: str
    trees: int
    nodes: int
    max_level: int
    deepest: str | None
    languages: Mapping[str, int]
    anchors: int
    shared_anchors: int
    unused_anchors: int
    scarce_anchors: int
    lone_anchors: int
    anchors_by_trees: Mapping[str, int]
    bridges: int
    crossings: int
    islands: int
    largest_island: int
    trees_alone: int
    island_sizes: tuple[int, ...]
    critical: tuple[str, ...]
    hubs: Mapping[str, int]
    accidental: tuple[str, ...]
    longest_route: tuple[str, ...]
    testable: tuple[str, ...]
    axis_mass: Mapping[str, float]
    axis_mass_by_nodes: Mapping[str, float]
    axis_mass_by_island: tuple[Mapping[str, float], ...]
    axis_names: Mapping[str, str]
    unweighted_trees: int

    __hash__ = None  # type: ignore[assignment]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as a JSON-ready dict, one key an attribute.

        >>> report(Ground("empty")).as_dict()["island_sizes"]
        []
        """
        known = attrs.asdict(self, recurse=False)
        return {key: list(value) if isinstance(value, tuple) else value for key, value in known.items()}

    def __repr__(self) -> str:
        return (
            f"<Report on {shown(self.name)}: {self.trees:,} tree{'s' * (self.trees != 1)}, "
            f"{self.islands:,} island{'s' * (self.islands != 1)}>"
        )


def report(ground: Ground) -> Report:
    """Return the report on a forest.

    >>> ground = Ground("ethics")
    >>> for name in ("God", "suffering"):
    ...     _ = ground.plant(name, "A thought.", axes=["empathy"]).root.anchor("choice")
    >>> found = report(ground)
    >>> found, found.shared_anchors, found.crossings
    (<Report on 'ethics': 2 trees, 1 island>, 1, 2)
    """
    heights = [max(tree.preorder().level) for tree in ground]
    deepest = max(heights, default=0)
    found = islands(ground)
    sizes, route = tuple(map(len, found)), longest_route(ground)
    return Report(
        name=ground.name,
        trees=len(ground),
        nodes=sum(map(len, ground)),
        max_level=deepest,
        deepest=ground.trees[heights.index(deepest)].name if heights else None,
        languages=dict(sorted(Counter(tree.lang for tree in ground).items())),
        **_anchor_counts(ground),
        islands=len(sizes),
        largest_island=max(sizes, default=0),
        trees_alone=sizes.count(1),
        island_sizes=sizes,
        critical=tuple(anchor.text for anchor in critical_anchors(ground)),
        hubs={hub.text: hub.trees for hub in hubs(ground)},
        accidental=accidental(ground),
        longest_route=route.trees if route else (),
        testable=testable(ground),
        axis_mass=_axis_mass(ground, ground.trees, by_nodes=False),
        axis_mass_by_nodes=_axis_mass(ground, ground.trees, by_nodes=True),
        axis_mass_by_island=tuple(_island_mass(ground, island) for island in found if len(island) > 1),
        axis_names={axis.key: axis.name(ground.frame.lang) for axis in ground.frame},
        unweighted_trees=sum(not tree.axes for tree in ground),
    )


def _anchor_counts(ground: Ground) -> dict[str, Any]:
    in_trees, bridges = ground.anchors.tree_counts, bridge_counts(ground.anchors)
    by_trees = {str(count): int(np.sum(in_trees == count)) for count in (1, 2, 3)}
    total = int(bridges.sum())
    return {
        "anchors": int(np.sum(in_trees > 0)),
        "shared_anchors": int(np.sum(in_trees > 1)),
        "unused_anchors": int(np.sum(in_trees == 0)),
        "lone_anchors": int(np.sum(np.diff(ground.anchors.start) == 1)),
        "scarce_anchors": int(np.sum((in_trees > 1) & (2 * bridges < ENOUGH_CROSSINGS))),
        "anchors_by_trees": by_trees | {"4+": int(np.sum(in_trees > 3))},
        "bridges": total,
        "crossings": 2 * total,
    }


def _island_mass(ground: Ground, island: Island) -> dict[str, float]:
    return _axis_mass(ground, [ground[name] for name in island.trees], by_nodes=False)


def _axis_mass(ground: Ground, trees: Iterable[Tree], *, by_nodes: bool) -> dict[str, float]:
    """Return the mass of every axis of the frame; exact sums, so that the order of the trees does not matter."""
    parts: dict[str, list[float]] = {axis.key: [] for axis in ground.frame}
    for tree in trees:
        for axis, share in tree.axes.items():
            parts[axis].append(share * len(tree) if by_nodes else share)
    return {axis: math.fsum(shares) for axis, shares in parts.items()}
