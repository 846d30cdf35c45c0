"""The manifest: what a corpus is made of, what was asked for and what came out."""

from __future__ import annotations

import json
import platform
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path
from typing import Any, Self

import attrs

from forestlib.corpus.digest import digest_of
from forestlib.corpus.mixing import Mixture
from forestlib.corpus.recipe import Recipe
from forestlib.corpus.wishes import Shortfall
from forestlib.errors import shown
from forestlib.model.ground import Ground
from forestlib.registry import Plugin

__all__ = ["Manifest", "library_version", "origin_of", "spelled", "versions_of"]

_NARROW = 10
# A file's name, what is said of it, and what was skipped while it was made.
File = tuple[str, Mapping[str, Any], Mapping[str, int]]


def library_version() -> str:
    """Return the installed version of the library."""
    try:
        return version("forestlib")
    except PackageNotFoundError:
        return "unknown"


def origin_of(plugin: Plugin) -> str:
    """Return what a plug-in comes from: a package and its version, or the module that registered it.

    >>> from forestlib.registry import serializers
    >>> origin_of(serializers["chat"]).split()[0]
    'forestlib'
    """
    if plugin.source.partition(".")[0] == "forestlib":
        return f"forestlib {library_version()}"
    offers = entry_points(group=f"forestlib.{plugin.kind}s", name=plugin.name)
    dists = [point.dist for point in offers if point.dist is not None and point.module == plugin.source]
    return f"{dists[0].name} {dists[0].version}" if dists else plugin.source


def versions_of(kind: str) -> dict[str, str]:
    """Return the versions of what writes a kind of files.

    >>> list(versions_of("parquet"))
    ['python', 'numpy', 'orjson', 'pyarrow']
    """
    packages = ["numpy", "orjson"] + (["pyarrow"] if kind == "parquet" else [])
    return {"python": platform.python_version(), **{package: version(package) for package in packages}}


def _split(parts: Sequence[File]) -> dict[str, Any]:
    skipped = sum((Counter(left) for _, _, left in parts), Counter[str]())
    samples = sum(said["samples"] for _, said, _ in parts)
    return {"samples": samples, "skipped": dict(sorted(skipped.items())), "files": [name for name, _, _ in parts]}


def spelled(values: Mapping[str, Any]) -> str:
    """Return values as indented JSON; what JSON cannot say is named."""
    return json.dumps(values, ensure_ascii=False, indent=2, default=_named)


def _named(value: Any) -> str:
    """What the manifest says of an option that JSON cannot say: its name, never an address."""
    return str(getattr(value, "__qualname__", type(value).__qualname__))


