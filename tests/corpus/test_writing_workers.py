"""Workers: as many processes as are wanted write the same bytes, and none of them is ever waited for in vain."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import forestlib as fl
from forestlib.corpus import workers
from forestlib.corpus.staging import PLACE
from forestlib.errors import LeakError, PluginError, WorkerError

FORKS = pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this platform has no fork")


@pytest.fixture(params=["fork", "spawn"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each way of starting a process in turn."""
    if request.param not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this platform has no {request.param}")
    context = multiprocessing.get_context(request.param)
    monkeypatch.setattr(workers, "_context", lambda: context)
    return str(request.param)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes that know what this one has registered, also where another test has loaded torch."""
    monkeypatch.setattr(workers, "_context", lambda: multiprocessing.get_context("fork"))


def test_any_number_of_processes_writes_the_same_bytes(way: str, forest: fl.Forest, tmp_path: Path) -> None:
    """One process, two and five: the same files, the same manifest, the same card."""
    corpus = forest.linearize("chat", size=90, seed=3, hold_out={"bridges": 0.2}, splits={"validation": 0.1})
    corpus.write(tmp_path / "1", shard_size=20)
    for count in (2, 5) if way == "fork" else (2,):
        done: list[int] = []
        written = corpus.write(tmp_path / str(count), shard_size=20, workers=count, progress=done.append)
        assert contents(tmp_path / str(count)) == contents(tmp_path / "1")
        assert (written.kept, written.made) == (0, len(written) - 2)
        assert done[-1] == len(corpus) + len(corpus.splits["validation"]) + len(corpus.beside() or ())


def test_a_worker_starts_where_a_killed_writing_stopped(way: str, forest: fl.Forest, tmp_path: Path) -> None:
    """What one process left whole is kept by two."""

    def stop(done: int) -> None:
        if done >= 40:
            raise KeyboardInterrupt

    corpus = forest.linearize("text", size=60)
    with pytest.raises(KeyboardInterrupt):
        corpus.write(tmp_path / "out", shard_size=10, progress=stop)
    kept = len(list((tmp_path / "out" / PLACE).glob("*.record")))
    again = corpus.write(tmp_path / "out", shard_size=10, workers=2)
    assert again.kept == kept > 0
    corpus.write(tmp_path / "whole", shard_size=10)
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def registered(answer: Callable[[], None]) -> str:
    """Register a serializer that does something at its twentieth walk."""

    @fl.serializer("at_twenty")
    def at_twenty(walk: fl.Walk) -> Iterator[fl.Sample]:
        if next(count) == 20:
            answer()
        yield {"text": walk.steps[0].text}

    count = iter(range(10_000))
    return "at_twenty"


@pytest.mark.usefixtures("forked")
@FORKS
@pytest.mark.parametrize("how", [lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: os._exit(3)])
def test_a_worker_that_dies_is_an_error(how: Callable[[], None], forest: fl.Forest, tmp_path: Path) -> None:
    """A worker that is killed, as by want of memory, is an error that says which shard it made; the rest is kept."""
    corpus = forest.linearize(registered(how), size=60)
    with pytest.raises(
        WorkerError, match=r"while it made 'train-0000\d-of-00006.jsonl', (killed by signal 9|with exit)"
    ):
        corpus.write(tmp_path, shard_size=10, workers=2)
    assert list((tmp_path / PLACE).glob("*.record"))
    assert multiprocessing.active_children() == []


@pytest.mark.usefixtures("forked")
@FORKS
def test_what_a_serializer_raises_in_a_worker_comes_through(forest: fl.Forest, tmp_path: Path) -> None:
    """An error of a plug-in is the same error as in one process, with what the worker's traceback said."""

    def fail() -> None:
        raise ZeroDivisionError("no such thing")

    with pytest.raises(ZeroDivisionError, match="no such thing") as caught:
        forest.linearize(registered(fail), size=60).write(tmp_path, shard_size=10, workers=2)
    assert "in fail" in "".join(caught.value.__notes__)
    assert multiprocessing.active_children() == []


class OddError(Exception):
    """An error that no pipe can carry."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(one + other)


@pytest.mark.usefixtures("forked")
@FORKS
def test_an_error_that_cannot_be_sent_is_told(forest: fl.Forest, tmp_path: Path) -> None:
    """An error that does not survive the pipe is said by its name and its words."""

    def fail() -> None:
        raise OddError("too ", "odd")

    with pytest.raises(WorkerError, match="OddError: too odd"):
        forest.linearize(registered(fail), size=60).write(tmp_path, shard_size=10, workers=2)


def test_a_plug_in_that_a_worker_does_not_know_is_an_error(
    forest: fl.Forest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A serializer of this process alone cannot be found by one that is spawned; that is said, and nothing hangs."""
    monkeypatch.setattr(workers, "_context", lambda: multiprocessing.get_context("spawn"))
    with pytest.raises(fl.ForestlibError, match="at_twenty"):
        forest.linearize(registered(lambda: None), size=60).write(tmp_path / "out", shard_size=10, workers=2)
    assert not (tmp_path / "out").exists()


@FORKS
def test_a_leak_in_a_worker_is_as_loud(forest: fl.Forest, tmp_path: Path) -> None:
    """What is held out and shown is an error from a worker too, and nothing is left."""
    corpus = forest.linearize("text", {"bridges": 1.0}, size=60)
    corpus.hold_outs = fl.Recipe(hold_out={"pairs": 0.6}, seed=1).held
    with pytest.raises(LeakError, match="pairs"):
        corpus.write(tmp_path / "out", shard_size=10, workers=2)
    assert not (tmp_path / "out").exists()


@FORKS
def test_an_interrupt_ends_all_workers(forest: fl.Forest, tmp_path: Path) -> None:
    """When the writing is interrupted no process is left behind."""

    def interrupted(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        forest.linearize("text", size=60).write(tmp_path, shard_size=10, workers=3, progress=interrupted)
    assert multiprocessing.active_children() == []


@FORKS
def test_where_threads_run_or_torch_is_loaded_nothing_is_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fork is taken where it is safe, and only there."""
    monkeypatch.setattr(workers.threading, "active_count", lambda: 1)
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert workers._context().get_start_method() == ("spawn" if sys.platform == "darwin" else "fork")
    monkeypatch.setattr(workers.threading, "active_count", lambda: 2)
    assert workers._context().get_start_method() == "spawn"
    monkeypatch.setattr(workers.threading, "active_count", lambda: 1)
    monkeypatch.setitem(sys.modules, "torch", sys)
    assert workers._context().get_start_method() == "spawn"


@pytest.mark.usefixtures("forked")
@FORKS
def test_a_sample_that_json_cannot_say_is_named_in_a_worker(forest: fl.Forest, tmp_path: Path) -> None:
    """Errors of the library keep their class and their facts through the pipe."""

    @fl.serializer("odd_in_a_worker")
    def odd(walk: fl.Walk) -> Iterator[fl.Sample]:
        yield {"x": float("nan")}

    with pytest.raises(PluginError, match="odd_in_a_worker") as caught:
        forest.linearize("odd_in_a_worker", size=60).write(tmp_path, shard_size=10, workers=2)
    assert caught.value.name == "odd_in_a_worker"
