"""What the tests of the corpus share: forests to lay out, and another process to do it in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import forestlib as fl


@pytest.fixture
def forest() -> fl.Forest:
    """Six trees with forks, tied by two anchors."""
    forest = fl.Forest("f")
    for number in range(6):
        root = forest.plant(f"t{number}", f"Root {number}.").root.anchor("norm")
        for step in root.branch("One.", "Two.", "Three."):
            step.anchor("choice").branch("Left.", "Right.")
    return forest


@pytest.fixture
def in_python() -> Callable[..., bytes]:
    """Run code in another Python with a hash seed and return what it printed."""

    def run(code: str, *arguments: str, hash_seed: str = "0", check: bool = True) -> bytes:
        environment = {**os.environ, "PYTHONPATH": str(Path(fl.__file__).parents[1]), "PYTHONHASHSEED": hash_seed}
        command = [sys.executable, "-W", "ignore", "-c", code, *arguments]
        return subprocess.run(command, env=environment, check=check, capture_output=True).stdout  # noqa: S603

    return run
