"""Locks on folders: one writer at a time, and none beside the processes that a killed one left.

A lock is held by an open file, and by every process that was forked with it: it is free when the last of them is gone.
Where the platform or the file system has no such locks, there are none.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from forestlib.errors import FileError

__all__ = ["locked"]

_PATIENCE, _PAUSE = 60.0, 0.02


@contextmanager
def locked(folder: Path, patience: float = _PATIENCE) -> Iterator[None]:
    """Hold a folder as its only writer; raise `FileError` where another one keeps it for `patience` seconds."""
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        _wait(handle, folder, time.monotonic() + patience)
        yield
    finally:
        os.close(handle)


def _wait(handle: int, folder: Path, until: float) -> None:
    # It is not everywhere, and `import forestlib` has to go everywhere.
    import fcntl  # noqa: PLC0415

    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                problem = "is being written by another process. Wait for it, or write to another folder"
                raise FileError.at(folder, problem) from None
            time.sleep(_PAUSE)
        except OSError:
            # A file system without locks.
            return
        else:
            return
