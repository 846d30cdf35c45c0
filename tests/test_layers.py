"""The layers: imports run one way, as the design draws them, and the house keeps its own rules of style."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import resolve_name
from pathlib import Path

import pytest

import forestlib

HOUSE = Path(forestlib.__file__).parent
MODULES = {".".join(path.relative_to(HOUSE).with_suffix("").parts): path for path in sorted(HOUSE.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in MODULES.items()}

GROUND = {"errors", "registry", "model"}
ON_MODEL = {"analysis", "files", "growers", "importers", "packing", "phrases", "serializers", "tokens", "wording"}
ON_ANALYSIS = {"walkers"}
SHOWS = {"views"}
BELOW_CORPUS = GROUND | ON_MODEL | ON_ANALYSIS | SHOWS
FACE = {"controls", "forest", "opening", "progress", "reading", "saving", "stitching", "verbs"}
BESIDE = {"__init__", "__main__", "cli", "demo", "testing"}
MAY_IMPORT = (
    {"errors": set[str](), "registry": {"errors"}, "model": GROUND}
    | {layer: {*GROUND, layer} for layer in ON_MODEL}
    | {"tokens": {*GROUND, "files", "tokens"}}
    | {layer: {*GROUND, "analysis", layer} for layer in ON_ANALYSIS}
    | {layer: {*GROUND, "analysis", "phrases", layer} for layer in SHOWS}
    | {"corpus": {*BELOW_CORPUS, "corpus"}, "evaluation": {*BELOW_CORPUS, "corpus", "evaluation"}}
    | dict.fromkeys(FACE, BELOW_CORPUS | FACE | {"corpus", "evaluation"})
)
NO_SIBLINGS = ("analysis", "importers", "serializers", "walkers")
GATHERS = "analysis.report"
NEVER_CALLED = {"eval", "exec", "sys.setrecursionlimit"} | {
    f"{module}.{name}" for module in ("pickle", "marshal") for name in ("load", "loads", "Unpickler")
}


def layer_of(module: str) -> str:
    """Return the layer that a module is in: its folder, or its own name where it stands at the top."""
    return module.partition(".")[0]


def imported(module: str) -> Iterator[str]:
    """Yield what a module imports of ours, anywhere in it, by name below `forestlib` ("" for the door itself)."""
    package = ".".join(["forestlib", *module.split(".")[:-1]])
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            origin = resolve_name("." * node.level + (node.module or ""), package) if node.level else node.module or ""
            targets = [f"{origin}.{alias.name}" for alias in node.names]
        else:
            continue
        for target in targets:
            if target.partition(".")[0] == "forestlib":
                yield known(target.removeprefix("forestlib").lstrip("."))


def known(name: str) -> str:
    """Return the module that a dotted name lies in: the longest beginning of it that is one."""
    while name and name not in MODULES and f"{name}.__init__" not in MODULES:
        name = name.rpartition(".")[0]
    return name


def called(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted name of everything that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def test_every_module_is_in_the_drawing() -> None:
    """A module stands in a layer that the design draws; a new layer is drawn here first."""
    assert {layer_of(module) for module in MODULES} <= MAY_IMPORT.keys() | BESIDE


@pytest.mark.parametrize("module", [module for module in MODULES if layer_of(module) not in BESIDE])
def test_imports_run_one_way(module: str) -> None:
    """A module imports only of its own layer and those below it, in functions and for types as well."""
    allowed = MAY_IMPORT[layer_of(module)]
    assert [name for name in imported(module) if layer_of(name) not in allowed] == []


@pytest.mark.parametrize("module", [module for module in MODULES if layer_of(module) not in BESIDE | FACE])
def test_nothing_below_knows_the_face(module: str) -> None:
    """Below the face nothing imports `forestlib.forest`, its neighbours, or the door `forestlib` itself."""
    assert {layer_of(name) for name in imported(module)} & {"", *FACE, *BESIDE} == set()


def test_errors_import_nothing_of_ours() -> None:
    """The errors stand at the bottom: they import nothing of ours and nothing that has to be installed."""
    assert list(imported("errors")) == []
    origins = {node.module or "" for node in ast.walk(TREES["errors"]) if isinstance(node, ast.ImportFrom)}
    names = {alias.name for node in ast.walk(TREES["errors"]) if isinstance(node, ast.Import) for alias in node.names}
    assert {name.partition(".")[0] for name in origins | names} <= sys.stdlib_module_names


@pytest.mark.parametrize("module", [module for module in MODULES if layer_of(module) in NO_SIBLINGS])
def test_siblings_do_not_know_each_other(module: str) -> None:
    """One question, format, walker or importer a file: none imports another; only the report gathers its siblings."""
    siblings = [name for name in imported(module) if layer_of(name) == layer_of(module) and name != module]
    assert bool(siblings) == (module == GATHERS)


def test_the_face_makes_the_forest() -> None:
    """`Forest` is made in forest.py alone: no other module defines a class of that name."""
    makers = [
        name
        for name, tree in TREES.items()
        if "Forest" in {n.name for n in ast.walk(tree) if isinstance(n, ast.ClassDef)}
    ]
    assert makers == ["forest"]


@pytest.mark.parametrize("target", re.findall(r'"(forestlib[\w.]*:\w+)"', MODULES["registry"].read_text("utf-8")))
def test_every_built_in_plugin_is_where_the_registry_says(target: str) -> None:
    """A built-in plug-in named as a string resolves to a function that is defined in the module of that name."""
    module, _, attribute = target.partition(":")
    function = getattr(import_module(module), attribute)
    assert callable(function)
    assert function.__module__ == module


def test_the_registry_names_every_file_of_its_kinds() -> None:
    """No serializer, walker or importer lies about unregistered: each file of theirs is named in the registry."""
    named = set(re.findall(r'"forestlib\.([\w.]*):\w+"', MODULES["registry"].read_text("utf-8")))
    kinds = ("serializers", "walkers", "importers")
    public = {name for name in MODULES if layer_of(name) in kinds and not name.endswith("__init__")}
    defining = {name for name in public if any(call.endswith("s.plugin") for call in called(TREES[name]))}
    assert defining <= named


@pytest.mark.parametrize("module", MODULES)
def test_a_module_keeps_the_rules_of_the_house(module: str) -> None:
    """No file is called a drawer for odds and ends, none is longer than 400 lines, each says what it is."""
    assert not {"utils", "util", "helpers", "common", "base", "manager", "misc"} & set(module.split("."))
    assert len(MODULES[module].read_text("utf-8").splitlines()) <= 400
    assert ast.get_docstring(TREES[module])


@pytest.mark.parametrize("module", MODULES)
def test_a_module_does_nothing_that_is_never_done(module: str) -> None:
    """No deeper recursion limit, no star import, no pickle or eval of anything read."""
    assert set(called(TREES[module])) & NEVER_CALLED == set()
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            assert "*" not in names
            assert not {f"{node.module}.{name}" for name in names} & NEVER_CALLED


@pytest.mark.parametrize("module", MODULES)
def test_no_function_calls_itself(module: str) -> None:
    """Nothing recurses: no function calls itself by its own name, no method calls itself on `self` or `cls`."""
    found = []
    for node in ast.walk(TREES[module]):
        methods = (
            [part for part in node.body if isinstance(part, ast.FunctionDef)] if isinstance(node, ast.ClassDef) else []
        )
        found += [part.name for part in methods if {f"self.{part.name}", f"cls.{part.name}"} & set(called(part))]
        if isinstance(node, ast.Module):
            functions = [part for part in node.body if isinstance(part, ast.FunctionDef)]
            found += [part.name for part in functions if part.name in set(called(part))]
    assert found == []


@pytest.mark.parametrize("module", MODULES)
def test_no_error_is_swallowed(module: str) -> None:
    """No bare `except:`, and no `except ImportError: pass`: a missing package is said."""
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None
            if "ImportError" in ast.unparse(node.type) or "ModuleNotFoundError" in ast.unparse(node.type):
                assert not all(isinstance(part, ast.Pass | ast.Continue) for part in node.body)
