"""Walks: what becomes one sample, before it is worded (`Trail`) and after (`Walk`).

A walker knows which nodes stand in which order and where it jumps; it does not know words. So it gives trails: runs of
nodes by tree name and preorder number, which stay small at any depth and need no forest to be pickled. The wording
turns a trail into a walk, whose steps are texts that every serializer can write; steps that show a node are shared by
all walks that show it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any, Protocol, runtime_checkable

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.errors import OptionError, shown
from forestlib.model.crossing import Crossing, Shared, spelled_place
from forestlib.model.node import Node

__all__ = [
    "ASKS",
    "KINDS",
    "PARTS",
    "PLAIN",
    "SHAPES",
    "Ask",
    "Crossing",
    "Ends",
    "Note",
    "OfPaths",
    "Run",
    "Skip",
    "Step",
    "Trail",
    "Walk",
    "ranges_of",
    "steps_of",
]

KINDS = ("question", "head", "node", "anchor", "jump", "landmark", "stage")
PARTS = ("prompt", "answer", "chosen", "rejected", "positive", "negative")
ASKS = ("back", "forth", "link", "places", "grounds")
SHAPES = ("outline", "levels", "onward")


@attrs.frozen
class Note:
    """What a run is, beyond its nodes.

    `part` is the part of the sample that it belongs to, one of prompt, answer, chosen, rejected, positive, negative;
    `label` says whether its nodes are right, `value` how good or how near they are. `shares` is the key of an anchor
    that its first node has in common with the first nodes of other runs, without a jump. `opens` and `closes` are
    labels of landmarks, said before and after its nodes; `stage` is the stage of the reasoning that it is, said before
    them.
    """

    part: str = "answer"
    label: bool | None = None
    value: float | None = None
    shares: str | None = None
    opens: str = ""
    closes: str = ""
    stage: str = ""

    def __attrs_post_init__(self) -> None:
        if self.part not in PARTS:
            raise OptionError(f"A part is one of {', '.join(PARTS)}, got {shown(self.part)}.", value=self.part)


PLAIN = Note()


@attrs.frozen
class Ask:
    """What a trail answers: `kind` is one of back, forth, link, places, grounds.

    "back" and "forth" ask how to come from the node `start` to the node `goal`, answered from the goal back or from the
    start on; "link" asks which thought links their trees; "places" asks where the thought `anchor` stands;
    "grounds" asks what the node `start` rests on, back to the node `goal` above it.
    """

    kind: str
    start: tuple[str, int]
    goal: tuple[str, int]
    anchor: str

    def __attrs_post_init__(self) -> None:
        if self.kind not in ASKS:
            raise OptionError(f"A question is one of {', '.join(ASKS)}, got {shown(self.kind)}.", value=self.kind)


@attrs.frozen(repr=False)
class Run:
    """Nodes of one tree in the order of walking, as ranges of preorder numbers; `via` is the anchor jumped over to it.

    Without `via` the run goes on where the one before it ended, or stands beside it. Ranges may run backwards (towards
    the root).
    """

    tree: str
    ranges: tuple[range, ...]
    via: str | None = None
    note: Note = PLAIN

    def __repr__(self) -> str:
        over = f" over {shown(self.via, 30)}" if self.via is not None else ""
        return f"<Run of {sum(map(len, self.ranges))} nodes of {shown(self.tree, 30)}{over}>"

    @property
    def goes_up(self) -> bool:
        """Whether the run goes on towards the root: its second node stands before its first."""
        return len(self.ranges) > 1 and len(self.ranges[0]) == 1 and self.ranges[1][0] < self.ranges[0][0]

    @property
    def first(self) -> tuple[str, int]:
        """Where the run begins: (tree name, preorder number)."""
        return self.tree, self.ranges[0][0]

    @property
    def last(self) -> tuple[str, int]:
        """Where the run ends: (tree name, preorder number)."""
        return self.tree, self.ranges[-1][-1]


@attrs.frozen(repr=False)
class Trail:
    """A walk before it is worded: runs of nodes, and the anchors over which it jumps from run to run.

    `ask` is the question that it answers, if it answers one. `context` counts the nodes at its beginning that only lead
    up to what it teaches: other walks teach them. `shape` says what its steps alone would not: "outline", a tree depth
    first, indented by level; "levels", a tree level by level, each step with the place of the one that it hangs on;
    "onward", a later piece of a reasoning, which goes on from where another one ended.

    >>> from forestlib.model.tree import Tree
    >>> norms = Tree("justice", "A match.").root.then("But norms differ.")
    >>> will = Tree("choice", "To choose is to refuse.").root.then("Refusal needs a norm.")
    >>> trail = Trail.of(norms.path()).jump("norm", [will])
    >>> trail.trees, trail.crossings[0].source
    (('justice', 'choice'), ('justice', 1))
    """

    runs: tuple[Run, ...]
    ask: Ask | None = None
    context: int = 0
    shape: str = ""

    def __attrs_post_init__(self) -> None:
        if self.shape and self.shape not in SHAPES:
            raise OptionError(f"A shape is one of {', '.join(SHAPES)}, got {shown(self.shape)}.", value=self.shape)

    def __repr__(self) -> str:
        nodes = sum(len(span) for run in self.runs for span in run.ranges)
        trees = " → ".join(shown(run.tree, 20) for run in self.runs[:4])
        return f"<Trail: {trees}{' …' if len(self.runs) > 4 else ''}, {nodes} nodes>"

    @classmethod
    def of(cls, nodes: Iterable[Node]) -> Trail:
        """Return the trail over nodes of one tree, in their order."""
        return cls((_run(nodes, None),))

    def jump(self, anchor: str, nodes: Iterable[Node]) -> Trail:
        """Return the trail that goes on over `anchor` to nodes of another tree, the anchored node first."""
        return Trail((*self.runs, _run(nodes, anchor)))

    @property
    def trees(self) -> tuple[str, ...]:
        """The names of the trees that the trail goes through, in order, and then of those that its question names."""
        shown = tuple(run.tree for run in self.runs)
        if self.ask is None:
            return shown
        named = dict.fromkeys((self.ask.start[0], self.ask.goal[0]))
        return shown + tuple(tree for tree in named if tree not in shown)

    @property
    def crossings(self) -> Sequence[Crossing]:
        """Every crossing that the trail shows: its jumps, and the anchors that its runs share without one."""
        pairs = zip(self.runs, self.runs[1:], strict=False)
        if not self.runs and self.ask is not None:
            return (Crossing(self.ask.anchor, self.ask.start, self.ask.goal, jump=False),)
        jumps = tuple(Crossing(after.via, before.last, after.first) for before, after in pairs if after.via is not None)
        shared: dict[str, list[tuple[str, int]]] = {}
        for run in self.runs:
            if run.note.shares is not None:
                shared.setdefault(run.note.shares, []).append(run.first)
        places = tuple((anchor, tuple(at)) for anchor, at in shared.items() if len({tree for tree, _ in at}) > 1)
        return Shared(jumps, places) if places else jumps

    @property
    def is_plain(self) -> bool:
        """Whether it is runs and jumps and nothing else."""
        return self.ask is None and not self.shape and all(run.note is PLAIN or run.note == PLAIN for run in self.runs)

    def places(self) -> Iterator[tuple[str, int]]:
        """Iterate over (tree name, preorder number) of every node shown."""
        return ((run.tree, number) for run in self.runs for span in run.ranges for number in span)


@attrs.frozen(eq=False)
class Ends:
    """Whole root-to-leaf paths, in two columns: the place of each one's tree in the forest, and which of its leaves."""

    trees: npt.NDArray[np.int64]
    leaves: npt.NDArray[np.int64]


