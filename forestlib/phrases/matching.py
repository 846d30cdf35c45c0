"""Comparing: anchors, and sentences, that mean the same in other words or in the other language.

What an encoder finds alike is proposed; what only looks alike, because it says the opposite, is left out with the
reason (`opposites`). Accepting two anchors makes one of them; accepting a sentence marks its node with the anchor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs
import numpy as np

from forestlib.errors import OptionError, shown
from forestlib.model.ground import Ground
from forestlib.model.key import anchor_key
from forestlib.phrases.candidates import Candidates, Found, Texts
from forestlib.phrases.encoders import Encoder, encoded, meaning, threshold_of
from forestlib.phrases.known import Places
from forestlib.phrases.opposites import Guard
from forestlib.phrases.similar import similar
from forestlib.phrases.words import Ints

__all__ = ["match"]


@attrs.frozen(eq=False)
class _Thing:
    """What is compared: an anchor (its canonical text and where it stands) or a node's text."""

    text: str
    places: Ints
    is_anchor: bool


@attrs.frozen(eq=False)
class _Pair:
    one: _Thing
    other: _Thing
    similarity: float
    reason: str


def match(ground: Ground, encoder: Encoder | None, threshold: float | None, sentences: bool) -> Candidates:
    """Return pairs of anchors, with `sentences` of node texts too, that mean the same, the most alike first."""
    if not isinstance(sentences, bool):
        raise OptionError(f"sentences= is True or False, got {shown(sentences)}.", value=sentences)
    chosen = meaning() if encoder is None else encoder
    texts = Texts(ground)
    things = [*_anchors(texts), *(_sentences(texts) if sentences else ())]
    vectors = encoded(chosen, [thing.text for thing in things])
    level = threshold_of(chosen, threshold, vectors if len(vectors) else None)
    guard = Guard(chosen)
    guard.learn([thing.text for thing in things], vectors)
    alike = similar(vectors, threshold=level) if len(things) > 1 else ()
    pairs = list(_judged(texts, things, alike, guard))
    cut = getattr(alike, "cut", 0)
    return _candidates(texts, pairs, f"{cut:,} pairs more are as alike; raise the threshold" if cut else "")


def _judged(
    texts: Texts, things: Sequence[_Thing], alike: Iterable[tuple[int, int, float]], guard: Guard
) -> Iterator[_Pair]:
    """Iterate over the pairs of which neither has a nearer partner yet, opposites and refused ones aside."""
    refused, taken = texts.ground.refused, set[int]()
    for one, other, cosine in alike:
        pair = things[one], things[other]
        if {one, other} <= taken or not _may_meet(*pair, texts):
            continue
        reason = guard.opposite(pair[0].text, pair[1].text) or ""
        if not reason and anchor_key(_both(*pair)) in refused:
            reason = "refused"
        if not reason:
            taken |= {one, other}
        yield _Pair(*_by_rank(*pair), cosine, reason)


def _anchors(texts: Texts) -> Iterator[_Thing]:
    table = texts.ground.anchors
    for number, text in enumerate(table.texts):
        rows = slice(table.start[number], table.start[number + 1])
        if rows.stop > rows.start:
            yield _Thing(text, (texts.offset[table.tree[rows]] + table.node[rows]).astype(np.int64), True)


def _sentences(texts: Texts) -> Iterator[_Thing]:
    known = texts.ground.anchors
    for place, text in enumerate(texts.texts):
        if any(map(str.isalpha, text)) and text not in known:
            yield _Thing(text, np.array([place], np.int64), False)


def _by_rank(one: _Thing, other: _Thing) -> tuple[_Thing, _Thing]:
    """Return the two, first the one whose text the anchor takes: an anchor, the one at more nodes, the shorter one."""
    first, second = sorted(
        (one, other), key=lambda thing: (not thing.is_anchor, -len(thing.places), len(thing.text), thing.text)
    )
    return first, second


def _both(one: _Thing, other: _Thing) -> str:
    """Return what is remembered where a pair is refused: that the two are not one."""
    return " ≈ ".join(sorted((one.text, other.text)))


def _may_meet(one: _Thing, other: _Thing, texts: Texts) -> bool:
    """Two node texts of one tree tie nothing, and a node is not compared with what it has already."""
    if one.is_anchor and other.is_anchor:
        return True
    if not one.is_anchor and not other.is_anchor:
        tree = np.searchsorted(texts.offset, [one.places[0], other.places[0]], side="right")
        return bool(tree[0] != tree[1])
    return not np.isin(
        other.places if one.is_anchor else one.places, one.places if one.is_anchor else other.places
    ).any()


def _candidates(texts: Texts, pairs: Sequence[_Pair], note: str) -> Candidates:
    spellings, rows = list[str](), list[tuple[int, int]]()
    offset, trees = [0], list[int]()
    for pair in pairs:
        for thing in (pair.one, pair.other):
            # A sentence beside an anchor gets the anchor; of two sentences each keeps its own words.
            said = pair.one.text if pair.one.is_anchor and not thing.is_anchor else thing.text
            rows += [(len(spellings), place) for place in thing.places.tolist()]
            spellings.append(said)
        offset.append(len(rows))
        where = [place for _, place in rows[offset[-2] :]]
        trees.append(len(np.unique(np.searchsorted(texts.offset, where, side="right"))))
    column = np.array(rows, np.int64).reshape(-1, 2)
    beside = np.full(len(rows), -1, np.int64)
    found = Found(
        texts,
        np.array(offset, np.int64),
        Places(column[:, 0], column[:, 1], beside, beside),
        np.array([pair.similarity for pair in pairs], np.float64),
        np.array(trees, np.int64),
        [pair.one.text for pair in pairs],
        ["meaning"] * len(pairs),
        [pair.reason for pair in pairs],
        spellings,
        [_both(pair.one, pair.other) for pair in pairs],
    )
    kept = [number for number, pair in enumerate(pairs) if not pair.reason]
    return Candidates(found, kept, (number for number, pair in enumerate(pairs) if pair.reason), note)
