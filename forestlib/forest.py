"""The face: a forest with all its verbs. Nothing below imports it, and only this module makes one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from forestlib.corpus.corpus import Corpus
from forestlib.corpus.shares import shares_of
from forestlib.errors import FileError, OptionError, PluginError, shown
from forestlib.files.stream import entries, size_of
from forestlib.model.axis import Axis, Frame
from forestlib.model.chance import checked_seed
from forestlib.model.collector import paused_collector
from forestlib.model.ground import Ground
from forestlib.model.rows import TreeRows
from forestlib.progress import bar
from forestlib.reading import Filling, fill_from_entries, fill_from_rows
from forestlib.registry import importers, renderers, serializers
from forestlib.saving import save
from forestlib.wording.style import Style

if TYPE_CHECKING:
    from forestlib.analysis.bridges import Bridge
    from forestlib.analysis.islands import Island
    from forestlib.analysis.report import Report
    from forestlib.analysis.routes import Route
    from forestlib.model.anchor import Anchor

__all__ = ["Forest", "load", "read"]


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
    The same thought stands in another line of reasoning, where it rests on what follows:
    choice
    [norm]
    Refusing needs a norm.
    To choose is to refuse.
    """

    def __init__(self, name: str = "forest", axes: Frame | Iterable[Axis] | None = None) -> None:
        super().__init__(name, axes)
        self._filling = Filling()
        self._headless: Heading | None = None

    def __str__(self) -> str:
        return str(renderers["terminal"].function(self))

    def _repr_html_(self) -> str:
        return str(renderers["html"].function(self))

    def copy(self) -> Self:
        """Return a forest of its own with the same content."""
        twin = super().copy()
        twin._filling, twin._headless = self._filling, self._headless
        return twin

    @property
    def added_axes(self) -> tuple[Axis, ...]:
        """The axes that loading found in files and added to the frame."""
        return tuple(self._filling.added.values())

    @property
    def skipped(self) -> tuple[FileError, ...]:
        """What loading with ``errors="skip"`` left out."""
        return tuple(self._filling.skipped)

    def report(self) -> Report:
        """Return what the forest holds and whether it holds together."""
        from forestlib.analysis.report import report

        return report(self)

    def islands(self) -> tuple[Island, ...]:
        """Return the sets of trees tied together by anchors, the largest first."""
        from forestlib.analysis.islands import islands

        return islands(self)

    def bridges(self, anchor: str | None = None) -> Iterator[Bridge]:
        """Iterate over the places where a walk can jump, all of them or those of one anchor."""
        from forestlib.analysis.bridges import bridges

        return bridges(self, anchor)

    def critical_anchors(self) -> tuple[Anchor, ...]:
        """Return the anchors whose loss splits an island."""
        from forestlib.analysis.critical import critical_anchors

        return critical_anchors(self)

    def route(self, start: str, goal: str) -> Route:
        """Return the shortest way from one tree to another over anchors; raise `NoRouteError` where there is none."""
        from forestlib.analysis.routes import route

        return route(self, start, goal)

    def linearize(
        self,
        serializer: str,
        walkers: str | Iterable[str] | Mapping[str, Any] | None = None,
        *,
        seed: int = 0,
        size: int | None = None,
        order: str = "shuffled",
        style: Style | None = None,
        **options: Any,
    ) -> Corpus:
        """Return the forest laid out as a corpus of samples of one format.

        `walkers` maps walkers to their shares of the samples, ``{"paths": 0.6, "bridges": 0.4}`` by default; with
        options, ``{"bridges": {"share": 0.4, "before": 4}}``. `size` counts samples; without it every root-to-leaf
        path is laid out once and the rest in proportion. `order` is "shuffled", or "forest" for the order of walkers
        and trees. `style` says how walks are worded. More options go to the
        serializer. Nothing is held out.
        """
        plugin = serializers[serializer]
        plugin.check_options(options)
        if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size < 1):
            raise OptionError(f"A size is a number of samples from 1 up, got {shown(size)}.", value=size)
        if style is not None and not isinstance(style, Style):
            raise OptionError(f"A style is an fl.Style, got {shown(style)}. Make one with fl.Style(anchors='shared').")
        return Corpus(
            self,
            plugin,
            shares_of(walkers),
            size=size,
            seed=checked_seed(seed),
            order=order,
            style=style or Style(),
            options=options,
            bar=bar,
        )

    def _heading(self) -> Heading:
        return self.name, self.frame.axes

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the forest as ``.jsonl``, one tree as ``.json``, or a folder; atomically. Return the path."""
        headed = self._headless != self._heading() or bool(self.declared() or self.extra)
        with bar(f"saving {Path(path).name}", len(self)) as progress, paused_collector():
            return save(self, path, headed, progress)


def load(path: str | os.PathLike[str], *, axes: Frame | Iterable[Axis] | None = None, errors: str = "raise") -> Forest:
    """Return the forest that a ``.json``, a ``.jsonl`` or a folder of them holds.

    Axes that the frame lacks are added to it, with a warning that names them. The first thing that is wrong raises a
    `FileError` with its place; with ``errors="skip"`` what is sound is loaded and the rest stands in `forest.skipped`.
    """
    forest = Forest(_name_of(path), axes)
    with bar(f"loading {Path(path).name}", size_of(path)) as progress, paused_collector():
        filling = fill_from_entries(forest, entries(path), errors, axes is not None, progress)
    forest._filling = filling
    if filling.head is None:
        forest._headless = forest._heading()
    filling.tell(path)
    return forest


def read(source: Any, importer: str, *, axes: Frame | Iterable[Axis] | None = None, **options: Any) -> Forest:
    """Return the forest that an importer reads from `source` (a file, a folder, or what the importer takes).

    >>> forest = read("# justice [causality 80%, empathy 20%]\\nA match. {norm}\\n  Norms differ.", importer="outline")
    >>> forest["justice"].axes
    {'causality': 0.8, 'empathy': 0.2}
    """
    plugin = importers[importer]
    plugin.check_options(options)
    is_path = isinstance(source, os.PathLike) or (isinstance(source, str) and "\n" not in source)
    forest = Forest(_name_of(source) if is_path else "forest", axes)
    with bar(f"reading with {importer}", 0) as progress:
        filling = fill_from_rows(forest, _iterable(importer, plugin.function(source, **options)), importer, progress)
    forest._filling = filling
    filling.tell(source if is_path else importer)
    return forest


def _iterable(importer: str, trees: Any) -> Iterable[TreeRows]:
    if not isinstance(trees, Iterable):
        raise PluginError(f"The importer {importer!r} returned {shown(trees)}. It yields fl.TreeRows.", name=importer)
    return trees


def _name_of(path: str | os.PathLike[str]) -> str:
    return " ".join(Path(path).stem.split()) or "forest"
