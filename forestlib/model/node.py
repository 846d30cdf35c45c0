"""A node: a small handle onto one row of a tree's columns, made when asked for.

Two handles of one node are equal and hash alike. A node's `number`, its place in preorder, is public; the index that
the handle keeps is private, because it depends on the order of appending.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, overload

from forestlib.errors import UnknownNodeError, shown
from forestlib.model.collector import paused_collector
from forestlib.model.text import is_encodable
from forestlib.registry import renderers

if TYPE_CHECKING:
    from forestlib.model.tree import Tree

__all__ = ["Node", "Nodes"]

_REPR_CHARACTERS = 40


class Node:
    """One step of a reasoning. Made by a tree; never by hand.

    >>> from forestlib.model.tree import Tree
    >>> root = Tree("justice", "A match between deeds and norms.").root
    >>> norms = root.then("But norms differ.", source="essay").anchor("context depends on culture")
    >>> norms, norms.level, norms.anchors, norms["source"]
    (<Node 1 of 'justice', level 1: 'But norms differ.'>, 1, ('context depends on culture',), 'essay')
    """

    __slots__ = ("_index", "tree")

    def __init__(self, tree: Tree, index: int) -> None:
        self.tree = tree
        self._index = index

    def __repr__(self) -> str:
        text = shown(self.text, _REPR_CHARACTERS)
        return f"<Node {self.number} of {shown(self.tree.name)}, level {self.level}: {text}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Node):
            return NotImplemented
        return self.tree is other.tree and self._index == other._index

    def __hash__(self) -> int:
        return hash((id(self.tree), self._index))

    def __reduce__(self) -> tuple[Any, ...]:
        return Node, (self.tree, self._index)

    def __copy__(self) -> Node:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Node:
        return copy.deepcopy(self.tree, memo)[self.number]

    __iter__ = None

    def __contains__(self, name: object) -> bool:
        return name in self.fields

    @property
    def text(self) -> str:
        """The node's text.

        >>> from forestlib.model.tree import Tree
        >>> Tree("justice", "A match.").root.text
        'A match.'
        """
        return self.tree._text[self._index]

    @property
    def level(self) -> int:
        """How many steps the node stands below the root (the root: 0).

        >>> from forestlib.model.tree import Tree
        >>> Tree("justice", "A match.").root.then("Norms differ.").level
        1
        """
        return self.tree._level[self._index]

    @property
    def number(self) -> int:
        """The node's place in preorder: its lasting, public number.

        >>> from forestlib.model.tree import Tree
        >>> one, other = Tree("justice", "A match.").root.branch("Local norms.", "Universal norms.")
        >>> _ = one.then("They bind one people.")
        >>> one.number, other.number
        (1, 3)
        """
        return self.tree.preorder().number[self._index]

    @property
    def parent(self) -> Node | None:
        """The node above, or None for the root.

        >>> from forestlib.model.tree import Tree
        >>> root = Tree("justice", "A match.").root
        >>> root.then("Norms differ.").parent == root, root.parent
        (True, None)
        """
        return Node(self.tree, self.tree._parent[self._index]) if self._index else None

    @property
    def is_leaf(self) -> bool:
        """Whether nothing follows from this node.

        >>> from forestlib.model.tree import Tree
        >>> root = Tree("justice", "A match.").root
        >>> root.then("Norms differ.").is_leaf, root.is_leaf
        (True, False)
        """
        return not self.tree._children_of(self._index)

    @property
    def anchors(self) -> tuple[str, ...]:
        """The phrases marked at this node, as they were written.

        >>> from forestlib.model.tree import Tree
        >>> Tree("justice", "A match.").root.anchor("match", "Norm").anchors
        ('match', 'Norm')
        """
        return tuple(self.tree._marks_of(self._index))

    @property
    def fields(self) -> dict[str, Any]:
        """The node's own fields (a copy).

        >>> from forestlib.model.tree import Tree
        >>> Tree("justice", "A match.").root.then("Norms differ.", role="assistant", score=0.5).fields
        {'role': 'assistant', 'score': 0.5}
        """
        return self.tree._fields.of(self._index)

    def get(self, name: str, default: Any = None) -> Any:
        """Return the field `name`, or `default` where the node has none.

        >>> from forestlib.model.tree import Tree
        >>> root = Tree("justice", "A match.", score=0.5).root
        >>> root.get("score"), root.get("role", "none")
        (0.5, 'none')
        """
        return self.tree._fields.get(self._index, name, default)

    def __getitem__(self, name: str) -> Any:
        fields = self.fields
        if name not in fields:
            listed = ", ".join(map(shown, list(fields)[:9])) or "none"
            raise UnknownNodeError(f"{self!r} has no field {shown(name)}. Its fields: {listed}.", name=name)
        return fields[name]

    def children(self) -> tuple[Node, ...]:
        """Return the nodes that follow from this one, in order.

        >>> from forestlib.model.tree import Tree
        >>> root = Tree("justice", "A match.").root
        >>> _ = root.branch("Local norms.", "Universal norms.")
        >>> [child.text for child in root.children()]
        ['Local norms.', 'Universal norms.']
        """
        return tuple(Node(self.tree, child) for child in self.tree._children_of(self._index))

    def path(self) -> tuple[Node, ...]:
        """Return the way from the root to this node, both included.

        >>> from forestlib.model.tree import Tree
        >>> last = Tree("justice", "A match.").root.then("Norms differ.").then("So does the match.")
        >>> [node.text for node in last.path()]
        ['A match.', 'Norms differ.', 'So does the match.']
        """
        with paused_collector():
            return tuple(map(partial(Node, self.tree), self.tree._way_to(self._index)))

    def nodes(self) -> Iterator[Node]:
        """Iterate over this node and all below it, in preorder.

        >>> from forestlib.model.tree import Tree
        >>> norms = Tree("justice", "A match.").root.then("Norms differ.")
        >>> _ = norms.branch("Local ones.", "Universal ones.")
        >>> [node.number for node in norms.nodes()]
        [1, 2, 3]
        """
        order = self.tree.preorder()
        number = self.number
        return map(partial(Node, self.tree), order.index[number : order.end[number]])

    def then(self, text: str, **fields: Any) -> Node:
        """Add one node below and return it.

        >>> from forestlib.model.tree import Tree
        >>> Tree("justice", "A match.").root.then("Norms differ.", score=0.5).then("So does the match.")
        <Node 2 of 'justice', level 2: 'So does the match.'>
        """
        tree, above = self.tree, self._index
        if fields or type(text) is not str or not text or text.isspace() or not is_encodable(text):
            index = tree._append(above, text, fields)
            _tell_growth(tree)
            return Node(tree, index)
        # The same as _append, spelled out: this is the call that a tree of a million nodes is built with.
        column = tree._text
        index = len(column)
        tree._parent.append(above)
        level = tree._level
        level.append(level[above] + 1)
        column.append(text)
        ground = tree._ground
        if ground is not None:
            ground._settled = False
        return Node(tree, index)

    def branch(self, *texts: str) -> tuple[Node, ...]:
        """Add several nodes below, side by side, and return them.

        >>> from forestlib.model.tree import Tree
        >>> local, universal = Tree("justice", "A match.").root.branch("Local norms.", "Universal norms.")
        >>> universal
        <Node 2 of 'justice', level 1: 'Universal norms.'>
        """
        return tuple(self.extend(texts))

    def chain(self, texts: Iterable[str]) -> Node:
        """Add each text below the last one and return the last node (this one, where there are no texts).

        >>> from forestlib.model.tree import Tree
        >>> Tree("count", "0").root.chain(str(n) for n in range(1, 1001)).level
        1000
        """
        listed = texts if isinstance(texts, str) else list(texts)
        added = self.extend(listed, range(self.level + 1, self.level + 1 + len(listed)))
        return added[-1] if added else self

    def extend(
        self,
        texts: Iterable[str],
        levels: Iterable[int] | None = None,
        anchors: Iterable[str | Sequence[str] | None] | None = None,
    ) -> Nodes:
        """Add many nodes below at once and return them.

        `levels` are levels in this tree, in preorder: the first is this node's level + 1, and each later one at most
        one deeper than the last; without them all are children of this node. `anchors` gives each text a phrase, a
        list of phrases, or None. Everything is checked before anything is added.

        >>> from forestlib.model.tree import Tree
        >>> root = Tree("justice", "A match.").root
        >>> added = root.extend(["Norms differ.", "Local ones.", "Universal ones."], [1, 2, 2], [None, "culture", None])
        >>> [node.anchors for node in added]
        [(), ('culture',), ()]
        """
        added = self.tree._extend(self._index, texts, levels, anchors)
        _tell_growth(self.tree)
        return Nodes(self.tree, added)

    def anchor(self, *phrases: str) -> Node:
        """Mark phrases that this node shares with nodes of other trees, and return the node.

        >>> from forestlib.model.tree import Tree
        >>> Tree("justice", "A match.").root.then("Norms differ.").anchor("norm").anchors
        ('norm',)
        """
        self.tree._mark(self._index, phrases)
        _tell_growth(self.tree)
        return self

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return str(renderers["html"].function(self))


def _tell_growth(tree: Tree) -> None:
    """Tell the forest of a tree, where it stands in one, that what it had counted holds no longer."""
    if tree._ground is not None:
        tree._ground._settled = False


class Nodes(Sequence[Node]):
    """Handles of nodes that were added together, made when asked for.

    >>> from forestlib.model.tree import Tree
    >>> added = Tree("justice", "A match.").root.extend(["Local norms.", "Universal norms."])
    >>> added, added[-1].text
    (<2 nodes of 'justice'>, 'Universal norms.')
    """

    __slots__ = ("_indexes", "_tree")

    def __init__(self, tree: Tree, indexes: range) -> None:
        self._tree = tree
        self._indexes = indexes

    def __repr__(self) -> str:
        return f"<{len(self)} nodes of {shown(self._tree.name)}>"

    def __len__(self) -> int:
        return len(self._indexes)

    @overload
    def __getitem__(self, place: int) -> Node: ...
    @overload
    def __getitem__(self, place: slice) -> Nodes: ...
    def __getitem__(self, place: int | slice) -> Node | Nodes:
        chosen = self._indexes[place]
        return Nodes(self._tree, chosen) if isinstance(chosen, range) else Node(self._tree, chosen)
