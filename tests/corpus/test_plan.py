"""The plan: an order that follows from the seed alone, the same in any process and any part."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forestlib as fl
from forestlib import demo
from forestlib.corpus.crosses import crosses, is_crossing
from forestlib.errors import OptionError, PluginError
from forestlib.model.chance import permuted

TWO = {"paths": 0.6, "bridges": 0.4}
CODE = """
import hashlib, sys, forestlib as fl

TWO = {"paths": 0.6, "bridges": 0.4}
forest = fl.Forest("f")
for number in range(40):
    tree = forest.plant(f"t{number}", f"Root {number}.", role=None)
    for place, step in enumerate(tree.root.branch("One.", "Two.", "Three.")):
        step.anchor(f"q{number % 7}", f"q{place}", "z").branch("Left.", "Right.")
for name in ("text", "chat"):
    corpus = forest.linearize(name, walkers={"paths": 0.4, "bridges": {"share": 0.6, "jumps": 3}}, seed=7)
    print(hashlib.sha256(b"".join(corpus.lines())).hexdigest(), len(corpus))
"""


def test_two_processes_with_two_hash_seeds_give_the_same_bytes(in_python: Callable[..., bytes]) -> None:
    """The same forest and seed give the same bytes whatever the hash seed."""
    first, second = in_python(CODE, hash_seed="1"), in_python(CODE, hash_seed="2")
    assert first.count(b"\n") == 2
    assert first == second


def test_another_seed_gives_another_order_of_the_same_paths(forest: fl.Forest) -> None:
    """Two seeds give two orders of the same paths; one seed gives one."""
    texts = [[sample["text"] for sample in forest.linearize("text", walkers="paths", seed=seed)] for seed in (1, 2, 1)]
    assert texts[0] == texts[2] != texts[1]
    assert Counter(texts[0]) == Counter(texts[1])


def test_the_order_of_the_forest_is_kept_on_demand(forest: fl.Forest) -> None:
    """`order="forest"` lays the paths out in the order of trees and leaves."""
    found = [sample["text"] for sample in forest.linearize("text", walkers="paths", order="forest")]
    assert found == ["\n".join([tree.name, *shown(path)]) for tree in forest for path in tree.paths()]


def shown(path: tuple[fl.Node, ...]) -> list[str]:
    """Return the nodes of a path as the built-in style says them."""
    return [node.text + "".join(f" [{phrase}]" for phrase in node.anchors) for node in path]


@pytest.mark.parametrize("order", ["sorted", None, 1])
def test_an_order_that_is_none_is_an_error(order: Any, forest: fl.Forest) -> None:
    """An order is one of three words."""
    with pytest.raises(OptionError, match="'shuffled', 'forest', 'facts_then_bridges'"):
        forest.linearize("text", order=order)


@pytest.mark.parametrize("seed", [-1, 2**64, 1.0, "7", None, True])
def test_a_seed_is_a_whole_number(seed: Any, forest: fl.Forest) -> None:
    """A seed that is no whole number of 64 bits is an error."""
    with pytest.raises(OptionError, match="seed"):
        forest.linearize("text", seed=seed)


@pytest.mark.parametrize("order", ["shuffled", "forest"])
@pytest.mark.parametrize("size", [None, 5, 50, 10_000])
def test_no_walk_comes_twice(size: int | None, order: str, forest: fl.Forest) -> None:
    """A corpus never repeats a walk."""
    corpus = forest.linearize("text", TWO, size=size, order=order)
    crossed = [(walk.walker, tuple((step.at, step.kind) for step in walk.steps)) for walk in corpus.walks()]
    assert len(crossed) == len(corpus)
    assert len(set(crossed)) == len(crossed)


@pytest.mark.parametrize("order", ["shuffled", "forest"])
@pytest.mark.parametrize("name", ["text", "chat"])
def test_any_part_is_a_part_of_the_whole(name: str, order: str, forest: fl.Forest) -> None:
    """Samples and lines of any slice are those of the whole."""
    corpus = forest.linearize(name, seed=3, order=order)
    samples, lines = list(corpus), list(corpus.lines())
    assert [json.loads(line) for line in lines] == samples
    for begin, end in [(0, 1), (3, 17), (59, 60), (20, 20), (50, None), (0, 10_000), (70, 80)]:
        assert list(corpus.samples(begin, end)) == samples[begin:end]
        assert list(corpus.lines(begin, end)) == lines[begin:end]
    assert [corpus[place] for place in range(len(corpus))] == samples
    assert corpus[-1] == samples[-1]


@pytest.mark.parametrize(("begin", "end"), [(-2, None), (0, -1), (-5, -2)])
def test_places_before_the_first_count_from_the_end_or_are_refused(
    begin: int, end: int | None, in_python: Callable[..., bytes]
) -> None:
    """A negative place is read as Python reads it or refused by an error of ours; it never hangs."""
    code = f"""
