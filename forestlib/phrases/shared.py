"""Mining: runs of words that stand in two or more trees, with no list given.

Runs grow a word at a time, and only from runs that are shared themselves; a run inside a longer one of the same support
(the same number of trees) is covered by it. Runs are classed at once: good ones, stock (words alone that say little),
and fragments, which begin or end with such a word. A good run is covered by good ones alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.model.stock import function_words, light_words
from forestlib.phrases.characters import BREAK, WORD
from forestlib.phrases.columns import Columns
from forestlib.phrases.words import Flags, Ints, Numbers, mixed, numbers_of, powers

__all__ = ["FRAGMENT", "GOOD", "STOCK", "Runs", "shared_runs", "units"]

GOOD, STOCK, FRAGMENT = range(3)
_FACTOR = 0x9FB21C651E98DF25
_BUCKETS = 22
Classes = npt.NDArray[np.int8]


@attrs.frozen(eq=False)
class Runs:
    """Groups of equal runs of words: group `g` stands at the places `offset[g]` to `offset[g + 1]`.

    `first` is a place's first word and `length` its number of words; `trees` counts a group's trees, `kind` is its
    class, and `covered` says that a longer run of the same support holds it.
    """

    offset: Ints
    first: Ints
    length: Ints
    trees: Ints
    kind: Classes
    covered: Flags

    def __len__(self) -> int:
        return len(self.trees)

    @property
    def rows(self) -> Ints:
        """How many places each group has."""
        return np.diff(self.offset)

    def take(self, groups: Ints) -> Runs:
        """Return some groups."""
        counts = self.rows[groups]
        offset = np.concatenate(([0], np.cumsum(counts)))
        rows = np.arange(offset[-1]) - np.repeat(offset[:-1] - self.offset[groups], counts)
        return Runs(
            offset, self.first[rows], self.length[rows], self.trees[groups], self.kind[groups], self.covered[groups]
        )

    @classmethod
    def joined(cls, parts: Sequence[Runs]) -> Runs:
        """Return the groups of several, one after the other."""
        rows = np.concatenate([np.empty(0, np.int64), *(part.rows for part in parts)])
        return cls(
            np.concatenate(([0], np.cumsum(rows))),
            np.concatenate([np.empty(0, np.int64), *(part.first for part in parts)]),
            np.concatenate([np.empty(0, np.int64), *(part.length for part in parts)]),
            np.concatenate([np.empty(0, np.int64), *(part.trees for part in parts)]),
            np.concatenate([np.empty(0, np.int8), *(part.kind for part in parts)]),
            np.concatenate([np.empty(0, np.bool_), *(part.covered for part in parts)]),
        )


@attrs.define(eq=False)
class _Level:
    """The shared runs of one length: their places, the group of each, and what is known of each group.

    `best` is the best class among a group and the longer ones of the same support that hold it.
    """

    length: int
    place: Ints
    group: Ints
    trees: Ints
    kind: Classes
    best: Classes
    covered: Flags

    def runs(self) -> Runs:
        order = np.argsort(self.group, kind="stable")
        offset = np.searchsorted(self.group[order], np.arange(len(self.trees) + 1))
        first = self.place[order]
        return Runs(offset, first, np.full(len(first), self.length), self.trees, self.kind, self.covered)


def shared_runs(columns: Columns, tree: Ints, shortest: int, longest: int, fewest: int = 2) -> Runs:
    """Return the runs of `shortest` to `longest` words that stand in `fewest` or more trees; none crosses punctuation.

    `tree` is the tree of each word.
    """
    levels = list(_levels(columns, tree, longest, fewest))
    for longer, shorter in zip(levels[:0:-1], levels[-2::-1], strict=True):
        _cover(shorter, longer)
    return Runs.joined([level.runs() for level in levels if level.length >= shortest])


def _levels(columns: Columns, tree: Ints, longest: int, fewest: int) -> Iterator[_Level]:
    number, is_word = columns.number, columns.kind == WORD
    little = np.isin(columns.spelling, np.union1d(numbers_of(function_words()), numbers_of(light_words())))
    telling = is_word & ~little
    worded = np.concatenate(([0], np.cumsum(telling)))
    place = np.flatnonzero(columns.kind != BREAK)
    key = number[place]
    for length in range(1, longest + 1):
        if length > 1:
            follows = np.flatnonzero(place[1:] == place[:-1] + 1)
            place = place[follows]
            key = key[follows] * np.uint64(_FACTOR) + number[place + length - 1]
        alive = _perhaps_shared(key, tree[place])
        place, key = place[alive], key[alive]
        kept, group, trees = _grouped(key, tree[place], fewest)
        place, key = place[kept], key[kept]
        if not place.size:
            return
        one = np.empty(len(trees), np.int64)
        one[group] = place
        last = one + length - 1
        kind = np.where(telling[one] & telling[last], GOOD, FRAGMENT).astype(np.int8)
        kind[worded[last + 1] == worded[one]] = STOCK
        yield _Level(length, place, group, trees, kind, kind.copy(), np.zeros(len(trees), np.bool_))


def _perhaps_shared(key: Numbers, tree: Ints) -> Ints:
    """Return the entries whose key may stand in two trees: those of a bucket that two trees put something into."""
    bucket = mixed(key) >> np.uint64(64 - _BUCKETS)
    low = np.empty(1 << _BUCKETS, tree.dtype)
    high = np.empty(1 << _BUCKETS, tree.dtype)
    # Of entries that fall on one place the last stands: trees ascend, so these are the lowest and the highest.
    low[bucket[::-1]] = tree[::-1]
    high[bucket] = tree
    return np.flatnonzero((low != high)[bucket])


def _grouped(key: Numbers, tree: Ints, fewest: int) -> tuple[Ints, Ints, Ints]:
    """Return the entries whose key stands in `fewest` trees, the group of each, and each group's number of trees."""
    order = np.argsort(key, kind="stable")
    ordered, trees = key[order], tree[order]
    new = np.ones(len(order), np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    fresh = new.copy()
    fresh[1:] |= trees[1:] != trees[:-1]
    group = np.cumsum(new) - 1
    counts = np.bincount(group, fresh, minlength=0).astype(np.int64)
    shared = counts >= fewest
    renumbered = np.cumsum(shared) - 1
    rows = shared[group]
    places = order[rows]
    back = np.argsort(places, kind="stable")
    return places[back], renumbered[group[rows]][back], counts[shared]


def _cover(shorter: _Level, longer: _Level) -> None:
    """Note which runs a longer one of the same support and of no worse class holds."""
    best = longer.best[longer.group]
    for places in (longer.place, longer.place + 1):
        group = shorter.group[np.searchsorted(shorter.place, places)]
        same = shorter.trees[group] == longer.trees[longer.group]
        shorter.covered[group[same & (best <= shorter.kind[group])]] = True
        for kind in (STOCK, GOOD):
            better = group[same & (best == kind)]
            shorter.best[better] = np.minimum(shorter.best[better], kind)


def units(columns: Columns, tree: Ints, starts: Ints, shortest: int, fewest: int = 2) -> tuple[Runs, Ints]:
    """Return the repeated units of those that begin at `starts` (sentences, texts), and the group of each, or -1.

    Punctuation at both ends of a unit does not count; units of fewer than `shortest` words are left aside.
    """
    solid = np.flatnonzero(columns.kind != BREAK)
    stops = np.append(starts[1:], len(columns))
    low, high = np.searchsorted(solid, starts), np.searchsorted(solid, stops) - 1
    sound = high >= low
    first = solid[np.minimum(low, len(solid) - 1)] if len(solid) else starts
    length = np.where(sound, (solid[high] if len(solid) else starts) - first + 1, 0)
    words = np.concatenate(([0], np.cumsum(columns.kind == WORD)))
    sound &= words[first + length] - words[first] >= shortest
    chosen = np.flatnonzero(sound)
    of_unit = np.full(len(starts), -1, np.int64)
    key = _sums(columns.number, first[chosen], length[chosen])
    kept, group, trees = _grouped(key, tree[first[chosen]], fewest)
    of_unit[chosen[kept]] = group
    order = np.argsort(group, kind="stable")
    offset = np.searchsorted(group[order], np.arange(len(trees) + 1))
    rows = chosen[kept][order]
    stock = np.isin(columns.spelling, np.union1d(numbers_of(function_words()), numbers_of(light_words())))
    worded = np.concatenate(([0], np.cumsum((columns.kind == WORD) & ~stock)))
    one = rows[offset[:-1]]
    is_stock = worded[first[one] + length[one]] == worded[first[one]]
    kind = np.where(is_stock, STOCK, GOOD).astype(np.int8)
    return Runs(offset, first[rows], length[rows], trees, kind, np.zeros(len(trees), np.bool_)), of_unit


def _sums(number: Numbers, first: Ints, length: Ints) -> Numbers:
    """Return the key of each run of words."""
    if not len(first):
        return np.empty(0, np.uint64)
    up = powers(_FACTOR, len(number) + 1)
    down = powers(pow(_FACTOR, -1, 1 << 64), len(number) + 1)
    sums = np.zeros(len(number) + 1, np.uint64)
    np.cumsum(number * up[:-1], out=sums[1:])
    found: Numbers = (sums[first + length] - sums[first]) * down[first] * np.uint64(_FACTOR) + length.astype(np.uint64)
    return found
