"""Stitching a forest: which anchors would join its islands, and what a script says where they are not joined.

What the analysis knows (islands) and what the phrases know (where an anchor could stand) come together here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from forestlib.analysis.islands import Island, islands
from forestlib.analysis.joining import joined
from forestlib.errors import NotConnectedError, OptionError, UnknownTreeError, shown
from forestlib.model.anchor import Anchor
from forestlib.model.ground import Ground
from forestlib.model.key import checked_phrase
from forestlib.model.node import Node
from forestlib.model.tree import Tree
from forestlib.phrases.candidates import Candidate
from forestlib.phrases.suggestions import Suggestion, Suggestions

__all__ = ["require_connected", "suggest", "weave"]

_NAMED = 3


def suggest(ground: Ground, pool: Sequence[Candidate], most: int | None = None) -> Suggestions:
    """Return the fewest candidates of `pool` that join the islands of a forest, as far as they can be joined."""
    if most is not None and (isinstance(most, bool) or not isinstance(most, int) or most < 1):
        raise OptionError(f"most= is a number of anchors from 1 up, got {shown(most)}.", value=most)
    there = [island.trees for island in islands(ground)]
    names = [[tree.name for tree in _trees(ground, candidate)] for candidate in pool]
    found = joined(there, names, [candidate.score for candidate in pool], most)
    return Suggestions([Suggestion(pool[join.number], join.islands) for join in found.steps], found.apart)


def _trees(ground: Ground, candidate: Candidate) -> set[Tree]:
    """Return the trees that accepting a candidate ties: where it stands, and where its anchor is marked already."""
    anchor = ground.anchors.get(candidate.text)
    return {*candidate.trees(), *(anchor.trees() if anchor is not None else ())}


def weave(ground: Ground, anchor: str | Anchor | Candidate, at: object) -> Anchor:
    """Mark an anchor at nodes that do not have it yet, in its canonical form; their texts stay as they are."""
    phrase = checked_phrase(anchor.text if isinstance(anchor, Anchor | Candidate) else anchor)
    nodes = _nodes(ground, at)
    table = ground.anchors
    key, text = table.key_of(phrase), table[phrase].text if phrase in table else phrase
    for node in dict.fromkeys(nodes):
        if key not in map(table.key_of, node.anchors):
            node.anchor(text)
    return ground.anchors[text]


def _nodes(ground: Ground, at: object) -> list[Node]:
    """Return the nodes that `at` stands for, checked."""
    given: list[object] = list(at) if isinstance(at, Iterable) and not isinstance(at, str | Node) else [at]
    nodes = [node for node in given if isinstance(node, Node)]
    if len(nodes) < len(given):
        wrong = next(node for node in given if not isinstance(node, Node))
        raise OptionError(
            f"at= is a node or a list of nodes, got {shown(wrong)}. Take one: forest['name'].root.", value=wrong
        )
    if not nodes:
        raise OptionError("at= holds no node, so the anchor would stand nowhere. Give the nodes to weave it into.")
    for node in nodes:
        if node.tree not in ground:
            raise UnknownTreeError(
                f"{node!r} is of no tree in {ground!r}. Take nodes of this forest.", name=node.tree.name
            )
    return nodes


def require_connected(ground: Ground, suggestions: Suggestions, found: Sequence[Island]) -> None:
    """Raise `NotConnectedError`: which islands there are, and the cheapest way to join them."""
    listed = "; ".join(_island(island) for island in found[:_NAMED])
    more = f"; and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    raise NotConnectedError(
        f"The forest {shown(ground.name)} falls into {len(found)} islands: {listed}{more}. {_way(suggestions)}",
        islands=tuple(island.trees for island in found),
        anchors=tuple(suggestion.text for suggestion in suggestions),
        apart=suggestions.apart,
    )


def _island(island: Island) -> str:
    names = ", ".join(shown(name, 24) for name in island.trees[:_NAMED])
    return f"{len(island)} tree{'s' * (len(island) > 1)} ({names}{' …' * (len(island) > _NAMED)})"


def _way(suggestions: Suggestions) -> str:
    left = len(suggestions.apart)
    if not suggestions:
        return "No phrase stands in two of them. Weave one in: forest.weave('…', [a node of each island])."
    named = ", ".join(shown(suggestion.text, 40) for suggestion in suggestions[:_NAMED])
    more = f" and {len(suggestions) - _NAMED} more" if len(suggestions) > _NAMED else ""
    rest = "joins them all" if left == 1 else f"leaves {left} islands"
    then = "" if left == 1 else " Weave a phrase into those that are left: forest.weave('…', nodes)."
    return f"Accepting {named}{more} {rest}: look at forest.suggest_anchors(), then call its accept().{then}"
