"""Documents as tests: every block of code in README.md and docs/ is run, and what it shows is compared.

A document has a namespace and an empty working directory of its own. The language of a fence says what is done:

- ``python`` is run,
- ``pycon`` is run line by line, and outputs are compared,
- ``console`` is run by a small evaluator that knows `forestlib` and a few commands that look at files,
- any other is text; with ``<!-- file: trees/justice.json -->`` on the line before it, it is written to that file.

With ``<!-- needs: torch -->`` on the line before it a block is skipped where that package is not installed.
"""

from __future__ import annotations

import doctest
import importlib
import io
import os
import re
import shlex
import shutil
import sys
import tomllib
import warnings
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import SkipTest

from sybil import Document, Example, Region, Sybil
from sybil.evaluators.doctest import DocTestEvaluator

from forestlib import cli, registry
from forestlib.errors import ForestlibWarning

__all__ = ["BLOCK", "blocks", "cleared", "compared", "pytest_collect_file", "ran", "started"]

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(
    r"^(?:<!-- needs: (?P<needs>\w+) -->\n)?(?:<!-- file: (?P<file>\S+) -->\n)?"
    r"(?P<margin>[ ]*)```(?P<language>[a-z]+)\n(?P<body>.*?)^(?P=margin)```$",
    re.MULTILINE | re.DOTALL,
)
_REGISTRIES = (registry.serializers, registry.walkers, registry.importers, registry.renderers)
_doctests = DocTestEvaluator(doctest.ELLIPSIS)


def blocks(document: Document) -> Iterator[Region]:
    """Give every block of a document that does something."""
    evaluators = {"python": _python, "pycon": _pycon, "console": _console}
    for match in BLOCK.finditer(document.text):
        run = _written if match["file"] else evaluators.get(match["language"])
        if match["needs"] and find_spec(match["needs"]) is None:
            run = _skipped
        if run is not None:
            yield Region(match.start(), match.end(), match, run)


def _skipped(example: Example) -> None:
    raise SkipTest(f"needs the package {example.parsed['needs']}")


def _body(example: Example) -> str:
    match: re.Match[str] = example.parsed
    margin = match["margin"]
    return "".join(line.removeprefix(margin) for line in match["body"].splitlines(keepends=True))


