"""The witness: reads what is written, while it is written, so that no shard is kept that shows what is held out.

The walks that a serializer gets are read by the recount, which shares no code with the planner. Root-to-leaf paths are
not worded one by one: their lines are slices of their tree's encoded block. So each block is read once, node by node,
against the tree itself, and of the lines it is checked that they are as long as the ways to their leaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np
import orjson

from forestlib.corpus.exposure import Held
from forestlib.corpus.lines import Block, MoldedLines
from forestlib.corpus.recount import BATCH, Recount
from forestlib.corpus.rendering import Rendering
from forestlib.corpus.tally import Tally, begins_of
from forestlib.errors import LeakError, shown
from forestlib.model.ground import Ground
from forestlib.model.tree import Tree
from forestlib.model.walk import Trail, Walk

__all__ = ["Witness", "Witnessed"]


class Witness:
    """Reads one shard after another, and says of each what it shows."""

    def __init__(self, ground: Ground, held: Held) -> None:
        self._ground, self._held, self._blank = ground, held, Recount(ground)
        self._begins = dict(zip((tree.name for tree in ground.trees), begins_of(map(len, ground.trees)), strict=False))
        self._paths: dict[str, _Paths] = {}
        self.begin()

    def begin(self) -> None:
        """Begin a shard."""
        self._recount = self._blank.anew()
        self._waiting, self._steps = list[Walk](), 0
        for paths in self._paths.values():
            paths.begin()

    def read(self, walk: Walk) -> Walk:
        """Read a walk, and give it back."""
        self._waiting.append(walk)
        self._steps += len(walk.steps)
        if self._steps >= BATCH:
            self._read()
        return walk

    def _read(self) -> None:
        self._recount.read(self._waiting)
        self._waiting, self._steps = [], 0

    def seen(self, tree: str, block: Block) -> Block:
        """Return a tree's block as one whose lines are read."""
        paths = self._paths[tree] = _Paths(self._ground[tree], block)
        return _SeenBlock(*(getattr(block, name) for name in attrs.fields_dict(Block)), paths=paths)

    def tally(self) -> Tally:
        """Return what the shard shows; raise `LeakError` where that is held out."""
        self._read()
        self._recount.check(self._held)
        found = self._recount.tally()
        for name, paths in self._paths.items():
            paths.count(found, int(self._begins[name]))
        return found


class _Paths:
    """The paths of one tree whose lines were written."""

    def __init__(self, tree: Tree, block: Block) -> None:
        self._name, self._order = tree.name, tree.preorder()
        self._check(block)
        size = [stop - start for start, stop in zip(block.starts, block.starts[1:], strict=False)]
        for number in range(1, self._order.size):
            size[number] += size[self._order.parent[number]]
        of_line = len(block.line(0)) - size[int(self._order.leaves[0])]
        # Up to each leaf, what all lines before it weigh.
        lines = np.array(size, np.int64)[self._order.leaves] + of_line
        self._before: list[int] = np.concatenate(([0], np.cumsum(lines))).tolist()
        self.begin()

    def begin(self) -> None:
        self._begun = [0] * len(self._before)

    def _check(self, block: Block) -> None:
        """Raise `LeakError` unless the block shows each node of the tree at its place, and no other."""
        texts, starts = self._order.text, block.starts
        if len(starts) != self._order.size + 1 or starts[-1] != len(block.steps):
            raise self._fault()
        for number in range(self._order.size):
            if orjson.dumps(texts[number])[1:-1] not in block.steps[starts[number] : starts[number + 1]]:
                raise self._fault()

    def read(self, first: int, stop: int, size: int) -> None:
        if self._before[stop] - self._before[first] != size:
            raise self._fault()
        self._begun[first] += 1
        self._begun[stop] -= 1

    def count(self, found: Tally, begin: int) -> None:
        """Add what was read to a tally; the tree's nodes begin at a place of its own there."""
        times = np.cumsum(self._begun)[:-1]
        if not times.any():
            return
        found.walks += int(times.sum())
        upto = np.zeros(self._order.size + 1, np.int64)
        upto[self._order.leaves + 1] = times
        upto = np.cumsum(upto)
        below = upto[np.array(self._order.end)] > upto[:-1]
        found.nodes[begin : begin + self._order.size] |= below
        found.down[begin + 1 : begin + self._order.size] |= below[1:]

    def _fault(self) -> LeakError:
        return LeakError(
            f"The lines of the tree {shown(self._name)} are not those of its paths. This is a fault of the library: "
            "please report it.",
            tree=self._name,
        )


@attrs.frozen(eq=False, repr=False)
class _SeenBlock(Block):
    """A tree in bytes, of which it is read what lines are taken."""

    paths: _Paths = attrs.field(kw_only=True)

    def line(self, leaf: int) -> bytes:
        line = Block.line(self, leaf)
        self.paths.read(leaf, leaf + 1, len(line))
        return line

    def joined(self, first: int, stop: int) -> Iterator[tuple[bytes, int]]:
        size = 0
        for lines, count in Block.joined(self, first, stop):
            size += len(lines)
            yield lines, count
        self.paths.read(first, stop, size)


class _SeenLines(MoldedLines):
    """Molded lines of root-to-leaf paths alone: any other trail is worded, so that its walk can be read."""

    def __init__(self, molded: MoldedLines, witness: Witness) -> None:
        vars(self).update(vars(molded))
        self._witness, self._seen = witness, dict[str, Block | None]()

    def line(self, trail: Trail) -> bytes | None:
        return None

    def block(self, tree: str) -> Block | None:
        if tree not in self._seen:
            block = super().block(tree)
            self._seen[tree] = None if block is None else self._witness.seen(tree, block)
        return self._seen[tree]


class Witnessed(Rendering):
    """A rendering of which a witness reads all that it makes."""

    def __init__(self, *of_corpus: Any, witness: Witness, **wishes: Any) -> None:
        super().__init__(*of_corpus, **wishes)
        self._witness = witness
        self._molded = None if self._molded is None else _SeenLines(self._molded, witness)

    def _walk(self, trail: Trail, walker: str) -> Walk:
        return self._witness.read(super()._walk(trail, walker))

    def _neighbours(self, walker: str, stretch: tuple[str, int, int]) -> Iterator[Walk]:
        return map(self._witness.read, super()._neighbours(walker, stretch))
