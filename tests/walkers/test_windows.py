"""Windows: each ends on a landmark of its own that the next begins with, and all is shown, once."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import OptionError, UnknownWalkError
from forestlib.model.counting import words_and_signs
from forestlib.model.key import folded
from forestlib.registry import walkers
from forestlib.testing import check_walker

# Each node: which node above, and which of a few texts; text 0 is one that nothing else says.
SHAPES = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 4)), max_size=40)
SIZES = st.integers(2, 6)
REACHES = st.integers(0, 5)
TOKENS = st.integers(2, 60)


def grown(shape: list[tuple[int, int]], name: str = "t") -> fl.Forest:
    """Return a tree in which siblings differ in their texts, so that their texts tell them apart."""
    forest = fl.Forest("f")
    nodes = [forest.plant(name, "root").root]
    for place, (above, kind) in enumerate(shape):
        node = nodes[above % len(nodes)]
        text = f"Own {place}." if kind == 0 else f"Text {kind}."
        if text not in [child.text for child in node.children()]:
            nodes.append(node.then(text))
    return forest


def chain(*texts: str) -> fl.Forest:
    """Return a forest of one path."""
    forest = fl.Forest()
    forest.plant("t", texts[0]).root.chain(texts[1:])
    return forest


def windows(forest: fl.Forest, **options: Any) -> Any:
    """Return the windows of a forest."""
    return walkers["windows"].function(forest, **options)


def numbers(trail: fl.Trail) -> list[int]:
    """Return the nodes of a trail."""
    return [number for _, number in trail.places()]


def said(forest: fl.Forest, **options: Any) -> list[list[str]]:
    """Return the lines of all samples, the tree's name left out."""
    corpus = forest.linearize("text", walkers={"windows": {"share": 1, **options}}, order="forest")
    return [sample["text"].split("\n")[1:] for sample in corpus]


def restored(samples: list[list[str]]) -> set[tuple[str, ...]]:
    """Return the ways from the root to every node, put together from the samples alone, in whatever order they come."""
    places: dict[str, tuple[str, ...]] = {"root": ("root",)}
    found, waiting = {("root",)}, samples
    while waiting:
        later = []
        for lines in waiting:
            if lines[0] not in places:
                later.append(lines)
                continue
            here = places[lines[0]]
            for line in lines[1:]:
                if line.startswith("["):
                    places[line] = here
                else:
                    here = (*here, line)
                    found.add(here)
                    places.setdefault(line, here)
        assert len(later) < len(waiting)
        waiting = later
    return found


@settings(max_examples=300, deadline=None)
@given(SHAPES, SIZES, REACHES, st.randoms(use_true_random=False))
def test_a_tree_is_restored_from_its_samples(shape: Any, size: int, reach: int, random: Random) -> None:
    """Shuffled samples, read without the forest, give every node at its place: landmarks say where each goes on."""
    forest = grown(shape)
    samples = said(forest, size=size, reach=reach)
    random.shuffle(samples)
    assert restored(samples) == {tuple(node.text for node in leaf.path()) for leaf in forest["t"]}


@settings(max_examples=300, deadline=None)
@given(SHAPES, SIZES, REACHES, st.integers(0, 4))
def test_every_step_is_new_once(shape: Any, size: int, reach: int, overlap: int) -> None:
    """The steps beyond each window's context are the tree's nodes, each once; no window is longer than its size."""
    forest = grown(shape)
    found = windows(forest, size=size, reach=reach, overlap=min(overlap, size - 1))
    assert Counter(number for trail in found for number in numbers(trail)[trail.context :]) == Counter(
        range(len(forest["t"]))
    )
    for trail in found:
        assert len(numbers(trail)) <= size
        for above, below in pairwise(numbers(trail)):
            assert forest["t"][below].parent == forest["t"][above]


@settings(max_examples=300, deadline=None)
@given(SHAPES, TOKENS, REACHES, st.none() | SIZES, st.randoms(use_true_random=False))
def test_a_tree_cut_by_tokens_is_restored(
    shape: Any, tokens: int, reach: int, size: int | None, random: Random
) -> None:
    """Cut by tokens, with a bound of steps or without, shuffled samples still give every node at its place."""
    forest = grown(shape)
    samples = said(forest, tokens=tokens, reach=reach, size=size)
    random.shuffle(samples)
    assert restored(samples) == {tuple(node.text for node in leaf.path()) for leaf in forest["t"]}


@settings(max_examples=300, deadline=None)
@given(SHAPES, TOKENS, REACHES, st.integers(0, 4))
def test_no_window_is_longer_than_its_tokens(shape: Any, tokens: int, reach: int, overlap: int) -> None:
    """Each window's lines hold at most so many tokens, or one step that is too long; every step is new once."""
    forest = grown(shape)
    found = windows(forest, tokens=tokens, reach=reach, overlap=overlap)
    new = Counter(number for trail in found for number in numbers(trail)[trail.context :])
    assert new == Counter(range(len(forest["t"])))
    texts = forest.linearize(
        "text", walkers={"windows": {"share": 1, "tokens": tokens, "reach": reach, "overlap": overlap}}, order="forest"
    )
    long = 0
    for trail, sample in zip(found, texts, strict=True):
        if int(words_and_signs([sample["text"]])[0]) + sample["text"].count("\n") + 1 > tokens:
            assert len(numbers(trail)) == 1
            long += 1
    assert long <= sum(found.noted.values())