def _written(example: Example) -> None:
    path = Path(example.parsed["file"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_body(example), encoding="utf-8")


def _python(example: Example) -> None:
    above = "\n" * (example.line + bool(example.parsed["file"]) + bool(example.parsed["needs"]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ForestlibWarning)
        exec(compile(above + _body(example), example.path, "exec"), example.namespace)  # noqa: S102


def _pycon(example: Example) -> str:
    shown = ""
    for one in doctest.DocTestParser().get_examples(visible_blanks(_body(example))):
        line = Example(example.document, example.line + 1 + one.lineno, 1, Region(0, 0, one), example.namespace)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ForestlibWarning)
            shown += _doctests(line)
    return shown


def visible_blanks(text: str) -> str:
    """Return a session with the blank lines inside outputs written as doctest wants them."""
    return re.sub(r"^\n(?!\s*(?:>>>|\Z))", "<BLANKLINE>\n", text, flags=re.MULTILINE)


def _console(example: Example) -> str:
    for command, want in commands(_body(example)):
        problem = compared(command, want, ran(command))
        if problem:
            return problem
    return ""


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Iterate over the commands of a console block, each with the output that stands below it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, want = re.sub(r"\\\n\s*", "", part, count=9).partition("\n")
        yield command, want


def compared(command: str, want: str, got: str) -> str:
    """Return what differs between two outputs; ``...`` on a line of its own stands for any lines."""
    given, shown = ("\n".join(line.rstrip() for line in text.strip("\n").splitlines()) for text in (want, got))
    pattern = ".*".join(re.escape(part) for part in re.split(r"(?:\A|(?<=\n))\.\.\.(?=\n|\Z)", given))
    return "" if re.fullmatch(pattern, shown, re.DOTALL) else f"$ {command}\nexpected:\n{given}\ngot:\n{shown}\n"


def ran(command: str) -> str:
    """Return what a command prints, on stdout and stderr, in the working directory."""
    first, *filters = (shlex.split(part) for part in command.split(" | "))
    if first[:3] == ["python", "-m", "forestlib"]:
        first = first[2:]
    if first[:2] == ["make", "demo"]:
        first = ["forestlib", "demo"]
    name, *arguments = first
    shown = _COMMANDS[name](arguments)
    for name, *arguments in filters:
        shown = _COMMANDS[name](arguments, shown)
    return shown


def _forestlib(arguments: list[str]) -> str:
    out, decorated = io.StringIO(), _taken_out()
    try:
        with redirect_stdout(out), redirect_stderr(out):
            code = cli.main(arguments)
    finally:
        _put_back(decorated)
    failed = out.getvalue().startswith("forestlib: ")
    assert code == (cli.FAILED if failed else 0), f"exit code {code}"
    return out.getvalue()


def _taken_out() -> list[dict[str, registry.Plugin]]:
    """Take what is not the library's own out of the registries, as another process would find them."""
    foreign = [{n: p for n, p in one._plugins.items() if not p.source.startswith("forestlib.")} for one in _REGISTRIES]
    for one, plugins in zip(_REGISTRIES, foreign, strict=True):
        for name in plugins:
            del one._plugins[name]
    return foreign


def _put_back(foreign: list[dict[str, registry.Plugin]]) -> None:
    for one, plugins in zip(_REGISTRIES, foreign, strict=True):
        one._plugins.update(plugins)


def _cat(arguments: list[str]) -> str:
    return "".join(Path(name).read_text(encoding="utf-8") for name in arguments)


def _head(arguments: list[str], given: str | None = None) -> str:
    count = 10
    if arguments[:1] == ["-n"]:
        count, arguments = int(arguments[1]), arguments[2:]
    return "".join((given or _cat(arguments)).splitlines(keepends=True)[:count])


def _ls(arguments: list[str]) -> str:
    return "".join(f"{name}\n" for name in sorted(os.listdir(*arguments)) if not name.startswith("."))


def _pip(arguments: list[str]) -> str:
    """Do what ``pip install FOLDER`` does for a package of single modules, without asking the net for a backend."""
    assert arguments[0] == "install"
    source = Path(arguments[1])
    project = tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    info = Path("site", f"{project['name'].replace('-', '_')}-{project['version']}.dist-info")
    info.mkdir(parents=True)
    for module in source.glob("*.py"):
        shutil.copy(module, "site")
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    points = project["entry-points"].items()
    lines = (f"[{group}]\n" + "".join(f"{name} = {at}\n" for name, at in names.items()) for group, names in points)
    (info / "entry_points.txt").write_text("".join(lines))
    sys.path.insert(0, str(Path("site").resolve()))
    importlib.invalidate_caches()
    return ""


_COMMANDS: dict[str, Callable[..., str]] = {
    "forestlib": _forestlib, "cat": _cat, "head": _head, "ls": _ls, "pip": _pip,
}  # fmt: skip


def started(namespace: dict[str, Any]) -> None:
    """Give a document a working directory of its own, and note what it may change."""
    folder = TemporaryDirectory()
    place = chdir(folder.name)
    place.__enter__()
    namespace.update(__name__="__main__", _kept=(folder, place, list(sys.path), set(sys.modules), _taken_out()))


def cleared(namespace: dict[str, Any]) -> None:
    """Undo what a document has changed."""
    folder, place, path, modules, foreign = namespace["_kept"]
    _taken_out()
    _put_back(foreign)
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if getattr(sys.modules[name], "__file__", None) and str(sys.modules[name].__file__).startswith(folder.name):
            del sys.modules[name]
    namespace.clear()
    place.__exit__(None, None, None)
    folder.cleanup()


_collect = Sybil([blocks], patterns=["*.md"], path=str(ROOT), setup=started, teardown=cleared).pytest()


def pytest_collect_file(file_path: Path, parent: Any) -> Any:
    """Collect README.md and the pages of docs/, and nothing else."""
    page = file_path == ROOT / "README.md" or (ROOT / "docs" in file_path.parents and "_build" not in file_path.parts)
    return _collect(file_path, parent) if page else None
