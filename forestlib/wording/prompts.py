"""Prompts: what a trained model is given, so that it goes on as its samples did.

A prompt is the beginning of a walk, worded as every walk is and cut into the same turns: whatever the style says, a
sample made from the same place begins with it, letter by letter.
"""

from __future__ import annotations

from typing import Any

import attrs

from forestlib.errors import OptionError, UnknownAnchorError, shown
from forestlib.model.anchor import Anchor
from forestlib.model.crossing import Crossing
from forestlib.model.ground import Ground
from forestlib.model.loss import check_loss
from forestlib.model.node import Node
from forestlib.model.options import check_choice, check_counts
from forestlib.model.tree import Tree
from forestlib.model.turns import ASSISTANT, turns_of
from forestlib.model.walk import Ask, Note, Run, Step, Trail, Walk, ranges_of
from forestlib.wording.style import Style
from forestlib.wording.wording import Wording

__all__ = ["Prompt", "Prompts", "prompt_of"]

# As the walkers that jump have it: at most so many nodes lead down to the anchored one.
BEFORE_A_JUMP = 8
QUESTIONS = ("back", "forth", "link")
DIRECTIONS = ("auto", "down", "up")
_PROMPT = Note(part="prompt")


@attrs.frozen(repr=False)
class Prompt:
    """The beginning of a walk: `str()` writes it as the text layout does, `messages` as the chat layout does.

    `walk` is the walk as far as it is given. With `ask_jumps` the chat ends on the user's turn that asks for the jump.
    """

    walk: Walk
    ask_jumps: bool = False

    def __str__(self) -> str:
        return "".join([f"{step.text}\n" for step in self.walk.steps])

    def __repr__(self) -> str:
        return f"<Prompt of {len(self.walk.steps)} steps: … {shown(self.walk.steps[-1].text)}>"

    @property
    def messages(self) -> list[dict[str, str]]:
        """The turns of the chat: the user's, and the assistant's as far as it is given, with a line break after it."""
        turns = [turn.message() for turn in turns_of(self.walk, ask_jumps=self.ask_jumps)]
        if self.ask_jumps and self.walk.crossings:
            return turns[:-1]
        if turns[-1]["role"] == ASSISTANT and not self._by_role:
            turns[-1]["content"] += "\n"
        return turns

    @property
    def _by_role(self) -> bool:
        """Whether each node's role is a turn of its own: then what follows may be another one's turn."""
        return self.walk.has_roles and any(step.role for step in self.walk.steps)


