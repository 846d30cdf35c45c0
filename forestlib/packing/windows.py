"""Where a large tree is cut into windows, and why there: for time, not only for tokens.

A window is a run of nodes in preorder with the path that leads to the first of them, which is only context where an
earlier window has it. More windows repeat more paths; larger ones have more attention to compute, which grows with the
square of a window under a dense mask: one pack of a wide tree saves six times the tokens and no time at all. A tree is
cut after leaves, so that a window costs what its paths share and what each leaf adds, and the cheapest cuts of all are
found by counting from the front.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from forestlib.packing.assign import Ints
from forestlib.packing.laid import Laid

__all__ = ["DENSE", "MASKS", "SPARSE", "costs", "windows"]

DENSE, SPARSE = MASKS = ("dense", "sparse")
_FINE = 256
Floats = npt.NDArray[np.float64]


def costs(tokens: npt.ArrayLike, prefix: npt.ArrayLike, knee: float, mask: str) -> Floats:
    """Return what windows of so many tokens, `prefix` of them repeated, cost: in tokens' worth of the linear layers.

    At `knee` tokens, attention under a dense mask costs as much as everything else. Under a sparse one, what a window
    adds is the attention of its prefix to itself.

    >>> costs([100, 1000], 0, 1000, "dense").tolist(), costs([100, 1000], 100, 1000, "sparse").tolist()
    ([110.0, 2000.0], [105.0, 1005.0])
    """
    all_of_them, again = np.asarray(tokens, dtype=np.float64), np.asarray(prefix, dtype=np.float64)
    squared = all_of_them * all_of_them if mask == DENSE else again * again / 2
    return all_of_them + squared / knee


def windows(laid: Laid, room: int, knee: float, mask: str) -> Ints:
    """Return the windows of a tree, none of more than `room` tokens: rows of (first place, place after, tokens)."""
    found = [
        _windows(laid, begin, end, room, knee, mask)
        for begin, end in zip(laid.bounds[:-1].tolist(), laid.bounds[1:].tolist(), strict=True)
    ]
    return np.concatenate(found)


def _windows(laid: Laid, begin: int, end: int, room: int, knee: float, mask: str) -> Ints:
    # A block is what one leaf adds: the nodes after the leaf before it, up to itself.
    inner = laid.up[begin + 1 : end] == np.arange(begin, end - 1)
    stops = np.append(np.flatnonzero(~inner) + 1, end - begin) + begin
    firsts = np.append(begin, stops[:-1])
    reach = np.append(0, laid.size[begin:end].cumsum())
    prefix, reach = laid.start[firsts], reach[np.append(firsts, end) - begin]
    room = _useful(prefix, reach, room, knee, mask)
    chosen = _worth_a_cut(prefix, reach, room)
    cuts = _cheapest(prefix[chosen], reach[np.append(chosen, len(firsts))], room, knee, mask)
    opened = chosen[cuts]
    closed = np.append(opened[1:], len(firsts))
    tokens = prefix[opened] + reach[closed] - reach[opened]
    return np.stack([firsts[opened], stops[closed - 1], tokens], axis=1)


def _useful(prefix: Ints, reach: Ints, room: int, knee: float, mask: str) -> int:
    """Return how long windows may be at most to be worth it, with much to spare."""
    longest = int((prefix + np.diff(reach)).max())
    if mask != DENSE:
        return room
    # Two halves that repeat the longest path are faster than one window of more than half as many tokens as this.
    return min(room, int(2 * (2 * longest + (8 * longest**2 + 2 * longest * knee) ** 0.5)) + longest)


def _worth_a_cut(prefix: Ints, reach: Ints, room: int) -> Ints:
    """Return the blocks that windows may begin with: of every few the one with the shortest path to repeat."""
    grain = room // _FINE
    if grain < 2 or len(prefix) < _FINE:
        return np.arange(len(prefix))
    stretch = reach[:-1] // grain
    order = np.lexsort((prefix, stretch))
    best = order[np.append(True, np.diff(stretch[order]) > 0)]
    best = np.append(0, best[best > 0])
    ends = np.append(best[1:], len(prefix))
    tight = np.zeros(len(prefix) + 1, np.int64)
    over = prefix[best] + reach[ends] - reach[best] > room
    np.add.at(tight, best[over], 1)
    np.add.at(tight, ends[over], -1)
    kept = tight.cumsum()[:-1] > 0
    kept[best] = True
    return np.flatnonzero(kept)


def _cheapest(prefix: Ints, reach: Ints, room: int, knee: float, mask: str) -> Ints:
    """Return the blocks with which windows begin, so that all together cost least."""
    before = prefix - reach[:-1]
    oldest = np.searchsorted(reach, reach - room)
    best, opened = np.zeros(len(reach)), np.zeros(len(reach), np.int64)
    for end in range(1, len(reach)):
        low = int(oldest[end])
        tokens = before[low:end] + reach[end]
        total = best[low:end] + costs(tokens, prefix[low:end], knee, mask)
        total[tokens > room] = np.inf
        at = int(total.argmin())
        best[end], opened[end] = total[at], low + at
    cuts, end = [], len(prefix)
    while end:
        end = int(opened[end])
        cuts.append(end)
    return np.array(cuts[::-1], dtype=np.int64)
