"""Anchors: what phrases of several trees have in common, and the places where they stand.

The table is built from the trees' marks at the first question and kept until the forest grows. Anchors are numbered by
their keys in code-point order and occurrences by tree and preorder number, so that nothing depends on the order in
which they were marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.errors import AnchorError, UnknownAnchorError, shown
from forestlib.model.collector import paused_collector
from forestlib.model.key import anchor_key, checked_phrase
from forestlib.model.node import Node
from forestlib.model.spans import span_of

if TYPE_CHECKING:
    from forestlib.model.tree import Tree

__all__ = ["Anchor", "AnchorTable", "Declarations", "Occurrence"]

Ints = npt.NDArray[np.int32]


class Stand(Protocol):
    """What has trees and their anchors: a ground, or a tree that stands alone."""

    @property
    def trees(self) -> tuple[Tree, ...]:
        """The trees."""

    @property
    def anchors(self) -> AnchorTable:
        """Their anchors."""


@attrs.frozen(repr=False)
class Occurrence:
    """One place where an anchor stands: the node, the phrase as written, its span in the text or None.

    >>> from forestlib.model.ground import Ground
    >>> ground = Ground()
    >>> for name in ("God", "mind"):
    ...     _ = ground.plant(name, "Choice is free.").root.anchor("choice")
    >>> next(ground.anchors["choice"].occurrences())
    <Occurrence of 'choice' at <Node 0 of 'God', level 0: 'Choice is free.'>>
    """

    node: Node
    phrase: str
    span: tuple[int, int] | None

    def __repr__(self) -> str:
        return f"<Occurrence of {shown(self.phrase)} at {self.node!r}>"


@attrs.frozen(repr=False)
class Anchor:
    """A phrase that nodes of several trees share: its key, its canonical text, its other spellings.

    Where it stands is asked anew each time, so that an anchor kept from before still means its nodes.

    >>> from forestlib.model.ground import Ground
    >>> ground = Ground()
    >>> for name in ("God", "mind"):
    ...     _ = ground.plant(name, "Choice is free.").root.anchor("choice")
    >>> choice = ground.anchors["Choice"]
    >>> choice, choice.count, choice.aliases
    (<Anchor 'choice' in 2 trees>, 2, ())
    """

    key: str
    text: str
    aliases: tuple[str, ...] = attrs.field(eq=False)
    _ground: Stand = attrs.field(eq=False)

    def __repr__(self) -> str:
        trees = self.tree_count
        return f"<Anchor {shown(self.text)} in {trees} tree{'s' * (trees != 1)}>"

    @property
    def count(self) -> int:
        """At how many nodes the anchor stands."""
        table = self._ground.anchors
        return len(table.places_of(self.key))

    @property
    def tree_count(self) -> int:
        """In how many trees the anchor stands."""
        return len(self.trees())

    def nodes(self) -> Iterator[Node]:
        """Iterate over the nodes at which the anchor stands now, by tree and preorder number.

        >>> from forestlib.model.ground import Ground
        >>> ground = Ground()
        >>> for name in ("God", "mind"):
        ...     _ = ground.plant(name, "Choice is free.").root.anchor("choice")
        >>> [node.tree.name for node in ground.anchors["choice"].nodes()]
        ['God', 'mind']
        """
        table = self._ground.anchors
        return iter([table.node_at(place) for place in table.places_of(self.key)])

    def trees(self) -> tuple[Tree, ...]:
        """Return the trees in which the anchor stands, in the forest's order.

        >>> from forestlib.model.ground import Ground
        >>> ground = Ground()
        >>> for name in ("God", "mind"):
        ...     _ = ground.plant(name, "Choice is free.").root.anchor("choice")
        >>> ground.anchors["choice"].trees()
        (<Tree 'God', 1 nodes, 1 levels>, <Tree 'mind', 1 nodes, 1 levels>)
        """
        table = self._ground.anchors
        places = table.places_of(self.key)
        return tuple(table.trees[tree] for tree in np.unique(table.tree[places.start : places.stop]))

    def occurrences(self) -> Iterator[Occurrence]:
        """Iterate over the places where the anchor stands, each with its phrase as written and its span.

        >>> from forestlib.model.ground import Ground
        >>> ground = Ground()
        >>> for name in ("God", "mind"):
        ...     _ = ground.plant(name, "Choice is free.").root.anchor("choice")
        >>> list(ground.anchors["choice"].occurrences())[1]
        <Occurrence of 'choice' at <Node 0 of 'mind', level 0: 'Choice is free.'>>
        """
        key_of = self._ground.anchors.key_of
        for node in self.nodes():
            for phrase in dict.fromkeys(phrase for phrase in node.anchors if key_of(phrase) == self.key):
                yield Occurrence(node, phrase, span_of(phrase, node.text))


class Declarations:
    """Anchors that were declared: canonical texts and aliases, by key."""

    __slots__ = ("anchor_of", "texts")

    def __init__(self) -> None:
        self.texts: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.anchor_of: dict[str, str] = {}

    def declare(self, text: str, aliases: Iterable[str]) -> str:
        """Declare an anchor, or add aliases to it, and return its key; a taken alias is an error."""
        if isinstance(aliases, str) or not isinstance(aliases, Iterable):
            raise AnchorError(f"Aliases are a list of phrases, got {shown(aliases)}. Put it in brackets.")
        listed = [checked_phrase(alias) for alias in aliases]
        text = checked_phrase(text)
        key = anchor_key(text)
        holder = self.anchor_of.get(key, key)
        if holder != key:
            old = self.texts[holder][0]
            raise AnchorError(
                f"{shown(text)} is an alias of {shown(old)} already. To name the anchor so: "
                f"forest.unite({shown(text)}, [{shown(old)}]).",
                phrase=text,
            )
        for alias in listed:
            owner = self.anchor_of.get(anchor_key(alias), key)
            if owner != key or (anchor_key(alias) in self.texts and anchor_key(alias) != key):
                raise AnchorError(
                    f"{shown(alias)} belongs to the anchor {shown(self.texts[owner][0])} already, so it cannot be "
                    f"an alias of {shown(text)}. Leave it out of one of them.",
                    phrase=alias,
                )
        before = self.texts.get(key, ("", ()))[1]
        self.texts[key] = (text, tuple(sorted({*before, *listed})))
        self.anchor_of.update({anchor_key(phrase): key for phrase in (text, *listed)})
        return key

    def unite(self, text: str, others: Iterable[str]) -> str:
        """Declare an anchor that takes in others, declared ones with their aliases, and return its key."""
        text, others = checked_phrase(text), [checked_phrase(other) for other in others]
        keys = {self.anchor_of.get(anchor_key(other), anchor_key(other)) for other in (text, *others)}
        taken = [self.texts.pop(key) for key in sorted(keys & self.texts.keys())]
        forms = {anchor_key(form): form for name, aliases in taken for form in (*aliases, name)}
        forms |= {anchor_key(other): other for other in others}
        for key in forms:
            self.anchor_of.pop(key, None)
        own = anchor_key(text)
        return self.declare(text, [form for key, form in sorted(forms.items()) if key != own])

    def copy(self) -> Declarations:
        """Return a copy."""
        twin = Declarations()
        twin.texts, twin.anchor_of = dict(self.texts), dict(self.anchor_of)
        return twin

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Declarations) and self.texts == other.texts

    __hash__ = None  # type: ignore[assignment]


class AnchorTable(Mapping[str, Anchor]):
    """All anchors of a forest, found by any of their spellings; iterating gives canonical texts by key.

    Columns, one entry an occurrence, sorted by anchor, tree and node: `tree` (place of the tree in the forest), `node`
    (preorder number); `start[a]` to `start[a + 1]` are the occurrences of anchor `a`.

    >>> from forestlib.model.ground import Ground
    >>> ground = Ground()
    >>> for name in ("God", "mind"):
    ...     _ = ground.plant(name, "Choice is free.").root.anchor("choice")
    >>> ground.anchors, "CHOICE" in ground.anchors, list(ground.anchors)
    (<1 anchors, 2 occurrences>, True, ['choice'])
    """

    def __init__(self, ground: Stand, declared: Declarations) -> None:
        self._ground = ground
        self.trees = ground.trees
        self._orders = [tree.preorder() for tree in self.trees]
        self._declared = declared
        self._key_of: dict[str, str] = {}
        with paused_collector():
            self._build()

    def _build(self) -> None:
        logs = [tree.marks() for tree in self.trees]
        phrases = {phrase for log in logs for phrase in log.phrase}
        self._key_of = {phrase: self.key_of(phrase) for phrase in phrases}
        self.anchor_keys = sorted({*self._key_of.values(), *self._declared.texts})
        ids = {key: number for number, key in enumerate(self.anchor_keys)}
        id_of = {phrase: ids[key] for phrase, key in self._key_of.items()}
        self._ids = ids
        parts = [
            self._occurrences(place, log.number, list(map(id_of.__getitem__, log.phrase)))
            for place, log in enumerate(logs)
        ]
        rows = np.concatenate(parts) if parts else np.empty((0, 3), np.int32)
        rows = _distinct(rows)
        self.start = np.searchsorted(rows[:, 0], np.arange(len(self.anchor_keys) + 1)).astype(np.int64)
        self.tree, self.node = np.ascontiguousarray(rows[:, 1]), np.ascontiguousarray(rows[:, 2])

    @staticmethod
    def _occurrences(place: int, numbers: Sequence[int], ids: list[int]) -> Ints:
        rows = np.empty((len(ids), 3), np.int32)
        rows[:, 0], rows[:, 1], rows[:, 2] = ids, place, numbers
        return rows

    @cached_property
    def anchor(self) -> Ints:
        """The anchor of each occurrence."""
        return np.repeat(np.arange(len(self.anchor_keys), dtype=np.int32), np.diff(self.start))

    @cached_property
    def tree_counts(self) -> npt.NDArray[np.int64]:
        """In how many trees each anchor stands."""
        pairs = self.pairs
        return (
            np.bincount(pairs[:, 0], minlength=len(self.anchor_keys))
            if len(pairs)
            else np.zeros(len(self.anchor_keys), np.int64)
        )

    @cached_property
    def pairs(self) -> Ints:
        """The distinct (anchor, tree), sorted: the edges of the tree-anchor graph."""
        rows = np.stack([self.anchor, self.tree], axis=1)
        return rows[np.append(True, (np.diff(rows, axis=0) != 0).any(axis=1))] if len(rows) else rows

    def neighbours(self) -> list[list[int]]:
        """Return the tree-anchor graph: the neighbours of each vertex, trees first and then anchors.

        >>> from forestlib.model.ground import Ground
        >>> ground = Ground()
        >>> for name in ("God", "mind"):
        ...     _ = ground.plant(name, "Choice is free.").root.anchor("choice")
        >>> ground.anchors.neighbours()
        [[2], [2], [0, 1]]
        """
        trees = len(self.trees)
        near: list[list[int]] = [[] for _ in range(trees + len(self))]
        for anchor, tree in zip(self.pairs[:, 0].tolist(), self.pairs[:, 1].tolist(), strict=True):
            near[tree].append(trees + anchor)
            near[trees + anchor].append(tree)
        return near

    @cached_property
    def texts(self) -> list[str]:
        """The canonical text of each anchor: the declared one, else the shortest phrase, then by code point."""
        best = {key: min(found, key=lambda phrase: (len(phrase), phrase)) for key, found in self._spellings.items()}
        declared = {key: text for key, (text, _) in self._declared.texts.items()}
        return [declared.get(key) or best[key] for key in self.anchor_keys]

    def phrases(self) -> Iterator[str]:
        """Iterate over all phrases that were marked, as they were written."""
        return iter(self._key_of)

    @cached_property
    def other_forms(self) -> frozenset[str]:
        """The phrases that were marked in another form than the anchor's canonical one: aliases, inflected forms."""
        return frozenset(phrase for phrase, key in self._key_of.items() if anchor_key(phrase) != key)

    def key_of(self, phrase: str) -> str:
        """Return the key of the anchor that `phrase` names, aliases included.

        >>> from forestlib.model.ground import Ground
        >>> ground = Ground()
        >>> for name in ("God", "mind"):
        ...     _ = ground.plant(name, "Choice is free.").root.anchor("choice")
        >>> _ = ground.anchor("choice", ["free will"])
        >>> ground.anchors.key_of("Free  WILL")
        'choice'
        """
        found = self._key_of.get(phrase)
        if found is None:
            key = anchor_key(phrase)
            found = self._declared.anchor_of.get(key, key)
        return found

    def number_of(self, phrase: str) -> int:
        """Return the number of the anchor that `phrase` names; raise `UnknownAnchorError` where there is none.

        >>> from forestlib.model.ground import Ground
        >>> ground = Ground()
        >>> for name in ("God", "mind"):
        ...     _ = ground.plant(name, "Choice is free.").root.anchor("choice")
        >>> ground.anchors.number_of("choise")
        Traceback (most recent call last):
        forestlib.errors.UnknownAnchorError: No anchor named 'choise'. Did you mean 'choice'? Known: 'choice'.
        """
        number = self._ids.get(self.key_of(phrase)) if isinstance(phrase, str) else None
        if number is None:
            raise UnknownAnchorError.among(phrase, self.texts)
        return number

    def at(self, number: int) -> Anchor:
        """Return the anchor of a number.

        >>> from forestlib.model.ground import Ground
        >>> ground = Ground()
        >>> for name in ("God", "mind"):
        ...     _ = ground.plant(name, "Choice is free.").root.anchor("choice")
        >>> ground.anchors.at(0)
        <Anchor 'choice' in 2 trees>
        """
        key = self.anchor_keys[number]
        declared = self._declared.texts.get(key, ("", ()))[1]
        aliases = sorted({*declared, *self._spellings.get(key, ())} - {self.texts[number]})
        return Anchor(key, self.texts[number], tuple(aliases), self._ground)

    def places_of(self, key: str) -> range:
        """Return the occurrences of the anchor of a key."""
        number = self._ids.get(key)
        return range(0) if number is None else range(int(self.start[number]), int(self.start[number + 1]))

    def node_at(self, place: int) -> Node:
        """Return the node of an occurrence."""
        tree = int(self.tree[place])
        return Node(self.trees[tree], self._orders[tree].index[self.node[place]])

    @cached_property
    def _spellings(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for phrase, key in self._key_of.items():
            found.setdefault(key, []).append(phrase)
        return found

    def get(self, phrase: str, default: Any = None) -> Any:
        """Return the anchor that `phrase` names, or `default`."""
        return self[phrase] if phrase in self else default  # noqa: SIM401 - this is what get() is

    def __getitem__(self, phrase: str) -> Anchor:
        return self.at(self.number_of(phrase))

    def __contains__(self, phrase: object) -> bool:
        return isinstance(phrase, str) and self.key_of(phrase) in self._ids

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.anchor_keys)

    def __repr__(self) -> str:
        return f"<{len(self)} anchors, {len(self.tree)} occurrences>"

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = None  # type: ignore[assignment]


def _distinct(rows: Ints) -> Ints:
    rows = rows[np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))]
    return rows if len(rows) < 2 else rows[np.append(True, (np.diff(rows, axis=0) != 0).any(axis=1))]
