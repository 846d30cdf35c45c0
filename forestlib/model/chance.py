"""Chance from a seed, the same on every machine, in every process and with every version of every package.

Random generators of other packages may change their streams; a hash of (seed, place) does not, and it gives any draw
without those before it. A permutation is a Feistel network, so that a few of 100,000,000 places can be drawn, each
once, without listing them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from forestlib.errors import OptionError, shown

__all__ = ["checked_seed", "mixed", "permuted", "seed_of", "some_of"]

_MASK = (1 << 64) - 1
_ROUNDS = 6
Places = npt.NDArray[np.uint64]


def checked_seed(seed: object) -> int:
    """Return `seed`, a whole number from 0 to 2⁶⁴ - 1, or raise `OptionError`."""
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed <= _MASK:
        raise OptionError(f"A seed is a whole number from 0 to 2**64 - 1, got {shown(seed)}.", value=seed)
    return seed


def mixed(*parts: int) -> int:
    """Return a 64-bit hash of whole numbers.

    >>> mixed(7, 1) == mixed(7, 1), mixed(7, 1) == mixed(1, 7)
    (True, False)
    """
    state = 0
    for part in parts:
        state = (state ^ (part & _MASK)) + 0x9E3779B97F4A7C15 & _MASK
        state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & _MASK
        state = (state ^ state >> 27) * 0x94D049BB133111EB & _MASK
        state ^= state >> 31
    return state


def seed_of(seed: int, name: str) -> int:
    """Return a seed of its own for one part of a job, by name."""
    return mixed(seed, *name.encode())


def some_of(size: int, count: int, seed: int) -> Iterator[int]:
    """Iterate over `count` different ones of ``range(size)``: for a few, much cheaper than a permutation.

    >>> sorted(some_of(5, 5, seed=7)), len(set(some_of(10**9, 3, seed=7)))
    ([0, 1, 2, 3, 4], 3)
    """
    drawn = set[int]()
    for last in range(size - count, size):
        # Floyd's way: one draw a place, however many there are to draw from.
        place = mixed(seed, last) % (last + 1)
        place = last if place in drawn else place
        drawn.add(place)
        yield place


def permuted(places: npt.ArrayLike, size: int, seed: int) -> npt.NDArray[np.int64]:
    """Return where a permutation of ``range(size)`` sends `places`.

    >>> sorted(permuted(range(5), 5, seed=7).tolist())
    [0, 1, 2, 3, 4]
    """
    half = max(1, (max(size - 1, 1).bit_length() + 1) // 2)
    keys = np.array([mixed(seed, turn) for turn in range(_ROUNDS)], np.uint64)
    found = _feistel(np.array(places, np.uint64), half, keys)
    outside = np.flatnonzero(found >= size)
    while len(outside):
        found[outside] = _feistel(found[outside], half, keys)
        outside = outside[found[outside] >= size]
    return found.astype(np.int64)


def _feistel(places: Places, half: int, keys: Places) -> Places:
    width, mask = np.uint64(half), np.uint64((1 << half) - 1)
    left, right = places >> width, places & mask
    for key in keys:
        left, right = right, left ^ (_hashed(right ^ key) & mask)
    return left << width | right


def _hashed(values: Places) -> Places:
    values = (values ^ values >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ values >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return values ^ values >> np.uint64(31)
