"""The face: a forest with all its verbs. Nothing below imports it, and only this module makes one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

from forestlib.errors import FileError
from forestlib.model.axis import Axis, Frame
from forestlib.model.chance import checked_seed
from forestlib.model.collector import paused_collector
from forestlib.model.ground import DEFAULT_NAME
from forestlib.model.rows import TreeRows
from forestlib.model.tree import Tree
from forestlib.progress import bar
from forestlib.reading import Filling
from forestlib.registry import renderers
from forestlib.saving import save
from forestlib.verbs.anchoring import Anchoring
from forestlib.verbs.laying import Laying

__all__ = ["Forest"]

# The name and the axes of a forest that was read without a head line: as long as they stay, none is written.
Heading = tuple[str, tuple[Axis, ...]]


class Forest(Anchoring, Laying):
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
    The same thought stands in another line of reasoning. Go back from it, to what it rests on:
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
