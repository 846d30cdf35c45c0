"""Writing a corpus into a folder: each file is whole before it takes its place."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forestlib.corpus.manifest import Copied
from forestlib.errors import OptionError, shown
from forestlib.files.atomic import atomic_write

if TYPE_CHECKING:
    from forestlib.corpus.corpus import Corpus

__all__ = ["HELD_OUT", "TRAIN", "written"]

TRAIN, HELD_OUT = "train.jsonl", "held_out.jsonl"
Progress = Callable[[int], None]


def written(corpus: Corpus, folder: Path, progress: Progress) -> list[Path]:
    """Write a corpus and its manifest, and return their paths."""
    manifest = corpus.manifest()
    if folder.exists() and not folder.is_dir():
        raise OptionError(f"A corpus is written into a folder, but {shown(str(folder))} is a file. Name another place.")
    if corpus.hold_outs and not corpus.is_held_out:
        corpus.exposure().check(corpus.hold_outs)
    skipped: Counter[str] = Counter()
    held = corpus.beside()
    # All are whole before one takes its place, which leaves a kill no more time than the renames take.
    with ExitStack() as files:
        described = files.enter_context(atomic_write(folder / "manifest.json"))
        copied = {TRAIN: _copied(corpus, files.enter_context(atomic_write(folder / TRAIN)).write, skipped, progress)}
        if held is not None:
            file = files.enter_context(atomic_write(folder / HELD_OUT))
            copied[HELD_OUT] = _copied(held, file.write, Counter(), lambda done: None)
        described.write(manifest.written(copied, skipped).as_json())
        described.flush()
        os.fsync(described.fileno())
    if held is None:
        # What an earlier writing held out was not held out of this one.
        (folder / HELD_OUT).unlink(missing_ok=True)
    return [*(folder / name for name in copied), folder / "manifest.json"]


def _copied(corpus: Corpus, write: Callable[[bytes], Any], skipped: Counter[str], progress: Progress) -> Copied:
    copied = Copied()
    for block, samples, done in corpus.blocks(skipped):
        copied.add(write, block, samples)
        progress(done)
    return copied