class Prompts:
    """The prompts of one forest in one style: for many of them, as each tree is worded once.

    >>> ground = Ground()
    >>> _ = ground.plant("justice", "A match.").root.then("Norms differ.").anchor("norm").then("Local norms.")
    >>> _ = ground.plant("choice", "Refusal needs a norm.").root.anchor("norm").then("Without it nothing is refused.")
    >>> prompts = Prompts(ground)
    >>> print(prompts.prompt(ground["justice"][1], to="choice"), end="")
    justice
    A match.
    Norms differ. [norm]
    The same thought stands in another line of reasoning:
    choice
    [norm]
    """

    def __init__(self, forest: Ground, style: Style | None = None, loss: str = "all") -> None:
        check_loss(loss)
        self.forest, self.style = forest, Style.of_given(style)
        self._wording = Wording(forest, self.style, loss)

    def __repr__(self) -> str:
        return f"<Prompts of {self.forest!r}, {self.style!r}>"

    def prompt(
        self,
        node: Node,
        *,
        to: str | Tree | Node | None = None,
        over: str | Anchor | None = None,
        goal: Node | None = None,
        direction: str | None = None,
        before: int | None = None,
        ask_jumps: bool = False,
    ) -> Prompt:
        """Return the prompt that leads to a node, jumps from it, or asks about it; see `Style.prompt`."""
        self._check_node("A prompt starts from", node)
        if before is not None:
            check_counts("a prompt", before=before)
        if goal is not None:
            if to is not None or over is not None:
                raise OptionError("A prompt asks for a goal or jumps: give goal=, or to= and over=, but not both.")
            return self._asking(node, goal, "back" if direction is None else direction)
        if to is None and over is None:
            if direction is not None:
                raise OptionError(
                    f"direction= says how a jump or a question goes on, got {shown(direction)} without either. "
                    "Give to=, over= or goal=, or leave it out."
                )
            return Prompt(self._walk(self._led(node, before)))
        direction = "auto" if direction is None else direction
        check_choice("a jump", DIRECTIONS, direction=direction)
        return self._jumping(node, *self._landing(node, to, over, direction), before, ask_jumps)

    def across(self, crossing: Crossing, before: int | None = None, direction: str = "auto") -> Prompt:
        """Return the prompt that jumps over a crossing, as `walk.crossings` and hold-outs have them.

        >>> ground = Ground()
        >>> for name in ("God", "mind"):
        ...     _ = ground.plant(name, f"The {name}.").root.anchor("choice").then("It is free.")
        >>> str(Prompts(ground).across(Crossing("choice", ("God", 0), ("mind", 0)))).splitlines()[-3:]
        ['The same thought stands in another line of reasoning:', 'mind', '[choice]']
        """
        source, target = (self.forest[tree][number] for tree, number in (crossing.source, crossing.target))
        return self.prompt(source, to=target, over=crossing.anchor, before=before, direction=direction)

    def _walk(self, trail: Trail, without: int = 0) -> Walk:
        """Return the worded trail as it is given: without its last steps."""
        walk = self._wording.walk(trail, "prompt")
        steps = walk.steps[: len(walk.steps) - without]
        parts = tuple((name, first, min(stop, len(steps))) for name, first, stop in walk.parts if first < len(steps))
        given = min(walk.context, len(steps))
        return Walk("prompt", walk.lang, steps, walk.questions, walk.crossings, walk.has_roles, given, parts)

    def _led(self, node: Node, before: int | None) -> Trail:
        """Return the trail down to a node; one that starts mid-tree has its first step given, as crops have it."""
        numbers = _numbers_to(node, before)
        name = node.tree.name
        if not numbers[0]:
            return Trail((Run(name, tuple(ranges_of(numbers))),), context=len(numbers))
        first, rest = range(numbers[0], numbers[0] + 1), tuple(ranges_of(numbers[1:]))
        runs = (Run(name, (first,), None, _PROMPT), *((Run(name, rest),) if rest else ()))
        return Trail(runs, context=1, shape="onward")

    def _jumping(self, node: Node, anchor: str, target: Node, up: bool, before: int | None, ask_jumps: bool) -> Prompt:
        before = BEFORE_A_JUMP if before is None else before
        if target.tree is node.tree:
            led = self._led(node, before)
        else:
            numbers = _numbers_to(node, before)
            led = Trail((Run(node.tree.name, tuple(ranges_of(numbers))),), context=len(numbers))
        # What a jump upwards says is known from where it leads: the step after the anchored node stands above it.
        after = [target] + ([target.parent] if up and target.parent is not None else [])
        trail = attrs.evolve(led, runs=led.jump(anchor, after).runs)
        return Prompt(self._walk(trail, len(after)), ask_jumps)

    def _landing(
        self, node: Node, to: str | Tree | Node | None, over: str | Anchor | None, direction: str
    ) -> tuple[str, Node, bool]:
        """Return the anchor of a jump, the node that it leads to, and whether it goes on upwards from there."""
        keys = self._keys(node, over)
        tree = None if to is None else self._tree(to)
        reached = {
            key: [one for one in self.forest.anchors[key].nodes() if _may_reach(one, node, to, tree)] for key in keys
        }
        reached = {key: nodes for key, nodes in reached.items() if nodes}
        if not reached:
            raise UnknownAnchorError(
                f"No anchor of {node!r} leads {_whither(tree)}. Its anchors: {self._listed(keys)}. "
                "Ask forest.route() for a way, or take another node.",
                name=over if isinstance(over, str) else None,
            )
        if len(reached) > 1:
            raise OptionError(
                f"Several anchors of {node!r} lead {_whither(tree)}: {self._listed(reached)}. Choose one with over=."
            )
        [(key, nodes)] = reached.items()
        trees = list(dict.fromkeys(one.tree.name for one in nodes))
        if len(trees) > 1:
            listed = ", ".join(map(shown, trees[:6])) + (" …" if len(trees) > 6 else "")
            raise OptionError(
                f"The anchor {self._listed([key])} leads from {node!r} to {len(trees)} trees: {listed}. "
                "Choose one with to=."
            )
        ups = [direction == "up" or (direction == "auto" and one.is_leaf) for one in nodes]
        best = ups.index(False) if False in ups else 0
        return key, nodes[best], ups[best]

    def _keys(self, node: Node, over: str | Anchor | None) -> list[str]:
        """Return the keys of a node's anchors, or of the one that is asked for."""
        table = self.forest.anchors
        here = list(dict.fromkeys(map(table.key_of, node.anchors)))
        if over is None:
            return here
        if not isinstance(over, str | Anchor):
            raise OptionError(f"over= is an anchor or one of its phrases, got {shown(over)}.", value=over)
        key = table[over.text if isinstance(over, Anchor) else over].key
        if key not in here:
            raise UnknownAnchorError(
                f"The anchor {self._listed([key])} does not stand at {node!r}. Its anchors: {self._listed(here)}.",
                name=table[key].text,
            )
        return [key]

    def _listed(self, keys: Any) -> str:
        return ", ".join(shown(self.forest.anchors[key].text) for key in keys) or "none"

    def _tree(self, to: str | Tree | Node) -> Tree:
        if isinstance(to, Node):
            self._check_node("A jump leads to", to)
            return to.tree
        if isinstance(to, Tree):
            to = to.name
        return self.forest[to]

    def _asking(self, start: Node, goal: Node, direction: str) -> Prompt:
        check_choice("a question", QUESTIONS, direction=direction)
        self._check_node("A question has as its goal", goal)
        is_inside = start.tree is goal.tree
        if is_inside and (direction == "link" or start not in goal.path()[:-1]):
            raise OptionError(
                f"Inside one tree a question goes from a node to one below it, 'back' or 'forth', got {start!r} and "
                f"{goal!r}, {direction!r}. Take a goal below the start, or one in another tree."
            )
        ask = Ask(direction, (start.tree.name, start.number), (goal.tree.name, goal.number), "")
        return Prompt(_asked(self._wording.question(ask), self._wording.tree(start.tree.name).lang))

    def _check_node(self, what: str, node: object) -> None:
        if not isinstance(node, Node):
            raise OptionError(f"{what} a node, got {shown(node)}. Take one of a tree: forest['name'][3].", value=node)
        if node.tree not in self.forest:
            raise OptionError(
                f"{what} a node of the forest {shown(self.forest.name)}, got {node!r} of another one.", value=node
            )


