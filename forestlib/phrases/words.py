"""Words: texts as columns of words, each one number, so that phrases are compared as numbers.

A number is a rolling hash of the folded characters, modulo 2^64: equal words have equal numbers, and of unequal ones
one pair in 10^19 has. Texts are read in chunks that fit a processor's cache; a chunk knows where each word stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, cached_property

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.phrases.characters import BREAK, SEPARATOR, SPACE, WORD, characters
from forestlib.phrases.folding import folded_with_places

__all__ = [
    "CHUNK",
    "Chunk",
    "Flags",
    "Ints",
    "Numbers",
    "among",
    "chunks",
    "mixed",
    "number_of",
    "numbers_of",
    "powers",
]

# Characters in a chunk: its columns then stay in the cache.
CHUNK = 1 << 17
_FACTOR = 0x9E3779B97F4A7C15
_SPACED = np.uint64(0xD1B54A32D192ED03)
_FEW_BITS = 16
_FEW_SHIFT = np.uint64(64 - _FEW_BITS)

Numbers = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint32]


class _Powers:
    """The powers of the rolling hash's base and of its inverse, as many as were needed so far."""

    def __init__(self) -> None:
        self.up = self.down = np.ones(1, np.uint64)

    def upto(self, size: int) -> tuple[Numbers, Numbers]:
        if len(self.up) < size:
            inverse = pow(_FACTOR, -1, 1 << 64)
            self.up, self.down = (powers(factor, size) for factor in (_FACTOR, inverse))
        return self.up, self.down


def powers(factor: int, size: int) -> Numbers:
    """Return the first `size` powers of an odd number modulo 2^64, from the zeroth."""
    factors = np.full(size, factor, np.uint64)
    factors[0] = 1
    return np.cumprod(factors, dtype=np.uint64)


_POWERS = _Powers()


