"""A corpus in packs: its token rows, where the long ones may be cut, and which anchors each of them shows.

A row that is longer than a pack is cut where a piece ends, a node or the words of a jump; each later part repeats the
row's head and the piece before the cut. A node that fits in no pack is an error that names it, and so is a long row
that is not joined from pieces: nobody knows where its nodes end.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from forestlib.corpus.tokenizing import Strip, TokenCorpus
from forestlib.errors import EmptyCorpusError, ForestlibWarning, PackError, shown
from forestlib.files.atomic import atomic_write
from forestlib.model.ground import Ground
from forestlib.model.options import check_choice, check_counts
from forestlib.model.walk import Walk
from forestlib.packing.bestfit import ORDERS, Packs, pack
from forestlib.packing.rows import Rows
from forestlib.packing.splitting import Cuts
from forestlib.packing.stitching import Groups
from forestlib.tokens.plan import starts_of
from forestlib.tokens.rows import TokenRows

__all__ = ["LONG", "Laid", "packed"]

Places = npt.NDArray[np.int64]
LONG = ("split", "refuse")
_COLUMNS = ("ids", "labels")


class Laid(Protocol):
    """What of a corpus is asked beside its tokens."""

    @property
    def forest(self) -> Ground:
        """The forest that is laid out."""

    def walks(self, begin: int = 0, end: int | None = None) -> Iterator[Walk]:
        """Iterate over the worded walks at places `begin` to `end`."""


def packed(
    corpus: Laid,
    tokens: TokenCorpus,
    length: int,
    *,
    order: str = "best-fit",
    attend: bool = False,
    long: str | None = None,
    folder: str | os.PathLike[str] | None = None,
) -> Packs:
    """Return the rows of a corpus in packs of one length."""
    check_counts("pack", length=length)
    check_choice("pack", ORDERS, order=order)
    check_choice("pack", LONG, long="split" if long is None else long)
    found = _Gathered(corpus, tokens, length, None if folder is None else Path(folder))
    if not len(found.rows):
        skipped = dict(tokens.report.skipped) or "it has no samples"
        raise EmptyCorpusError(f"There is nothing to pack: no sample of the corpus became a row, {shown(skipped)}.")
    if found.long and long is None:
        warnings.warn(
            f"{len(found.long)} of {len(found.rows)} rows are longer than a pack of {length} tokens. They are cut "
            "where nodes end, with head and landmark repeated; long='split' says so, long='refuse' refuses.",
            ForestlibWarning,
            stacklevel=3,
        )
    if found.long and long == "refuse":
        raise found.refusal()
    anchors = found.anchors() if order == "stitched" else None
    return pack(found.rows, length, cuts=found.cuts(), order=order, anchors=anchors, attend=attend)


class _Gathered:
    """All rows of a corpus, in memory or mapped, the places of their samples, and the borders of the long ones."""

    def __init__(self, corpus: Laid, tokens: TokenCorpus, length: int, folder: Path | None) -> None:
        self._corpus, self._length = corpus, length
        self.long: dict[int, tuple[int, Places]] = {}
        lengths, places = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        self._count = 0

        def noted() -> Iterator[TokenRows]:
            for strip in tokens.strips():
                self._note(strip)
                lengths.append(strip.rows.lengths)
                places.append(strip.places)
                yield strip.rows

        ids, labels = _mapped(noted(), folder) if folder is not None else _held(noted())
        self.places = np.concatenate(places)
        self.rows = Rows(ids, starts_of(np.concatenate(lengths)), labels)

    def _note(self, strip: Strip) -> None:
        """Note where the rows may be cut that are longer than a pack."""
        sizes = strip.rows.lengths
        for row in np.flatnonzero(sizes > self._length).tolist():
            place = int(strip.places[row])
            known = strip.borders(row)
            if known is None:
                raise PackError(
                    f"The sample at {place} has {sizes[row]} tokens, a pack has {self._length}, and it is tokenized "
                    f"whole, so that nobody knows where its nodes end. Pack into {sizes[row]} tokens or more.",
                    place=place,
                    tokens=int(sizes[row]),
                )
            head, borders = known
            self._check(place, head, borders)
            self.long[self._count + row] = int(borders[head]), borders[head + 1 :]
        self._count += len(sizes)

    def _check(self, place: int, head: int, borders: Places) -> None:
        """Raise the error of the first piece that goes into no pack, with its head and landmark."""
        sizes = np.diff(borders)[head:]
        landmark = np.append(0, sizes[:-1])
        needed = borders[head] + landmark + sizes
        # The last piece closes the row: what stands behind it stays with it.
        wrong = np.flatnonzero(needed > self._length)
        wrong = wrong[(borders[head + 1 :] > self._length)[wrong]]
        if len(wrong):
            first = int(wrong[0])
            raise PackError(
                f"{self._named(place, first)} has {sizes[first]} tokens, and takes {needed[first]} with its head of "
                f"{borders[head]} and the landmark of {landmark[first]} before it; a pack has {self._length}. "
                f"Pack into {needed[first]} tokens or more.",
                place=place,
                tokens=int(needed[first]),
            )

    def _named(self, place: int, piece: int) -> str:
        """Return what a row's n-th piece after its head is, as an error says it."""
        for walk in self._corpus.walks(place, place + 1):
            steps = walk.steps
            first = next((nth for nth, step in enumerate(steps) if step.kind == "node"), 0)
            if first + piece < len(steps):
                step = steps[first + piece]
                if step.at is not None:
                    return f"Node {step.at[1]} of the tree {shown(step.at[0])}, in the sample at {place},"
        return f"A piece of the sample at {place}"

    def refusal(self) -> PackError:
        """Return the error that says how many rows are longer than a pack, and which is the longest."""
        sizes = self.rows.lengths
        row = int(sizes.argmax())
        return PackError(
            f"{len(self.long)} of {len(sizes)} samples are longer than a pack of {self._length} tokens; the longest, "
            f"at {self.places[row]}, has {sizes[row]}. Pack into {sizes[row]} tokens, or cut them (long='split').",
            place=int(self.places[row]),
            tokens=int(sizes[row]),
        )

    def cuts(self) -> Cuts:
        """Return where the long rows may be cut."""
        heads, counts = np.zeros(len(self.rows), np.int64), np.zeros(len(self.rows), np.int64)
        for row, (head, places) in self.long.items():
            heads[row], counts[row] = head, len(places)
        held = [np.empty(0, np.int64), *(places for _, places in self.long.values())]
        return Cuts(np.concatenate(held), starts_of(counts), heads=heads)

    def anchors(self) -> Groups:
        """Return the anchors that each row shows, of those that two trees or more share."""
        table = self._corpus.forest.anchors
        shared = {int(anchor) for anchor in np.flatnonzero(np.asarray(table.tree_counts) > 1)}
        names = [tree.name for tree in self._corpus.forest.trees]
        marked: dict[tuple[str, int], list[int]] = {}
        for anchor, tree, node in zip(table.anchor.tolist(), table.tree.tolist(), table.node.tolist(), strict=True):
            if anchor in shared:
                marked.setdefault((names[tree], node), []).append(anchor)
        number_of = {key: number for number, key in enumerate(table.anchor_keys)}
        shown_by = {walk.place: _shown(walk, marked, number_of) for walk in self._corpus.walks()}
        rows = [shown_by.get(place, []) for place in self.places.tolist()]
        offsets = starts_of(np.fromiter(map(len, rows), np.int64, len(rows)))
        return Groups(np.fromiter(chain.from_iterable(rows), np.int64, int(offsets[-1])), offsets)


