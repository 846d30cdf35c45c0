"""Recipes in files: TOML, YAML and JSON mean the same, and what is wrong is said with its place."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar, get_origin

import attrs
from cattrs import BaseValidationError, Converter, transform_error
from cattrs.gen import make_dict_structure_fn

from forestlib.errors import FileError, MissingExtraError, OptionError, shown
from forestlib.files.atomic import atomic_write
from forestlib.wording.style import ENGLISH, RUSSIAN, Style, Words

__all__ = ["read_mapping", "structured", "written"]

Made = TypeVar("Made", bound=attrs.AttrsInstance)


def structured(given: Mapping[str, Any], kind: type[Made]) -> Made:
    """Return the value of an attrs class that a mapping describes; raise `OptionError` with the place of a fault."""
    if not isinstance(given, Mapping):
        raise OptionError(f"A recipe is a mapping of its fields, got {shown(given)}.", value=given)
    for name in given:
        _check_name(name, attrs.fields_dict(kind), "A recipe has no field named")
    try:
        return _converter(kind).structure(given, kind)
    except BaseValidationError as error:
        raise OptionError(f"The recipe is wrong: {'; '.join(_said(error))}.") from None


def read_mapping(file: Path) -> Any:
    """Return what a ``.toml``, ``.yaml`` or ``.json`` holds; raise `FileError` where it cannot be read."""
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        raise OptionError(f"A recipe is a .toml, a .yaml or a .json, got {shown(file.name)}.", path=str(file))
    try:
        return reader(file.read_text("utf-8"))
    except OSError as error:
        raise FileError.at(file, f"cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise FileError.at(file, " ".join(str(error).split())) from None


def written(values: Mapping[str, Any], file: Path) -> Path:
    """Write a mapping as ``.json`` or ``.yaml``, atomically, and return the path."""
    if file.suffix.lower() not in (".json", ".yaml", ".yml"):
        raise OptionError(f"A recipe is saved as .json or .yaml, got {shown(file.name)}.", path=str(file))
    if file.suffix.lower() == ".json":
        text = json.dumps(values, ensure_ascii=False, indent=2) + "\n"
    else:
        text = str(_yaml().safe_dump(values, allow_unicode=True, sort_keys=False))
    with atomic_write(file) as out:
        out.write(text.encode())
    return file


def _converter(kind: type[Any]) -> Converter:
    converter = Converter(forbid_extra_keys=True)
    converter.register_structure_hook_func(_is_mapping, _mapping)
    converter.register_structure_hook_func(
        lambda kind: kind == int | None, lambda value, _: None if value is None else _whole(value)
    )
    converter.register_structure_hook(int, lambda value, _: _whole(value))
    converter.register_structure_hook(str, lambda value, _: _text(value))
    converter.register_structure_hook(bool, lambda value, _: _truth(value))
    converter.register_structure_hook(Style, lambda value, _: _style(value))
    converter.register_structure_hook(kind, make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True))
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


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"true or false is wanted, got {shown(value)}")
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
