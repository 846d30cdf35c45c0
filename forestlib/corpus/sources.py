"""Where samples of the user's own come from: JSON lines, Parquet, or a sequence of dicts.

A source is gone through once, which checks every sample, hashes it and notes where it stands; from then on any of them
is read by its number. Of JSON lines eight bytes a line are kept, a Parquet file is held as Arrow.
"""

from __future__ import annotations

import hashlib
import math
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import orjson

from forestlib.errors import FileError, ForestlibError, MissingExtraError, OptionError, shown
from forestlib.files.decode import Misfit, decoded
from forestlib.model.encoding import without_mark

__all__ = ["Shape", "Source", "check_shapes", "opened", "shape_of"]

Sample = Mapping[str, Any]
Shape = frozenset[tuple[str, str | tuple[str, ...]]]

_KINDS = {str: "a text", bool: "true or false", int: "a number", type(None): "null"}


class Source(Protocol):
    """Samples that are read by their number; `shapes` says what they are like, and which is the first that is so."""

    name: str
    sha256: str
    shapes: dict[Shape, int]

    def __len__(self) -> int: ...

    def samples(self, numbers: Iterable[int]) -> Iterator[Sample]:
        """Iterate over the samples of some numbers, in their order."""

    def fault(self, place: int, problem: str) -> ForestlibError:
        """Return the error that says what is wrong with a sample."""


def shape_of(sample: Sample) -> Shape:
    """Return what a sample is like: the keys of each mapping in it, and of which kind its values are.

    >>> sorted(shape_of({"turns": [{"said": "A."}, {"said": "B."}]}))
    [('', ('turns',)), ('turns', 'a list'), ('turns[]', ('said',)), ('turns[].said', 'a text')]
    """
    found = set[tuple[str, str | tuple[str, ...]]]()
    waiting: list[tuple[str, Any]] = [("", sample)]
    while waiting:
        place, value = waiting.pop()
        kind = _KINDS.get(type(value))
        if kind is not None:
            found.add((place, kind))
        elif isinstance(value, Mapping):
            found.add((place, tuple(sorted(value))))
            waiting += [(f"{place}.{key}" if place else key, part) for key, part in value.items()]
        elif isinstance(value, list | tuple):
            found.add((place, "a list"))
            inner = place + "[]"
            waiting += [(inner, part) for part in value]
        else:
            found.add((place, _kind(value)))
    return frozenset(found)


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return "a text"
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return "a number"
    return f"{shown(value)}, which JSON cannot say"


def check_shapes(source: Source, known: Iterable[Shape], serializer: str) -> None:
    """Raise the error of the first sample that is not like those of a format; `known` says what those are like."""
    allowed = frozenset[tuple[str, str | tuple[str, ...]]]().union(*known)
    for shape, first in source.shapes.items():
        if allowed and shape - allowed:
            place, kind = min(shape - allowed, key=lambda part: part[0])
            right = sorted({_said(other) for where, other in allowed if where == place})
            what = place or "the sample"
            there = f"is {_said(kind)}" if isinstance(kind, str) else f"has {_said(kind)}"
            here = " or ".join(right) or "nothing"
            raise source.fault(
                first, f"{what} {there}, where the format {serializer!r} has {here}. Write it as that format does"
            )


def _said(kind: str | tuple[str, ...]) -> str:
    return kind if isinstance(kind, str) else f"the keys {', '.join(map(repr, kind))}" if kind else "no keys"


def opened(given: Any) -> Source:
    """Return the source that a path or a sequence of dicts is, every sample of it looked at."""
    source = InMemory(given) if not isinstance(given, str | Path) else _file(Path(given))
    if not len(source):
        raise OptionError(f"There are no own samples to mix in: {source.name} holds none.", source=source.name)
    return source


def _file(path: Path) -> Source:
    kinds: dict[str, Callable[[Path], Source]] = {".jsonl": Lines, ".parquet": Table}
    kind = kinds.get(path.suffix.lower())
    if kind is None:
        wanted = " or a ".join(kinds)
        raise OptionError(f"Own samples are a {wanted}, got {shown(path.name)}.", path=str(path))
    try:
        return kind(path)
    except OSError as error:
        raise FileError.at(path, f"cannot be read: {error.strerror or error}") from error


