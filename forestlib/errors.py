"""Every error that forestlib raises, in one tree; this module imports nothing of ours.

Each says what is wrong with which value, what would be right, and what to do. Each also inherits the builtin that a
Python programmer would catch, keeps its facts as attributes, and survives pickling (so that it crosses processes)::

    ForestlibError
    ├── UnknownNameError          LookupError   a name that nobody gave: nearest right names are said
    │   ├── UnknownAxisError
    │   ├── UnknownTreeError
    │   ├── UnknownAnchorError
    │   ├── UnknownNodeError      IndexError    a number beyond the tree, a field that is not there
    │   ├── UnknownWalkError      IndexError    a number beyond the walks of a walker or the samples of a corpus
    │   └── UnknownPluginError
    ├── DuplicateTreeError        ValueError    two trees of one name
    ├── TextError                 ValueError    a text or a name that is no text
    ├── WeightsError              ValueError    weights that are no shares
    ├── LevelError                ValueError    a level that no preorder can have
    ├── AnchorError               ValueError    a phrase that cannot be an anchor
    ├── FieldError                ValueError    a node field that cannot be kept
    ├── OptionError               TypeError     an option that does not exist, or its value
    │   └── EmptyCorpusError                    a recipe that gives no sample
    ├── PluginError               TypeError     a plug-in that breaks its contract
    ├── EncoderError              ValueError    an encoder whose answer is no vectors
    ├── PackError                 ValueError    token rows that cannot be packed as they are
    ├── FileError                 ValueError    a file that cannot be read, with its place
    ├── ForestChangedError        RuntimeError  a corpus whose forest has changed
    ├── LeakError                 RuntimeError  a corpus shows what was to be held out
    ├── WorkerError               RuntimeError  a process of a writing that ended before its work did
    ├── NoRouteError              LookupError   two trees on different islands
    ├── NotConnectedError         ValueError    a forest of several islands where one was required
    └── MissingExtraError         ImportError   a package of an extra is not installed
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, Self

__all__ = [
    "AnchorError",
    "DuplicateTreeError",
    "EmptyCorpusError",
    "EncoderError",
    "FieldError",
    "FileError",
    "ForestChangedError",
    "ForestlibError",
    "ForestlibWarning",
    "LeakError",
    "LevelError",
    "MissingExtraError",
    "NoRouteError",
    "NotConnectedError",
    "OptionError",
    "PackError",
    "PluginError",
    "TextError",
    "UnknownAnchorError",
    "UnknownAxisError",
    "UnknownNameError",
    "UnknownNodeError",
    "UnknownPluginError",
    "UnknownTreeError",
    "UnknownWalkError",
    "WeightsError",
    "WorkerError",
    "shown",
]

SHOWN_NAMES = 12
SHOWN_CHARACTERS = 60
_WIDEST = 10_000
_LONGEST_SHOWN = 1_000


def shown(value: object, limit: int = SHOWN_CHARACTERS) -> str:
    """Return a value as an error shows it: its repr, cut to `limit` characters.

    >>> shown("short"), shown("x" * 100, 10)
    ("'short'", "'xxxxxxxxx…'")
    """
    if isinstance(value, str) and len(value) > limit:
        return repr(value[: limit - 1] + "…")
    if isinstance(value, int) and value.bit_length() > _WIDEST:
        return "a number of thousands of digits"
    if isinstance(value, list | dict | tuple | set | frozenset) and len(value) > _LONGEST_SHOWN:
        return f"a {type(value).__name__} of {len(value)}"
    try:
        text = " ".join(repr(value).split())
    except Exception:
        return f"a {type(value).__name__} that cannot show itself"
    return text if len(text) <= limit + 2 else text[: limit - 1] + "…"


class ForestlibError(Exception):
    """The root of all errors of forestlib."""

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts

    def __getattr__(self, name: str) -> Any:
        facts = self.__dict__.get("facts", {})
        if name in facts:
            return facts[name]
        raise AttributeError(name)

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (type(self), self.message, {name: _picklable(value) for name, value in self.facts.items()})


def _picklable(value: object) -> object:
    try:
        pickle.dumps(value)
    except Exception:
        return shown(value)
    return value


def _rebuilt(kind: type[ForestlibError], message: str, facts: dict[str, Any]) -> ForestlibError:
    error = kind.__new__(kind)
    ForestlibError.__init__(error, message, **facts)
    return error


class UnknownNameError(ForestlibError, LookupError):
    """A name that nobody gave; says the nearest right ones."""

    noun = "thing"

    @classmethod
    def among(cls, name: object, known: Iterable[str], hint: str = "", noun: str = "") -> Self:
        """Return the error for `name`, which is not among `known`; `noun` says what it should have named.

        >>> print(UnknownAxisError.among("histroy", ["history", "mechanism"]))
        No axis named 'histroy'. Did you mean 'history'? Known: 'history', 'mechanism'.
        """
        names, noun = list(known), noun or cls.noun
        parts = [f"No {noun} named {shown(name)}."]
        close = get_close_matches(name, names, n=1, cutoff=0.6) if isinstance(name, str) else []
        if close:
            parts.append(f"Did you mean {shown(close[0])}?")
        listed = ", ".join(map(shown, names[:SHOWN_NAMES]))
        more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
        parts.append(f"Known: {listed}{more}." if names else f"No {noun} is known yet.")
        if hint:
            parts.append(hint)
        return cls(" ".join(parts), name=name, known=tuple(names[:SHOWN_NAMES]), nearest=close[0] if close else None)


class UnknownAxisError(UnknownNameError):
    """An axis that the frame does not hold."""

    noun = "axis"


class UnknownTreeError(UnknownNameError):
    """A tree that the forest does not hold."""

    noun = "tree"


class UnknownAnchorError(UnknownNameError):
    """An anchor that the forest does not hold."""

    noun = "anchor"


class UnknownNodeError(UnknownNameError, IndexError):
    """A preorder number beyond the tree, or a field that the node does not have."""

    noun = "node"


class UnknownWalkError(UnknownNameError, IndexError):
    """A number beyond the walks of a walker, or beyond the samples of a corpus."""

    noun = "walk"


class UnknownPluginError(UnknownNameError):
    """A serializer, walker, importer, grower or renderer that nobody registered."""


class DuplicateTreeError(ForestlibError, ValueError):
    """A second tree of the same name."""


class TextError(ForestlibError, ValueError):
    """A text or a name that is no text: not a string, empty, or not encodable."""


class WeightsError(ForestlibError, ValueError):
    """Weights over axes that are no shares (they must sum to 1 or to 100)."""


class LevelError(ForestlibError, ValueError):
    """A level that no preorder listing can have at its place."""


class AnchorError(ForestlibError, ValueError):
    """A phrase that cannot be an anchor, or collides with another one."""


class FieldError(ForestlibError, ValueError):
    """A node field whose name or value cannot be kept."""


class OptionError(ForestlibError, TypeError):
    """An option that does not exist, or whose value is out of its range."""


class EmptyCorpusError(OptionError):
    """A recipe that gives no sample of a forest; `wishes` say what leaves nothing."""


class PluginError(ForestlibError, TypeError):
    """A plug-in that breaks its contract, does not import, or takes a name that is taken."""


class EncoderError(ForestlibError, ValueError):
    """An encoder gave something that is no row of finite numbers for each text."""


class PackError(ForestlibError, ValueError):
    """Token rows that cannot be packed as they are: a row or node longer than its pack, arrays that do not fit."""


class FileError(ForestlibError, ValueError):
    """A file that cannot be read; attributes `path`, `line` and `where` (the path inside the record) say the place."""

    @classmethod
    def at(cls, path: object, problem: str, *, line: int | None = None, where: str = "") -> Self:
        """Return the error with its place put before the problem: ``ethics.jsonl:42: nodes[3].level: …``."""
        place = f"{path}:{line}" if line else str(path)
        detail = f"{where}: {problem}" if where else problem
        return cls(f"{place}: {detail}", path=str(path), line=line, where=where, problem=problem)


class ForestChangedError(ForestlibError, RuntimeError):
    """A corpus was asked for samples after its forest had changed."""


class LeakError(ForestlibError, RuntimeError):
    """A corpus shows what was to be held out."""


class WorkerError(ForestlibError, RuntimeError):
    """A process that made shards of a corpus ended before its work did, or failed in a way that it cannot tell."""


class NoRouteError(ForestlibError, LookupError):
    """No chain of anchors leads from the one tree to the other."""


class NotConnectedError(ForestlibError, ValueError):
    """A forest falls into several islands where one was required."""


class MissingExtraError(ForestlibError, ImportError):
    """A package that an extra brings is not installed."""

    @classmethod
    def of(cls, package: str, extra: str, purpose: str) -> Self:
        """Return the error that says which extra brings `package`."""
        message = f"{purpose} needs the package {package!r}: pip install 'forestlib[{extra}]'"
        return cls(message, package=package, extra=extra)


class ForestlibWarning(UserWarning):
    """Something that forestlib did on its own and that the user should know of."""
