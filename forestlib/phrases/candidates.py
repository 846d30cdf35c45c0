"""Candidates: places where an anchor could stand, to look at, filter, accept or refuse.

Finding, mining and comparing all give candidates. They are columns, and handles onto them: a forest may have half a
million. Accepting declares the anchor, with the forms in which it stands as its aliases, and marks the nodes; texts
stay as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import overload

import attrs
import numpy as np

from forestlib.errors import AnchorError, ForestChangedError, OptionError, UnknownAnchorError, shown
from forestlib.model.anchor import Anchor, Declarations
from forestlib.model.ground import Ground
from forestlib.model.key import anchor_key, checked_phrase
from forestlib.model.node import Node
from forestlib.model.rendered import Rendered
from forestlib.model.tree import Tree
from forestlib.phrases.known import Places
from forestlib.phrases.naming import usual
from forestlib.phrases.words import Ints

__all__ = ["Candidate", "Candidates", "Found", "Mention", "Texts", "accepted"]

_REMEMBERED = 1024


class Texts:
    """All texts of a forest in a row, by tree and preorder number, as they are now."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.trees = ground.trees
        self.sizes = tuple(map(len, self.trees))
        self.orders = [tree.preorder() for tree in self.trees]
        self.offset = np.concatenate(([0], np.cumsum(np.array(self.sizes, np.int64))))
        self.texts = [text for order in self.orders for text in order.text[: order.size]]

    @property
    def tree(self) -> Ints:
        """The place of each text's tree in the forest."""
        return np.repeat(np.arange(len(self.trees)), np.array(self.sizes, np.int64))

    def nodes(self, texts: Ints) -> Iterator[Node]:
        """Iterate over the nodes of some texts."""
        trees = np.searchsorted(self.offset, texts, side="right") - 1
        numbers = texts - self.offset[trees]
        for tree, number in zip(trees.tolist(), numbers.tolist(), strict=True):
            yield Node(self.trees[tree], self.orders[tree].index[number])

    def check(self) -> None:
        """Raise `ForestChangedError` where nodes were added since: their numbers are others now."""
        if self.ground.trees != self.trees or tuple(map(len, self.trees)) != self.sizes:
            raise ForestChangedError("The forest has grown since these candidates were made. Look for them anew.")


@attrs.frozen(repr=False)
class Mention:
    """One place where a candidate stands: the node, the phrase as written, and its span in the text, None beside it."""

    node: Node
    phrase: str
    span: tuple[int, int] | None

    def __repr__(self) -> str:
        return f"<Mention of {shown(self.phrase)} at {self.node!r}>"


@attrs.frozen(eq=False)
class Found:
    """What candidates are made of, one entry a candidate; the places of candidate `c` are rows `offset[c]` to
    `offset[c + 1]` of `places`, by tree, node and span.

    `names` are canonical texts (None where the mentions say it), `reasons` why one is left out, or "". A place that
    starts at -1 is none in the text; its phrase is that of `spellings`. `refusals` say what refusing remembers, where
    that is not the name.
    """

    texts: Texts
    offset: Ints
    places: Places
    scores: np.ndarray[tuple[int], np.dtype[np.float64]]
    trees: Ints
    names: Sequence[str | None]
    kinds: Sequence[str]
    reasons: Sequence[str]
    spellings: Sequence[str] = ()
    refusals: Sequence[str] = ()
    _known_forms: dict[int, Counter[str]] = attrs.field(factory=dict, repr=False)

    def rows(self, number: int) -> slice:
        """Return which places are those of a candidate."""
        return slice(int(self.offset[number]), int(self.offset[number + 1]))

    def phrases(self, number: int) -> list[str]:
        """Return the phrase at each place of a candidate, as written."""
        rows, texts = self.rows(number), self.texts.texts
        columns = (self.places.text, self.places.start, self.places.stop, self.places.phrase)
        return [
            texts[text][start:stop] if start >= 0 else self.spellings[phrase]
            for text, start, stop, phrase in zip(*(column[rows].tolist() for column in columns), strict=True)
        ]

    def forms(self, number: int) -> Counter[str]:
        """Count the phrases of a candidate, white space drawn together; the last few are remembered."""
        known = self._known_forms
        if number not in known:
            if len(known) >= _REMEMBERED:
                known.clear()
            known[number] = Counter(" ".join(phrase.split()) for phrase in self.phrases(number))
        return known[number]


