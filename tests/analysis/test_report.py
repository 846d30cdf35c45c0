"""The report: a value, a table, and a page, of any forest."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from rich.console import Console

from forestlib.analysis.report import Report, report
from forestlib.importers.entailmentbank import entailmentbank
from forestlib.model.axis import Axis
from forestlib.model.frames import thinking
from forestlib.model.ground import Ground
from forestlib.model.rows import TreeRows
from forestlib.model.tree import Tree

NEEDED = {"trees", "nodes", "max_level", "anchors", "shared_anchors", "islands", "largest_island", "trees_alone"}
PROOFS = Path(__file__).parents[3] / "shared" / "data" / "entailmentbank"


@pytest.fixture
def ethics() -> Ground:
    """Return four trees: three tied by two anchors, one alone and without weights."""
    ground = Ground("ethics")
    ground.plant("God", "God is asked for.", axes=["religion"]).root.anchor("choice")
    ground.plant("suffering", "It hurts.", axes={"causality": 80, "empathy": 20}).root.anchor("choice")
    ground.plant("сознание", "Сознание замечает.", axes=["causality", "эмпатия"]).root.anchor("choice")
    ground["God"].root.then("A step.").then("Another.").anchor("grace", "choice")
    ground["suffering"].root.anchor("intention")
    ground["сознание"].root.anchor("intention")
    ground.plant("sand", "Sand is alone.")
    ground.anchor("mercy")
    return ground


def test_an_empty_forest_has_a_report() -> None:
    """A report on nothing is all zeros, and shows itself."""
    found = report(Ground("nothing"))
    assert (found.trees, found.nodes, found.max_level, found.islands, found.deepest) == (0, 0, 0, 0, None)
    assert "nothing" in str(found)
    assert "nothing" in found._repr_html_()


def test_a_report_counts_what_the_forest_holds(ethics: Ground) -> None:
    """Trees, nodes, levels, languages and islands are what one counts by hand."""
    found = report(ethics)
    assert (found.name, found.trees, found.nodes, found.max_level, found.deepest) == ("ethics", 4, 6, 2, "God")
    assert found.languages == {"en": 3, "ru": 1}
    assert (found.islands, found.largest_island, found.trees_alone, found.island_sizes) == (2, 3, 1, (3, 1))
    assert found.critical == ("choice",)


def test_anchors_are_counted_by_the_trees_they_stand_in(ethics: Ground) -> None:
    """An anchor that only was declared is unused, and is not among those that stand somewhere."""
    found = report(ethics)
    assert found.anchors_by_trees == {"1": 1, "2": 1, "3": 1, "4+": 0}
    assert (found.anchors, found.shared_anchors, found.unused_anchors) == (3, 2, 1)


def test_crossings_are_bridges_in_both_directions(ethics: Ground) -> None:
    """ "choice" stands at four nodes of three trees and gives five bridges, "intention" gives one."""
    found = report(ethics)
    assert (found.bridges, found.crossings) == (6, 12)


def test_a_shared_anchor_of_fewer_than_nine_crossings_is_scarce(ethics: Ground) -> None:
    """Ten crossings are enough, two are scarce; an anchor in one tree is no jump, so it is not counted."""
    assert report(ethics).scarce_anchors == 1


def test_axis_mass_is_weighted_by_trees_and_by_nodes(ethics: Ground) -> None:
    """The mass of an axis is the sum of its shares, once a tree and once a node; axes without a tree stand at zero."""
    found = report(ethics)
    assert found.axis_mass["causality"] == pytest.approx(1.3)
    assert (found.axis_mass["religion"], found.axis_mass_by_nodes["religion"]) == (1, 3)
    assert found.axis_mass["paradox"] == 0
    assert sum(found.axis_mass.values()) == pytest.approx(found.trees - found.unweighted_trees)


def test_axes_are_shown_in_the_language_of_the_frame() -> None:
    """The value has axes by key; every rendering names them as the frame does, by key where there is no name."""
    frame = thinking("ru").extended([Axis("ethics", {"fr": "éthique"})])
    ground = Ground("forest", frame)
    ground.plant("t", "A root.", axes=["uncertainty", "ethics"])
    found = report(ground)
    assert found.axis_mass["uncertainty"] == 0.5
    assert found.axis_names["ethics"] == "ethics"
    for said in (str(found), found._repr_html_()):
        assert "вывод в неопределённости" in said
        assert "ethics" in said
        assert "uncertainty" not in said


def test_asking_brings_no_renderer() -> None:
    """A report is computed without rich and without HTML: they come when it is shown."""
    code = (
        "import sys; from forestlib.model.ground import Ground; from forestlib.analysis.report import report\n"
        "from forestlib.analysis.routes import route; repr(report(Ground()))\n"
        "print([name for name in sys.modules if name.split('.')[0] == 'rich' or 'views' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[]"


def test_a_report_goes_into_json_and_stands_for_itself(ethics: Ground) -> None:
    """`as_dict` is JSON with the promised keys; reports on one content are equal, and later growth changes neither."""
    found = report(ethics)
    assert json.loads(json.dumps(found.as_dict())).keys() >= NEEDED
    assert found == report(ethics.copy())
    ethics.plant("later", "Too late.")
    assert found.trees == 4


def test_the_printed_table_is_plain_bounded_text(tied: Callable[..., Ground]) -> None:
    """However many islands and critical anchors there are, the table stays short, narrow and without colour codes."""
    ground = tied({f"t{place}": [f"p{place // 2}"] for place in range(2_000)} | {"\x1b[31mred": []})
    lines = str(report(ground)).splitlines()
    assert len(lines) < 40
    assert max(map(len, lines)) <= 100
    assert "\x1b" not in "".join(lines)


def test_rich_shows_brackets_as_they_are() -> None:
    """Markup in names and phrases is text, in a terminal as in the plain table."""
    ground = Ground("[bold]x[/bold]")
    ground.plant("[red]deep[/red]", "A root.").root.then("A step.")
    console = Console(width=100, force_terminal=True)
    with console.capture() as seen:
        console.print(report(ground))
    assert "[bold]x[/bold]" in seen.get()
    assert "[red]deep[/red]" in seen.get()


def test_the_page_is_an_escaped_table_without_scripts(ethics: Ground) -> None:
    """In a notebook a report is a table, every text of it escaped."""
    ethics.plant("<script>alert(1)</script>", "A root.").root.chain(["a", "b", "c", "d"])
    page = report(ethics)._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert page.count("<table>") == page.count("</table>") == 2


def test_the_repr_is_one_short_line(ethics: Ground) -> None:
    """The repr says the forest, its trees and its islands."""
    assert repr(report(ethics)) == "<Report on 'ethics': 4 trees, 2 islands>"


@pytest.mark.parametrize("depth", [1, 1_000, 100_000])
def test_a_report_at_any_depth(depth: int) -> None:
    """A chain of any depth is reported: its levels are counted, nothing recurses."""
    ground = Ground()
    ground.add(Tree.from_rows(TreeRows("chain", range(depth), ["a step"] * depth, marks=[(depth - 1, "end")])))
    found = report(ground)
    assert (found.nodes, found.max_level) == (depth, depth - 1)
    assert len(str(found).splitlines()) < 30


@pytest.mark.skipif(not PROOFS.is_dir(), reason="the proofs of EntailmentBank are not here")
def test_the_proofs_of_entailmentbank_hold_together_as_was_counted() -> None:
    """1,500 real proofs: 934 shared anchors, 377 islands, the largest of 965 trees."""
    found = _proofs()
    assert (found.trees, found.shared_anchors, found.islands, found.largest_island) == (1500, 934, 377, 965)


def _proofs() -> Report:
    ground = Ground("proofs")
    for rows in entailmentbank(PROOFS):
        names = (f"{rows.name} ({number})" if number > 1 else rows.name for number in count(1))
        rows.name = next(name for name in names if name not in ground)
        ground.add(Tree.from_rows(rows))
    return report(ground)


def test_a_report_is_unhashable(ethics: Ground) -> None:
    """A report is unhashable, like the forest it is about: its mappings are part of what it is."""
    with pytest.raises(TypeError, match="unhashable"):
        hash(report(ethics))
