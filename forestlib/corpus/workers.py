"""Workers: processes that make shards, each one at a time, and say how far they are.

They are forked where that is safe, so that the forest, the plan and what was worked out of them are shared, and nothing
is copied. Where it is not (threads are running, torch has been imported, the platform has no fork) they are spawned,
and the corpus is pickled once for all of them. A worker that dies is an error at once: its end of the pipe closes.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from functools import partial
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from typing import Any

from forestlib.corpus.job import Job
from forestlib.corpus.shards import Shard
from forestlib.corpus.staging import Finished
from forestlib.errors import OptionError, WorkerError, shown

__all__ = ["Crew", "checked_workers"]

_PATIENCE = 5.0
Message = tuple[int, int, Finished | BaseException | None]


def checked_workers(workers: object) -> int:
    """Return a number of processes, or raise `OptionError`."""
    if not isinstance(workers, int) or isinstance(workers, bool) or workers < 1:
        raise OptionError(f"workers= is a number of processes from 1 up, got {shown(workers)}.", value=workers)
    return workers


def _context() -> BaseContext:
    # A fork keeps only its own thread: a lock that another one holds is never given back.
    is_safe = "fork" in get_all_start_methods() and sys.platform != "darwin"
    is_safe = is_safe and threading.active_count() == 1 and "torch" not in sys.modules
    return get_context("fork" if is_safe else "spawn")


class Crew:
    """So many processes at one job, as a context: they end with it, whatever happens. One is this process itself."""

    def __init__(self, job: Job, workers: int) -> None:
        self._job, self._workers = job, workers
        self._processes: dict[Connection, BaseProcess] = {}
        self._busy: dict[Connection, Shard] = {}

    def __enter__(self) -> Crew:
        if self._workers == 1:
            return self
        context = _context()
        is_forked = context.get_start_method() == "fork"
        pickled = None if is_forked else ForkingPickler.dumps(self._job)
        try:
            for _ in range(self._workers):
                ours, theirs = context.Pipe()
                # A fork has the ends of all earlier pipes, and would keep them open after us.
                arguments = (theirs, self._job, [*self._processes, ours]) if is_forked else (theirs, None, [])
                process = context.Process(target=_work, args=arguments, daemon=True)  # type: ignore[attr-defined]
                self._processes[ours] = process
                process.start()
                theirs.close()
            for ours in self._processes if pickled is not None else ():
                self._send(ours, pickled)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self._end()

    def _send(self, to: Connection, data: Any) -> None:
        try:
            to.send_bytes(data)
        except OSError:
            raise self._death(to) from None

    def _end(self) -> None:
        for ours, process in self._processes.items():
            ours.close()
            if process.pid is not None:
                process.terminate()
        for process in self._processes.values():
            if process.pid is not None:
                process.join(_PATIENCE)
                if process.exitcode is None:
                    process.kill()
                    process.join()

    def made(self, shards: Sequence[Shard], told: Callable[[Shard, int], None]) -> Iterator[tuple[Shard, Finished]]:
        """Iterate over the shards as they become whole; `told` is told how many walks of a shard are done."""
        if not self._processes:
            yield from ((shard, self._job.make(shard, partial(told, shard))) for shard in shards)
            return
        waiting = list(enumerate(shards))[::-1]
        for ours in self._processes:
            self._give(ours, waiting)
        while self._busy:
            for ready in wait(list(self._busy)):
                assert isinstance(ready, Connection)  # noqa: S101 - no other thing is waited for
                number, done, found = self._received(ready)
                if isinstance(found, BaseException):
                    raise found
                if found is None:
                    told(shards[number], done)
                    continue
                # Who asked notes the shard before its worker gets the next: a kill never costs a worker two.
                yield shards[number], found
                del self._busy[ready]
                self._give(ready, waiting)

    def _give(self, to: Connection, waiting: list[tuple[int, Shard]]) -> None:
        if waiting:
            number, shard = waiting.pop()
            self._busy[to] = shard
            self._send(to, ForkingPickler.dumps((number, shard)))

    def _received(self, ours: Connection) -> Message:
        try:
            message: Message = ours.recv()
        except (EOFError, OSError):
            raise self._death(ours) from None
        return message

    def _death(self, ours: Connection) -> WorkerError:
        process = self._processes[ours]
        process.join(_PATIENCE)
        code, shard = process.exitcode, self._busy.get(ours)
        how = f"killed by signal {-code}" if code is not None and code < 0 else f"with exit code {code}"
        at = f" while it made {shard.name!r}" if shard is not None else ""
        return WorkerError(
            f"A worker process ended{at}, {how}; perhaps there was too little memory. The shards that are whole are "
            "kept: write again, with fewer workers or a smaller shard_size.",
            exitcode=code,
            shard=None if shard is None else shard.name,
        )


def _work(parent: Connection, job: Job | None, ends: Sequence[Connection]) -> None:
    """Make shards as they are asked for, until the other end of the pipe closes."""
    # What stops the work is the parent's to say: it has heard the same signal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for end in ends:
        end.close()
    try:
        _obey(parent, job)
    except (EOFError, OSError):
        os._exit(1)


def _obey(parent: Connection, job: Job | None) -> None:
    number = -1
    try:
        job = parent.recv() if job is None else job
        assert isinstance(job, Job)  # noqa: S101 - it is what the parent sends first
        while True:
            number, shard = parent.recv()
            finished = job.make(shard, partial(_tell, parent, number))
            parent.send((number, len(shard), finished))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        raise
    except BaseException as error:
        parent.send((number, 0, _sendable(error)))


def _tell(parent: Connection, number: int, done: int) -> None:
    parent.send((number, done, None))


def _sendable(error: BaseException) -> BaseException:
    """Return an error as it can be sent, with what its traceback said."""
    said = "".join(traceback.format_exception(error))
    try:
        ForkingPickler.dumps(copy(error))
    except Exception:
        error = WorkerError(f"A worker failed: {type(error).__name__}: {error}")
    error.__traceback__ = error.__cause__ = error.__context__ = None
    error.add_note(f"in a worker process:\n{said}")
    return error
