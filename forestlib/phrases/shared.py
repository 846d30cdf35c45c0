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
from forestlib.phrases.characters import BREAK, SIGN, WORD
from forestlib.phrases.columns import Columns
from forestlib.phrases.words import Flags, Ints, Numbers, among, mixed, numbers_of, powers

__all__ = ["FRAGMENT", "GOOD", "STOCK", "Runs", "shared_runs", "telling", "units"]

GOOD, STOCK, FRAGMENT = range(3)
_FACTOR = 0x9FB21C651E98DF25
_FEWEST_BUCKETS, _MOST_BUCKETS = 12, 22
_STRETCH = 1 << 20
_JOINING = frozenset("-'/%@\\")
Classes = npt.NDArray[np.int8]
Places32 = npt.NDArray[np.int32]


@attrs.frozen(eq=False)
class Runs:
    """Groups of equal runs of words: group `g` stands at the places `offset[g]` to `offset[g + 1]`.

    `first` is a place's first word and `length` its number of words; `trees` counts a group's trees, `kind` is its
    class, `covered` says that a longer run of the same support holds it, and `held` counts the trees of the good longer
    run with the most of them that holds it.
    """

    offset: Ints
    first: Places32
    length: Places32
    trees: Ints
    kind: Classes
    covered: Flags
    held: Ints

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
            offset,
            self.first[rows],
            self.length[rows],
            self.trees[groups],
            self.kind[groups],
            self.covered[groups],
            self.held[groups],
        )

    @classmethod
    def joined(cls, parts: Sequence[Runs]) -> Runs:
        """Return the groups of several, one after the other."""
        rows = np.concatenate([np.empty(0, np.int64), *(part.rows for part in parts)])
        return cls(
            np.concatenate(([0], np.cumsum(rows))),
            np.concatenate([np.empty(0, np.int32), *(part.first for part in parts)]),
            np.concatenate([np.empty(0, np.int32), *(part.length for part in parts)]),
            np.concatenate([np.empty(0, np.int64), *(part.trees for part in parts)]),
            np.concatenate([np.empty(0, np.int8), *(part.kind for part in parts)]),
            np.concatenate([np.empty(0, np.bool_), *(part.covered for part in parts)]),
            np.concatenate([np.empty(0, np.int64), *(part.held for part in parts)]),
        )


@attrs.define(eq=False)
class _Level:
    """The shared runs of one length: group `g` stands at the places `offset[g]` to `offset[g + 1]` of `first`.

    `best` is the best class among a group and the longer ones of the same support that hold it.
    """

    length: int
    offset: Ints
    first: Places32
    trees: Ints
    kind: Classes
    best: Classes
    covered: Flags
    held: Ints

    def runs(self) -> Runs:
        return Runs(
            self.offset,
            self.first,
            np.full(len(self.first), self.length),
            self.trees,
            self.kind,
            self.covered,
            self.held,
        )


def shared_runs(columns: Columns, tree: Places32, shortest: int, longest: int, fewest: int = 2) -> Runs:
    """Return the runs of `shortest` to `longest` words that stand in `fewest` or more trees; none crosses punctuation.

    `tree` is the tree of each word.
    """
    levels = list(_levels(columns, tree, shortest, longest, fewest))
    # Which group stands at a place: each level writes all the places that the longer one asks for.
    group_at = np.empty(len(columns), np.int32)
    for longer, shorter in zip(levels[:0:-1], levels[-2::-1], strict=True):
        _cover(shorter, longer, group_at)
    return Runs.joined([level.runs() for level in levels])


@attrs.frozen(eq=False)
class _Entries:
    """Runs of one length in a stretch of the words: the place of each, and its key.

    All is done a stretch at a time: what fits the cache is not fetched, and what is small is not asked of the system.
    """

    place: Places32
    key: Numbers

    def __len__(self) -> int:
        return len(self.place)

    def take(self, rows: Ints) -> _Entries:
        return _Entries(self.place[rows], self.key[rows])

    @property
    def buckets(self) -> Ints:
        return (mixed(self.key) >> np.uint64(64 - _MOST_BUCKETS)).astype(np.int64)