class Candidate:
    """A phrase that could be an anchor: `kind` is "known", "phrase", "sentence" or "meaning"; `reason` says why it is
    left out, "" where it is not.
    """

    __slots__ = ("_found", "_number")

    def __init__(self, found: Found, number: int) -> None:
        self._found = found
        self._number = number

    def __repr__(self) -> str:
        return f"<Candidate {shown(self.text)}: {self.count} places in {self.tree_count} trees>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Candidate) and (self._found, self._number) == (other._found, other._number)

    def __hash__(self) -> int:
        return hash((id(self._found), self._number))

    @property
    def text(self) -> str:
        """The anchor's canonical text, if it is accepted."""
        return self._found.names[self._number] or usual(self._found.forms(self._number))

    @property
    def key(self) -> str:
        """The key of the text."""
        return anchor_key(self.text)

    @property
    def kind(self) -> str:
        """What kind of candidate it is."""
        return self._found.kinds[self._number]

    @property
    def reason(self) -> str:
        """Why it is left out, or an empty text."""
        return self._found.reasons[self._number]

    @property
    def score(self) -> float:
        """How telling it is: higher is better; scores of one search can be compared."""
        return float(self._found.scores[self._number])

    @property
    def count(self) -> int:
        """At how many places it stands."""
        return int(self._found.offset[self._number + 1] - self._found.offset[self._number])

    @property
    def tree_count(self) -> int:
        """In how many trees it stands."""
        return int(self._found.trees[self._number])

    def mentions(self) -> Iterator[Mention]:
        """Iterate over the places where it stands, by tree, preorder number and span."""
        found, rows = self._found, self._found.rows(self._number)
        spans = zip(found.places.start[rows].tolist(), found.places.stop[rows].tolist(), strict=True)
        nodes = found.texts.nodes(found.places.text[rows])
        for node, phrase, span in zip(nodes, found.phrases(self._number), spans, strict=True):
            yield Mention(node, phrase, span if span[0] >= 0 else None)

    def trees(self) -> tuple[Tree, ...]:
        """Return the trees in which it stands, in the forest's order."""
        found = self._found
        rows = found.places.text[found.rows(self._number)]
        places = np.unique(np.searchsorted(found.texts.offset, rows, side="right") - 1)
        return tuple(found.texts.trees[place] for place in places.tolist())

    @property
    def aliases(self) -> tuple[str, ...]:
        """The other forms in which it stands, which accepting declares as aliases."""
        forms: dict[str, str] = {}
        for form in self._found.forms(self._number):
            forms.setdefault(anchor_key(form), form)
        forms.pop(self.key, None)
        return tuple(sorted(forms.values()))

    @property
    def new(self) -> int:
        """At how many nodes accepting would mark it: those that do not have the anchor yet."""
        return len(self._unmarked(self._found.texts.ground))

    def _unmarked(self, ground: Ground) -> dict[Node, str]:
        """Return the nodes that do not have the anchor yet, each with the phrase of its first mention."""
        key_of, keys = ground.anchors.key_of, {self.key, *map(anchor_key, self.aliases)}
        wanted = keys | set(map(key_of, keys))
        found: dict[Node, str] = {}
        for mention in self.mentions():
            if mention.node not in found and wanted.isdisjoint(map(key_of, mention.node.anchors)):
                found[mention.node] = mention.phrase
        return found

    def declare(self, declared: Declarations, text: str | None = None) -> str:
        """Declare what accepting it declares, and return the key."""
        name = checked_phrase(self.text if text is None else text)
        if text is not None:
            self._check_free(name, declared)
        forms = [form for form in (self.text, *self.aliases) if anchor_key(form) != anchor_key(name)]
        return (declared.unite if self.kind == "meaning" else declared.declare)(name, forms)

    def _check_free(self, name: str, declared: Declarations) -> None:
        """Raise `AnchorError` where a name that was given is another anchor's: two would become one unsaid."""
        table = self._found.texts.ground.anchors
        own = {table.key_of(form) for form in (self.text, *self.aliases)}
        taken = table.key_of(name) in table.anchor_keys or anchor_key(name) in declared.anchor_of
        if taken and table.key_of(name) not in own:
            raise AnchorError(
                f"{shown(name)} is an anchor already. Accept this one under its own text, and make one of both with "
                f"forest.unite({shown(name)}, [{shown(self.text)}]).",
                phrase=name,
            )

    def accept(self, text: str | None = None) -> Anchor:
        """Make it an anchor, under its own text or another, mark it at all its nodes, and return the anchor."""
        return Candidates(self._found, [self._number])._accept([text])[0]

    def refuse(self) -> None:
        """Remember that it is no anchor, so that it is not proposed again."""
        Candidates(self._found, [self._number]).refuse()


