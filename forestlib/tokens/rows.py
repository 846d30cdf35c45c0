"""Rows of tokens: what a table gives, as columns. Ids are int32, offsets int64; labels are made when asked for.

The label of a token that is not learned is −100, as every trainer reads it. A BOS is given, never learned; an EOS is
learned where its row teaches anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.errors import OptionError
from forestlib.tokens.plan import starts_of

__all__ = ["IGNORED", "TokenRows"]

IGNORED = -100
Ints = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@attrs.frozen(repr=False, eq=False)
class TokenRows:
    """Rows of ids: `ids` of all, `offsets` where each begins and the last one ends.

    The first `given[i]` tokens of row *i* are not learned; where `taught` is there, it says it for each token instead.

    >>> rows = TokenRows(np.array([5, 6, 7], np.int32), np.array([0, 2, 3]), np.array([1, 0]))
    >>> [row.tolist() for row in rows], rows.labels.tolist()
    ([[5, 6], [7]], [-100, 6, 7])
    """

    ids: Ints
    offsets: Places
    given: Places
    taught: Flags | None = None

    def __repr__(self) -> str:
        return f"<TokenRows: {len(self)} rows, {len(self.ids)} tokens>"

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, place: int) -> Ints:
        place = range(len(self))[place]
        return self.ids[self.offsets[place] : self.offsets[place + 1]]

    def __iter__(self) -> Iterator[Ints]:
        return map(self.__getitem__, range(len(self)))

    @property
    def lengths(self) -> Places:
        """How many tokens each row has."""
        return np.diff(self.offsets)

    @property
    def learned(self) -> Flags:
        """Which tokens are learned."""
        if self.taught is not None:
            return self.taught
        marks = np.zeros(len(self.ids) + 1, np.int8)
        np.add.at(marks, self.offsets[:-1], 1)
        np.subtract.at(marks, self.offsets[:-1] + self.given, 1)
        learned: Flags = np.cumsum(marks[:-1], dtype=np.int8) == 0
        return learned

    @property
    def labels(self) -> Ints:
        """The ids, −100 where a token is not learned."""
        return np.where(self.learned, self.ids, np.int32(IGNORED))

    def cut(self, first: int, stop: int) -> TokenRows:
        """Return the rows from `first` on and before `stop`."""
        tokens = slice(int(self.offsets[first]), int(self.offsets[stop]))
        taught = None if self.taught is None else self.taught[tokens]
        offsets = self.offsets[first : stop + 1] - self.offsets[first]
        return TokenRows(self.ids[tokens], offsets, self.given[first:stop], taught)

    @classmethod
    def joined(cls, parts: Iterable[TokenRows]) -> TokenRows:
        """Return the rows of all parts, one part after another."""
        listed = list(parts)
        taught = [part.learned for part in listed] if any(part.taught is not None for part in listed) else None
        return cls(
            np.concatenate([np.empty(0, np.int32), *(part.ids for part in listed)]),
            starts_of(np.concatenate([np.empty(0, np.int64), *(part.lengths for part in listed)])),
            np.concatenate([np.empty(0, np.int64), *(part.given for part in listed)]),
            None if taught is None else np.concatenate(taught),
        )

    @classmethod
    def of(cls, rows: Sequence[tuple[Ints, Flags]]) -> TokenRows:
        """Return rows, each given as its ids and which of them are learned."""
        lengths = np.fromiter((len(ids) for ids, _ in rows), np.int64, len(rows))
        taught = np.concatenate([np.empty(0, np.bool_), *(flags for _, flags in rows)])
        ids = np.concatenate([np.empty(0, np.int32), *(ids for ids, _ in rows)])
        return cls(ids, starts_of(lengths), np.zeros(len(rows), np.int64), taught)

    def padded(self, pad: int | None, length: int | None = None) -> dict[str, npt.NDArray[np.int64]]:
        """Return `input_ids`, `labels` and `attention_mask` as matrices, padded on the right.

        >>> rows = TokenRows(np.array([5, 6, 7], np.int32), np.array([0, 2, 3]), np.array([1, 0]))
        >>> rows.padded(0)["attention_mask"].tolist()
        [[1, 1], [1, 0]]
        """
        if pad is None:
            raise OptionError(
                "Rows of several lengths need an id to pad with, and this tokenizer names none: give pad=, "
                "its EOS for example.",
                option="pad",
            )
        longest = int(self.lengths.max(initial=0))
        if length is not None and length < longest:
            raise OptionError(f"length={length} is shorter than the longest row, {longest} tokens.", option="length")
        held = np.arange(length or longest) < self.lengths[:, None]
        found = {"input_ids": np.full(held.shape, pad), "labels": np.full(held.shape, IGNORED)}
        found["input_ids"][held], found["labels"][held] = self.ids, self.labels
        return {name: matrix.astype(np.int64) for name, matrix in (found | {"attention_mask": held}).items()}
