"""What the tests of the evaluation share: corpora that practise everything, laid out with hold-outs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import forestlib as fl
from forestlib.demo import forest as demo

HELD = {"bridges": 0.1, "pairs": 0.1, "anchors": 0.1, "trees": 0.1}
WALKERS: dict[str, Any] = {
    "paths": 0.2,
    "bridges": 0.3,
    "questions:back": {"share": 0.1, "direction": "back"},
    "questions:forth": {"share": 0.1, "direction": "forth"},
    "questions:link": {"share": 0.1, "direction": "link"},
    "questions:inside": {"share": 0.1, "direction": "forth", "inside": True},
    "questions:inside back": {"share": 0.05, "direction": "back", "inside": True},
    "windows": {"share": 0.05, "size": 6},
}


@pytest.fixture(scope="session")
def laid() -> Callable[..., fl.Corpus]:
    """Lay a demo forest out with every walker that a probe asks about."""

    def lay(lang: str, serializer: str = "text", **options: Any) -> fl.Corpus:
        wanted: dict[str, Any] = {"walkers": WALKERS, "size": 300, "seed": 3, "hold_out": HELD}
        return demo(lang).linearize(serializer, **(wanted | options))

    return lay


@pytest.fixture
def topics() -> fl.Forest:
    """Twelve topics that reason in the same way, with forks at each stage."""
    forest = fl.Forest("topics")
    for number in range(12):
        root = forest.plant(f"topic {number}", f"Of topic {number}.").root
        for one in range(2):
            premise = root.then(f"Premise {one} of {number}.", stage="premise")
            for two in range(3):
                step = premise.then(f"Transition {one}{two} of {number}.", stage=f"transition {two}")
                for three in range(2):
                    step.then(f"End {one}{two}{three} of {number}.", stage=f"end {three}")
    return forest
