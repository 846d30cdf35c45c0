"""How the tests of `analysis` say a forest: each tree by its name and the phrases at its nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import pytest

from forestlib.model.ground import Ground


@pytest.fixture(scope="session")
def tied() -> Callable[..., Ground]:
    """Return the maker of forests: tree name → phrases, each phrase at a node of its own below the root."""

    def make(phrases: Mapping[str, Iterable[str]]) -> Ground:
        ground = Ground()
        for name, marked in phrases.items():
            root = ground.plant(name, f"About {name}.").root
            for phrase in marked:
                root.then(f"{name} says {phrase}.").anchor(phrase)
        return ground

    return make
