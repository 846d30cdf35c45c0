"""Samples as JSON lines, straight from bytes: every node is encoded once, and a sample is a join of slices.

A format that puts the steps after the head into one string, joined by line breaks, declares a *mold*: what stands
before and after that string. Neighbours in preorder are neighbours in a tree's encoded block, so a path is a few
slices of it. The bytes are those of encoding the sample itself (a test compares them).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate

import attrs
import orjson

from forestlib.model.json_text import escaped
from forestlib.model.walk import Run, Trail
from forestlib.wording.leads import Budget, Leads
from forestlib.wording.wording import Said, Wording

__all__ = ["Mold", "MoldedLines"]

Mold = Callable[..., tuple[bytes, bytes] | None]
KEPT_BYTES = 64_000_000
_BREAK = b"\\n"


@attrs.frozen
class _Block:
    """One tree in bytes: what stands before and after a sample's steps, and all its steps, each with a line break."""

    before: bytes
    after: bytes
    steps: bytes
    starts: list[int]
    ends: list[int]
    leads: Leads[bytes]


class MoldedLines:
    """JSON lines of one molded format, as pieces to be joined; None where a trail needs the serializer itself."""

    def __init__(self, wording: Wording, mold: Mold, options: dict[str, object]) -> None:
        self._wording, self._mold, self._options = wording, mold, options
        self._blocks: dict[str, _Block | None] = {}
        self._budget = Budget(KEPT_BYTES)

    def chunk(self, trails: Iterable[Trail | tuple[str, int]]) -> Iterator[Sequence[bytes] | None]:
        """Iterate over the pieces of each trail's line, with its line break; (tree, leaf) is a root-to-leaf path."""
        for trail in trails:
            if isinstance(trail, Trail):
                yield self.trail(trail)
                continue
            tree, leaf = trail
            block = self._blocks[tree] if tree in self._blocks else self._block(tree)
            if block is None:
                yield None
                continue
            leads = block.leads
            fork = leads.forks[leaf]
            lead = leads.known.get(fork) or leads.made(fork)
            yield lead, block.steps[leads.begins[leaf] : block.ends[leaf]], block.after

    def trail(self, trail: Trail) -> Sequence[bytes] | None:
        """Return the pieces of the line of a trail, with its line break."""
        blocks = [self._block(run.tree) for run in trail.runs]
        first = blocks[0]
        pieces = []
        for number, (run, block) in enumerate(zip(trail.runs, blocks, strict=True)):
            if block is None:
                return None
            if number:
                pieces += [orjson.dumps(step.text)[1:-1] + _BREAK for step in self._wording.jump(run)]
            pieces += self._slices(run, block)
        pieces[-1] = pieces[-1][: -len(_BREAK)]
        return [first.before, *pieces, first.after] if first is not None else None

    @staticmethod
    def _slices(run: Run, block: _Block) -> list[bytes]:
        steps, starts, found = block.steps, block.starts, []
        for span in run.ranges:
            if span.step == 1:
                found.append(steps[starts[span.start] : starts[span.stop]])
            else:
                found += [steps[starts[number] : starts[number + 1]] for number in span]
        return found

    def _block(self, tree: str) -> _Block | None:
        try:
            return self._blocks[tree]
        except KeyError:
            block = self._blocks[tree] = self._encoded(self._wording.tree(tree))
            return block

    def _encoded(self, said: Said) -> _Block | None:
        mold = None if said.roles else self._mold(said.head.text, said.opening[1], **self._options)
        if mold is None:
            return None
        pieces = escaped(said.texts)
        starts = list(accumulate((len(piece) + len(_BREAK) for piece in pieces), initial=0))
        steps = _BREAK.join(pieces) + _BREAK
        leads = Leads(mold[0], steps, starts, said.order, b"".join, self._budget)
        ends = [start - len(_BREAK) for start in starts[1:]]
        return _Block(mold[0], mold[1] + b"\n", steps, starts, ends, leads)
