"""The model beside its peers: building, memory, preorder, root-to-leaf paths. ``python -m benchmarks.model``."""

from __future__ import annotations

import sys
import tracemalloc
from array import array
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

import forestlib as fl
from benchmarks.material import Reasoning, material
from benchmarks.table import Contestant, Options, Prepared, Race, Row, run

__all__ = ["MARKS", "main", "rows"]

# Peers are looked up by name, because type checkers know nothing of two of them and need none of them installed.
networkx: Any = import_module("networkx")
rustworkx: Any = import_module("rustworkx")
treelib: Any = import_module("treelib")

BUILD, FLUENT, MEMORY = "bulk build, texts checked", "fluent build, a call a node", "memory beside the text, a node"
PREORDER, TEXTS, HANDLES = "preorder over handles", "paths as texts", "paths as handles"
FIRST_WALKS, WALKS = "paths as Walks, worded anew", "paths as Walks"
MARKS = {
    f"{BUILD} / rustworkx": 2.0,
    f"{BUILD} / bare columns": 0.45,
    f"{FLUENT} / networkx": 3.0,
    f"{FLUENT} / treelib": 6.0,
    MEMORY: 40.0,
    f"{PREORDER} / networkx": 3.0,
    f"{PREORDER} / rustworkx": 0.7,
    f"{TEXTS} / rustworkx": 3.0,
    f"{HANDLES} / rustworkx": 1.5,
    f"{WALKS} / rustworkx": 0.5,
}
_SLOW = 5  # Slow peers, and whoever races them, get every so manyth part of the trees.


