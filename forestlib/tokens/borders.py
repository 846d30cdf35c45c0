"""Borders: whether ids of pieces put together are the ids of the text, asked at every kind of border that occurs.

A kind is a tail and a head (`edges`), and a few real borders of each are tokenized whole. Where the tokenizer's own
splitting cuts there, or its vocabulary keeps the joiner apart, what holds for these holds for all of the kind.
Elsewhere it depends on the two tokens that meet (a run of merges is right where each two neighbours of it are), so
every two that do meet are tried. Models that choose their tokens otherwise than by merges are not believed there.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.errors import shown
from forestlib.tokens.edges import NONE, Edges
from forestlib.tokens.joining import Border, Joining, equal_texts, ways
from forestlib.tokens.tokenizer import TextTokenizer

__all__ = ["BorderCheck", "Kinds"]

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Borders = tuple[Places, Places]
_EXAMPLES = 3
_SHOWN = 200
_BY_PAIRS = ("", "BPE")


@attrs.frozen(repr=False, eq=False)
class Kinds:
    """What was found about the kinds of borders: for each border its kind; for each kind whether it is bad or open."""

    of: Places
    bad: Flags
    unsettled: Flags
    reason: str


class BorderCheck:
    """Asks a tokenizer about the borders between pieces that one joiner joins."""

    def __init__(self, tokenizer: TextTokenizer, joiner: str, edges: Edges) -> None:
        self.joining: Joining | None = None if joiner else Joining("right", "")
        self._tokenizer, self._joiner, self._edges = tokenizer, joiner, edges

    def kinds(self, texts: Sequence[str], borders: Borders, tails: Places, heads: Places) -> Kinds:
        """Return what holds for borders between `texts`; `tails` and `heads` are the edges of each text."""
        left, right = borders
        sorts = tails[left] * len(self._edges) + heads[right]
        keys, of, counts = np.unique(sorts, return_inverse=True, return_counts=True)
        tried = _texts(texts, borders, _examples(of, len(keys)).ravel(), _SHOWN)
        return self._judged(keys, of, tried, self._tried(tried, counts))

    def _judged(self, keys: Places, of: Places, tried: list[Border], right: Flags) -> Kinds:
        odd = (keys // len(self._edges) == NONE) | (keys % len(self._edges) == NONE)
        bad = odd | ~right.any(axis=0)
        settled = right.all(axis=0) & ~bad
        settled[settled] = self._sure(tried, settled)
        unsettled = ~settled & ~bad
        if self._tokenizer.model not in _BY_PAIRS:
            bad, unsettled = bad | unsettled, np.zeros_like(bad)
        return Kinds(of, bad, unsettled, self._reason(tried, right, bad & ~odd))

    def pairs(self, texts: Sequence[str], borders: Borders, kinds: Places, last: Places, first: Places) -> Flags:
        """Return which borders are bad, where it depends on their kinds and on the tokens that meet there."""
        _, of = np.unique(last << 32 | first, return_inverse=True)
        _, examples, of = np.unique(kinds * (1 + of.max(initial=0)) + of, return_index=True, return_inverse=True)
        bad: Flags = ~self._right(self._chosen, _texts(texts, borders, examples))[of]
        return bad

    @property
    def _chosen(self) -> Joining:
        assert self.joining is not None  # noqa: S101 — kinds are asked for first
        return self.joining

    def _right(self, way: Joining, borders: list[Border]) -> Flags:
        return way.right_on(self._tokenizer, borders, equal_texts(self._tokenizer, self._joiner, borders))

    def _tried(self, borders: list[Border], counts: Places) -> Flags:
        """Return which examples are right, a column a kind; the way of joining is chosen at the first time."""
        if self.joining is not None:
            return self._right(self.joining, borders).reshape(_EXAMPLES, -1)
        wanted = equal_texts(self._tokenizer, self._joiner, borders)
        best = -1, np.zeros((_EXAMPLES, len(counts)), np.bool_)
        for way in ways(self._tokenizer, self._joiner):
            right = way.right_on(self._tokenizer, borders, wanted).reshape(_EXAMPLES, -1)
            score = int(counts[right.all(axis=0)].sum())
            if score > best[0]:
                best, self.joining = (score, right), way
            if right.all():
                break
        return best[1]

    def _sure(self, borders: list[Border], kinds: Flags) -> list[bool]:
        """Return for each of the kinds whether what holds for its examples holds for all of it."""
        count = len(kinds)
        return [
            self._isolated or all(self._cut(*borders[place]) for place in range(kind, _EXAMPLES * count, count))
            for kind in np.flatnonzero(kinds).tolist()
        ]

    def _cut(self, left: str, right: str) -> bool:
        place = len(left) + (len(self._joiner) if self._chosen.side == "left" else 0)
        return bool(self._tokenizer.cuts(f"{left}{self._joiner}{right}", place))

    @cached_property
    def _isolated(self) -> bool:
        return bool(self._joiner) and self._tokenizer.isolates(self._joiner)

    def _reason(self, borders: list[Border], right: Flags, bad: Flags) -> str:
        if not bad.any():
            return ""
        wrong = [place for place in np.flatnonzero(~right.ravel()).tolist() if bad[place % len(bad)]]
        if not wrong:
            return f"{self._tokenizer!r} does not choose its tokens by merges, and does not split at {self._joiner!r}"
        left, right_text = borders[wrong[0]]
        around = shown(f"{left[-20:]}{self._joiner}{right_text[:20]}")
        return f"{self._tokenizer!r} has other ids for {around} than for its two parts"


def _examples(of: Places, count: int) -> Places:
    """Return borders of each kind, a row of examples after another: the first, and others drawn."""
    draw = np.random.default_rng(0)
    examples = np.empty((_EXAMPLES, count), np.int64)
    order = np.arange(len(of))[::-1]
    for row in examples:
        row[of[order]] = order
        order = draw.permutation(len(of))
    return examples


def _texts(texts: Sequence[str], borders: Borders, places: Places, longest: int | None = None) -> list[Border]:
    """Return the texts left and right of the borders at `places`, at most the `longest` next to them."""
    left, right = (side[places].tolist() for side in borders)
    cut = -longest if longest is not None else None
    return [(texts[one][cut:], texts[other][:longest]) for one, other in zip(left, right, strict=True)]
