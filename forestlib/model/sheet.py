"""Sheets: a table of texts with a title and notes, as a value. How it looks is the business of the views."""

from __future__ import annotations

import attrs

from forestlib.model.rendered import Rendered

__all__ = ["Sheet"]


@attrs.frozen(str=False)
class Sheet(Rendered):
    """One table: a title, the heads of its columns, rows of as many texts, and notes below it.

    >>> print(Sheet("score", ("probe", "right"), (("jump", "0.99"),), ("one seed",)))
    score
    ┏━━━━━━━┳━━━━━━━┓
    ┃ probe ┃ right ┃
    ┡━━━━━━━╇━━━━━━━┩
    │ jump  │ 0.99  │
    └───────┴───────┘
    one seed
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