import resource
resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
import forestlib as fl
forest = fl.Forest()
forest.plant("t", "a").root.branch(*"bcdefghi")
corpus = forest.linearize("text", walkers="paths")
try:
    print(list(corpus.samples({begin}, {end})) == list(corpus)[{begin}:{end}])
except fl.ForestlibError:
    print(True)
"""
    assert in_python(code, check=False) == b"True\n"


def test_a_part_is_the_same_from_a_pickle_in_another_process(
    forest: fl.Forest, tmp_path: Path, in_python: Callable[..., bytes]
) -> None:
    """A corpus that was pickled gives the same lines in another process."""
    corpus = forest.linearize("chat", walkers={"bridges": {"share": 1, "jumps": 2}}, seed=5, ask_jumps=True)
    list(corpus.lines(0, 3))
    (tmp_path / "corpus").write_bytes(pickle.dumps(corpus))
    code = "import pickle, sys; sys.stdout.buffer.writelines(pickle.load(open(sys.argv[1], 'rb')).lines(10, 40))"
    assert in_python(code, str(tmp_path / "corpus")) == b"".join(corpus.lines(10, 40))


def test_two_iterators_of_one_corpus_do_not_disturb_each_other(forest: fl.Forest) -> None:
    """Lines and samples drawn in turns are those drawn one after the other."""
    corpus = forest.linearize("text", seed=2)
    lines, samples = list(corpus.lines()), list(corpus)
    one, other, third = corpus.lines(), corpus.lines(7), iter(corpus)
    for place in range(len(corpus) - 7):
        assert (next(one), next(other), next(third)) == (lines[place], lines[place + 7], samples[place])


@settings(deadline=None)
@given(st.integers(1, 5_000), st.integers(0, 2**64 - 1))
def test_a_permutation_sends_each_place_somewhere_else(size: int, seed: int) -> None:
    """A permutation is one: every place is met once, and any part is that part of the whole."""
    whole = permuted(range(size), size, seed)
    assert sorted(whole.tolist()) == list(range(size))
    assert permuted(range(size // 2, size), size, seed).tolist() == whole[size // 2 :].tolist()


def test_a_saved_forest_is_laid_out_alike(tmp_path: Path) -> None:
    """Nodes appended out of preorder: the corpus has the same bytes before saving and after loading."""
    forest = fl.Forest("f")
    for number in range(4):
        tree = forest.plant(f"t{number}", "Root.")
        deep = tree.root.then("One.").then("Below.").anchor("norm")
        tree.root.then("Two.").anchor("choice")
        deep.then("Deeper, and late.").anchor("Choice", "norm")
        tree.root.then("Three.").then("Four.").anchor("Norm")
    again = fl.load(forest.save(tmp_path / "f.jsonl"))
    for name in ("text", "chat"):
        one, other = (list(each.linearize(name, seed=4).lines()) for each in (forest, again))
        assert one == other
        assert len(one) > 10


class TestTheForestChanges:
    """A corpus whose forest has changed gives no more samples."""

    CHANGES = pytest.mark.parametrize(
        "change",
        [
            pytest.param(lambda forest: forest.plant("new", "a"), id="plant"),
            pytest.param(lambda forest: forest.plant("t1", "a", replace=True), id="replace"),
            pytest.param(lambda forest: forest["t0"].root.then("more"), id="then"),
            pytest.param(lambda forest: forest["t0"].root.anchor("more"), id="mark"),
            pytest.param(lambda forest: forest["t0"].root.extend(["a", "b"]), id="extend"),
            pytest.param(lambda forest: forest.anchor("norm", aliases=["choice"]), id="declare an alias"),
            pytest.param(lambda forest: forest.anchor("NORM"), id="declare a text"),
            pytest.param(lambda forest: forest.merge(declaring("NORM")), id="merge declarations"),
            pytest.param(lambda forest: forest.merge(planted("new")), id="merge trees"),
        ],
    )

    @CHANGES
    def test_any_change_is_met(self, change: Callable[[fl.Forest], Any], forest: fl.Forest) -> None:
        """After a change every way to samples raises; made anew, the corpus gives them."""
        corpus = forest.linearize("text")
        change(forest)
        for ask in (iter, list, fl.Corpus.lines, fl.Corpus.walks, fl.Corpus.preview, fl.Corpus.count, lambda it: it[0]):
            with pytest.raises(fl.errors.ForestChangedError):
                ask(corpus)
        assert len(list(forest.linearize("text"))) > 0

    @CHANGES
    def test_a_change_in_the_middle_is_met(self, change: Callable[[fl.Forest], Any], forest: fl.Forest) -> None:
        """Iterating that had begun before a change raises too, so that no corpus shows two states of a forest."""
        corpus = forest.linearize("text")
        for begun in (iter(corpus), corpus.lines(), corpus.walks()):
            next(begun)
        change(forest)
        with pytest.raises(fl.errors.ForestChangedError):
            list(begun)

    def test_declarations_that_are_merged_are_seen(self, forest: fl.Forest) -> None:
        """A forest that merged another one's declared anchors knows them at once."""
        assert forest.anchors["norm"].text == "norm"
        forest.merge(declaring("NORM"))
        assert forest.anchors["norm"].text == "NORM"

    def test_asking_is_no_change(self, forest: fl.Forest) -> None:
        """Questions, reports, saving and other corpora change nothing."""
        corpus = forest.linearize("text")
        samples = list(corpus)
        forest.report()
        list(forest.find("one"))
        forest.copy().plant("new", "a")
        forest.linearize("chat").count()
        assert list(corpus) == samples