def _shown(walk: Walk, marked: dict[tuple[str, int], list[int]], number_of: dict[str, int]) -> list[int]:
    found = {anchor for step in walk.steps if step.at in marked for anchor in marked[step.at]}
    jumps = getattr(walk.crossings, "jumps", walk.crossings)
    found.update(number_of[jump.anchor] for jump in jumps if jump.anchor in number_of)
    return sorted(found)


def _held(chunks: Iterator[TokenRows]) -> tuple[Any, Any]:
    ids, labels = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    for chunk in chunks:
        ids.append(chunk.ids)
        labels.append(chunk.labels)
    return np.concatenate(ids), np.concatenate(labels)


def _mapped(chunks: Iterator[TokenRows], folder: Path) -> tuple[Any, Any]:
    """Return ids and labels as columns that were written into a folder, and are mapped from there."""
    paths = [folder / f"{name}.int32" for name in _COLUMNS]
    with atomic_write(paths[0]) as ids, atomic_write(paths[1]) as labels:
        for chunk in chunks:
            ids.write(np.ascontiguousarray(chunk.ids).data)
            labels.write(chunk.labels.data)
    found = [np.memmap(path, np.int32, "r") if path.stat().st_size else np.empty(0, np.int32) for path in paths]
    return found[0], found[1]
