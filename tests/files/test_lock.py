"""Locks: one writer of a folder at a time."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from forestlib.errors import FileError
from forestlib.files.lock import locked

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="this platform has no flock")


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    """While one holds a folder another one gets an error that says so; afterwards it is free."""
    with locked(tmp_path), pytest.raises(FileError, match="written by another process"), locked(tmp_path, 0):
        pass
    with locked(tmp_path, 0):
        pass


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no fork")
def test_what_was_forked_holds_the_lock_as_long_as_it_lives(tmp_path: Path) -> None:
    """A folder is not free before the last process that was forked with its lock is gone."""
    waits, ends = os.pipe()
    with locked(tmp_path):
        child = os.fork()
        if not child:
            os.close(ends)
            os.read(waits, 1)
            os._exit(0)
    with pytest.raises(FileError), locked(tmp_path, 0):
        pass
    os.close(ends)
    os.waitpid(child, 0)
    os.close(waits)
    with locked(tmp_path, 0):
        pass
