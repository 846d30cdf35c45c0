"""What is got back once it is taken away: anchors of a forest, the links of a vault. Rows for `benchmarks.anchors`."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np

import forestlib as fl
from benchmarks import readings
from benchmarks.table import Row
from benchmarks.vaults import Mention, Vault, are_forms, read_vault
from forestlib.model.key import anchor_key, folded
from forestlib.model.rows import TreeRows
from forestlib.phrases.encoders import encoded, meaning
from forestlib.phrases.lemmas import lemma_of

__all__ = ["DATA", "MARKS", "rows"]

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
VAULTS = ("vault_en_foam", "vault_ru_itmo")
DELETED = (1, 3, 10, 30)
_SEEDS = 3
_READ = 100
_SAMPLE = 60
_TOLD = ("NOUN", "ADJ", "VERB", "PROPN")
SUGGESTED = "anchors suggested, {} {} ones deleted, {}"
SENTENCES, THOUGHTS = "facts found again as sentences", "true shared thoughts of the first 100 phrases"
FORMS, ALL, SHARE = "mentions found, forms of the title", "mentions found, all", "mentions that are forms of the title"
ALIASES, MEANING = "the rest: aliases from other notes", "the rest: nearest title by meaning"
UNLINKED = "unlinked places marked, right of those read"
MARKS = {
    f"{SENTENCES} / EntailmentBank": 0.99,
    f"{FORMS} / vault_en_foam": 0.95,
    f"{FORMS} / vault_ru_itmo": 0.90,
} | {
    SUGGESTED.format(count, which, name): count + 1.0
    for count in DELETED
    for which in ("critical", "random")
    for name in ("EntailmentBank", *VAULTS)
}


def rows(quick: bool) -> Iterator[Row]:
    """Measure everything, a row at a time; without the data one row that says so."""
    if not DATA.is_dir():
        yield Row("what is got back", "", 0, 0, "", note=f"no data at {DATA}")
        return
    yield from _gold()
    bank = fl.read(DATA / "entailmentbank", importer="entailmentbank")
    vaults = {name: read_vault(DATA / name) for name in VAULTS}
    yield from _mined(bank)
    for name, vault in vaults.items():
        yield from _found(name, vault)
    forests = {"EntailmentBank": bank} | {name: _anchored(vault) for name, vault in vaults.items()}
    for name, forest in forests.items():
        yield from _stitched(name, _island(forest), 1 if quick else _SEEDS)


def _gold() -> Iterator[Row]:
    """Measure lemmas on gold ones: of two forms of one lemma, how often they match, and of matches, how many are so."""
    lemmas_of: dict[str, set[str]] = {}
    for path in sorted((DATA / "ud_russian_gsd").glob("*.conllu")):
        for cells in (line.split("\t") for line in path.read_text("utf-8").splitlines()):
            if len(cells) == 10 and cells[3] in _TOLD and cells[1].isalpha():
                lemmas_of.setdefault(folded(cells[1]), set()).add(folded(cells[2]))
    pairs = list(combinations(sorted(lemmas_of), 2))
    same = {pair for pair in pairs if not lemmas_of[pair[0]].isdisjoint(lemmas_of[pair[1]])}
    found = {form: folded(lemma_of(form)) for form in lemmas_of}
    matched = {pair for pair in pairs if found[pair[0]] == found[pair[1]]}
    yield Row("forms of one lemma, matched", "UD Russian GSD", len(same & matched), len(same), "pairs")
    yield Row("matched forms, of one lemma", "UD Russian GSD", len(same & matched), len(matched), "pairs")


def _without(forest: fl.Forest, keys: set[str] | None = None) -> fl.Forest:
    """Return the forest without some of its anchors, or without all."""
    bare = fl.Forest(forest.name)
    for tree in forest:
        given = tree.rows()
        marks = [] if keys is None else [mark for mark in given.marks if forest.anchors.key_of(mark[1]) not in keys]
        bare.add(fl.Tree.from_rows(TreeRows(tree.name, given.levels, given.texts, marks=marks, lang=given.lang)))
    return bare


def _mined(bank: fl.Forest) -> Iterator[Row]:
    table, bare = bank.anchors, _without(bank)
    shared = {key for key, trees in zip(table.anchor_keys, table.tree_counts, strict=True) if trees > 1}
    found = set[str]()
    for candidate in bare.mine_anchors("sentences"):
        found |= {candidate.key, *map(anchor_key, candidate.aliases)}
    yield Row(SENTENCES, "EntailmentBank", len(shared & found), len(shared), "facts")
    read = readings.phrases()
    first = [candidate.key for candidate in bare.mine_anchors("phrases")[:_READ]]
    known = [read[key] for key in first if key in read]
    yield Row(f"{THOUGHTS} ({len(known)} read)", "EntailmentBank", sum(known), len(known), "phrases")


def _found(name: str, vault: Vault) -> Iterator[Row]:
    titles = vault.titles()
    key_of = {written: anchor_key(title) for title, names in titles.items() for written in names}
    places = _places(vault, titles)
    forms = [mention for mention in vault.mentions if are_forms(mention.words, mention.target)]
    got = [mention for mention in vault.mentions if _is_in(mention, places, key_of)]
    yield Row(SHARE, name, len(forms), len(vault.mentions), "links")
    yield Row(FORMS, name, sum(mention in got for mention in forms), len(forms), "links")
    yield Row(ALL, name, len(got), len(vault.mentions), "links")
    rest = [mention for mention in vault.mentions if mention not in got]
    yield Row(ALIASES, name, sum(_said_elsewhere(mention, vault) for mention in rest), len(rest), "links")
    yield Row(MEANING, name, _nearest(rest, titles, key_of), len(rest), "links")
    others = sorted(_unlinked(vault, places))
    sample = random.Random(1).sample(others, min(_SAMPLE, len(others)))
    wrong = readings.NO_MENTIONS[name]
    right = sum(not any(key == anchor and part in around for key, part in wrong) for anchor, around in sample)
    yield Row(f"{UNLINKED} ({len(others)} in all)", name, right, len(sample), "places")


Places = dict[tuple[str, int], list[tuple[str, tuple[int, int]]]]


def _places(vault: Vault, titles: dict[str, list[str]]) -> Places:
    """Return where the titles were found: the anchors' keys and the spans, by node."""
    found: Places = {}
    for candidate in vault.forest.find_anchors(titles):
        for place in candidate.mentions():
            if place.span and place.node.level:
                at = found.setdefault((place.node.tree.name, place.node.number), [])
                at.append((candidate.key, place.span))
    return found


