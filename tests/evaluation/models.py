"""Models to score: one that knows the forest, one that stays at home, one that does not hear which tree is named.

They read the prompt as anybody would, by its lines, and know the forest by the walks of its paths alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import forestlib as fl

__all__ = ["Oracle", "Prompt", "blind", "homely", "lines_of"]

Prompt = str | list[dict[str, str]]
Place = tuple[str, int]


def lines_of(prompt: Prompt) -> list[str]:
    """Return the lines of a prompt in either layout."""
    text = prompt if isinstance(prompt, str) else "\n".join(turn["content"] for turn in prompt)
    return [line for line in text.split("\n") if line.strip()]


class Oracle:
    """Answers from the forest; `choose` takes one of several right ways."""

    def __init__(self, forest: fl.Forest, style: fl.Style | None = None, seed: int = 0, window: int = 5) -> None:
        self.forest, self.style = forest, style or fl.Style()
        self.choose, self._window = Random(seed).choice, window  # noqa: S311
        walks = forest.linearize("text", "paths", style=style).walks()
        self.said = {step.at: step.text for walk in walks for step in walk.steps if step.at is not None}
        self._at: dict[tuple[str, str], list[int]] = {}
        for (tree, number), text in self.said.items():
            self._at.setdefault((tree, text), []).append(number)

    def __call__(self, prompts: list[Prompt]) -> list[str]:
        """Return an answer to each prompt."""
        return [self.answer(lines_of(prompt)) for prompt in prompts]

    def answer(self, lines: list[str]) -> str:
        """Return the answer to one prompt."""
        asked = self.asked(lines[0])
        if asked is not None:
            return "\n".join(self.answered(*asked))
        jump = self.jump(lines)
        if jump is not None:
            _, key, tree, up = jump
            return "\n".join(self.beyond(key, tree, up))
        at = self.here(lines)
        stages = self.stages(lines)
        if stages:
            return "\n".join(self.staged(at, stages))
        if at is None:
            tree = self.tree(lines)
            return "\n".join([self.said[tree, 0], *self.down((tree, 0), self._window)])
        return "\n".join(self.down(at, 8))

    def words(self) -> Iterator[fl.Words]:
        """Iterate over the words of both languages."""
        yield from (self.style.of("en"), self.style.of("ru"))

    def tree(self, lines: list[str]) -> str:
        """Return the tree that was named last."""
        heads = {self.style.of(tree.lang).head.replace("{tree}", tree.name): tree.name for tree in self.forest}
        return next(heads[line] for line in reversed(lines) if line in heads)

    def here(self, lines: list[str]) -> Place | None:
        """Return the node that was said last: the one to which the lines before it lead."""
        tree = self.tree(lines)
        known = [line for line in lines if (tree, line) in self._at]
        if not known:
            return None
        numbers = self._at[tree, known[-1]]
        return tree, numbers[0]

    def jump(self, lines: list[str]) -> tuple[Place | None, str, str, bool] | None:
        """Return what a jump at the end of a prompt leaves, its anchor, its tree, and whether it goes up."""
        for place in range(len(lines) - 1, max(0, len(lines) - 4), -1):
            ways = [(word.upward, True) for word in self.words()] + [(word.jump, False) for word in self.words()]
            up = next((is_up for text, is_up in ways if lines[place] == text), None)
            if up is not None:
                tree = self.tree(lines)
                texts = {
                    self.style.of(self.forest[tree].lang).anchor.replace("{anchor}", text): text
                    for text in self.forest.anchors
                }
                key = next(texts[line] for line in reversed(lines) if line in texts)
                return self.here(lines[:place]), self.forest.anchors[key].key, tree, up
        return None

    def beyond(self, key: str, tree: str, up: bool) -> list[str]:
        """Return a way on from an anchor in a tree."""
        nodes = [node for node in self.forest.anchors[key].nodes() if node.tree.name == tree]
        nodes = [node for node in nodes if up or not node.is_leaf] or nodes
        node = self.choose(nodes)
        at = (tree, node.number)
        return [self.said[at], *(self.up(at) if up else self.down(at, 8))]

    def down(self, at: Place, most: int) -> list[str]:
        """Return a way down."""
        node, found = self.forest[at[0]][at[1]], list[str]()
        while not node.is_leaf and len(found) < most:
            node = self.choose(node.children())
            found.append(self.said[at[0], node.number])
        return found

    def up(self, at: Place) -> list[str]:
        """Return the way up."""
        return [self.said[at[0], node.number] for node in self.forest[at[0]][at[1]].path()[-2::-1]]

    def asked(self, line: str) -> tuple[str, dict[str, str]] | None:
        """Return what a question asks for, and what it quotes."""
        for words in self.words():
            for kind in ("back_inside", "forth_inside", "back", "forth", "link"):
                pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>(?:(?!<\|).)+)", re.escape(getattr(words, kind)), count=0)
                found = re.fullmatch(pattern, line)
                if found:
                    return kind, found.groupdict()
        return None

    def quoted(self, tree: str, text: str) -> fl.Node:
        """Return the node that a question quotes."""
        return next(node for node in self.forest[tree] if node.text.rstrip(".") == text.rstrip("."))

    def answered(self, kind: str, said: dict[str, str]) -> list[str]:
        """Return the answer to a question."""
        if kind == "link":
            one, other = (self.forest[said[name]] for name in ("tree", "other"))
            both = [anchor.text for anchor in self.forest.anchors.values() if {one, other} <= set(anchor.trees())]
            return [self.style.of(other.lang).anchor.replace("{anchor}", self.choose(both))]
        start = self.quoted(said["tree"], said["start"])
        goal = self.quoted(said.get("other", said["tree"]), said["goal"])
        way = self.way(start, goal, kind.endswith("_inside"))
        return self.spelled(way[::-1] if kind.startswith("back") else way)

    def way(self, start: fl.Node, goal: fl.Node, inside: bool) -> list[fl.Node]:
        """Return the shortest way from node to node, over children, parents and anchors."""
        before: dict[fl.Node, fl.Node | None] = {start: None}
        for node in (waiting := [start]):
            near = [*node.children(), *([node.parent] if node.parent else [])]
            near += [
                other
                for phrase in node.anchors
                for other in self.forest.anchors[phrase].nodes()
                if other.tree is not node.tree and not inside
            ]
            for other in near:
                if other not in before:
                    before[other] = node
                    waiting.append(other)
        found: list[fl.Node] = []
        at: fl.Node | None = goal
        while at is not None:
            found.append(at)
            at = before[at]
        return found[::-1]

    def spelled(self, way: list[fl.Node]) -> list[str]:
        """Return a way as samples say it."""
        found = [self.style.of(way[0].tree.lang).head.replace("{tree}", way[0].tree.name)]
        for place, node in enumerate(way):
            if place and way[place - 1].tree is not node.tree:
                words = self.style.of(node.tree.lang)
                key_of = self.forest.anchors.key_of
                shared = set(map(key_of, way[place - 1].anchors)) & set(map(key_of, node.anchors))
                anchor = words.anchor.replace("{anchor}", self.forest.anchors[min(shared)].text)
                found += [anchor, words.jump, words.head.replace("{tree}", node.tree.name), anchor]
            found.append(self.said[node.tree.name, node.number])
        return found

    def stages(self, lines: list[str]) -> list[str]:
        """Return the stages that a schema says of its first topic."""
        likewise = [place for place, line in enumerate(lines) for words in self.words() if line == words.likewise]
        return [line[:-1] for line in lines[: likewise[0]] if line.endswith(":")] if likewise else []

    def staged(self, at: Place | None, stages: list[str]) -> list[str]:
        """Return the same stages on from a node."""
        assert at is not None
        node, found = self.forest[at[0]][at[1]], list[str]()
        for stage in stages[1:]:
            node = self.choose([child for child in node.children() if child.get("stage") == stage])
            found += [f"{stage}:", self.said[at[0], node.number]]
        return found


def homely(oracle: Oracle) -> Callable[[list[Any]], list[str]]:
    """Return the model that answers a jump by what follows in the tree that it came from, and all else by nothing."""

    def answer(prompt: Prompt) -> str:
        jump = oracle.jump(lines_of(prompt))
        if jump is None or jump[0] is None:
            return ""
        return "\n".join(oracle.down(jump[0], 8) or oracle.up(jump[0]))

    return lambda prompts: [answer(prompt) for prompt in prompts]


def blind(oracle: Oracle) -> Callable[[list[Any]], list[str]]:
    """Return the model that jumps well, into any tree that has the anchor."""

    def answer(prompt: Prompt) -> str:
        jump = oracle.jump(lines_of(prompt))
        if jump is None or jump[0] is None:
            return ""
        source, key, _, up = jump
        trees = [tree.name for tree in oracle.forest.anchors[key].trees() if tree.name != source[0]]
        return "\n".join(oracle.beyond(key, oracle.choose(trees), up))

    return lambda prompts: [answer(prompt) for prompt in prompts]
