r"""Files of tokens: numpy columns, Megatron's ``.bin`` and ``.idx``, one flat ``.bin``. Whole or not at all.

Rows are written as they come, a chunk at a time, so that memory stays bounded. Megatron's pair is, byte for byte::

    .bin  the ids of all rows, uint16 where the vocabulary has fewer than 65,500, else int32
    .idx  "MMIDIDX\0\0", 1 (u64), dtype code (u8: 8 uint16, 4 int32), rows (u64), documents + 1 (u64),
          lengths (int32 a row), byte pointers (int64 a row), document indices (int64: 0, 1, …, rows)

Neither Megatron nor the flat form can say which tokens are learned; the numpy columns can.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from forestlib.errors import FileError, OptionError, shown
from forestlib.files.atomic import atomic_write
from forestlib.tokens.rows import TokenRows

__all__ = ["read_columns", "write_columns", "write_flat", "write_megatron"]

PathLike = str | os.PathLike[str]
Chunks = Iterable[TokenRows] | TokenRows
_COLUMNS = ("ids", "lengths", "given", "taught")
_MAGIC = b"MMIDIDX\x00\x00"
_CODES = {"uint16": 8, "int32": 4}
_MEGATRON_SMALL, _SMALL = 65_500, 1 << 16
_HEADER = 128


def write_columns(folder: PathLike, rows: Chunks) -> Path:
    """Write rows as ``ids.npy``, ``lengths.npy``, ``given.npy`` and, if needed, ``taught.npy``; return the folder.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_columns(folder, TokenRows.of([(np.array([5, 6], np.int32), np.array([False, True]))]))
    ...     read_columns(path).labels.tolist()
    [-100, 6]
    """
    target = Path(folder)
    chunks, taught = _first(rows)
    names = _COLUMNS if taught else _COLUMNS[:-1]
    with ExitStack() as stack:
        columns = [_Column(stack.enter_context(atomic_write(target / f"{name}.npy"))) for name in names]
        for chunk in chunks:
            held: tuple[npt.NDArray[Any], ...] = (chunk.ids, chunk.lengths, chunk.given, chunk.learned)
            for column, values in zip(columns, held, strict=False):
                column.add(values)
        for column, dtype in zip(columns, (np.int32, np.int64, np.int64, np.bool_), strict=False):
            column.close(np.dtype(dtype))
    if not taught:
        (target / "taught.npy").unlink(missing_ok=True)
    return target


def read_columns(folder: PathLike) -> TokenRows:
    """Return the rows of a folder that `write_columns` wrote; their ids stay on the disk until they are asked for."""
    source = Path(folder)
    ids, lengths, given = (_loaded(source / f"{name}.npy") for name in _COLUMNS[:-1])
    taught = _loaded(source / "taught.npy") if (source / "taught.npy").exists() else None
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    if int(offsets[-1]) != len(ids) or len(given) != len(lengths) or (taught is not None and len(taught) != len(ids)):
        raise FileError.at(source, f"the lengths sum to {offsets[-1]}, but there are {len(ids)} ids. Write it anew.")
    return TokenRows(ids, offsets, np.asarray(given), taught)


def write_megatron(prefix: PathLike, rows: Chunks, *, vocabulary: int) -> tuple[Path, Path]:
    """Write rows as Megatron's ``prefix.bin`` and ``prefix.idx``, each row a document, and return both paths.

    `vocabulary` is how many ids there are; it decides how wide one is written.
    """
    dtype = np.dtype(np.uint16 if _checked(vocabulary) < _MEGATRON_SMALL else np.int32)
    paths = Path(f"{os.fspath(prefix)}.bin"), Path(f"{os.fspath(prefix)}.idx")
    lengths = list[npt.NDArray[np.int64]]()
    with atomic_write(paths[1]) as index:
        with atomic_write(paths[0]) as ids:
            for chunk in _chunks(rows):
                _put(ids, chunk, dtype, vocabulary)
                lengths.append(chunk.lengths)
        sizes = np.concatenate([np.empty(0, np.int64), *lengths])
        index.write(_MAGIC + struct.pack("<QBQQ", 1, _CODES[dtype.name], len(sizes), len(sizes) + 1))
        index.write(sizes.astype("<i4").tobytes())
        index.write(((np.cumsum(sizes) - sizes) * dtype.itemsize).astype("<i8").tobytes())
        index.write(np.arange(len(sizes) + 1, dtype="<i8").tobytes())
    return paths


def write_flat(path: PathLike, rows: Chunks, *, vocabulary: int) -> Path:
    """Write all ids one after another, uint16 where the vocabulary allows, else uint32, and return the path."""
    dtype = np.dtype(np.uint16 if _checked(vocabulary) <= _SMALL else np.uint32)
    with atomic_write(path) as file:
        for chunk in _chunks(rows):
            _put(file, chunk, dtype, vocabulary)
    return Path(path)


class _Column:
    """One ``.npy`` file of a length that is known only at its end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._count = file, 0
        file.write(b" " * _HEADER)

    def add(self, values: npt.NDArray[Any]) -> None:
        self._count += len(values)
        self._file.write(np.ascontiguousarray(values).data)

    def close(self, dtype: np.dtype[Any]) -> None:
        said = f"{{'descr': {dtype.str!r}, 'fortran_order': False, 'shape': ({self._count},), }}"
        magic = np.lib.format.magic(1, 0)
        room = _HEADER - len(magic) - 2
        self._file.seek(0)
        self._file.write(magic + struct.pack("<H", room) + said.ljust(room - 1).encode() + b"\n")
        self._file.seek(0, os.SEEK_END)


def _chunks(rows: Chunks) -> Iterable[TokenRows]:
    return [rows] if isinstance(rows, TokenRows) else rows


def _first(rows: Chunks) -> tuple[Iterator[TokenRows], bool]:
    """Return the chunks, and whether they say of each token whether it is learned."""
    chunks = iter(_chunks(rows))
    first = next(chunks, None)
    if first is None:
        return iter(()), False

    def again() -> Iterator[TokenRows]:
        yield first
        yield from chunks

    return again(), first.taught is not None


def _put(file: IO[bytes], chunk: TokenRows, dtype: np.dtype[Any], vocabulary: int) -> None:
    highest = int(chunk.ids.max(initial=0))
    if highest >= vocabulary:
        raise OptionError(
            f"The id {highest} is beyond a vocabulary of {vocabulary}: give the size with added tokens.",
            option="vocabulary",
        )
    file.write(chunk.ids.astype(dtype.newbyteorder("<")).data)


def _checked(vocabulary: int) -> int:
    if not isinstance(vocabulary, int) or isinstance(vocabulary, bool) or vocabulary < 1:
        raise OptionError(f"vocabulary is how many ids there are, got {shown(vocabulary)}.", option="vocabulary")
    return vocabulary


def _loaded(path: Path) -> npt.NDArray[Any]:
    try:
        # An empty file cannot be mapped, and nothing is lost by reading it.
        found: npt.NDArray[Any] = np.load(path, mmap_mode="r" if path.stat().st_size > _HEADER else None)
    except (OSError, ValueError) as error:
        raise FileError.at(path, f"is no column of tokens: {error}") from error
    return found
