"""Finding in a forest: every place where a known anchor stands in a node's text, in any of its spellings and forms.

A form that several anchors could stand in is given to the one that is spelled so; where none is, the place is left out
and says between which anchors it is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from forestlib.errors import OptionError, shown
from forestlib.model.ground import Ground
from forestlib.model.key import anchor_key
from forestlib.phrases.candidates import Candidates, Found, Texts
from forestlib.phrases.known import Places, find_known
from forestlib.phrases.lemmas import lemmas_of
from forestlib.phrases.words import Flags, Ints

__all__ = ["find"]

More = Iterable[str] | Mapping[str, Iterable[str]]


def find(ground: Ground, more: More, forms: str | None) -> Candidates:
    """Return the known anchors of a forest, and `more` phrases (or phrases with aliases), where they stand in texts."""
    names, phrases, owner = _known(ground, more)
    texts = Texts(ground)
    places = find_known(phrases, texts.texts, lemmas_of(forms))
    anchor = owner[places.phrase]
    places = Places(anchor, places.text, places.start, places.stop)
    places = places.take(_longest(places))
    open_to = _open(places, texts, names, dict(zip(phrases, owner.tolist(), strict=True)))
    own = np.ones(len(places), np.bool_)
    own[list(open_to)] = False
    rows = sorted(row for row, reason in open_to.items() if reason)
    left = places.take(np.array(rows, np.int64))
    return _candidates(texts, names, places.take(own), left, [open_to[row] for row in rows])


def _known(ground: Ground, more: More) -> tuple[list[str], list[str], Ints]:
    """Return the anchors' canonical texts, all their spellings as keys, and the anchor of each spelling."""
    table = ground.anchors
    declared = ground.declarations()
    given = _given(more)
    for text, aliases in given.items():
        declared.declare(text, aliases)
    spelled = dict(declared.anchor_of)
    spelled |= {anchor_key(phrase): table.key_of(phrase) for phrase in table.phrases()}
    keys = sorted({declared.anchor_of.get(key, key) for key in (*table.anchor_keys, *spelled.values())})
    number = {key: place for place, key in enumerate(keys)}
    texts = dict(zip(table.anchor_keys, table.texts, strict=True))
    names = [declared.texts[key][0] if key in declared.texts else texts[key] for key in keys]
    owners = {
        phrase: number[declared.anchor_of.get(key, key)]
        for phrase, key in [*spelled.items(), *zip(keys, keys, strict=True)]
    }
    return names, list(owners), np.fromiter(owners.values(), np.int64, len(owners))


def _given(more: More) -> Mapping[str, Iterable[str]]:
    if isinstance(more, Mapping):
        return more
    if isinstance(more, str) or not isinstance(more, Iterable):
        raise OptionError(f"Phrases to find are a list, or a mapping to their aliases, got {shown(more)}.", value=more)
    return dict.fromkeys(more, ())


def _longest(places: Places) -> Ints:
    """Return the rows, by anchor, text and span, of which none stands inside another of the same anchor."""
    order = _order(places.phrase, places.text, places.start, places.stop.max(initial=0) - places.stop)
    anchor, text, stop = places.phrase[order], places.text[order], places.stop[order]
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = (anchor[1:] != anchor[:-1]) | (text[1:] != text[:-1])
    # Within one text of one anchor, what ends no later than something before it stands inside that.
    width = int(stop.max(initial=0)) + 1
    reached = np.maximum.accumulate(stop + np.cumsum(fresh) * width)
    inside = np.zeros(len(order), np.bool_)
    inside[1:] = (reached[1:] == reached[:-1]) & ~fresh[1:]
    return order[~inside]


def _order(*columns: Ints) -> Ints:
    """Return the rows by the first column, then by the second …; one sort where a number holds all."""
    key, room = columns[0], int(columns[0].max(initial=0)) + 1
    for column in columns[1:]:
        width = int(column.max(initial=0)) + 1
        room *= width
        if room >= 1 << 63:
            return np.lexsort(columns[::-1])
        key = key * width + column
    return np.argsort(key)


def _open(places: Places, texts: Texts, names: list[str], spelled: Mapping[str, int]) -> dict[int, str]:
    """Return the rows that are not their anchor's: "" for one that is another's, else between which it is open."""
    result: dict[int, str] = {}
    for rows in _same_span(places):
        text, start, stop = (int(column[rows[0]]) for column in (places.text, places.start, places.stop))
        exact = spelled.get(anchor_key(texts.texts[text][start:stop]))
        named = " or ".join(shown(names[places.phrase[row]], 40) for row in rows)
        result |= {row: f"it could be {named}" if exact is None else "" for row in rows if places.phrase[row] != exact}
    return result


def _same_span(places: Places) -> Iterator[list[int]]:
    """Yield the groups of rows that have one span and several anchors."""
    order = _order(places.text, places.start, places.stop, places.phrase)
    new = np.zeros(len(order), np.bool_)
    new[:1] = True
    for column in (places.text, places.start, places.stop):
        new[1:] |= column[order[1:]] != column[order[:-1]]
    begin = np.flatnonzero(new)
    sizes = np.diff(np.append(begin, len(order)))
    for row, size in zip(begin[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
        yield order[row : row + size].tolist()


def _candidates(texts: Texts, names: list[str], settled: Places, open_: Places, reasons: list[str]) -> Candidates:
    anchors = np.unique(settled.phrase)
    row = np.searchsorted(settled.phrase, np.append(anchors, len(names)))
    lone = np.arange(len(open_))
    places = Places.joined([settled, open_])
    offset = np.concatenate((row, row[-1] + 1 + lone)) if len(row) else np.zeros(1, np.int64)
    tree = np.searchsorted(texts.offset, settled.text, side="right")
    fresh = _fresh(settled.phrase, tree)
    trees = np.bincount(np.searchsorted(anchors, settled.phrase), fresh, minlength=len(anchors)).astype(np.int64)
    found = Found(
        texts,
        offset,
        places,
        np.concatenate((trees.astype(np.float64), np.ones(len(open_)))),
        np.concatenate((trees, np.ones(len(open_), np.int64))),
        [names[anchor] for anchor in (*anchors.tolist(), *open_.phrase.tolist())],
        ["known"] * (len(anchors) + len(open_)),
        [""] * len(anchors) + reasons,
    )
    return Candidates(found, range(len(anchors)), range(len(anchors), len(anchors) + len(open_)))


def _fresh(owner: Ints, tree: Ints) -> Flags:
    """Return at which rows a new tree of an owner begins."""
    fresh = np.ones(len(owner), np.bool_)
    fresh[1:] = (owner[1:] != owner[:-1]) | (tree[1:] != tree[:-1])
    return fresh
