r"""Joining: on which side the joiner goes, so that ids of pieces put together are the ids of the text.

A tokenizer that splits like GPT-2 keeps the joiner apart: its ids go before those of the right piece, whose text need
not hold it (side "own"; without ids where the tokenizer drops it). Elsewhere it may have to begin the right piece's
text (``"\nBut"``, side "right"). One that splits like Llama 3
makes one token of a full stop and a line break, so that the joiner ends the left piece (``"deeds.\n"``). One in the
manner of SentencePiece treats the beginning of a text unlike its middle: there a piece that goes on is tokenized
behind a carrier, a bit of text whose ids are taken off again. The decision: nothing is known by a tokenizer's name.
Each way is tried on real borders, and the first that is right on all of them is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.tokens.tokenizer import Ids, TextTokenizer

__all__ = ["Border", "Joining", "equal_texts", "ways"]

Side = Literal["right", "left", "own"]
Border = tuple[str, str]
Flags = npt.NDArray[np.bool_]
_SIDES: tuple[Side, ...] = ("own", "right", "left")
_CARRIERS = ("", ".", "a")


@attrs.frozen
class Joining:
    r"""One way of joining: the joiner's `side`, the `carrier` of pieces that go on, and the joiner's own ids.

    >>> from forestlib.tokens.tokenizer import tokenizer_of
    >>> letters = tokenizer_of(lambda text: [ord(sign) for sign in text])
    >>> Joining("right", "\n").encoded(letters, ["b"], first=False, last=True)[0].flat.tolist()
    [10, 98]
    """

    side: Side
    joiner: str
    carrier: str = ""
    ids: tuple[int, ...] = ()

    @property
    def by_first(self) -> bool:
        """Whether a piece that begins a row has other ids than one that goes on."""
        return self.side != "left" or bool(self.carrier)

    @property
    def by_last(self) -> bool:
        """Whether a piece that ends a row has other ids than one that is gone on from."""
        return self.side == "left"

    def encoded(self, tokenizer: TextTokenizer, texts: Sequence[str], *, first: bool, last: bool) -> tuple[Ids, Flags]:
        """Return the ids of pieces at their place in a row, and for which of them that is sure."""
        before = self.joiner if self.side == "right" and not first else ""
        after = self.joiner if self.side == "left" and not last else ""
        carrier = "" if first else self.carrier
        if carrier and self.side != "right":
            carrier += self.joiner
        ids = tokenizer.encode([f"{carrier}{before}{text}{after}" for text in texts])
        sure = ids.lengths > 0
        if carrier:
            ids, sure = _without(ids, tokenizer.encode([carrier]).flat)
        if self.ids and not first:
            ids = _behind(ids, self.ids)
        return ids, sure

    def right_on(self, tokenizer: TextTokenizer, borders: Sequence[Border], wanted: Ids) -> Flags:
        """Return on which borders the joined ids are those `wanted`, the ids of the joined texts."""
        if not borders:
            return np.ones(0, np.bool_)
        left, _ = self.encoded(tokenizer, [left for left, _ in borders], first=True, last=False)
        right, _ = self.encoded(tokenizer, [right for _, right in borders], first=False, last=True)
        lengths = left.lengths + right.lengths
        equal: Flags = (lengths == wanted.lengths) & (left.lengths > 0) & (right.lengths > 0)
        for place in np.flatnonzero(equal).tolist():
            own, middle = wanted[place], len(left[place])
            equal[place] = np.array_equal(own[:middle], left[place]) and np.array_equal(own[middle:], right[place])
        return equal


def ways(tokenizer: TextTokenizer, joiner: str) -> Iterator[Joining]:
    """Yield the ways of joining that there are, the simplest first."""
    for carrier in _CARRIERS:
        for side in _SIDES:
            if side != "own":
                yield Joining(side, joiner, carrier)
            elif (ids := _own_ids(tokenizer, joiner)) is not None:
                yield Joining(side, joiner, carrier, ids)


def equal_texts(tokenizer: TextTokenizer, joiner: str, borders: Sequence[Border]) -> Ids:
    """Return the ids of the joined texts: what joining has to equal."""
    return tokenizer.encode([f"{left}{joiner}{right}" for left, right in borders])


def _own_ids(tokenizer: TextTokenizer, joiner: str) -> tuple[int, ...] | None:
    """Return the ids of a joiner between two letters, where it has ids of its own."""
    whole, letter = (tokenizer.encode([text]).flat.tolist() for text in (f"a{joiner}a", "a"))
    ends = whole[: len(letter)] == letter == whole[len(whole) - len(letter) :]
    return tuple(whole[len(letter) : len(whole) - len(letter)]) if ends and len(whole) >= 2 * len(letter) else None


def _without(ids: Ids, carrier: npt.NDArray[np.int32]) -> tuple[Ids, Flags]:
    """Take the carrier's ids off each text; where they do not stand there, the text keeps them and is not sure."""
    count = len(carrier)
    sure = ids.lengths > count
    places = ids.offsets[:-1][sure][:, None] + np.arange(count)
    sure[sure] = (ids.flat[places] == carrier).all(axis=1)
    kept = np.ones(len(ids.flat), np.bool_)
    kept[(ids.offsets[:-1][sure][:, None] + np.arange(count)).ravel()] = False
    lengths = ids.lengths - count * sure
    return Ids(ids.flat[kept], np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])), sure


def _behind(ids: Ids, before: tuple[int, ...]) -> Ids:
    """Put the same ids before those of each text."""
    count = len(before)
    offsets = ids.offsets + count * np.arange(len(ids.offsets))
    flat = np.empty(int(offsets[-1]), np.int32)
    own = np.zeros(len(flat), np.bool_)
    own[(offsets[:-1][:, None] + np.arange(count)).ravel()] = True
    flat[own], flat[~own] = np.tile(np.array(before, np.int32), len(ids)), ids.flat
    return Ids(flat, offsets)
