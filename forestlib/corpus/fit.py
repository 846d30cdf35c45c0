"""Fit: does a walker give the parts that a format needs? What does not fit fails on its own line.

A walker declares what it gives, ``@fl.walker("siblings", gives=("prompt", "chosen", "rejected"))``, and a format what
it needs, ``@fl.serializer("preference", needs=("prompt", "chosen", "rejected"))``. Without a word both mean a prompt
and an answer.

A format also declares which policies of loss it can say, ``loss=("all", "once", "last")``, and whether it allows a
column that says where a sample comes from, ``provenance=True``. Without a word: "all" alone, and no such column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from forestlib.corpus.shares import Share
from forestlib.errors import OptionError, PluginError, shown
from forestlib.model.loss import LOSSES, check_loss
from forestlib.model.walk import PARTS
from forestlib.registry import Plugin, Registry, serializers, walkers

__all__ = [
    "GIVEN",
    "allows_provenance",
    "check_fit",
    "check_learned",
    "check_provenance",
    "given_by",
    "needed_by",
    "says_loss",
]

GIVEN = ("prompt", "answer")
# What a walk may say of its steps, beside its parts.
_SAID = ("labels", "values")


def given_by(walker: Plugin) -> tuple[str, ...]:
    """Return the parts that a walker gives.

    >>> given_by(walkers["paths"])
    ('prompt', 'answer')
    """
    return _declared(walker, "gives")


def needed_by(serializer: Plugin) -> tuple[str, ...]:
    """Return the parts that a format needs.

    >>> needed_by(serializers["chat"])
    ('prompt', 'answer')
    """
    return _declared(serializer, "needs")


def _declared(plugin: Plugin, trait: str) -> tuple[str, ...]:
    parts = plugin.traits.get(trait, GIVEN)
    listed = tuple(parts) if isinstance(parts, Iterable) and not isinstance(parts, str) else (parts,)
    wrong = [part for part in listed if part not in (*PARTS, *_SAID)]
    if wrong:
        known = ", ".join((*PARTS, *_SAID))
        raise PluginError(
            f"The {plugin.kind} {plugin.name!r} {trait} {shown(wrong[0])}, which is no part of a walk. Parts: {known}.",
            name=plugin.name,
        )
    return listed


def check_fit(serializer: Plugin, shares: Sequence[Share]) -> None:
    """Raise `OptionError` where a walker does not give what the format needs; it names what would fit."""
    needed = needed_by(serializer)
    for share in shares:
        plugin = walkers[share.plugin]
        lacking = [part for part in needed if part not in given_by(plugin)]
        if lacking:
            raise OptionError(
                f"The format {serializer.name!r} needs {_and(lacking)}, which the walker {plugin.name!r} does not "
                f"give: it gives {_and(given_by(plugin))}. Walkers that fit: {_fitting(walkers, needed)}. "
                f"Formats for {plugin.name!r}: {_fitting(serializers, given_by(plugin))}.",
                serializer=serializer.name,
                walker=plugin.name,
            )


def says_loss(serializer: Plugin) -> tuple[str, ...]:
    """Return the policies of loss that a format can say.

    >>> says_loss(serializers["text"]), says_loss(serializers["chat"])
    (('all',), ('all', 'once', 'last'))
    """
    given = serializer.traits.get("loss", ("all",))
    listed = (given,) if isinstance(given, str) else tuple(given) if isinstance(given, Iterable) else (given,)
    wrong = [loss for loss in listed if loss not in LOSSES]
    if wrong:
        raise PluginError(
            f"The serializer {serializer.name!r} says the loss {shown(wrong[0])}, which is no policy of loss. "
            f"Policies: {', '.join(LOSSES)}.",
            name=serializer.name,
        )
    return listed


def check_learned(serializer: Plugin, loss: Any) -> None:
    """Raise `OptionError` where something is no policy of loss, or one that a format cannot say."""
    check_loss(loss)
    if loss not in says_loss(serializer):
        can = _named(lambda plugin: loss in says_loss(plugin))
        raise OptionError(
            f"The format {serializer.name!r} cannot say loss={loss!r}: a trainer learns all of its samples. Formats "
            f"that can: {can}.",
            serializer=serializer.name,
            loss=loss,
        )


def allows_provenance(serializer: Plugin) -> bool:
    """Return whether a format allows a column that says where a sample comes from.

    >>> allows_provenance(serializers["chat"])
    True
    """
    return serializer.traits.get("provenance", False) is True


def check_provenance(serializer: Plugin, provenance: Any) -> None:
    """Raise `OptionError` where provenance is asked of a format that allows no column more."""
    if not isinstance(provenance, bool):
        raise OptionError(f"provenance= is True or False, got {shown(provenance)}.", value=provenance)
    if provenance and not allows_provenance(serializer):
        raise OptionError(
            f"The format {serializer.name!r} allows no column that says where a sample comes from. Leave provenance "
            f"out, and ask corpus.provenance(place). Formats that allow it: {_named(allows_provenance)}.",
            serializer=serializer.name,
        )


def _named(fits: Callable[[Plugin], bool]) -> str:
    """Return the names of the formats that fit."""
    found = []
    for name in serializers:
        try:
            found += [repr(name)] if fits(serializers[name]) else []
        except PluginError:
            # As above: who asks for that one is told.
            continue
    return ", ".join(found) or "none"


def _fitting(registry: Registry, parts: Sequence[str]) -> str:
    """Return the names of the walkers that give, or of the formats that need no more than, some parts."""
    found = list[str]()
    for name in registry:
        try:
            own = set(given_by(registry[name]) if registry is walkers else needed_by(registry[name]))
        except PluginError:
            # A plug-in of another package that does not import, or declares nonsense, fits nothing; whoever asks for
            # it is told.
            continue
        fits = set(parts) <= own if registry is walkers else own <= set(parts)
        found += [repr(name)] if fits else []
    return ", ".join(found) or "none"


def _and(parts: Sequence[str]) -> str:
    *first, last = parts or ("nothing",)
    return f"{', '.join(first)} and {last}" if first else last
