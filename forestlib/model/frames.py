"""The frames that come with the library."""

from __future__ import annotations

from forestlib.model.axis import Axis, Frame

__all__ = ["thinking"]


def thinking(lang: str = "en") -> Frame:
    """Return the built-in frame of thinking; `lang` ("en" or "ru") says in which language it shows its axes.

    >>> [axis.name("ru") for axis in thinking()][:5]
    ['причинность', 'эмпатия', 'вывод в неопределённости', 'парадокс', 'переход между мирами']
    """
    worlds = [
        Axis("ontology", {"en": "ontology", "ru": "онтология"}),
        Axis("religion", {"en": "religion", "ru": "религия"}),
        Axis("simulation", {"en": "simulation", "ru": "симуляция"}),
    ]
    axes = [
        Axis("causality", {"en": "causality", "ru": "причинность"}),
        Axis("empathy", {"en": "empathy", "ru": "эмпатия"}),
        Axis("uncertainty", {"en": "inference under uncertainty", "ru": "вывод в неопределённости"}),
        Axis("paradox", {"en": "paradox", "ru": "парадокс"}),
        Axis("transition", {"en": "transition between worlds", "ru": "переход между мирами"}, worlds),
    ]
    return Frame(axes, lang)
