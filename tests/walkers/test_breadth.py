"""Breadth: every tree once, level by level, and its shape in the samples."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forestlib as fl
from forestlib.registry import walkers
from forestlib.testing import check_walker

STEP = re.compile(r"(\d+)(?: \(under (\d+)\))?\. (s\d+)")


def grown(shape: list[int]) -> fl.Forest:
    """Return one tree: node *i* + 1 hangs under node *k[i]* mod (*i* + 1)."""
    forest = fl.Forest("f")
    nodes = [forest.plant("t", "s0").root]
    for place, above in enumerate(shape, 1):
        nodes.append(nodes[above % len(nodes)].then(f"s{place}"))
    return forest


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 99), max_size=20))
def test_the_tree_is_restored_from_its_sample(shape: list[int]) -> None:
    """Steps come by level, in preorder within each, and each names the number of the one above it."""
    forest = grown(shape)
    tree = forest["t"]
    [trail] = walkers["breadth"].function(forest)
    assert [number for _, number in trail.places()] == sorted(
        range(len(tree)), key=lambda number: (tree[number].level, number)
    )
    [sample] = forest.linearize("text", walkers="breadth")
    found: dict[str, Any] = {}
    for line in sample["text"].split("\n")[1:]:
        number, above, text = STEP.fullmatch(line).groups()  # type: ignore[union-attr]
        found[number] = (text, found[above][0] if above else None)
    assert dict(found.values()) == {node.text: node.parent.text if node.parent else None for node in tree}


@pytest.mark.parametrize("depth", [1, 1_000, 100_000])
def test_a_chain_is_numbered_at_any_depth(depth: int) -> None:
    """A chain of any depth is one range, and its sample takes room in proportion to its steps."""
    forest = grown(list(range(depth)))
    [trail] = walkers["breadth"].function(forest)
    assert trail.runs[0].ranges == (range(depth + 1),)
    [sample] = forest.linearize("text", walkers="breadth")
    assert sample["text"].endswith(f"\n{depth + 1} (under {depth}). s{depth}")


def test_a_russian_sample_holds_no_english() -> None:
    """What shows the shape is said in the tree's language."""
    forest = fl.Forest()
    forest.plant("воля", "Воля — это сила.").root.then("Сила\nвыбирает.")
    [sample] = forest.linearize("text", walkers="breadth")
    assert sample["text"] == "воля\n1. Воля — это сила.\n2 (к мысли 1). Сила\n выбирает."


def test_it_keeps_the_promises_of_a_walker() -> None:
    """The checks for authors of plug-ins pass, and an empty forest has no walk."""
    check_walker("breadth")
    assert len(walkers["breadth"].function(fl.Forest())) == 0
