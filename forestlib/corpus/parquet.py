"""Parquet: the samples as columns, of one schema in all files, in row groups of some thousand rows, as zstd.

The schema is that of a thousand samples from all over the corpus, so that it is the same for whoever writes a shard. A
later sample that does not fit is an error: a column that is not there, or a value of another type, is never dropped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import IO, Any

import orjson

from forestlib.errors import MissingExtraError, PluginError, shown

__all__ = ["copied", "schema_of"]

Sample = Mapping[str, Any]


def _arrow(module: str = "pyarrow") -> Any:
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("pyarrow", "parquet", "Writing Parquet") from error


def schema_of(samples: Iterable[Sample]) -> Any:
    """Return the schema of samples: all their columns, each of the type that fits all its values.

    >>> schema_of([{"text": "a"}, {"text": "b", "score": 1}])
    text: string
    score: int64
    """
    arrow, listed = _arrow(), list(samples)
    names = list(dict.fromkeys(name for sample in listed for name in sample))
    fields = []
    for name in names:
        values = [sample.get(name) for sample in listed]
        try:
            fields.append((name, arrow.array(values).type))
        except (arrow.ArrowException, OverflowError) as error:
            raise PluginError(
                f"The column {name!r} has values of several types: {_said(error)}. Let the serializer write one type, "
                "or write JSON lines.",
                column=name,
            ) from None
    return arrow.schema(fields)


def copied(
    file: IO[bytes], batches: Iterable[tuple[Sequence[Sample], int]], schema: Any, told: Callable[[int], None]
) -> tuple[int, int, str]:
    """Write batches of samples as row groups, and return how many samples and bytes they are, and their SHA-256."""
    out, count = _Hashed(file), 0
    with _arrow("pyarrow.parquet").ParquetWriter(out, schema, compression="zstd") as writer:
        for samples, done in batches:
            if samples:
                writer.write_table(_table(samples, schema))
            count += len(samples)
            told(done)
    return count, out.size, out.digest.hexdigest()


class _Hashed:
    """A file to be written from its beginning on, that knows its size and its SHA-256."""

    closed = False

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.size, self.digest = file, 0, hashlib.sha256()

    def write(self, data: Any) -> int:
        self._file.write(data)
        self.digest.update(data)
        self.size += len(data)
        return len(data)

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        """Leave the file open: whoever opened it has yet to put it in its place."""

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False


def _table(samples: Sequence[Sample], schema: Any) -> Any:
    known = set(schema.names)
    for sample in samples:
        try:
            # What is no JSON is no sample: a set, for one, would be a column whose order is another one every time.
            orjson.dumps(sample)
        except TypeError as error:
            raise _misfit(sample, f"{_said(error)}: JSON cannot say it") from None
        if not sample.keys() <= known:
            new = next(name for name in sample if name not in known)
            raise _misfit(sample, f"it has a column {new!r}, and the columns are {', '.join(map(repr, schema.names))}")
    columns = [_column([sample.get(field.name) for sample in samples], field, samples) for field in schema]
    return _arrow().Table.from_arrays(columns, schema=schema)


def _column(values: list[Any], field: Any, samples: Sequence[Sample]) -> Any:
    arrow = _arrow()
    try:
        # A mapping's keys that a type lacks would be dropped without a word: so the type is found anew, and compared.
        if _joint(arrow, field.type, arrow.array(values).type) == field.type:
            return arrow.array(values, field.type)
    except (arrow.ArrowException, OverflowError):
        pass
    raise _first_misfit(values, field, samples)


def _first_misfit(values: list[Any], field: Any, samples: Sequence[Sample]) -> PluginError:
    arrow = _arrow()
    for value, sample in zip(values, samples, strict=True):
        try:
            if _joint(arrow, field.type, arrow.array([value]).type) != field.type:
                return _misfit(sample, f"its {field.name!r} is {shown(value)}, and that column is of {field.type}")
        except (arrow.ArrowException, OverflowError) as error:
            return _misfit(sample, f"its {field.name!r} is {shown(value)}: {_said(error)}")
    return _misfit(samples[0], f"the values of {field.name!r} have several types, and that column is of {field.type}")


def _joint(arrow: Any, one: Any, other: Any) -> Any:
    """Return the type that holds both of two types."""
    schemas = [arrow.schema([("x", kind)]) for kind in (one, other)]
    return arrow.unify_schemas(schemas, promote_options="permissive").field("x").type


def _misfit(sample: Sample, problem: str) -> PluginError:
    return PluginError(
        f"A sample does not fit the Parquet file: {problem}. Let the serializer write the same columns always, or "
        f"write JSON lines. Sample: {shown(dict(sample))}",
        sample=shown(dict(sample)),
    )


def _said(error: BaseException) -> str:
    return str(error).split("\n", 1)[0].rstrip(".")
