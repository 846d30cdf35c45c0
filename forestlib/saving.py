"""A ground into files: one ``.json``, one ``.jsonl``, or a folder of ``.json`` in sorted order."""

from __future__ import annotations

import os
import re
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

from forestlib.errors import FileError, ForestlibWarning, OptionError, shown
from forestlib.files.atomic import mode_of
from forestlib.files.heads import axes_to_json
from forestlib.files.stream import Head, write_json, write_jsonl
from forestlib.model.axis import DEFAULT_LANG, Axis
from forestlib.model.frames import thinking
from forestlib.model.ground import DEFAULT_NAME, Ground
from forestlib.model.rows import TreeRows

__all__ = ["save"]

_UNSAFE = re.compile(r"[^\w.-]+")
_LONGEST = 60


def save(ground: Ground, path: str | os.PathLike[str], headed: bool, progress: Callable[[int], None]) -> Path:
    """Write the forest at `path`, whose suffix says the form; `headed` says whether a head line stands on top."""
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix == ".jsonl":
        write_jsonl(target, _head(ground) if headed else None, _rows(ground, progress))
    elif suffix == ".json":
        _save_one(ground, target, headed)
    elif not target.suffix or target.is_dir():
        _save_folder(ground, target, headed, progress)
    else:
        raise OptionError(
            f"A forest is saved as .json (one tree), .jsonl, or a folder, got the suffix {shown(target.suffix)}.",
            path=str(path),
        )
    return target


def _head(ground: Ground) -> Head:
    anchors = {text: list(aliases) for text, aliases in ground.declared()}
    lang = {} if ground.frame.lang == DEFAULT_LANG else {"lang": ground.frame.lang}
    return Head(ground.name, axes_to_json(ground.frame.axes), anchors, {**lang, **ground.extra, **lang})


def _rows(ground: Ground, progress: Callable[[int], None]) -> Iterator[TreeRows]:
    for number, tree in enumerate(ground.trees, 1):
        yield tree.rows()
        progress(number)


def _save_one(ground: Ground, path: Path, headed: bool) -> None:
    if len(ground) != 1:
        raise OptionError(
            f"A .json holds one tree, and this forest has {len(ground)}. "
            f"Save it as {path.with_suffix('.jsonl').name} or into a folder.",
            path=str(path),
        )
    said = {"its declared anchors": ground.declared(), "its head line's fields": ground.extra}
    lost = [what for what, there in said.items() if there]
    if lost:
        raise OptionError(
            f"A .json holds a tree alone, so {' and '.join(lost)} would be lost. "
            f"Save the forest as {path.with_suffix('.jsonl').name}.",
            path=str(path),
        )
    write_json(path, ground.trees[0].rows())
    left = _left_behind(ground, path) if headed else []
    if left:
        warnings.warn(
            f"{path}: a .json holds a tree alone, so {' and '.join(left)} would not come back. "
            f"Save the forest as {path.with_suffix('.jsonl').name} to keep it all.",
            ForestlibWarning,
            stacklevel=4,
        )


def _left_behind(ground: Ground, path: Path) -> list[str]:
    """Return what of the head line a reader of the tree alone would not find again."""
    frame, given = thinking(), ground.trees[0].rows().axes or ()
    found = frame.extended(Axis(name) for name in given if name not in frame)
    name = (
        [f"the forest's name {shown(ground.name)}"]
        if ground.name not in (DEFAULT_NAME, " ".join(path.stem.split()))
        else []
    )
    kept = (ground.frame.axes, ground.frame.lang) == (found.axes, found.lang)
    return name if kept else [*name, "the frame of its axes"]


def _new_beside(folder: Path) -> Path:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        return Path(mkdtemp(dir=folder.parent, prefix=f".{folder.name[:40]}."))
    except OSError as error:
        raise FileError.at(folder, f"cannot be written: {error.strerror or error}") from error


def _save_folder(ground: Ground, folder: Path, headed: bool, progress: Callable[[int], None]) -> None:
    if folder.is_symlink():
        folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OptionError(f"{folder} is there and not empty. Name a new folder, or empty this one.", path=str(folder))
    new = _new_beside(folder)
    try:
        if headed:
            write_jsonl(new / "0-forest.jsonl", _head(ground), ())
        width = max(4, len(str(len(ground))))
        for number, rows in enumerate(_rows(ground, progress), 1):
            name = _UNSAFE.sub("-", rows.name).strip("-.")[:_LONGEST]
            write_json(new / f"{number:0{width}d}-{name or 'tree'}.json", rows)
        new.chmod(mode_of(folder, 0o777))
        if folder.exists():
            folder.rmdir()
        os.replace(new, folder)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
