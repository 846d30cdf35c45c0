"""The files beside their peers: JSON in and out, chat and text JSONL. ``python -m benchmarks.files``."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import orjson
from cattrs.preconf.orjson import make_converter

import forestlib as fl
from benchmarks.material import Reasoning, material
from benchmarks.model import planted
from benchmarks.table import Contestant, Options, Race, Row, run
from forestlib.registry import serializers
from forestlib.serializers.chat import chat
from forestlib.serializers.text import text

__all__ = ["MARKS", "SAMPLE_MARKS", "main", "rows", "sample_rows"]

LOAD, SAVE = "load JSONL", "save JSONL"
PLUGIN, CHAT, TEXT = "chat JSONL, any plug-in", "chat JSONL, built-in", "text JSONL, built-in"
LENGTHS = {"short": ("branching",), "long": ("branching", "spine", "chain")}
MARKS = {
    f"{LOAD} / orjson to dicts": 2.0,
    f"{SAVE} / cattrs[orjson]": 1.2,
    f"{PLUGIN}, short rows / orjson a record": 0.5,
    f"{PLUGIN}, long rows / orjson a record": 0.8,
    f"{CHAT}, short rows / orjson a record": 1.2,
    f"{CHAT}, long rows / orjson a record": 1.7,
    f"{CHAT}, short rows / datasets": 15.0,
    f"{CHAT}, long rows / datasets": 15.0,
    f"{TEXT}, short rows / orjson a record": 1.2,
    f"{TEXT}, long rows / orjson a record": 1.7,
}
SAMPLE_MARKS = {name: mark for name, mark in MARKS.items() if "JSONL, " in name}
_QUESTION = "Рассуждай об этом шаг за шагом."
_SHORT_OF, _LONG_OF, _SLOW = 10, 16, 5
_DEFAULT_SHARE = 5
Record = dict[str, Any]


@contextmanager
def _plugged() -> Iterator[None]:
    """Offer the built-in formats without their molds, so that they go the way of any plug-in."""
    plain = {"benchmark_chat": lambda walk: chat(walk), "benchmark_text": lambda walk: text(walk)}
    for name, function in plain.items():
        serializers.add(name, function)
    try:
        yield
    finally:
        for name in plain:
            del serializers._plugins[name]


def rows(options: Options) -> Iterator[Row]:
    """Measure everything, a row at a time."""
    with TemporaryDirectory(prefix="forestlib-benchmark-") as name:
        yield from _json(Race(options), options, Path(name))
    yield from sample_rows(options)


def sample_rows(options: Options) -> Iterator[Row]:
    """Measure how samples are written, a row at a time."""
    with TemporaryDirectory(prefix="forestlib-benchmark-") as name, _plugged():
        for length, shapes in LENGTHS.items():
            count = max(3, options.trees // (_SHORT_OF if length == "short" else _LONG_OF))
            yield from _jsonl(Race(options), length, material(count, options.nodes, shapes), Path(name))


def _json(race: Race, options: Options, folder: Path) -> Iterator[Row]:
    count = options.trees if options.full else max(3, options.trees // _DEFAULT_SHARE)
    source, target = folder / "forest.jsonl", folder / "peer.jsonl"
    _write(source, map(_document, material(count, options.nodes)))
    size = source.stat().st_size
    print(f"JSON: {count} documents, {size / 1e6:.1f} MB", file=sys.stderr)
    ours, theirs = race.rates(lambda: (size, fl.load(source)), lambda: (size, _loaded(source)))
    yield Row(LOAD, "orjson to dicts", ours, theirs, "B/s")
    forest = fl.load(source)
    _write(target, _attrs_lines(objects := _attrs_objects(source)))
    if not source.read_bytes() == target.read_bytes() == forest.save(target).read_bytes():
        raise AssertionError("forestlib and cattrs[orjson] wrote different bytes")
    ours, theirs = race.rates(
        lambda: (size, forest.save(target)), lambda: (size, _write(target, _attrs_lines(objects)))
    )
    yield Row(SAVE, "cattrs[orjson]", ours, theirs, "B/s")


def _document(tree: Reasoning) -> bytes:
    nodes: list[Record] = [
        {"level": level, "text": words, **({"anchors": anchors} if anchors else {})}
        for level, words, anchors in zip(tree.levels, tree.texts, tree.anchors, strict=True)
    ]
    return orjson.dumps({"tree": tree.name, "axes": tree.axes, "nodes": nodes}) + b"\n"


def _loaded(path: Path) -> list[Any]:
    # Fair: the fastest JSON package, bytes straight from the file, nothing checked.
    with path.open("rb") as file:
        return [orjson.loads(line) for line in file]


@attrs.define
class _Node:
    level: int
    text: str
    anchors: list[str] = attrs.field(factory=list)


@attrs.define
class _Tree:
    tree: str
    axes: list[str]
    nodes: list[_Node]


# Fair: cattrs as its manual tunes it: slotted classes, and its own generated code.
_converter = make_converter(omit_if_default=True, detailed_validation=False)


def _attrs_objects(path: Path) -> list[_Tree]:
    with path.open("rb") as file:
        return [_converter.loads(line, _Tree) for line in file]


def _attrs_lines(trees: list[_Tree]) -> Iterator[bytes]:
    return (_converter.dumps(tree) + b"\n" for tree in trees)


def _write(path: Path, lines: Iterator[bytes]) -> int:
    with path.open("wb") as file:
        file.writelines(lines)
        return file.tell()


def _jsonl(race: Race, length: str, trees: list[Reasoning], folder: Path) -> Iterator[Row]:
    forest, records = planted(trees), sum(len(tree.leaves) for tree in trees)
    contestants: dict[str, Contestant] = {
        name: partial(_written, forest, name, folder / name)
        for name in ("benchmark_chat", "chat", "benchmark_text", "text")
    }
    contestants["shuffled"] = partial(_written, forest, "chat", folder / "shuffled", "shuffled")
    for name, record in (("peer_chat", _chat_record), ("peer_text", _text_record)):
        contestants[name] = partial(_orjson_a_record, trees, record, folder / f"{name}.jsonl")
    _check_bytes(contestants, folder)
    rates = dict(zip(contestants, race.rates(*contestants.values()), strict=True))
    peers = {"chat": rates["peer_chat"], "text": rates["peer_text"]}
    print(f"{length} rows: {records}, {(folder / 'peer_chat.jsonl').stat().st_size / 1e6:.1f} MB", file=sys.stderr)
    for work, name in ((PLUGIN, "benchmark_chat"), (CHAT, "chat"), (TEXT, "text")):
        peer = peers["text" if name == "text" else "chat"]
        yield Row(f"{work}, {length} rows", "orjson a record", rates[name], peer, "rows/s")
    yield Row(f"{CHAT}, shuffled, {length} rows", "orjson a record", rates["shuffled"], peers["chat"], "rows/s")
    yield _datasets(race, f"{CHAT}, {length} rows", rates["chat"], trees[: max(1, len(trees) // _SLOW)], folder)


def _written(forest: fl.Forest, name: str, folder: Path, order: str = "forest") -> tuple[int, object]:
    # Fair: the peer writes one file, in the order of the trees, so the rows with a mark do so too.
    corpus = forest.linearize(name, "paths", order=order)
    corpus.write(folder, shard_size=max(1, len(corpus)))
    return len(corpus), None


def _orjson_a_record(trees: list[Reasoning], record: Callable[[str, str], Record], path: Path) -> tuple[int, object]:
    # Fair: the script that one writes: per leaf up to the root, join, one call of the fastest JSON package.
    count = 0
    with path.open("wb") as file:
        for name, content in _contents(trees):
            file.write(orjson.dumps(record(name, content)) + b"\n")
            count += 1
    return count, None


def _contents(trees: list[Reasoning]) -> Iterator[tuple[str, str]]:
    for tree in trees:
        parents, texts = tree.parents, tree.texts
        for leaf in tree.leaves:
            steps, node = [], leaf
            while node >= 0:
                steps.append(texts[node])
                node = parents[node]
            yield tree.name, "\n".join(reversed(steps))


def _chat_record(name: str, content: str) -> Record:
    asked = {"role": "user", "content": f"{name}\n{_QUESTION}"}
    return {"messages": [asked, {"role": "assistant", "content": content}]}


def _text_record(name: str, content: str) -> Record:
    return {"text": f"{name}\n{content}"}


def _check_bytes(contestants: dict[str, Contestant], folder: Path) -> None:
    for contestant in contestants.values():
        contestant()
    for name in ("chat", "text"):
        ours, plugin = ((folder / kind / "train.jsonl").read_bytes() for kind in (name, f"benchmark_{name}"))
        theirs = (folder / f"peer_{name}.jsonl").read_bytes()
        if ours != plugin or sorted(ours.splitlines()) != sorted(theirs.splitlines()):
            raise AssertionError(f"the built-in {name}, the plug-in and the peer wrote different rows")


def _datasets(race: Race, work: str, ours: float, trees: list[Reasoning], folder: Path) -> Row:
    try:
        datasets: Any = import_module("datasets")
    except ImportError:
        return Row(work, "datasets", ours, 0, "rows/s", note="not measured: pip install forestlib[hf]")
    datasets.disable_progress_bars()
    (theirs,) = race.rates(partial(_datasets_rows, datasets, trees, folder))
    return Row(work, "datasets", ours, theirs, "rows/s")


def _datasets_rows(datasets: Any, trees: list[Reasoning], folder: Path) -> tuple[int, object]:
    # Fair: the two calls of its manual; a name for the data, or it would pickle all of it to find one.
    cache = folder / "cache"
    shutil.rmtree(cache, ignore_errors=True)
    made = datasets.Dataset.from_generator(partial(_chat_records, trees), cache_dir=str(cache), fingerprint="chat")
    made.to_json(folder / "datasets.jsonl", force_ascii=False)
    return len(made), None


def _chat_records(trees: list[Reasoning]) -> Iterator[Record]:
    return (_chat_record(name, content) for name, content in _contents(trees))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table and return the exit status."""
    full = "JSON of all trees (1000 × 1000: 185 MB), not of a fifth of them"
    return run("The files beside their peers", rows, MARKS, arguments, quick=(60, 300), full=full)


if __name__ == "__main__":
    sys.exit(main())
