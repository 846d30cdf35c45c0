"""Candidates and suggestions on a screen: a bounded table, in which every text is only text."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

import forestlib as fl
from forestlib.phrases.candidates import Candidates
from forestlib.phrases.suggestions import Suggestions

BAD = {
    "<script>alert(1)</script> grey": "<script>alert(1)</script> grey",
    "[red]grey[/red] sand": "[red]grey[/red] sand",
    "[/] grey": "[/] grey",
    "a \\[bold] & b": "a \\[bold] & b",
    "grey \x1b[31msand": "grey ␛[31msand",
}
Thing = Candidates | Suggestions


def shared(*phrases: str, trees: int = 2) -> fl.Forest:
    """Return trees that share phrases, each in a node of its own."""
    forest = fl.Forest()
    for number in range(trees):
        end = "xyzvw"[number]
        root = forest.plant(f"t{number}", f"Root {number}.").root
        for phrase in phrases:
            root.then(f"So {phrase}, {end}.")
    return forest


def seen(thing: Thing) -> str:
    """Return what a terminal of rich shows."""
    console = Console(width=200, force_terminal=True, color_system=None)
    with console.capture() as capture:
        console.print(thing)
    return capture.get()


@pytest.mark.parametrize("phrase", BAD)
def test_a_bad_phrase_is_only_text(phrase: str) -> None:
    """As a phrase and as the text around it: no tag, no markup, no control character; on the page and in a terminal."""
    forest = shared(phrase)
    for thing in (
        forest.find_anchors([phrase], forms="exact"),
        forest.mine_anchors(forms="exact"),
        forest.suggest_anchors(forms="exact"),
    ):
        page = thing._repr_html_()
        assert not re.search(r"[\x00-\x1f\x7f-\x9f]|<script", page)
        for said in (str(thing), seen(thing)):
            assert "\x1b[31m" not in said
    found = forest.find_anchors([phrase], forms="exact")
    assert BAD[phrase] in unescape(found._repr_html_())
    assert BAD[phrase] in seen(found)


@given(st.from_type(fl.Forest))
def test_any_forest_has_tables(forest: fl.Forest) -> None:
    """Whatever the texts, the page has known tags only, and the printed table is bounded."""
    known = forest.find_anchors(["a free choice"] if not forest.declared() else (), forms="exact")
    for thing in (known, known.left_out, forest.mine_anchors(forms="exact"), forest.suggest_anchors(forms="exact")):
        assert set(re.findall(r"</?(\w+)", thing._repr_html_())) <= {"p", "b", "table", "tr", "th", "td"}
        assert max(map(cell_len, str(thing).splitlines())) <= 100


def test_a_text_from_right_to_left_cannot_turn_the_page_around() -> None:
    """Cells have directions of their own, and characters that override it are gone."""
    page = shared("שלום \u202e עולם").find_anchors(["שלום"], forms="exact")._repr_html_()
    assert "\u202e" not in page
    assert page.count("<td") == page.count('<td align="left" dir="auto"') > 0


def test_a_table_of_thousands_is_bounded() -> None:
    """Twenty rows stand for any number; the rest is counted, and long phrases and texts are cut."""
    forest = shared(*(f"gre{number} san{number}" for number in range(2_000)))
    found = forest.mine_anchors(forms="exact")
    assert len(found) == 2_000
    for page in (found._repr_html_(), str(found), seen(found)):
        assert "2,000 candidates" in page
        assert "and 1,980 more" in page
        assert len(page) < 20_000
    assert found._repr_html_().count("<tr>") == 21
    long = shared(" ".join(f"word{number}q" for number in range(3_000)), trees=3).mine_anchors(forms="exact")
    assert len(long._repr_html_()) < 30_000


def test_a_row_says_where_the_phrase_stands() -> None:
    """Phrase, kind, places, trees, new marks, and one place with the words around it."""
    forest = shared("grey sand")
    forest["t0"].root.children()[0].anchor("grey sand")
    [row] = re.findall(r"<tr>((?:<td.*?</td>)+)</tr>", forest.find_anchors(forms="exact")._repr_html_())
    assert re.findall(r"<td[^>]*>(.*?)</td>", row) == [
        "0",
        "grey sand",
        "known",
        "2",
        "2",
        "1",
        "t0: So ‹grey sand›, x.",
    ]


def test_what_is_left_out_says_why() -> None:
    """Below the table the reasons are counted; the table of what was left out has them in its rows."""
    found = shared("grey sand", "it is important to").mine_anchors(forms="exact")
    assert "× hub: words that say little" in str(found)
    page = found.left_out._repr_html_()
    assert "left out, because" in page
    assert "hub: words that say little" in page


def test_a_meaning_is_shown_with_what_it_is_like() -> None:
    """A pair of anchors shows how alike they are, and the other phrase."""
    forest = fl.Forest()
    for name, phrase in (("a", "loss"), ("b", "утрата")):
        forest.plant(name, "A text.").root.anchor(phrase)
    found = forest.match_anchors(lambda texts: [[1.0, 0.1 * len(text)] for text in texts], threshold=0.9)
    assert "like ‹утрата›" in found._repr_html_()


def test_suggestions_say_what_they_join() -> None:
    """A row names the anchor, its places and the islands; below stands what is left apart then."""
    forest = shared("grey sand", trees=5)
    found = forest.suggest_anchors(forms="exact")
    for said in (str(found), unescape(found._repr_html_())):
        assert "1 suggestion" in said
        assert "t0 | t1 | t2 and 2 more" in said
        assert "all trees stand on one island then" in said
    forest.plant("alone", "Nothing.")
    forest.plant("lost", "Never.")
    assert "3 islands are left then: t0 (+4) | alone | lost" in str(forest.suggest_anchors(forms="exact"))


@pytest.mark.parametrize("show", [str, seen, lambda thing: thing._repr_html_()])
def test_nothing_found_is_said(show: Callable[[Any], str]) -> None:
    """Where there is nothing there is no table, but a line."""
    forest = fl.Forest()
    for thing, said in (
        (forest.mine_anchors(forms="exact"), "0 candidates"),
        (forest.find_anchors(forms="exact").left_out, "0 candidates"),
        (forest.suggest_anchors(forms="exact"), "0 suggestions"),
    ):
        assert said in show(thing)
        assert "<table" not in show(thing)
