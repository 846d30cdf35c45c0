"""How well opposites are kept apart, and at what cost in true pairs. ``python -m benchmarks.opposites``.

For each kind: how many pairs similarity alone would merge, how many of them the guard refuses, how many stay merged.
`--development` prints the same of the pairs that the guard was made with, and from which the threshold was chosen.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import attrs

from benchmarks import meanings, meanings_seed
from benchmarks.contrast import quads
from benchmarks.meanings import Pair, pairs
from forestlib.phrases.encoders import encoded, meaning, threshold_of
from forestlib.phrases.negation import known_words
from forestlib.phrases.opposites import Guard

__all__ = ["MARKS", "Outcome", "Tally", "main", "outcomes", "tallies"]

KINDS = ("negation", "words", "phrases", "quantity", "roles")
CAUGHT, MERGED = "opposites alike that the guard refuses", "opposites that stay merged, of all"
ACCEPTED, REFUSED = "true pairs accepted, of all", "true pairs alike that the guard refuses"
# Shares; the sign says on which side of the bound a run is good.
MARKS = {CAUGHT: (">=", 0.85), MERGED: ("<=", 0.08), ACCEPTED: (">=", 0.75), REFUSED: ("<=", 0.08)}
_HEADS = ("pairs", "kind", "all", "alike", "refused", "merged")


@attrs.frozen
class Outcome:
    """What became of a pair: its similarity, whether that is enough, and why the guard refuses it."""

    pair: Pair
    similarity: float
    alike: bool
    reason: str | None

    @property
    def merged(self) -> bool:
        """Whether the two would become one anchor."""
        return self.alike and self.reason is None


@attrs.frozen
class Tally:
    """A line of the table."""

    listed: str
    kind: str
    all: int
    alike: int
    refused: int
    merged: int

    @classmethod
    def of(cls, listed: str, kind: str, outcomes: Sequence[Outcome]) -> Tally:
        """Count outcomes."""
        alike = sum(outcome.alike for outcome in outcomes)
        merged = sum(outcome.merged for outcome in outcomes)
        return cls(listed, kind, len(outcomes), alike, alike - merged, merged)


def outcomes(
    listed: Iterable[Pair], guard: Guard, encode: Callable[[list[str]], object], threshold: float
) -> list[Outcome]:
    """Ask the encoder and the guard about all pairs."""
    given = list(listed)
    texts = list(dict.fromkeys(text for pair in given for text in (pair.one, pair.other)))
    vectors = encoded(encode, texts)
    guard.learn(texts, vectors)
    place = {text: number for number, text in enumerate(texts)}
    found = []
    for pair in given:
        cosine = float(vectors[place[pair.one]] @ vectors[place[pair.other]])
        found.append(Outcome(pair, cosine, cosine >= threshold, guard.opposite(pair.one, pair.other)))
    return found


def tallies(listed: str, given: Sequence[Outcome]) -> list[Tally]:
    """Return a line for each kind and language, then one for all."""
    groups = dict.fromkeys((outcome.pair.kind, outcome.pair.language) for outcome in given)
    lines = [
        Tally.of(
            listed, f"{kind}, {language}", [o for o in given if (o.pair.kind, o.pair.language) == (kind, language)]
        )
        for kind, language in groups
    ]
    return [*lines, Tally.of(listed, "all", given)]


def _measured(development: bool) -> dict[str, list[Pair]]:
    if not development:
        sources = (meanings.OPPOSITES, meanings.SAME, meanings.RELATED)
        return dict(zip(("opposites", "same", "related"), (list(pairs(source)) for source in sources), strict=True))
    opposites, same = quads(meanings_seed.QUADS, KINDS)
    return {
        "opposites": opposites,
        "same": [*same, *pairs(meanings_seed.SAME)],
        "related": list(pairs(meanings_seed.RELATED)),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table and what is missed, and return the exit status."""
    parser = argparse.ArgumentParser(description="Opposites kept apart, true pairs let through")
    parser.add_argument("--check", action="store_true", help="exit 1 where a mark is missed")
    parser.add_argument("--development", action="store_true", help="the pairs that the guard was made with")
    parser.add_argument("--threshold", type=float, help="another similarity than the encoder's own")
    parser.add_argument("--bare", action="store_true", help="the guard without an encoder to ask")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows as JSON as well")
    given = parser.parse_args(arguments)
    encoder = meaning()
    threshold = threshold_of(encoder, given.threshold)
    guard = Guard(None if given.bare else encoder, known=known_words())
    found = {name: outcomes(listed, guard, encoder, threshold) for name, listed in _measured(given.development).items()}
    lines = [line for name, group in found.items() for line in tallies(name, group)]
    print(f"Opposites and true pairs: alike from a cosine of {threshold:g}")
    _print(lines)
    _print_missed(found)
    if given.json is not None:
        listed = [attrs.asdict(line) for line in lines]
        given.json.write_text(json.dumps(listed, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 1 if _missed_marks(lines) and given.check else 0


def _print(lines: Sequence[Tally]) -> None:
    rows = [_HEADS, *(tuple(map(str, attrs.astuple(line))) for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    rows.insert(1, tuple("-" * width for width in widths))
    for row in rows:
        texts = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        print("  ".join([*texts, *(cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True))]))


def _print_missed(found: dict[str, list[Outcome]]) -> None:
    for name, title in (("opposites", "opposites that stay merged"), ("related", "related pairs that stay merged")):
        print(f"\n{title}:")
        for outcome in found[name]:
            if outcome.merged:
                print(f"  {outcome.similarity:.2f}  {outcome.pair.one} | {outcome.pair.other}")
    print("\ntrue pairs that the guard refuses:")
    for outcome in found["same"]:
        if outcome.alike and outcome.reason:
            print(f"  {outcome.similarity:.2f}  {outcome.pair.one} | {outcome.pair.other}  ({outcome.reason})")


def _missed_marks(lines: Sequence[Tally]) -> bool:
    every = {line.listed: line for line in lines if line.kind == "all"}
    opposites, same = every["opposites"], every["same"]
    shares = {
        CAUGHT: opposites.refused / max(1, opposites.alike),
        MERGED: opposites.merged / opposites.all,
        ACCEPTED: same.merged / same.all,
        REFUSED: same.refused / max(1, same.alike),
    }
    missed = False
    print()
    for name, share in shares.items():
        sign, bound = MARKS[name]
        met = share >= bound if sign == ">=" else share <= bound
        missed |= not met
        print(f"{name}: {share:.0%} (mark {'≥' if sign == '>=' else '≤'} {bound:.0%}) {'yes' if met else 'NO'}")
    return missed


if __name__ == "__main__":
    sys.exit(main())
