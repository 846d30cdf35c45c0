"""Worlds of the experiment, from a seed: forests that share thoughts, ways of reasoning, chains with refrains.

Names are single words without meaning, so that nothing is known of them but what the samples show.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import product

import attrs

import forestlib as fl

__all__ = ["World", "chains", "forest", "topics"]


@attrs.frozen
class World:
    """How a forest is made: binary trees, `inner` nodes of each anchors, each anchor in `each` trees."""

    trees: int = 32
    depth: int = 4
    inner: int = 8
    each: int = 8

    @property
    def anchors(self) -> int:
        """How many anchors there are."""
        return self.trees * self.inner // self.each


def forest(seed: int, world: World | None = None) -> fl.Forest:
    """Return a forest of binary trees whose inner nodes are shared or their tree's own.

    >>> made = forest(0)
    >>> len(made), len(made["T0"]), len(made.anchors)
    (32, 31, 32)
    """
    world = world or World()
    chance = random.Random(seed)
    made = fl.Forest(f"world {seed}")
    for number, anchors in enumerate(_dealt(chance, world)):
        _plant(
            made,
            number,
            dict(zip(chance.sample(range(1, 2**world.depth - 1), world.inner), anchors, strict=True)),
            world,
        )
    return made


def _plant(made: fl.Forest, number: int, anchors: dict[int, str], world: World) -> None:
    def text(place: int) -> str:
        return anchors.get(place, f"n{number}_{place}")

    nodes = [made.plant(f"T{number}", text(0)).root]
    for place in range(1, 2 ** (world.depth + 1) - 1):
        nodes.append(nodes[(place - 1) // 2].then(text(place)))
        if place in anchors:
            nodes[place].anchor(anchors[place])


def _dealt(chance: random.Random, world: World) -> list[list[str]]:
    """Deal anchors out to trees: each to `each` trees, no tree twice."""
    while True:
        left = {f"a{number:03d}": world.each for number in range(world.anchors)}
        dealt = list[list[str]]()
        for _ in range(world.trees):
            # Those of which most are left come first, so that the last trees still find different ones.
            order = sorted((name for name in left if left[name]), key=lambda name: (-left[name], chance.random()))
            some = _mixed(chance, order, left, world.inner)
            for name in some:
                left[name] -= 1
            dealt.append(some)
        if all(len(set(some)) == world.inner for some in dealt) and not any(left.values()):
            chance.shuffle(dealt)
            return dealt


def _mixed(chance: random.Random, order: Sequence[str], left: dict[str, int], count: int) -> list[str]:
    weights = {name: chance.random() ** (1 / left[name] ** 2) for name in order}
    return sorted(order, key=lambda name: -weights[name])[:count]


def chains(seed: int, count: int = 3, steps: int = 1000, symbols: int = 48, refrains: int = 12) -> fl.Forest:
    """Return reasonings of one long chain each, over few symbols, with refrains that come back at many places.

    Outside the refrains no three steps stand anywhere twice, so that what goes on is told by what was.
    """
    chance = random.Random(seed)
    names = [f"s{number}" for number in range(symbols)]
    sung = [[chance.choice(names) for _ in range(6)] for _ in range(refrains)]
    seen = {tuple(refrain[at : at + 3]) for refrain in sung for at in range(4)}
    made = fl.Forest(f"chains {seed}")
    for number in range(count):
        said = _chain(chance, names, sung, seen, steps)
        made.plant(f"C{number}", said[0]).root.chain(said[1:])
    return made


def _chain(
    chance: random.Random, names: list[str], sung: list[list[str]], seen: set[tuple[str, ...]], steps: int
) -> list[str]:
    said = list[str]()
    while len(said) < steps:
        if len(said) > 8 and chance.random() < 0.04:
            said += chance.choice(sung)
            continue
        said.append(chance.choice([name for name in names if (*said[-2:], name) not in seen]))
        if len(said) > 2:
            seen.add(tuple(said[-3:]))
    return said[:steps]


def topics(seed: int, count: int = 32, *, shared: bool = True) -> fl.Forest:
    """Return topics of four premises, each with three transitions, each with three consequences.

    Every step is led up to by one of three phrases: those of all topics, or with `shared` off those of its own.
    """
    made = fl.Forest(f"topics {seed}")
    for number in range(count):
        root, own = made.plant(f"T{number}", f"t{number}").root, "" if shared else f"_{number}"
        for premise in range(4):
            name = f"{number}_{premise}"
            first = root.then(f"p{name}", stage="P")
            for way, other in product(range(3), range(3)):
                if not other:
                    middle = first.then(f"b{way}{own} m{name}_{way}", stage=f"B{way}")
                middle.then(f"c{other}{own} e{name}_{way}{other}", stage=f"C{other}")
    return made
