"""No leak: whatever is held out, no walker shows it, and the recount sees it wherever it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

import forestlib as fl
from forestlib.corpus.holdouts import KINDS, HoldOuts
from forestlib.corpus.recount import exposure_of
from forestlib.errors import EmptyCorpusError, LeakError
from forestlib.model.walk import Ask, Run, Walk
from forestlib.registry import serializers, walkers

SHARES = st.fixed_dictionaries({}, optional={kind: st.sampled_from([0.2, 0.5, 0.8]) for kind in KINDS})
# Every walker of the library, with options that let several trees or one anchor come into one sample.
MANY: dict[str, dict[str, Any]] = {
    "breadth": {},
    "bridges": {"jumps": 3},
    "contrast": {"hard": "axes"},
    "crops": {"size": 4, "self_jumps": 1},
    "identity": {"places": 5, "around": 1},
    "paths": {},
    "questions": {"jumps": 2},
    "questions:link": {"direction": "link"},
    "questions:inside": {"inside": True},
    "reversed": {},
    "schema": {"topics": 2},
    "siblings": {},
    "stitched": {"trees": 4},
    "tours": {"again": True},
    "verdicts": {"from_siblings": True},
    "whole": {},
    "windows": {"size": 3},
}
PHRASES = ["hub", "choice", "Choice", "loss"]
STEP = st.tuples(st.integers(0, 9), st.lists(st.sampled_from(PHRASES), max_size=2), st.sampled_from(["a", "b", "c"]))


@st.composite
def forests(draw: st.DrawFn) -> fl.Forest:
    """Draw a forest with a hub, with texts and phrases that are the same in several trees, and trees of one node."""
    forest = fl.Forest()
    for number in range(draw(st.integers(2, 6))):
        tree = forest.plant(f"t{number}", "Root.", draw(st.sampled_from([None, ["causality"], ["paradox"]])))
        tree.root.anchor("hub")
        for place, (above, phrases, text) in enumerate(draw(st.lists(STEP, max_size=6))):
            nodes = list(tree.nodes())
            fields = {"stage": text, "score": place / 7, "label": place % 3 > 0}
            nodes[above % len(nodes)].then(f"Step {text}.", **fields).anchor(*phrases)
    return forest


def anything() -> Any:
    """Return a serializer that takes every walk, as its nodes' texts."""

    def said(walk: fl.Walk) -> Iterator[fl.Sample]:
        yield {"text": [step.text for step in walk.steps]}

    return said


def laid_out(forest: fl.Forest, names: list[str], **options: Any) -> fl.Corpus:
    """Return a corpus of some walkers."""
    shares = {name: {"share": 1 / len(names), **MANY[name]} for name in names}
    try:
        return forest.linearize("anything", walkers=shares, size=60, **options)
    except EmptyCorpusError:
        reject()


@pytest.fixture(autouse=True)
def _anything() -> Iterator[None]:
    serializers.add("anything", anything(), needs=())
    yield
    serializers.forget("anything")


def leaks(forest: fl.Forest, walk: Walk, held: HoldOuts) -> bool:
    """Return whether a walk shows anything held out, by looking at every two nodes that it shows or quotes."""
    places = {step.at for step in walk.steps if step.at is not None}
    places |= {walk.ask.start, walk.ask.goal} if walk.ask else set()
    trees = {tree for tree, _ in places}
    key_of = forest.anchors.key_of
    named = {crossing.anchor for crossing in walk.crossings}
    named |= {key_of(walk.ask.anchor)} if walk.ask and walk.ask.anchor else set()
    found = [held.holds_tree(tree) for tree in trees if named or len(trees) > 1]
    found += [held.reason(anchor, tree, tree) is not None for anchor in named for tree in trees]
    for one, other in combinations(sorted(places), 2):
        if one[0] != other[0]:
            both = ({*map(key_of, forest[tree][number].anchors)} for tree, number in (one, other))
            found += [held.reason(anchor, one[0], other[0]) is not None for anchor in set.intersection(*both)]
            found.append(held.holds_pair(one[0], other[0]))
    return any(found)


def test_every_walker_is_tried() -> None:
    """The walkers of these tests are all that the library has."""
    assert {name.partition(":")[0] for name in MANY} == {
        name for name in walkers if walkers.source_of(name).startswith("forestlib.")
    }


