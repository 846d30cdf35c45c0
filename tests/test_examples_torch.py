"""The training example runs on a machine without a GPU, in all three of its ways."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

for package in ("torch", "transformers", "trl", "peft", "tokenizers"):
    pytest.importorskip(package, reason="comes with forestlib[train]")

SCRIPT = Path(__file__).parents[1] / "examples" / "train_packs.py"


def test_lora_learns_from_rows_packs_and_trees(tmp_path: Path) -> None:
    """Each way trains a few steps on a processor and says its loss."""
    arguments = ["--device", "cpu", "--steps", "2", "--samples", "20", "--length", "1024", "--out", str(tmp_path)]
    done = subprocess.run(  # noqa: S603
        [sys.executable, SCRIPT, *arguments], capture_output=True, text=True, check=True
    )
    for way in ("rows", "packs", "trees"):
        assert f"{way}: loss " in done.stdout
    assert "PackReport(" in done.stdout
    assert "TreePackReport(" in done.stdout
