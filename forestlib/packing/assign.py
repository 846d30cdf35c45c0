"""Which row goes into which pack: best-fit decreasing over all rows at once, counted instead of searched.

The longest row comes first, and each goes into the fullest pack that still has room for it. Rows of one length are
interchangeable, and so are packs of one room, so that both are dealt with by the run: `count` rows of one length go
into the packs of the smallest room that holds one, as many into each as fit. It is the result of the textbook loop,
pack for pack, in a few thousand steps instead of a million.
"""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

__all__ = ["Ints", "assign", "grouped"]

Ints = npt.NDArray[np.int64]


def assign(lengths: npt.ArrayLike, room: int) -> Ints:
    """Return the pack of each row, by best-fit decreasing: lengths are from 1 to `room`, equal ones go by position.

    Packs are numbered by their first row, so that packs stand in the order of the rows as far as they can.

    >>> assign([5, 4, 3, 2, 6], 8).tolist()
    [0, 1, 0, 2, 2]
    """
    sizes = np.asarray(lengths, dtype=np.int64)
    if not len(sizes):
        return sizes
    order = _longest_first(sizes, room)
    packs = np.empty(len(sizes), np.int64)
    packs[order] = _Dealer(room).deal(sizes[order])
    return _by_first(packs)


def grouped(packs: Ints) -> tuple[Ints, Ints]:
    """Return the rows pack by pack, ascending in each, and the place where each pack begins (one more than packs).

    >>> [part.tolist() for part in grouped(assign([5, 4, 3, 2, 6], 8))]
    [[0, 2, 1, 3, 4], [0, 2, 3, 5]]
    """
    if not len(packs):
        return packs, np.zeros(1, np.int64)
    return _ascending(packs), np.append(0, np.bincount(packs).cumsum())


def _longest_first(sizes: Ints, room: int) -> Ints:
    # Numpy sorts numbers of 16 bits by counting.
    keys = (room - sizes).astype(np.uint16) if room < 1 << 16 else None
    return _ascending(room - sizes) if keys is None else np.argsort(keys, kind="stable")


def _ascending(keys: Ints) -> Ints:
    # One number holds the key and the place: sorting numbers is several times faster than sorting places by keys.
    count = len(keys)
    both = keys * count + np.arange(count)
    both.sort()
    both %= count
    return both


def _by_first(packs: Ints) -> Ints:
    firsts = np.empty(int(packs.max()) + 1, np.int64)
    firsts[packs[::-1]] = np.arange(len(packs))[::-1]
    number = np.empty_like(firsts)
    number[firsts.argsort()] = np.arange(len(firsts))
    return number[packs]


class _Dealer:
    """The open packs by their room: of each room a queue of runs of packs, and a bit in one number."""

    def __init__(self, room: int) -> None:
        self._room, self._opened = room, 0
        self._queues: dict[int, deque[Ints]] = {}
        self._rooms = 0

    def deal(self, sizes: Ints) -> Ints:
        """Return the pack of each row; the sizes descend."""
        packs = np.empty(len(sizes), np.int64)
        begins = np.flatnonzero(np.diff(sizes, prepend=-1))
        for begin, end in zip(begins.tolist(), [*begins[1:].tolist(), len(sizes)], strict=True):
            size = int(sizes[begin])
            while begin < end:
                begin = self._run(packs, begin, end, size)
        return packs

    def _run(self, packs: Ints, begin: int, end: int, size: int) -> int:
        fitting = self._rooms >> size
        room = size + (fitting & -fitting).bit_length() - 1 if fitting else self._room
        each = room // size
        chosen = self._taken(room, -(-(end - begin) // each)) if fitting else self._new(-(-(end - begin) // each))
        full = min(len(chosen), (end - begin) // each)
        stop = begin + full * each
        packs[begin:stop] = chosen[:full].repeat(each) if each > 1 else chosen[:full]
        self._put(room - each * size, chosen[:full])
        if full < len(chosen):
            packs[stop:end] = chosen[full]
            self._put(room - (end - stop) * size, chosen[full:])
            stop = end
        return stop

    def _new(self, count: int) -> Ints:
        self._opened += count
        return np.arange(self._opened - count, self._opened)

    def _taken(self, room: int, most: int) -> Ints:
        queue = self._queues[room]
        run = queue.popleft()
        if len(run) > most:
            queue.appendleft(run[most:])
            return run[:most]
        if not queue:
            self._rooms ^= 1 << room
        return run

    def _put(self, room: int, packs: Ints) -> None:
        if room and len(packs):
            self._queues.setdefault(room, deque()).append(packs)
            self._rooms |= 1 << room