def mixed(numbers: Numbers) -> Numbers:
    """Return numbers whose high bits depend on all bits."""
    return (numbers ^ (numbers >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)


def among(numbers: Numbers, few: Numbers) -> Flags:
    """Which of many numbers are among a few."""
    buckets = np.zeros(1 << _FEW_BITS, np.bool_)
    buckets[few >> _FEW_SHIFT] = True
    perhaps = np.flatnonzero(buckets[numbers >> _FEW_SHIFT])
    found = np.zeros(len(numbers), np.bool_)
    found[perhaps] = np.isin(numbers[perhaps], few)
    return found


def number_of(word: str) -> int:
    """Return the number of a folded word."""
    number = 0
    for sign in reversed(word):
        number = (number * _FACTOR + ord(sign) + 1) % (1 << 64)
    return number


@cache
def numbers_of(words: frozenset[str]) -> Numbers:
    """Return the numbers of folded words, ascending."""
    return np.array(sorted(map(number_of, words)), np.uint64)


@attrs.define(eq=False, slots=False)
class Chunk:
    """Some texts in a row as one column of folded characters; `first` is the number of the first text.

    `text_start` holds where each text begins in `codes`, and where the last one ends; a separator follows each.
    """

    texts: Sequence[str]
    first: int
    codes: Codes
    text_start: Ints
    places: tuple[Ints, Ints] | None

    @cached_property
    def _kinds(self) -> npt.NDArray[np.int8]:
        kinds = characters().kinds(self.codes)
        kinds[self.text_start[1:] - 1] = SPACE
        small = np.flatnonzero((self.codes == ord("-")) | (self.codes == ord("'")))
        if small.size:
            # A hyphen or an apostrophe inside a word belongs to it; beside a space it is a dash or a quotation mark.
            beside = (kinds[small - 1] == SPACE) | (kinds[small + 1] == SPACE)
            kinds[small[beside | (small == 0)]] = BREAK
        kinds[self.text_start[1:] - 1] = BREAK
        return kinds

    @cached_property
    def _ends(self) -> tuple[Ints, Ints]:
        """Where words begin and end in `codes`: runs of letters and digits, and every other sign alone."""
        kinds = self._kinds
        word = kinds == WORD
        single = kinds > WORD
        begins, stops = word.copy(), word.copy()
        begins[1:] &= ~word[:-1]
        stops[:-1] &= ~word[1:]
        return np.flatnonzero(begins | single), np.flatnonzero(stops | single) + 1

    @property
    def start(self) -> Ints:
        """Where each word begins in `codes`."""
        return self._ends[0]

    @property
    def stop(self) -> Ints:
        """Where each word ends in `codes`."""
        return self._ends[1]

    @cached_property
    def kind(self) -> npt.NDArray[np.int8]:
        """What each word is: WORD, SIGN or BREAK."""
        return self._kinds[self.start]

    @cached_property
    def number(self) -> Numbers:
        """The number of each word."""
        up, down = _POWERS.upto(len(self.codes) + 1)
        sums = np.zeros(len(self.codes) + 1, np.uint64)
        np.cumsum((self.codes.astype(np.uint64) + np.uint64(1)) * up[: len(self.codes)], out=sums[1:])
        return (sums[self.stop] - sums[self.start]) * down[self.start]

    @cached_property
    def spaced(self) -> Numbers:
        """For each word, what is added to its number where white space stands before it."""
        before = np.zeros(len(self.start), np.bool_)
        before[1:] = self.start[1:] > self.stop[:-1]
        return before * _SPACED

    @cached_property
    def text(self) -> Ints:
        """The number of the text of each word."""
        words = np.diff(np.searchsorted(self.start, self.text_start))
        return np.repeat(np.arange(self.first, self.first + len(words)), words)

    def word(self, place: int) -> str:
        """Return a word, folded."""
        return "".join(map(chr, self.codes[self.start[place] : self.stop[place]].tolist()))

    def spans(self, first: Ints | slice, last: Ints | slice) -> tuple[Ints, Ints]:
        """Return where phrases begin and end in their own texts, given the places of their first and last words."""
        start, stop = self.start[first], self.stop[last]
        if self.places is None:
            shift = self.text_start[self.text[first] - self.first]
            return start - shift, stop - shift
        begins, ends = self.places
        return begins[start], ends[stop - 1]

    @cached_property
    def line_breaks(self) -> Flags:
        """Before which words a line breaks."""
        joined = "\n".join(self.texts)
        if joined.count("\n") < len(self.texts):
            return np.zeros(len(self.start), np.bool_)
        raw = np.frombuffer(joined.encode("utf-32-le"), np.uint32) == ord("\n")
        lengths = np.fromiter(map(len, self.texts), np.int64, len(self.texts))
        base = np.concatenate(([0], np.cumsum(lengths + 1)))[self.text - self.first]
        begins, _ = self.spans(slice(None), slice(None))
        counts = np.concatenate(([0], np.cumsum(raw)))[np.minimum(base + begins, len(raw))]
        return np.diff(counts, prepend=0) > 0


def chunks(texts: Sequence[str], size: int = CHUNK) -> Iterator[Chunk]:
    """Read texts in chunks of about `size` characters; a text is never cut.

    >>> [chunk] = chunks(["A free choice.", "Choice"])
    >>> [chunk.word(place) for place in np.flatnonzero(chunk.kind == WORD)]
    ['a', 'free', 'choice', 'choice']
    """
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
    first, done = 0, 0
    while first < len(texts):
        last = max(first + 1, int(np.searchsorted(ends, done + size, side="right")))
        yield _chunk(texts[first:last], first)
        first, done = last, int(ends[last - 1])


def _chunk(texts: Sequence[str], first: int) -> Chunk:
    raw = np.frombuffer("\n".join([*texts, ""]).encode("utf-32-le"), np.uint32)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    start = np.concatenate(([0], np.cumsum(lengths + 1)))
    codes = characters().folds(raw)
    codes[start[1:] - 1] = SEPARATOR
    odd = _odd_texts(raw, codes, start)
    if not odd.size:
        return Chunk(texts, first, codes, start, None)
    return _with_odd(texts, first, codes, start, odd)


def _odd_texts(raw: Codes, codes: Codes, start: Ints) -> Ints:
    """Return which texts do not fold one to one."""
    odd = characters().odds(raw)
    space = codes == ord(" ")
    odd[1:] |= space[1:] & space[:-1]
    arrow = np.flatnonzero(codes == ord("→"))
    odd[arrow[~(space[arrow - 1] & space[arrow + 1])]] = True
    pointed = np.flatnonzero(codes == ord(">"))
    odd[pointed[np.isin(codes[pointed - 1], [ord(sign) for sign in "-–—="])]] = True
    return np.unique(np.searchsorted(start, np.flatnonzero(odd), side="right") - 1)


def _with_odd(texts: Sequence[str], first: int, codes: Codes, start: Ints, odd: Ints) -> Chunk:
    """Return the chunk with its odd texts folded the slow way, and with the place of each character."""
    parts, begins, ends, done = list[Codes](), list[Ints](), list[Ints](), 0
    lengths = np.diff(start)
    within = np.arange(len(codes)) - np.repeat(start[:-1], lengths)
    for number in odd.tolist():
        plain, begin, end = folded_with_places(texts[number])
        parts += [codes[done : start[number]], _codes_of(plain)]
        begins += [within[done : start[number]], np.array([*begin, len(texts[number])], np.int64)]
        ends += [within[done : start[number]] + 1, np.array([*end, len(texts[number])], np.int64)]
        lengths[number] = len(plain) + 1
        done = start[number + 1]
    parts.append(codes[done:])
    begins.append(within[done:])
    ends.append(within[done:] + 1)
    places = np.concatenate(begins), np.concatenate(ends)
    return Chunk(texts, first, np.concatenate(parts), np.concatenate(([0], np.cumsum(lengths))), places)


def _codes_of(plain: str) -> Codes:
    return np.append(np.frombuffer(plain.encode("utf-32-le"), np.uint32), np.uint32(SEPARATOR))
