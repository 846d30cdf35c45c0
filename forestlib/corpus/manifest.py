"""The manifest: what a corpus is made of, what was asked for and what came out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, entry_points, version
from typing import Any, Self

import attrs

from forestlib.corpus.digest import digest_of
from forestlib.corpus.plan import Plan
from forestlib.corpus.recipe import Recipe
from forestlib.errors import shown
from forestlib.model.ground import Ground
from forestlib.registry import Plugin

__all__ = ["Copied", "Manifest", "library_version", "origin_of"]

_NARROW = 10


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


def _named(value: Any) -> str:
    """What the manifest says of an option that JSON cannot say: its name, never an address."""
    return str(getattr(value, "__qualname__", type(value).__qualname__))


@attrs.define
class Copied:
    """What has been written of a file so far."""

    samples: int = 0
    size: int = 0
    digest: Any = attrs.field(factory=hashlib.sha256)

    def add(self, write: Callable[[bytes], Any], block: bytes, samples: int) -> None:
        """Write one block of `samples` lines."""
        write(block)
        self.digest.update(block)
        self.size += len(block)
        self.samples += samples


@attrs.frozen
class Manifest:
    """What a corpus is made of; `files` and `skipped` are known once it was written.

    `forest` holds the digest of its content, `files` that of each file: where a file's SHA-256 is another one, the file
    and the manifest come from two writings. `plugins` says which package gave the format and each walker, and its
    version.
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
    files: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)
    forestlib: str = attrs.field(factory=library_version)

    @classmethod
    def of(cls, ground: Ground, plan: Plan, recipe: Recipe) -> Self:
        """Return the manifest of a plan."""
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
            }
            for part in plan.parts
        }
        said = dict(recipe.options), recipe.style.as_dict(), plan.seed, plan.order, walkers
        return cls(forest, recipe.serializer, *said, plugins, len(plan), held_out=recipe.held.as_dict())

    def written(self, copied: Mapping[str, Copied], skipped: Mapping[str, int]) -> Self:
        """Return the manifest of what was written, by the name of each file; the first one holds the samples."""
        files = {
            name: {"samples": file.samples, "bytes": file.size, "sha256": file.digest.hexdigest()}
            for name, file in copied.items()
        }
        samples = next(iter(copied.values())).samples
        return attrs.evolve(self, samples=samples, skipped=dict(sorted(skipped.items())), files=files)

    def as_dict(self) -> dict[str, Any]:
        """Return the manifest as JSON-ready values."""
        return attrs.asdict(self)

    def as_json(self) -> bytes:
        """Return the manifest as indented JSON."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2, default=_named).encode() + b"\n"

    def __str__(self) -> str:
        rows = [f"{self.samples} {self.format!r} samples of the forest {shown(self.forest['name'])}, seed {self.seed}"]
        wide = max(_NARROW, *map(len, self.walkers))
        for walker, part in self.walkers.items():
            rows.append(f"  {walker:<{wide}} asked {part['asked']:>8}  got {part['got']:>8}  of {part['available']}")
            rows += [f"  {'':<{wide}} left out {count}: {reason}" for reason, count in part["left_out"].items()]
        rows += [f"  skipped {count}: {reason}" for reason, count in self.skipped.items()]
        rows.append(f"  held out: {_held(self.held_out)}")
        return "\n".join(rows)


def _held(shares: Mapping[str, float]) -> str:
    return ", ".join(f"{share:.0%} of {kind}" for kind, share in shares.items()) or "nothing"
