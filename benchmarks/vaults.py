"""Vaults of Markdown notes with their links taken off: what finding has to get back. Read by `benchmarks.anchors`.

A note is a tree: its name is the root, every line with words a node. A link is stripped to the words that a reader
sees, ``[[target|alias]]`` to the alias, and where they stood is kept as a mention. Links inside code are no links;
links out of the vault have no target in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import attrs

import forestlib as fl

__all__ = ["Mention", "Vault", "are_forms", "read_vault", "words_of"]

_LINK = re.compile(
    r"!?\[\[(?P<wiki>[^\[\]|]+)(?:\\?\|(?P<alias>[^\[\]]+))?\]\]|!?\[(?P<text>[^\[\]]+)\]"
    r"\((?P<to>(?:[^()\s\\]|\\.|\([^()\s]*\))+)(?:\s+\"[^\"]*\")?\)"
)
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_FENCE = re.compile(r"\s*(```|~~~)")
_DEFINITION = re.compile(r"\[[^\]]+\]:\s")
_MARKS = re.compile(r"^(\s*(#+|[-*+>]|\d+\.)\s+(\[[ x]\]\s+)?)+")
_WORD = re.compile(r"\w+")
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


@attrs.frozen
class Mention:
    """A link as a reader sees it: the name of the note it leads to, its words, and where they stand."""

    target: str
    words: str
    tree: str
    node: int
    span: tuple[int, int]


@attrs.frozen(eq=False, repr=False)
class Vault:
    """The notes as a forest without anchors, the links that were taken off, and how many stood in code."""

    forest: fl.Forest
    mentions: list[Mention]
    in_code: int

    def titles(self) -> dict[str, list[str]]:
        """The list of link targets: each name with its hyphens as spaces, and as it is written."""
        names = sorted({mention.target for mention in self.mentions})
        found: dict[str, list[str]] = {}
        for name in names:
            found.setdefault(" ".join(name.replace("-", " ").split()), []).append(name)
        return found


def read_vault(folder: Path) -> Vault:
    """Read the notes of a folder."""
    forest, mentions, in_code = fl.Forest(folder.name), list[Mention](), 0
    for path in sorted(folder.rglob("*.md")):
        name = str(path.relative_to(folder).with_suffix(""))
        root = forest.plant(name, path.stem).root
        lines, fenced = _lines(path.read_text("utf-8"))
        in_code += fenced
        for line in lines:
            in_code += sum(len(_LINK.findall(code[0])) for code in _CODE.finditer(line))
            text, links = _stripped(line)
            if _WORD.search(text):
                node = root.then(text)
                mentions += [Mention(target, text[slice(*span)], name, node.number, span) for target, span in links]
    return Vault(forest, mentions, in_code)


def _lines(text: str) -> tuple[list[str], int]:
    """Return the lines outside front matter and fences, without link definitions, and the links inside fences."""
    lines = text.splitlines()
    if lines[:1] == ["---"] and "---" in lines[1:]:
        lines = lines[lines.index("---", 1) + 1 :]
    kept, fenced, fence = list[str](), 0, ""
    for line in lines:
        match = _FENCE.match(line)
        if match and not fence:
            fence = match[1]
        elif match and match[1] == fence:
            fence = ""
        elif fence:
            fenced += len(_LINK.findall(line))
        elif not _DEFINITION.match(line):
            kept.append(_MARKS.sub("", line))
    return kept, fenced


def _stripped(line: str) -> tuple[str, list[tuple[str, tuple[int, int]]]]:
    codes = [match.span() for match in _CODE.finditer(line)]
    out, links, done = "", list[tuple[str, tuple[int, int]]](), 0
    for match in _LINK.finditer(line):
        if any(start <= match.start() < stop for start, stop in codes):
            continue
        target = _target(match)
        words = match["alias"] or match["text"] or match["wiki"].partition("#")[0] or match["wiki"]
        out += line[done : match.start()]
        if target and not match[0].startswith("!"):
            links.append((target, (len(out), len(out) + len(words))))
        out += words
        done = match.end()
    return out + line[done:], links


def _target(match: re.Match[str]) -> str:
    """Return the name of the note that a link leads to, or "" where it leads out of the vault or stays on its page."""
    to = unquote(match["to"] or match["wiki"]).partition("#")[0]
    if "://" in to or (match["to"] and not to.endswith(".md")):
        return ""
    return to.rstrip("/").rpartition("/")[2].removesuffix(".md").strip()


def words_of(phrase: str) -> list[str]:
    """Return the words of a phrase; a hyphen parts two."""
    return [word.casefold().replace("ё", "е") for word in _WORD.findall(phrase.replace("_", " "))]


def are_forms(one: str, other: str) -> bool:
    """Whether the words of two phrases are forms of one another, one by one: by another dictionary than the library's.

    >>> are_forms("Graph views", "graph-view"), are_forms("graph", "graph-view")
    (True, False)
    """
    first, second = words_of(one), words_of(other)
    return len(first) == len(second) and all(
        a == b or not _bases(a).isdisjoint(_bases(b)) for a, b in zip(first, second, strict=True)
    )


def _bases(word: str) -> frozenset[str]:
    return _russian(word) if _CYRILLIC.search(word) else _english(word)


@cache
def _analyzer() -> Any:
    return import_module("pymorphy3").MorphAnalyzer()


@cache
def _russian(word: str) -> frozenset[str]:
    return frozenset(parse.normal_form.replace("ё", "е") for parse in _analyzer().parse(word))


def _english(word: str) -> frozenset[str]:
    return frozenset(_english_bases(word))


def _english_bases(word: str) -> Iterator[str]:
    """Yield what a word can be a regular form of."""
    yield word
    for ending, instead in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 2:
            yield stem + instead
            if not instead and ending in ("ed", "ing") and stem[-1] == stem[-2]:
                yield stem[:-1]


_ENDINGS = (("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ied", "y"), ("ing", ""), ("ing", "e"))
