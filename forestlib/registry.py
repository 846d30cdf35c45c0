"""Doors by name: serializers, walkers, importers, growers and renderers, ours and those of other packages.

One mechanism for all five kinds. Built-in plug-ins are listed as ``"module:attribute"`` and imported when they are
asked for, just as those of other packages, which join by the entry-point group of their kind. So listing imports
nothing, and a plug-in that does not import breaks only the one who asks for it, by name.

A grower takes one node, the one that it grows from, and keyword-only options; it yields `fl.TreeRows`, as importers do,
and never changes a forest itself. None is built in yet, and nothing in the library calls one yet.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar

import attrs

from forestlib.errors import OptionError, PluginError, UnknownPluginError, shown

__all__ = ["Plugin", "Registry", "growers", "importers", "renderers", "serializers", "walkers"]

Function = TypeVar("Function", bound=Callable[..., Any])


@attrs.frozen(repr=False, eq=False)
class Plugin:
    """One registered plug-in: its function, its options, and the traits that it declared.

    `options` maps each keyword-only parameter to its default (`inspect.Parameter.empty` where it must be given).
    """

    kind: str
    name: str
    function: Callable[..., Any]
    options: Mapping[str, Any]
    traits: Mapping[str, Any]
    source: str

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name!r} from {self.source}>"

    def check_options(self, given: Mapping[str, Any], *, implied: tuple[str, ...] = ()) -> None:
        """Raise `OptionError` unless every given option exists and every needed one is given.

        >>> walkers["bridges"].check_options({"befor": 4})
        Traceback (most recent call last):
        forestlib.errors.OptionError: The walker 'bridges' has no option 'befor'. ...
        """
        known = [name for name in self.options if name not in implied]
        for name in given:
            if name not in known:
                listed = ", ".join(map(repr, known)) or "none"
                raise OptionError(
                    f"The {self.kind} {self.name!r} has no option {shown(name)}. Its options: {listed}.",
                    plugin=self.name,
                    option=name,
                )
            if isinstance(self.options[name], bool) and not isinstance(given[name], bool):
                raise OptionError(
                    f"The option {name!r} of the {self.kind} {shown(self.name)} is True or False, "
                    f"got {shown(given[name])}.",
                    plugin=self.name,
                    option=name,
                )
        for name in known:
            if self.options[name] is inspect.Parameter.empty and name not in given:
                raise OptionError(
                    f"The {self.kind} {self.name!r} needs the option {name!r}: give {name}=….",
                    plugin=self.name,
                    option=name,
                )


class Registry:
    """All plug-ins of one kind, by name.

    >>> formats = Registry("serializer", "walk", {"text": "forestlib.serializers.text:text"})
    >>> formats["text"]
    <serializer 'text' from forestlib.serializers.text>
    >>> formats["txet"]
    Traceback (most recent call last):
    forestlib.errors.UnknownPluginError: No serializer named 'txet'. Did you mean 'text'? Known: 'text'.
    """

    def __init__(self, kind: str, first: str, builtin: Mapping[str, str]) -> None:
        self.kind = kind
        self.group = f"forestlib.{kind}s"
        self._first = first
        self._builtin = dict(builtin)
        self._plugins: dict[str, Plugin] = {}
        self._sure: set[str] = set()

    def __repr__(self) -> str:
        return f"<{self.kind}s: {', '.join(self)}>"

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._builtin, *self._plugins, *self._offered()}))

    def __contains__(self, name: object) -> bool:
        return name in self._plugins or name in self._builtin or name in self._offered()

    def __getitem__(self, name: str) -> Plugin:
        if not isinstance(name, str):
            raise self._unknown(name)
        if name not in self._sure or name not in self._plugins:
            self._bring(name)
            self._sure.add(name)
        return self._plugins[name]

    def add(self, name: str, function: Callable[..., Any], *, source: str | None = None, **traits: Any) -> Plugin:
        """Register `function` as `name`, having checked that it can be called as this kind is called.

        Registering again from the same module replaces (a notebook cell is run twice); from another one it is an error.

        >>> own = Registry("serializer", "walk", {})
        >>> own.add("bullets", lambda walk, *, mark="-": iter([{"text": mark}]), source="notebook")
        <serializer 'bullets' from notebook>
        """
        plugin = self.made(name, function, source=source, **traits)
        # A built-in meets those who take its name when it is asked for, not when its module is imported.
        points = [] if plugin.source == self._builtin.get(name, "").partition(":")[0] else self._points(name)
        self._check_alone(name, [*(point.value for point in points), plugin.source])
        self._plugins[name] = plugin
        return plugin

    def forget(self, name: str) -> None:
        """Take a registered plug-in out again; one that is built in or installed comes back when it is asked for."""
        self._plugins.pop(name, None)
        self._sure.discard(name)

    def made(self, name: str, function: Callable[..., Any], *, source: str | None = None, **traits: Any) -> Plugin:
        """Return `function` as a plug-in of this kind, checked but not registered."""
        source = source or getattr(function, "__module__", None) or "?"
        options = self._options(_checked_name(self.kind, name), function)
        return Plugin(self.kind, name, function, options, traits, source)

    def plugin(self, name: str, **traits: Any) -> Callable[[Function], Function]:
        """Return a decorator that registers a function as `name`.

        >>> own = Registry("grower", "node", {})
        >>> @own.plugin("echo")
        ... def echo(node):
        ...     yield node
        >>> list(own)
        ['echo']
        """
        _checked_name(self.kind, name)

        def register(function: Function) -> Function:
            self.add(name, function, **traits)
            return function

        return register

    def source_of(self, name: str) -> str:
        """Return where `name` comes from, importing nothing.

        >>> serializers.source_of("chat")
        'forestlib.serializers.chat'
        """
        holder = self._holder(name)
        if holder is None:
            raise self._unknown(name)
        return holder

    def _holder(self, name: str) -> str | None:
        if name in self._plugins:
            return self._plugins[name].source
        points = self._points(name)
        return _module(points[0]) if points else None

    def _points(self, name: str) -> list[EntryPoint]:
        """Return where `name` is offered: built in, and by installed packages."""
        own = [EntryPoint(name, self._builtin[name], self.group)] if name in self._builtin else []
        return [*own, *self._offered().get(name, [])]

    def _offered(self) -> dict[str, list[EntryPoint]]:
        found: dict[str, list[EntryPoint]] = {}
        for point in entry_points(group=self.group):
            if all(point.value != other.value for other in found.get(point.name, [])):
                found.setdefault(point.name, []).append(point)
        return found

    def _bring(self, name: str) -> None:
        points = self._points(name)
        if not points and name not in self._plugins:
            raise self._unknown(name)
        self._check_alone(name, [point.value for point in points])
        if name not in self._plugins:
            self._load(name, points[0])

    def _check_alone(self, name: str, sources: list[str]) -> None:
        if name in self._plugins:
            sources = [self._plugins[name].source, *sources]
        packages = dict.fromkeys(source.partition(":")[0].partition(".")[0].strip() for source in sources)
        if len(packages) > 1:
            raise PluginError(
                f"Two packages offer the {self.kind} {shown(name)}: {' and '.join(dict.fromkeys(sources))}. "
                "Uninstall or rename one of them.",
                name=name,
                sources=tuple(dict.fromkeys(sources)),
            )

    def _load(self, name: str, point: EntryPoint) -> None:
        try:
            found = point.load()
        except Exception as error:
            raise PluginError(
                f"The {self.kind} {shown(name)} of {point.value} does not import: {type(error).__name__}: {error}",
                name=name,
                sources=(point.value,),
            ) from error
        if name not in self._plugins:
            self.add(name, found, source=_module(point))

    def _options(self, name: str, function: Callable[..., Any]) -> dict[str, Any]:
        if not callable(function):
            raise PluginError(
                f"The {self.kind} {shown(name)} must be a function of one {self._first}, got {shown(function)}.",
                name=name,
            )
        try:
            parameters = list(inspect.signature(function).parameters.values())
        except (TypeError, ValueError):
            parameters = []
        positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        rest = [p for p in parameters if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        if len(positional) != 1 or rest:
            raise PluginError(
                f"The {self.kind} {shown(name)} must take one {self._first} and keyword-only options, "
                f"def {name}({self._first}, *, option=default), got {shown(function)}{_spelled(parameters)}.",
                name=name,
            )
        return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}

    def _unknown(self, name: object) -> UnknownPluginError:
        return UnknownPluginError.among(name, list(self), noun=self.kind)


def _module(point: EntryPoint) -> str:
    return point.value.partition(":")[0].strip()


def _spelled(parameters: list[inspect.Parameter]) -> str:
    return f" with ({', '.join(map(str, parameters))})" if parameters else ""


def _checked_name(kind: str, name: str) -> str:
    if not isinstance(name, str) or not name.replace("-", "_").isidentifier():
        raise PluginError(f"A {kind} needs a name of letters, digits and _, got {shown(name)}.", name=name)
    return name


serializers = Registry(
    "serializer",
    "walk",
    {
        "chat": "forestlib.serializers.chat:chat",
        "prompt_completion": "forestlib.serializers.prompt_completion:prompt_completion",
        "segments": "forestlib.serializers.segments:segments",
        "text": "forestlib.serializers.text:text",
    },
)
walkers = Registry(
    "walker",
    "forest",
    {
        "breadth": "forestlib.walkers.breadth:breadth",
        "bridges": "forestlib.walkers.bridges:bridges",
        "contrast": "forestlib.walkers.contrast:contrast",
        "crops": "forestlib.walkers.crops:crops",
        "identity": "forestlib.walkers.identity:identity",
        "paths": "forestlib.walkers.paths:paths",
        "questions": "forestlib.walkers.questions:questions",
        "reversed": "forestlib.walkers.reversed:reversed_paths",
        "schema": "forestlib.walkers.schema:schema",
        "siblings": "forestlib.walkers.siblings:siblings",
        "stitched": "forestlib.walkers.stitched:stitched",
        "tours": "forestlib.walkers.tours:tours",
        "verdicts": "forestlib.walkers.verdicts:verdicts",
        "whole": "forestlib.walkers.whole:whole",
        "windows": "forestlib.walkers.windows:windows",
    },
)
importers = Registry(
    "importer",
    "source",
    {
        "entailmentbank": "forestlib.importers.entailmentbank:entailmentbank",
        "outline": "forestlib.importers.outline:outline",
    },
)
growers = Registry("grower", "node", {})
renderers = Registry(
    "renderer",
    "thing",
    {
        "outline": "forestlib.views.outline:tree_outline",
        "html": "forestlib.views.html:page",
        "rich": "forestlib.views.terminal:enriched",
        "terminal": "forestlib.views.terminal:rendered",
    },
)