def rows(options: Options) -> Iterator[Row]:
    """Measure everything, a row at a time."""
    trees, race = material(options.trees, options.nodes), Race(options)
    few = trees[: max(3, len(trees) // _SLOW)]
    yield from _bulk(race, trees)
    yield from _fluent(race, few)
    yield from _memory(few)
    yield from _preorder(race, trees, few)
    yield from _paths(race, few)


def _bulk(race: Race, trees: list[Reasoning]) -> Iterator[Row]:
    nodes = sum(len(tree.texts) for tree in trees)
    ours, graphs, bare = race.rates(
        lambda: (nodes, planted(trees)),
        lambda: (nodes, [_graph(tree, list(zip(tree.texts, tree.anchors, strict=True))) for tree in trees]),
        lambda: (nodes, [_columns(tree) for tree in trees]),
    )
    yield Row(BUILD, "rustworkx", ours, graphs, "nodes/s")
    yield Row(BUILD, "bare columns", ours, bare, "nodes/s")


def planted(trees: Sequence[Reasoning]) -> fl.Forest:
    """Return the forest of the material, built in bulk."""
    forest = fl.Forest("benchmark")
    for tree in trees:
        root = forest.plant(tree.name, tree.texts[0], tree.axes).root.anchor(*tree.anchors[0])
        root.extend(tree.texts[1:], tree.levels[1:], tree.anchors[1:])
    return forest


def _graph(tree: Reasoning, payloads: list[Any]) -> Any:
    # Fair: rustworkx gets whole lists in two calls, and its edges ready made (forestlib has to find the parents).
    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(payloads)
    graph.add_edges_from_no_data(list(zip(tree.parents[1:], range(1, len(payloads)), strict=True)))
    return graph


def _columns(tree: Reasoning) -> tuple[Any, ...]:
    # Fair: the least that holds a tree, with nothing checked: what a plain loop over the levels can do.
    parent, level, text, mark_node, mark_phrase = array("i"), array("i"), list[str](), array("i"), list[str]()
    latest = [-1] * (len(tree.levels) + 1)
    for node, (depth, words, anchors) in enumerate(zip(tree.levels, tree.texts, tree.anchors, strict=True)):
        parent.append(latest[depth - 1])
        latest[depth] = node
        level.append(depth)
        text.append(words)
        for phrase in anchors:
            mark_node.append(node)
            mark_phrase.append(phrase)
    return parent, level, text, mark_node, mark_phrase


def _fluent(race: Race, trees: list[Reasoning]) -> Iterator[Row]:
    nodes = sum(len(tree.texts) for tree in trees)
    ours, networks, trees_of_lib = race.rates(
        lambda: (nodes, _fluent_forest(trees)),
        lambda: (nodes, [_network(tree) for tree in trees]),
        lambda: (nodes, [_treelib(tree) for tree in trees]),
    )
    yield Row(FLUENT, "networkx", ours, networks, "nodes/s")
    yield Row(FLUENT, "treelib", ours, trees_of_lib, "nodes/s")


def _fluent_forest(trees: list[Reasoning]) -> fl.Forest:
    forest = fl.Forest("benchmark")
    for tree in trees:
        nodes = [forest.plant(tree.name, tree.texts[0], tree.axes).root]
        for parent, text in zip(tree.parents[1:], tree.texts[1:], strict=True):
            nodes.append(nodes[parent].then(text))
    return forest


def _network(tree: Reasoning) -> Any:
    # Fair: numbers as nodes are the cheapest that networkx can have.
    graph = networkx.DiGraph()
    graph.add_node(0, text=tree.texts[0])
    for node, (parent, text) in enumerate(zip(tree.parents[1:], tree.texts[1:], strict=True), 1):
        graph.add_node(node, text=text)
        graph.add_edge(parent, node)
    return graph


def _treelib(tree: Reasoning) -> Any:
    # Fair: own identifiers, so that treelib need not draw a UUID a node.
    grown = treelib.Tree()
    for node, (parent, text) in enumerate(zip(tree.parents, tree.texts, strict=True)):
        grown.create_node(text, node, parent=parent if node else None)
    return grown


def _memory(trees: list[Reasoning]) -> Iterator[Row]:
    # Texts and anchors exist before; a first build has filled what is kept once a process.
    planted(trees)
    tracemalloc.start()
    forest = planted(trees)
    built, _ = tracemalloc.get_traced_memory()
    for tree in forest:
        tree.preorder(), tree.marks()
    asked, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    nodes = sum(map(len, forest))
    yield Row(MEMORY, "", built / nodes, 0, "bytes")
    yield Row(f"{MEMORY}, after preorder and marks", "", asked / nodes, 0, "bytes")


def _preorder(race: Race, trees: list[Reasoning], few: list[Reasoning]) -> Iterator[Row]:
    forest, graphs = planted(trees), [_graph(tree, tree.texts) for tree in trees]
    networks = [_network(tree) for tree in few]
    for tree in forest:
        tree.preorder()
    ours, fast, slow = race.rates(
        lambda: _characters_of_forest(forest),
        lambda: _characters_of_graphs(graphs),
        lambda: _characters_of_networks(networks),
    )
    yield Row(PREORDER, "networkx", ours, slow, "nodes/s")
    yield Row(PREORDER, "rustworkx", ours, fast, "nodes/s")


def _characters_of_forest(forest: fl.Forest) -> tuple[int, object]:
    characters = 0
    for tree in forest:
        for node in tree.nodes():
            characters += len(node.text)
    return sum(map(len, forest)), characters


def _characters_of_graphs(graphs: list[Any]) -> tuple[int, object]:
    # Fair: dfs_edges is the fastest of its walks in preorder (its visitors call back into Python: three times slower).
    characters = 0
    for graph in graphs:
        characters += len(graph[0])
        for _, node in rustworkx.dfs_edges(graph, 0):
            characters += len(graph[node])
    return sum(graph.num_nodes() for graph in graphs), characters


def _characters_of_networks(networks: list[Any]) -> tuple[int, object]:
    # Fair: the walk that networkx has for it, and its view of node data looked up once a graph.
    characters = 0
    for graph in networks:
        data = graph.nodes
        for node in networkx.dfs_preorder_nodes(graph, 0):
            characters += len(data[node]["text"])
    return sum(map(len, networks)), characters


def _paths(race: Race, trees: list[Reasoning]) -> Iterator[Row]:
    forest, graphs = planted(trees), [_graph(tree, tree.texts) for tree in trees]
    texts, handles, first, walks, shortest, by_hand = race.rates(
        lambda: (sum(len(path) for tree in forest for path in tree.text_paths()), None),
        lambda: (sum(len(path) for tree in forest for path in tree.paths()), None),
        lambda: _walked(forest.linearize("text", "paths")),
        Prepared(lambda: _again(forest.linearize("text", "paths"))),
        lambda: (sum(len(path) for graph in graphs for path in _shortest_paths(graph)), None),
        lambda: (sum(len(path) for graph in graphs for path in _paths_by_hand(graph)), None),
    )
    for work, rate in ((TEXTS, texts), (HANDLES, handles), (FIRST_WALKS, first), (WALKS, walks)):
        yield Row(work, "rustworkx", rate, shortest, "path-nodes/s")
        yield Row(work, "rustworkx, by hand", rate, by_hand, "path-nodes/s")


def _walked(corpus: fl.Corpus) -> tuple[int, object]:
    return sum(len(walk.steps) - 1 for walk in corpus.walks()), corpus


def _again(corpus: fl.Corpus) -> Contestant:
    _walked(corpus)
    return lambda: _walked(corpus)


def _shortest_paths(graph: Any) -> Iterator[list[str]]:
    # Fair: one call finds all paths of a graph; none of rustworkx's own path functions is faster on trees.
    texts, paths = graph.nodes(), rustworkx.dijkstra_shortest_paths(graph, 0)
    for node in graph.node_indices():
        if node and not graph.out_degree(node):
            yield [texts[step] for step in paths[node]]


def _paths_by_hand(graph: Any) -> Iterator[list[str]]:
    # More than fair: rustworkx only walks, and the path is kept by hand, with forestlib's own trick.
    texts, level, last = graph.nodes(), {0: 0}, 0
    path = [texts[0]]
    for above, node in rustworkx.dfs_edges(graph, 0):
        if above != last:
            yield path[:]
            del path[level[above] + 1 :]
        level[node] = len(path)
        path.append(texts[node])
        last = node
    yield path[:]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table and return the exit status."""
    return run("The model beside its peers", rows, MARKS, arguments, quick=(60, 300))


if __name__ == "__main__":
    sys.exit(main())
