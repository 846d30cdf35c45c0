"""Checks for authors of plug-ins: what a serializer or a walker promises, tried on small, deep and empty forests.

Use them in the plug-in's own tests; the library's suite runs them over everything registered. Each raises an
`AssertionError` that says what was promised, what came, and for which walk.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from forestlib.corpus.fit import given_by, needed_by
from forestlib.corpus.plan import trails_of
from forestlib.errors import shown
from forestlib.forest import Forest
from forestlib.model.walk import Skip, Trail, Walk
from forestlib.registry import Plugin, Registry, serializers, walkers
from forestlib.wording.style import Style
from forestlib.wording.wording import Wording

__all__ = ["check_serializer", "check_walker"]

DEEP = 10_000
_FEW = 200
# Every walker of the library, with options that bring out all that it can give: a serializer is tried on their walks.
_TRIED: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("paths", {}),
    ("bridges", {"jumps": 2}),
    ("windows", {"size": 2, "reach": 0}),
    ("windows", {"tokens": 24}),
    ("crops", {"size": 4, "self_jumps": 1}),
    ("whole", {}),
    ("breadth", {}),
    ("reversed", {}),
    ("questions", {"jumps": 2}),
    ("questions", {"direction": "link"}),
    ("questions", {"inside": True}),
    ("identity", {"around": 1}),
    ("stitched", {"trees": 3}),
    ("tours", {}),
    ("schema", {"topics": 2}),
    ("siblings", {"after": 1}),
    ("verdicts", {"from_siblings": True}),
    ("contrast", {}),
)


def check_serializer(serializer: str | Callable[..., Any], **options: Any) -> None:
    """Check that a serializer keeps its contract on the walks of all the library's walkers that have what it needs.

    They are Russian, English, deep and jumping; questions, alternatives, verdicts and contrasts among them. Given a
    name, the plug-in registered under it; given a function, that function, registered or not.

    >>> check_serializer("chat", ask_jumps=True)
    >>> check_serializer(lambda walk: iter([walk.steps]))
    Traceback (most recent call last):
    AssertionError: the serializer yields dicts or fl.Skip, got (<Step head: ...
    """
    plugin = _plugin(serializers, serializer, options)
    needed = needed_by(plugin)
    fits = any(set(needed) <= set(given_by(walkers[name])) for name, _ in _TRIED)
    _demand(fits, f"a serializer needs what some walker of the library gives, got {', '.join(needed)}")
    for forest in (_small(), _chain(DEEP)):
        for walk in _walks(forest, needed):
            before = orjson.dumps([[step.text, step.level] for step in walk.steps])
            first, again = _samples(plugin, walk, options), _samples(plugin, walk, options)
            _demand(first == again, f"one walk gives the same samples each time, got {shown(first)} and {shown(again)}")
            after = orjson.dumps([[step.text, step.level] for step in walk.steps])
            _demand(before == after, f"a serializer leaves the walk as it was, but changed {walk!r}")


def check_walker(walker: str | Callable[..., Any], **options: Any) -> None:
    """Check that a walker keeps its contract on small, deep, single-node, anchorless and empty forests.

    >>> check_walker("bridges", before=2, after=2)
    """
    plugin = _plugin(walkers, walker, options)
    for forest in (_small(), _chain(DEEP), _single(), _anchorless(), Forest("empty")):
        before = forest.copy()
        first, again = (_trails(plugin, forest, options) for _ in range(2))
        _demand(list(first[:_FEW]) == list(again[:_FEW]), f"the same seed gives the same trails in {forest!r}")
        _demand(before == forest, f"a walker leaves the forest as it was, but changed {forest!r}")
        for place in sorted({0, len(first) // 2, len(first) - 1} & set(range(len(first)))):
            _demand(first[place] == again[place], f"trail {place} follows from {place} and the seed alone")
            _check_trail(forest, first[place])


def _plugin(registry: Registry, given: str | Callable[..., Any], options: Mapping[str, Any]) -> Plugin:
    plugin = registry[given] if isinstance(given, str) else registry.made("checked", given)
    plugin.check_options(options, implied=("seed",))
    return plugin


def _samples(plugin: Plugin, walk: Walk, options: Mapping[str, Any]) -> list[bytes]:
    result = plugin.function(walk, **options)
    _demand(
        isinstance(result, Iterator), f"the serializer is lazy: it yields, or returns an iterator, got {shown(result)}"
    )
    found = []
    for sample in result:
        if isinstance(sample, Skip):
            _demand(bool(sample.reason), "fl.Skip gives a reason")
            found.append(sample.reason.encode())
            continue
        _demand(isinstance(sample, Mapping), f"the serializer yields dicts or fl.Skip, got {shown(sample)}")
        try:
            # The encoder of a corpus would write NaN as null, and JSON knows no NaN.
            json.dumps(sample, allow_nan=False)
            found.append(orjson.dumps(sample))
        except (TypeError, ValueError, RecursionError) as error:
            raise AssertionError(f"samples are JSON-ready, but {error} in {shown(sample)} for {walk!r}") from None
    return found


def _trails(plugin: Plugin, forest: Forest, options: Mapping[str, Any]) -> Sequence[Trail]:
    implied = {"seed": 7} if "seed" in plugin.options and "seed" not in options else {}
    result = plugin.function(forest, **implied, **options)
    _demand(
        isinstance(result, Sequence | Iterator) and not isinstance(result, list | tuple),
        f"the walker is lazy: a generator, or a sequence that makes trails when asked, got {shown(result)}",
    )
    return trails_of(plugin.name, result)


def _check_trail(forest: Forest, trail: Any) -> None:
    _demand(isinstance(trail, Trail), f"a walker gives fl.Trail, got {shown(trail)}")
    for tree, number in trail.places():
        _demand(
            tree in forest and 0 <= number < len(forest[tree]), f"a trail shows nodes that exist, got {(tree, number)}"
        )
    _demand(
        bool(trail.runs) or trail.ask is not None, "a trail shows a node or asks a question, got one that does neither"
    )
    for tree, number in () if trail.ask is None else (trail.ask.start, trail.ask.goal):
        _demand(
            tree in forest and 0 <= number < len(forest[tree]),
            f"a question quotes nodes that exist, got {(tree, number)}",
        )
    for crossing in trail.crossings:
        ends = [forest[tree][number] for tree, number in (crossing.source, crossing.target)]
        anchored = all(crossing.anchor in map(forest.anchors.key_of, node.anchors) for node in ends)
        _demand(anchored, f"a jump goes over an anchor that both of its nodes have, got {crossing!r}")


def _walks(forest: Forest, needed: Sequence[str]) -> Iterator[Walk]:
    """Yield walks of every kind that has the parts that a format needs."""
    wording = Wording(forest, Style())
    for name, options in _TRIED:
        plugin = walkers[name]
        if set(needed) <= set(given_by(plugin)):
            trails = plugin.function(forest, **options)
            for place in range(min(len(trails), _FEW)):
                yield wording.walk(trails[place], name)


def _small() -> Forest:
    forest = Forest("small")
    justice = forest.plant("справедливость", "Справедливость — это соответствие.", axes=["causality"])
    justice.root.anchor("мера").branch("Нормы «разные».", 'Норма "одна" \\ {мера} [1].')[1].then(
        "Вывод.\nВторая строка."
    ).chain(["Да.", "Да.", "Нет."])
    choice = forest.plant("choice", "To choose is to refuse.", axes=["paradox"], stage="premise")
    choice.root.then("A choice needs a measure.").anchor("мера", "norm").chain(
        ["So it does.", "🌲 <b>so</b>\t\u2028"]
    ).then("Да.", stage="consequence")
    sums = forest.plant("sums", "1 + 1?", stage="premise")
    sums.root.then("2", stage="consequence", rank=0, score=1, label=True)
    sums.root.then("3", stage="consequence", rank=1, score=0.5, label=False)
    talk = forest.plant("talk", "What is a norm?", role="user")
    talk.root.anchor("norm").then("A rule that binds.", role="assistant").then("Whom?", role="user")
    return forest


def _chain(levels: int) -> Forest:
    forest = Forest("chain")
    last = forest.plant("chain", "Step 0.", stage="premise").root.chain(
        f"Step {number}." for number in range(1, levels)
    )
    last.anchor("the end").then("Right.", stage="consequence", rank=0, score=1, label=True)
    last.then("Wrong.", stage="consequence", rank=1, score=0, label=False)
    other = forest.plant("other", "Another reasoning.", stage="premise")
    other.root.anchor("the end").then("It goes on.", stage="consequence")
    return forest


def _single() -> Forest:
    forest = Forest("single")
    forest.plant("one", "One.").root.anchor("one")
    forest.plant("two", "Two.").root.anchor("one")
    return forest


def _anchorless() -> Forest:
    forest = Forest("anchorless")
    forest.plant("one", "One.").root.branch("A.", "B.")
    return forest


def _demand(kept: bool, promise: str) -> None:
    if not kept:
        raise AssertionError(promise)
