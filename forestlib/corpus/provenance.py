"""Provenance: where a sample comes from, as one JSON string beside its other columns.

A string and not an object: tables guess the type of nested columns from the first rows, and later ones no longer fit.
It follows from the walk and its place in the corpus alone:
``{"walker":"bridges","place":12,"runs":[{"tree":"God","nodes":"0-3"},{"tree":"mind","nodes":"2,5-6","over":"choice"}]}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import attrs
import orjson

from forestlib.errors import OptionError, shown
from forestlib.model.crossing import Shared
from forestlib.model.walk import PLAIN, Ask, Run, Step, Walk, ranges_of

__all__ = ["META", "Provenance", "neat", "provenance_of", "read_provenance"]

META = "meta"
_RANGE, _NEXT = "-", ","
_LAST = range(1 << 62, 1 << 62)


@attrs.frozen(repr=False)
class Provenance:
    """Where a sample comes from: its walker, its place in the corpus, the nodes shown, and the question asked.

    `runs` are the nodes by tree and preorder number, each run with the key of the anchor jumped over to it.
    """

    walker: str
    place: int
    runs: tuple[Run, ...] = ()
    ask: Ask | None = None

    def __repr__(self) -> str:
        nodes = sum(len(span) for run in self.runs for span in run.ranges)
        return f"<Provenance of sample {self.place}: {shown(self.walker)}, {nodes} nodes of {len(self.trees)} trees>"

    @property
    def trees(self) -> tuple[str, ...]:
        """The names of the trees, each once: those shown, and then those that the question names."""
        asked = () if self.ask is None else (self.ask.start[0], self.ask.goal[0])
        return tuple(dict.fromkeys((*(run.tree for run in self.runs), *asked)))

    def as_dict(self) -> dict[str, Any]:
        """Return the provenance as JSON-ready values, as a sample holds it."""
        found: dict[str, Any] = {"walker": self.walker, "place": self.place, "runs": list(map(_run_as_dict, self.runs))}
        return found if self.ask is None else found | {"ask": attrs.asdict(self.ask)}

    def spelled(self) -> str:
        """Return the provenance as it stands in a sample: a JSON string."""
        return orjson.dumps(self.as_dict()).decode()


def provenance_of(walk: Walk) -> Provenance:
    """Return where the samples of a walk come from.

    >>> steps = [Step("head", "t"), *(Step("node", "x", at=("t", number)) for number in (3, 2, 1, 5, 6))]
    >>> provenance_of(Walk("mine", "en", tuple(steps), (), ())).as_dict()["runs"]
    [{'tree': 't', 'nodes': '3-1,5-6'}]
    """
    crossings = walk.crossings
    jumps = crossings.jumps if isinstance(crossings, Shared) else [one for one in crossings if one.jump]
    return Provenance(walk.walker, walk.place or 0, tuple(_runs(walk.steps, iter(jumps))), walk.ask)


def read_provenance(sample: Mapping[str, Any]) -> Provenance:
    """Return where a sample comes from, as its column `meta` says.

    >>> from forestlib.demo import forest
    >>> sample = forest("ru").linearize("text", walkers="paths", size=3, provenance=True)[2]
    >>> read_provenance(sample).place
    2
    """
    meta = sample.get(META) if isinstance(sample, Mapping) else None
    if not isinstance(meta, str):
        raise OptionError(
            f"The sample {shown(sample)} says nothing of where it comes from. Lay the forest out with provenance=True."
        )
    try:
        found = orjson.loads(meta)
        ask = found.get("ask")
        runs = tuple(Run(run["tree"], tuple(_read_ranges(run["nodes"])), run.get("over")) for run in found["runs"])
        return Provenance(found["walker"], found["place"], runs, None if ask is None else _read_ask(ask))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise OptionError(f"The column {META!r} holds no provenance, got {shown(meta)}.", value=meta) from None


def neat(run: Run) -> Run:
    """Return a run in the fewest ranges, as it is read from steps; one that goes down a tree is in them already."""
    if all(one.step == 1 and one.stop < other.start for one, other in pairwise((*run.ranges, _LAST))):
        return run if run.note == PLAIN else Run(run.tree, run.ranges, run.via)
    return Run(run.tree, tuple(_ranges([number for span in run.ranges for number in span])), run.via)


def _runs(steps: Iterable[Step], jumps: Iterator[Any]) -> Iterator[Run]:
    """Iterate over the runs of nodes that steps show; a jump, and another tree, begin a new one."""
    tree, numbers, via, jumped = "", list[int](), None, False
    for step in steps:
        if step.at is None:
            jumped |= step.kind == "jump"
            continue
        if numbers and (jumped or step.at[0] != tree):
            yield Run(tree, tuple(_ranges(numbers)), via)
            crossing = next(jumps, None) if jumped else None
            numbers, via = [], None if crossing is None else crossing.anchor
        jumped = False
        tree = step.at[0]
        numbers.append(step.at[1])
    if numbers:
        yield Run(tree, tuple(_ranges(numbers)), via)


def _ranges(numbers: list[int]) -> Iterator[range]:
    """Iterate over numbers as ranges that run up or, towards the root, down."""
    waiting: list[int] = []
    for span in ranges_of(numbers):
        if len(span) == 1 and waiting and waiting[-1] - 1 == span[0]:
            waiting.append(span[0])
            continue
        yield from _down(waiting)
        waiting = [span[0]] if len(span) == 1 else []
        if len(span) > 1:
            yield span
    yield from _down(waiting)


def _down(numbers: list[int]) -> Iterator[range]:
    if numbers:
        yield range(numbers[0], numbers[-1] - 1, -1) if len(numbers) > 1 else range(numbers[0], numbers[0] + 1)


def _run_as_dict(run: Run) -> dict[str, Any]:
    spans = (f"{span[0]}{_RANGE}{span[-1]}" if len(span) > 1 else str(span[0]) for span in run.ranges)
    found = {"tree": run.tree, "nodes": _NEXT.join(spans)}
    return found if run.via is None else found | {"over": run.via}


def _read_ranges(said: str) -> Iterator[range]:
    for span in said.split(_NEXT):
        first, _, last = span.partition(_RANGE)
        begin, end = int(first), int(last or first)
        yield range(begin, end + 1) if begin <= end else range(begin, end - 1, -1)


def _read_ask(said: Mapping[str, Any]) -> Ask:
    return Ask(said["kind"], tuple(said["start"]), tuple(said["goal"]), said["anchor"])
