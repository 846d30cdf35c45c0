"""A corpus as a Hugging Face data set: the splits that are written into files, with features read off the samples.

In memory it is Arrow, made of the very lines that `corpus.write` writes, some at a time; nothing is left in a cache.
Streamed it is made of generators over stretches of places, which data loaders share among them and take up again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import orjson

from forestlib.errors import MissingExtraError, OptionError, PluginError, shown

if TYPE_CHECKING:
    from forestlib.corpus.corpus import Corpus

__all__ = ["data_set", "streamed_set"]

SHARDS = 64
_ROWS = 1000
_BYTES = 1 << 26
_PROBED = 1024


def data_set(splits: Mapping[str, Corpus]) -> Any:
    """Return a `datasets.DatasetDict` that holds the samples of each split, by its name; empty ones are left out."""
    package = _datasets()
    digests = {name: hashlib.sha256() for name in splits}
    tables = {name: _table(one, _batches(_hashed(one, digests[name].update))) for name, one in splits.items()}
    columns = _joint(splits, tables.values()).schema.empty_table()
    return package.DatasetDict(
        {
            # Without a fingerprint of its content the package would pickle the whole table to make one.
            name: package.Dataset(
                import_module("datasets.table").InMemoryTable(_joint(splits, [columns, table])),
                split=package.NamedSplit(name),
                fingerprint=digests[name].hexdigest()[:16],
            )
            for name, table in tables.items()
            if len(table) or len(tables) == 1
        }
    )


def streamed_set(splits: Mapping[str, Corpus], shards: int) -> Any:
    """Return a `datasets.IterableDatasetDict` whose samples are made as they are asked for, in so many pieces."""
    package = _datasets()
    if not isinstance(shards, int) or isinstance(shards, bool) or shards < 1:
        raise OptionError(f"shards= is a number of pieces from 1 up, got {shown(shards)}.", value=shards)
    schema = _joint(splits, [_table(one, [_probed(one)]) for one in splits.values()]).schema
    info = package.DatasetInfo(features=package.Features.from_arrow_schema(schema) if len(schema) else None)
    # `IterableDataset.from_generator` would pickle the forest for a name in its cache, and leave a lock file there.
    examples = import_module("datasets.iterable_dataset").ExamplesIterable
    return package.IterableDatasetDict(
        {
            name: package.IterableDataset(
                examples(_examples, {"corpus": one, "places": _stretches(len(one), shards)}),
                info=info,
                split=package.NamedSplit(name),
            )
            for name, one in splits.items()
            if len(one) or len(splits) == 1
        }
    )


def _datasets() -> Any:
    try:
        return import_module("datasets")
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("datasets", "hf", "A Hugging Face data set") from error


def _hashed(corpus: Corpus, update: Callable[[bytes], None]) -> Iterator[bytes]:
    for line in corpus.lines():
        update(line)
        yield line


def _probed(corpus: Corpus) -> list[dict[str, Any]]:
    """Return some samples from all over a corpus."""
    places = range(0, len(corpus), max(1, len(corpus) // _PROBED))
    return [dict(sample) for samples in corpus.by_place(places) for sample in samples]


def _table(corpus: Corpus, batches: Iterable[list[dict[str, Any]]]) -> Any:
    """Return samples as one Arrow table; its columns and their types are those of all samples, taken together."""
    return _joint({"": corpus}, [_columns(corpus, batch) for batch in batches])


def _joint(splits: Mapping[str, Corpus], tables: Iterable[Any]) -> Any:
    arrow, listed = import_module("pyarrow"), list(tables)
    try:
        return arrow.concat_tables(listed, promote_options="permissive") if listed else arrow.table({})
    except arrow.ArrowException as error:
        raise _unlike(next(iter(splits.values())), error) from None


def _unlike(corpus: Corpus, error: Exception) -> PluginError:
    said = str(error).split("\n", 1)[0].rstrip(".")
    return PluginError(
        f"Samples of the format {corpus.format!r} are not alike enough for a table: {said}. Let the serializer write "
        "one type in each column, or write JSON lines.",
        name=corpus.format,
    )


def _batches(lines: Iterable[bytes]) -> Iterator[list[dict[str, Any]]]:
    batch, held = list[dict[str, Any]](), 0
    for line in lines:
        batch.append(orjson.loads(line))
        held += len(line)
        if len(batch) == _ROWS or held > _BYTES:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _columns(corpus: Corpus, batch: list[dict[str, Any]]) -> Any:
    arrow, names = import_module("pyarrow"), dict.fromkeys(name for sample in batch for name in sample)
    try:
        return arrow.table({name: arrow.array([sample.get(name) for sample in batch]) for name in names})
    except (arrow.ArrowException, OverflowError) as error:
        raise _unlike(corpus, error) from None


def _stretches(size: int, shards: int) -> list[tuple[int, int]]:
    shards = max(1, min(size, shards))
    return [(number * size // shards, (number + 1) * size // shards) for number in range(shards)]


def _examples(corpus: Corpus, places: list[tuple[int, int]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for begin, end in places:
        for number, sample in enumerate(corpus.samples(begin, end)):
            yield f"{begin}_{number}", dict(sample)
