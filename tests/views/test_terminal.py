"""The drawing of a forest or a tree in a terminal: plain, bounded, harmless."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from forestlib.analysis.report import report
from forestlib.errors import OptionError
from forestlib.model.ground import Ground
from forestlib.model.rows import TreeRows
from forestlib.model.tree import Tree
from forestlib.registry import renderers
from forestlib.views.terminal import rendered


def shaped(shape: str, nodes: int) -> Tree:
    """Return a chain, a comb or a star of so many nodes."""
    comb = [0, *(level for level in range(1, nodes // 2 + 1) for _ in "ab")][:nodes]
    levels = {"chain": list(range(nodes)), "comb": comb, "star": [0] + [1] * (nodes - 1)}[shape]
    return Tree.from_rows(TreeRows(shape, levels, [f"Step {number}." for number in range(nodes)]))


def test_branches_are_drawn_with_guides_and_runs_are_not_indented() -> None:
    """Each branch has a guide; what follows alone goes on below it at the same indentation."""
    tree = Tree("t", "Root.")
    first, second = tree.root.then("Goes on.").branch("First.", "Second.")
    first.then("Below the first.").branch("Left.", "Right.")
    second.then("Below the second.")
    assert rendered(tree).splitlines()[1:] == [
        "Root.",
        "Goes on.",
        "├─ First.",
        "│  Below the first.",
        "│  ├─ Left.",
        "│  └─ Right.",
        "└─ Second.",
        "   Below the second.",
    ]


def test_a_long_run_is_folded() -> None:
    """Of 1,000 levels the first and the last are drawn, and those between are counted."""
    lines = rendered(shaped("chain", 1_000)).splitlines()
    assert lines[0] == "chain · 1,000 nodes, 1,000 levels"
    assert lines[6:9] == ["Step 5.", "… 991 levels …", "Step 997."]


@pytest.mark.parametrize("nodes", [1, 1_000, 100_000])
@pytest.mark.parametrize("shape", ["chain", "comb", "star"])
def test_a_drawing_is_bounded_at_any_size(shape: str, nodes: int) -> None:
    """A tree of any size takes at most 60 lines of 100 cells."""
    tree = shaped(shape, nodes)
    for thing in (tree, tree[nodes // 2]):
        lines = rendered(thing).splitlines()
        assert len(lines) <= 60
        assert max(map(cell_len, lines)) <= 100


@given(st.lists(st.text(min_size=1).filter(lambda text: bool(text.strip())), min_size=1, max_size=4))
def test_any_text_stays_on_its_line(texts: list[str]) -> None:
    """Whatever a text holds, each node takes one line of at most 100 cells, without control characters."""
    tree = Tree("t", "root")
    tree.root.branch(*texts)
    drawn = rendered(tree)
    lines = drawn.split("\n")
    assert len(lines) == len(drawn.splitlines()) == len(texts) + 2
    assert max(map(cell_len, lines)) <= 100
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", drawn)


@pytest.mark.parametrize("text", ["[bold]x[/bold]", "[/]", ":smile:", "<script>", "{x}", "\\[a]", "https://a.b/c"])
def test_rich_prints_a_drawing_as_it_is(text: str) -> None:
    """Printed by rich or by print, a drawing says the same: markup and emoji codes in a text are text."""
    ground = Ground(text)
    ground.plant(text, text).root.anchor("x" + text).branch(text, text)
    for thing in (ground, ground[text], report(ground)):
        out = io.StringIO()
        Console(file=out, width=100, color_system=None).print(rendered(thing))
        assert out.getvalue().rstrip("\n") == rendered(thing)
        assert text in rendered(thing)


def test_rich_gets_tables_for_a_report_and_drawings_for_the_rest() -> None:
    """The renderer `rich` gives what fits itself to a console: a report's tables, else the drawing as plain text."""
    ground = Ground("[b]f[/b]")
    ground.plant("[b]t[/b]", "[i]x[/i]")
    for thing in (ground, ground["[b]t[/b]"], ground["[b]t[/b]"].root, report(ground)):
        out = io.StringIO()
        Console(file=out, width=100, color_system=None).print(renderers["rich"].function(thing))
        assert [line.rstrip() for line in out.getvalue().splitlines()] == rendered(thing).splitlines()


def test_an_anchor_is_numbered_in_its_text_or_after_it() -> None:
    """The number of an anchor follows its phrase in the text; a phrase without a place there stands after the text."""
    ground = Ground()
    ground.plant("a", "One free choice.").root.anchor("choice", "woven in")
    ground.plant("b", "Nothing else.").root.anchor("Choice")
    assert rendered(ground["a"]).splitlines()[1] == "One free choice⚓1.  ⚓2 woven in"
    assert rendered(ground["b"]).splitlines()[1] == "Nothing else.  ⚓1 Choice"


def test_many_anchors_leave_room_for_the_text() -> None:
    """Anchors beside a text take at most two fifths of its line."""
    tree = Tree("t", "A text that is long enough to fill the rest of the line, whatever stands beside it. " * 3)
    tree.root.anchor(*(f"phrase {number}" for number in range(1_000)))
    line = rendered(tree).splitlines()[1]
    assert cell_len(line) == 100
    assert line.startswith("A text that is long enough to fill the rest of the line,")
    assert "⚓1 phrase 0" in line


def test_a_forest_is_drawn_as_a_table_with_its_islands() -> None:
    """A forest is its counts, a row a tree, its islands, and the trees alone."""
    ground = Ground("ethics")
    ground.plant("justice", "A match.", axes={"causality": 80, "empathy": 20}).root.anchor("choice")
    ground.plant("Бог", "О Боге.", axes=["религия"]).root.anchor("choice")
    ground.plant("sand", "Sand.")
    assert [" ".join(line.split()) for line in rendered(ground).splitlines()] == [
        "ethics · 3 trees, 3 nodes, 1 anchor (1 shared), 2 islands",
        "tree axes nodes levels shared anchors",
        "justice causality 80%, empathy 20% 1 1 1",
        "Бог religion 100% 1 1 1",
        "sand 1 1 0",
        "island of 2 trees tied by 1 anchor: justice, Бог",
        "1 tree alone: sand",
    ]


def test_a_forest_of_thousands_of_trees_is_bounded() -> None:
    """Forty rows and eight islands stand for any number; the rest is counted."""
    ground = Ground("many")
    for number in range(2_000):
        ground.plant(f"t{number} " + "long " * 40 + "name", "A root.").root.anchor(f"pair {number // 2}")
    lines = rendered(ground).splitlines()
    assert len(lines) <= 60
    assert max(map(cell_len, lines)) <= 100
    assert "… 1,960 more trees …" in lines
    assert "… 992 more islands …" in lines


def test_an_empty_forest_is_one_line() -> None:
    """Where there is no tree there is only the line of counts."""
    assert rendered(Ground("empty")) == "empty · 0 trees, 0 nodes, 0 anchors (0 shared), 0 islands"


def test_anything_else_is_an_error() -> None:
    """What is no part of a forest is named in the error."""
    with pytest.raises(OptionError, match="got 42"):
        rendered(42)
