"""Axes of thinking, and the frame that holds them.

An axis has a key and a name in each language; code and files may use either. A frame is a value: adding an axis makes
a new frame, so that two forests can share one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import attrs

from forestlib.errors import TextError, UnknownAxisError, shown
from forestlib.model.key import anchor_key
from forestlib.model.text import checked_lang, checked_name

__all__ = ["DEFAULT_LANG", "Axis", "Frame"]

DEFAULT_LANG = "en"
_SHOWN = 120
_HINT = "Add your own to the forest's frame: fl.Forest(axes=fl.frames.thinking().extended([fl.Axis('key')]))."


def _key(key: str) -> str:
    return checked_name(key, "An axis key")


def _tupled(axes: Iterable[Axis]) -> tuple[Axis, ...]:
    found = (axes,) if isinstance(axes, str) else tuple(axes)
    wrong = next((axis for axis in found if not isinstance(axis, Axis)), None)
    if wrong is not None:
        raise TextError(f"An axis is an fl.Axis, got {shown(wrong)}. Make it one: fl.Axis('ethics').", text=wrong)
    return found


def _whole(axes: Iterable[Axis]) -> tuple[Axis, ...]:
    """Return axes without those that stand among them as sub-axes as well: iterating over a frame gives both."""
    found = _tupled(axes)
    inner = {id(sub) for axis in found for sub in axis.sub}
    return tuple(axis for axis in found if id(axis) not in inner)


def _names(names: Mapping[str, str] | None) -> dict[str, str]:
    if not isinstance(names, Mapping | None) or not all(isinstance(lang, str) for lang in names or ()):
        raise TextError(f"An axis's names are like {{'en': 'ethics', 'ru': 'мораль'}}, got {shown(names)}.", text=names)
    return {lang: checked_name(name, "An axis name") for lang, name in dict(names or {}).items()}


def _lang(lang: str) -> str:
    return checked_lang(lang) or DEFAULT_LANG


@attrs.frozen(hash=False)
class Axis:
    """A direction of thinking: its key, its name in each language, its sub-axes.

    >>> Axis("ethics", {"ru": "мораль"}).name("ru")
    'мораль'
    """

    key: str = attrs.field(converter=_key)
    names: Mapping[str, str] = attrs.field(default=None, converter=_names)
    sub: tuple[Axis, ...] = attrs.field(default=(), converter=_tupled)

    def __repr__(self) -> str:
        return f"<Axis {shown(self.key)}>"

    def __hash__(self) -> int:
        return hash(self.key)

    def name(self, lang: str = "en") -> str:
        """Return the axis's name in `lang`, or its key where it has none.

        >>> ethics = Axis("ethics", {"ru": "мораль"})
        >>> ethics.name("ru"), ethics.name()
        ('мораль', 'ethics')
        """
        return self.names.get(lang, self.key)

    def __attrs_post_init__(self) -> None:
        for axis in self.sub:
            if axis.sub:
                raise TextError(f"A sub-axis has no sub-axes of its own, but {axis.key!r} of {self.key!r} has some.")


@attrs.frozen(eq=False, repr=False, slots=False)
class Frame:
    """A set of axes, in order; `lang` says in which language it shows them.

    >>> frame = Frame([Axis("causality", {"ru": "причинность"}), Axis("empathy")])
    >>> frame["причинность"].key, "empathy" in frame, len(frame)
    ('causality', True, 2)
    """

    axes: tuple[Axis, ...] = attrs.field(converter=_whole)
    lang: str = attrs.field(default=DEFAULT_LANG, converter=_lang)

    def __attrs_post_init__(self) -> None:
        held: dict[str, int] = {}
        axes = list(self)
        for place, axis in enumerate(axes):
            for name in (axis.key, *axis.names.values()):
                other = axes[held.setdefault(anchor_key(name), place)]
                if held[anchor_key(name)] != place:
                    raise TextError(f"Two axes are called {shown(name)}: {other.key!r} and {axis.key!r}. Rename one.")

    def __repr__(self) -> str:
        names = ", ".join(axis.name(self.lang) for axis in self.axes)
        return f"<Frame of {len(self)} axes: {names if len(names) <= _SHOWN else names[: _SHOWN - 1] + '…'}>"

    def __eq__(self, other: object) -> bool:
        return self.axes == other.axes if isinstance(other, Frame) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __iter__(self) -> Iterator[Axis]:
        for axis in self.axes:
            yield axis
            yield from axis.sub

    def __len__(self) -> int:
        return sum(1 + len(axis.sub) for axis in self.axes)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and anchor_key(name) in self._by_name

    def __getitem__(self, name: str) -> Axis:
        axis = self._by_name.get(anchor_key(name)) if isinstance(name, str) else None
        if axis is None:
            raise UnknownAxisError.among(name, self.names(), _HINT)
        return axis

    def names(self) -> list[str]:
        """Return every name by which an axis of this frame may be called.

        >>> Frame([Axis("ethics", {"ru": "мораль"}), Axis("law")]).names()
        ['ethics', 'мораль', 'law']
        """
        return [name for axis in self for name in dict.fromkeys((axis.key, *axis.names.values()))]

    def extended(self, axes: Iterable[Axis]) -> Frame:
        """Return a frame that holds `axes` as well.

        >>> Frame([Axis("ethics")]).extended([Axis("law")])
        <Frame of 2 axes: ethics, law>
        """
        return Frame((*self.axes, *axes), self.lang)

    def merged(self, other: Frame) -> Frame:
        """Return a frame that holds all axes, sub-axes and names of both; axes of one key are one.

        >>> merged = Frame([Axis("ethics")]).merged(Frame([Axis("ethics", {"ru": "мораль"}), Axis("law")]))
        >>> merged, merged["мораль"].key
        (<Frame of 2 axes: ethics, law>, 'ethics')
        """
        theirs = {axis.key: axis for axis in other.axes}
        joined = [self._joined(axis, theirs.get(axis.key, axis)) for axis in self.axes]
        return Frame((*joined, *(axis for axis in other.axes if axis.key not in self)), self.lang)

    def _joined(self, axis: Axis, theirs: Axis) -> Axis:
        lacking = [sub for sub in theirs.sub if sub.key not in self]
        return Axis(axis.key, {**theirs.names, **axis.names}, (*axis.sub, *lacking))

    @cached_property
    def _by_name(self) -> dict[str, Axis]:
        return {anchor_key(name): axis for axis in self for name in (axis.key, *axis.names.values())}
