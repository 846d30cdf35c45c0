"""The command line: ``forestlib demo | report | read | stitch | linearize | build | plugins``; also ``python -m``.

One-line errors on stderr and exit code 2; what the library warns of is printed as a note.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

import orjson

from forestlib.corpus.corpus import Corpus
from forestlib.corpus.manifest import library_version
from forestlib.corpus.plan import ORDERS
from forestlib.corpus.recipe import Recipe
from forestlib.corpus.shards import KINDS
from forestlib.corpus.shares import DEFAULT
from forestlib.corpus.wishes import SHARED_BY
from forestlib.errors import ForestlibError, ForestlibWarning, OptionError, shown
from forestlib.forest import Forest
from forestlib.model.loss import LOSSES
from forestlib.opening import load, read
from forestlib.registry import growers, importers, renderers, serializers, walkers
from forestlib.views.overview import counted
from forestlib.wording.style import SHOWN, Style

__all__ = ["main"]

FAILED = 2
INTERRUPTED = 130


class _Parser(argparse.ArgumentParser):
    """Errors of the command line in one line, like all others."""

    def error(self, message: str) -> NoReturn:
        self.exit(_failed(f"{message}; see {self.prog} --help"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        with _notes():
            options.command(options)
    except ForestlibError as error:
        return _failed(str(error))
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        return _failed(f"{error.filename or 'file'}: {error.strerror or error}")
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _failed(message: str) -> int:
    print(f"forestlib: {' '.join(message.split())}", file=sys.stderr)
    return FAILED


@contextmanager
def _notes() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("always", ForestlibWarning)
        warnings.showwarning = lambda message, *rest, **more: print(f"note: {message}", file=sys.stderr)
        yield


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="forestlib", description="Forests of reasoning trees, and training data from them.")
    parser.add_argument("--version", action="version", version=f"forestlib {library_version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = _command(commands, "demo", _demo, "lay a forest out from end to end: the demo forest, or one of your own")
    demo.add_argument("--input", metavar="SOURCE", help="a forest, a folder of trees, an outline, or EntailmentBank")
    demo.add_argument("-o", "--out", default="out", metavar="DIR", help="where to write (default: %(default)s)")

    report = _command(commands, "report", _report, "say whether a forest holds together")
    report.add_argument("forest", metavar="FOREST", help="a .json, a .jsonl, or a folder of them")
    report.add_argument("--json", action="store_true", help="print one JSON object for machines")

    reader = _command(commands, "read", _read, "read a source with an importer and save it as a forest")
    reader.add_argument("source", metavar="SOURCE")
    reader.add_argument("--importer", required=True, metavar="NAME", help="one of `forestlib plugins`")
    reader.add_argument("-o", "--out", required=True, metavar="FOREST", help="a .json, a .jsonl, or a new folder")
    reader.add_argument("--option", action="append", default=[], metavar="NAME=VALUE", help="an option of the importer")

    stitcher = _command(commands, "stitch", _stitch, "suggest the fewest anchors that join a forest's islands")
    stitcher.add_argument("forest", metavar="FOREST", help="a .json, a .jsonl, or a folder of them")
    stitcher.add_argument("--most", type=int, metavar="N", help="suggest at most so many (default: as many as join)")
    stitcher.add_argument(
        "--refuse", action="append", default=[], metavar="PHRASE", help="what is no anchor (again for each)"
    )
    stitcher.add_argument("-o", "--out", metavar="FOREST", help="accept them all and save the forest here")

    layer = _command(commands, "linearize", _linearize, "lay a forest out as training data")
    layer.add_argument("forest", metavar="FOREST", help="a .json, a .jsonl, or a folder of them")
    layer.add_argument("--to", required=True, metavar="NAME", help="the format: one of `forestlib plugins`")
    layer.add_argument("--walkers", metavar="NAME=SHARE,…", help="for example paths=0.4,bridges=0.6")
    layer.add_argument("--seed", type=int, default=0, metavar="N", help="(default: %(default)s)")
    layer.add_argument("--order", choices=ORDERS, default=ORDERS[0], help="of the samples (default: %(default)s)")
    layer.add_argument("--hold-out", metavar="KIND=SHARE,…", help="of bridges, pairs, anchors, trees: pairs=0.1")
    layer.add_argument("--at-least", metavar="KIND=N,…", help="show each so often: nodes=1,bridges=1")
    layer.add_argument("--at-most", metavar="KIND=N,…", help="and no more often: nodes=5")
    layer.add_argument("--balance", metavar="AXIS=SHARE,…", help="of the axes' mass shown: causality=0.4")
    layer.add_argument("--splits", metavar="NAME=SHARE,…", help="taken out beside train: validation=0.02")
    layer.add_argument("--share-by", choices=SHARED_BY, default=SHARED_BY[0], help="(default: %(default)s)")
    layer.add_argument("--tokenizer", metavar="FILE", help="a tokenizer.json, for tokens (default: words and signs)")
    layer.add_argument("--size", type=int, metavar="N", help="samples in all (default: every path once)")
    layer.add_argument(
        "--anchors", choices=SHOWN, default="all", help="which anchors are written (default: %(default)s)"
    )
    layer.add_argument("--loss", choices=LOSSES, default=LOSSES[0], help="what is learned (default: %(default)s)")
    layer.add_argument("--provenance", action="store_true", help="let each sample say where it comes from")
    layer.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an option of the format, or WALKER.NAME=VALUE",
    )
    _add_writing(layer)

    builder = _command(commands, "build", _build, "lay a forest out as a recipe says")
    builder.add_argument("recipe", metavar="RECIPE", help="a .toml, a .yaml or a .json")
    builder.add_argument("forest", metavar="FOREST", help="a .json, a .jsonl, or a folder of them")
    _add_writing(builder)

    _command(commands, "plugins", _plugins, "list serializers, walkers, importers, growers and renderers")
    return parser


def _command(commands: Any, name: str, run: Callable[[Any], None], summary: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary)
    parser.set_defaults(command=run)
    return parser


def _add_writing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--files", choices=KINDS, default=KINDS[0], help="what is written (default: %(default)s)")
    parser.add_argument("--shard-size", type=int, metavar="N", help="samples a file (default: some ten thousand)")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes (default: %(default)s)")
    parser.add_argument("-o", "--out", required=True, metavar="DIR")


def _demo(options: Any) -> None:
    forest = _source(options.input)
    print(forest.report())
    corpora = [forest.linearize(format_, seed=7) for format_ in ("chat", "text")]
    print(f"\nOne sample that jumps from tree to tree:\n\n{_jumping(forest)}\n\n{corpora[0]}\n")
    out = Path(options.out)
    paths = [forest.save(out / "forest.jsonl")]
    for corpus in corpora:
        paths += corpus.write(out / corpus.format)
    print("Written:")
    for path in paths:
        print(f"  {path}")


def _source(given: str | None) -> Forest:
    if given is None:
        from forestlib.demo import forest

        return forest()
    path = Path(given)
    if path.suffix.lower() in (".txt", ".md"):
        return read(path, importer="outline")
    if path.suffix.lower() == ".tsv" or (path / "task_1").is_dir():
        return read(path, importer="entailmentbank")
    return load(path)


def _jumping(forest: Forest) -> str:
    corpus = forest.linearize("text", walkers={"bridges": {"share": 1, "before": 3, "after": 3}}, seed=7)
    return str(corpus[0]["text"]) if len(corpus) else "(no two trees share an anchor: nothing to jump over)"


def _report(options: Any) -> None:
    report = load(options.forest).report()
    if options.json:
        sys.stdout.write(orjson.dumps(report.as_dict(), option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        print(report)


def _read(options: Any) -> None:
    forest = read(Path(options.source), options.importer, **_options(options.option))
    path = forest.save(options.out)
    print(f"{path}: {len(forest)} trees, {sum(map(len, forest))} nodes")


def _stitch(options: Any) -> None:
    forest = load(options.forest)
    forest.refuse(*options.refuse)
    suggestions = forest.suggest_anchors(most=options.most)
    print(suggestions)
    if options.out is not None:
        suggestions.accept()
        print(f"{forest.save(options.out)}: {counted(len(forest.islands()), 'island')}")


def _linearize(options: Any) -> None:
    forest = load(options.forest)
    given = _options(options.option)
    corpus = forest.linearize(
        options.to,
        _with_options(_shares(options.walkers), {name: value for name, value in given.items() if "." in name}),
        seed=options.seed,
        size=options.size,
        order=options.order,
        style=Style(anchors=options.anchors),
        hold_out=_held(options.hold_out),
        loss=options.loss,
        provenance=options.provenance,
        exposure=_bounds(options),
        balance=_named("--balance", options.balance),
        splits=_named("--splits", options.splits),
        share_by=options.share_by,
        tokenizer=options.tokenizer,
        **{name: value for name, value in given.items() if "." not in name},
    )
    _write(corpus, options)


def _build(options: Any) -> None:
    recipe = Recipe.load(options.recipe)
    _write(load(options.forest).build(recipe), options)


def _write(corpus: Corpus, options: Any) -> None:
    paths = corpus.write(options.out, format=options.files, shard_size=options.shard_size, workers=options.workers)
    kept = f" ({counted(paths.kept, 'shard')} kept, {paths.made} made)" if paths.kept else ""
    print(f"{corpus}\nWritten{kept}:")
    for path in paths:
        print(f"  {path}")


def _plugins(options: Any) -> None:
    for registry in (serializers, walkers, importers, growers, renderers):
        print(f"{registry.kind}s" if list(registry) else f"{registry.kind}s: none yet")
        for name in registry:
            print(f"  {name:<18} {registry.source_of(name)}")


def _shares(text: str | None) -> dict[str, float] | None:
    if text is None:
        return None
    parts = [part.strip().partition("=") for part in text.split(",")]
    names = [name for name, _, _ in parts]
    if len(set(names)) < len(names):
        raise OptionError(f"A walker stands twice in {shown(text)}. Label it, as in bridges:down,bridges:up.")
    if not any(equals for _, equals, _ in parts):
        return dict.fromkeys(names, 1.0 / len(names))
    return {name: _number(name, share) for name, _, share in parts}


def _named(flag: str, text: str | None) -> dict[str, float] | None:
    """Return what NAME=NUMBER,… says."""
    if text is None:
        return None
    parts = [part.strip().partition("=") for part in text.split(",")]
    bare = [name for name, _, number in parts if not number]
    if bare:
        raise OptionError(f"{flag} {shown(bare[0])} has no number. Give one: {flag} {bare[0]}=…")
    return {name: _number(name, number) for name, _, number in parts}


def _bounds(options: Any) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for bound in ("at_least", "at_most"):
        said = _named(f"--{bound.replace('_', '-')}", getattr(options, bound)) or {}
        for kind, times in said.items():
            found.setdefault(kind, {})[bound] = int(times) if times == int(times) else times  # type: ignore[assignment]
    return found


def _held(text: str | None) -> dict[str, float] | None:
    if text is None:
        return None
    parts = [part.strip().partition("=") for part in text.split(",")]
    bare = [name for name, equals, share in parts if not share]
    if bare:
        raise OptionError(f"How much of {shown(bare[0])} is held out? Give a share: --hold-out {bare[0]}=0.1")
    return {name: _number(name, share) for name, _, share in parts}


def _with_options(shares: dict[str, float] | None, given: dict[str, Any]) -> dict[str, Any]:
    """Return shares with the options of walkers that were given as WALKER.NAME."""
    found: dict[str, Any] = {
        name: {**share} if isinstance(share, Mapping) else {"share": share}
        for name, share in (shares or DEFAULT).items()
    }
    for place, value in given.items():
        walker, _, name = place.partition(".")
        if walker not in found:
            raise OptionError(
                f"The option {shown(place)} is of no walker that is used: {', '.join(map(shown, found))}."
            )
        found[walker][name] = value
    return found


def _number(name: str, share: str) -> float:
    try:
        return float(share) if share else 1.0
    except ValueError:
        raise OptionError(
            f"The share of {shown(name)} is a number, got {shown(share)}: paths=0.4,bridges=0.6"
        ) from None


def _value(text: str) -> Any:
    """Return what the text of an option says: a JSON value, True, False or None as Python spells them, else itself."""
    spelled = {"True": True, "False": False, "None": None}
    if text in spelled:
        return spelled[text]
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _options(pairs: Sequence[str]) -> dict[str, Any]:
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise OptionError(f"An option is NAME=VALUE, got {shown(pair)}.")
        found[name] = _value(value)
    return found
