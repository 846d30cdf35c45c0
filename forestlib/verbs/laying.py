"""Verbs that lay a forest out as training data."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from forestlib.corpus.corpus import Corpus
from forestlib.corpus.recipe import Recipe
from forestlib.model.ground import Ground
from forestlib.progress import bar
from forestlib.wording.style import Style

__all__ = ["Laying"]


class Laying(Ground):
    """A forest that can be laid out."""

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
        recipe = Recipe(
            serializer=serializer,
            walkers=walkers,
            seed=seed,
            size=size,
            order=order,
            style=style,
            hold_out=hold_out,
            options=options,
        )
        return Corpus(self, recipe, bar)

    def build(self, recipe: Recipe | Mapping[str, Any] | str | os.PathLike[str]) -> Corpus:
        """Return the corpus that a recipe describes: one, what one holds, or the path of its file.

        >>> from forestlib import demo
        >>> demo.forest("ru").build({"serializer": "text", "size": 5, "seed": 7})
        <Corpus of 5 'text' samples: paths 3, bridges 2>
        """
        if not isinstance(recipe, Recipe):
            recipe = Recipe.of(recipe) if isinstance(recipe, Mapping) else Recipe.load(recipe)
        return Corpus(self, recipe, bar)
