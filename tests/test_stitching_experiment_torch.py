"""The stitching experiment runs from end to end, and its page says what was measured."""

from pathlib import Path

import pytest

pytest.importorskip("torch")

from benchmarks.stitching import plot, report
from benchmarks.stitching.__main__ import MEASURED, Job, read

PAGE = Path(__file__).parent.parent / "docs" / "explanation" / "stitching-measured.md"


@pytest.mark.parametrize(("part", "name"), [("forests", "bridges"), ("ways", "shared"), ("cuts", "landmarks")])
def test_every_part_trains_a_model_and_scores_it_with_the_librarys_own_probes(part: str, name: str) -> None:
    """A model of a few steps is measured in every way that a trained one is."""
    found = Job(part, name, seed=0, tokens=2000).run()
    measured = report.tables([found])
    assert found["tokens"] == 2000
    assert f"| {name} |" in measured


def test_the_page_shows_the_tables_that_the_command_prints() -> None:
    """Every row of every table of the results stands in the page, as printed."""
    page = PAGE.read_text(encoding="utf-8")
    rows = [line for line in report.tables(read(MEASURED)).splitlines() if line.startswith("|")]
    assert rows
    assert [row for row in rows if row not in page] == []


def test_the_plot_is_the_one_of_the_results() -> None:
    """The drawing beside the page is what the command draws."""
    drawn = (PAGE.parent.parent / "_static" / "stitching-measured.svg").read_text(encoding="utf-8")
    assert drawn == plot.plot(read(MEASURED))
