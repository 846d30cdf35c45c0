"""The card of a data set: a README.md for people, with a head that ``datasets.load_dataset(folder)`` reads.

What is said follows from the manifest alone. A card is known by its marker: a README.md without it is somebody's own,
and stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forestlib.corpus.manifest import Manifest, spelled
from forestlib.corpus.recipe import Recipe

__all__ = ["CARD", "MARKER", "card_of"]

CARD = "README.md"
MARKER = "<!-- forestlib writes this card anew with the data; take this line out, and it leaves the card alone -->"
_ALWAYS = ("serializer", "walkers", "seed")
_KIND = {"jsonl": "JSON lines", "parquet": "Parquet"}


def card_of(manifest: Manifest, languages: Sequence[str]) -> str:
    """Return the card of a corpus whose trees are in some languages, the most frequent first."""
    parts = (
        _head(manifest, languages),
        (MARKER, ""),
        _opening(manifest),
        _russian(manifest) if "ru" in languages else (),
        _counts(manifest),
        _held_out(manifest),
        _loading(manifest),
        _recipe(manifest),
    )
    return "\n".join(line for part in parts for line in part)


def _head(manifest: Manifest, languages: Sequence[str]) -> Iterator[str]:
    # JSON strings are YAML strings, whatever is in them.
    yield "---"
    if languages:
        yield "language:"
        yield from (f"- {json.dumps(lang)}" for lang in languages)
    yield f"pretty_name: {_quoted(manifest.forest['name'])}"
    yield from ("task_categories:", "- text-generation", "tags:", "- reasoning", "- forestlib")
    yield from ("configs:", "- config_name: default", "  data_files:")
    for split, part in manifest.splits.items():
        if part["samples"]:
            yield f"  - split: {split}"
            yield f"    path: {_quoted(_pattern(split, part['files']))}"
    yield from ("---", "")


def _opening(manifest: Manifest) -> Iterator[str]:
    forest = manifest.forest
    yield f"# {_plain(forest['name'])}"
    yield ""
    yield (
        f"A forest of {_counted(forest['trees'], 'reasoning tree')} with {_counted(forest['nodes'], 'node')}, laid out "
        f"by forestlib {manifest.forestlib} as samples of the format `{manifest.format}`. A sample is a walk: along a "
        "tree, or from tree to tree over a thought that both share."
    )
    yield ""


def _russian(manifest: Manifest) -> Iterator[str]:
    forest = manifest.forest
    yield (
        f"Это лес рассуждений: деревьев — {forest['trees']}, узлов — {forest['nodes']}. Каждый пример — обход: по "
        "одному дереву или с переходом в другое через общую мысль. Из чего и как собраны примеры, сказано в рецепте в "
        "конце страницы; целиком он записан в `manifest.json`."
    )
    yield ""


def _counts(manifest: Manifest) -> Iterator[str]:
    yield from ("## What is in it", "", "| split | samples | files | bytes |", "|---|---:|---:|---:|")
    for split, part in manifest.splits.items():
        size = sum(manifest.files[name]["bytes"] for name in part["files"])
        yield f"| {split} | {part['samples']} | {len(part['files'])} | {size} |"
    yield from ("", "| walker | share | walks there are | asked | got |", "|---|---:|---:|---:|---:|")
    for walker, part in manifest.walkers.items():
        yield f"| {walker} | {part['share']:.3g} | {part['available']} | {part['asked']} | {part['got']} |"
    if own := manifest.own:
        # Their share is one of all samples; those of the walkers are shares of the walks.
        yield f"| own samples, no walks | {own['share']:.3g} | {own['available']} | {own['asked']} | {own['got']} |"
    yield ""
    if shown := manifest.exposure:
        yield (
            f"Counted from the walks themselves: {shown['bridge_ratio']:.0%} of them show two trees or more; in all "
            f"they show {_counted(shown['nodes'], 'node')}, {_counted(shown['transitions'], 'transition')}, "
            f"{_counted(shown['anchors'], 'anchor')} and {_counted(shown['bridges'], 'bridge')}."
        )
        yield ""


def _held_out(manifest: Manifest) -> Iterator[str]:
    if not manifest.held_out:
        return
    said = ", ".join(f"{share:.3g} of the {kind}" for kind, share in manifest.held_out.items())
    yield from ("## What is held out", "")
    beside = " Samples that show it are the split `held_out`, to measure on." if "held_out" in manifest.splits else ""
    yield f"By a hash of their names: {said}. Nothing of that is in any other split, in no form.{beside}"
    yield ""


def _loading(manifest: Manifest) -> Iterator[str]:
    yield from ("## How to load it", "", "```python", "from datasets import load_dataset", "")
    yield from ('data = load_dataset("path/to/this/folder")', "```", "")
    yield (
        f"The files are {_KIND[manifest.kind]}. `manifest.json` has their SHA-256, all counts, and what the samples "
        "were made of."
    )
    yield ""


def _recipe(manifest: Manifest) -> Iterator[str]:
    usual = Recipe().as_dict()
    said = {name: value for name, value in manifest.recipe.items() if name in _ALWAYS or value != usual[name]}
    yield from ("## The recipe", "")
    yield "`forestlib build recipe.json FOREST -o DIR` makes samples so; what is not said is as usual."
    yield from ("", "```json", spelled(said), "```", "")


def _pattern(split: str, names: Sequence[str]) -> str:
    """Return what stands for the files of a split: the one, or all that say the same count."""
    return names[0] if len(names) == 1 else names[0].replace(f"{split}-00000-of-", f"{split}-*-of-")


def _plain(name: str) -> str:
    """Return a name as Markdown shows it as it is."""
    return "".join(f"\\{sign}" if sign in r"\`*_[]<>|" else sign for sign in name)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _counted(count: Any, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def languages_of(langs: Mapping[str, int]) -> list[str]:
    """Return languages, the most frequent first.

    >>> languages_of({"en": 2, "ru": 5})
    ['ru', 'en']
    """
    return sorted(langs, key=lambda lang: (-langs[lang], lang))
