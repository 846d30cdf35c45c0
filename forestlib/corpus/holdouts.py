"""Hold-outs: which bridges never occur in training, so that stitching can be measured on them.

They are decided by a hash of (seed, anchor's key, the two trees), never by listing bridges: 10^8 of them cost nothing,
and adding a tree moves none of the others. Held out are shares of bridges (one anchor between two trees, in both
directions), of pairs of trees (never in one sample), of anchors (never jumped over, shared or asked for) and of trees
(never in a jump, and never beside another tree: what a contrast or a common schema shows would tell of it as well). A
walk that shows anything held out, in whatever form, is not drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from hashlib import blake2b
from itertools import chain, combinations, pairwise
from typing import Any

import attrs

from forestlib.errors import OptionError, shown
from forestlib.model.ground import Ground
from forestlib.model.walk import Trail

__all__ = ["KINDS", "Gate", "HoldOuts", "hold_outs_of"]

KINDS = ("trees", "anchors", "pairs", "bridges")


@attrs.frozen
class HoldOuts:
    """Shares that are held out, of bridges, pairs of trees, anchors and trees, from a seed."""

    bridges: float = 0.0
    pairs: float = 0.0
    anchors: float = 0.0
    trees: float = 0.0
    seed: int = 0

    def __bool__(self) -> bool:
        return any(getattr(self, kind) for kind in KINDS)

    def reason(self, anchor: str, one: str, other: str) -> str | None:
        """Return as what a bridge is held out, or None: `anchor` is the anchor's key, the others are names of trees.

        >>> HoldOuts(anchors=1.0).reason("choice", "God", "suffering"), HoldOuts().reason("choice", "God", "suffering")
        ('anchors', None)
        """
        low, high = sorted((one, other))
        if self.holds_tree(one) or self.holds_tree(other):
            return "trees"
        if self.holds_anchor(anchor):
            return "anchors"
        if self.holds_pair(low, high):
            return "pairs"
        if self.bridges and low != high and self._is_held("bridges", anchor, low, high):
            return "bridges"
        return None

    def holds_tree(self, tree: str) -> bool:
        """Whether a tree never jumps, and never stands beside another one."""
        return bool(self.trees) and self._is_held("trees", tree)

    def holds_anchor(self, anchor: str) -> bool:
        """Whether an anchor, given by its key, is never jumped over, shared or asked for."""
        return bool(self.anchors) and self._is_held("anchors", anchor)

    def holds_pair(self, one: str, other: str) -> bool:
        """Whether two trees never meet in one sample."""
        low, high = sorted((one, other))
        return bool(self.pairs) and low != high and self._is_held("pairs", low, high)

    def _is_held(self, kind: str, *names: str) -> bool:
        # Bridges and pairs are as many as the square of trees: they are not remembered.
        if kind not in ("trees", "anchors"):
            return self._drawn(kind, *names)
        key = (kind, *names)
        if key not in self._known:
            self._known[key] = self._drawn(kind, *names)
        return self._known[key]

    def _drawn(self, kind: str, *names: str) -> bool:
        said = "\0".join((str(self.seed), kind, *names)).encode()
        chance = int.from_bytes(blake2b(said, digest_size=8).digest(), "big") / (1 << 64)
        return chance < float(getattr(self, kind))

    @cached_property
    def _known(self) -> dict[tuple[str, ...], bool]:
        return {}

    def as_dict(self) -> dict[str, float]:
        """Return the shares that are not zero."""
        return {kind: getattr(self, kind) for kind in KINDS if getattr(self, kind)}


def hold_outs_of(given: Mapping[str, Any] | HoldOuts | None, seed: int) -> HoldOuts:
    """Return the hold-outs that `hold_out=` says, checked.

    >>> hold_outs_of({"pairs": 0.1}, seed=7).as_dict()
    {'pairs': 0.1}
    >>> hold_outs_of({"paris": 0.1}, seed=7)
    Traceback (most recent call last):
    forestlib.errors.OptionError: Nothing is held out by the name 'paris'. Did you mean 'pairs'? Known: ...
    """
    if isinstance(given, HoldOuts) or given is None:
        return given or HoldOuts(seed=seed)
    if not isinstance(given, Mapping):
        raise OptionError(f"hold_out= maps what is held out to its share, {{'pairs': 0.1}}, got {shown(given)}.")
    for kind, share in given.items():
        if kind not in KINDS:
            near = get_close_matches(str(kind), KINDS, n=1)
            meant = f" Did you mean {near[0]!r}?" if near else ""
            known = ", ".join(map(repr, KINDS))
            raise OptionError(f"Nothing is held out by the name {shown(kind)}.{meant} Known: {known}.")
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            raise OptionError(f"The share of {kind} that is held out is a number from 0 to 1, got {shown(share)}.")
    return HoldOuts(**{kind: float(share) for kind, share in given.items()}, seed=seed)


class Gate:
    """Says of trails whether they show what is held out."""

    def __init__(self, ground: Ground, held: HoldOuts) -> None:
        self._ground, self.held = ground, held

    def reason(self, trail: Trail) -> str | None:
        """Return as what something that a trail shows is held out, or None; of several kinds the one named first."""
        held, trees = self.held, list(dict.fromkeys(trail.trees))
        named = set(map(self._ground.anchors.key_of, _named(trail)))
        if (named or len(trees) > 1) and any(map(held.holds_tree, trees)):
            return "trees"
        sharing = self._sharing(trail) if len(trees) > 1 else {}
        if any(map(held.holds_anchor, (*named, *sharing))):
            return "anchors"
        # The first pair that is found ends the search: a sample of many trees has the square of them.
        if held.pairs and any(held.holds_pair(*pair) for pair in combinations(trees, 2)):
            return "pairs"
        bridges = ((anchor, *pair) for anchor, met in sharing.items() for pair in combinations(met, 2))
        return "bridges" if held.bridges and any(held.reason(*bridge) for bridge in bridges) else None

    def _sharing(self, trail: Trail) -> dict[str, set[str]]:
        """Return the anchors that two or more trees of a trail show, jumped over or not, and those trees."""
        found: dict[str, set[str]] = {}
        quoted = () if trail.ask is None else (trail.ask.start, trail.ask.goal)
        for tree, number in chain(trail.places(), quoted):
            for anchor in self._anchors_at.get(tree, {}).get(number, ()):
                found.setdefault(anchor, set()).add(tree)
        for anchor, trees in _joining(trail):
            found.setdefault(self._ground.anchors.key_of(anchor), set()).update(trees)
        return {anchor: trees for anchor, trees in found.items() if len(trees) > 1}

    @cached_property
    def _anchors_at(self) -> Mapping[str, Mapping[int, list[str]]]:
        table = self._ground.anchors
        found: dict[str, dict[int, list[str]]] = {tree.name: {} for tree in table.trees}
        places = [found[tree.name] for tree in table.trees]
        columns = (table.anchor.tolist(), table.tree.tolist(), table.node.tolist())
        for anchor, tree, node in zip(*columns, strict=True):
            places[tree].setdefault(node, []).append(table.anchor_keys[anchor])
        return found


def _named(trail: Trail) -> Iterator[str]:
    """Iterate over the anchors that a trail says outright: of its jumps, of what its runs share, of its question."""
    for run in trail.runs:
        yield from (anchor for anchor in (run.via, run.note.shares) if anchor is not None)
    if trail.ask is not None and trail.ask.anchor:
        yield trail.ask.anchor


def _joining(trail: Trail) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Iterate over the anchors by which a trail joins trees, and the trees."""
    for before, after in pairwise(trail.runs):
        if after.via is not None:
            yield after.via, (before.tree, after.tree)
    for run in trail.runs:
        if run.note.shares is not None:
            yield run.note.shares, (run.tree,)
    if not trail.runs and trail.ask is not None and trail.ask.anchor:
        yield trail.ask.anchor, (trail.ask.start[0], trail.ask.goal[0])
