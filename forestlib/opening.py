"""Opening a forest: from files, and from what importers read."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from forestlib.errors import ForestlibWarning, PluginError, shown
from forestlib.files.stream import entries, folders_left_out, size_of
from forestlib.forest import Forest
from forestlib.model.axis import Axis, Frame
from forestlib.model.collector import paused_collector
from forestlib.model.ground import DEFAULT_NAME
from forestlib.model.rows import TreeRows
from forestlib.progress import bar
from forestlib.reading import fill_from_entries, fill_from_rows
from forestlib.registry import importers

__all__ = ["load", "read"]

_NAMED = 9


def load(path: str | os.PathLike[str], *, axes: Frame | Iterable[Axis] | None = None, errors: str = "raise") -> Forest:
    """Return the forest that a ``.json``, a ``.jsonl`` or a folder of them holds.

    Axes that the frame lacks are added to it, with a warning that names them. The first thing that is wrong raises a
    `FileError` with its place; with ``errors="skip"`` what is sound is loaded and the rest stands in `forest.skipped`.
    Folders inside a folder are not read; a warning names those that hold trees.

    >>> from tempfile import TemporaryDirectory
    >>> record = '{"tree": "justice", "nodes": [{"level": 0, "text": "A match."}]}'
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "ethics.json")
    ...     _ = path.write_text(record, encoding="utf-8")
    ...     load(path)
    <Forest 'ethics': 1 trees, 1 nodes>
    """
    forest = Forest(_name_of(path), axes)
    with bar(f"loading {Path(path).name}", size_of(path)) as progress, paused_collector():
        filling = fill_from_entries(forest, entries(path), errors, axes is not None, progress)
    filling.tell(path)
    left_out = folders_left_out(path)
    if left_out:
        warnings.warn(
            f"{path}: folders with trees inside it were not read: {_few(left_out)}. Load each, and merge() them.",
            ForestlibWarning,
            stacklevel=2,
        )
    return forest.filled(filling, headless=filling.head is None)


def read(source: Any, importer: str, *, axes: Frame | Iterable[Axis] | None = None, **options: Any) -> Forest:
    """Return the forest that an importer reads from `source` (a file, a folder, or what the importer takes).

    >>> forest = read("# justice [causality 80%, empathy 20%]\\nA match. {norm}\\n  Norms differ.", importer="outline")
    >>> forest["justice"].axes
    {'causality': 0.8, 'empathy': 0.2}
    """
    plugin = importers[importer]
    plugin.check_options(options)
    is_path = isinstance(source, os.PathLike) or (isinstance(source, str) and "\n" not in source)
    forest = Forest(_name_of(source) if is_path else DEFAULT_NAME, axes)
    with bar(f"reading with {importer}", 0) as progress:
        filling = fill_from_rows(forest, _iterable(importer, plugin.function(source, **options)), importer, progress)
    filling.tell(source if is_path else importer)
    return forest.filled(filling)


def _iterable(importer: str, trees: Any) -> Iterable[TreeRows]:
    if not isinstance(trees, Iterable):
        raise PluginError(f"The importer {importer!r} returned {shown(trees)}. It yields fl.TreeRows.", name=importer)
    return trees


def _few(names: Sequence[str]) -> str:
    return ", ".join(map(shown, names[:_NAMED])) + (" …" if len(names) > _NAMED else "")


def _name_of(path: str | os.PathLike[str]) -> str:
    return " ".join(Path(path).stem.split()) or DEFAULT_NAME
