"""Units: the ids of pieces at their places in rows, each tokenized once, in one flat column.

A piece is a text, a `Glue` (words of a template, which no joiner joins), or a tuple of ids (special tokens, which cut
the text for every tokenizer). What a unit is depends on whether a joiner stands before it and after it, as far as the
way of joining asks for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import cast

import numpy as np
import numpy.typing as npt

from forestlib.errors import OptionError, shown
from forestlib.tokens.edges import Edges
from forestlib.tokens.joining import Joining
from forestlib.tokens.tokenizer import Ids, TextTokenizer

__all__ = ["Glue", "Piece", "Pieces", "Units"]

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_VARIANTS = 4


class Glue(str):
    """Words of a template: text that stands beside its neighbours without a joiner."""

    __slots__ = ()


Piece = str | tuple[int, ...]


class Pieces:
    """Distinct pieces, numbered in the order in which they come.

    >>> pieces = Pieces(["justice"])
    >>> pieces.number("justice"), pieces.number("Norms differ."), len(pieces)
    (0, 1, 2)
    """

    def __init__(self, pieces: Sequence[Piece] = ()) -> None:
        self._numbers: dict[tuple[type, Piece], int] = {}
        self._listed: list[Piece] = []
        self.extend(pieces)

    def __repr__(self) -> str:
        return f"<Pieces: {len(self)}>"

    def __len__(self) -> int:
        return len(self._listed)

    def number(self, piece: Piece) -> int:
        """Return the number of a piece, a new one where it is new."""
        number = self._numbers.setdefault((type(piece), piece), len(self._listed))
        if number == len(self._listed):
            self._listed.append(piece)
        return number

    def extend(self, pieces: Sequence[Piece]) -> Places:
        """Return the numbers of pieces."""
        return np.fromiter(map(self.number, pieces), np.int64, len(pieces))

    def listed(self) -> list[Piece]:
        """Return the pieces by number."""
        return self._listed.copy()


class Units:
    """The pieces of one table, and their ids as far as they were needed."""

    def __init__(self, tokenizer: TextTokenizer, pieces: Sequence[Piece]) -> None:
        self.pieces = list(pieces)
        kinds = list(map(type, self.pieces))
        self._check(kinds)
        plain = set(kinds) <= {str}
        self.marks, self.glue = (np.zeros(len(kinds), np.bool_) for _ in range(2))
        if not plain:
            self.marks[:], self.glue[:] = ([kind is sort for kind in kinds] for sort in (tuple, Glue))
        self.texts: list[str] = cast("list[str]", self.pieces)
        if self.marks.any():
            self.texts = [piece if isinstance(piece, str) else "" for piece in self.pieces]
        self._tokenizer = tokenizer
        self.edges = Edges(tokenizer.verbatim)
        self.flat = np.empty(0, np.int32)
        self.starts = np.full((_VARIANTS, len(self.pieces)), -1, np.int64)
        self.lengths = np.zeros((_VARIANTS, len(self.pieces)), np.int64)
        self.sure = np.zeros((_VARIANTS, len(self.pieces)), np.bool_)

    def add(self, pieces: Sequence[Piece]) -> None:
        """Take in more pieces, numbered on from those that are there."""
        more = Units(self._tokenizer, pieces)
        more.edges = self.edges
        for name in ("tails", "heads"):
            # What nobody has asked for yet is found for all of them at once.
            if name in self.__dict__:
                self.__dict__[name] = np.append(self.__dict__[name], getattr(more, name))
        self.texts = [*self.texts, *more.texts]
        self.pieces.extend(more.pieces)
        self.marks, self.glue = np.append(self.marks, more.marks), np.append(self.glue, more.glue)
        self.starts, self.lengths = (
            np.append(own, new, 1) for own, new in ((self.starts, more.starts), (self.lengths, more.lengths))
        )
        self.sure = np.append(self.sure, more.sure, 1)

    def _check(self, kinds: list[type]) -> None:
        wrong = {kind for kind in set(kinds) if not issubclass(kind, str | tuple)}
        for number, kind in enumerate(kinds if wrong or tuple in set(kinds) else ()):
            piece = self.pieces[number]
            if kind in wrong or (kind is tuple and not all(type(part) is int for part in piece)):
                raise OptionError(
                    f"A piece is a text, a Glue or a tuple of ids; piece {number} is {shown(piece)}.", number=number
                )

    @cached_property
    def tails(self) -> Places:
        """The edge at which each piece ends."""
        found = self.edges.tails(self.texts)
        return self._with_glue(found)

    @cached_property
    def heads(self) -> Places:
        """The edge at which each piece begins."""
        found = self.edges.heads(self.texts)
        return self._with_glue(found)

    def _with_glue(self, edges: Places) -> Places:
        places = np.flatnonzero(self.glue)
        edges[places] = self.edges.whole([self.texts[place] for place in places.tolist()])
        return edges

    def variants(self, joining: Joining, bare_before: Flags, bare_after: Flags) -> Places:
        """Return which variant of its piece each entry shows, given whether no joiner stands before and after it."""
        return (bare_before & joining.by_first) + 2 * (bare_after & joining.by_last).astype(np.int64)

    def fill(self, joining: Joining, pieces: Places, variants: Places) -> None:
        """Tokenize those variants of pieces that are not there yet."""
        wanted = np.zeros((_VARIANTS, len(self.pieces)), np.bool_)
        wanted[variants, pieces] = True
        wanted &= self.starts < 0
        parts = [self.flat]
        held = len(self.flat)
        for variant in range(_VARIANTS):
            places = np.flatnonzero(wanted[variant])
            if len(places):
                ids = self._encoded(joining, variant, places)
                self.starts[variant, places] = held + ids.offsets[:-1]
                self.lengths[variant, places] = ids.lengths
                parts.append(ids.flat)
                held += len(ids.flat)
        self.flat = np.concatenate(parts) if len(parts) > 1 else self.flat

    def _encoded(self, joining: Joining, variant: int, places: Places) -> Ids:
        # Where the way of joining does not ask for a side, the plainer of both is as good.
        first, last = bool(variant & 1) or not joining.by_first, bool(variant & 2) or not joining.by_last
        if not self.marks.any():
            texts = [self.texts[place] for place in places.tolist()]
            ids, sure = joining.encoded(self._tokenizer, texts, first=first, last=last)
            self.sure[variant, places] = sure
            return ids
        marked = self.marks[places]
        texts = [self.texts[place] for place in places[~marked].tolist()]
        ids, sure = joining.encoded(self._tokenizer, texts, first=first, last=last)
        self.sure[variant, places] = True
        self.sure[variant, places[~marked]] = sure
        own = iter(ids)
        kinds = zip(places.tolist(), marked.tolist(), strict=True)
        return Ids.of([self.pieces[place] if mark else next(own).tolist() for place, mark in kinds])

    def ends(self, pieces: Places, variants: Places, left: Places, right: Places) -> tuple[Places, Places]:
        """Return the ids that meet between entries `left` and `right` of their pieces and variants."""
        begins, stops = self.starts[variants, pieces], self.starts[variants, pieces] + self.lengths[variants, pieces]
        return self.flat[stops[left] - 1].astype(np.int64), self.flat[begins[right]].astype(np.int64)
