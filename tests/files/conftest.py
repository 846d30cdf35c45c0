"""What the tests of files share: writing one, and catching the error that reading it gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import forestlib as fl
from forestlib.errors import FileError


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file into the test's folder and return its path."""

    def write(name: str, data: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


@pytest.fixture
def fault(put: Callable[[str, str | bytes], Path]) -> Callable[..., FileError]:
    """Return the `FileError` that loading some bytes raises."""

    def load(data: str | bytes, name: str = "ethics.json") -> FileError:
        with pytest.raises(FileError) as caught:
            fl.load(put(name, data))
        return caught.value

    return load
