"""A serializer in a package of its own: one sample a walk, its steps as a list."""

from collections.abc import Iterator

import forestlib as fl


def bullets(walk: fl.Walk, *, mark: str = "-") -> Iterator[fl.Sample | fl.Skip]:
    """One sample a walk: its steps as a list."""
    if len(walk.steps) < 3:
        yield fl.Skip("fewer than two steps after the head")
        return
    yield {"text": "\n".join(f"{mark} {step.text}" for step in walk.steps)}