def declaring(text: str) -> fl.Forest:
    """Return a forest that declares an anchor and has no tree."""
    forest = fl.Forest()
    forest.anchor(text)
    return forest


def planted(name: str) -> fl.Forest:
    """Return a forest of one tree."""
    forest = fl.Forest()
    forest.plant(name, "a")
    return forest


def test_the_forests_own_order_holds_for_a_part_of_the_walks() -> None:
    """With `order="forest"` walks stand in their walker's order also where only some of them are taken."""
    forest = fl.Forest()
    for number in range(30):
        forest.plant(f"t{number:02}", "A root.").root.anchor("norm").then("A step.")
    corpus = forest.linearize("text", {"bridges": 1}, size=50, order="forest")
    targets = [walk.crossings[0].target[0] for walk in corpus.walks()]
    assert targets == sorted(targets)
    assert len(set(targets)) == 30


def crossing(walk: Any) -> bool:
    """Whether a walk shows two trees, or asks about them."""
    trees = {step.at[0] for step in walk.steps if step.at is not None}
    return len(trees | ({walk.ask.start[0], walk.ask.goal[0]} if walk.ask else set())) > 1


class TestFactsThenBridges:
    """`order="facts_then_bridges"`: all walks in one tree before all that show two."""

    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(
            st.sampled_from(["paths", "crops", "bridges", "identity", "questions", "contrast", "whole", "tours"]),
            min_size=1,
            max_size=4,
            unique=True,
        ),
        st.integers(1, 80),
        st.integers(0, 99),
    )
    def test_facts_come_first(self, names: list[str], size: int, seed: int) -> None:
        """No walk in one tree follows one that shows two; they are the walks of the shuffled corpus, shuffled anew."""
        forest = fl.Forest()
        for number in range(5):
            # The anchor that stands in one tree only gives identities in one tree.
            root = forest.plant(f"t{number}", f"Root {number}.").root.anchor("norm")
            for step in root.branch("One.", "Two."):
                step.anchor(f"own {number}").then("On.")
        fl.registry.serializers.add("steps", lambda walk: iter([{"text": "".join(map(repr, walk.steps))}]), needs=())
        try:
            mixed, sorted_ = (
                forest.linearize("steps", names, size=size, seed=seed, order=order)
                for order in ("shuffled", "facts_then_bridges")
            )
            kinds = [crossing(walk) for walk in sorted_.walks()]
            assert kinds == sorted(kinds)
            assert Counter(map(repr, mixed)) == Counter(map(repr, sorted_))
            assert [sorted_[place] for place in range(len(sorted_))] == list(sorted_)
        finally:
            fl.registry.serializers.forget("steps")

    def test_both_halves_are_shuffled(self, forest: fl.Forest) -> None:
        """Within the facts and within the bridges another seed gives another order."""
        one, other = (forest.linearize("text", TWO, seed=seed, order="facts_then_bridges") for seed in (1, 2))
        facts = one.plan.facts
        assert 0 < facts == other.plan.facts < len(one)
        for begin, end in ((0, facts), (facts, None)):
            assert list(one.lines(begin, end)) != list(other.lines(begin, end))
        assert set(one.lines(0, facts)) == set(other.lines(0, facts))

    def test_too_many_to_be_looked_at_count_as_crossing(
        self, forest: fl.Forest, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A walker whose walks do both counts as crossing where looking at each would take too long, and it is said."""
        monkeypatch.setattr("forestlib.corpus.planning.TOLD_APART", 1)
        corpus = forest.linearize("text", {"identity": {"share": 1, "places": 2}}, order="facts_then_bridges")
        assert corpus.plan.facts == 0
        assert [(short.wish, short.of) for short in corpus.plan.shortfalls] == [("order", "identity")]


class TestCrosses:
    """Whether a walker shows two trees in one sample: declared, or looked at."""

    @pytest.mark.parametrize("name", list(fl.registry.walkers))
    def test_what_a_walker_declares_is_so(self, name: str) -> None:
        """What each walker of the library declares holds of all its trails, of those that show two trees and others."""
        forest = demo.forest("ru")
        for options in ({}, {"inside": True}, {"topics": 2}):
            plugin = fl.registry.walkers[name]
            if not set(options) <= set(plugin.options):
                continue
            trails = plugin.function(forest, **options)
            found = {is_crossing(trails[place]) for place in range(min(len(trails), 300))}
            told = crosses(plugin, options, trails)
            assert "crosses" in plugin.traits
            assert told is None or found <= {told}

    @pytest.mark.parametrize(("names", "told"), [("one", False), ("two", True), ("both", None)])
    def test_a_walker_that_declares_nothing_is_looked_at(self, names: str, told: bool | None) -> None:
        """A few trails say of an undeclared walker whether it crosses; one of another package still works."""
        forest = fl.Forest()
        for name in ("God", "mind"):
            forest.plant(name, "A thought.").root.anchor("choice").then("On.")
        path = fl.Trail.of(forest["God"].root.path())
        jump = path.jump("choice", [forest["mind"].root])
        trails = {"one": [path], "two": [jump], "both": [path, jump]}[names]
        plugin = fl.registry.walkers.made("own", lambda forest: iter(trails))
        assert crosses(plugin, {}, trails) is told

    def test_a_trait_that_is_none_is_an_error(self) -> None:
        """A walker declares True, False or "some"."""
        plugin = fl.registry.walkers.made("own", lambda forest: iter([]), crosses="often")
        with pytest.raises(PluginError, match="crosses='often'"):
            crosses(plugin, {}, [])

    def test_walkers_of_one_tree_have_no_held_out_walks(self) -> None:
        """The held-out split is of the walkers that cross; with none of them there is no such split."""
        forest = demo.forest("ru")
        walkers = {"crops": 0.5, "bridges": 0.5}
        corpus = forest.linearize("text", walkers, size=50, hold_out={"pairs": 0.3})
        assert [part.walker for part in corpus.held_out().plan.parts] == ["bridges"]
        with pytest.raises(OptionError, match="No walker of this corpus shows two trees"):
            forest.linearize("text", "crops", size=50, hold_out={"pairs": 0.3}).held_out()


class TestLooks:
    """A sieve that refuses nearly everything is not looked through to its end."""

    def test_where_nearly_all_is_held_out_the_looks_are_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """So many walks are looked at, how many of how many is said, and what was found is given."""
        monkeypatch.setattr("forestlib.corpus.draw.LOOKS", 500)
        monkeypatch.setattr("forestlib.corpus.draw.LOOKS_A_WALK", 10)
        forest = fl.Forest()
        for number in range(300):
            forest.plant(f"t{number}", "Root.").root.anchor("hub").then("On.")
        corpus = forest.linearize("text", "bridges", size=80, hold_out={"pairs": 0.99})
        [part] = corpus.plan.parts
        assert part.looked == 800
        assert part.got + part.skipped["held out: pairs"] == 800
        assert 0 < part.got < 80
        assert "looked at 800 of 89,700" in str(corpus)
        assert len(list(corpus)) == part.got

    def test_all_of_too_many_is_refused(self, forest: fl.Forest, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without a size, all walks of a walker would be listed: too many of them are an error that asks for a size."""
        monkeypatch.setattr("forestlib.corpus.planning.LISTED", 100)
        assert len(forest.linearize("text", "bridges")) > 100
        with pytest.raises(OptionError, match="size=100_000"):
            forest.linearize("text", "bridges", hold_out={"pairs": 0.1})
        assert len(forest.linearize("text", "bridges", size=200, hold_out={"pairs": 0.1})) == 200
