"""Reading: a text that a model wrote, as moves on the forest. The inverse of the wording, without guessing.

What could come next is known at every step (the children of a node, its parent, the words of a jump), so a text is not
looked up but compared with these: the longest reading that the forest allows is the reading. Where texts repeat, all
readings are followed side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

import attrs

from forestlib.errors import OptionError, shown
from forestlib.model.ground import Ground
from forestlib.model.walk import Run
from forestlib.model.ways import Ways
from forestlib.wording.style import Style
from forestlib.wording.wording import Wording

__all__ = ["BY", "Place", "Reader", "Reading", "State", "Units"]

BY = ("lines", "words")
_NEAR = 8
Place = tuple[str, int]
Units = tuple[str, ...]


@attrs.frozen
class Reading:
    """What a continuation turned out to be: whether it is `right` to its end, and how many of `of` steps are right.

    `stayed` says that it went on in its own tree after a jump, `jumped` that a further jump ended what is scored,
    `wrong` what stands where it left the forest.
    """

    right: bool
    steps: int = 0
    of: int = 1
    stayed: bool = False
    jumped: bool = False
    wrong: str = ""

    @property
    def share(self) -> float:
        """The share of the steps that are right."""
        # A way that goes wrong had at least one step more to go, however short the one that it is compared with.
        return 1.0 if self.right else self.steps / max(self.of, self.steps + 1)


@attrs.frozen
class State:
    """One reading so far: `begin` counts the units that are read, `at` is the node that was said last.

    `stage` counts the stages of a reasoning that are said, `jumps` the jumps.
    """

    begin: int
    at: Place
    steps: int = 0
    seen: frozenset[Place] = frozenset()
    stage: int = 0
    jumps: int = 0


Moves = Callable[[State], Iterable[tuple[Units, State]]]


class Reader:
    """Reads texts on one forest in one style, by "lines" as samples have them, or by "words" where lines are lost.

    `worded` is a forest of the same trees in other words, which the texts are in; what is a way is said by `ground`.

    >>> ground = Ground()
    >>> _ = ground.plant("justice", "A match.").root.then("Norms differ.").anchor("norm")
    >>> reader = Reader(ground, Style())
    >>> reader.units("Norms differ. [norm]\\n"), reader.node(("justice", 1))
    (('Norms differ. [norm]',), ('Norms differ. [norm]',))
    """

    def __init__(self, ground: Ground, style: Style, by: str = "lines", worded: Ground | None = None) -> None:
        if by not in BY:
            raise OptionError(f"Answers are read by 'lines' or by 'words', got {shown(by)}.", value=by)
        self.ground, self.style, self.by = ground, style, by
        self.worded = ground if worded is None else worded
        self.wording = Wording(self.worded, style)
        self._nodes: dict[Place, Units] = {}

    def __repr__(self) -> str:
        return f"<Reader of {self.ground!r} by {self.by}>"

    def units(self, text: str) -> Units:
        """Return the lines of a text without those that are blank, or its words."""
        if self.by == "words":
            return tuple(text.split())
        return tuple(line.strip() for line in text.split("\n") if line.strip())

    def node(self, at: Place) -> Units:
        """Return what a node is said as."""
        found = self._nodes.get(at)
        if found is None:
            found = self._nodes[at] = self.units(self.wording.tree(at[0]).texts[at[1]])
        return found

    def below(self, at: Place) -> Iterator[Place]:
        """Iterate over the children of a node."""
        return ((at[0], child) for child in self.wording.tree(at[0]).order.children(at[1]))

    def above(self, at: Place) -> Place | None:
        """Return the parent of a node."""
        parent = self.wording.tree(at[0]).order.parent[at[1]]
        return None if parent < 0 else (at[0], parent)

    def is_leaf(self, at: Place) -> bool:
        """Whether nothing follows from a node."""
        return bool(self.wording.tree(at[0]).order.is_leaf(at[1]))

    def head(self, tree: str) -> Units:
        """Return what a tree is named as."""
        return self.units(self.wording.tree(tree).head.text)

    def anchor(self, key: str, at: Place) -> Units:
        """Return what an anchor is said as where it stands."""
        return self.units(self.wording.anchor(self.phrase(key, at), self.wording.tree(at[0])).text)

    def phrase(self, key: str, at: Place) -> str:
        """Return the phrase that an anchor is called by at a node: its key, unless the forest is worded in others."""
        if self.worded is self.ground:
            return key
        key_of = self.ground.anchors.key_of
        slot = [key_of(phrase) for phrase in self.ground[at[0]][at[1]].anchors].index(key)
        return self.worded[at[0]][at[1]].anchors[slot]

    def keys(self, at: Place) -> list[str]:
        """Return the keys of a node's anchors."""
        return list(dict.fromkeys(map(self.ways.key, self.ways.marked(self.place_of[at[0]], at[1]))))

    @cached_property
    def heads(self) -> dict[Units, str]:
        """The trees by what they are named as."""
        return {self.head(tree.name): tree.name for tree in self.ground.trees}

    @cached_property
    def ways(self) -> Ways:
        """The ways of the forest."""
        return Ways(self.ground)

    @cached_property
    def place_of(self) -> dict[str, int]:
        """The place of each tree in the forest."""
        return {name: place for place, name in enumerate(self.ways.names)}

    def occurrences(self, key: str, tree: str) -> list[Place]:
        """Return where an anchor stands in a tree."""
        table, place = self.ways.table, self.place_of[tree]
        listed = table.places_of(key)
        trees = table.tree[listed.start : listed.stop]
        first, stop = (int(trees.searchsorted(place, side)) for side in ("left", "right"))
        return [(tree, int(number)) for number in table.node[listed.start + first : listed.start + stop]]

    def begins(self, units: Units, begin: int, said: Units) -> bool:
        """Whether something is said at a place."""
        return bool(said) and units[begin : begin + len(said)] == said

    def skipped(self, units: Units, begin: int, optional: Iterable[Units]) -> int:
        """Return the place after what may stand there, each at most once and in its order."""
        for said in optional:
            if self.begins(units, begin, said):
                begin += len(said)
        return begin

    def jump_words(self, source: Place, key: str, target: Place) -> Iterator[tuple[Units, ...]]:
        """Iterate over the ways in which a jump is said, each as its steps: as it goes on down, and up."""
        above = self.above(target)
        plain = Run(target[0], (range(target[1], target[1] + 1),), self.phrase(key, target))
        runs = [plain]
        if above is not None:
            runs.append(attrs.evolve(plain, ranges=(*plain.ranges, range(above[1], above[1] + 1))))
        anchor = self.anchor(key, target)
        for run in runs:
            said = tuple(self.units(step.text) for step in self.wording.jump(run, source[0]) if step.kind != "anchor")
            # Where the text before or after ends on the anchor, it is not said once more.
            for before in ((anchor,), ()):
                for after in ((anchor,), ()):
                    yield (*before, *said, *after)

    def is_jump(self, units: Units, begin: int, at: Place) -> bool:
        """Whether the words of a jump stand at a place, behind the anchor or without it."""
        firsts = [begin, *(begin + len(said) for said in self._anchors(at) if self.begins(units, begin, said))]
        return any(self.begins(units, first, said) for first in firsts for said in self.jumps)

    def may_jump(self, units: Units, begin: int) -> bool:
        """Whether the words of a jump stand near a place."""
        return any(self.begins(units, first, said) for first in range(begin, begin + _NEAR) for said in self.jumps)

    def _anchors(self, at: Place) -> list[Units]:
        return [self.anchor(key, at) for key in self.keys(at)]

    @cached_property
    def jumps(self) -> tuple[Units, ...]:
        """How the words of jumps begin, in all languages of the forest: what stands before a name in them."""
        return tuple(filter(None, map(self.units, self.jump_texts)))

    @cached_property
    def jump_texts(self) -> tuple[str, ...]:
        """The words of jumps as far as they are the same for all trees."""
        spoken = [self.style.of(lang) for lang in dict.fromkeys(tree.lang for tree in self.worded.trees)]
        templates = [text for words in spoken for text in (words.jump, words.upward, words.again)]
        return tuple(dict.fromkeys(filter(None, (text.partition("{")[0].strip() for text in templates))))

    @cached_property
    def banned(self) -> list[str]:
        """The beginnings of jumps to ban: as few whole words as no step of the forest holds."""
        everything = "\n".join(text for tree in self.worded.trees for text in tree.preorder().text[: tree.size[0]])
        return [_telling(text, everything) for text in self.jump_texts]

    def follow(self, units: Units, starts: Iterable[State], moves: Moves, is_done: Callable[[State], bool]) -> State:
        """Return the reading that is done, or that goes farthest before it leaves the forest."""
        states = list(starts)
        best = max(states, key=_reach)
        while states:
            done = next(filter(is_done, states), None)
            if done is not None:
                return done
            found: dict[State, None] = {}
            for state in states:
                for said, after in moves(state):
                    if self.begins(units, state.begin, said):
                        found[attrs.evolve(after, begin=state.begin + len(said))] = None
            states = list(found)
            best = max([best, *states], key=_reach)
        return best

    def down(self, state: State) -> Iterator[tuple[Units, State]]:
        """Iterate over the moves to a child, each with what it is said as."""
        for child in self.below(state.at):
            yield self.node(child), attrs.evolve(state, at=child, steps=state.steps + 1)

    def up(self, state: State) -> Iterator[tuple[Units, State]]:
        """Iterate over the move to the parent."""
        above = self.above(state.at)
        if above is not None:
            yield self.node(above), attrs.evolve(state, at=above, steps=state.steps + 1)

    def rest(self, units: Sequence[str], begin: int) -> str:
        """Return what stands where a reading ended, one line or a few words of it."""
        return " ".join(units[begin : begin + (1 if self.by == "lines" else 8)])


def _reach(state: State) -> tuple[int, int]:
    return state.steps, state.begin


def _telling(text: str, everything: str) -> str:
    words = text.split()
    for count in range(1, len(words)):
        begun = " ".join(words[:count])
        if begun not in everything:
            return begun
    return text
