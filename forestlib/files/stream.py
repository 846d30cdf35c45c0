"""Files to entries and back, one tree at a time.

A ``.json`` holds one tree, a ``.jsonl`` a tree a line after an optional head line for the forest, a folder holds such
files in sorted order. Reading yields a `Head` or tree rows with their place, or the `FileError` that says what is
wrong there; whoever builds the forest decides whether to raise it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import attrs

from forestlib.errors import FileError, shown
from forestlib.files.atomic import atomic_write
from forestlib.files.decode import Misfit, decoded, encoded, exactly
from forestlib.files.place import line_of
from forestlib.files.record import node_values, record_keys, rows_of
from forestlib.model.collector import paused_collector
from forestlib.model.encoding import without_mark
from forestlib.model.rows import TreeRows

__all__ = ["Entry", "Head", "entries", "files_of", "folders_left_out", "size_of", "write_json", "write_jsonl"]

SUFFIXES = (".json", ".jsonl")
_NAMED = 9
_EMPTY = "the file is empty. A forest with no trees is a .jsonl with a head line"


@attrs.define
class Head:
    """The optional first line of a ``.jsonl``: the forest's name, its axes, its declared anchors with aliases."""

    name: str | None = None
    axes: list[Any] | None = None
    anchors: dict[str, list[str]] = attrs.field(factory=dict)
    extra: dict[str, Any] = attrs.field(factory=dict)


@attrs.define
class Entry:
    """One thing read from a file, and its place: a head, a tree's rows, or what is wrong there."""

    path: str
    line: int
    value: Head | TreeRows | FileError
    data: bytes = attrs.field(default=b"", repr=False)

    def fault(self, problem: str, where: tuple[str | int, ...] = ()) -> FileError:
        """Return the error of something that is wrong with this entry."""
        misfit = Misfit(problem.rstrip("."), where)
        return FileError.at(self.path, misfit.problem, line=self._line(where), where=misfit.where)

    def _line(self, where: tuple[str | int, ...]) -> int:
        return self.line + line_of(self.data, where) - 1 if where and b"\n" in self.data else self.line


def files_of(path: str | os.PathLike[str]) -> list[Path]:
    """Return the files to read: `path` itself, or the ``.json`` and ``.jsonl`` files of a folder, in sorted order."""
    source = Path(path)
    if source.is_dir():
        found = sorted(file for file in source.iterdir() if _is_of_trees(file.name))
        if not found:
            inner = ", ".join(map(shown, folders_left_out(source)[:_NAMED]))
            where = f"; folders inside it do: {inner}" if inner else ""
            raise FileError.at(source, f"the folder holds no .json and no .jsonl{where}. Name the folder of the trees")
        return found
    if not source.exists():
        raise FileError.at(source, "there is no such file or folder")
    if source.suffix.lower() not in SUFFIXES:
        raise FileError.at(
            source,
            f"a forest is a {' or '.join(SUFFIXES)}, got {shown(source.suffix)}. "
            "Rename the file, or read it with an importer: fl.read(path, importer=…)",
        )
    return [source]


def folders_left_out(path: str | os.PathLike[str]) -> list[str]:
    """Return the folders inside the folder `path` that hold trees at any depth: they are not read with it."""
    if not Path(path).is_dir():
        return []
    inner = sorted(folder for folder in Path(path).iterdir() if folder.is_dir() and not folder.name.startswith("."))
    return [folder.name for folder in inner if any(any(map(_is_of_trees, files)) for _, _, files in os.walk(folder))]


def _is_of_trees(name: str) -> bool:
    return Path(name).suffix.lower() in SUFFIXES and not name.startswith(".")


def size_of(path: str | os.PathLike[str]) -> int:
    """Return how many bytes there are to read."""
    return sum(file.stat().st_size for file in files_of(path) if file.exists())


def entries(path: str | os.PathLike[str]) -> Iterator[Entry]:
    """Iterate over what the files at `path` hold, a tree at a time."""
    for file in files_of(path):
        yield from _lines(file) if file.suffix.lower() == ".jsonl" else _whole(file)


def _whole(path: Path) -> Iterator[Entry]:
    try:
        data = without_mark(path.read_bytes())
    except OSError as error:
        yield _unreadable(path, error)
        return
    yield _entry(str(path), 1, data, head=False)