def prompt_of(style: Style, node: Node, loss: str, **wanted: Any) -> Prompt:
    """Return the one prompt that `style.prompt` asks for, in the forest that the node stands in."""
    forest = node.tree.forest if isinstance(node, Node) else Ground()
    if forest is None:
        raise OptionError(
            f"{node!r} stands in no forest, and an anchor is one only there. Add its tree: forest.add(tree).",
            value=node,
        )
    return Prompts(forest, style, loss).prompt(node, **wanted)


def _asked(question: Step, lang: str) -> Walk:
    return Walk("prompt", lang, (question,), ((1, ""),), (), parts=(("prompt", 0, 1),))


def _numbers_to(node: Node, before: int | None) -> list[int]:
    """Return the numbers of the nodes down to one: from the root, or the last `before` of them."""
    return [one.number for one in node.path()[-(before or 0) :]]


def _may_reach(one: Node, node: Node, to: str | Tree | Node | None, tree: Tree | None) -> bool:
    """Whether a jump from `node` may lead to a node: to the one that was asked for, its tree, or any other tree."""
    if isinstance(to, Node):
        return one == to
    if tree is None:
        return one.tree is not node.tree
    # Inside its own tree a jump comes back to where it stands.
    return one == node if tree is node.tree else one.tree is tree


def _whither(tree: Tree | None) -> str:
    return "to another tree" if tree is None else f"to {shown(tree.name)}"
