"""The door: which names `forestlib` has, what each says of itself, and what importing it costs."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

import forestlib as fl
from forestlib.model.walk import Crossing, Run
from forestlib.registry import serializers

NAMES = [
    *("Anchor", "Axis", "Corpus", "Forest", "ForestlibError", "Frame", "Node", "Recipe", "Sample", "Skip", "Step"),
    *("Style", "Trail", "Tree", "TreeRows", "Walk", "Words"),
    *("errors", "frames", "grower", "importer", "load", "read", "read_provenance", "registry", "serializer"),
    *("stitch_score", "walker"),
]
LONG = "слово " * 20_000
HEAVY = "IPython cattrs.preconf datasets openai pyarrow rich simplemma sphinx tokenizers torch transformers"
ONE_LINE = 300


def own_members(kind: type) -> dict[str, Any]:
    """Return the public methods and properties that a class of ours defines."""
    wrapped = (property, cached_property, classmethod, staticmethod)
    return {
        name: member
        for name, member in vars(kind).items()
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, wrapped))
    }


def test_the_door_has_exactly_these_names() -> None:
    """`fl.__all__` is pinned: a name that comes or goes is a decision, taken here."""
    assert fl.__all__ == NAMES
    assert all(hasattr(fl, name) for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_says_what_it_is(name: str) -> None:
    """Every public name has a docstring whose first line is a sentence."""
    first = (inspect.getdoc(getattr(fl, name)) or "").partition("\n\n")[0]
    assert len(first.split()) > 3
    assert first.rstrip()[-1] in ".:"


@pytest.mark.parametrize("name", [name for name in NAMES if isinstance(getattr(fl, name), type)])
def test_every_public_method_says_what_it_does(name: str) -> None:
    """Every public method and property of a public class has a docstring of its own."""
    assert [key for key, member in own_members(getattr(fl, name)).items() if not inspect.getdoc(member)] == []


@pytest.mark.parametrize("name", [name for name in NAMES if isinstance(getattr(fl, name), type)])
def test_every_public_method_is_typed(name: str) -> None:
    """Every public method of a public class names the types of all that it takes and gives."""
    functions = [getattr(member, "__func__", member) for member in own_members(getattr(fl, name)).values()]
    for function in filter(inspect.isfunction, functions):
        wanted = [part for part in inspect.signature(function).parameters if part not in ("self", "cls")]
        assert set(wanted) | {"return"} <= function.__annotations__.keys()


def test_importing_brings_no_heavy_package() -> None:
    """``import forestlib`` imports none of the packages that take time or are extras: they wait until they are used."""
    code = f"import sys, forestlib; print([name for name in {HEAVY.split()!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[]"


def test_the_package_says_that_it_is_typed() -> None:
    """`py.typed` lies in the package, so that type checkers read its annotations."""
    assert (Path(fl.__file__).parent / "py.typed").is_file()


def a_deep_tree() -> fl.Tree:
    """Return a tree of 20,000 levels with an aside at each, under a long name."""
    tree = fl.Tree(LONG.strip(), LONG)
    node = tree.root
    for _ in range(20_000):
        node.then("Aside.")
        node = node.then("Step.")
    node.anchor(LONG)
    return tree


@pytest.fixture
def large() -> fl.Forest:
    """A forest whose every part is large: long names, long texts, a deep tree, a long anchor."""
    forest = fl.Forest(LONG.strip(), axes=[fl.Axis(f"{LONG}{number}") for number in range(7)])
    forest.add(a_deep_tree())
    forest.plant("other", LONG).root.anchor(LONG).then(LONG)
    return forest


def a_walk(forest: fl.Forest) -> fl.Walk:
    """Return a walk of all the nodes on a path."""
    return next(forest.linearize("text", walkers="bridges").walks())


THINGS: dict[str, Callable[[fl.Forest], object]] = {
    "Forest": lambda forest: forest,
    "Tree": lambda forest: forest.trees[0],
    "TreeRows": lambda forest: forest.trees[0].rows(),
    "Node": lambda forest: forest["other"].root,
    "Nodes": lambda forest: forest["other"].root.extend([LONG] * 3),
    "Frame": lambda forest: forest.frame,
    "Axis": lambda forest: fl.Axis(LONG.strip(), {"ru": LONG.strip()}),
    "anchors": lambda forest: forest.anchors,
    "Anchor": lambda forest: forest.anchors[LONG],
    "Occurrence": lambda forest: next(forest.anchors[LONG].occurrences()),
    "Corpus": lambda forest: forest.linearize("text"),
    "Walk": a_walk,
    "Step": lambda forest: a_walk(forest).steps[-1],
    "Crossing": lambda forest: Crossing(LONG, (LONG, 1), (LONG, 2)),
    "Run": lambda forest: Run(LONG, tuple(range(number, number + 1) for number in range(0, 20_000, 2)), LONG),
    "Trail": lambda forest: fl.Trail.of(forest.trees[0][40_000].path()),
    "Skip": lambda forest: fl.Skip(LONG),
    "Style": lambda forest: fl.Style(),
    "Words": lambda forest: fl.Words(*["{tree}{anchor}" + LONG] * 6),
    "Report": lambda forest: forest.report(),
    "Island": lambda forest: forest.islands()[0],
    "Bridge": lambda forest: next(forest.bridges()),
    "Route": lambda forest: forest.route("other", forest.trees[0].name),
    "Plugin": lambda forest: serializers["chat"],
    "Registry": lambda forest: serializers,
}


@pytest.mark.parametrize("thing", THINGS)
def test_a_repr_is_one_short_line(thing: str, large: fl.Forest) -> None:
    """The repr of every public value is one short line, however large the tree or long the text."""
    line = repr(THINGS[thing](large))
    assert len(line.splitlines()) == 1
    assert len(line) <= ONE_LINE