@runtime_checkable
class OfPaths(Protocol):
    """A walker's sequence whose trails are all root-to-leaf paths, and which can say many of them at once.

    A corpus that knows this much asks for no trails: at a million paths, they are most of the work of laying them out.
    """

    def ends(self, places: npt.NDArray[np.int64]) -> Ends:
        """Return where the trails at `places` of the sequence end."""


def _run(nodes: Iterable[Node], via: str | None) -> Run:
    listed = list(nodes)
    if not listed or any(not isinstance(node, Node) or node.tree is not listed[0].tree for node in listed):
        raise OptionError(
            f"A run of a trail is one or more nodes of one tree, got {shown(listed)}. Use jump() between trees."
        )
    return Run(listed[0].tree.name, tuple(ranges_of([node.number for node in listed])), via)


def ranges_of(numbers: Sequence[int]) -> Iterator[range]:
    """Return numbers as the longest ascending ranges of neighbours, in their order.

    >>> list(ranges_of([3, 4, 5, 2, 1]))
    [range(3, 6), range(2, 3), range(1, 2)]
    """
    begin = 0
    for place in range(1, len(numbers) + 1):
        if place == len(numbers) or numbers[place] != numbers[place - 1] + 1:
            yield range(numbers[begin], numbers[place - 1] + 1)
            begin = place


