"""Deciding to jump: how likely a jump into another tree is where a walk comes to a thought, and whither it leads."""

from __future__ import annotations

import forestlib as fl
from benchmarks.stitching.model import states
from benchmarks.stitching.talker import Talker
from benchmarks.stitching.words import STYLE, WORDS
from forestlib.corpus.holdouts import HoldOuts
from forestlib.wording.prompts import Prompts

__all__ = ["decisions"]


def decisions(talker: Talker, forest: fl.Forest, held: HoldOuts) -> dict[str, float]:
    """Return how likely walks jump away at anchors that bridges showed, at those that none did, and at other nodes.

    Where a jump leads is right if the anchor stands in the likeliest other tree.
    """
    places: dict[str, list[fl.Node]] = {"shown": [], "anchors": [], "plain": []}
    for tree in forest:
        for node in (node for node in tree if node.level and not node.is_leaf and not held.holds_tree(tree.name)):
            kind = "plain" if not node.anchors else "anchors" if _is_held(forest, held, node) else "shown"
            places[kind].append(node)
    found: dict[str, float] = {}
    for kind, nodes in places.items():
        away, right = _measured(talker, forest, nodes)
        found[f"crosses {kind}"] = away
        if kind != "plain":
            found[f"whither {kind}"] = right
    return found


def _is_held(forest: fl.Forest, held: HoldOuts, node: fl.Node) -> bool:
    return any(held.holds_anchor(forest.anchors.key_of(phrase)) for phrase in node.anchors)


def _measured(talker: Talker, forest: fl.Forest, nodes: list[fl.Node]) -> tuple[float, float]:
    prompts, [jump] = Prompts(forest, STYLE), talker.vocabulary(WORDS.jump)
    rows = [talker.row(str(prompts.prompt(node))) for node in nodes]
    jumps, after = states(talker.brain, rows)[:, jump], states(talker.brain, [[*row, jump] for row in rows])
    names = [tree.name for tree in forest]
    columns = after[:, [talker.vocabulary(name)[0] for name in names]]
    away = right = 0.0
    for node, jumped, chances in zip(nodes, jumps.tolist(), columns.tolist(), strict=True):
        others = {name: chance for name, chance in zip(names, chances, strict=True) if name != node.tree.name}
        away += jumped * sum(others.values())
        right += max(others, key=lambda name: others[name]) in _trees_with(forest, node)
    return away / len(nodes), right / len(nodes)


def _trees_with(forest: fl.Forest, node: fl.Node) -> set[str]:
    return {one.tree.name for phrase in node.anchors for one in forest.anchors[phrase].nodes()}
