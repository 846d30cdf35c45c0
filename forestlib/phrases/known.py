"""Finding: where given phrases stand in texts, whole words only, in one sweep for any number of phrases.

A phrase is a run of numbers. Phrases of one and of two words are looked up at every word; longer ones only where their
first two words stand, so that most of a text is looked at twice, however many phrases there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs
import numpy as np

from forestlib.phrases.lemmas import Lemmas
from forestlib.phrases.words import Chunk, Flags, Ints, Numbers, chunks, mixed

__all__ = ["Places", "find_known"]

_FACTOR = np.uint64(0xA0761D6478BD642F)
_SPARE_BITS, _MOST_BITS = 6, 24
_ONE = np.uint64(1)


@attrs.frozen(eq=False)
class Places:
    """Where phrases stand, one row a place: the number of the phrase and of the text, and the span in the text."""

    phrase: Ints
    text: Ints
    start: Ints
    stop: Ints

    def __len__(self) -> int:
        return len(self.phrase)

    def take(self, rows: Ints | Flags) -> Places:
        """Return some rows."""
        return Places(self.phrase[rows], self.text[rows], self.start[rows], self.stop[rows])

    @classmethod
    def joined(cls, parts: Iterable[Places]) -> Places:
        """Return the rows of several, one after the other."""
        listed = list(parts)
        none = np.empty(0, np.int64)
        columns = [
            np.concatenate([none, *(getattr(part, name) for part in listed)])
            for name in ("phrase", "text", "start", "stop")
        ]
        return cls(*columns)


class _Keys:
    """A set of numbers, each with the phrases that it stands for, in buckets by their high bits once mixed."""

    def __init__(self, numbers: Sequence[int], phrases: Sequence[int]) -> None:
        given = np.array(numbers, np.uint64)
        order = np.argsort(mixed(given), kind="stable")
        self._all = given[order]
        self._phrase = np.array(phrases, np.int64)[order]
        # Buckets enough that few hold two numbers; a table that fits the cache, while that can be had.
        self._shift = np.uint64(64 - min(max(len(numbers).bit_length() + _SPARE_BITS, 8), _MOST_BITS))
        bucket = self._buckets(self._all)
        counts = np.bincount(bucket.astype(np.int64), minlength=1 << (64 - int(self._shift)))
        self._has = counts > 0
        self._first = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)

    def _buckets(self, numbers: Numbers) -> Numbers:
        return mixed(numbers) >> self._shift

    def among(self, numbers: Numbers) -> tuple[Ints, Ints]:
        """Return (places in `numbers`, phrases) of those that are in the set, in no order."""
        buckets = self._buckets(numbers)
        places = np.flatnonzero(self._has[buckets])
        rows, ends = (self._first[buckets[places] + edge] for edge in (np.uint64(0), _ONE))
        found = list[tuple[Ints, Ints]]()
        while places.size:
            same = self._all[rows] == numbers[places]
            found.append((places[same], self._phrase[rows[same]]))
            rows = rows + 1
            more = rows < ends
            places, rows, ends = places[more], rows[more], ends[more]
        none = np.empty(0, np.int64)
        return np.concatenate([none, *(one for one, _ in found)]), np.concatenate([none, *(one for _, one in found)])


class _Finder:
    """Known phrases as numbers, by their length in words."""

    def __init__(self, phrases: Sequence[str], lemmas: Lemmas | None) -> None:
        self._lemmas = lemmas
        by_length: dict[int, tuple[list[int], list[int]]] = {}
        begins: set[int] = set()
        for chunk in chunks(phrases):
            first, rest = self._numbers(chunk)
            bounds = np.searchsorted(chunk.text, np.arange(chunk.first, chunk.first + len(chunk.texts) + 1))
            for phrase, (start, stop) in enumerate(zip(bounds.tolist(), bounds[1:].tolist(), strict=False)):
                # The last word of a text is the separator that follows it.
                keys = _prefix_keys(first[start : stop - 1].tolist(), rest[start : stop - 1].tolist())
                if keys:
                    numbers, owners = by_length.setdefault(len(keys), ([], []))
                    numbers.append(keys[-1])
                    owners.append(phrase + chunk.first)
                if len(keys) > 2:
                    begins.add(keys[1])
        self._keys = {length: _Keys(*found) for length, found in sorted(by_length.items())}
        self._begins = _Keys(sorted(begins), [0] * len(begins))

    def _numbers(self, chunk: Chunk) -> tuple[Numbers, Numbers]:
        """Return the numbers of words where they begin a phrase, and where they go on with one."""
        if self._lemmas is not None:
            numbers = self._lemmas.numbers(chunk)
            return numbers, numbers
        return chunk.number, chunk.number + chunk.spaced

    def places(self, chunk: Chunk) -> Places:
        """Return where the phrases stand in a chunk."""
        numbers, rest = self._numbers(chunk)
        found = [(1, *self._keys[1].among(numbers))] if 1 in self._keys else []
        if len(self._keys) > (1 in self._keys):
            found += self._longer(numbers, rest)
        first = np.concatenate([np.empty(0, np.int64), *(places for _, places, _ in found)])
        last = np.concatenate([np.empty(0, np.int64), *(places + length - 1 for length, places, _ in found)])
        phrase = np.concatenate([np.empty(0, np.int64), *(phrases for _, _, phrases in found)])
        return Places(phrase, chunk.text[first], *chunk.spans(first, last))

    def _longer(self, numbers: Numbers, rest: Numbers) -> list[tuple[int, Ints, Ints]]:
        keys = numbers[:-1] * _FACTOR + rest[1:]
        found = [(2, *self._keys[2].among(keys))] if 2 in self._keys else []
        alive, _ = self._begins.among(keys)
        keys = keys[alive]
        for length in range(3, max(self._keys) + 1):
            inside = alive + length <= len(rest)
            alive, keys = alive[inside], keys[inside]
            keys = keys * _FACTOR + rest[alive + length - 1]
            if length in self._keys:
                places, phrases = self._keys[length].among(keys)
                found.append((length, alive[places], phrases))
        return found


def _prefix_keys(first: list[int], rest: list[int]) -> list[int]:
    """Return the numbers of a phrase's beginnings of one, two … words."""
    keys = first[:1]
    for number in rest[1:]:
        keys.append((keys[-1] * int(_FACTOR) + number) % (1 << 64))
    return keys


def find_known(phrases: Sequence[str], texts: Sequence[str], lemmas: Lemmas | None = None) -> Places:
    """Return where `phrases` stand in `texts`, whole words only, in any spelling of the same key.

    With `lemmas`, also where words stand in other forms.

    >>> found = find_known(["free choice"], ["A free  choice.", "Free choices."])
    >>> [(int(text), int(start), int(stop)) for text, start, stop in zip(found.text, found.start, found.stop)]
    [(0, 2, 14)]
    """
    if not phrases:
        return Places.joined(())
    finder = _Finder(phrases, lemmas)
    return Places.joined(finder.places(chunk) for chunk in chunks(texts))
