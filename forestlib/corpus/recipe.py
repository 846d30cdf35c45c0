"""Recipes: what a corpus is to be, as a value that can be kept in a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, Self

import attrs

from forestlib.corpus.fit import allows_provenance, check_learned, check_provenance
from forestlib.corpus.holdouts import HoldOuts, hold_outs_of
from forestlib.corpus.own import Asked, asked_of, own_dict, relative_to
from forestlib.corpus.plan import check_order
from forestlib.corpus.shares import Share, checked_size, shares_of
from forestlib.corpus.structure import read_mapping, structured, written
from forestlib.corpus.wishes import balance_of, bounds_of, check_shared_by, checked_tolerance, splits_of
from forestlib.errors import FileError, OptionError, shown
from forestlib.model.chance import checked_seed
from forestlib.registry import Plugin, serializers
from forestlib.wording.style import Style

__all__ = ["NO_WISHES", "Recipe"]

# What a corpus of held-out walks leaves of a recipe: it is to measure on, whatever else was wished for.
NO_WISHES: Mapping[str, Any] = {"exposure": {}, "balance": {}, "splits": {}, "share_by": "samples"}


def _own_dict(given: Any) -> dict[str, Any]:
    """Return a copy of a mapping: a recipe stays what it is, whatever becomes of what it was made of."""
    if not isinstance(given, Mapping):
        raise OptionError(f"Here a mapping is wanted, got {shown(given)}.", value=given)
    return deepcopy(dict(given))


def _walkers(given: Any) -> dict[str, Any]:
    """Return walkers as a mapping to their shares, whichever way they were said."""
    if isinstance(given, Mapping):
        return _own_dict(given)
    return {share.walker: {"share": share.share, **share.options} for share in shares_of(given)}


def _shares_held(given: Any) -> dict[str, Any]:
    return {} if given is None else given.as_dict() if isinstance(given, HoldOuts) else _own_dict(given)


def _own_or_none(given: Any) -> Any:
    return {} if given is None else _own_dict(given) if isinstance(given, Mapping) else given


def _from_folder(tokenizer: Any, folder: Path, *, back: bool = False) -> Any:
    path = _as_path(tokenizer)
    return path and relative_to({"path": path}, folder, back=back)["path"]


def _as_path(tokenizer: Any) -> str | None:
    """Return a tokenizer as a recipe says it: its path, or the name of what is in memory."""
    if isinstance(tokenizer, str | os.PathLike):
        return os.fspath(tokenizer)
    name = getattr(tokenizer, "__qualname__", type(tokenizer).__qualname__)
    return None if tokenizer is None else f"{name} in memory"


def _own_style(given: Any) -> Style:
    return Style.of_given(given)


@attrs.frozen(kw_only=True)
class Recipe:
    """What a corpus is to be: walkers with their shares and options, format, size, style, order, hold-outs and seed.

    Every field means what the argument of `forest.linearize` by that name means; `options` go to the format.

    >>> recipe = Recipe(serializer="text", walkers={"paths": 60, "bridges": {"share": 40, "before": 4}}, seed=7)
    >>> Recipe.of(recipe.as_dict()) == recipe
    True
    >>> Recipe(walkers={"path": 1})
    Traceback (most recent call last):
    forestlib.errors.UnknownPluginError: No walker named 'path'. Did you mean 'paths'? ...
    """

    serializer: str = "chat"
    walkers: Mapping[str, Any] = attrs.field(default=None, converter=_walkers)
    options: Mapping[str, Any] = attrs.field(factory=dict, converter=_own_dict)
    size: int | None = None
    order: str = "shuffled"
    style: Style = attrs.field(factory=Style, converter=_own_style)
    hold_out: Mapping[str, float] = attrs.field(factory=dict, converter=_shares_held)
    own: Mapping[str, Any] = attrs.field(factory=dict, converter=own_dict)
    loss: str = "all"
    provenance: bool = False
    exposure: Mapping[str, Any] = attrs.field(factory=dict, converter=_own_or_none)
    balance: Mapping[str, Any] = attrs.field(factory=dict, converter=_own_or_none)
    tolerance: float = 0.05
    share_by: str = "samples"
    tokenizer: Any = None
    splits: Mapping[str, Any] = attrs.field(factory=dict, converter=_own_or_none)
    seed: int = 0

    def __attrs_post_init__(self) -> None:
        self.plugin.check_options(self.options)
        shares_of(self.walkers)
        hold_outs_of(self.hold_out, checked_seed(self.seed))
        check_order(self.order)
        asked_of(self.own)
        check_learned(self.plugin, self.loss)
        check_provenance(self.plugin, self.provenance)
        checked_size(self.size)
        bounds_of(self.exposure)
        balance_of(self.balance)
        checked_tolerance(self.tolerance)
        check_shared_by(self.share_by)
        splits_of(self.splits)

    @property
    def plugin(self) -> Plugin:
        """The format's serializer."""
        return serializers[self.serializer]

    @property
    def shares(self) -> tuple[Share, ...]:
        """The walkers with their shares, which sum to 1."""
        return shares_of(self.walkers)

    @property
    def held(self) -> HoldOuts:
        """What is held out."""
        return hold_outs_of(self.hold_out, self.seed)

    @property
    def own_asked(self) -> Asked | None:
        """What is asked for of the user's own samples."""
        return asked_of(self.own)

    @classmethod
    def default(cls, serializer: str = "chat", **changes: Any) -> Self:
        """Return the recipe of the layout that stitches, with some fields changed.

        Of its samples 37 % show two trees (jumps, and questions answered from the goal back, from the start on, or by
        the linking thought alone), half of the others start mid-tree. Samples say where they come from, in a format
        that allows it.

        >>> list(Recipe.default(seed=7).walkers)
        ['paths', 'crops', 'bridges', 'questions:back', 'questions:forth', 'questions:link']
        """
        provenance = allows_provenance(serializers[serializer])
        return cls(**{"serializer": serializer, "provenance": provenance, **changes})

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """Return the recipe that a mapping describes, as a file holds it; raise `OptionError` with the place."""
        return structured(given, cls)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return the recipe in a ``.toml``, ``.yaml`` or ``.json``; raise `FileError` where it is none.

        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     _ = Path(folder, "recipe.toml").write_text('serializer = "text"\\nseed = 7\\n[hold_out]\\npairs = 0.1')
        ...     Recipe.load(Path(folder, "recipe.toml")).hold_out
        {'pairs': 0.1}
        """
        file = Path(path)
        found = read_mapping(file)
        try:
            recipe = cls.of(found)
            tokenizer = _from_folder(recipe.tokenizer, file.parent)
            return attrs.evolve(recipe, own=relative_to(recipe.own, file.parent), tokenizer=tokenizer)
        except (ValueError, OptionError) as error:
            raise FileError.at(file, " ".join(str(error).split())) from None

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the recipe as ``.json`` or ``.yaml``, atomically, and return the path."""
        if "samples" in self.own:
            raise OptionError("Own samples in memory are in no recipe's file. Write them as .jsonl, and give its path.")
        if not isinstance(self.tokenizer, str | os.PathLike | None):
            raise OptionError("A tokenizer in memory is in no recipe's file. Give the path of its tokenizer.json.")
        folder = Path(path).parent
        said = {"own": relative_to(self.own, folder, back=True)}
        said["tokenizer"] = _from_folder(self.tokenizer, folder, back=True)
        return written(self.as_dict() | said, Path(path))

    def as_dict(self) -> dict[str, Any]:
        """Return the recipe as JSON-ready values, as a file holds it."""
        fields = {name: getattr(self, name) for name in attrs.fields_dict(type(self))}
        own = dict(self.own)
        if "samples" in own:
            own["samples"] = f"{len(own['samples'])} in memory"
        said = {"walkers": dict(self.walkers), "options": dict(self.options), "own": own}
        return fields | {"style": self.style.as_dict(), "tokenizer": _as_path(self.tokenizer)} | said
