"""The ground: the data of a forest, and the verbs that build it.

Everything below the face works on this class; `fl.Forest` is the same with all the other verbs. Building appends,
asking changes nothing, and arguments are checked before anything changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from forestlib.errors import AnchorError, DuplicateTreeError, OptionError, UnknownTreeError, shown
from forestlib.model.anchor import Anchor, AnchorTable, Declarations
from forestlib.model.axis import Axis, Frame
from forestlib.model.frames import thinking
from forestlib.model.key import anchor_key, checked_phrase, folded
from forestlib.model.likeness import same_tree, spelled
from forestlib.model.node import Node
from forestlib.model.text import checked_name
from forestlib.model.tree import Tree
from forestlib.model.weights import shares

__all__ = ["DEFAULT_NAME", "REFUSED", "Ground", "frame_of"]

DEFAULT_NAME = "forest"
# Where a forest's head line keeps what was refused.
REFUSED = "refused_anchors"


def frame_of(axes: Frame | Iterable[Axis] | None) -> Frame:
    """Return the frame that `axes` stand for: one as it is, one of single axes, the built-in one for None.

    >>> frame_of([Axis("ethics"), Axis("law")]), len(frame_of(None))
    (<Frame of 2 axes: ethics, law>, 8)
    """
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

    def __init__(self, name: str = DEFAULT_NAME, axes: Frame | Iterable[Axis] | None = None) -> None:
        self.name = name
        self._frame = frame_of(axes)
        self._trees: dict[str, Tree] = {}
        self._declared = Declarations()
        self._extra: dict[str, Any] = {}
        self._changes = 0
        self._grown, self._settled = (0, 0), True
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
        heads = heads and spelled(self._extra) == spelled(other._extra)
        return heads and list(self._trees) == list(other._trees) and all(map(same_tree, self, other))

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
        """Return a forest of its own with the same content.

        >>> ground = Ground("ethics")
        >>> twin = ground.copy()
        >>> _ = twin.plant("justice", "A match.")
        >>> len(ground), len(twin)
        (0, 1)
        """
        twin = type(self)(self.name, self._frame)
        twin._declared, twin._extra = self._declared.copy(), dict(self._extra)
        for tree in self:
            twin.add(tree.copy())
        return twin

    @property
    def name(self) -> str:
        """The forest's name, one line; it may be set anew, and is checked as it was at first.

        >>> ground = Ground("draft")
        >>> ground.name = "ethics"
        >>> ground.name
        'ethics'
        """
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        self._name = checked_name(name, "A forest's name")

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
        """What tells whether the forest has changed: equal as long as nothing was added.

        Nodes and marks are counted anew only after a tree has grown, so that asking again costs nothing.

        >>> ground = Ground()
        >>> before = ground.revision
        >>> _ = ground.plant("justice", "A match.")
        >>> ground.revision == before
        False
        """
        if not self._settled:
            # Before counting: what grows meanwhile is noticed at the next question.
            self._settled = True
            sizes = [tree.size for tree in self._trees.values()]
            self._grown = sum(nodes for nodes, _ in sizes), sum(marks for _, marks in sizes)
        return self._changes, *self._grown

    @property
    def anchors(self) -> AnchorTable:
        """All anchors, found by any of their spellings.

        >>> ground = Ground()
        >>> _ = ground.plant("justice", "A match.").root.anchor("Norm")
        >>> ground.anchors["norm"], list(ground.anchors)
        (<Anchor 'Norm' in 1 tree>, ['Norm'])
        """
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

        >>> Ground().plant("justice", "A match.", axes=["causality"], lang="en", source="essay").root["source"]
        'essay'
        """
        return self.add(Tree(name, text, axes, lang=lang, **fields), replace=replace)

    def add(self, tree: Tree, *, replace: bool = False) -> Tree:
        """Join a tree that was built alone, and return it.

        >>> ground, tree = Ground(), Tree("justice", "A match.")
        >>> ground.add(tree) is tree, tree.forest is ground
        (True, True)
        """
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
        self._settled = False
        return tree

    def merge(self, other: Ground, *, replace: bool = False) -> Self:
        """Add copies of all trees, axes and declared anchors of another forest, and return this one.

        >>> ours, theirs = Ground("ours"), Ground("theirs")
        >>> _ = ours.plant("justice", "A match."), theirs.plant("choice", "A refusal.")
        >>> ours.merge(theirs)
        <Ground 'ours': 2 trees, 2 nodes>
        """
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
        # A language is the frame's, and this forest keeps its own.
        theirs = {name: value for name, value in other._extra.items() if name != "lang"}
        self._extra = {**theirs, **self._extra}
        if other._refused():
            self.refuse(*other._refused())
        return self

    def take_frame(self, frame: Frame, lang: str | None = None) -> Frame:
        """Put another frame in place of this one, where it holds all axes that the trees have, and return it.

        It shows its axes in this one's language, unless `lang` is given.
        """
        if frame.axes[: len(self._frame.axes)] != self._frame.axes:
            self._shares = {tree.name: shares(tree._axes, frame) for tree in self}
        self._frame = Frame(frame.axes, lang or self._frame.lang)
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
        """Declare many anchors, canonical text to aliases, all or none of them; return their keys.

        >>> ground = Ground()
        >>> ground.declare({"Choice": ["a free choice"], "norm": []})
        ['choice', 'norm']
        """
        declared = self._declared.copy()
        keys = [declared.declare(text, aliases) for text, aliases in anchors.items()]
        self._declared = declared
        self._changes += 1
        return keys

    def declared(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the declared anchors: (canonical text, aliases), by key.

        >>> ground = Ground()
        >>> _ = ground.anchor("norm"), ground.anchor("choice", ["will"])
        >>> ground.declared()
        [('choice', ('will',)), ('norm', ())]
        """
        return [self._declared.texts[key] for key in sorted(self._declared.texts)]

    def declarations(self) -> Declarations:
        """Return what is declared, as a copy."""
        return self._declared.copy()

    def take_declarations(self, declared: Declarations) -> None:
        """Put other declarations in the place of those of the forest."""
        self._declared = declared
        self._changes += 1

    def unite(self, text: str, others: Iterable[str]) -> Anchor:
        """Make one anchor of several, under the canonical text `text`, and return it; the nodes keep their phrases.

        >>> ground = Ground()
        >>> for name, phrase in [("выбор", "свобода выбора"), ("choice", "freedom of choice")]:
        ...     _ = ground.plant(name, "A thought.").root.anchor(phrase)
        >>> ground.unite("свобода выбора", ["freedom of choice"])
        <Anchor 'свобода выбора' in 2 trees>
        """
        if isinstance(others, str) or not isinstance(others, Iterable):
            raise AnchorError(f"Anchors to unite are a list of phrases, got {shown(others)}. Put it in brackets.")
        declared = self._declared.copy()
        key = declared.unite(text, [checked_phrase(other) for other in others])
        self._declared = declared
        self._changes += 1
        return self.anchors[key]

    @property
    def refused(self) -> frozenset[str]:
        """The keys of the phrases that were refused as anchors."""
        return frozenset(map(anchor_key, self._refused()))

    def _refused(self) -> list[str]:
        listed = self._extra.get(REFUSED, [])
        if not isinstance(listed, list) or not all(isinstance(phrase, str) for phrase in listed):
            raise AnchorError(f"{REFUSED!r} in a forest's head line is a list of phrases, got {shown(listed)}.")
        return listed

    def refuse(self, *phrases: str) -> None:
        """Remember phrases that are no anchors, so that they are not proposed again; a saved forest keeps them.

        >>> ground = Ground()
        >>> ground.refuse("carbon dioxide")
        >>> ground.refused
        frozenset({'carbon dioxide'})
        """
        told = {anchor_key(phrase): phrase for phrase in (*self._refused(), *map(checked_phrase, phrases))}
        self._extra[REFUSED] = sorted(told.values())

    @property
    def extra(self) -> dict[str, Any]:
        """What the head line of a file said beyond name, axes and anchors; kept and written back.

        >>> ground = Ground()
        >>> ground.extra["licence"] = "MIT"
        >>> ground.extra
        {'licence': 'MIT'}
        """
        return self._extra

    def find(
        self, text: str = "", *, tree: str | None = None, anchor: str | None = None, **fields: Any
    ) -> Iterator[Node]:
        """Iterate over the nodes whose text holds `text` (case, ё and white space folded), by tree and number.

        `tree` looks in one tree only, `anchor` at the nodes of one anchor only, fields at the nodes that have them.

        >>> ground = Ground()
        >>> _ = ground.plant("justice", "A match.").root.then("Norms differ.", score=0.5).anchor("norm")
        >>> list(ground.find("NORMS"))
        [<Node 1 of 'justice', level 1: 'Norms differ.'>]
        >>> len(list(ground.find(anchor="norm", score=0.5))), len(list(ground.find(score=1)))
        (1, 0)
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
