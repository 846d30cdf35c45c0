"""Long: a chain of a thousand steps, followed across windows. How far does the model come before its first error?

It is given the first step, writes a window and ends; the driver begins the next one with what the model itself wrote
last, the landmark or the overlap, and nothing else. So a seam that does not carry ends the run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

import attrs

from forestlib.evaluation.probe import Probe, broken_off, said
from forestlib.evaluation.reading import Place, Reader, Reading, State
from forestlib.model.tree import Tree
from forestlib.model.walk import Note, Run, Trail, ranges_of
from forestlib.wording.prompts import Prompt

__all__ = ["Chain", "chain_probe", "followed"]

Ask = Callable[[Sequence[Probe]], list[str]]


@attrs.frozen
class Chain:
    """Goes on from the root of a tree, in windows that repeat the last `keep` steps of the one before."""

    tree: str
    keep: int
    of: int
    window: int

    def read(self, reader: Reader, text: str) -> Reading:
        """Return what one window turned out to be, from the tree's root on."""
        state, label, wrong = _window(reader, self, State(0, (self.tree, 0)), text)
        done = reader.is_leaf(state.at) and not wrong
        return Reading(done, state.steps, self.of, wrong=wrong or label)


@attrs.define
class _Run:
    """One chain on its way."""

    probe: Probe
    task: Chain
    state: State
    label: str = ""
    is_over: bool = False
    wrong: str = ""
    windows: int = 0


def chain_probe(reader: Reader, tree: Tree, keep: int, window: int) -> Probe:
    """Return the probe that follows a tree from its root to a leaf, as far as it goes."""
    order = tree.preorder()
    deepest = max(order.level[: order.size])
    on = [*islice(reader.ways.on(reader.place_of[tree.name], 0, "down"), window - 1)]
    trail = Trail((Run(tree.name, tuple(ranges_of([0, *on]))),))
    prompt, rest = broken_off(reader.wording, trail, len(on))
    return Probe("long", "chains", prompt, Chain(tree.name, keep, deepest, window), said(rest), window)


def followed(reader: Reader, probes: Sequence[Probe], ask: Ask) -> list[tuple[Reading, str]]:
    """Return how far each chain came, and the last window of each; all chains go on side by side."""
    runs = [_Run(probe, task, State(0, (task.tree, 0))) for probe in probes if isinstance(task := probe.task, Chain)]
    texts = dict.fromkeys(map(id, runs), "")
    while waiting := [run for run in runs if not run.is_over]:
        asked = [attrs.evolve(run.probe, prompt=_prompt(reader, run)) for run in waiting]
        for run, text in zip(waiting, ask(asked), strict=True):
            texts[id(run)] = text
            _go_on(reader, run, text)
    return [(_reading(reader, run), texts[id(run)]) for run in runs]


def _reading(reader: Reader, run: _Run) -> Reading:
    right = reader.is_leaf(run.state.at) and run.state.steps > 0
    return Reading(right, run.state.steps, run.task.of, wrong="" if right else run.wrong)


def _prompt(reader: Reader, run: _Run) -> Prompt:
    if not run.windows:
        return run.probe.prompt
    kept = 0 if run.label else run.task.keep
    trail = _trail(reader, run.state.at, run.label, kept)
    return broken_off(reader.wording, trail, 1)[0]


def _trail(reader: Reader, at: Place, label: str, keep: int) -> Trail:
    """Return the window that goes on from a node: with its last steps given, behind a label, or with nothing."""
    tree, number = at
    place = reader.place_of[tree]
    kept = [number, *reader.ways.up(place, number)][:keep][::-1]
    following = next(iter(reader.ways.on(place, number, "down")), number)
    opens = Note("prompt" if keep else "answer", opens=label)
    given = [Run(tree, tuple(ranges_of(kept)), None, opens)] if keep else []
    asked = Run(tree, (range(following, following + 1),), None, Note(opens="" if keep else label))
    return Trail((*given, asked), context=len(kept), shape="onward")


def _go_on(reader: Reader, run: _Run, text: str) -> None:
    """Read one window and say where the next one begins."""
    before = run.state.steps
    run.state, run.label, run.wrong = _window(reader, run.task, run.state, text)
    run.windows += 1
    run.is_over = bool(run.wrong) or run.state.steps == before or reader.is_leaf(run.state.at)


def _window(reader: Reader, task: Chain, state: State, text: str) -> tuple[State, str, str]:
    """Return how far a window leads on, the label that it ends on, and what in it is wrong."""
    units = reader.units(text)
    state = attrs.evolve(state, begin=0)
    found = reader.follow(units, [state], reader.down, lambda one: reader.is_leaf(one.at))
    rest = units[found.begin :]
    label = _label(reader, task.tree, " ".join(rest[: 1 if reader.by == "lines" else None]))
    wrong = "" if label or not rest or reader.is_leaf(found.at) else reader.rest(units, found.begin)
    return found, label, wrong


def _label(reader: Reader, tree: str, line: str) -> str:
    """Return the label of a landmark that a line says, or nothing."""
    words = reader.style.of(reader.wording.tree(tree).lang)
    before, _, after = words.landmark.partition("{label}")
    before, after = before.strip(), after.strip()
    if not line.startswith(before) or not line.endswith(after):
        return ""
    return line[len(before) : len(line) - len(after)].strip()
