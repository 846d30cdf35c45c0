"""Files are written whole or not at all."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import forestlib as fl
from forestlib.errors import ForestlibError, OptionError
from forestlib.files import stream

Put = Callable[[str, str | bytes], Path]
FORMS = ["f.jsonl", "f.json", "f"]


def forest(trees: int = 1) -> fl.Forest:
    """Return a forest of a few trees."""
    found = fl.Forest("f")
    for number in range(trees):
        found.plant(f"t{number}", "a").root.then("b")
    return found


class CutError(Exception):
    """What stops writing in the middle."""


@pytest.mark.parametrize("stop", [CutError, KeyboardInterrupt])
@pytest.mark.parametrize("name", FORMS)
def test_an_interrupted_save_leaves_the_old_file_and_no_litter(
    name: str, stop: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stops a save in the middle, the old file is intact and nothing else is left in the folder."""
    target = tmp_path / name
    if target.suffix:
        target.write_bytes(b"old")
    calls = iter(range(9))

    def cut(rows: Any) -> list[dict[str, Any]]:
        if name == "f.json" or next(calls) == 1:
            raise stop
        return [{"level": 0}]

    monkeypatch.setattr(stream, "node_values", cut)
    with pytest.raises(stop):
        forest(1 if name == "f.json" else 3).save(target)
    assert [file.name for file in tmp_path.iterdir()] == ([name] if target.suffix else [])
    assert not target.suffix or target.read_bytes() == b"old"


KILLED = """
import os, signal, sys
import forestlib as fl
from forestlib.files import stream
calls = iter(range(9))
def cut(rows):
    if next(calls) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return [{"level": 0, "text": "x" * 2_000_000}]
stream.node_values = cut
forest = fl.Forest("f")
for number in range(3):
    forest.plant(str(number), "a")
forest.save(sys.argv[1])
"""


def test_a_kill_in_the_middle_leaves_the_old_file(tmp_path: Path) -> None:
    """A process that is killed while it writes leaves the old file as it was."""
    target = tmp_path / "f.jsonl"
    target.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", KILLED, str(target)], check=False, env=environment())  # noqa: S603
    assert done.returncode == -9
    assert target.read_bytes() == b"old"


def environment() -> dict[str, str]:
    """Return an environment in which another process finds this forestlib."""
    return {**os.environ, "PYTHONPATH": str(Path(fl.__file__).parents[1])}


@pytest.mark.parametrize("name", ["f.jsonl", "f.json"])
def test_a_link_keeps_pointing(name: str, tmp_path: Path) -> None:
    """Saving to a link writes the file that it points to."""
    (tmp_path / "real").mkdir()
    real = tmp_path / "real" / name
    real.write_bytes(b"old")
    (tmp_path / name).symlink_to(real)
    forest().save(tmp_path / name)
    assert (tmp_path / name).is_symlink()
    assert b'"t0"' in real.read_bytes()


def test_a_link_to_an_empty_folder_keeps_pointing(tmp_path: Path) -> None:
    """Saving to a link to an empty folder writes into that folder."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    forest().save(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert len(fl.load(tmp_path / "real")) == 1


@pytest.fixture
def umask() -> Iterator[int]:
    """Set a mask that takes everything from others."""
    old = os.umask(0o027)
    yield 0o027
    os.umask(old)


def test_permissions_are_kept_and_new_files_follow_the_mask(tmp_path: Path, umask: int) -> None:
    """An old file keeps its permissions; a new file and a new folder get those that the process's mask allows."""
    old = tmp_path / "old.jsonl"
    old.touch()
    old.chmod(0o604)
    forest().save(old)
    forest().save(tmp_path / "new.jsonl")
    forest().save(tmp_path / "new")
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("old.jsonl", "new.jsonl", "new")]
    assert modes == [0o604, 0o666 & ~umask, 0o777 & ~umask]


