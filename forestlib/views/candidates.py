"""Candidates and suggestions as one table: few rows, however many there are, each phrase shown where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import attrs
from rich.console import Group
from rich.table import Table
from rich.text import Text

from forestlib.phrases.candidates import Candidate, Candidates
from forestlib.phrases.suggestions import Suggestions
from forestlib.views.overview import counted
from forestlib.views.pieces import cut

__all__ = ["Listing", "listing", "listing_as_page", "listing_as_tables"]

_ROWS = 20
_PHRASE, _AROUND, _REASON = 60, 24, 40
_REASONS = 4
_ISLANDS = 3


@attrs.frozen
class Listing:
    """A title, the heads of the columns, the first rows, and what is said below them."""

    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    notes: Sequence[str]


def listing(thing: Candidates | Suggestions) -> Listing:
    """Return what every screen shows of candidates or suggestions."""
    return _suggested(thing) if isinstance(thing, Suggestions) else _candidates(thing)


def _candidates(found: Candidates) -> Listing:
    first = [found[place] for place in range(min(len(found), _ROWS))]
    is_out = any(candidate.reason for candidate in first)
    heads = ("", "phrase", "kind", "places", "trees", "new", "left out, because" if is_out else "for example")
    rows = [(f"{place}", *_row(candidate, is_out)) for place, candidate in enumerate(first)]
    notes = [f"and {len(found) - _ROWS:,} more"] if len(found) > _ROWS else []
    reasons = found.reasons()
    if reasons:
        listed = ", ".join(f"{count:,} × {cut(reason, _REASON)}" for reason, count in reasons.most_common(_REASONS))
        more = f" and {len(reasons) - _REASONS:,} more reasons" if len(reasons) > _REASONS else ""
        notes.append(f"left out: {listed}{more}")
    return Listing(counted(len(found), "candidate"), heads, rows, [*notes, *filter(None, [found.note])])


def _row(candidate: Candidate, is_out: bool) -> tuple[str, ...]:
    last = cut(candidate.reason, 2 * _REASON) if is_out else _example(candidate)
    counts = (candidate.count, candidate.tree_count, candidate.new)
    return cut(candidate.text, _PHRASE), candidate.kind, *(f"{count:,}" for count in counts), last


def _example(candidate: Candidate) -> str:
    """Return one place where the phrase stands, with a few words around it, or what it means the same as."""
    if candidate.kind == "meaning":
        return cut(f"{candidate.score:.2f} like " + ", ".join(f"‹{alias}›" for alias in candidate.aliases), 2 * _PHRASE)
    mention = next(candidate.mentions(), None)
    if mention is None:
        return ""
    tree = cut(mention.node.tree.name, _AROUND)
    if mention.span is None:
        return f"{tree}: beside the text"
    text, (start, stop) = mention.node.text, mention.span
    before, after = text[max(0, start - _AROUND) : start], text[stop : stop + _AROUND]
    dots = "…" * (start > _AROUND), "…" * (stop + _AROUND < len(text))
    said = cut(f"{dots[0]}{before}‹{text[start:stop]}›{after}{dots[1]}", _PHRASE + 2 * _AROUND)
    return f"{tree}: {said}"


def _suggested(found: Suggestions) -> Listing:
    rows = [
        (
            f"{place}",
            cut(suggestion.text, _PHRASE),
            f"{suggestion.candidate.count:,}",
            _islands(suggestion.islands),
            _example(suggestion.candidate),
        )
        for place, suggestion in enumerate(found[:_ROWS])
    ]
    notes = [f"and {len(found) - _ROWS:,} more"] if len(found) > _ROWS else []
    notes.append(
        "all trees stand on one island then"
        if len(found.apart) < 2
        else f"{len(found.apart):,} islands are left then: {_islands(found.apart)}"
    )
    return Listing(counted(len(found), "suggestion"), ("", "anchor", "places", "joins", "for example"), rows, notes)


def _islands(islands: Sequence[Sequence[str]]) -> str:
    listed = [cut(trees[0], _AROUND) + (f" (+{len(trees) - 1:,})" if len(trees) > 1 else "") for trees in islands]
    more = f" and {len(listed) - _ISLANDS:,} more" if len(listed) > _ISLANDS else ""
    return " | ".join(listed[:_ISLANDS]) + more


def listing_as_tables(thing: Candidates | Suggestions) -> Group:
    """Return candidates or suggestions as a table of rich."""
    said = listing(thing)
    table = Table(*said.heads, title=Text(said.title), title_justify="left")
    for row in said.rows:
        table.add_row(*map(Text, row))
    return Group(*([table] if said.rows else [Text(said.title)]), *map(Text, said.notes))


def listing_as_page(thing: Candidates | Suggestions) -> str:
    """Return candidates or suggestions as an HTML table without scripts."""
    said = listing(thing)
    table = f"<table>{_html(said.heads, 'th')}{''.join(_html(row, 'td') for row in said.rows)}</table>"
    notes = "".join(f"<p>{escape(note)}</p>" for note in said.notes)
    return f"<p><b>{escape(said.title)}</b></p>{table if said.rows else ''}{notes}"


def _html(cells: Iterable[str], tag: str) -> str:
    said = "".join(f'<{tag} align="left" dir="auto">{escape(cell)}</{tag}>' for cell in cells)
    return f"<tr>{said}</tr>"
