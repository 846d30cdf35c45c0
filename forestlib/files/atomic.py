"""Files that are written whole or not at all: a kill in the middle leaves the old one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from forestlib.errors import FileError

__all__ = ["atomic_write", "mode_of"]


@contextmanager
def atomic_write(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open `path` for writing bytes; it takes the old file's place only when the block ends without an error."""
    target = Path(os.path.realpath(path))
    with _temporary(path, target) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            _keep_mode(file.name, target)
            _put(file.name, target, path)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(file.name)
            raise


def _temporary(path: str | os.PathLike[str], target: Path) -> IO[bytes]:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return NamedTemporaryFile("wb", dir=target.parent, prefix=f".{target.name[:40]}.", delete=False)
    except OSError as error:
        raise FileError.at(path, f"cannot be written: {error.strerror or error}") from error


def _put(name: str, target: Path, path: str | os.PathLike[str]) -> None:
    try:
        os.replace(name, target)
    except OSError as error:
        raise FileError.at(path, f"cannot be written: {error.strerror or error}") from error


def _keep_mode(name: str, target: Path) -> None:
    os.chmod(name, mode_of(target, 0o666))


def mode_of(target: Path, new: int) -> int:
    """Return the permissions that `target` has, or that a new one of mode `new` would get."""
    if target.exists():
        return target.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return new & ~umask
