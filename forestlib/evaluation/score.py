"""Scores: what a model answered, as one table with chance levels and intervals, and the answers to look at.

A jump that fails proves nothing where the model has not learned the trees themselves: below 0.9 of recall a row reads
"not learned yet" and not zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Any

import attrs

from forestlib.errors import OptionError, shown
from forestlib.evaluation.probe import Probe
from forestlib.evaluation.reading import Reading
from forestlib.evaluation.statistics import over_seeds, wilson
from forestlib.model.sheet import Sheet
from forestlib.registry import renderers

__all__ = ["LEARNED", "Answer", "Row", "StitchScore"]

LEARNED = 0.9
NOT_LEARNED = "not learned yet"
RECALL = "recall:paths"
HEADS = ("probe", "level", "n", "score", "interval", "chance", "steps")


@attrs.frozen(repr=False, eq=False)
class Answer:
    """One answer: the probe, the prompt as it was given, the text that came, and what it turned out to be."""

    probe: Probe
    prompt: Any
    text: str
    reading: Reading

    def __repr__(self) -> str:
        verdict = "right" if self.reading.right else "wrong"
        return f"<Answer to {self.probe.kind}, {self.probe.level}: {verdict}, {shown(self.text)}>"

    def __str__(self) -> str:
        given = self.prompt if isinstance(self.prompt, str) else "\n".join(turn["content"] for turn in self.prompt)
        verdict = "right" if self.reading.right else f"wrong at: {self.reading.wrong or 'the end'}"
        return (
            f"{self.probe.kind}, {self.probe.level}: {verdict}\n{given.rstrip()}\n  model: {self.text.strip()}\n"
            f"  forest: {self.probe.truth.strip()}"
        )


@attrs.frozen
class Row:
    """One line of the table: `score` is the share of answers that are right to their end, `steps` that of right steps.

    `low` and `high` are its 95 % interval, `deviation` that over `seeds` runs; `chance` is what a guesser has.
    `learned` says whether recall allows to read the score at all. `jumped` is the share of answers that a further jump
    ended.
    """

    probe: str
    level: str
    count: int
    score: float
    low: float
    high: float
    chance: float | None = None
    steps: float = 0.0
    learned: bool = True
    deviation: float | None = None
    seeds: int = 1
    jumped: float = 0.0

    def cells(self) -> tuple[str, ...]:
        """Return the row as texts."""
        spread = "" if self.deviation is None else f" ± {self.deviation:.3f}"
        score = f"{self.score:.3f}{spread}" if self.learned else NOT_LEARNED
        interval = f"{self.low:.3f} – {self.high:.3f}" if self.learned else ""
        chance = "" if self.chance is None else f"{self.chance:.3f}"
        return self.probe, self.level, f"{self.count:,}", score, interval, chance, f"{self.steps:.3f}"


class StitchScore:
    """What a model scored: printed it is one table; `examples` gives answers to look at."""

    def __init__(self, answers: Sequence[Answer], title: str, notes: Sequence[str] = ()) -> None:
        self.answers, self.title, self.notes = tuple(answers), title, tuple(notes)
        self.rows = tuple(_rows(self.answers))

    @classmethod
    def together(cls, scores: Sequence[StitchScore]) -> StitchScore:
        """Return one score of several seeds: means, their sample deviations, and intervals over the seeds.

        >>> StitchScore.together([])
        Traceback (most recent call last):
        forestlib.errors.OptionError: Several seeds are two scores or more, got 0. ...
        """
        if len(scores) < 2:
            raise OptionError(
                f"Several seeds are two scores or more, got {len(scores)}. Score each seed's model, and give all."
            )
        found = cls([answer for score in scores for answer in score.answers], scores[0].title, scores[0].notes)
        found.title, found.rows = f"{scores[0].title}, {len(scores)} seeds", tuple(_joined(scores))
        return found

    def __repr__(self) -> str:
        said = ", ".join(f"{row.probe} {row.level} {row.score:.2f}" for row in self.rows[:4])
        return f"<StitchScore of {len(self.answers)} answers: {said}{' …' if len(self.rows) > 4 else ''}>"

    def __str__(self) -> str:
        return str(renderers["terminal"].function(self.sheet()))

    def __rich__(self) -> object:
        return renderers["rich"].function(self.sheet())

    def _repr_html_(self) -> str:
        table = str(renderers["html"].function(self.sheet()))
        failed = [answer for answer in self.answers if not answer.reading.right][:3]
        shown_ = "".join(
            f"<details><summary>{escape(repr(one))}</summary><pre>{escape(str(one))}</pre></details>" for one in failed
        )
        return table + shown_

    def sheet(self) -> Sheet:
        """Return the table."""
        return Sheet(self.title, HEADS, tuple(row.cells() for row in self.rows), self.notes)

    def __getitem__(self, named: str | tuple[str, str]) -> Row:
        """Return the row of a probe and level, or the first one of a probe."""
        probe, level = (named, None) if isinstance(named, str) else named
        for row in self.rows:
            if row.probe == probe and level in (None, row.level):
                return row
        there = ", ".join(f"({row.probe!r}, {row.level!r})" for row in self.rows)
        raise OptionError(f"No row is {shown(named)}. There are: {there}.", value=named)

    def as_dict(self) -> dict[str, Any]:
        """Return the rows and the notes as JSON-ready values."""
        return {"title": self.title, "rows": [attrs.asdict(row) for row in self.rows], "notes": list(self.notes)}

    def examples(
        self, probe: str | None = None, level: str | None = None, *, right: bool | None = None, count: int = 5
    ) -> list[Answer]:
        """Return the first answers of a probe and level, the right ones or the wrong ones; printed they say it all."""
        found = (
            answer
            for answer in self.answers
            if probe in (None, answer.probe.kind)
            and level in (None, answer.probe.level)
            and right in (None, answer.reading.right)
        )
        return [answer for answer, _ in zip(found, range(count), strict=False)]


def _rows(answers: Sequence[Answer]) -> Iterator[Row]:
    by_row: dict[tuple[str, str], list[Answer]] = {}
    for answer in answers:
        by_row.setdefault((answer.probe.kind, answer.probe.level), []).append(answer)
    recalled = by_row.get((RECALL, "shown"))
    learned = recalled is None or _share(recalled, lambda reading: reading.right) >= LEARNED
    for (kind, level), found in by_row.items():
        yield _row(kind, level, found, learned or kind.startswith("recall:"))
        if kind == "jump":
            stayed = _share(found, lambda reading: reading.stayed)
            yield Row("stay", level, len(found), stayed, *wilson(stayed * len(found), len(found)), steps=stayed)


def _row(kind: str, level: str, found: Sequence[Answer], learned: bool) -> Row:
    steps = _share(found, lambda reading: reading.share)
    # A chain is hardly ever right to its end: its score is how far it comes.
    score = steps if kind == "long" else _share(found, lambda reading: reading.right)
    chances = [answer.probe.chance for answer in found if answer.probe.chance is not None]
    chance = math.fsum(chances) / len(chances) if len(chances) == len(found) else None
    low, high = wilson(score * len(found), len(found))
    jumped = _share(found, lambda reading: reading.jumped)
    return Row(kind, level, len(found), score, low, high, chance, steps, learned, jumped=jumped)


def _share(found: Sequence[Answer], of: Callable[[Reading], float]) -> float:
    return math.fsum(of(answer.reading) for answer in found) / len(found)


def _joined(scores: Sequence[StitchScore]) -> Iterator[Row]:
    """Iterate over the rows that all scores have, over their seeds."""
    for first in scores[0].rows:
        rows = [row for score in scores for row in score.rows if (row.probe, row.level) == (first.probe, first.level)]
        if len(rows) < len(scores):
            continue
        mean, deviation, low, high = over_seeds([row.score for row in rows])
        chances = [row.chance for row in rows if row.chance is not None]
        yield Row(
            first.probe,
            first.level,
            sum(row.count for row in rows),
            mean,
            low,
            high,
            math.fsum(chances) / len(chances) if chances else None,
            math.fsum(row.steps for row in rows) / len(rows),
            all(row.learned for row in rows),
            deviation,
            len(rows),
            math.fsum(row.jumped for row in rows) / len(rows),
        )