def _levels(columns: Columns, tree: Places32, shortest: int, longest: int, fewest: int) -> Iterator[_Level]:
    stretches = list(_stretches(columns))
    worded = np.concatenate(([0], np.cumsum(telling(columns), dtype=np.int32)))
    cuts = _cuts(columns)
    alive = np.zeros(len(columns) + 1, np.bool_)
    for length in range(1, longest + 1):
        if length > 1:
            stretches = [_grown(entries, alive, columns.number, length) for entries in stretches]
        stretches = _perhaps_shared(stretches, tree)
        alive[:] = False
        if length < shortest:
            for entries in stretches:
                alive[entries.place] = True
            continue
        level = _level(length, stretches, tree, fewest, worded, cuts)
        if not len(level.first):
            return
        yield level
        alive[level.first] = True
        stretches = [entries.take(np.flatnonzero(alive[entries.place])) for entries in stretches]


def _stretches(columns: Columns) -> Iterator[_Entries]:
    for start in range(0, len(columns), _STRETCH):
        place = np.flatnonzero(columns.kind[start : start + _STRETCH] != BREAK).astype(np.int32)
        place += np.int32(start)
        yield _Entries(place, columns.number[place])


def _grown(entries: _Entries, alive: Flags, number: Numbers, length: int) -> _Entries:
    """Return the runs a word longer: those whose beginning and whose end are shared."""
    grown = entries.take(np.flatnonzero(alive[entries.place + np.int32(1)]))
    return _Entries(grown.place, grown.key * np.uint64(_FACTOR) + number[grown.place + np.int32(length - 1)])


def _level(
    length: int, stretches: list[_Entries], tree: Places32, fewest: int, worded: Places32, cuts: Flags
) -> _Level:
    found = list(_groups(stretches, tree, fewest))
    first = np.concatenate([np.empty(0, np.int32), *(places for places, _, _ in found)])
    rows = np.concatenate([np.empty(0, np.int64), *(rows for _, rows, _ in found)])
    trees = np.concatenate([np.empty(0, np.int64), *(trees for _, _, trees in found)])
    offset = np.concatenate(([0], np.cumsum(rows)))
    begin = first[offset[:-1]]
    end = begin + np.int32(length)
    borders = (worded[begin + 1] > worded[begin]) & (worded[end] > worded[end - 1]) & ~(cuts[begin] | cuts[end])
    kind = np.where(borders, GOOD, FRAGMENT).astype(np.int8)
    kind[worded[end] == worded[begin]] = STOCK
    covered, held = np.zeros(len(trees), np.bool_), np.zeros(len(trees), np.int64)
    return _Level(length, offset, first, trees, kind, kind.copy(), covered, held)


def _groups(stretches: list[_Entries], tree: Places32, fewest: int) -> Iterator[tuple[Places32, Ints, Ints]]:
    """Yield the shared runs in portions, by their keys: the places by group, each group's places and trees."""
    portions = sum(map(len, stretches)) // _STRETCH + 1
    portion_of = [(entries.buckets % portions).astype(np.uint16) for entries in stretches]
    for portion in range(portions):
        parts = [
            entries.take(np.flatnonzero(numbers == portion))
            for entries, numbers in zip(stretches, portion_of, strict=True)
        ]
        place = np.concatenate([np.empty(0, np.int32), *(part.place for part in parts)])
        key = np.concatenate([np.empty(0, np.uint64), *(part.key for part in parts)])
        kept, offset, trees = _grouped(key, tree[place], fewest)
        yield place[kept], np.diff(offset), trees


def _cuts(columns: Columns) -> Flags:
    """Before which words a phrase would be cut out of a compound or an address: "non-existence", "wiki/Main"."""
    cuts = np.zeros(len(columns) + 1, np.bool_)
    sign = np.flatnonzero(columns.kind == SIGN)
    sign = sign[np.isin(columns.spelling[sign], numbers_of(_JOINING))]
    after = sign[columns.stop[sign] == columns.start[np.minimum(sign + 1, len(columns) - 1)]] + 1
    before = sign[(sign > 0) & (columns.start[sign] == columns.stop[sign - 1])]
    cuts[np.concatenate((before, after))] = True
    return cuts


def telling(columns: Columns) -> Flags:
    """Which entries are words that say something."""
    little = np.union1d(numbers_of(function_words()), numbers_of(light_words()))
    found: Flags = (columns.kind == WORD) & ~among(columns.spelling, little)
    return found


