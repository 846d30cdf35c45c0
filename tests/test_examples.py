"""The examples run as a user runs them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import forestlib as fl
from forestlib.demo import forest as demo_forest
from forestlib.testing import check_serializer

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_a_folder_of_russian_trees_becomes_a_chat_file(tmp_path: Path) -> None:
    """The five-line script turns a folder of Russian trees into chat samples with nothing English in them."""
    demo_forest("ru").save(tmp_path / "trees")
    script = EXAMPLES / "russian_folder_to_chat.py"
    done = subprocess.run(  # noqa: S603
        [sys.executable, script, tmp_path / "trees", tmp_path / "out"], capture_output=True, text=True, check=True
    )
    rows = [json.loads(line) for line in (tmp_path / "out" / "train.jsonl").read_text("utf-8").splitlines()]
    assert "bridges" in done.stdout
    assert all([turn["role"] for turn in row["messages"]] == ["user", "assistant"] for row in rows)
    assert all("Рассуждай об этом шаг за шагом." in row["messages"][0]["content"] for row in rows)
    assert not any(word in row["messages"][1]["content"] for row in rows for word in ("thought", "reasoning"))


@pytest.fixture
def bullets_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the example package where an installer would: its module and its entry points on the path."""
    info = tmp_path / "forestlib_bullets-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: forestlib-bullets\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text("[forestlib.serializers]\nbullets = forestlib_bullets:bullets\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.syspath_prepend(str(EXAMPLES / "bullets"))
    yield
    fl.registry.serializers.forget("bullets")


@pytest.mark.usefixtures("bullets_installed")
def test_a_serializer_of_another_package_is_found_by_its_entry_point(tmp_path: Path) -> None:
    """An installed package offers a serializer by entry point, and it is used and checked by name."""
    corpus = demo_forest("en").linearize("bullets", "paths", mark="*")
    assert str(corpus[0]["text"]).startswith("* ")
    assert corpus.write(tmp_path / "out")
    check_serializer("bullets", mark="+")
    with pytest.raises(fl.errors.OptionError, match="mark"):
        demo_forest("en").linearize("bullets", "paths", marker="*")
