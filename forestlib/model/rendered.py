"""Rendered: what shows itself through the renderers, on a terminal, in a notebook and by `rich`."""

from __future__ import annotations

from forestlib.registry import renderers

__all__ = ["Rendered"]


class Rendered:
    """Gives a value the three ways in which it is shown; how it looks is the business of the views."""

    __slots__ = ()

    def __str__(self) -> str:
        return str(renderers["terminal"].function(self))

    def __rich__(self) -> object:
        return renderers["rich"].function(self)

    def _repr_html_(self) -> str:
        return str(renderers["html"].function(self))
