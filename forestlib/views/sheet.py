"""A sheet as a table: of rich, as plain text, and as HTML without scripts. Brackets in a cell are no markup."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from rich.console import Group
from rich.table import Table
from rich.text import Text

from forestlib.model.sheet import Sheet

__all__ = ["page_of_sheet", "sheet_as_table"]


def sheet_as_table(sheet: Sheet) -> Group:
    """Return a sheet as a table of rich, with its title above and its notes below."""
    table = Table()
    for head in sheet.heads:
        table.add_column(Text(head))
    for row in sheet.rows:
        table.add_row(*map(Text, row))
    return Group(Text(sheet.title), table, *map(Text, sheet.notes))


def page_of_sheet(sheet: Sheet) -> str:
    """Return a sheet as an HTML table."""
    heads = _row(sheet.heads, "th")
    rows = "".join(_row(row, "td") for row in sheet.rows)
    notes = "".join(f"<p>{escape(note)}</p>" for note in sheet.notes)
    return f"<div><p><b>{escape(sheet.title)}</b></p><table>{heads}{rows}</table>{notes}</div>"


def _row(cells: Iterable[str], kind: str) -> str:
    said = "".join(f'<{kind} align="left">{escape(cell)}</{kind}>' for cell in cells)
    return f"<tr>{said}</tr>"
