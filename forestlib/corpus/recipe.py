"""Recipes: what a corpus is to be, as a value that can be kept in a file.

TOML, YAML and JSON mean the same. What is wrong in one is said with its place in the file.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable, Mapping
from copy import deepcopy
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any, Self, get_origin

import attrs
from cattrs import BaseValidationError, Converter, transform_error
from cattrs.gen import make_dict_structure_fn

from forestlib.corpus.holdouts import hold_outs_of
from forestlib.corpus.plan import check_order
from forestlib.corpus.shares import DEFAULT, STITCHING, checked_size, shares_of
from forestlib.errors import FileError, MissingExtraError, OptionError, shown
from forestlib.files.atomic import atomic_write
from forestlib.model.chance import checked_seed
from forestlib.registry import serializers
from forestlib.wording.style import ENGLISH, RUSSIAN, Style, Words

__all__ = ["Recipe"]


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
    walkers: Mapping[str, Any] = attrs.field(factory=lambda: dict(DEFAULT), converter=_walkers)
    options: Mapping[str, Any] = attrs.field(factory=dict, converter=_own_dict)
    size: int | None = None
    order: str = "shuffled"
    style: Style = attrs.field(factory=Style, converter=_own_style)
    hold_out: Mapping[str, float] = attrs.field(factory=dict, converter=_own_dict)
    seed: int = 0

    def __attrs_post_init__(self) -> None:
        serializers[self.serializer].check_options(self.options)
        shares_of(self.walkers)
        hold_outs_of(self.hold_out, checked_seed(self.seed))
        check_order(self.order)
        checked_size(self.size)

    @classmethod
    def default(cls, serializer: str = "chat", **changes: Any) -> Self:
        """Return the recipe of the layout that stitches, with some fields changed.

        Of its samples 37 % show two trees (jumps, and questions answered from the goal back, from the start on, or by
        the linking thought alone), half of the others start mid-tree.

        >>> list(Recipe.default(seed=7).walkers)
        ['paths', 'crops', 'bridges', 'questions:back', 'questions:forth', 'questions:link']
        """
        return cls(**{"serializer": serializer, "walkers": dict(STITCHING), **changes})

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """Return the recipe that a mapping describes, as a file holds it; raise `OptionError` with the place."""
        if not isinstance(given, Mapping):
            raise OptionError(f"A recipe is a mapping of its fields, got {shown(given)}.", value=given)
        for name in given:
            _check_name(name, attrs.fields_dict(cls), "A recipe has no field named")
        try:
            return _converter().structure(given, cls)
        except BaseValidationError as error:
            raise OptionError(f"The recipe is wrong: {'; '.join(_said(error))}.") from None

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
        reader = _READERS.get(file.suffix.lower())
        if reader is None:
            raise OptionError(f"A recipe is a .toml, a .yaml or a .json, got {shown(file.name)}.", path=str(path))
        try:
            return cls.of(reader(file.read_text("utf-8")))
        except OSError as error:
            raise FileError.at(file, f"cannot be read: {error.strerror or error}") from error
        except (ValueError, OptionError) as error:
            raise FileError.at(file, " ".join(str(error).split())) from None

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the recipe as ``.json`` or ``.yaml``, atomically, and return the path."""
        file = Path(path)
        if file.suffix.lower() not in (".json", ".yaml", ".yml"):
            raise OptionError(f"A recipe is saved as .json or .yaml, got {shown(file.name)}.", path=str(path))
        if file.suffix.lower() == ".json":
            text = json.dumps(self.as_dict(), ensure_ascii=False, indent=2) + "\n"
        else:
            text = str(_yaml().safe_dump(self.as_dict(), allow_unicode=True, sort_keys=False))
        with atomic_write(file) as out:
            out.write(text.encode())
        return file

    def as_dict(self) -> dict[str, Any]:
        """Return the recipe as JSON-ready values, as a file holds it."""
        fields = {name: getattr(self, name) for name in attrs.fields_dict(type(self))}
        return fields | {"style": self.style.as_dict(), "walkers": dict(self.walkers), "options": dict(self.options)}


def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True)
    converter.register_structure_hook_func(_is_mapping, _mapping)
    converter.register_structure_hook_func(
        lambda kind: kind == int | None, lambda value, _: None if value is None else _whole(value)
    )
    converter.register_structure_hook(int, lambda value, _: _whole(value))
    converter.register_structure_hook(str, lambda value, _: _text(value))
    converter.register_structure_hook(Style, lambda value, _: _style(value))
    converter.register_structure_hook(Recipe, make_dict_structure_fn(Recipe, converter, _cattrs_forbid_extra_keys=True))
    return converter


def _is_mapping(kind: Any) -> bool:
    origin: Any = get_origin(kind)
    return origin is Mapping


def _mapping(value: object, _: object) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"a mapping is wanted, got {shown(value)}")
    return dict(value)


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"a whole number is wanted, got {shown(value)}")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"a text is wanted, got {shown(value)}")
    return value


def _style(value: object) -> Style:
    """Return a style; templates of a language that are not given are those that it has."""
    given = _mapping(value, None)
    words = {lang: _words(lang, _mapping(said, None)) for lang, said in _mapping(given.pop("words", {}), None).items()}
    unknown = [name for name in given if name != "anchors"]
    if unknown:
        raise ValueError(f"a style has 'anchors' and 'words', not {shown(unknown[0])}")
    return Style(**given, words=words)


def _words(lang: str, said: dict[str, Any]) -> Words:
    for name in said:
        _check_name(name, attrs.fields_dict(Words), "There is no template named")
    return attrs.evolve(RUSSIAN if lang.startswith("ru") else ENGLISH, **said)


def _check_name(name: object, known: Mapping[str, object], problem: str) -> None:
    if name not in known:
        near = get_close_matches(str(name), known, n=1)
        listed = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(map(repr, known))}."
        raise OptionError(f"{problem} {shown(name)}. {listed}", value=name)


def _said(error: BaseValidationError) -> list[str]:
    """Return what is wrong, each with its place in the recipe."""
    return [message.replace(" @ $", " at recipe") for message in transform_error(error, format_exception=_plainly)]


def _plainly(error: BaseException, _: object) -> str:
    return str(error).rstrip(".")


def _yaml() -> Any:
    try:
        return import_module("yaml")
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("pyyaml", "yaml", "Recipes in YAML") from error


def _from_yaml(text: str) -> Any:
    package = _yaml()
    try:
        return package.safe_load(text)
    except package.YAMLError as error:
        raise ValueError(f"no YAML: {error}") from None


_READERS: dict[str, Callable[[str], Any]] = {
    ".toml": tomllib.loads,
    ".json": json.loads,
    ".yaml": _from_yaml,
    ".yml": _from_yaml,
}
