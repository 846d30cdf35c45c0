"""Hold-outs: which bridges never occur in training, so that stitching can be measured on them.

They are decided by a hash of (seed, anchor's key, the two trees), never by listing bridges: 10^8 of them cost nothing,
and adding a tree moves none of the others. Held out are shares of bridges (one anchor between two trees, in both
directions), of pairs of trees (never in one sample), of anchors and of trees (never in a jump). A walk that shows
anything held out, in whatever form, is not drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from hashlib import blake2b
from itertools import combinations
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
        if self.trees and (self._is_held("trees", one) or self._is_held("trees", other)):
            return "trees"
        if self.anchors and self._is_held("anchors", anchor):
            return "anchors"
        if self.pairs and low != high and self._is_held("pairs", low, high):
            return "pairs"
        if self.bridges and low != high and self._is_held("bridges", anchor, low, high):
            return "bridges"
        return None

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
        """Return as what something that a trail shows is held out, or None."""
        found = set(self._reasons(trail))
        return next((kind for kind in KINDS if kind in found), None)

    def _reasons(self, trail: Trail) -> Iterator[str | None]:
        key_of, trees = self._ground.anchors.key_of, list(dict.fromkeys(trail.trees))
        for crossing in trail.crossings:
            yield self.held.reason(key_of(crossing.anchor), crossing.source[0], crossing.target[0])
        if trail.ask is not None and trail.ask.anchor:
            # A question names its anchor, also where the answer shows one tree.
            yield from (self.held.reason(key_of(trail.ask.anchor), tree, tree) for tree in trees)
        if len(trees) > 1:
            yield from ("pairs" for pair in combinations(trees, 2) if self.held.holds_pair(*pair))
            yield from self._met(self._anchors_of(trail))

    def _anchors_of(self, trail: Trail) -> list[tuple[str, set[str]]]:
        """Return the anchors that a trail shows, by tree: nodes may share one without a jump."""
        found: dict[str, set[str]] = {}
        for tree, number in trail.places():
            found.setdefault(tree, set()).update(self._anchors_at.get(tree, {}).get(number, ()))
        return list(found.items())

    def _met(self, shown_by: Iterable[tuple[str, set[str]]]) -> Iterator[str | None]:
        for (one, mine), (other, theirs) in combinations(shown_by, 2):
            yield from (self.held.reason(anchor, one, other) for anchor in mine & theirs)

    @cached_property
    def _anchors_at(self) -> Mapping[str, Mapping[int, list[str]]]:
        table = self._ground.anchors
        found: dict[str, dict[int, list[str]]] = {tree.name: {} for tree in table.trees}
        places = [found[tree.name] for tree in table.trees]
        columns = (table.anchor.tolist(), table.tree.tolist(), table.node.tolist())
        for anchor, tree, node in zip(*columns, strict=True):
            places[tree].setdefault(node, []).append(table.anchor_keys[anchor])
        return found
