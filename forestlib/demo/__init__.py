"""The demo forest: twelve themes in Russian and English, one tree of more than 1,300 levels, one island left alone.

The trees are written as outlines beside this module, original to this project. Anchors tie the trees of each language;
three formulas that both languages write alike tie the languages to each other. Two trees on chess endgames share
anchors with nothing else, so that the report has an island to show.

>>> forest()
<Forest 'thinking': 27 trees, 2184 nodes>
"""

from __future__ import annotations

from importlib.resources import files

from forestlib.errors import OptionError, shown
from forestlib.forest import Forest
from forestlib.importers.outline import outline
from forestlib.model.frames import thinking
from forestlib.model.tree import Tree

__all__ = ["forest"]

OUTLINES = {"ru": ("russian.txt", "measure-of-time.txt", "endgames.txt"), "en": ("english.txt",)}


def forest(lang: str | None = None) -> Forest:
    """Return the demo forest, all of it or the trees of one language ("ru" or "en").

    >>> print(forest("ru").route("Бог", "пешечный эндшпиль"))
    Traceback (most recent call last):
    forestlib.errors.NoRouteError: ...
    """
    if lang is not None and lang not in OUTLINES:
        raise OptionError(f"The demo forest speaks {', '.join(map(repr, OUTLINES))}, got {shown(lang)}.", value=lang)
    found = Forest("thinking" if lang is None else f"thinking ({lang})", thinking(lang or "en"))
    for name in (name for one in OUTLINES if lang in (None, one) for name in OUTLINES[one]):
        for rows in outline(files(__name__).joinpath(name).read_text("utf-8")):
            found.add(Tree.from_rows(rows))
    return found