class Candidates(Rendered, Sequence[Candidate]):
    """Candidates in order; slices, filtered ones and `left_out` are candidates again."""

    def __init__(self, found: Found, rows: Iterable[int], left_out: Iterable[int] = (), note: str = "") -> None:
        self._found = found
        self._rows = np.fromiter(rows, np.int64)
        self._left_out = np.fromiter(left_out, np.int64)
        self.note = note

    def __repr__(self) -> str:
        more = f", {len(self._left_out)} left out" if len(self._left_out) else ""
        return f"<{len(self)} candidate{'s' * (len(self) != 1)}{more}>"

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int | str) -> Candidate: ...
    @overload
    def __getitem__(self, place: slice) -> Candidates: ...
    def __getitem__(self, place: int | slice | str) -> Candidate | Candidates:
        if isinstance(place, slice):
            return Candidates(self._found, self._rows[place].tolist(), (), self.note)
        if isinstance(place, str):
            return self._named(place)
        return Candidate(self._found, int(self._rows[place]))

    def __contains__(self, item: object) -> bool:
        if isinstance(item, str):
            key = anchor_key(item)
            return any(key in map(anchor_key, (candidate.text, *candidate.aliases)) for candidate in self)
        return any(item == candidate for candidate in self)

    def _named(self, phrase: str) -> Candidate:
        key = anchor_key(phrase)
        for candidate in self:
            if candidate.key == key or key in map(anchor_key, candidate.aliases):
                return candidate
        raise UnknownAnchorError.among(phrase, [candidate.text for candidate in self[:1000]])

    @property
    def left_out(self) -> Candidates:
        """What was found and is not proposed, each with its reason."""
        return Candidates(self._found, self._left_out.tolist())

    def reasons(self) -> Counter[str]:
        """Count the reasons of what was left out."""
        return Counter(self._found.reasons[row] for row in self._left_out.tolist())

    def where(self, keep: Callable[[Candidate], object]) -> Candidates:
        """Return those for which `keep(candidate)` is true."""
        if not callable(keep):
            raise OptionError(f"where() takes a function of a candidate, got {shown(keep)}.", value=keep)
        return Candidates(
            self._found, (int(row) for row in self._rows if keep(Candidate(self._found, int(row)))), (), self.note
        )

    def accept(self) -> tuple[Anchor, ...]:
        """Make all of them anchors, or none where one cannot be; return the anchors."""
        return self._accept([None] * len(self))

    def refuse(self) -> None:
        """Remember that none of them is an anchor, so that they are not proposed again."""
        told = self._found.refusals
        self._found.texts.ground.refuse(
            *(told[row] if told else Candidate(self._found, row).text for row in self._rows.tolist())
        )

    def _accept(self, texts: Sequence[str | None]) -> tuple[Anchor, ...]:
        return accepted(list(self), texts)


def accepted(candidates: Sequence[Candidate], names: Sequence[str | None]) -> tuple[Anchor, ...]:
    """Make anchors of candidates of one forest, all of them or none, under their own texts or others."""
    if not candidates:
        return ()
    ground = candidates[0]._found.texts.ground
    declared = ground.declarations()
    keys, marks = list[str](), list[dict[Node, str]]()
    for candidate, name in zip(candidates, names, strict=True):
        candidate._found.texts.check()
        keys.append(candidate.declare(declared, name))
        marks.append(candidate._unmarked(ground))
    ground.take_declarations(declared)
    for nodes in marks:
        for node, phrase in nodes.items():
            node.anchor(phrase)
    table = ground.anchors
    return tuple(table[declared.texts[declared.anchor_of[key]][0]] for key in keys)