def _perhaps_shared(stretches: list[_Entries], tree: Places32) -> list[_Entries]:
    """Return the entries whose key may stand in two trees: those of a bucket that two trees put something into."""
    bits = min(max(sum(map(len, stretches)).bit_length(), _FEWEST_BUCKETS), _MOST_BUCKETS)
    drop = _MOST_BUCKETS - bits
    latest = np.full(1 << bits, -1, np.int32)
    several = np.zeros(1 << bits, np.bool_)
    for entries in stretches:
        bucket, trees = entries.buckets >> drop, tree[entries.place]
        before = latest[bucket]
        # Of entries that fall on one place the last stands; an entry of another tree then tells that there are two.
        latest[bucket] = trees
        several[bucket[((before != trees) & (before >= 0)) | (latest[bucket] != trees)]] = True
    return [entries.take(np.flatnonzero(several[entries.buckets >> drop])) for entries in stretches]


def _grouped(key: Numbers, tree: Places32, fewest: int) -> tuple[Ints, Ints, Ints]:
    """Return the entries whose key stands in `fewest` trees, by group; where each group begins; its number of trees."""
    order = _order(key)
    ordered, trees = key[order], tree[order]
    new = np.ones(len(order), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    fresh = new.copy()
    fresh[1:] |= trees[1:] != trees[:-1]
    start = np.append(np.flatnonzero(new), len(order))
    counts = np.diff(np.concatenate(([0], np.cumsum(fresh)))[start])
    shared = counts >= fewest
    rows = np.diff(start)
    offset = np.concatenate(([0], np.cumsum(rows[shared])))
    return order[np.repeat(shared, rows)], offset, counts[shared]


def _order(key: Numbers) -> Ints:
    """Return the entries with equal keys side by side, each in turn: one sort of numbers that hold both."""
    bits = np.uint64(len(key).bit_length())
    low = (np.uint64(1) << bits) - np.uint64(1)
    packed = mixed(key)
    packed &= ~low
    packed |= np.arange(len(key), dtype=np.uint64)
    packed.sort()
    order = (packed & low).view(np.int64)
    packed >>= bits
    alike = packed[1:] == packed[:-1]
    ordered = key[order]
    clashes = np.flatnonzero(alike & (ordered[1:] != ordered[:-1]))
    if clashes.size:
        # Two keys may agree in the bits that were sorted by: the few entries of such are set apart.
        run = np.concatenate(([0], np.cumsum(~alike)))
        rows = np.flatnonzero(np.isin(run, run[clashes]))
        order[rows] = order[rows][np.lexsort((order[rows], ordered[rows], run[rows]))]
    return order


def _cover(shorter: _Level, longer: _Level, group_at: Places32) -> None:
    """Note which runs a longer one of the same support and of no worse class holds."""
    held = np.where(longer.kind == GOOD, longer.trees, longer.held)
    group_at[shorter.first] = np.repeat(np.arange(len(shorter.trees), dtype=np.int32), np.diff(shorter.offset))
    for places in (longer.first[longer.offset[:-1]], longer.first[longer.offset[:-1]] + 1):
        group = group_at[places]
        np.maximum.at(shorter.held, group, held)
        same = shorter.trees[group] == longer.trees
        shorter.covered[group[same & (longer.best <= shorter.kind[group])]] = True
        for kind in (STOCK, GOOD):
            better = group[same & (longer.best == kind)]
            shorter.best[better] = np.minimum(shorter.best[better], kind)


def units(columns: Columns, tree: Places32, starts: Ints, shortest: int, fewest: int = 2) -> tuple[Runs, Ints]:
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
    kept, offset, trees = _grouped(key, tree[first[chosen]], fewest)
    rows = chosen[kept]
    of_unit[rows] = np.repeat(np.arange(len(trees)), np.diff(offset))
    worded = np.concatenate(([0], np.cumsum(telling(columns))))
    one = rows[offset[:-1]]
    is_stock = worded[first[one] + length[one]] == worded[first[one]]
    kind = np.where(is_stock, STOCK, GOOD).astype(np.int8)
    places, lengths = (column[rows].astype(np.int32) for column in (first, length))
    covered, held = np.zeros(len(trees), np.bool_), np.zeros(len(trees), np.int64)
    return Runs(offset, places, lengths, trees, kind, covered, held), of_unit


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
