"""Likelihood: is the true continuation likelier than wrong ones? For models that are too small to write it.

After a jump the way on in the named tree is compared with the ways on in other trees that have the anchor, and with the
one in the tree that the walk came from. Likelihoods are per letter, since the ways differ in length.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import attrs

from forestlib.evaluation.jump import Jump
from forestlib.evaluation.probe import Probe, said
from forestlib.evaluation.reading import Place, Reader
from forestlib.model.chance import mixed, some_of
from forestlib.model.walk import Step

__all__ = ["best_of", "compared"]

_STEPS = 2
_OTHERS = 7


def compared(reader: Reader, probe: Probe, salt: int) -> Probe | None:
    """Return the probe of a jump as one that compares the true way on with wrong ones, None where there are none."""
    task = probe.task
    if not isinstance(task, Jump) or probe.crossing is None:
        return None
    true = _way(reader, task.targets[0], task.up, salt)
    wrong = [_way(reader, at, task.up, salt) for at in _elsewhere(reader, task, salt)]
    wrong.append(_way(reader, task.source, task.up, salt))
    different = tuple(text for text in dict.fromkeys(wrong) if text and text != true)
    if not true or not different:
        return None
    chance = 1 / (1 + len(different))
    return attrs.evolve(probe, kind="likelihood", truth=true, wrong=different, chance=chance)


def best_of(scores: list[float], texts: list[str]) -> int:
    """Return which text is the likeliest by letter; of several the last, so that a tie is no success.

    >>> best_of([-4.0, -9.0, -2.0], ["four", "nine letters", "xy"])
    1
    """
    by_letter = [score / len(text) for score, text in zip(scores, texts, strict=True)]
    return max(range(len(texts)), key=lambda place: (by_letter[place], place))


def _way(reader: Reader, at: Place, up: bool, salt: int) -> str:
    """Return an anchored node and what follows it, as samples say it; nothing where nothing follows."""
    place = reader.place_of[at[0]]
    on = list(islice(reader.ways.on(place, at[1], "up" if up else "down", salt), _STEPS - 1))
    texts = reader.wording.tree(at[0]).texts
    return said([Step("node", texts[number]) for number in (at[1], *on)]) if on else ""


def _elsewhere(reader: Reader, task: Jump, salt: int) -> Iterator[Place]:
    """Iterate over an occurrence of the anchor in some of the trees that are neither left nor named."""
    table, ways = reader.ways.table, reader.ways
    listed = table.places_of(task.key)
    known = {task.source[0], task.targets[0][0]}
    places = [listed[at] for at in some_of(len(listed), min(len(listed), 8 * _OTHERS), mixed(salt, len(listed)))]
    met = set[str]()
    for place in places:
        at = ways.named(place)
        if at[0] not in known | met and len(met) < _OTHERS:
            met.add(at[0])
            yield at
