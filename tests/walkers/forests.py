"""Small forests drawn for the tests of walkers: trees whose nodes share a few anchors, appended in any order."""

from __future__ import annotations

from hypothesis import strategies as st

import forestlib as fl

__all__ = ["Shape", "grown", "shapes"]

Shape = list[tuple[int, set[str]]]
NODE = st.tuples(st.integers(0, 99), st.sets(st.sampled_from(["x", "y", "Z", "z"]), max_size=2))


def shapes(most: int) -> st.SearchStrategy[list[Shape]]:
    """Draw up to `most` trees, each a list of (which node above, anchors)."""
    return st.lists(st.lists(NODE, min_size=1, max_size=6), max_size=most)


def grown(given: list[Shape]) -> fl.Forest:
    """Return a forest whose nodes are (which node above, anchors), appended in any order."""
    forest = fl.Forest("f")
    for number, shape in enumerate(given):
        nodes: list[fl.Node] = []
        for above, anchors in shape:
            node = nodes[above % len(nodes)].then("s") if nodes else forest.plant(f"t{number}", "root").root
            nodes.append(node.anchor(*sorted(anchors)))
    return forest
