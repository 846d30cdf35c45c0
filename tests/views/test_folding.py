"""The plan of a view: every node is shown or counted as hidden, within the lines that there are."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from forestlib.model.tree import Tree
from forestlib.views.folding import Branch, Fold, folded


def drawn(root: Branch) -> Iterator[tuple[int, int | Fold]]:
    """Yield (indentation, line) of a plan from top to bottom."""
    waiting: list[tuple[int, Branch | Fold]] = [(0, root)]
    while waiting:
        depth, part = waiting.pop()
        if isinstance(part, Fold):
            yield depth, part
        else:
            yield from ((depth, line) for line in part.lines())
            waiting.extend((depth + 1, each) for each in reversed(part.below))


def grown(steps: list[int]) -> Tree:
    """Return the tree whose node i + 1 hangs below node steps[i] % (i + 1)."""
    nodes = [(tree := Tree("t", "0")).root]
    for place, step in enumerate(steps, 1):
        nodes.append(nodes[step % place].then(str(place)))
    return tree


shapes = st.one_of(
    st.lists(st.integers(0, 10**6), max_size=60),
    st.lists(st.integers(0, 3), max_size=120).map(lambda back: [max(0, n - b) for n, b in enumerate(back)]),
)


@given(shapes, st.integers(12, 60), st.integers(0, 16), st.data())
def test_a_plan_is_the_preorder_with_folds(steps: list[int], lines: int, deep: int, data: st.DataObject) -> None:
    """Read from top to bottom, shown and hidden nodes are all nodes below the start, each once and in preorder."""
    order = grown(steps).preorder()
    start = data.draw(st.integers(0, order.size - 1))
    found = list(drawn(folded(order, start, lines=lines, deep=deep)))
    numbers = [number for _, line in found for number in (line.hidden if isinstance(line, Fold) else [line])]
    assert numbers == list(range(start, order.end[start]))
    assert len(found) <= lines
    assert max(depth for depth, _ in found) <= deep + 1


@given(shapes)
def test_only_branches_are_indented(steps: list[int]) -> None:
    """A node is indented deeper than its parent if and only if it has siblings."""
    order = grown(steps).preorder()
    depth = {line: depth for depth, line in drawn(folded(order, lines=60, deep=16)) if isinstance(line, int)}
    for number in depth.keys() - {0}:
        above = order.parent[number]
        if above in depth:
            assert depth[number] - depth[above] == (len(order.children(above)) > 1)


def test_a_small_tree_is_shown_whole() -> None:
    """Nothing is folded where everything fits."""
    tree = Tree("t", "root")
    for each in tree.root.chain(list("abcdefgh")).branch(*"ABCDE"):
        each.branch("x", "y")
    assert not any(isinstance(line, Fold) for _, line in drawn(folded(tree.preorder(), lines=60, deep=16)))


def test_main_branches_are_shown_before_the_depths_of_the_first() -> None:
    """A huge first branch does not push its siblings out of sight."""
    tree = Tree("t", "root")
    first, second = tree.root.branch("first", "second")
    for each in first.branch(*map(str, range(100))):
        each.branch("a", "b")
    second.then("of the second")
    shown = {tree[line].text for _, line in drawn(folded(tree.preorder(), lines=30, deep=16)) if isinstance(line, int)}
    assert {"first", "second", "of the second"} <= shown


def test_a_fold_says_what_it_hides() -> None:
    """A fold in a run counts levels; one below a node counts branches and their nodes."""
    assert str(Fold(range(6, 946))) == "… 940 levels …"
    assert str(Fold(range(1), 1)) == "… 1 branch, 1 node …"
    assert str(Fold(range(2_000), 3)) == "… 3 branches, 2,000 nodes …"
