"""The table: pieces of text, each tokenized once, and rows joined from their ids.

It equals tokenizing each row's text: joining is checked at every kind of border that the plan holds, and some whole
rows are tokenized beside it. A row with a border that is not right is tokenized whole; where most rows are, or a whole
row is not equal after all, all of them are, and a warning says why.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from copy import copy
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.errors import ForestlibWarning, OptionError, shown
from forestlib.tokens.borders import BorderCheck
from forestlib.tokens.joining import Joining
from forestlib.tokens.laid import JoinedRows, LaidRows, WholeRows
from forestlib.tokens.plan import RowPlan
from forestlib.tokens.rows import TokenRows
from forestlib.tokens.tokenizer import tokenizer_of
from forestlib.tokens.units import Piece, Pieces, Units
from forestlib.tokens.whole import WholeRow

__all__ = ["TokenTable"]

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_MOST = 0.5
_SAMPLED_ROWS, _LEAST_SAMPLED, _SAMPLED_SHARE = 8, 4096, 64


class TokenTable:
    r"""Pieces of text, and what makes rows of their ids.

    `bos` and `eos` are ids that begin and end each row, True for the tokenizer's own, None for none: they are never
    guessed. `joiner` stands between two pieces of a row.

    >>> table = TokenTable(lambda text: [ord(sign) for sign in text], ["a", "b", "c"], eos=0)
    >>> rows = table.rows(RowPlan.paths([0, 1, 1], once=True))
    >>> [row.tolist() for row in rows]
    [[97, 10, 98, 0], [97, 10, 99, 0]]
    >>> rows.labels.tolist()
    [97, 10, 98, 0, -100, 10, 99, 0]
    """

    def __init__(
        self,
        tokenizer: Any,
        pieces: Sequence[Piece] | Pieces,
        joiner: str = "\n",
        *,
        bos: int | bool | None = None,
        eos: int | bool | None = None,
    ) -> None:
        self.tokenizer = tokenizer_of(tokenizer)
        self.joiner = joiner
        self.bos, self.eos = self._mark("bos", bos), self._mark("eos", eos)
        self._units = Units(self.tokenizer, pieces.listed() if isinstance(pieces, Pieces) else pieces)
        self._check = BorderCheck(self.tokenizer, joiner, self._units.edges)
        self._glue = BorderCheck(self.tokenizer, "", self._units.edges)

    def __repr__(self) -> str:
        return f"<TokenTable: {len(self._units.pieces)} pieces, {self.tokenizer!r}>"

    def __len__(self) -> int:
        return len(self._units.pieces)

    def add(self, pieces: Sequence[Piece]) -> None:
        """Take in more pieces, numbered on from those that are there; none of these is tokenized again."""
        self._units.add(pieces)

    def bare(self) -> TokenTable:
        """Return the same table, whose rows have neither a BOS nor an EOS."""
        twin = copy(self)
        twin.bos = twin.eos = None
        return twin

    @property
    def joining(self) -> Joining | None:
        """The side that the joiner goes to, as soon as rows were asked for."""
        return self._check.joining

    def rows(self, plan: RowPlan) -> TokenRows:
        """Return the rows of a plan, all at once."""
        return self._laid(plan).rows()

    def lay(self, plan: RowPlan, *, warned: bool = True) -> LaidRows:
        """Return the rows of a plan, checked and ready to be read in chunks; its `reason` says what was not joined.

        Without `warned` nothing else says it.
        """
        if warned:
            return self._laid(plan)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ForestlibWarning)
            return self._laid(plan)

    def _laid(self, plan: RowPlan) -> LaidRows:
        self._check_numbers(plan)
        borders = _Borders.of(plan, self._units)
        bad, reason = self._bad(plan, borders)
        whole = WholeRow(self.tokenizer, self._units, self.joiner, self._way.side, (self.bos, self.eos))
        variants = borders.variants(self._units, self._way)
        laid = JoinedRows(plan, self._units, variants, whole, _spread(plan, bad), reason)
        if laid.fallen > _MOST * len(plan):
            return self._fallen_back(plan, whole, reason)
        wrong = self._sampled(plan, laid, whole)
        return self._fallen_back(plan, whole, wrong) if wrong else self._told(laid)

    @property
    def _way(self) -> Joining:
        return self._check.joining or Joining("right", self.joiner)

    def _bad(self, plan: RowPlan, borders: _Borders) -> tuple[Flags, str]:
        """Return which entries stand behind a border that is not right, and why."""
        units, pieces = self._units, plan.pieces
        found = [
            (check, places, check.kinds(units.texts, borders.at(places), units.tails, units.heads))
            for check, places in ((self._check, borders.joined), (self._glue, borders.glued))
            if len(places)
        ]
        variants = borders.variants(units, self._way)
        units.fill(self._way, pieces, variants)
        bad, reasons = np.zeros(len(pieces), np.bool_), list[str]()
        for check, places, kinds in found:
            bad[places] = kinds.bad[kinds.of]
            open_places = np.flatnonzero(kinds.unsettled[kinds.of])
            at = places[open_places]
            sure = units.sure[variants, pieces]
            at, open_places = (some[sure[at] & sure[borders.above[at]]] for some in (at, open_places))
            if len(at):
                ends, begins = units.ends(pieces, variants, borders.above[at], at)
                bad[at] = check.pairs(units.texts, borders.at(at), kinds.of[open_places], ends, begins)
            reasons.append(kinds.reason or ("tokens merge over some borders" if bad[at].any() else ""))
        if self._way.by_last:
            bad |= borders.contrary
        return bad | ~units.sure[variants, pieces], "; ".join(
            filter(None, reasons)
        ) or "some pieces have no tokens of their own"

    def _sampled(self, plan: RowPlan, laid: JoinedRows, whole: WholeRow) -> str:
        """Return what is wrong with whole rows here and there, or nothing."""
        left = max(_LEAST_SAMPLED, sum(map(len, self._units.texts)) // _SAMPLED_SHARE)
        joined = np.delete(np.arange(len(plan)), laid.fallen_rows)
        for row in joined[np.linspace(0, len(joined) - 1, min(len(joined), _SAMPLED_ROWS)).astype(int)].tolist():
            entries = plan.entries(row)
            pieces = plan.pieces[entries].tolist()
            left -= sum(len(self._units.texts[piece]) for piece in pieces)
            if left < 0:
                break
            if not np.array_equal(laid.one(row), whole.rows([(pieces, plan.taught_of(row, entries))])[0][0]):
                text = self.joiner.join(self._units.texts[piece] for piece in pieces)
                return f"{self.tokenizer!r} has other ids for the row {shown(text)} than for its pieces"
        return ""

    def _told(self, laid: JoinedRows) -> LaidRows:
        if laid.fallen:
            warnings.warn(
                f"{laid.fallen} of {len(laid)} rows are tokenized whole, not joined from ids: {laid.reason}.",
                ForestlibWarning,
                stacklevel=4,
            )
        return laid

    def _fallen_back(self, plan: RowPlan, whole: WholeRow, reason: str) -> LaidRows:
        warnings.warn(
            f"All {len(plan)} rows are tokenized whole, which is slower than joining them from ids: {reason}.",
            ForestlibWarning,
            stacklevel=4,
        )
        return WholeRows(plan, whole, reason)

    def _mark(self, name: str, given: int | bool | None) -> int | None:
        own: int | None = getattr(self.tokenizer, name)
        if given is True and own is None:
            raise OptionError(f"{self.tokenizer!r} names no {name.upper()} token: give its id, {name}=….", option=name)
        if given is None or given is False:
            return None
        if given is True:
            return own
        if not isinstance(given, int) or given < 0:
            raise OptionError(f"{name} is an id, True or None, got {shown(given)}.", option=name)
        return given

    def _check_numbers(self, plan: RowPlan) -> None:
        count = len(self._units.pieces)
        if len(plan.pieces) and not 0 <= plan.pieces.min() <= plan.pieces.max() < count:
            raise OptionError(
                f"The plan names pieces from {plan.pieces.min()} to {plan.pieces.max()}; there are {count}, from 0.",
                count=count,
            )


@attrs.frozen(repr=False, eq=False)
class _Borders:
    """The borders of a plan: each entry with the one `above` it, and whether a joiner stands between them."""

    pieces: Places
    above: Places
    joined: Places
    glued: Places
    bare_before: Flags
    bare_after: Flags
    contrary: Flags

    @classmethod
    def of(cls, plan: RowPlan, units: Units) -> _Borders:
        """Return the borders of a plan."""
        pieces, above = plan.pieces, plan.above
        inner = above >= 0
        cut, glue = units.marks[pieces], units.glue[pieces]
        marked = inner & (cut | cut[above])
        stuck = inner & ~marked & (glue | glue[above])
        joined = inner & ~marked & ~stuck
        after = np.ones(len(pieces), np.bool_)
        after[above[joined]] = False
        # An entry may go on in several rows, with a joiner in one and without it in another: a unit is but one of both.
        contrary = inner & ~joined & ~after[above]
        return cls(pieces, above, np.flatnonzero(joined), np.flatnonzero(stuck), ~joined, after, contrary)

    def at(self, places: Places) -> tuple[Places, Places]:
        """Return the pieces left and right of the borders before entries."""
        return self.pieces[self.above[places]], self.pieces[places]

    def variants(self, units: Units, way: Joining) -> Places:
        """Return which variant of its piece each entry shows."""
        return units.variants(way, self.bare_before, self.bare_after)


def _spread(plan: RowPlan, bad: Flags) -> Places:
    """Return the rows that hold a bad entry."""
    if not bad.any():
        return np.empty(0, np.int64)
    sums, _ = plan.along(bad)
    return np.flatnonzero(sums[plan.lasts])
