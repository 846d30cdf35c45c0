"""The ground: the data of a forest, and the verbs that build it.

Everything below the face works on this class; `fl.Forest` is the same with all the other verbs. Building appends,
asking changes nothing, and arguments are checked before anything changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from forestlib.errors import DuplicateTreeError, OptionError, UnknownTreeError, shown
from forestlib.model.anchor import Anchor, AnchorTable, Declarations
from forestlib.model.axis import Axis, Frame
from forestlib.model.frames import thinking
from forestlib.model.key import folded
from forestlib.model.node import Node
from forestlib.model.text import checked_name
from forestlib.model.tree import Tree
from forestlib.model.weights import shares

__all__ = ["Ground", "frame_of"]


def frame_of(axes: Frame | Iterable[Axis] | None) -> Frame:
    """Return the frame that `axes` stand for: one as it is, one of single axes, the built-in one for None."""
    if axes is None:
        return thinking()
    return axes if isinstance(axes, Frame) else Frame((axes,) if isinstance(axes, str) else axes)


class Ground:
    """Trees, the frame of their axes, and their anchors.

    >>> ground = Ground("ethics")
    >>> justice = ground.plant("justice", "A match.", axes={"causality": 0.8, "empathy": 0.2})
    >>> ground["justice"] is justice, len(ground), "god" in ground
    (True, 1, False)
    """

    def __init__(self, name: str = "forest", axes: Frame | Iterable[Axis] | None = None) -> None:
        self.name = checked_name(name, "A forest's name")
        self._frame = frame_of(axes)
        self._trees: dict[str, Tree] = {}
        self._declared = Declarations()
        self._extra: dict[str, Any] = {}
        self._changes = 0
        self._anchors: tuple[tuple[int, ...], AnchorTable] | None = None
        self._shares: dict[str, dict[str, float]] = {}

    def __repr__(self) -> str:
        nodes = sum(map(len, self))
        return f"<{type(self).__name__} {shown(self.name)}: {len(self)} trees, {nodes} nodes>"

    def __len__(self) -> int:
        return len(self._trees)

    def __iter__(self) -> Iterator[Tree]:
        return iter(self.trees)

    def __contains__(self, item: object) -> bool:
        if isinstance(item, Tree):
            return self._trees.get(item.name) is item
        return item in self._trees

    def __getitem__(self, name: str) -> Tree:
        tree = self._trees.get(name) if isinstance(name, str) else None
        if tree is None:
            raise UnknownTreeError.among(name, self._trees)
        return tree

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ground):
            return NotImplemented
        heads = (self.name, self._frame, self._declared) == (other.name, other._frame, other._declared)
        heads = heads and _spelled(self._extra) == _spelled(other._extra)
        return heads and list(self._trees) == list(other._trees) and all(map(_same, self, other))

    __hash__ = None  # type: ignore[assignment]

    def __copy__(self) -> Self:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = memo[id(self)] = self.copy()
        memo.update({id(tree): twin[tree.name] for tree in self})
        return twin

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_anchors": None}

    def copy(self) -> Self:
        """Return a forest of its own with the same content."""
        twin = type(self)(self.name, self._frame)
        twin._declared, twin._extra = self._declared.copy(), dict(self._extra)
        for tree in self:
            twin.add(tree.copy())
        return twin

    @property
    def trees(self) -> tuple[Tree, ...]:
        """All trees, in the order of planting."""
        return tuple(self._trees.values())

    @property
    def frame(self) -> Frame:
        """The axes of thinking."""
        return self._frame

    @property
    def revision(self) -> tuple[int, ...]:
        """What tells whether the forest has changed: equal as long as nothing was added."""
        nodes = sum(len(tree._text) for tree in self._trees.values())
        marks = sum(len(tree._mark_node) for tree in self._trees.values())
        return self._changes, nodes, marks

    @property
    def anchors(self) -> AnchorTable:
        """All anchors, found by any of their spellings."""
        revision = self.revision
        if self._anchors is None or self._anchors[0] != revision:
            self._anchors = revision, AnchorTable(self, self._declared)
        return self._anchors[1]

    def shares_of(self, tree: Tree) -> Mapping[str, float]:
        """Return a tree's weights over axes: shares that sum to 1, by axis key."""
        return dict(self._shares[tree.name])

    def plant(
        self,
        name: str,
        text: str,
        axes: Mapping[str, float] | Iterable[str] | None = None,
        *,
        lang: str | None = None,
        replace: bool = False,
        **fields: Any,
    ) -> Tree:
        """Add a tree that has only a root, and return it.

        A name that is taken is an error, unless `replace=True`: then the new tree takes the old one's place.
        """
        return self.add(Tree(name, text, axes, lang=lang, **fields), replace=replace)

    def add(self, tree: Tree, *, replace: bool = False) -> Tree:
        """Join a tree that was built alone, and return it."""
        if not isinstance(tree, Tree):
            raise OptionError(f"add() takes a Tree, got {shown(tree)}. Make one with fl.Tree(name, text).")
        if tree._ground is not None and tree not in self:
            raise DuplicateTreeError(
                f"The tree {shown(tree.name)} stands in the forest {shown(tree._ground.name)}. Add tree.copy().",
                name=tree.name,
            )
        if tree.name in self._trees and not replace:
            raise DuplicateTreeError(
                f"The forest has a tree named {shown(tree.name)}. Choose another name, or pass replace=True to put it "
                "anew in its place.",
                name=tree.name,
            )
        weights = shares(tree._axes, self._frame)
        old = self._trees.get(tree.name)
        if old is not None and old is not tree:
            old._ground = None
        self._trees[tree.name], self._shares[tree.name] = tree, weights
        tree._ground = self
        self._changes += 1
        return tree

    def merge(self, other: Ground, *, replace: bool = False) -> Self:
        """Add copies of all trees, axes and declared anchors of another forest, and return this one."""
        if not isinstance(other, Ground):
            raise OptionError(f"merge() takes a forest, got {shown(other)}. Use add() for a tree.")
        taken = [name for name in other._trees if name in self._trees]
        if taken and not replace:
            raise DuplicateTreeError(
                f"Both forests have trees named {', '.join(map(shown, taken[:6]))}"
                f"{' …' if len(taken) > 6 else ''}. Rename them, or pass replace=True to take the other forest's.",
                names=tuple(taken),
            )
        declared = self._declared.copy()
        for text, aliases in other._declared.texts.values():
            declared.declare(text, aliases)
        frame = self._frame.merged(other._frame)
        for tree in other:
            shares(tree._axes, frame)
        self._frame, self._declared = frame, declared
        self._changes += 1
        for tree in other.trees:
            self.add(tree.copy(), replace=replace)
        self._extra = {**other._extra, **self._extra}
        return self

    def take_frame(self, frame: Frame) -> Frame:
        """Put another frame in place of this one, where it holds all axes that the trees have, and return it."""
        if frame.axes[: len(self._frame.axes)] != self._frame.axes:
            self._shares = {tree.name: shares(tree._axes, frame) for tree in self}
        self._frame = Frame(frame.axes, self._frame.lang)
        return self._frame

    def anchor(self, text: str, aliases: Iterable[str] = ()) -> Anchor:
        """Declare an anchor: its canonical text and its other spellings; return it.

        >>> ground = Ground()
        >>> ground.anchor("choice", aliases=["a free choice"])
        <Anchor 'choice' in 0 trees>
        """
        key = self._declared.declare(text, aliases)
        self._changes += 1
        return Anchor(key, *self._declared.texts[key], self)

    def declare(self, anchors: Mapping[str, Iterable[str]]) -> list[str]:
        """Declare many anchors, canonical text to aliases, all or none of them; return their keys."""
        declared = self._declared.copy()
        keys = [declared.declare(text, aliases) for text, aliases in anchors.items()]
        self._declared = declared
        self._changes += 1
        return keys

    def declared(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the declared anchors: (canonical text, aliases), by key."""
        return [self._declared.texts[key] for key in sorted(self._declared.texts)]

    @property
    def extra(self) -> dict[str, Any]:
        """What the head line of a file said beyond name, axes and anchors; kept and written back."""
        return self._extra

    def find(
        self, text: str = "", *, tree: str | None = None, anchor: str | None = None, **fields: Any
    ) -> Iterator[Node]:
        """Iterate over the nodes whose text holds `text` (case, ё and white space folded), by tree and number.

        `tree` looks in one tree only, `anchor` at the nodes of one anchor only, fields at the nodes that have them.
        """
        if not isinstance(text, str):
            raise OptionError(f"find() looks for a text, got {shown(text)}.", value=text)
        trees = self.trees if tree is None else (self[tree],)
        wanted = None if anchor is None else self.anchors.key_of(self.anchors[anchor].text)
        return self._found(folded(text), trees, wanted, fields)

    def _found(self, text: str, trees: Iterable[Tree], anchor: str | None, fields: Mapping[str, Any]) -> Iterator[Node]:
        key_of = self.anchors.key_of
        for tree in trees:
            for node in tree.nodes():
                if text and text not in folded(node.text):
                    continue
                if anchor is not None and anchor not in map(key_of, node.anchors):
                    continue
                if all(name in node and node[name] == value for name, value in fields.items()):
                    yield node


def _same(one: Tree, other: Tree) -> bool:
    if (one.name, len(one), one.axes, one.lang) != (other.name, len(other), other.axes, other.lang):
        return False
    ours, theirs = one.rows(), other.rows()
    return (
        list(ours.levels) == list(theirs.levels)
        and ours.texts == theirs.texts
        and ours.marks == theirs.marks
        and _spelled(ours.fields) == _spelled(theirs.fields)
        and _spelled(ours.extra) == _spelled(theirs.extra)
    )


def _spelled(fields: Mapping[str, Any]) -> str:
    """Return fields as JSON: 1 and 1.0 and true are equal in Python and not in a file."""
    return json.dumps({name: value for name, value in fields.items() if value != {}}, sort_keys=True)
