"""Samples as JSON lines, straight from bytes: every node is encoded once, and a sample is a join of slices.

A format that puts the steps after the head into one string, joined by line breaks, declares a *mold*: what stands
before and after that string. Neighbours in preorder are neighbours in a tree's encoded block, so a path is a few
slices of it. The bytes are those of encoding the sample itself (a test compares them).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

import orjson

from forestlib.model.walk import Run, Trail
from forestlib.wording.wording import Wording

__all__ = ["Mold", "MoldedLines"]

Mold = Callable[..., tuple[bytes, bytes] | None]
_BREAK = b"\\n"


class MoldedLines:
    """JSON lines of trails in one molded format; None where a trail needs the serializer itself."""

    def __init__(self, wording: Wording, mold: Mold, options: dict[str, object]) -> None:
        self._wording, self._mold, self._options = wording, mold, options
        self._blocks: dict[str, tuple[bytes, list[int]] | None] = {}
        self._molds: dict[str, tuple[bytes, bytes] | None] = {}

    def line(self, trail: Trail) -> bytes | None:
        """Return the line of a trail, with its line break, or None."""
        first = trail.runs[0]
        mold = self._mold_of(first.tree)
        if mold is None:
            return None
        pieces = [mold[0]]
        for number, run in enumerate(trail.runs):
            block = self._block(run.tree)
            if block is None:
                return None
            if number:
                pieces += [orjson.dumps(step.text)[1:-1] + _BREAK for step in self._wording.jump(run)]
            pieces += self._slices(run, *block)
        pieces[-1] = pieces[-1][: -len(_BREAK)]
        pieces.append(mold[1])
        return b"".join(pieces)

    @staticmethod
    def _slices(run: Run, block: bytes, starts: list[int]) -> list[bytes]:
        found = []
        for span in run.ranges:
            if span.step == 1:
                found.append(block[starts[span.start] : starts[span.stop]])
            else:
                found += [block[starts[number] : starts[number + 1]] for number in span]
        return found

    def _mold_of(self, tree: str) -> tuple[bytes, bytes] | None:
        if tree not in self._molds:
            mold = self._mold(self._wording.head(tree).text, self._wording.question(tree), **self._options)
            self._molds[tree] = mold and (mold[0], mold[1] + b"\n")
        return self._molds[tree]

    def _block(self, tree: str) -> tuple[bytes, list[int]] | None:
        if tree not in self._blocks:
            steps = self._wording.steps(tree)
            self._blocks[tree] = None if any(step.role for step in steps) else _encoded([step.text for step in steps])
        return self._blocks[tree]


def _encoded(texts: list[str]) -> tuple[bytes, list[int]]:
    pieces = orjson.dumps(texts)[2:-2].split(b'","')
    starts = list(accumulate((len(piece) + len(_BREAK) for piece in pieces), initial=0))
    return _BREAK.join(pieces) + _BREAK, starts