def test_a_step_that_is_too_long_stands_alone() -> None:
    """It is shown whole, between two labels, and noted; what comes after it is cut as ever."""
    forest = chain("a", "b", "long " * 40, "c", "d")
    found = windows(forest, tokens=24)
    assert [numbers(trail) for trail in found] == [[0, 1], [2], [3, 4]]
    assert [trail.runs[-1].note.closes for trail in found] == ["t · 1", "t · 2", ""]
    assert (found.noted, found.skipped) == ({"longer than tokens": 1}, {})


def test_tokens_are_counted_by_what_is_given() -> None:
    """A counter of one's own says how long a step is, its anchors and its line break included."""
    forest = chain(*"abcdefgh")
    forest["t"][1].anchor("norm")
    seen: list[str] = []

    def letters(texts: list[str]) -> np.ndarray[Any, Any]:
        seen.extend(texts)
        return np.array([len(text) for text in texts])

    found = windows(forest, tokens=20, count=letters)
    assert [numbers(trail) for trail in found] == [[0], [1], [2, 3, 4, 5, 6], [6, 7]]
    assert {"b [norm]", "t"} < set(seen)


@pytest.mark.parametrize(
    "given", [lambda texts: [1], lambda texts: ["a"] * len(texts), lambda texts: [0.5] * len(texts)]
)
def test_a_counter_that_miscounts_is_named(given: Callable[[list[str]], Any]) -> None:
    """What does not give one whole number a text is an error that says so."""
    with pytest.raises(OptionError, match="one whole number a text"):
        windows(chain("a", "b"), tokens=20, count=given)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=40), min_size=1, max_size=3), SIZES, REACHES)
