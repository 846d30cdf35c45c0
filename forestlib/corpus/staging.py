"""Staging: where the shards of a corpus wait, in a hidden folder, until all of them are whole.

Each finished shard has a record beside it: what it holds, and its SHA-256. A kill at any point leaves shards with
records, which are kept, and at most one without for each process, which is made anew. Until all are there the folder
itself stays what it was. Then the old manifest goes, the files take their places, and the new manifest comes last: a
folder with a manifest is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import attrs

from forestlib.corpus.shards import KINDS, Shard
from forestlib.errors import FileError, OptionError, shown
from forestlib.files.atomic import atomic_write

__all__ = ["MANIFEST", "PLACE", "Finished", "Staging"]

PLACE, MANIFEST = ".forestlib-writing", "manifest.json"
_JOB, _LEFTOVERS, _RECORD = "writing.json", "leftovers.json", ".record"
_GONE = ".forestlib-written"


@attrs.frozen
class Finished:
    """What a shard that is whole holds; `tally` says what its walks show, where they were read."""

    samples: int
    size: int
    sha256: str
    skipped: Mapping[str, int] = attrs.field(factory=dict)
    tally: Mapping[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return what the manifest says of the file."""
        return {"samples": self.samples, "bytes": self.size, "sha256": self.sha256}


class Staging:
    """The hidden folder of one writing, beside the files of the last one; `digest` tells it from any other writing."""

    def __init__(self, folder: Path, digest: str) -> None:
        self.folder, self.place, self._digest = folder, folder / PLACE, digest
        self._is_new = not folder.exists()

    def ready(self) -> None:
        """Make the folders."""
        for folder in (self.folder, self.place):
            if folder.exists() and not folder.is_dir():
                raise OptionError(
                    f"A corpus is written into a folder, but {shown(str(folder))} is a file. Name another place."
                )
        try:
            self.place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError.at(self.folder, f"cannot be written: {error.strerror or error}") from error

    def open(self) -> None:
        """Keep what the same writing left in its place, and throw away what another one did."""
        self.place.mkdir(exist_ok=True)
        if _read(self.place / _JOB).get("digest") != self._digest:
            self._discard()
            _put(self.place / _JOB, {"digest": self._digest})
        for litter in self.place.glob(".*"):
            litter.unlink(missing_ok=True)
        shutil.rmtree(self.folder / _GONE, ignore_errors=True)

    def _discard(self) -> None:
        """Throw another writing's shards away; those that already stand in the folder are leftovers."""
        begun = (self.place / _LEFTOVERS).exists()
        recorded = [path.name.removesuffix(_RECORD) for path in self.place.glob(f"*{_RECORD}")]
        if begun:
            self._leave_over(filter(_is_ours, recorded))
        for path in list(self.place.iterdir()):
            if path.name != _LEFTOVERS and not path.is_dir():
                path.unlink()

    def _leave_over(self, names: Iterable[str]) -> list[str]:
        """Note files that go as soon as the new ones are there, and return all that were noted."""
        noted = [name for name in _read(self.place / _LEFTOVERS).get("names", []) if _is_ours(name)]
        noted = list(dict.fromkeys([*noted, *names]))
        _put(self.place / _LEFTOVERS, {"names": noted})
        return noted

    def finished(self, shard: Shard) -> Finished | None:
        """Return the record of a shard that is whole; None where it has none, or is not what its record says."""
        try:
            found = Finished(**_read(self.place / f"{shard.name}{_RECORD}"))
        except TypeError:
            return None
        files = (folder / shard.name for folder in (self.place, self.folder))
        return found if any(_is_whole(file, found) for file in files) else None

    def record(self, shard: Shard, finished: Finished) -> None:
        """Note that a shard is whole."""
        _put(self.place / f"{shard.name}{_RECORD}", attrs.asdict(finished))

    def clear_the_way(self) -> list[str]:
        """Take the old manifest away, and return the names of the files that it, or a killed writing, left."""
        manifest = self.folder / MANIFEST
        named = _read(manifest).get("files", {})
        noted = self._leave_over(filter(_is_ours, named if isinstance(named, dict) else ()))
        manifest.unlink(missing_ok=True)
        return noted

    def put_in_place(self, names: Collection[str], leftovers: Iterable[str]) -> None:
        """Put the shards in their places, and take away what is left of the files of other writings."""
        for name in names:
            if (self.place / name).exists():
                os.replace(self.place / name, self.folder / name)
        for name in leftovers:
            if name not in names:
                (self.folder / name).unlink(missing_ok=True)

    def put(self, name: str, content: bytes) -> Path:
        """Put one more file in its place, whole or not at all, and return its path."""
        # Made ready in here: what a kill leaves of it lies about nowhere else.
        with atomic_write(self.place / name) as file:
            file.write(content)
        os.replace(self.place / name, self.folder / name)
        return self.folder / name

    def close(self) -> None:
        """Take the hidden folder away."""
        # It goes at once, by its name: a kill finds either all shards recorded, or a finished corpus.
        gone = self.folder / _GONE
        shutil.rmtree(gone, ignore_errors=True)
        os.replace(self.place, gone)
        shutil.rmtree(gone, ignore_errors=True)

    def give_up(self, *, anyway: bool = False) -> None:
        """After an error: take the hidden folder away where it keeps no shard, or `anyway`."""
        if (self.place / _LEFTOVERS).exists() or (not anyway and any(self.place.glob(f"*{_RECORD}"))):
            return
        self.close()
        if self._is_new:
            with suppress(OSError):
                self.folder.rmdir()


def _is_ours(name: object) -> bool:
    """Whether this is the plain name of a data file: nothing beside the folder is ever taken away."""
    return isinstance(name, str) and Path(name).name == name and Path(name).suffix[1:] in KINDS


def _is_whole(file: Path, said: Finished) -> bool:
    if not file.is_file() or file.stat().st_size != said.size:
        return False
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest() == said.sha256


def _read(file: Path) -> dict[str, Any]:
    """Return the JSON object in a file; nothing where there is none."""
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _put(file: Path, values: Mapping[str, Any]) -> None:
    with atomic_write(file) as out:
        out.write(json.dumps(values, ensure_ascii=False).encode())
