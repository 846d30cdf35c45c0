"""Tables of rich as plain text, for screens without rich."""

from __future__ import annotations

from io import StringIO

from rich.console import Console, RenderableType

__all__ = ["as_text"]

_WIDTH = 100


def as_text(thing: RenderableType) -> str:
    """Return what rich would print, in plain text, at most 100 characters wide."""
    out = StringIO()
    Console(file=out, width=_WIDTH, color_system=None, force_terminal=False, force_jupyter=False).print(thing)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())
