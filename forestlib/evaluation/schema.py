"""Schemas: a way of reasoning practised on some topics, asked on new ones.

The walker `schema` says it on one topic; the probe asks for it on another, whose first stage is given. Right is the way
that was shown, stage by stage, each stage's words before a step that is one in the new topic.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from forestlib.evaluation.probe import Probe, broken_off, said
from forestlib.evaluation.reading import Place, Reader, Reading, State, Units
from forestlib.model.key import folded
from forestlib.model.walk import Run, Trail

__all__ = ["Schema", "schema_probe"]


@attrs.frozen
class Schema:
    """Goes on from a node over the stages of `way`, of which the first is said."""

    at: Place
    way: tuple[str, ...]
    of: int

    def read(self, reader: Reader, text: str) -> Reading:
        """Return what an answer turned out to be."""
        units = reader.units(text)
        last = len(self.way) - 1
        stages = reader.ground[self.at[0]].field("stage")
        found = reader.follow(
            units,
            [State(0, self.at)],
            lambda state: self._moves(reader, stages, state),
            lambda state: state.stage == last and _stage(stages, state.at) == self.way[last],
        )
        right = found.stage == last
        return Reading(right, found.steps, self.of, wrong="" if right else reader.rest(units, found.begin))

    def _moves(self, reader: Reader, stages: dict[int, object], state: State) -> Iterator[tuple[Units, State]]:
        said_in = reader.wording.tree(self.at[0])
        for child in reader.below(state.at):
            stage = _stage(stages, child)
            after = attrs.evolve(state, at=child, steps=state.steps + 1)
            if not stage:
                yield reader.node(child), after
                continue
            for place in (state.stage, state.stage + 1):
                if place < len(self.way) and self.way[place] == stage:
                    spelled = reader.units(reader.wording.stage(_spelled(stages, child), said_in).text)
                    yield (*spelled, *reader.node(child)), attrs.evolve(after, stage=place)


def _spelled(stages: dict[int, object], at: Place) -> str:
    stage = stages.get(at[1])
    return " ".join(stage.split()) if isinstance(stage, str) else ""


def _stage(stages: dict[int, object], at: Place) -> str:
    spelled = _spelled(stages, at)
    return folded(spelled) if spelled else ""


def schema_probe(reader: Reader, shown: tuple[Run, ...], asked: tuple[Run, ...], level: str) -> Probe | None:
    """Return the probe that goes on from the first node of a new topic, after another one was shown whole."""
    trail = Trail((*shown, *asked), context=sum(len(span) for run in shown for span in run.ranges))
    at = asked[0].first
    walk = reader.wording.walk(trail, "schema")
    given = max(place for place, step in enumerate(walk.steps) if step.at == at) + 1
    prompt, rest = broken_off(reader.wording, trail, len(walk.steps) - given)
    nodes = sum(step.kind == "node" for step in rest)
    if not nodes:
        return None
    task = Schema(at, _way(asked), nodes)
    return Probe("schema", level, prompt, task, said(rest), nodes, _chance(reader, asked))


def _way(runs: tuple[Run, ...]) -> tuple[str, ...]:
    """Return the stages of a stretch; one that several steps share counts once."""
    found = list[str]()
    for run in runs:
        stage = folded(run.note.stage)
        if not found or found[-1] != stage:
            found.append(stage)
    return tuple(found)


def _chance(reader: Reader, runs: tuple[Run, ...]) -> float:
    """Return how often one is right who goes down the new topic blindly."""
    nodes = [(run.tree, number) for run in runs for span in run.ranges for number in span]
    chance = 1.0
    for at in nodes[:-1]:
        chance /= len(list(reader.below(at)))
    return chance
