"""Hold-outs: what is held out of a corpus occurs in none of its samples, and is what the other split shows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

import forestlib as fl
from forestlib import demo
from forestlib.corpus.holdouts import KINDS, HoldOuts, hold_outs_of
from forestlib.errors import EmptyCorpusError, LeakError, OptionError, PluginError
from forestlib.model.walk import Walk

SHARES = st.fixed_dictionaries({}, optional={kind: st.sampled_from([0.1, 0.3, 0.6]) for kind in KINDS})


@st.composite
def forests(draw: st.DrawFn) -> fl.Forest:
    """Draw a forest of small trees whose nodes share a few anchors."""
    forest = fl.Forest()
    for number in range(draw(st.integers(2, 7))):
        tree = forest.plant(f"tree {number}", f"Root {number}.")
        for step in range(draw(st.integers(0, 5))):
            node = draw(st.sampled_from(list(tree.nodes()))).then(f"Step {number}.{step}.")
            node.anchor(*draw(st.lists(st.sampled_from(["choice", "hour", "loss", "norm"]), max_size=2, unique=True)))
        tree.root.anchor(draw(st.sampled_from(["choice", "hour"])))
    return forest


def shown_by(forest: fl.Forest, walk: Walk) -> tuple[set[tuple[str, str, str]], set[tuple[str, str]]]:
    """Return the bridges that a walk shows, and the pairs of trees that meet in it, by asking the forest anew."""
    nodes = [(step.at[0], forest[step.at[0]][step.at[1]]) for step in walk.steps if step.at is not None]
    bridges, pairs = set(), set()
    for (one, mine), (other, theirs) in combinations(nodes, 2):
        if one != other:
            pairs.add((min(one, other), max(one, other)))
            bridges |= {(key, *sorted((one, other))) for key in set(mine.anchors) & set(theirs.anchors)}
    return bridges, pairs  # type: ignore[return-value]


@settings(max_examples=60, deadline=None)
@given(forests(), SHARES, st.integers(0, 99), st.integers(1, 3))
def test_nothing_held_out_is_shown(forest: fl.Forest, shares: dict[str, float], seed: int, jumps: int) -> None:
    """Whatever is held out, no walk shows a held-out bridge nor lets a held-out pair of trees meet."""
    walkers = {"paths": 0.5, "bridges": {"share": 0.5, "jumps": jumps}}
    corpus = forest.linearize("text", walkers, seed=seed, hold_out=shares)
    held = corpus.hold_outs
    for walk in corpus.walks():
        bridges, pairs = shown_by(forest, walk)
        assert not [bridge for bridge in bridges if held.reason(*bridge)]
        assert not [pair for pair in pairs if held.holds_pair(*pair)]
    corpus.exposure().check(held)


@settings(max_examples=40, deadline=None)
@given(forests(), st.sampled_from(KINDS), st.integers(0, 99))
def test_the_held_out_split_shows_only_what_is_held_out(forest: fl.Forest, kind: str, seed: int) -> None:
    """Every walk of the other split shows something that is held out, and both together are all walks."""
    walkers = {"bridges": 1.0}
    try:
        corpus = forest.linearize("text", walkers, seed=seed, size=10_000, hold_out={kind: 0.4})
    except EmptyCorpusError:
        reject()
    other = corpus.held_out(kind, size=10_000)
    every = forest.linearize("text", walkers, seed=seed, size=10_000)
    assert Counter(map(_places, every.walks())) == Counter(map(_places, (*corpus.walks(), *other.walks())))
    for walk in other.walks():
        bridges, pairs = shown_by(forest, walk)
        assert any(corpus.hold_outs.reason(*bridge) for bridge in bridges) or any(
            corpus.hold_outs.holds_pair(*pair) for pair in pairs
        )


def _places(walk: Walk) -> tuple[Any, ...]:
    return tuple(step.at or step.text for step in walk.steps)


def test_a_hold_out_depends_on_names_alone() -> None:
    """Another tree changes nothing of what is held out among the others, in either direction."""
    held = HoldOuts(bridges=0.3, pairs=0.3, anchors=0.3, trees=0.3, seed=5)
    names = [f"tree {number}" for number in range(30)]
    for one, other in combinations(names, 2):
        assert held.reason("choice", one, other) == held.reason("choice", other, one)
    shares = [sum(held.holds_pair(*pair) for pair in combinations(names, 2)) / 435]
    assert 0.2 < shares[0] < 0.4


def test_a_corpus_without_hold_outs_is_as_it_was() -> None:
    """Shares of nothing change no byte."""
    forest = demo.forest("ru")
    plain, none = (forest.linearize("chat", seed=3, size=200, **kind) for kind in ({}, {"hold_out": {"pairs": 0.0}}))
    assert list(plain.lines()) == list(none.lines())


def test_what_is_left_out_is_counted_and_others_fill_its_place() -> None:
    """With everything held out no bridge is drawn, the count says so, and paths fill the size as far as they go."""
    forest = demo.forest("ru")
    corpus = forest.linearize("text", {"paths": 0.5, "bridges": 0.5}, size=100, hold_out={"anchors": 1.0})
    bridges = next(part for part in corpus.plan.parts if part.walker == "bridges")
    assert (bridges.asked, bridges.got, len(corpus)) == (50, 0, 100)
    assert bridges.skipped["held out: anchors"] == bridges.available


def test_writing_counts_anew_and_writes_the_other_split(tmp_path: Path) -> None:
    """A written corpus has both files, and its manifest says what is held out."""
    corpus = demo.forest("ru").linearize("text", size=300, hold_out={"pairs": 0.3})
    written = corpus.write(tmp_path)
    assert [path.name for path in written] == ["train.jsonl", "held_out.jsonl", "manifest.json", "README.md"]
    manifest = json.loads(written[2].read_bytes())
    assert manifest["held_out"] == {"pairs": 0.3}
    for path in written[:2]:
        assert manifest["files"][path.name]["sha256"] == sha256(path.read_bytes()).hexdigest()
    train, held = (set(path.read_text("utf-8").splitlines()) for path in written[:2])
    assert held
    assert not train & held


def test_a_leak_is_loud(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A planner that lets something through is caught by the count, before anything is written."""
    corpus = demo.forest("ru").linearize("text", {"bridges": 1.0}, size=200)
    corpus.hold_outs = HoldOuts(pairs=0.5)
    with pytest.raises(LeakError, match="pairs"):
        corpus.write(tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("wrong", [{"paris": 0.1}, {"pairs": 2}, {"pairs": True}, {"pairs": "all"}, 0.1, ["pairs"]])
def test_a_wrong_hold_out_is_named(wrong: Any) -> None:
    """What is no hold-out fails on its own line, with the value."""
    with pytest.raises(OptionError):
        hold_outs_of(wrong, 0)


def test_asking_for_what_is_not_held_out_is_an_error() -> None:
    """A corpus that holds nothing out, or nothing of that kind, or shows one tree a sample, has no such split."""
    forest = demo.forest("ru")
    with pytest.raises(OptionError, match="Nothing is held out"):
        forest.linearize("text", size=9).held_out()
    with pytest.raises(OptionError, match="'pairs'"):
        forest.linearize("text", size=9, hold_out={"pairs": 0.2}).held_out("trees")
    with pytest.raises(OptionError, match="bridges"):
        forest.linearize("text", "paths", hold_out={"pairs": 0.2}).held_out()


def test_an_identity_says_nothing_of_a_held_out_anchor() -> None:
    """Where an anchor stands is not asked of one that is held out, in one tree either."""
    forest = fl.Forest()
    tree = forest.plant("A", "A first thought.").root.anchor("x").then("A second one.").anchor("x").tree
    forest.plant("B", "Another thought.").root.anchor("x").then("On.")
    assert tree.name == "A"
    for kind in ("anchors", "trees"):
        with pytest.raises(EmptyCorpusError, match=f"held out: {kind}"):
            forest.linearize("text", {"identity": {"share": 1, "places": 2}}, hold_out={kind: 1.0})


def test_the_kind_of_a_held_out_walk_is_its_strongest() -> None:
    """What shows a held-out pair is of the pairs, though one of its bridges is held out as well."""
    forest = fl.Forest()
    for number in range(6):
        forest.plant(f"tree {number}", f"Root {number}.").root.anchor("x").then(f"Child {number}.").anchor("y")
    walkers = {"paths": 0.5, "stitched": {"share": 0.5, "trees": 3}}
    corpus = forest.linearize("text", walkers, hold_out={"pairs": 0.4, "bridges": 0.4})
    for walk in corpus.held_out("bridges").walks():
        assert not [pair for pair in shown_by(forest, walk)[1] if corpus.hold_outs.holds_pair(*pair)]


def test_a_later_writing_takes_away_what_an_earlier_one_held_out(tmp_path: Path) -> None:
    """A corpus that holds nothing out leaves no held-out samples of another one beside it."""
    forest = demo.forest("ru")
    forest.linearize("text", size=50, hold_out={"pairs": 0.3}).write(tmp_path)
    forest.linearize("text", size=50).write(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md", "manifest.json", "train.jsonl"]


@pytest.mark.parametrize("held", [{}, {"pairs": 0.5}])
@pytest.mark.parametrize("given", ["a text", fl.Trail(())])
def test_a_walker_that_gives_no_trail_is_named(held: dict[str, float], given: Any) -> None:
    """What is no trail, or an empty one, is an error that names the walker, with hold-outs and without."""
    forest = fl.Forest()
    forest.plant("God", "A thought.").root.then("Another.")
    good = fl.Trail.of(forest["God"].root.path())

    @fl.walker("odd")
    def odd(forest: fl.Forest) -> Iterator[Any]:
        """Give one trail, and then something else."""
        yield good
        yield given

    try:
        with pytest.raises(PluginError, match="odd"):
            list(forest.linearize("text", "odd", hold_out=held))
    finally:
        fl.registry.walkers.forget("odd")
