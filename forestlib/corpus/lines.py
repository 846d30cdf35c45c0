"""Samples as JSON lines, straight from bytes: every node is encoded once, and a sample is a join of slices.

A format that puts the steps after the head into one string, joined by line breaks, declares a *mold*: what stands
before it, between what is given and what is learned, and after it. Neighbours in preorder are neighbours in a tree's
encoded block, so a path is a few slices of it. The bytes are those of encoding the sample itself (a test compares).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs
import orjson

from forestlib.model.json_text import escaped
from forestlib.model.walk import Run, Trail
from forestlib.wording.leads import Budget, Leads
from forestlib.wording.wording import Said, Wording

__all__ = ["Block", "Mold", "MoldedLines"]

Mold = Callable[..., tuple[bytes, bytes, bytes] | None]
KEPT_BYTES = 64_000_000
_BREAK = b"\\n"


@attrs.frozen(eq=False, repr=False)
class Block:
    """One tree in bytes: what stands before and after a sample's steps, and all its steps, each with a line break.

    `cut` stands between the lead of a path and the rest of it, where the lead is given and not learned.
    """

    before: bytes
    after: bytes
    steps: bytes
    starts: list[int]
    leads: Leads[bytes]
    cut: bytes | None = None

    def line(self, leaf: int) -> bytes:
        """Return the line of the path to the tree's *n*-th leaf."""
        lead, last = self.leads.at(leaf)
        if self.cut is not None:
            return b"".join((lead[: -len(_BREAK)], self.cut, last, self.after))
        return b"".join((lead, last, self.after))

    def joined(self, first: int, stop: int) -> Iterator[tuple[bytes, int]]:
        """Iterate over the lines of the paths to neighbouring leaves, many in one, each with how many they are."""
        for leads, lasts in self.leads.batches(first, stop):
            if self.cut is not None:
                leads = [lead[: -len(_BREAK)] + self.cut for lead in leads]
            pieces = [self.after] * (3 * len(leads))
            pieces[::3], pieces[1::3] = leads, lasts
            yield b"".join(pieces), len(leads)

    def slices(self, run: Run) -> list[bytes]:
        """Return the steps of a run of nodes."""
        steps, starts, found = self.steps, self.starts, []
        for span in run.ranges:
            if span.step == 1:
                found.append(steps[starts[span.start] : starts[span.stop]])
            else:
                found += [steps[starts[number] : starts[number + 1]] for number in span]
        return found


class MoldedLines:
    """The lines of one molded format; None where a tree or a trail needs the serializer itself."""

    def __init__(self, wording: Wording, mold: Mold, options: dict[str, object]) -> None:
        self._cuts_leads = wording.loss == "once"
        self._wording, self._mold, self._options = wording, mold, options
        self._blocks: dict[str, Block | None] = {}
        self._budget = Budget(KEPT_BYTES)

    def block(self, tree: str) -> Block | None:
        """Return a tree in bytes."""
        try:
            return self._blocks[tree]
        except KeyError:
            block = self._blocks[tree] = self._encoded(self._wording.tree(tree))
            return block

    def line(self, trail: Trail) -> bytes | None:
        """Return the line of a trail."""
        if not trail.is_plain or self._cuts_leads:
            return None
        blocks = [self.block(run.tree) for run in trail.runs]
        first = blocks[0]
        pieces = []
        for number, (run, block) in enumerate(zip(trail.runs, blocks, strict=True)):
            if block is None:
                return None
            if number:
                before = trail.runs[number - 1]
                jump = self._wording.jump(run, before.tree, before.last)
                pieces += [orjson.dumps(step.text)[1:-1] + _BREAK for step in jump]
            pieces += block.slices(run)
        pieces[-1] = pieces[-1][: -len(_BREAK)]
        return b"".join([first.before, *pieces, first.after]) if first is not None else None

    def _encoded(self, said: Said) -> Block | None:
        mold = None if said.roles else self._mold(said.head.text, said.opening[1], **self._options)
        if mold is None:
            return None
        start, cut, after = mold
        # A lead ends on a line break, and is cut there where it is not learned.
        before = start + (_BREAK if self._cuts_leads else cut)
        steps, starts = escaped(said.texts, _BREAK)
        leads = Leads(before, steps, starts, said.order, b"".join, self._budget, len(_BREAK))
        return Block(before, after + b"\n", steps, starts.tolist(), leads, cut if self._cuts_leads else None)