def _lines(path: Path) -> Iterator[Entry]:
    try:
        file = path.open("rb", buffering=1 << 20)
    except OSError as error:
        yield _unreadable(path, error)
        return
    with file:
        first = True
        for number, line in enumerate(file, 1):
            data = (without_mark(line) if number == 1 else line).rstrip(b"\r\n")
            if data.isspace() or not data:
                continue
            yield _entry(str(path), number, data, head=first)
            first = False
    if first:
        yield Entry(str(path), 1, FileError.at(path, _EMPTY))


def _unreadable(path: Path, error: OSError) -> Entry:
    return Entry(str(path), 1, FileError.at(path, f"cannot be read: {error.strerror or error}"))


def _entry(path: str, line: int, data: bytes, *, head: bool) -> Entry:
    entry = Entry(path, line, Head(), data)
    try:
        with paused_collector():
            entry.value = _value(data, head)
    except Misfit as misfit:
        place = misfit.line or (line_of(data, misfit.path) if misfit.path and b"\n" in data else 1)
        entry.value = FileError.at(path, misfit.problem, line=line + place - 1, where=misfit.where)
    return entry


def _value(data: bytes, head: bool) -> Head | TreeRows:
    if not data.strip():
        raise Misfit(_EMPTY)
    record = decoded(data)
    if isinstance(record, dict) and "forest" in record and "nodes" not in record:
        if not head:
            raise Misfit("a head line after the first line. It stands at the top of a .jsonl")
        return _head(exactly(data))
    return rows_of(record, data)


def _head(record: Mapping[str, Any]) -> Head:
    head = Head(record["forest"], record.get("axes"), record.get("anchors", {}))
    head.extra = {key: value for key, value in record.items() if key not in ("forest", "axes", "anchors")}
    if not isinstance(head.name, str):
        raise Misfit(f"a forest's name is a string, got {shown(head.name)}", ("forest",))
    if "axes" in record and not isinstance(head.axes, list):
        raise Misfit(f"a forest's axes are a list, got {shown(head.axes)}", ("axes",))
    anchors = head.anchors.values() if isinstance(head.anchors, dict) else [None]
    if not all(isinstance(aliases, list) and all(isinstance(alias, str) for alias in aliases) for aliases in anchors):
        raise Misfit(
            'a forest\'s anchors are like {"choice": ["free choice"]}, got ' + shown(head.anchors), ("anchors",)
        )
    return head


def write_json(path: str | os.PathLike[str], rows: TreeRows) -> None:
    """Write one tree as a ``.json``, a node a line, atomically."""
    with atomic_write(path) as file, paused_collector():
        _write_tree(file, rows, _a_node_a_line)


def write_jsonl(path: str | os.PathLike[str], head: Head | None, trees: Iterable[TreeRows]) -> None:
    """Write a forest as a ``.jsonl``, a tree a line after the head line, atomically."""
    with atomic_write(path) as file:
        if head is not None:
            axes = {} if head.axes is None else {"axes": head.axes}
            anchors = {"anchors": head.anchors} if head.anchors else {}
            file.write(encoded({"forest": head.name, **axes, **anchors, **head.extra}) + b"\n")
        for rows in trees:
            with paused_collector():
                _write_tree(file, rows, encoded)


def _a_node_a_line(nodes: list[dict[str, Any]]) -> bytes:
    return b"[\n" + b",\n".join(map(encoded, nodes)) + b"\n]"


def _write_tree(file: IO[bytes], rows: TreeRows, nodes_encoded: Callable[[list[dict[str, Any]]], bytes]) -> None:
    values: dict[str, Any] = {"tree": rows.name, "axes": rows.axes, "lang": rows.lang, **rows.extra}
    order = dict.fromkeys((*(rows.keys or record_keys(rows)), *record_keys(rows)))
    pieces = []
    for key in order:
        if key == "nodes":
            pieces.append(b'"nodes":' + nodes_encoded(node_values(rows)))
        elif key in values:
            pieces.append(encoded(key) + b":" + encoded(values[key]))
    file.write(b"{" + b",".join(pieces) + b"}\n")
