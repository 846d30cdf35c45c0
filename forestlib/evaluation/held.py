"""What is asked about: crossings that a corpus holds out, by kind, and some that it shows, drawn by seed.

Crossings are found by number and never listed. What is held out is said by the hold-outs; whether it was kept out, by
the walks themselves, which an independent reader counts: a probe that training has seen is an error, not a score.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import attrs
import numpy as np

from forestlib.corpus.corpus import Corpus
from forestlib.corpus.exposure import Exposure, in_order
from forestlib.corpus.holdouts import KINDS
from forestlib.corpus.recount import exposure_of
from forestlib.errors import LeakError, OptionError, shown
from forestlib.model.chance import permuted, seed_of
from forestlib.model.crossing import Crossing
from forestlib.model.crossings import Crossings
from forestlib.model.ways import Ways

__all__ = ["TRAINED", "Seen", "draw", "held_kinds", "numbers", "seen_by"]

TRAINED = "trained"
_CHUNK = 1024
_LEAST = 50_000
_TRIES = 400
_READ = 200_000


def held_kinds(corpus: Corpus) -> tuple[str, ...]:
    """Return what a corpus holds out, or raise `OptionError` where that is nothing."""
    if corpus.is_held_out:
        raise OptionError(
            "This is a corpus of what another one holds out. Give the one that the model was trained on: "
            "fl.stitch_score(model, corpus)."
        )
    if not corpus.hold_outs:
        raise OptionError(
            "Nothing is held out of this corpus, so nothing can be asked that its samples do not answer. Lay it out "
            "with hold_out={'pairs': 0.1, 'anchors': 0.1, 'trees': 0.1}, train on that, and score with it."
        )
    held = corpus.hold_outs.as_dict()
    return tuple(kind for kind in KINDS[::-1] if kind in held)


def draw(corpus: Corpus, level: str, count: int, seed: int, direction: str = "auto") -> list[Crossing]:
    """Return up to `count` different crossings of a level: a kind of what is held out, or "trained".

    Of held-out trees those are drawn that jump *into* one from a tree that is none.
    """
    if level == TRAINED:
        return list(islice(_trained(corpus, seed), count))
    ways = Ways(corpus.forest)
    crossings = Crossings(ways.table, ways.goes_on(direction))
    found = (_named(ways, *crossings.at(number)) for number in numbers(len(crossings), count, seed_of(seed, level)))
    return list(islice((one for one in found if _is_of(corpus, level, one)), count))


def numbers(size: int, count: int, seed: int) -> Iterator[int]:
    """Iterate over numbers below `size` by chance, each once: all of a few, and a bounded part of many."""
    most = min(size, max(_LEAST, _TRIES * count))
    for begin in range(0, most, _CHUNK):
        yield from permuted(np.arange(begin, min(begin + _CHUNK, most)), size, seed).tolist()


def _named(ways: Ways, source: int, target: int) -> Crossing:
    return Crossing(ways.key(source), ways.named(source), ways.named(target))


def _is_of(corpus: Corpus, level: str, crossing: Crossing) -> bool:
    held, (source, _), (target, _) = corpus.hold_outs, crossing.source, crossing.target
    if level == "trees":
        return held.holds_tree(target) and not held.holds_tree(source)
    return held.reason(crossing.anchor, source, target) == level


def _trained(corpus: Corpus, seed: int) -> Iterator[Crossing]:
    """Iterate over different crossings that walks of the corpus jump over, by chance."""
    met = set[Crossing]()
    for place in numbers(len(corpus), 0, seed_of(seed, TRAINED)):
        for walk in corpus.walks(place, place + 1):
            for crossing in walk.crossings if walk.ask is None else ():
                if crossing.jump and crossing not in met and crossing.source[0] != crossing.target[0]:
                    met.add(crossing)
                    yield crossing


@attrs.frozen
class Seen:
    """What training shows, as far as it was read: `read` of `walks` walks."""

    exposure: Exposure
    read: int
    walks: int

    def __str__(self) -> str:
        part = "all" if self.read >= self.walks else f"{self.read:,} of"
        return f"{part} {self.walks:,} walks of training were read: none shows what is asked"

    def check(self, crossings: Iterable[Crossing]) -> None:
        """Raise `LeakError` where a walk shows a crossing that is asked for, or lets its two trees meet over it."""
        for crossing in crossings:
            bridge = (crossing.anchor, *in_order(crossing.source[0], crossing.target[0]))
            times = self.exposure.bridges[bridge] + self.exposure.jumps[bridge]
            if times:
                raise LeakError(
                    f"Training shows what is asked: {shown(bridge[0])} between {shown(bridge[1])} and "
                    f"{shown(bridge[2])}, {times} times. Score with the corpus that the model was trained on.",
                    bridge=bridge,
                    times=times,
                )


def seen_by(corpus: Corpus, most: int = _READ) -> Seen:
    """Return what the walks of a corpus show, the first `most` of them, counted by the independent reader."""
    read = min(len(corpus), most)
    exposure = exposure_of(corpus.forest, corpus.walks(0, read))
    exposure.check(corpus.hold_outs)
    return Seen(exposure, read, len(corpus))
