"""The face: a forest with all its verbs. Nothing below imports it, and only this module makes one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import attrs

from forestlib.corpus.corpus import Corpus
from forestlib.corpus.holdouts import hold_outs_of
from forestlib.corpus.recipe import Recipe
from forestlib.corpus.shares import checked_size, shares_of
from forestlib.errors import FileError
from forestlib.model.axis import Axis, Frame
from forestlib.model.chance import checked_seed
from forestlib.model.collector import paused_collector
from forestlib.model.ground import DEFAULT_NAME, Ground
from forestlib.model.rows import TreeRows
from forestlib.model.tree import Tree
from forestlib.progress import bar
from forestlib.reading import Filling
from forestlib.registry import renderers, serializers
from forestlib.saving import save
from forestlib.wording.style import Style

if TYPE_CHECKING:
    from forestlib.analysis.bridges import Bridge
    from forestlib.analysis.islands import Island
    from forestlib.analysis.report import Report
    from forestlib.analysis.routes import Route
    from forestlib.model.anchor import Anchor
    from forestlib.model.node import Node
    from forestlib.phrases.candidates import Candidate, Candidates
    from forestlib.phrases.encoders import Encoder
    from forestlib.phrases.suggestions import Suggestions

__all__ = ["Forest"]

# The name and the axes of a forest that was read without a head line: as long as they stay, none is written.
Heading = tuple[str, tuple[Axis, ...]]


class Forest(Ground):
    """A forest of reasoning trees: build it, judge it, lay it out as training data.

    `axes` is a frame or a list of `Axis`; the built-in frame of thinking where it is left out.

    >>> forest = Forest("ethics")
    >>> justice = forest.plant("justice", "A match between deeds and norms.", axes={"causality": 0.8, "empathy": 0.2})
    >>> choice = forest.plant("choice", "To choose is to refuse.", axes=["paradox"])
    >>> differing = justice.root.anchor("norm").then("Norms differ.")
    >>> refusing = choice.root.then("Refusing needs a norm.").anchor("norm")
    >>> forest
    <Forest 'ethics': 2 trees, 4 nodes>
    >>> print(forest.route("justice", "choice"))
    justice → *norm* → choice
    >>> print(forest.linearize("text", walkers="bridges")[0]["text"])
    justice
    A match between deeds and norms. [norm]
    [norm]
    The same thought stands in another line of reasoning. See what it rests on there.
    choice
    [norm]
    Refusing needs a norm.
    To choose is to refuse.
    """

    def __init__(self, name: str = DEFAULT_NAME, axes: Frame | Iterable[Axis] | None = None) -> None:
        super().__init__(name, axes)
        self._filling = Filling()
        self._headless: Heading | None = None

    def __str__(self) -> str:
        return str(renderers["terminal"].function(self))

    def _repr_html_(self) -> str:
        return str(renderers["html"].function(self))

    def copy(self) -> Self:
        """Return a forest of its own with the same content.

        >>> forest = Forest("ethics")
        >>> forest.copy() == forest, forest.copy() is forest
        (True, False)
        """
        twin = super().copy()
        twin._filling, twin._headless = self._filling, self._headless
        return twin

    @property
    def added_axes(self) -> tuple[Axis, ...]:
        """The axes that loading found in files and added to the frame.

        >>> import warnings
        >>> from forestlib import read
        >>> with warnings.catch_warnings(action="ignore"):
        ...     read("# justice [мораль 100%]\\nA match.", importer="outline").added_axes
        (<Axis 'мораль'>,)
        """
        return tuple(self._filling.added.values())

    @property
    def skipped(self) -> tuple[FileError, ...]:
        """What loading with ``errors="skip"`` left out.

        >>> Forest().skipped
        ()
        """
        return tuple(self._filling.skipped)

    def report(self) -> Report:
        """Return what the forest holds and whether it holds together.

        >>> from forestlib import read
        >>> forest = read("# God\\nGod. {choice}\\n# mind\\nThe mind. {choice}", importer="outline")
        >>> forest.report().shared_anchors
        1
        """
        from forestlib.analysis.report import report

        return report(self)

    def islands(self) -> tuple[Island, ...]:
        """Return the sets of trees tied together by anchors, the largest first.

        >>> from forestlib import read
        >>> forest = read("# God\\nGod. {choice}\\n# mind\\nThe mind. {choice}", importer="outline")
        >>> forest.islands()
        (<Island of 2 trees: 'God', 'mind'>,)
        """
        from forestlib.analysis.islands import islands

        return islands(self)

    def bridges(self, anchor: str | None = None) -> Iterator[Bridge]:
        """Iterate over the places where a walk can jump, all of them or those of one anchor.

        >>> from forestlib import read
        >>> forest = read("# God\\nGod. {choice}\\n# mind\\nThe mind. {choice}", importer="outline")
        >>> list(forest.bridges("choice"))
        [<Bridge 'choice': node 0 of 'God' – node 0 of 'mind'>]
        """
        from forestlib.analysis.bridges import bridges

        return bridges(self, anchor)

    def critical_anchors(self) -> tuple[Anchor, ...]:
        """Return the anchors whose loss splits an island.

        >>> from forestlib import read
        >>> forest = read("# God\\nGod. {choice}\\n# mind\\nThe mind. {choice}", importer="outline")
        >>> forest.critical_anchors()
        (<Anchor 'choice' in 2 trees>,)
        """
        from forestlib.analysis.critical import critical_anchors

        return critical_anchors(self)

    def route(self, start: str, goal: str) -> Route:
        """Return the shortest way from one tree to another over anchors; raise `NoRouteError` where there is none.

        >>> from forestlib import read
        >>> forest = read("# God\\nGod. {choice}\\n# mind\\nThe mind. {choice}", importer="outline")
        >>> forest.route("God", "mind")
        God → *choice* → mind
        """
        from forestlib.analysis.routes import route

        return route(self, start, goal)

    def find_anchors(
        self, phrases: Iterable[str] | Mapping[str, Iterable[str]] = (), *, forms: str | None = None
    ) -> Candidates:
        """Return where the known anchors stand in the texts, whole words only, in all spellings and inflected forms.

        `phrases` are looked for as well: a list, or a mapping to aliases. `forms` is "inflected" (needs the extra
        ``lemmas``) or "exact"; without it inflected where that can be had. `accept()` marks the nodes.

        >>> forest = Forest()
        >>> _ = forest.plant("God", "There is a free choice.")
        >>> found = forest.find_anchors(["free choice"], forms="exact")
        >>> found["free choice"].accept()
        <Anchor 'free choice' in 1 tree>
        """
        from forestlib.phrases.finding import find

        with bar("finding anchors", 0):
            return find(self, phrases, forms)

    def mine_anchors(
        self,
        kinds: str | Iterable[str] = ("phrases", "sentences"),
        *,
        words: tuple[int, int] = (2, 40),
        trees: int = 2,
        forms: str | None = None,
        hub_share: float = 0.5,
    ) -> Candidates:
        """Return phrases and sentences that stand in `trees` or more trees, the most telling first, with no list given.

        `words` bounds a phrase's length. What stands in more than `hub_share` of the trees (of eight and more), or is
        made of words that say little, is left out, with the reason: `.left_out`.

        >>> forest = Forest()
        >>> for name in ("God", "suffering"):
        ...     _ = forest.plant(name, f"It is important to see that free choice binds {name}.")
        >>> [candidate.text for candidate in forest.mine_anchors(forms="exact")]
        ['free choice binds']
        """
        from forestlib.phrases.mining import mine, wanted

        want = wanted(kinds, words, trees, hub_share)
        with bar("mining anchors", 0):
            return mine(self, want, forms)

    def match_anchors(
        self,
        encoder: Encoder | None = None,
        *,
        threshold: float | None = None,
        sentences: bool = False,
    ) -> Candidates:
        """Return anchors that mean the same in other words or the other language; `accept()` makes one anchor of each.

        `encoder` turns a list of texts into vectors; without it the multilingual one of the extra ``meaning``. What is
        as alike as `threshold` (the encoder's own where it has one) is proposed, but for opposites, which are left out
        with the reason. With `sentences` nodes' texts are compared with the anchors as well.
        """
        from forestlib.phrases.matching import match

        with bar("comparing anchors", 0):
            return match(self, encoder, threshold, sentences)

    def suggest_anchors(
        self, *, most: int | None = None, encoder: Encoder | None = None, forms: str | None = None
    ) -> Suggestions:
        """Return the fewest anchors that would join the islands, the one that joins the most first.

        They are known anchors that stand unmarked in texts, phrases that trees share, and with an `encoder` anchors
        that mean the same.

        >>> forest = Forest()
        >>> for name in ("God", "suffering"):
        ...     _ = forest.plant(name, f"A free choice binds {name}.")
        >>> forest.suggest_anchors(forms="exact").accept()
        (<Anchor 'free choice binds' in 2 trees>,)
        >>> forest.require_connected()
        <Forest 'forest': 2 trees, 2 nodes>
        """
        from forestlib.phrases.lemmas import checked_forms
        from forestlib.stitching import suggest

        forms = checked_forms(forms)
        known, refused = self.find_anchors(forms=forms), self.refused
        pool = [*known.where(lambda candidate: candidate.key not in refused and candidate.new)]
        pool += self.mine_anchors(forms=forms)
        pool += self.match_anchors(encoder) if encoder is not None else ()
        return suggest(self, pool, most)

    def weave(self, anchor: str | Anchor | Candidate, at: Node | Iterable[Node]) -> Anchor:
        """Mark an anchor at nodes, in its canonical form, beside their texts, which stay as they are; return it.

        >>> forest = Forest()
        >>> for name in ("God", "suffering"):
        ...     _ = forest.plant(name, "A thought.")
        >>> forest.weave("choice", [tree.root for tree in forest])
        <Anchor 'choice' in 2 trees>
        """
        from forestlib.stitching import weave

        return weave(self, anchor, at)

    def require_connected(self) -> Self:
        """Return the forest if its trees stand on one island; else raise `NotConnectedError`, which says the way.

        >>> forest = Forest()
        >>> for name in ("God", "sea"):
        ...     _ = forest.plant(name, f"A thought of the {name}.")
        >>> forest.require_connected()
        Traceback (most recent call last):
        forestlib.errors.NotConnectedError: The forest 'forest' falls into 2 islands: 1 tree ('God'); 1 tree ('sea') ...
        """
        from forestlib.stitching import require_connected

        found = self.islands()
        if len(found) > 1:
            require_connected(self, self.suggest_anchors(), found)
        return self

    def as_islands(self, seed: int = 0) -> Forest:
        """Return a forest in which every tree has private names for its anchors: a control for experiments.

        The names are as long as the anchors and stand in their places, in the texts as well.

        >>> forest = Forest()
        >>> for name in ("God", "suffering"):
        ...     _ = forest.plant(name, "No choice.").root.anchor("choice")
        >>> apart = forest.as_islands()
        >>> len(forest.islands()), len(apart.islands()), len(apart["God"].root.text)
        (1, 2, 10)
        """
        from forestlib.controls import islands_of

        return self._made(*islands_of(self, checked_seed(seed)), "as islands")

    def shuffle_anchors(self, seed: int = 0) -> Forest:
        """Return a forest whose anchors stand in wrong places, each as often as before: a control for experiments."""
        from forestlib.controls import shuffled_of

        return self._made(*shuffled_of(self, checked_seed(seed)), "shuffled")

    def filled(self, filling: Filling, *, headless: bool = False) -> Self:
        """Note what reading brought, and whether it came without a head line, and return the forest."""
        self._filling = filling
        self._headless = self._heading() if headless else None
        return self

    def _made(self, trees: Iterable[TreeRows], aliases: Mapping[str, Iterable[str]], how: str) -> Forest:
        made = Forest(f"{self.name} ({how})", self.frame)
        made.declare(aliases)
        made.extra.update(self.extra)
        for rows in trees:
            made.add(Tree.from_rows(rows))
        return made

    def linearize(
        self,
        serializer: str,
        walkers: str | Iterable[str] | Mapping[str, Any] | None = None,
        *,
        seed: int = 0,
        size: int | None = None,
        order: str = "shuffled",
        style: Style | None = None,
        hold_out: Mapping[str, float] | None = None,
        **options: Any,
    ) -> Corpus:
        """Return the forest laid out as a corpus of samples of one format.

        `walkers` maps walkers to their shares of the samples, ``{"paths": 0.6, "bridges": 0.4}`` by default; with
        options, ``{"bridges": {"share": 0.4, "before": 4}}``; one that is wanted twice with labels, ``"bridges:down"``
        and ``"bridges:up"``. `size` counts samples; without it every root-to-leaf
        path is laid out once and the rest in proportion. `order` is "shuffled", or "forest" for the order of walkers
        and trees. `style` says how walks are worded. `hold_out` keeps shares of "bridges", "pairs"
        of trees, "anchors" and "trees" out of every sample, so that stitching can be measured on them
        (`corpus.held_out()`); without it nothing is held out. More options go to the serializer.

        >>> from forestlib import read
        >>> forest = read("# God\\nGod. {choice}\\n# mind\\nThe mind. {choice}", importer="outline")
        >>> forest.linearize("text", walkers={"paths": 50, "bridges": 50}, seed=7)
        <Corpus of 2 'text' samples: paths 2, bridges 0>
        """
        plugin = serializers[serializer]
        plugin.check_options(options)
        return Corpus(
            self,
            plugin,
            shares_of(walkers),
            size=checked_size(size),
            seed=checked_seed(seed),
            order=order,
            style=Style.of_given(style),
            options=options,
            bar=bar,
            held=hold_outs_of(hold_out, checked_seed(seed)),
        )

    def build(self, recipe: Recipe | Mapping[str, Any] | str | os.PathLike[str]) -> Corpus:
        """Return the corpus that a recipe describes: one, what one holds, or the path of its file.

        >>> from forestlib import demo
        >>> demo.forest("ru").build({"serializer": "text", "size": 5, "seed": 7})
        <Corpus of 5 'text' samples: paths 3, bridges 2>
        """
        if not isinstance(recipe, Recipe):
            recipe = Recipe.of(recipe) if isinstance(recipe, Mapping) else Recipe.load(recipe)
        fields = attrs.asdict(recipe, recurse=False)
        return self.linearize(**fields.pop("options"), **fields)

    def _heading(self) -> Heading:
        return self.name, self.frame.axes

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the forest as ``.jsonl``, one tree as ``.json``, or a folder; atomically. Return the path.

        >>> from tempfile import TemporaryDirectory
        >>> from forestlib import load
        >>> forest = Forest("ethics")
        >>> _ = forest.plant("justice", "A match.")
        >>> with TemporaryDirectory() as folder:
        ...     load(forest.save(f"{folder}/ethics.jsonl")) == forest
        True
        """
        headed = self._headless != self._heading() or bool(self.declared() or self.extra)
        with bar(f"saving {Path(path).name}", len(self)) as progress, paused_collector():
            return save(self, path, headed, progress)
