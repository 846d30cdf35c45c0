"""Run the experiment and print its tables: ``python -m benchmarks.stitching``. Needs the extra `torch`.

Every model is a job of its own, in as many processes as are asked for, each on one thread. Results are JSON lines, one
a model; ``--print FILE`` prints the tables of such a file, and trains nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import attrs

from benchmarks.stitching import plot, report
from benchmarks.stitching.arms import ARMS, SWEEPS

__all__ = ["MEASURED", "Job", "main", "read"]

# Before torch is loaded: waiting threads that spin would take the other process's core.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "0")
MEASURED = Path(__file__).parent / "measured.jsonl"


@attrs.frozen
class Job:
    """One model: the part of the experiment, what it is called there, its seed, and its tokens."""

    part: str
    name: str
    seed: int
    tokens: int

    def run(self) -> dict[str, Any]:
        """Train and measure it."""
        import torch  # noqa: PLC0415 - in the process that trains, after the environment is set

        from benchmarks.stitching import cuts, forests, sweeps, ways  # noqa: PLC0415

        torch.set_num_threads(1)
        kinds: dict[str, Callable[..., dict[str, Any]]] = {
            "forests": forests.measured,
            "cuts": cuts.measured,
            "ways": ways.measured,
        }
        known = kinds.get(self.part)
        measured = partial(known, self.name) if known else sweeps.measured(self.part, self.name)
        return {"part": self.part, "name": self.name, **measured(seed=self.seed, tokens=self.tokens)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the tables, and return the exit status."""
    given = _parsed(arguments)
    results = read(given.print) if given.print is not None else _all(_jobs(given), given.processes, given.out)
    print(report.tables(results), end="")
    if given.plot is not None:
        given.plot.write_text(plot.plot(results), encoding="utf-8")
    missed = [] if given.sweep else report.missed(results, report.QUICK if given.quick else report.FULL)
    for said in missed:
        print(f"bound missed: {said}")
    return 1 if given.check and missed else 0


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stitching", description="Does a model stitch?")
    parser.add_argument("--quick", action="store_true", help="one seed, fewer tokens, four conditions")
    parser.add_argument("--check", action="store_true", help="exit 1 where a bound is missed")
    parser.add_argument("--seeds", type=int, help="how many seeds (3)")
    parser.add_argument("--processes", type=int, default=2, help="how many models are trained at a time (2)")
    parser.add_argument("--only", action="append", choices=list(ARMS), help="this part, and no other")
    parser.add_argument("--sweep", choices=SWEEPS, help="one further experiment instead")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="write the results as JSON lines, each when it is there"
    )
    parser.add_argument("--print", type=Path, metavar="FILE", nargs="?", const=MEASURED, help="print tables of a file")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write the plot as SVG as well")
    return parser.parse_args(arguments)


def _jobs(given: argparse.Namespace) -> list[Job]:
    seeds = range(given.seeds or (1 if given.quick else 3))
    if given.sweep:
        from benchmarks.stitching import sweeps  # noqa: PLC0415 - it loads torch

        rows = sweeps.jobs(given.sweep)
        return [Job(f"sweep {given.sweep}", name, seed, tokens) for seed in seeds for name, tokens in rows.items()]
    arms = {part: arm[2:] if given.quick else arm[:2] for part, arm in ARMS.items()}
    wanted = given.only or list(arms)
    return [Job(part, name, seed, arms[part][1]) for part in wanted for seed in seeds for name in arms[part][0]]


def _all(jobs: Sequence[Job], processes: int, out: Path | None) -> list[dict[str, Any]]:
    begin, results = time.monotonic(), list[dict[str, Any]]()
    for result in _finished(jobs, processes):
        results.append(result)
        if out is not None:
            with out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(result, ensure_ascii=False) + "\n")
        passed = time.monotonic() - begin
        print(
            f"  {len(results)} of {len(jobs)}, {passed:.0f} s: {result['name']}, seed {result['seed']}", file=sys.stderr
        )
    return sorted(results, key=lambda one: (one["part"], one["seed"]))


def _finished(jobs: Sequence[Job], processes: int) -> Iterator[dict[str, Any]]:
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        for done in as_completed([pool.submit(job.run) for job in jobs]):
            yield done.result()


def read(path: Path) -> list[dict[str, Any]]:
    """Return the results of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


if __name__ == "__main__":
    sys.exit(main())
