"""A tree: one reasoning, kept as columns.

Columns (parent, level, text) and an append-only log of marks cost 25 bytes a node beside its text, copy, compare and
pickle at any depth, and make every sweep one loop: parents come before children. A node is an index; handles are made
when asked for.
"""

from __future__ import annotations

import copy
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from forestlib.errors import AnchorError, FieldError, ForestlibError, LevelError, TextError, UnknownNodeError, shown
from forestlib.model.collector import paused_collector
from forestlib.model.fields import Fields, checked_column, checked_extra, checked_fields
from forestlib.model.growing import Growing
from forestlib.model.key import checked_phrases
from forestlib.model.marks import MarkLog, Marks, marks_of
from forestlib.model.node import Node
from forestlib.model.preorder import Preorder, checked_levels, in_preorder, parents_of, whole_number
from forestlib.model.rows import TreeRows
from forestlib.model.text import checked_lang, checked_name, checked_text, checked_texts, language_of
from forestlib.model.weights import checked_weights
from forestlib.registry import renderers

if TYPE_CHECKING:
    from forestlib.model.ground import Ground

__all__ = ["Tree"]


class Tree:
    """One reasoning: a name, a root, weights over axes.

    A forest plants trees; one can also be built alone and joined with `forest.add(tree)`. Trees compare by identity.

    >>> tree = Tree("justice", "A match between deeds and norms.", axes={"causality": 80, "empathy": 20})
    >>> tree.root.then("But norms differ.").branch("Local ones.", "Universal ones.")[0].level
    2
    >>> tree
    <Tree 'justice', 4 nodes, 3 levels>
    """

    __slots__ = (
        "__weakref__",
        "_axes",
        "_extra",
        "_fields",
        "_form",
        "_forms",
        "_ground",
        "_growing",
        "_keys",
        "_known_order",
        "_lang",
        "_level",
        "_mark_node",
        "_mark_phrase",
        "_marks",
        "_name",
        "_parent",
        "_preorder",
        "_text",
    )

    def __init__(
        self,
        name: str,
        text: str,
        axes: Mapping[str, float] | Iterable[str] | None = None,
        *,
        lang: str | None = None,
        **fields: Any,
    ) -> None:
        self._name = checked_name(name)
        self._axes = checked_weights(axes)
        self._lang = checked_lang(lang)
        self._ground: Ground | None = None
        self._parent, self._level, self._text = array("i", [-1]), array("i", [0]), [checked_text(text)]
        self._mark_node, self._mark_phrase = array("i"), list[str]()
        self._fields = Fields()
        self._extra: dict[str, Any] = {}
        self._keys: tuple[str, ...] | None = None
        self._form: tuple[str, ...] | None = None
        self._forms: dict[int, tuple[str, ...]] = {}
        self._known_order = 1
        self._preorder: Preorder | None = None
        self._marks: Marks | None = None
        self._growing: Growing | None = None
        for field, value in checked_fields(fields).items():
            self._fields.put(0, field, value)

    @classmethod
    def from_rows(cls, rows: TreeRows) -> Tree:
        """Return the tree that `rows` describe, all of it checked."""
        texts = checked_texts(rows.texts)
        if not texts:
            raise TextError(f"The tree {shown(rows.name)} has no nodes. Give it a root.")
        levels = checked_levels(rows.levels, len(texts))
        parents = levels.index(0, 1) if 0 in levels[1:] else parents_of(levels)
        if isinstance(parents, int):
            raise LevelError(
                f"Node {parents} of {shown(rows.name)} cannot stand on level {levels[parents]}. "
                "The root alone stands on 0, and each node at most one level deeper than the one before it.",
                number=parents,
            )
        tree = cls(rows.name, texts[0], rows.axes, lang=rows.lang)
        tree._parent, tree._level, tree._text = parents, levels, texts
        tree._known_order = len(texts)
        log = MarkLog.of(rows.marks)
        tree._mark_node = _checked_numbers(log.node, rows)
        tree._mark_phrase = checked_phrases(log.phrase)
        for field, values in rows.fields.items():
            numbers = _checked_numbers(values, rows, FieldError)
            column = checked_column(field, dict(zip(numbers, values.values(), strict=True)))
            tree._fields.put_all(field, column, len(texts))
        tree._extra = checked_extra(rows.extra)
        tree._keys, tree._form, tree._forms = rows.keys, rows.form, dict(rows.forms)
        return tree

    def rows(self) -> TreeRows:
        """Return the tree as rows in preorder, ready to be written."""
        order, number = self.preorder(), self.preorder().number
        return TreeRows(
            self._name,
            order.level[: order.size],
            order.text[: order.size],
            list(self.marks()),
            {
                name: {number[index]: value for index, value in self._fields.items(name)}
                for name in sorted(self._fields)
            },
            axes=copy.copy(self._axes),
            lang=self._lang,
            extra=dict(self._extra),
            keys=self._keys,
            form=self._form,
            forms={number[index]: form for index, form in self._forms.items()},
        )

    def __repr__(self) -> str:
        return f"<Tree {shown(self._name)}, {len(self)} nodes, {max(self._level) + 1} levels>"

    def __str__(self) -> str:
        return str(renderers["outline"].function(self))

    def _repr_html_(self) -> str:
        return str(renderers["html"].function(self))

    def __len__(self) -> int:
        return len(self._text)

    def __iter__(self) -> Iterator[Node]:
        return self.nodes()

    def __contains__(self, node: object) -> bool:
        return isinstance(node, Node) and node.tree is self

    def __getitem__(self, number: int) -> Node:
        """Return the node with a preorder number (negative ones count from the end)."""
        order = self.preorder()
        place = whole_number(number)
        if place is None or not -order.size <= place < order.size:
            raise UnknownNodeError(
                f"The tree {shown(self._name)} has no node {shown(number)}: its nodes are 0 to {order.size - 1}.",
                number=number,
            )
        return Node(self, order.index[place])

    def __getstate__(self) -> dict[str, Any]:
        kept = {name: getattr(self, name) for name in self.__slots__ if name != "__weakref__"}
        return kept | {"_preorder": None, "_marks": None, "_growing": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)

    def __copy__(self) -> Tree:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Tree:
        if self._ground is not None:
            copy.deepcopy(self._ground, memo)
        twin: Tree = memo.get(id(self)) or memo.setdefault(id(self), self.copy())
        return twin

    def copy(self, name: str | None = None) -> Tree:
        """Return a copy that belongs to no forest, under its own name or a new one."""
        rows = self.rows()
        rows.name = self._name if name is None else name
        return Tree.from_rows(rows)

    @property
    def name(self) -> str:
        """The tree's name, unique in its forest."""
        return self._name

    @property
    def size(self) -> tuple[int, int]:
        """How many nodes and marks the tree has: what tells whether it has grown."""
        return len(self._text), len(self._mark_node)

    @property
    def forest(self) -> Any:
        """The forest that the tree stands in, or None."""
        return self._ground

    @property
    def extra(self) -> dict[str, Any]:
        """What the tree's file said beyond name, axes, language and nodes (a copy)."""
        return dict(self._extra)

    @property
    def root(self) -> Node:
        """The node from which all others follow."""
        return Node(self, 0)

    @property
    def lang(self) -> str:
        """The tree's language: as declared, else as the script of its root says (of the first text with letters)."""
        if self._lang is not None:
            return self._lang
        root = self._text[0]
        return language_of(root if _has_letters(root) else next(filter(_has_letters, self.preorder().text), ""))

    @property
    def axes(self) -> Mapping[str, float]:
        """The tree's weights over axes: shares that sum to 1, by axis key (by name, while it stands in no forest)."""
        if self._ground is not None:
            return self._ground.shares_of(self)
        written = dict.fromkeys(self._axes, 1.0) if isinstance(self._axes, list) else dict(self._axes or {})
        total = sum(written.values())
        return {name: weight / total for name, weight in written.items()} if total else {}

    def nodes(self) -> Iterator[Node]:
        """Iterate over all nodes in preorder, as they are now."""
        return map(partial(Node, self), self.preorder().index)

    def leaves(self) -> Iterator[Node]:
        """Iterate over the nodes from which nothing follows, in preorder."""
        order = self.preorder()
        return (Node(self, order.index[number]) for number in order.leaves.tolist())

    def paths(self) -> Iterator[tuple[Node, ...]]:
        """Iterate over the ways from the root to each leaf, as tuples of nodes."""
        order = self.preorder()
        with paused_collector():
            handles = list(map(partial(Node, self), order.index))
        return _paths(order, handles)

    def text_paths(self) -> Iterator[tuple[str, ...]]:
        """Iterate over the ways from the root to each leaf, as tuples of texts.

        >>> tree = Tree("t", "a")
        >>> _ = tree.root.branch("b", "c")
        >>> list(tree.text_paths())
        [('a', 'b'), ('a', 'c')]
        """
        order = self.preorder()
        return _paths(order, order.text)

    def preorder(self) -> Preorder:
        """Return the tree's shape in preorder (a snapshot that is kept until the tree grows)."""
        if self._preorder is None or self._preorder.size != len(self._text):
            self._known_order = in_preorder(self._parent, self._level, self._known_order)
            known = self._known_order == len(self._text)
            with paused_collector():
                self._preorder = Preorder(self._parent, self._level, self._text, known)
            self._growing = None
        return self._preorder

    def marks(self) -> Marks:
        """Return the tree's marks by preorder number (a snapshot that is kept until the tree grows)."""
        held = self._marks
        if held is None or held.logged != len(self._mark_node) or held.nodes != len(self._text):
            held = self._marks = Marks(self._mark_node, self._mark_phrase, self.preorder().number)
        return held

    def _children_of(self, index: int) -> list[int]:
        order = self._preorder
        if order is not None and order.size == len(self._text):
            return [order.index[child] for child in order.children(order.number[index])]
        self._growing = self._growing or Growing()
        return self._growing.children(self._parent, index)

    def _way_to(self, index: int) -> Iterable[int]:
        if self._preorder is None or self._preorder.size != len(self._text):
            self._growing = self._growing or Growing()
            # Looking at the whole tree anew pays only once as many steps have been taken one by one.
            if self._growing.steps <= len(self._text):
                return self._growing.way(self._parent, index)
        order = self.preorder()
        return map(order.index.__getitem__, chain.from_iterable(order.path(order.number[index])))

    def _marks_of(self, index: int) -> list[str]:
        held, order = self._marks, self._preorder
        if held is not None and order is not None and (held.logged, held.nodes) == (len(self._mark_node), order.size):
            return held.of(order.number[index])
        self._growing = self._growing or Growing()
        return self._growing.marks(self._mark_node, self._mark_phrase, index)

    def field(self, name: str) -> dict[int, Any]:
        """Return one field's values by preorder number."""
        number = self.preorder().number
        return {number[index]: value for index, value in self._fields.items(name)}

    def _append(self, above: int, text: str, fields: Mapping[str, Any]) -> int:
        checked = checked_text(text)
        index = len(self._text)
        for field, value in checked_fields(fields).items():
            self._fields.put(index, field, value)
        self._parent.append(above)
        self._level.append(self._level[above] + 1)
        self._text.append(checked)
        return index

    def _extend(
        self,
        above: int,
        texts: Iterable[str],
        levels: Iterable[int] | None,
        anchors: Iterable[str | Sequence[str] | None] | None,
    ) -> range:
        if isinstance(texts, str | bytes):
            raise TextError(f"Texts are a list of texts, got {shown(texts)}. Put it in brackets.", text=texts)
        with paused_collector():
            listed = checked_texts(texts)
            # All that is given is taken before the tree is looked at: a generator may grow the tree itself.
            steps = None if levels is None else checked_levels(levels, len(listed))
            if isinstance(anchors, str | bytes):
                raise AnchorError(f"Anchors are a list, one entry a text, got {shown(anchors)}. Put it in brackets.")
            phrases = None if anchors is None else list(anchors)
            return self._extend_all(above, listed, steps, phrases)

    def _extend_all(
        self,
        above: int,
        texts: list[str],
        levels: array[int] | None,
        anchors: list[str | Sequence[str] | None] | None,
    ) -> range:
        first, root = len(self._text), self._level[above]
        listed = array("i", [root + 1]) * len(texts) if levels is None else levels
        parents = parents_of(listed, root, above, first)
        if isinstance(parents, int):
            raise LevelError(
                f"Text {parents} cannot stand on level {listed[parents]}. Below a node of level {root} the "
                f"first stands on {root + 1}, and each later one at most one level deeper than the one before it.",
                number=parents,
            )
        log = marks_of(anchors or [], len(texts) if anchors is not None else 0, first)
        self._parent += parents
        self._level += listed
        self._text += texts
        self._mark_node.extend(log.node)
        self._mark_phrase += log.phrase
        if self._known_order == first and above == 0 and first == 1:
            self._known_order = len(self._text)
        return range(first, len(self._text))

    def _mark(self, index: int, phrases: Sequence[str]) -> None:
        kept = checked_phrases(phrases)
        self._mark_node.extend([index] * len(kept))
        self._mark_phrase += kept


def _paths(order: Preorder, column: list[Any]) -> Iterator[tuple[Any, ...]]:
    level, path, begin = order.level, list[Any](), 0
    for leaf in order.leaves.tolist():
        # Between two leaves the preorder runs straight down: one slice replaces the end of the last path.
        path[level[begin] :] = column[begin : leaf + 1]
        yield tuple(path)
        begin = leaf + 1


def _checked_numbers(given: Iterable[object], rows: TreeRows, kind: type[ForestlibError] = LevelError) -> array[int]:
    size = len(rows.texts)
    numbers = given if isinstance(given, array) else [whole_number(number) for number in given]
    if numbers and (None in numbers or not 0 <= min(numbers) <= max(numbers) < size):
        wrong = next(
            one for one, number in zip(given, numbers, strict=True) if number is None or not 0 <= number < size
        )
        raise kind(f"{shown(rows.name)} has no node {shown(wrong)}: its nodes are 0 to {size - 1}.")
    return array("i", numbers)


def _has_letters(text: str) -> bool:
    return any(map(str.isalpha, text))
