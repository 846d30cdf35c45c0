"""Verbs that lay a forest out as training data."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from forestlib.corpus.corpus import Corpus
from forestlib.corpus.recipe import Recipe
from forestlib.model.ground import Ground
from forestlib.packing.treepacks import TreePacks
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
        own: Mapping[str, Any] | None = None,
        loss: str = "all",
        provenance: bool = False,
        exposure: Mapping[str, Mapping[str, int]] | None = None,
        balance: Mapping[str, float] | None = None,
        tolerance: float = 0.05,
        share_by: str = "samples",
        tokenizer: Any = None,
        splits: Mapping[str, float] | None = None,
        **options: Any,
    ) -> Corpus:
        """Return the forest laid out as a corpus of samples of one format.

        `walkers` maps walkers to their shares of the samples, by default those of `Recipe.default()`; with
        options, ``{"bridges": {"share": 0.4, "before": 4}}``; one that is wanted twice with labels, ``"bridges:down"``
        and ``"bridges:up"``. `size` counts samples; without it every root-to-leaf path is laid out once and the rest in
        proportion. `order` is "shuffled", "forest" for the order of walkers and trees, or "facts_then_bridges": all
        walks in one tree before all that show two. `style` says how walks are worded. `hold_out` keeps shares of
        "bridges", "pairs" of trees, "anchors" and "trees" out of every sample, so that stitching can be measured on
        them (`corpus.held_out()`); without it nothing is held out. `own` mixes samples of yours in,
        ``{"path": "own.jsonl", "share": 0.1}``, or ``"samples"``, a sequence of dicts, for ``"path"``. `loss` says
        what is learned: "all" after the prompt, each transition "once", or the "last" step. With `provenance` each
        sample says where it comes from (`fl.read_provenance`).

        `exposure` says how often nodes, transitions, anchors and bridges are shown, ``{"nodes": {"at_least": 1,
        "at_most": 5}}``; `balance` which share of the shown nodes' axis mass an axis has, ``{"causality": 0.4}``,
        within `tolerance`. With `share_by` "tokens" the shares are of tokens, which `tokenizer` counts; without one,
        words and signs are. `splits` takes samples out for `corpus.splits`, ``{"validation": 0.02}``. What contradicts
        gives way in the order hold-outs, at most, at least, shares, balance, and what fell short is said. More options
        go to the serializer.

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
            own=own,
            loss=loss,
            provenance=provenance,
            exposure=exposure,
            balance=balance,
            tolerance=tolerance,
            share_by=share_by,
            tokenizer=tokenizer,
            splits=splits,
            options=options,
        )
        return Corpus(self, recipe, bar)

    def tree_packs(
        self,
        tokenizer: Any,
        length: int = 4096,
        *,
        branch_length: int | None = None,
        weights: str = "leaves",
        mask: str = "dense",
        model: Any = None,
        long: str | None = None,
        beside: Corpus | None = None,
        style: Style | None = None,
        bos: int | bool | None = None,
        eos: int | bool | None = None,
        separator: int | Sequence[int] | None = None,
    ) -> TreePacks:
        """Return packs that hold each node of the forest once, under a mask that shows it its own ancestors alone.

        Nodes are worded as in samples of the format `text`: the tree's name, then a step a line. `weights` "leaves"
        give the loss of all separate paths, "one" that of each node once. A branch of more than `branch_length` tokens
        is cut, its head and the node before the cut repeated (`long` "split"; with a warning where it is not said), or
        refused; without `branch_length` it is a pack, or a quarter of one where a branch is longer than a pack. Windows
        are chosen for a "dense" `mask` and a `model` (its config says what attention costs), or for a "sparse" one.
        The samples of a corpus `beside` it (bridges, say) are packed as they are. `separator` are ids to stand before
        each node instead of the tokenizer's line break.

        >>> from forestlib import demo
        >>> demo.forest("ru").tree_packs(lambda text: list(text.encode()), 1 << 15, long="split")
        <TreePacks: 100 packs of 417637 tokens for 4539596 of paths>
        """
        from forestlib.corpus.treelaying import laid_packs

        return laid_packs(
            self,
            tokenizer,
            length,
            branch_length=branch_length,
            weights=weights,
            mask=mask,
            config=getattr(model, "config", model),
            long=long,
            beside=beside,
            style=style,
            bos=bos,
            eos=eos,
            separator=separator,
        )

    def build(self, recipe: Recipe | Mapping[str, Any] | str | os.PathLike[str]) -> Corpus:
        """Return the corpus that a recipe describes: one, what one holds, or the path of its file.

        >>> from forestlib import demo
        >>> demo.forest("ru").build({"serializer": "text", "size": 5, "seed": 7})
        <Corpus of 5 'text' samples: paths 2, crops 1, bridges 1, questions:back 1, ...>
        """
        if not isinstance(recipe, Recipe):
            recipe = Recipe.of(recipe) if isinstance(recipe, Mapping) else Recipe.load(recipe)
        return Corpus(self, recipe, bar)