def _is_in(mention: Mention, places: Places, key_of: dict[str, str]) -> bool:
    start, stop = mention.span
    there = places.get((mention.tree, mention.node), [])
    return any(key == key_of[mention.target] and begin < stop and start < end for key, (begin, end) in there)


def _said_elsewhere(mention: Mention, vault: Vault) -> bool:
    """Whether a link in another note says it in the same words: an alias that a user would have written down."""
    said = (mention.target, anchor_key(mention.words))
    others = (other for other in vault.mentions if other.tree != mention.tree)
    return any((other.target, anchor_key(other.words)) == said for other in others)


def _nearest(rest: Sequence[Mention], titles: dict[str, list[str]], key_of: dict[str, str]) -> int:
    """Count the mentions to which their own title is nearest, and as near as the encoder's threshold asks."""
    if not rest:
        return 0
    encoder, names = meaning(), list(titles)
    near = encoded(encoder, [mention.words for mention in rest]) @ encoded(encoder, names).T
    best = near.argmax(1)
    enough = near[np.arange(len(rest)), best] >= encoder.threshold
    return sum(
        bool(ok) and anchor_key(names[place]) == key_of[mention.target]
        for mention, place, ok in zip(rest, best.tolist(), enough, strict=True)
    )


def _unlinked(vault: Vault, places: Places) -> Iterator[tuple[str, str]]:
    """Yield the places marked where no link was: the anchor's key, and the words around the place."""
    linked: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for mention in vault.mentions:
        linked.setdefault((mention.tree, mention.node), []).append(mention.span)
    for tree in vault.forest:
        for node in tree.nodes():
            spans = linked.get((tree.name, node.number), [])
            for key, (start, stop) in places.get((tree.name, node.number), []):
                if not any(start < end and begin < stop for begin, end in spans):
                    yield key, node.text[max(start - 20, 0) : stop + 20]


def _anchored(vault: Vault) -> fl.Forest:
    """Return the vault with its links as anchors."""
    forest = vault.forest.copy()
    for mention in vault.mentions:
        title = " ".join(mention.target.replace("-", " ").split())
        nodes = {node.number: node for node in forest[mention.tree].nodes()}
        nodes[mention.node].anchor(title)
    return forest


def _island(forest: fl.Forest) -> fl.Forest:
    """Return the trees of the largest island as a forest of their own."""
    names = set(forest.islands()[0].trees)
    part = fl.Forest(forest.name)
    for tree in forest:
        if tree.name in names:
            part.add(fl.Tree.from_rows(tree.rows()))
    return part


def _stitched(name: str, forest: fl.Forest, seeds: int) -> Iterator[Row]:
    critical = [anchor.key for anchor in forest.critical_anchors()]
    table = forest.anchors
    shared = [key for key, trees in zip(table.anchor_keys, table.tree_counts, strict=True) if trees > 1]
    for which, keys in (("critical", critical), ("random", shared)):
        for count in DELETED:
            if count <= len(keys):
                needed = [_needed(forest, set(random.Random(seed).sample(keys, count))) for seed in range(seeds)]
                yield Row(SUGGESTED.format(count, which, name), "", max(needed), 0, "anchors")


def _needed(forest: fl.Forest, deleted: set[str]) -> float:
    """Return how many suggestions join the islands again, and one for each island that is left apart."""
    suggested = _without(forest, deleted).suggest_anchors()
    return len(suggested) + len(suggested.apart) - 1
