"""Samples of the user's own in a corpus, against forgetting: what is asked for, how many come, and where they stand.

A model that is tuned on a forest alone loses some of what it could do before. So a share of all samples may come from
elsewhere. They stand spread evenly, one in each stretch of places, at a place of it that follows from the seed: every
batch has its share of them. No forest says anything about them: they have no walk.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, Self

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.corpus.sources import Source
from forestlib.errors import OptionError, shown
from forestlib.model.chance import mixed, permuted, seed_of

__all__ = ["Asked", "Own", "asked_of", "own_dict", "relative_to"]

_KEYS = ("path", "samples", "share")
Places = npt.NDArray[np.int64]


@attrs.frozen
class Asked:
    """What a recipe asks for: a share of all samples, and where they come from."""

    share: float
    given: Any = attrs.field(eq=False)

    def of(self, size: int) -> int:
        """Return how many of `size` samples are to be own ones; one at least is left to the walks."""
        return min(round(size * self.share), size - 1)

    def beside(self, walks: int) -> int:
        """Return how many own samples make their share beside a number of walks."""
        return round(walks * self.share / (1 - self.share))


def own_dict(given: Any) -> dict[str, Any]:
    """Return `own=` as a mapping of its own, nothing where it is left out.

    >>> own_dict({"path": "own.jsonl", "share": 0.1}), own_dict(None)
    ({'path': 'own.jsonl', 'share': 0.1}, {})
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise OptionError(
            f"own= is like {{'path': 'own.jsonl', 'share': 0.1}}, or has 'samples' for 'path', got {shown(given)}."
        )
    # Rows of a data set are not copied: whoever has a list of them may change it.
    return {
        name: deepcopy(value) if isinstance(value, list | tuple) else value
        for name, value in {**given, **({"path": str(given["path"])} if "path" in given else {})}.items()
    }


def asked_of(given: Mapping[str, Any]) -> Asked | None:
    """Return what a mapping asks for, checked; None where it is empty."""
    if not given:
        return None
    wrong = [name for name in given if name not in _KEYS]
    if wrong:
        raise OptionError(f"own= has 'path' or 'samples', and 'share', not {shown(wrong[0])}.", value=wrong[0])
    sources = [name for name in ("path", "samples") if name in given]
    if len(sources) != 1:
        raise OptionError("own= names one source of samples: a 'path', or a sequence of dicts as 'samples'.")
    share, source = given.get("share"), given[sources[0]]
    if not isinstance(share, int | float) or isinstance(share, bool) or not 0 < share < 1:
        raise OptionError(f"The share of own samples is a number above 0 and below 1, got {shown(share)}.", value=share)
    is_rows = hasattr(source, "__len__") and hasattr(source, "__getitem__") and not isinstance(source, str | Mapping)
    if sources[0] == "samples" and not is_rows:
        raise OptionError(
            f"Own samples are a sequence of dicts, or a 'path', got {shown(source)}. Of several splits name one."
        )
    return Asked(float(share), source)


def relative_to(given: Mapping[str, Any], folder: Path, *, back: bool = False) -> dict[str, Any]:
    """Return `own=` of a recipe in a folder: its path is meant from there; `back` says it from there again."""
    path = Path(given["path"]) if isinstance(given.get("path"), str) else None
    if path is None or path.is_absolute():
        return dict(given)
    meant = Path(os.path.relpath(path, folder)) if back else folder / path
    return {**given, "path": meant.as_posix()}


@attrs.frozen(eq=False)
class Own:
    """The own samples of a corpus: their source, how many were asked for and come, beside how many walks."""

    source: Source = attrs.field(repr=False)
    share: float
    asked: int
    got: int
    walks: int
    seed: int
    order: str

    @classmethod
    def beside(cls, walks: int, asked: Asked, size: int | None, source: Source, seed: int, order: str) -> Self:
        """Return the own samples beside a number of walks: their share of all, and none of them twice.

        Where there are fewer walks than were asked for, there are fewer own samples too: they are a share.
        """
        wanted = asked.beside(walks) if size is None else asked.of(size)
        got = min(wanted, len(source))
        if size is not None and walks < size - got:
            got = min(got, asked.beside(walks))
        return cls(source, asked.share, wanted, got, walks, seed_of(seed, "own"), order)

    def __len__(self) -> int:
        return self.walks + self.got

    def before(self, places: Places) -> tuple[npt.NDArray[np.bool_], Places]:
        """Return at which of some places an own sample stands, and how many stand before each of them."""
        if self.order == "forest" or not self.got:
            return places >= self.walks, np.maximum(places - self.walks, 0)
        total = len(self)
        stretches, inverse = np.unique(((places + 1) * self.got - 1) // total, return_inverse=True)
        begins, ends = stretches * total // self.got, (stretches + 1) * total // self.got
        drawn = np.array([mixed(self.seed, int(number)) >> 1 for number in stretches], np.int64)
        stands = (begins + drawn % (ends - begins))[inverse]
        return places == stands, stretches[inverse] + (places > stands)

    def numbers(self, nth: Places) -> list[int]:
        """Return which samples of the source are the n-th own ones: by chance, or spread in their own order."""
        if self.order == "forest":
            return [int(place) * len(self.source) // self.got for place in nth]
        return permuted(nth, len(self.source), seed_of(self.seed, "which")).tolist() if len(nth) else []

    def as_dict(self) -> dict[str, Any]:
        """Return what a manifest says of them."""
        counts = {"available": len(self.source), "asked": self.asked, "got": self.got}
        return {"source": self.source.name, "sha256": self.source.sha256, "share": self.share, **counts}
