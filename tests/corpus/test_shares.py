"""Shares: how many samples each walker gives."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.corpus.shares import apportioned, shares_of
from forestlib.errors import ForestlibError, OptionError, UnknownPluginError
from forestlib.tokens.counting import counter_of

WEIGHTS = st.lists(st.integers(1, 100), min_size=1, max_size=5).map(lambda parts: [part / sum(parts) for part in parts])


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[float], list[int]]:
    """Draw shares and how much is available for each."""
    shares = draw(WEIGHTS)
    return shares, draw(st.lists(st.integers(0, 500), min_size=len(shares), max_size=len(shares)))


def test_one_walker_may_have_two_shares(forest: fl.Forest) -> None:
    """A label after a colon tells two shares of one walker apart: each has its options, its count, its own order."""
    shares = {
        "bridges:near": {"share": 30, "before": 2, "after": 2},
        "bridges:far": {"share": 30, "before": 9, "after": 9},
        "paths": 40,
    }
    corpus = forest.linearize("text", walkers=shares, seed=7)
    parts = corpus.manifest().walkers
    assert list(parts) == ["bridges:near", "bridges:far", "paths"]
    assert parts["bridges:near"]["options"] == {"before": 2, "after": 2}
    assert parts["paths"]["got"] == sum(1 for tree in forest for _ in tree.leaves())
    assert {walk.walker for walk in corpus.walks()} == parts.keys()
    near = [walk for walk in corpus.walks() if walk.walker == "bridges:near"]
    assert len(near) == parts["bridges:near"]["got"] > 0
    assert max(sum(step.kind == "node" for step in walk.steps) for walk in near) <= 2 + 3


@pytest.mark.parametrize(
    ("walkers", "words"),
    [
        ({"brdges:up": 1}, "Did you mean 'bridges'"),
        ({"bridges:": 1}, "no label after it"),
        ({"bridges: ": 1}, "no label after it"),
        (["bridges:up", "bridges:up"], "different names"),
        ({"bridges:up": {"share": 1, "befor": 2}}, "'befor'"),
    ],
)
def test_a_wrong_label_is_an_error_on_its_line(forest: fl.Forest, walkers: Any, words: str) -> None:
    """An unknown walker before the colon, and no label after it, are said."""
    with pytest.raises(ForestlibError, match=words):
        forest.linearize("text", walkers=walkers)


@given(cases(), st.integers(1, 3_000))
def test_a_size_is_shared_out_and_refilled(case: tuple[list[float], list[int]], size: int) -> None:
    """What is asked sums to the size in proportion; what is got is all that there is, or the size."""
    shares, available = case
    counts = apportioned(shares, available, size)
    asked, got = [one for one, _ in counts], [one for _, one in counts]
    assert sum(asked) == size
    assert all(abs(one - share * size) < 1 for one, share in zip(asked, shares, strict=True))
    assert all(0 <= one <= most for one, most in zip(got, available, strict=True))
    assert sum(got) == min(size, sum(available))
    assert all(one >= min(want, most) for one, want, most in zip(got, asked, available, strict=True))


@given(cases())
def test_without_a_size_the_fullest_walker_is_gone_through_once(case: tuple[list[float], list[int]]) -> None:
    """Without a size the walker with the largest count by share gives all that it has, and nobody more than asked."""
    shares, available = case
    counts = apportioned(shares, available, None)
    fullest = max(range(len(shares)), key=lambda place: available[place] / shares[place])
    assert counts[fullest] == (available[fullest], available[fullest])
    assert all(got == min(asked, most) for (asked, got), most in zip(counts, available, strict=True))


@given(cases(), st.data())
def test_the_walker_that_is_gone_through_once_sets_the_rest(case: tuple[list[float], list[int]], data: Any) -> None:
    """With paths among the walkers every path is laid out once and the others follow their shares."""
    shares, available = case
    once = data.draw(st.integers(0, len(shares) - 1))
    counts = apportioned(shares, available, None, once)
    if available[once]:
        assert counts[once] == (available[once], available[once])
        whole = available[once] / shares[once]
        assert all(abs(asked - whole * share) <= 0.5 + 1e-6 for (asked, _), share in zip(counts, shares, strict=True))


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (
            None,
            {
                "paths": 0.315,
                "crops": 0.315,
                "bridges": 0.148,
                "questions:back": 0.1295,
                "questions:forth": 0.074,
                "questions:link": 0.0185,
            },
        ),
        ("bridges", {"bridges": 1.0}),
        (["paths", "bridges"], {"paths": 0.5, "bridges": 0.5}),
        (("paths",), {"paths": 1.0}),
        ({"paths": 60, "bridges": 40}, {"paths": 0.6, "bridges": 0.4}),
        ({"bridges": {"share": 1, "before": 4}}, {"bridges": 1.0}),
        ((name for name in ("paths", "bridges")), {"paths": 0.5, "bridges": 0.5}),
    ],
)
def test_walkers_are_said_in_several_forms(given: Any, wanted: dict[str, float]) -> None:
    """A name, a list of names, shares of 1 or of 100, and shares with options are all accepted."""
    assert {share.walker: share.share for share in shares_of(given)} == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "No walker"),
        ([], "No walker"),
        ({"paths": 0.5, "bridges": 0.4}, "sum to 0.9"),
        ({"paths": 0, "bridges": 1}, "above 0"),
        ({"paths": -1, "bridges": 2}, "above 0"),
        ({"paths": "1"}, "got '1'"),
        ({"paths": True}, "got True"),
        ({"paths": None}, "got None"),
        ({"paths": float("nan")}, "got nan"),
        ({"paths": {"before": 3}}, "share"),
        ({"bridges": {"share": 1, "befor": 3}}, "befor"),
        ({"bridges": {"share": 1, "seed": 3}}, "seed"),
        ("pths", "paths"),
        ({"pths": 1}, "paths"),
        ([1], "a list of different names"),
        (["paths", "paths"], "paths"),
        (5, "5"),
        ([["paths"]], "paths"),
    ],
)
def test_walkers_that_are_none_are_errors(given: Any, words: str, forest: fl.Forest) -> None:
    """Anything else is an error of ours on the line of `linearize`, and it names the value."""
    with pytest.raises(ForestlibError, match=words):
        forest.linearize("text", walkers=given)


def test_a_walker_that_nobody_gave_is_named(forest: fl.Forest) -> None:
    """A typo in a walker's or serializer's name says the nearest right one."""
    with pytest.raises(UnknownPluginError, match="Did you mean 'bridges'"):
        forest.linearize("text", walkers="bridgs")
    with pytest.raises(UnknownPluginError, match="Did you mean 'chat'"):
        forest.linearize("chta")


@pytest.mark.parametrize("size", [0, -1, 1.0, "5", True])
def test_a_size_is_a_number_of_samples(size: Any, forest: fl.Forest) -> None:
    """A size that is no whole number from 1 up is an error."""
    with pytest.raises(OptionError, match="size"):
        forest.linearize("text", size=size)


@pytest.mark.parametrize("size", [10**19, 10**400], ids=["10^19", "10^400"])
def test_a_size_beyond_all_walks_gives_all_walks(size: int, forest: fl.Forest) -> None:
    """A size that no forest has gives every walk once."""
    corpus = forest.linearize("text", size=size)
    assert len(corpus) == sum(part.available for part in corpus.plan.parts)


def test_the_default_lays_every_path_out_once(forest: fl.Forest) -> None:
    """Without a size every root-to-leaf path is laid out once, and the rest comes in proportion, as far as it goes."""
    corpus = forest.linearize("text")
    asked = {part.walker: part.asked for part in corpus.plan.parts}
    assert asked == {share.walker: round(36 / 0.315 * share.share) for share in shares_of(None)}
    assert corpus.plan.parts[0].got == 36
    assert len(forest.linearize("text", size=10)) == 10


class TestShareByTokens:
    """Shares of tokens: each walker's walks are as many as its share holds of their mean."""

    @staticmethod
    def forest() -> fl.Forest:
        """Return long paths and short bridges."""
        forest = fl.Forest()
        for number in range(40):
            tree = forest.plant(f"t{number}", "Root.").root.anchor("hub")
            for _ in range(3):
                tree.chain(f"A step of many words, number {step}." for step in range(60))
        return forest

    @pytest.mark.parametrize("count", [None, lambda text: list(map(ord, text)), lambda text: [0]])
    def test_tokens_come_in_their_shares(self, count: Any) -> None:
        """Of the tokens that samples have each walker has about its share, and the estimate says so."""
        shares = {"paths": 0.5, "bridges": 0.5}
        corpus = self.forest().linearize("text", shares, size=200, share_by="tokens", tokenizer=count)
        counter, spent = counter_of(count), {"paths": 0, "bridges": 0}
        for walk in corpus.walks():
            spent[walk.walker] += int(counter([step.text for step in walk.steps]).sum())
        assert spent["paths"] / sum(spent.values()) == pytest.approx(0.5, abs=0.03)
        for walker, row in corpus.manifest().walkers.items():
            assert row["tokens"]["got"] == pytest.approx(spent[walker], rel=0.03)
            assert row["tokens"]["asked"] == pytest.approx(sum(spent.values()) / 2, rel=0.03)
        assert "tokens, estimated: asked" in str(corpus)

    def test_by_samples_is_the_default(self) -> None:
        """Without a word shares are of samples, and no tokens are counted."""
        forest = self.forest()
        one, other = (forest.linearize("text", size=60, **said) for said in ({}, {"share_by": "samples"}))
        assert list(one.lines()) == list(other.lines())
        assert "tokens" not in one.manifest().walkers["paths"]

    def test_a_walker_that_counts_gets_the_counter(self) -> None:
        """A walker that takes `count` is given what the recipe's tokenizer counts; to give it oneself is an error."""
        seen = []

        @fl.walker("counting", crosses=False)
        def counting(forest: fl.Forest, *, count: Any = None) -> Any:
            """Give the paths, having counted."""
            seen.append(count(["ab", "c"]).tolist())
            yield from (fl.Trail.of(path) for tree in forest for path in tree.paths())

        try:
            self.forest().linearize("text", "counting", tokenizer=lambda text: list(map(ord, text)))
            with pytest.raises(OptionError, match="no option 'count'"):
                self.forest().linearize("text", {"counting": {"share": 1, "count": len}})
        finally:
            fl.registry.walkers.forget("counting")
        assert seen == [[2, 1]]

    @pytest.mark.parametrize(
        ("wish", "words"),
        [({"share_by": "token"}, "Did you mean 'tokens'"), ({"share_by": "tokens", "tokenizer": 7}, "got 7")],
    )
    def test_what_is_no_unit_and_no_tokenizer_is_an_error(self, wish: Any, words: str, forest: fl.Forest) -> None:
        """Shares are of samples or of tokens, and a tokenizer is one."""
        with pytest.raises(ForestlibError, match=words):
            forest.linearize("text", **wish)