def test_an_empty_folder_keeps_its_permissions(tmp_path: Path) -> None:
    """Saving into an empty folder that only its owner may enter leaves it so."""
    (tmp_path / "own").mkdir(mode=0o700)
    forest().save(tmp_path / "own")
    assert stat.S_IMODE((tmp_path / "own").stat().st_mode) == 0o700


def test_a_folder_that_holds_something_is_left_alone(put: Put) -> None:
    """Saving into a folder that is not empty is an error, and the folder stays as it was."""
    path = put("f/mine.txt", "mine")
    with pytest.raises(OptionError, match="not empty"):
        forest().save(path.parent)
    assert [file.name for file in path.parent.iterdir()] == ["mine.txt"]
    assert [file.name for file in path.parent.parent.iterdir()] == ["f"]


@pytest.mark.parametrize("trees", [0, 2])
def test_a_json_holds_one_tree(trees: int, tmp_path: Path) -> None:
    """A forest of no or two trees is not saved as `.json`; the error names `.jsonl`, and the old file is intact."""
    (tmp_path / "f.json").write_bytes(b"old")
    with pytest.raises(OptionError, match=r"f\.jsonl"):
        forest(trees).save(tmp_path / "f.json")
    assert (tmp_path / "f.json").read_bytes() == b"old"


@pytest.mark.parametrize("name", ["f.txt", "f.json.gz"])
def test_another_suffix_is_an_error(name: str, tmp_path: Path) -> None:
    """A suffix that is none of the format's is an error and writes nothing."""
    with pytest.raises(OptionError, match="suffix"):
        forest().save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["folder.json", "folder.jsonl", "file/f.json", "file/f"])
def test_a_place_that_cannot_be_written_is_an_error_of_ours(name: str, tmp_path: Path) -> None:
    """A folder where a file should stand, or a file where a folder should, is an error that names the place."""
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises((ForestlibError, OSError)) as caught:
        forest().save(tmp_path / name)
    assert isinstance(caught.value, ForestlibError), f"raw {caught.value!r}"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["file", "folder.json", "folder.jsonl"]


def test_folders_on_the_way_are_made(tmp_path: Path) -> None:
    """Saving makes the folders above the file."""
    assert forest().save(tmp_path / "a" / "b" / "f.jsonl").exists()


def test_a_folder_of_many_trees_sorts_as_the_forest_does(tmp_path: Path) -> None:
    """A folder's files sort in the forest's order, and odd, long and equal-looking names get files of their own."""
    found = fl.Forest("f")
    names = ["b", "a/b", "a:b", "a b", "..", "я" * 300, "con", "A", "x.json", "-"]
    for name in names:
        found.plant(name, "a")
    found.save(tmp_path / "f")
    assert [tree.name for tree in fl.load(tmp_path / "f")] == names


@pytest.mark.parametrize("value", ["\ud800", {"\ud800": 1}, ["\udfff"]])
def test_a_field_that_no_file_can_hold_is_refused_at_once(value: object) -> None:
    """A field with a lone surrogate is an error where it is given, not where it is saved."""
    with pytest.raises(ForestlibError):
        fl.Forest("f").plant("t", "a", note=value)


def test_a_field_that_holds_itself_is_refused() -> None:
    """A list that holds itself is an error, no endless loop (checked in a process of its own)."""
    code = "import forestlib as fl; a = []; a.append(a); fl.Forest('f').plant('t', 'a', x=a)"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", f"import resource; resource.setrlimit(resource.RLIMIT_CPU, (5, 5)); {code}"],
        check=False,
        env=environment(),
        timeout=20,
        capture_output=True,
        text=True,
    )
    assert "FieldError" in done.stderr


def test_a_field_nested_deep_is_refused_or_saved(tmp_path: Path) -> None:
    """A field nested 5,000 levels deep gives an error of ours where it is given or saved, never a `RecursionError`."""
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    found = fl.Forest("f")

    def keep() -> None:
        found.plant("t", "a", x=deep)
        found.save(tmp_path / "f.jsonl")

    with pytest.raises(ForestlibError):
        keep()
