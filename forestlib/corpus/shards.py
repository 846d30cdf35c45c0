"""Shards: the pieces of a corpus that are written, kept after a kill, and given to workers, one by one.

A shard is a run of neighbouring places, so what it holds follows from the corpus alone, whoever makes it. It holds
16,384 walks unless told otherwise: a second's work or less, which is all that a kill costs, and pieces enough for every
core from a hundred thousand samples on. A corpus of more than a thousand such pieces gets larger ones, so that no
folder fills up with files.
"""

from __future__ import annotations

import attrs

from forestlib.errors import OptionError, shown

__all__ = ["KINDS", "Shard", "checked_kind", "shard_size_of", "shards_of"]

KINDS = ("jsonl", "parquet")
WALKS = 1 << 14
MOST = 1000


@attrs.frozen
class Shard:
    """One file of a split: the walks at places `begin` to `end`."""

    split: str
    name: str
    begin: int
    end: int

    def __len__(self) -> int:
        return self.end - self.begin


def checked_kind(kind: object) -> str:
    """Return a kind of files, or raise `OptionError`."""
    if not isinstance(kind, str) or kind not in KINDS:
        known = ", ".join(map(repr, KINDS))
        raise OptionError(f"A corpus is written as one of {known}, got {shown(kind)}.", value=kind)
    return kind


def shard_size_of(walks: int, given: object = None) -> int:
    """Return how many walks a shard holds: as many as were given, else what suits a corpus of so many walks.

    >>> shard_size_of(50_000), shard_size_of(100_000_000), shard_size_of(50_000, 1000)
    (16384, 131072, 1000)
    """
    if given is not None:
        if not isinstance(given, int) or isinstance(given, bool) or given < 1:
            raise OptionError(f"shard_size= is a number of walks from 1 up, got {shown(given)}.", value=given)
        return given
    size = WALKS
    while size * MOST < walks:
        size *= 2
    return size


def shards_of(split: str, walks: int, size: int, kind: str) -> tuple[Shard, ...]:
    """Return the shards of a split, named as the hub names them; what fits into one has the split's own name.

    >>> [shard.name for shard in shards_of("train", 5, 3, "jsonl")], shards_of("train", 3, 3, "jsonl")[0].name
    (['train-00000-of-00002.jsonl', 'train-00001-of-00002.jsonl'], 'train.jsonl')
    """
    count = max(1, -(-walks // size))
    names = [f"{split}-{number:05}-of-{count:05}" for number in range(count)] if count > 1 else [split]
    return tuple(
        Shard(split, f"{name}.{kind}", number * size, min((number + 1) * size, walks))
        for number, name in enumerate(names)
    )