@attrs.frozen(repr=False)
class Step:
    """One step of a walk as it is said: `kind` is one of `KINDS`.

    `at` is (tree name, preorder number) for a node, else None; `level` is the node's level, 0 for words between nodes;
    `role` is the node's own field of that name.
    """

    kind: str
    text: str
    level: int = 0
    at: tuple[str, int] | None = None
    role: str | None = None

    def __repr__(self) -> str:
        at = "" if self.at is None else f" at {spelled_place(self.at)}"
        return f"<Step {self.kind}{at}: {shown(self.text, 40)}>"


def steps_of(tree: str, texts: Sequence[str], levels: Iterable[int], roles: Mapping[int, Any]) -> tuple[Step, ...]:
    """Return the steps of all nodes of a tree, by preorder number: those that `Step` makes, a column at a time.

    >>> steps_of("t", ["a", "b"], [0, 1], {1: "user"})[1] == Step("node", "b", 1, ("t", 1), "user")
    True
    """
    steps = tuple(map(object.__new__, repeat(Step, len(texts))))
    role_of = [None if role is None else str(role) for role in map(roles.get, range(len(texts)))] if roles else ()
    columns = {
        "kind": repeat("node"),
        "text": texts,
        "level": levels,
        "at": zip(repeat(tree), range(len(texts)), strict=False),
        "role": role_of or repeat(None),
    }
    for name, column in columns.items():
        # One by one, the checks of a frozen class cost more than the step itself.
        deque(map(getattr(Step, name).__set__, steps, column), maxlen=0)
    return steps


@attrs.define
class Walk:
    """A worded walk, as every serializer gets it.

    `steps` begin with the head (the tree's name) or with a question. `questions` says what somebody could ask before a
    step, by place: (1, …) opens the reasoning, later ones ask for each jump. `lang` is the language of the first tree;
    `has_roles` says whether nodes of its trees have roles. `context` is the number of steps at the beginning that are
    given: what the walk teaches is learned from the step at that place on.

    `parts` are named stretches of the steps, ``(name, first, after the last)``, where a walk has more than a prompt and
    an answer; `labels` and `values` say of single steps, by place, whether they are right and how good they are. `ask`
    is the question that the walk answers, with the nodes that it quotes. `place` is where it stands in its corpus.
    """

    walker: str
    lang: str
    steps: tuple[Step, ...]
    questions: tuple[tuple[int, str], ...]
    crossings: Sequence[Crossing]
    has_roles: bool = False
    context: int = 1
    parts: tuple[tuple[str, int, int], ...] = ()
    labels: tuple[tuple[int, bool], ...] = ()
    values: tuple[tuple[int, float], ...] = ()
    ask: Ask | None = None
    place: int | None = attrs.field(default=None, eq=False)

    def part(self, name: str) -> tuple[Step, ...]:
        """Return the steps of a named part; a walk without named parts has a prompt, its first step, and an answer.

        >>> walk = Walk("paths", "en", (Step("head", "justice"), Step("node", "A match.")), (), ())
        >>> walk.part("answer"), walk.part("chosen")
        ((<Step node: 'A match.'>,), ())
        """
        parts = self.parts or (("prompt", 0, 1), ("answer", 1, len(self.steps)))
        return tuple(step for part, first, stop in parts if part == name for step in self.steps[first:stop])

    def __repr__(self) -> str:
        head = shown(self.steps[0].text)
        return f"<Walk by {self.walker!r}: {head}, {len(self.steps)} steps, {len(self.crossings)} jumps>"


@attrs.frozen(repr=False)
class Skip:
    """What a serializer yields instead of a sample that it cannot write; the reason is counted."""

    reason: str

    def __repr__(self) -> str:
        return f"<Skip: {shown(self.reason)}>"