@settings(max_examples=150, deadline=None)
@given(
    forests(), SHARES, st.lists(st.sampled_from(sorted(MANY)), min_size=1, max_size=5, unique=True), st.integers(0, 99)
)
def test_no_walker_shows_what_is_held_out(
    forest: fl.Forest, shares: dict[str, float], names: list[str], seed: int
) -> None:
    """Recipes drawn at random over all walkers: no walk shows a held-out bridge, pair, anchor or tree."""
    corpus = laid_out(forest, names, seed=seed, hold_out=shares)
    assert not [walk for walk in corpus.walks() if leaks(forest, walk, corpus.hold_outs)]
    corpus.exposure().check(corpus.hold_outs)


@settings(max_examples=150, deadline=None)
@given(forests(), SHARES, st.sampled_from(sorted(MANY)), st.integers(0, 99))
def test_the_recount_sees_every_leak(forest: fl.Forest, shares: dict[str, float], name: str, seed: int) -> None:
    """Of walks that nobody sifted the recount says of each one whether it leaks, as looking at every two nodes does."""
    held = HoldOuts(**shares, seed=seed)
    for walk in laid_out(forest, [name], seed=seed).walks():
        exposure = exposure_of(forest, [walk])
        if leaks(forest, walk, held):
            with pytest.raises(LeakError):
                exposure.check(held)
        else:
            exposure.check(held)


@settings(max_examples=60, deadline=None)
@given(forests(), SHARES, st.sampled_from(sorted(MANY)), st.integers(0, 99))
def test_what_is_held_out_is_what_leaks(forest: fl.Forest, shares: dict[str, float], name: str, seed: int) -> None:
    """The corpus and its held-out split are all walks, and every walk of the split shows something held out."""
    corpus = laid_out(forest, [name], seed=seed, hold_out=shares)
    held = corpus.hold_outs
    kept = sum(not leaks(forest, walk, held) for walk in laid_out(forest, [name], seed=seed).walks())
    assert len(corpus) >= min(kept, 60)
    if shares and corpus.plan.parts[0].crosses is not False:
        assert all(leaks(forest, walk, held) for walk in corpus.held_out(size=60).walks())


def quoting(forest: fl.Forest) -> Iterator[fl.Trail]:
    """Show one tree, and quote another one in the question only."""
    yield fl.Trail((Run("God", (range(2),)),), ask=Ask("back", ("mind", 0), ("God", 1), ""))


@pytest.mark.parametrize("kind", ["pairs", "trees", "anchors", "bridges"])
def test_what_only_a_question_quotes_is_read(kind: str) -> None:
    """A walk that shows one tree and quotes a node of another one leaks as if it showed both."""
    forest = fl.Forest()
    for name in ("God", "mind"):
        forest.plant(name, f"{name} thinks.").root.anchor("choice").then(f"More on {name}.")
    walkers.add("quoting", quoting)
    try:
        [walk] = forest.linearize("text", "quoting").walks()
        with pytest.raises(EmptyCorpusError, match=f"held out: {kind}"):
            forest.linearize("text", "quoting", hold_out={kind: 1.0})
    finally:
        walkers.forget("quoting")
    with pytest.raises(LeakError, match=kind):
        exposure_of(forest, [walk]).check(HoldOuts(**{kind: 1.0}))


def test_a_held_out_tree_stands_alone() -> None:
    """A tree held out is neither a contrast's negative nor beside another topic; alone its steps are still taught."""
    forest = fl.Forest()
    for number in range(30):
        tree = forest.plant(f"t{number}", f"Root {number}.", stage="premise")
        tree.root.anchor("choice").then(f"Step {number}.", stage="consequence")
    for name in ("contrast", "schema"):
        corpus = laid_out(forest, [name], hold_out={"trees": 0.2})
        held = {tree.name for tree in forest if corpus.hold_outs.holds_tree(tree.name)}
        assert held
        assert len(corpus)
        assert not {step.at[0] for walk in corpus.walks() for step in walk.steps if step.at} & held
    alone = {walk.steps[0].text for walk in laid_out(forest, ["paths"], hold_out={"trees": 0.2}).walks()}
    assert alone == {tree.name for tree in forest}
