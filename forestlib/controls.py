"""Controls: forests that an experiment compares with, made of a forest and a seed.

`islands_of` gives every anchor a private name in every tree, in marks and in texts, at every place where a known
spelling stands, so that nothing tells the common name; texts keep their lengths. `shuffled_of` puts the phrases of all
marks into the places of others, in the text where the phrase stood in the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from forestlib.model.chance import mixed, permuted, seed_of
from forestlib.model.ground import Ground
from forestlib.model.key import anchor_key
from forestlib.model.rows import TreeRows
from forestlib.phrases.candidates import Texts
from forestlib.phrases.known import Places, find_known
from forestlib.phrases.private import Names

__all__ = ["islands_of", "shuffled_of"]

Aliases = dict[str, list[str]]
# Where one anchor has most of the marks, no place is wrong for it: looking further would find none.
_TRIES = 64


def islands_of(ground: Ground, seed: int) -> tuple[list[TreeRows], Aliases]:
    """Return the trees with a private name for every anchor in every tree, and the names' other forms.

    All forms of one anchor in one tree stay one anchor; a name is as long as the phrase that it stands for.
    """
    keys = set(ground.anchors.anchor_keys) | set(ground.declarations().anchor_of)
    names = Names(keys.__contains__, seed_of(seed, "private names"))
    mentions = _mentions(ground)
    rows, aliases = [], Aliases()
    for place, tree in enumerate(ground.trees):
        said = _Private(ground, names, place)
        made = tree.rows()
        texts = list(made.texts)
        for text, found in mentions.get(place, {}).items():
            texts[text] = _replaced(
                texts[text], [(start, stop, said.name(texts[text][start:stop])) for start, stop in found]
            )
        made.texts = texts
        made.marks = [(number, said.name(phrase)) for number, phrase in made.marks]
        rows.append(made)
        aliases |= said.aliases()
    return rows, aliases


class _Private:
    """The private names of one tree's anchors: one a form, the forms of an anchor tied to its canonical text."""

    def __init__(self, ground: Ground, names: Names, tree: int) -> None:
        self._table, self._names, self._tree = ground.anchors, names, tree
        self._texts = dict(zip(self._table.anchor_keys, self._table.texts, strict=True))
        self._said: dict[str, dict[str, str]] = {}

    def name(self, phrase: str) -> str:
        """Return the name of a phrase; the canonical text of its anchor is named first."""
        key = self._table.key_of(phrase)
        forms = self._said.setdefault(key, {})
        for form in (self._texts.get(key, phrase), phrase):
            if form not in forms:
                forms[form] = self._names.of(form, mixed(self._tree, *form.encode()))
        return forms[phrase]

    def aliases(self) -> Aliases:
        """Return the canonical name of each anchor that has several, and the others."""
        named = (list(forms.values()) for forms in self._said.values())
        return {names[0]: names[1:] for names in named if len(names) > 1}


def shuffled_of(ground: Ground, seed: int) -> tuple[list[TreeRows], Aliases]:
    """Return the trees with every mark's phrase at the place of another mark, of another anchor where there is one."""
    slots = [(place, number, phrase) for place, tree in enumerate(ground.trees) for number, phrase in tree.marks()]
    phrases = _deranged(
        [phrase for _, _, phrase in slots],
        [ground.anchors.key_of(phrase) for _, _, phrase in slots],
        [(place, number) for place, number, _ in slots],
        seed,
    )
    spans = _mentions(ground)
    key_of = ground.anchors.key_of
    rows = [tree.rows() for tree in ground.trees]
    given: dict[int, list[tuple[int, str]]] = {}
    instead: dict[tuple[int, int], dict[str, str]] = {}
    for (place, number, phrase), other in zip(slots, phrases, strict=True):
        given.setdefault(place, []).append((number, other))
        instead.setdefault((place, number), {}).setdefault(key_of(phrase), other)
    for place, made in enumerate(rows):
        texts = list(made.texts)
        for text, found in spans.get(place, {}).items():
            said = instead.get((place, text), {})
            texts[text] = _replaced(
                texts[text],
                [
                    (start, stop, said.get(key_of(texts[text][start:stop]), texts[text][start:stop]))
                    for start, stop in found
                ],
            )
        made.texts, made.marks = texts, given.get(place, [])
    return rows, {text: list(aliases) for text, aliases in ground.declared()}


def _deranged(phrases: list[str], keys: list[str], nodes: list[tuple[int, int]], seed: int) -> list[str]:
    """Return the phrases in another order: none at a node that has its anchor already, as far as that can be had."""
    order = permuted(range(len(phrases)), len(phrases), seed_of(seed, "wrong places")).tolist()
    slots_of = _slots_of(nodes)
    there = {node: {keys[slot] for slot in slots} for node, slots in slots_of.items()}
    put = {node: Counter(keys[order[slot]] for slot in slots) for node, slots in slots_of.items()}

    def fits(slot: int, key: str) -> bool:
        node = nodes[slot]
        return key not in there[node] and put[node][key] <= (keys[order[slot]] == key)

    for slot in range(len(phrases)):
        if not fits(slot, keys[order[slot]]):
            start = mixed(seed, slot)
            for step in range(min(len(phrases), _TRIES)):
                other = (start + step) % len(phrases)
                if fits(slot, keys[order[other]]) and fits(other, keys[order[slot]]):
                    for one, new in ((slot, keys[order[other]]), (other, keys[order[slot]])):
                        put[nodes[one]][keys[order[one]]] -= 1
                        put[nodes[one]][new] += 1
                    order[slot], order[other] = order[other], order[slot]
                    break
    return [phrases[place] for place in order]


def _slots_of(nodes: list[tuple[int, int]]) -> Mapping[tuple[int, int], list[int]]:
    found: dict[tuple[int, int], list[int]] = {}
    for slot, node in enumerate(nodes):
        found.setdefault(node, []).append(slot)
    return found


def _mentions(ground: Ground) -> dict[int, dict[int, list[tuple[int, int]]]]:
    """Return where known spellings stand in texts: by tree and node, spans that do not overlap, the longest first."""
    spelled = sorted({*map(anchor_key, ground.anchors.phrases()), *ground.declarations().anchor_of})
    texts = Texts(ground)
    places = find_known(spelled, texts.texts)
    found: dict[int, dict[int, list[tuple[int, int]]]] = {}
    for text, spans in _apart(places).items():
        tree = int(np.searchsorted(texts.offset, text, side="right")) - 1
        found.setdefault(tree, {})[text - int(texts.offset[tree])] = spans
    return found


def _apart(places: Places) -> dict[int, list[tuple[int, int]]]:
    order = np.lexsort((-places.stop, places.start, places.text))
    found: dict[int, list[tuple[int, int]]] = {}
    for row in order.tolist():
        text, start, stop = int(places.text[row]), int(places.start[row]), int(places.stop[row])
        spans = found.setdefault(text, [])
        if not spans or start >= spans[-1][1]:
            spans.append((start, stop))
    return found


def _replaced(text: str, changes: list[tuple[int, int, str]]) -> str:
    parts, done = list[str](), 0
    for start, stop, said in changes:
        parts += [text[done:start], said]
        done = stop
    return "".join([*parts, text[done:]])