def test_every_landmark_is_of_its_own(trees: list[list[int]], size: int, reach: int) -> None:
    """Every seam of a chain is a step whose text stands once in its tree, or a label that stands once in the forest."""
    forest = fl.Forest()
    for place, kinds in enumerate(trees):
        texts = [f"Own {number}." if kind == 0 else f"ТЕКСТ  {kind}" for number, kind in enumerate(kinds)]
        forest.plant(f"t{place}", "Root.").root.chain(texts)
    labels = []
    for before, after in pairwise(windows(forest, size=size, reach=reach)):
        if before.runs[0].tree != after.runs[0].tree:
            continue
        closed, opened = before.runs[-1].note.closes, after.runs[0].note.opens
        assert closed == opened
        texts = Counter(folded(node.text) for node in forest[before.runs[0].tree])
        new = numbers(before)[before.context :]
        near = new[-1 - min(reach, len(new) // 2) :]
        if closed:
            labels.append(closed)
            assert after.context == 0
            assert all(texts[folded(forest[before.runs[0].tree][number].text)] > 1 for number in near)
        else:
            assert numbers(before)[-1:] == numbers(after)[: after.context]
            assert texts[folded(forest[before.runs[0].tree][numbers(after)[0]].text)] == 1
    assert len(set(labels)) == len(labels)


def test_the_last_step_is_said_again() -> None:
    """Where its text stands nowhere else, the last step of a window is the first of the next one."""
    assert said(chain("a", "b", "c", "d", "e"), size=3) == [["a", "b", "c"], ["c", "d", "e"]]


def test_a_seam_moves_back_to_a_step_of_its_own() -> None:
    """Where the last step's text stands elsewhere, case and ё apart, the seam is the nearest one before it."""
    forest = chain("a", "b", "Ещё", "d", "еще", "f")
    assert said(forest, size=3, reach=1) == [["a", "b"], ["b", "Ещё", "d"], ["d", "еще", "f"]]
    assert said(forest, size=3, reach=0) == [["a", "b", "Ещё", "[t · 1]"], ["[t · 1]", "d", "еще", "f"]]


def test_a_label_is_said_on_both_sides() -> None:
    """Where no step near the seam is a landmark, a label of the tree's own closes one window and opens the next."""
    forest = chain(*"aaaaaaa")
    assert said(forest, size=3) == [
        ["a", "a", "a", "[t · 1]"],
        ["[t · 1]", "a", "a", "a", "[t · 2]"],
        ["[t · 2]", "a"],
    ]


def test_overlap_repeats_steps_and_says_no_label() -> None:
    """With `overlap=K` each window begins with the last K steps of the one before it, whatever they say."""
    assert said(chain(*"aaabbbccc"), size=4, overlap=2) == [list("aaab"), list("abbb"), list("bbcc"), list("ccc")]


def test_a_side_branch_begins_at_its_fork() -> None:
    """The longest way comes first; a side branch begins with the fork, or where that is none, at a landmark near it."""
    forest = fl.Forest()
    fork = forest.plant("t", "a").root.then("b")
    fork.then("aside")
    fork.chain(["c", "d"])
    assert said(forest) == [["a", "b", "c", "d"], ["b", "aside"]]
    fork.then("b")
    assert said(forest) == [["a", "b", "c", "d"], ["a", "b", "aside"], ["a", "b", "b"]]


def test_a_side_branch_begins_at_a_label() -> None:
    """A fork at a seam without a step of its own has the label of that seam."""
    forest = fl.Forest()
    fork = forest.plant("t", "a").root.then("a")
    fork.chain(["a", "a"])
    fork.then("b")
    assert said(forest, size=2) == [["a", "a", "[t · 1]"], ["[t · 1]", "a", "a"], ["[t · 1]", "b"]]


def test_a_later_window_is_asked_for_from_its_landmark() -> None:
    """In a chat the landmark is part of what is asked: the tree's name, the step or the label, and to go on."""
    corpus = chain("а", "б", "в", "г").linearize(
        "chat", walkers={"windows": {"share": 1, "size": 3}}, order="forest", style=fl.Style()
    )
    turns = [[turn["content"] for turn in sample["messages"]] for sample in corpus]
    assert turns == [["t\nРассуждай об этом шаг за шагом.", "а\nб\nв"], ["t\nв\nПродолжай отсюда.", "г"]]
    [_, labelled] = chain(*"яяя").linearize("chat", walkers={"windows": {"share": 1, "size": 2}}, order="forest")
    assert labelled["messages"][0]["content"] == "t\n[t · 1]\nПродолжай отсюда."


def test_a_short_reasoning_is_one_window() -> None:
    """A tree of one step and a path that fits are one window without a landmark; no tree gives no window."""
    assert said(chain("a")) == [["a"]]
    assert said(chain("a", "a", "a"), size=3) == [["a", "a", "a"]]
    assert len(windows(fl.Forest())) == 0
    with pytest.raises(UnknownWalkError, match="0 windows"):
        windows(fl.Forest())[0]


@pytest.mark.parametrize(
    "options",
    [
        {"size": 1},
        {"tokens": 1},
        {"tokens": True},
        {"count": 3},
        {"size": 2.5},
        {"reach": -1},
        {"overlap": -1},
        {"overlap": True},
        {"size": 4, "overlap": 4},
    ],
)
def test_options_are_checked_where_they_are_given(options: dict[str, Any]) -> None:
    """A window holds two steps or more, and repeats fewer than it holds."""
    with pytest.raises(OptionError, match=next(reversed(options))):
        fl.Forest().linearize("text", walkers={"windows": {"share": 1, **options}})


@pytest.mark.parametrize("options", [{}, {"size": 2, "reach": 0}, {"overlap": 3}, {"tokens": 40}])
def test_it_keeps_the_promises_of_a_walker(options: dict[str, Any]) -> None:
    """The checks for authors of plug-ins pass."""
    check_walker("windows", **options)


@pytest.mark.parametrize("options", [{}, {"tokens": 200}])
@pytest.mark.parametrize("kinds", [1, 3, 1 << 30])
@pytest.mark.parametrize("levels", [1_000, 100_000])
def test_a_deep_chain_is_followed_from_end_to_end(levels: int, kinds: int, options: dict[str, int]) -> None:
    """The samples of a chain of any depth, shuffled, are put in order by their landmarks, and all steps are there."""
    texts = [f"Step {level % kinds}." for level in range(levels)]
    texts[0] = "root"
    samples = said(chain(*texts), **options)
    Random(7).shuffle(samples)  # noqa: S311
    after = {lines[0]: lines for lines in samples}
    here, steps = "root", ["root"]
    while True:
        lines = after[here][1:]
        steps += [line for line in lines if not line.startswith("[")]
        if len(steps) == levels:
            break
        here = lines[-1]
    assert (len(after), steps) == (len(samples), texts)


def test_twice_the_levels_take_twice_the_time(ratio: Callable[..., float]) -> None:
    """Cutting takes time in proportion to the steps, on a chain and on a comb whose side leaves come first."""
    made = {}
    for size in (20_000, 40_000):
        forest = made[size] = chain(*(f"Step {number % 999}." for number in range(size)))
        levels = [level for step in range(1, size // 2 + 1) for level in (step, step)]
        forest.plant("comb", "root").root.extend([f"s{number % 999}" for number in range(size)], levels)
    for options in ({}, {"tokens": 100}, {"tokens": 100, "overlap": 3}):
        assert ratio(lambda: windows(made[40_000], **options), lambda: windows(made[20_000], **options)) < 3  # noqa: B023


def test_the_plan_is_small() -> None:
    """What is kept is at most 16 bytes a step, also where every window adds one step and has a label."""
    forest = chain(*["a"] * 50_000)
    forest.plant("star", "r").root.branch(*["b", "c"] * 25_000)
    for tree in forest:
        tree.preorder().leaves  # noqa: B018
    tracemalloc.start()
    found = windows(forest, size=2, reach=0)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) > 70_000
    assert kept < 16 * 100_000 + 20_000