class Lines:
    """A ``.jsonl``: where each line begins is kept, and the lines that are asked for are read."""

    def __init__(self, path: Path) -> None:
        self.name, self._shown = path.name, str(path)
        self._path, self._starts = path.absolute(), array("q")
        self.shapes: dict[Shape, int] = {}
        self._stamp = _stamp(self._path)
        digest, start = hashlib.sha256(), 0
        with self._path.open("rb", buffering=1 << 20) as file:
            for number, line in enumerate(file, 1):
                digest.update(line)
                data = without_mark(line) if number == 1 else line
                if data and not data.isspace():
                    self._starts.append(start + len(line) - len(data))
                    self.shapes.setdefault(shape_of(self._sample(data, number)), number)
                start += len(line)
        self.sha256 = digest.hexdigest()

    def __len__(self) -> int:
        return len(self._starts)

    def _sample(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            sample = decoded(line.rstrip(b"\r\n"))
        except Misfit as misfit:
            raise self.fault(number, misfit.problem) from None
        if not isinstance(sample, dict):
            raise self.fault(number, f"a sample is an object, got {shown(sample)}")
        return sample

    def samples(self, numbers: Iterable[int]) -> Iterator[Sample]:
        """Iterate over the samples of some numbers, in their order."""
        _check_unchanged(self._path, self._shown, self._stamp)
        # No handle is kept from one call to the next: processes would share its place in the file.
        with self._path.open("rb") as file:
            for number in numbers:
                file.seek(self._starts[number])
                yield orjson.loads(file.readline())

    def fault(self, place: int, problem: str) -> ForestlibError:
        """Return the error that says what is wrong with a line."""
        return FileError.at(self._shown, problem, line=place)


class Table:
    """A ``.parquet``, held as Arrow."""

    def __init__(self, path: Path) -> None:
        self.name, self._shown = path.name, str(path)
        self._path, self.shapes = path.absolute(), dict[Shape, int]()
        self._stamp = _stamp(self._path)
        with self._path.open("rb") as file:
            self.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        rows = (row for batch in self._table.to_batches() for row in batch.to_pylist())
        for number, row in enumerate(rows):
            self.shapes.setdefault(shape_of(row), number)

    @cached_property
    def _table(self) -> Any:
        try:
            parquet = import_module("pyarrow.parquet")
        except ModuleNotFoundError as error:
            raise MissingExtraError.of("pyarrow", "parquet", "Own samples in Parquet") from error
        _check_unchanged(self._path, self._shown, self._stamp)
        try:
            return parquet.read_table(self._path)
        except import_module("pyarrow").ArrowInvalid as error:
            raise FileError.at(self._shown, f"no Parquet: {error}") from None

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_table"}

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def samples(self, numbers: Iterable[int]) -> Iterator[Sample]:
        """Iterate over the samples of some numbers, in their order."""
        found: list[Sample] = self._table.take(list(numbers)).to_pylist()
        return iter(found)

    def fault(self, place: int, problem: str) -> ForestlibError:
        """Return the error that says what is wrong with a row."""
        return FileError.at(self._shown, problem, where=f"row {place}")


class InMemory:
    """Samples that are there already: a sequence of dicts, or what is read like one."""

    def __init__(self, given: Sequence[Sample]) -> None:
        self.name, self._given, self.shapes = "memory", given, dict[Shape, int]()
        digest = hashlib.sha256()
        for number in range(len(given)):
            digest.update(self._line(number))
            self.shapes.setdefault(shape_of(given[number]), number)
        self.sha256 = digest.hexdigest()

    def _line(self, number: int) -> bytes:
        sample = self._given[number]
        if not isinstance(sample, Mapping):
            raise self.fault(number, f"a sample is a dict, got {shown(sample)}")
        try:
            return orjson.dumps(sample, option=orjson.OPT_APPEND_NEWLINE)
        except (TypeError, ValueError) as error:
            raise self.fault(number, f"a sample that JSON cannot say: {error}") from None

    def __len__(self) -> int:
        return len(self._given)

    def samples(self, numbers: Iterable[int]) -> Iterator[Sample]:
        """Iterate over the samples of some numbers, in their order."""
        return (self._given[number] for number in numbers)

    def fault(self, place: int, problem: str) -> ForestlibError:
        """Return the error that says what is wrong with a sample."""
        return OptionError(f"own samples[{place}]: {problem}.", number=place)


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _check_unchanged(path: Path, shown_as: str, stamp: tuple[int, int]) -> None:
    try:
        same = _stamp(path) == stamp
    except OSError as error:
        raise FileError.at(shown_as, f"cannot be read: {error.strerror or error}") from error
    if not same:
        raise FileError.at(shown_as, "has changed since the corpus was laid out. Call linearize() again")
