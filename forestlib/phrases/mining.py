"""Mining a forest: candidates out of the runs and sentences that its trees share."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.errors import OptionError, shown
from forestlib.model.ground import Ground
from forestlib.model.key import anchor_key
from forestlib.model.stock import FEW_TREES, HUB_SHARE
from forestlib.phrases.candidates import Candidates, Found, Texts
from forestlib.phrases.columns import Columns, columns_of
from forestlib.phrases.known import Places
from forestlib.phrases.lemmas import lemmas_of
from forestlib.phrases.shared import FRAGMENT, GOOD, STOCK, Runs, shared_runs, telling, units
from forestlib.phrases.words import Flags, Ints, Numbers

__all__ = ["KINDS", "Wanted", "mine", "wanted"]

Floats = npt.NDArray[np.float64]

KINDS = ("phrases", "sentences")
_SHORTEST_SENTENCE = 2
_REASONS = {
    GOOD: "",
    STOCK: "hub: words that say little",
    FRAGMENT: "it begins or ends with a word that says little",
}


@attrs.frozen
class Wanted:
    """What is looked for, checked."""

    kinds: tuple[str, ...]
    shortest: int
    longest: int
    trees: int
    hub_share: float


def wanted(kinds: str | Iterable[str], words: tuple[int, int], trees: int, hub_share: float) -> Wanted:
    """Return the options of `mine`, checked."""
    listed = tuple(kinds) if isinstance(kinds, Iterable) and not isinstance(kinds, str) else (kinds,)
    wrong = [kind for kind in listed if kind not in KINDS]
    if wrong or not listed:
        raise OptionError(f"kinds= are 'phrases' and 'sentences', got {shown(wrong[0] if wrong else listed)}.")
    if (
        not (isinstance(words, tuple) and len(words) == 2 and all(type(word) is int for word in words))
        or not 1 <= words[0] <= words[1]
    ):
        raise OptionError(f"words= are the fewest and the most words of a phrase, as (2, 40), got {shown(words)}.")
    if type(trees) is not int or trees < 2:
        raise OptionError(f"trees= is in how many trees a phrase has to stand, from 2 up, got {shown(trees)}.")
    if isinstance(hub_share, bool) or not isinstance(hub_share, int | float) or not 0 < hub_share <= 1:
        raise OptionError(f"hub_share= is a share of the trees above 0 and up to 1, got {shown(hub_share)}.")
    return Wanted(listed, words[0], words[1], trees, float(hub_share))


def mine(ground: Ground, want: Wanted, forms: str | None) -> Candidates:
    """Return the phrases and sentences that trees of a forest share, the most telling first."""
    texts = Texts(ground)
    columns = columns_of(texts.texts, lemmas_of(forms))
    tree = texts.tree.astype(np.int32)[columns.text]
    runs, sentence = _runs(columns, tree, want)
    scores = _scores(columns, runs)
    order = np.lexsort((runs.first[runs.offset[:-1]], -scores)) if len(runs) else np.empty(0, np.int64)
    runs, scores, sentence = runs.take(order), scores[order], sentence[order]
    found = _found(texts, columns, runs, scores, sentence)
    return _judged(found, runs, want)


def _runs(columns: Columns, tree: npt.NDArray[np.int32], want: Wanted) -> tuple[Runs, Flags]:
    """Return the shared runs that no longer one covers, and which of them are sentences."""
    if not len(columns):
        return Runs.joined(()), np.empty(0, np.bool_)
    parts, sentences = list[Runs](), 0
    if "sentences" in want.kinds:
        starts, texts = np.flatnonzero(columns.begins), np.flatnonzero(np.diff(columns.text, prepend=-1))
        single, of_sentence = units(columns, tree, starts, _SHORTEST_SENTENCE, want.trees)
        whole, of_text = units(columns, tree, texts, _SHORTEST_SENTENCE, want.trees)
        parts += [_outside(single, whole, of_text, texts, 1), whole.take(np.flatnonzero(_several(whole, columns)))]
        sentences = sum(map(len, parts))
    if "phrases" in want.kinds:
        phrases = shared_runs(columns, tree, want.shortest, want.longest, want.trees)
        phrases = phrases.take(np.flatnonzero(~phrases.covered))
        parts.append(_outside(phrases, single, of_sentence, starts, 0) if "sentences" in want.kinds else phrases)
    runs = Runs.joined(parts)
    return runs, np.arange(len(runs)) < sentences


def _several(whole: Runs, columns: Columns) -> Flags:
    """Which texts are longer than one sentence."""
    first = whole.first[whole.offset[:-1]]
    last = first + whole.length[whole.offset[:-1]] - 1
    begun = np.cumsum(columns.begins)
    several: Flags = begun[last] > begun[first]
    return several


def _outside(runs: Runs, holders: Runs, of_unit: Ints, starts: Ints, wider: int) -> Runs:
    """Return the runs that do not stand inside a unit of the same support, at least `wider` words longer."""
    first = runs.first[runs.offset[:-1]]
    length = runs.length[runs.offset[:-1]]
    holder = of_unit[np.searchsorted(starts, first, side="right") - 1]
    held = holder >= 0
    one = holders.offset[:-1][holder[held]]
    held[held] = (holders.trees[holder[held]] == runs.trees[held]) & (holders.length[one] >= length[held] + wider)
    return runs.take(np.flatnonzero(~held))


def _scores(columns: Columns, runs: Runs) -> Floats:
    """Return how telling each run is: its words' surprise in bits, in how many trees it stands, how its words cling.

    And how much it stands on its own: a piece of one longer run, in nearly all of its trees, says little beside that.
    """
    if not len(runs):
        return np.empty(0, np.float64)
    first, length = runs.first[runs.offset[:-1]].astype(np.int64), runs.length[runs.offset[:-1]].astype(np.int64)
    begin = np.concatenate(([0], np.cumsum(length)))
    place = np.arange(begin[-1]) - np.repeat(begin[:-1] - first, length)
    counts, light = _counts(columns.number, place), ~telling(columns)
    total = len(light) - int(np.count_nonzero(light))
    bits = np.where(light[place], 0.0, np.log2(total + 1) - np.log2(counts))
    sums = np.concatenate(([0.0], np.cumsum(bits)))
    rarest = np.minimum.reduceat(np.where(light[place], len(columns), counts), begin[:-1])
    clinging = np.minimum(1.0, runs.rows / np.maximum(rarest, 1))
    alone = 1 - runs.held / (runs.trees + 1)
    found: Floats = np.log2(1 + np.diff(sums[begin])) * np.log2(1 + runs.trees) * (clinging * alone) ** 0.25
    return found


def _counts(number: Numbers, place: Ints) -> Ints:
    """Return how often the word at each place stands in all texts."""
    words, inverse = np.unique(number[place], return_inverse=True)
    ordered = np.sort(number)
    counts: Ints = (np.searchsorted(ordered, words, "right") - np.searchsorted(ordered, words))[inverse]
    return counts


def _found(texts: Texts, columns: Columns, runs: Runs, scores: Floats, sentence: Flags) -> Found:
    owner = np.repeat(np.arange(len(runs)), runs.rows)
    last = runs.first + runs.length - 1
    places = Places(
        owner,
        columns.text[runs.first].astype(np.int64),
        columns.start[runs.first].astype(np.int64),
        columns.stop[last].astype(np.int64),
    )
    kinds = ["sentence" if is_sentence else "phrase" for is_sentence in sentence.tolist()]
    return Found(texts, runs.offset, places, scores, runs.trees, [None] * len(runs), kinds, [""] * len(runs))


def _judged(found: Found, runs: Runs, want: Wanted) -> Candidates:
    """Return the candidates, with those left out that are stock, hubs, fragments, known already or refused."""
    total = len(found.texts.trees)
    reasons = list(map(_REASONS.__getitem__, runs.kind.tolist()))
    share = "half" if want.hub_share == HUB_SHARE else f"{want.hub_share:.0%}"
    too_many = np.flatnonzero((runs.trees > want.hub_share * total) & (total >= FEW_TREES))
    for row in too_many.tolist():
        reasons[row] = reasons[row] or f"hub: it stands in more than {share} of the trees"
    reasons = _told(found, reasons)
    kept = [number for number, reason in enumerate(reasons) if not reason]
    left_out = (number for number, reason in enumerate(reasons) if reason)
    return Candidates(attrs.evolve(found, reasons=reasons), kept, left_out)


def _told(found: Found, reasons: list[str]) -> list[str]:
    """Return the reasons, with those of what the user told: it is an anchor already, or none."""
    ground = found.texts.ground
    known, refused = {*ground.anchors.anchor_keys, *ground.declarations().anchor_of}, ground.refused
    if not known and not refused:
        return reasons
    # Of several forms each may be the one that was refused: the most frequent one was, when it was shown.
    keys = (() if reason else set(map(anchor_key, found.phrases(number))) for number, reason in enumerate(reasons))
    told = (("an anchor already", known), ("refused", refused))
    return [
        reason or next((why for why, phrases in told if not phrases.isdisjoint(own)), "")
        for reason, own in zip(reasons, keys, strict=True)
    ]
