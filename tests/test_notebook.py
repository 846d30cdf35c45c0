"""The notebooks run from top to bottom, as a user runs them."""

from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason="the notebook tests need the [test] extra")
nbclient = pytest.importorskip("nbclient", reason="the notebook tests need the [test] extra")

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
@pytest.mark.filterwarnings("default")
def test_a_notebook_runs_and_shows_html_without_scripts(path: Path, tmp_path: Path) -> None:
    """Every cell of a notebook runs, and what forests, trees and reports show holds no script."""
    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    pages = [output["data"]["text/html"] for output in outputs if "text/html" in output.get("data", {})]
    assert len(pages) >= 4
    assert not any("<script" in page.casefold() for page in pages)


def test_there_is_a_notebook_to_run() -> None:
    """The test above has something to run."""
    assert NOTEBOOKS