@attrs.frozen
class Manifest:
    """What a corpus is made of; `splits`, `files`, `skipped` and `exposure` are known once it was written.

    `recipe` is all that was asked for. `forest` holds the digest of its content, `files` that of each file: where a
    file's SHA-256 is another one, the file and the manifest come from two writings. `plugins` says which package gave
    the format and each walker, and its version; `versions` are those of what wrote the files, whose `kind` is jsonl or
    parquet. `splits` has the samples, the files and what was skipped of each; `exposure` says what the samples show,
    where that was counted: with hold-outs.
    """

    forest: Mapping[str, Any]
    format: str
    options: Mapping[str, Any]
    style: Mapping[str, Any]
    seed: int
    order: str
    walkers: Mapping[str, Mapping[str, Any]]
    plugins: Mapping[str, str]
    samples: int
    skipped: Mapping[str, int] = attrs.field(factory=dict)
    held_out: Mapping[str, float] = attrs.field(factory=dict)
    own: Mapping[str, Any] = attrs.field(factory=dict)
    loss: Mapping[str, Any] = attrs.field(factory=lambda: {"policy": "all"})
    provenance: bool = False
    recipe: Mapping[str, Any] = attrs.field(factory=dict)
    balanced: Mapping[str, float] = attrs.field(factory=dict)
    shortfalls: Sequence[Mapping[str, Any]] = ()
    kind: str = "jsonl"
    splits: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)
    exposure: Mapping[str, Any] = attrs.field(factory=dict)
    files: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)
    versions: Mapping[str, str] = attrs.field(factory=dict)
    forestlib: str = attrs.field(factory=library_version)

    @classmethod
    def of(cls, ground: Ground, mixture: Mixture, recipe: Recipe, untaught: int | None = None) -> Self:
        """Return the manifest of a plan and the own samples beside it; `untaught` nodes are taught by no sample."""
        plan, own = mixture.plan, {} if mixture.own is None else mixture.own.as_dict()
        nodes = sum(map(len, ground))
        forest = {"name": ground.name, "trees": len(ground), "nodes": nodes, "sha256": digest_of(ground)}
        plugins = {recipe.serializer: origin_of(recipe.plugin)}
        plugins |= {part.plugin.name: origin_of(part.plugin) for part in plan.parts}
        walkers = {
            part.walker: {
                "share": part.share,
                "options": dict(part.options),
                "available": part.available,
                "asked": part.asked,
                "got": part.got,
                "left_out": dict(part.skipped),
                **({} if part.looked is None else {"looked": part.looked}),
            }
            for part in plan.parts
        }
        for walker, tokens in plan.tokens().items():
            walkers[walker]["tokens"] = tokens
        said = dict(recipe.options), recipe.style.as_dict(), plan.seed, plan.order, walkers
        return cls(
            forest,
            recipe.serializer,
            *said,
            plugins,
            len(mixture),
            held_out=recipe.held.as_dict(),
            own=own,
            loss=_loss(recipe.loss, untaught),
            provenance=recipe.provenance,
            recipe=_published(recipe),
            balanced=dict(plan.balanced),
            shortfalls=[attrs.asdict(short) for short in plan.shortfalls],
        )

    def written(self, kind: str, splits: Mapping[str, Sequence[File]], exposure: Mapping[str, Any]) -> Self:
        """Return the manifest of what was written: each split's files, in their order; the first split is the corpus.

        `exposure` says what its walks show, where they were read.
        """
        files = {name: said for parts in splits.values() for name, said, _ in parts}
        counted = {split: _split(parts) for split, parts in splits.items()}
        whole = next(iter(counted.values()))
        return attrs.evolve(
            self,
            samples=whole["samples"],
            skipped=whole["skipped"],
            kind=kind,
            splits=counted,
            exposure=exposure,
            files=files,
            versions=versions_of(kind),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the manifest as JSON-ready values."""
        return attrs.asdict(self)

    def as_json(self) -> bytes:
        """Return the manifest as indented JSON."""
        return spelled(self.as_dict()).encode() + b"\n"

    def __str__(self) -> str:
        rows = [f"{self.samples} {self.format!r} samples of the forest {shown(self.forest['name'])}, seed {self.seed}"]
        wide = max(_NARROW, *map(len, self.walkers))
        for walker, part in self.walkers.items():
            rows.append(f"  {walker:<{wide}} asked {part['asked']:>8}  got {part['got']:>8}  of {part['available']}")
            rows += [f"  {'':<{wide}} {row}" for row in _rows_of(part)]
        if own := self.own:
            own_row = f"asked {own['asked']:>8}  got {own['got']:>8}  of {own['available']} in {own['source']}"
            rows.append(f"  {'own':<{wide}} {own_row}")
        if "untaught" in self.loss:
            untaught, nodes = self.loss["untaught"], self.forest["nodes"]
            rows.append(f"  loss {self.loss['policy']}: {untaught:,} of {nodes:,} nodes are taught by no sample")
        rows += [f"  skipped {count}: {reason}" for reason, count in self.skipped.items()]
        if self.balanced:
            rows.append(f"  balance: {', '.join(f'{axis} {share:.1%}' for axis, share in self.balanced.items())}")
        # What a walker was asked for and gave stands in its row.
        short = (Shortfall(**said) for said in self.shortfalls if said["wish"] != "walkers")
        rows += [f"  fell short: {one}" for one in short]
        rows.append(f"  held out: {_held(self.held_out)}")
        return "\n".join(rows)


def _rows_of(part: Mapping[str, Any]) -> Iterator[str]:
    """Iterate over what is said of one walker below its row."""
    if "looked" in part and part["got"] < part["asked"]:
        yield f"looked at {part['looked']:,} of {part['available']:,}"
    for reason, count in part["left_out"].items():
        yield f"left out {count}: {reason}"
    if tokens := part.get("tokens"):
        yield f"tokens, estimated: asked {tokens['asked']:,}  got {tokens['got']:,}  at {tokens['mean']:,.0f} a walk"


def _published(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe with the bare name of the file of own samples: its folder is one machine's."""
    said = recipe.as_dict()
    return said | {"own": {name: Path(value).name if name == "path" else value for name, value in said["own"].items()}}


def _loss(policy: str, untaught: int | None) -> dict[str, Any]:
    return {"policy": policy} if untaught is None else {"policy": policy, "untaught": untaught}


def _held(shares: Mapping[str, float]) -> str:
    return ", ".join(f"{share:.0%} of {kind}" for kind, share in shares.items()) or "nothing"
