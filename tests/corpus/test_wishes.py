"""Wishes: at least, at most, balance and splits, each kept or counted, in the order of their precedence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

import forestlib as fl
from forestlib import demo
from forestlib.corpus.exposure import Exposure
from forestlib.corpus.holdouts import KINDS
from forestlib.corpus.slots import Slots, split_slots
from forestlib.corpus.wishes import SHOWN_KINDS
from forestlib.errors import EmptyCorpusError, ForestlibError, OptionError, UnknownAxisError

STEP = st.tuples(st.integers(0, 9), st.lists(st.sampled_from(["hub", "choice", "loss"]), max_size=2))
MANY: dict[str, dict[str, Any]] = {
    "bridges": {"jumps": 2},
    "contrast": {},
    "crops": {"size": 4, "self_jumps": 1},
    "identity": {"places": 3, "around": 1},
    "paths": {},
    "questions": {},
    "questions:link": {"direction": "link"},
    "reversed": {},
    "stitched": {"trees": 3},
    "tours": {},
    "whole": {},
    "windows": {"size": 3},
}
NAMES = st.lists(st.sampled_from(sorted(MANY)), min_size=1, max_size=4, unique=True)
TIMES = st.fixed_dictionaries({}, optional={"at_least": st.integers(1, 2), "at_most": st.integers(2, 5)})
BOUNDS = st.dictionaries(st.sampled_from(SHOWN_KINDS), TIMES.filter(bool), min_size=1, max_size=3)
HELD = st.fixed_dictionaries({}, optional={kind: st.sampled_from([0.2, 0.5]) for kind in KINDS})
AXES = st.sampled_from([None, ["causality"], ["paradox"], {"causality": 0.5, "religion": 0.5}, ["simulation"]])


@st.composite
def forests(draw: st.DrawFn) -> fl.Forest:
    """Draw a forest of a few small trees with a hub."""
    forest = fl.Forest()
    for number in range(draw(st.integers(2, 6))):
        tree = forest.plant(f"t{number}", "Root.", draw(AXES))
        tree.root.anchor("hub")
        for place, (above, phrases) in enumerate(draw(st.lists(STEP, max_size=8))):
            nodes = list(tree.nodes())
            nodes[above % len(nodes)].then(f"Step {place}.").anchor(*phrases)
    return forest


def laid_out(forest: fl.Forest, names: list[str], **wishes: Any) -> fl.Corpus:
    """Return a corpus of some walkers; a forest that gives no sample at all is another test's business."""
    shares = {name: {"share": 1 / len(names), **MANY[name]} for name in names}
    try:
        return forest.linearize("pieces", walkers=shares, **wishes)
    except EmptyCorpusError:
        reject()


@pytest.fixture(autouse=True)
def _pieces() -> Iterator[None]:
    fl.registry.serializers.add("pieces", pieces, needs=())
    yield
    fl.registry.serializers.forget("pieces")


def pieces(walk: fl.Walk) -> Any:
    """Say a walk as the texts of its steps."""
    yield {"text": [step.text for step in walk.steps]}


def read(corpus: fl.Corpus) -> Exposure:
    """Return what the independent reader counts."""
    return corpus.exposure()


def there_are(forest: fl.Forest, kind: str, found: Exposure) -> int:
    """Return how many things of a kind a corpus of a forest could be asked to show."""
    return sum(len(tree) - 1 for tree in forest) if kind == "transitions" else found.there[kind]


def counted(forest: fl.Forest, kind: str, found: Exposure) -> Counter[Any]:
    """Return how often what can be asked for was shown: of transitions those down."""
    counts: Counter[Any] = getattr(found, kind)
    if kind != "transitions":
        return counts
    down = {
        (one, other): n
        for (one, other), n in counts.items()
        if forest[other[0]][other[1]].parent == one_of(forest, one)
    }
    return Counter(down)


def one_of(forest: fl.Forest, place: tuple[str, int]) -> fl.Node:
    """Return the node at a place."""
    return forest[place[0]][place[1]]


def walks_of(corpus: fl.Corpus) -> list[tuple[Any, ...]]:
    """Return what tells the walks of a corpus apart."""
    return [(walk.walker, walk.ask, tuple((step.at, step.text) for step in walk.steps)) for walk in corpus.walks()]


class TestExposure:
    """At least and at most, as the reader counts them that shares no code with the planner."""

    @settings(max_examples=120, deadline=None)
    @given(forests(), NAMES, BOUNDS, HELD, st.sampled_from([{}, {"test": 0.3}]), st.integers(0, 99), st.integers(3, 40))
    def test_bounds_are_kept_or_counted(
        self, forest: fl.Forest, names: list[str], bounds: Any, held: Any, splits: Any, seed: int, size: int
    ) -> None:
        """Nothing is shown more often than at most, nothing held out is shown, and what falls short is counted."""
        corpus = laid_out(forest, names, exposure=bounds, hold_out=held, splits=splits, seed=seed, size=size)
        found = read(corpus)
        found.check(corpus.hold_outs)
        assert len(corpus) <= size
        short = {one.of: one for one in corpus.plan.shortfalls if one.wish.startswith("at least")}
        for kind, bound in bounds.items():
            assert max(getattr(found, kind).values(), default=0) <= bound.get("at_most", size * 100)
            least = bound.get("at_least", 0)
            enough = sum(times >= least for times in counted(forest, kind, found).values())
            there = there_are(forest, kind, found)
            if least and enough < there:
                assert (short[kind].asked, short[kind].got) == (there, enough)
                assert sum(short[kind].why.values()) == there - enough
            else:
                assert kind not in short

    @settings(max_examples=60, deadline=None)
    @given(forests(), NAMES, st.sampled_from(SHOWN_KINDS), st.integers(0, 99))
    def test_what_can_be_shown_is(self, forest: fl.Forest, names: list[str], kind: str, seed: int) -> None:
        """With size enough, at least once shows all that any walk of these walkers shows."""
        every = read(laid_out(forest, names, seed=seed, size=10_000))
        found = read(laid_out(forest, names, seed=seed, size=10_000, exposure={kind: {"at_least": 1}}))
        assert set(getattr(found, kind)) == set(getattr(every, kind))

    def test_least_comes_with_fewer_walks_than_chance(self) -> None:
        """A size that chance would leave gaps in is enough to show every bridge that it can hold."""
        forest = demo.forest("ru")
        plain, wished = (
            forest.linearize("text", "bridges", size=500, seed=3, exposure=wish)
            for wish in (None, {"bridges": {"at_least": 1}})
        )
        assert len(wished) == len(plain) == 500
        assert len(read(wished).bridges) >= 500 > len(read(plain).bridges)

    def test_shares_hold_as_far_as_they_can(self) -> None:
        """What is lacking is shown within the walkers' shares where that is enough."""
        forest = fl.Forest()
        for number in range(20):
            forest.plant(f"t{number}", "Root.").root.anchor("hub").branch("One.", "Two.")
        corpus = forest.linearize("text", size=100, exposure={"nodes": {"at_least": 1}}, walkers=["paths", "bridges"])
        assert [part.got for part in corpus.plan.parts] == [40, 60]
        assert len(read(corpus).nodes) == 60
        assert [short.wish for short in corpus.plan.shortfalls] == ["walkers"]

    def test_what_at_least_takes_from_a_share_is_said(self) -> None:
        """A walker whose share went to what is to be shown at least fell short for that reason."""
        wish = {"bridges": {"at_least": 1}}
        corpus = demo.forest("ru").linearize("text", ["crops", "bridges"], size=200, exposure=wish)
        assert [part.got for part in corpus.plan.parts] == [0, 200]
        short = next(short for short in corpus.plan.shortfalls if short.wish == "walkers")
        assert (short.of, short.asked, list(short.why)) == ("crops", 100, ["what is to be shown at least comes first"])

    def test_without_a_size_nobody_fills_the_place_of_what_may_not_be_shown(self) -> None:
        """Where at most leaves a walker nothing, the others keep the counts that they would have had."""
        forest = fl.Forest()
        for number in range(30):
            forest.plant(f"t{number}", "Root.").root.anchor("hub").then("One.").then("On.")
        shares = {"paths": 0.5, "bridges": 0.5}
        corpus = forest.linearize("text", shares, exposure={"bridges": {"at_most": 1}, "nodes": {"at_most": 2}})
        plain = forest.linearize("text", shares)
        assert [part.asked for part in corpus.plan.parts] == [part.got for part in plain.plan.parts] == [30, 30]
        assert all(part.got <= part.asked for part in corpus.plan.parts)

    def test_each_reason_is_said(self) -> None:
        """What is not shown is counted by why: no walk shows it, at most forbids it, it is held out, size is up."""
        forest = fl.Forest()
        for name in ("God", "mind", "pain"):
            forest.plant(name, "A thought.").root.anchor("choice").branch("One.", "Two.")

        def why(**wishes: Any) -> dict[str, int]:
            corpus = forest.linearize("text", **wishes)
            return {
                reason: n
                for short in corpus.plan.shortfalls
                for reason, n in short.why.items()
                if "least" in short.wish
            }

        bridges = {"bridges": {"at_least": 1}}
        assert why(walkers="paths", exposure=bridges) == {"no walk of these walkers shows it": 3}
        assert why(walkers="bridges", size=1, exposure=bridges) == {"the size is used up": 2}
        assert why(walkers=["paths", "bridges"], hold_out={"bridges": 1.0}, exposure=bridges) == {"held out": 3}
        once = {"nodes": {"at_least": 1, "at_most": 1}}
        assert why(walkers="paths", exposure=once) == {"shown at most so often": 3}

    def test_a_hundred_million_bridges_are_counted_not_listed(self) -> None:
        """One anchor in 10,000 trees: how many of its bridges the size leaves out is said at once."""
        forest = fl.Forest()
        for number in range(10_000):
            forest.plant(f"t{number}", "Root.").root.anchor("hub").then("On.")
        corpus = forest.linearize("text", "bridges", size=300, exposure={"bridges": {"at_least": 1}})
        [short] = corpus.plan.shortfalls
        assert (short.asked, short.got) == (49_995_000, 300)
        assert short.why == {"the size is used up": 49_994_700}
        assert "asked 49,995,000, got 300" in str(corpus)

    @pytest.mark.parametrize(
        ("exposure", "words"),
        [
            ({"node": {"at_least": 1}}, "Did you mean 'nodes'"),
            ({"nodes": {"atleast": 1}}, "Did you mean 'at_least'"),
            ({"nodes": {"at_least": 0}}, "from 1 up, got 0"),
            ({"nodes": {"at_most": True}}, "got True"),
            ({"nodes": 3}, "got 3"),
            ({"nodes": {}}, "or one of the two"),
            ({"nodes": {"at_least": 3, "at_most": 2}}, "at least 3 and at most 2"),
            ("nodes", "a mapping"),
        ],
    )
    def test_a_wish_that_is_none_is_an_error(self, exposure: Any, words: str, forest: fl.Forest) -> None:
        """What is no bound is an error on its line, and names the value."""
        with pytest.raises(ForestlibError, match=words):
            forest.linearize("text", exposure=exposure)


class TestBalance:
    """The mass of axes in what is shown."""

    @settings(max_examples=80, deadline=None)
    @given(
        forests(),
        NAMES,
        st.dictionaries(
            st.sampled_from(["causality", "парадокс", "transition"]), st.sampled_from([0.1, 0.3]), min_size=1
        ),
        HELD,
        st.integers(0, 99),
        st.integers(5, 60),
    )
    def test_a_balance_is_met_or_reported(
        self, forest: fl.Forest, names: list[str], balance: dict[str, float], held: Any, seed: int, size: int
    ) -> None:
        """Every axis is within the tolerance by the reader's count, or among what fell short with its share."""
        corpus = laid_out(forest, names, balance=balance, tolerance=0.1, hold_out=held, seed=seed, size=size)
        found = read(corpus)
        found.check(corpus.hold_outs)
        short = {one.of: one.got for one in corpus.plan.shortfalls if one.wish == "balance"}
        for name, wanted in balance.items():
            axis = forest.frame[name]
            share = sum(found.axis_shares.get(key, 0.0) for key in (axis.key, *(sub.key for sub in axis.sub)))
            assert corpus.plan.balanced[axis.key] == pytest.approx(share)
            assert (abs(share - wanted) > 0.1 + 1e-6) == (axis.key in short)

    @settings(max_examples=40, deadline=None)
    @given(forests(), NAMES, st.integers(0, 99), st.integers(5, 60))
    def test_shares_come_before_balance(self, forest: fl.Forest, names: list[str], seed: int, size: int) -> None:
        """A balance changes which walks of a walker are taken, and never how many."""
        plain, wished = (
            laid_out(forest, names, balance=balance, seed=seed, size=size) for balance in (None, {"causality": 0.4})
        )
        assert [part.got for part in plain.plan.parts] == [part.got for part in wished.plan.parts]

    def test_a_rare_axis_is_drawn_to_its_share(self) -> None:
        """An axis of a tenth of the trees gets the share that was asked for, of one walker and of several."""
        forest = fl.Forest()
        for number in range(200):
            axis = ["paradox"] if number % 10 == 0 else ["causality"]
            forest.plant(f"t{number}", "Root.", axis).root.anchor(f"hub {number % 7}").branch("One.", "Two.", "Three.")
        for shares in ("bridges", {"paths": 0.6, "bridges": 0.4}):
            plain, wished = (
                forest.linearize("text", shares, size=120, seed=5, balance=balance)
                for balance in (None, {"paradox": 0.4, "causality": 0.6})
            )
            assert read(plain).axis_shares["paradox"] < 0.2
            assert read(wished).axis_shares["paradox"] == pytest.approx(0.4, abs=0.05)
            assert wished.plan.shortfalls == ()

    def test_an_axis_has_names_in_every_language(self) -> None:
        """Axes are named by key or name; a typo is the frame's own error, two names of one axis are one too many."""
        forest = demo.forest("ru")
        one, other = (
            list(forest.linearize("text", size=60, balance=balance).lines())
            for balance in ({"paradox": 0.1}, {"парадокс": 0.1})
        )
        assert one == other
        with pytest.raises(UnknownAxisError, match="Did you mean 'paradox'"):
            forest.linearize("text", size=60, balance={"paradx": 0.1})
        with pytest.raises(OptionError, match="stands twice"):
            forest.linearize("text", size=60, balance={"paradox": 0.1, "парадокс": 0.1})
        with pytest.raises(OptionError, match=r"sum to 1\.2"):
            forest.linearize("text", size=60, balance={"paradox": 0.6, "causality": 0.6})
        with pytest.raises(OptionError, match="from 0 to 1, got 40"):
            forest.linearize("text", size=60, balance={"paradox": 40})

    def test_a_forest_without_axes_says_so(self, forest: fl.Forest) -> None:
        """Where no tree names an axis nothing can be balanced, and that is the reason given."""
        corpus = forest.linearize("text", size=20, balance={"paradox": 0.5})
        assert "no tree that is shown names an axis" in str(corpus)


class TestSplits:
    """Splits beside what is trained on."""

    @settings(max_examples=80, deadline=None)
    @given(
        forests(),
        NAMES,
        st.sampled_from(["shuffled", "forest", "facts_then_bridges"]),
        st.dictionaries(st.sampled_from(["validation", "test"]), st.sampled_from([0.1, 0.4]), min_size=1),
        st.sampled_from([{}, {"bridges": {"at_most": 3}}, {"nodes": {"at_least": 1}}]),
        st.integers(0, 99),
    )
    def test_splits_are_parts_of_the_whole(
        self, forest: fl.Forest, names: list[str], order: str, splits: dict[str, float], exposure: Any, seed: int
    ) -> None:
        """The splits share no walk, and together they are the corpus without splits; any part is part of its whole."""
        wishes: dict[str, Any] = {"order": order, "exposure": exposure, "seed": seed, "size": 40}
        corpus, whole = laid_out(forest, names, splits=splits, **wishes), laid_out(forest, names, **wishes)
        parts = [corpus, *corpus.splits.values()]
        assert list(corpus.splits) == list(splits)
        assert sum(map(len, parts)) == len(whole)
        assert sum((Counter(walks_of(part)) for part in parts), Counter()) == Counter(walks_of(whole))
        for part in parts:
            lines = list(part.lines())
            assert len(lines) == len(part) == sum(each.got for each in part.plan.parts)
            assert list(part.lines(1, 3)) == lines[1:3]

    def test_what_is_needed_stays_in_training(self) -> None:
        """Walks that show what is to be shown at least go to no split, and a split that gets less for it says so."""
        forest = fl.Forest()
        for number in range(20):
            forest.plant(f"t{number}", "Root.").root.anchor("hub").branch("One.", "Two.")
        wishes: dict[str, Any] = {"exposure": {"nodes": {"at_least": 1}}, "walkers": ["paths", "bridges"]}
        corpus = forest.linearize("text", size=100, splits={"test": 0.3}, **wishes)
        assert len(read(corpus).nodes) == 60
        assert len(corpus.splits["test"]) == 30

    def test_room_for_splits_is_kept(self) -> None:
        """What is to be shown at least takes no place of a split; what is then lacking in training is counted."""
        forest = fl.Forest()
        for number in range(20):
            forest.plant(f"t{number}", "Root.").root.branch("One.", "Two.")
        wish = {"nodes": {"at_least": 1}}
        corpus = forest.linearize("text", "paths", size=40, splits={"test": 0.5}, exposure=wish)
        assert (len(corpus), len(corpus.splits["test"])) == (20, 20)
        [short] = corpus.plan.shortfalls
        assert (short.asked, short.got) == (60, len(read(corpus).nodes))
        assert list(short.why) == ["the size is used up"]

    def test_balance_is_that_of_training(self) -> None:
        """What a split took is not counted."""
        forest = demo.forest("ru")
        corpus = forest.linearize("text", "bridges", size=60, splits={"validation": 0.5}, balance={"paradox": 0.2})
        assert corpus.plan.balanced["paradox"] == pytest.approx(read(corpus).axis_shares["paradox"])

    @given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 9), st.data())
    def test_slots_are_found_one_by_one(self, size: int, wanted: int, seed: int, data: Any) -> None:
        """The n-th slot of a split and of the rest is what a list of them has there; only open ones are taken."""
        open_ = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)))
        train, splits = split_slots(size, {"validation": wanted}, seed, open_)
        taken = set(splits["validation"].listed.tolist())
        assert all(open_[slot] for slot in taken)
        rest = [slot for slot in range(size) if slot not in taken]
        assert train.at(np.arange(len(train))).tolist() == rest
        for slots, listed in (
            (train, rest),
            (splits["validation"], sorted(taken)),
            (Slots.all(size), list(range(size))),
        ):
            assert [slots.before(place) for place in range(size + 1)] == [
                sum(slot < place for slot in listed) for place in range(size + 1)
            ]

    @pytest.mark.parametrize(
        ("splits", "words"),
        [
            ({"train": 0.1}, "'train'"),
            ({"held_out": 0.1}, "'held_out'"),
            ({"a/b": 0.1}, "letters, digits"),
            ({"test": 0}, "above 0"),
            ({"test": 0.5, "validation": 0.5}, "leave something"),
            ({"test": "0.1"}, "got '0.1'"),
            ([0.1], "maps names to shares"),
        ],
    )
    def test_a_split_that_is_none_is_an_error(self, splits: Any, words: str, forest: fl.Forest) -> None:
        """A split has a name of its own and a share that leaves something."""
        with pytest.raises(OptionError, match=words):
            forest.linearize("text", splits=splits)


CODE = """
import hashlib, sys, forestlib as fl
from forestlib.demo import forest
wishes = dict(
    walkers={"paths": 0.4, "bridges": 0.3, "identity": 0.3}, size=200, seed=7, order="facts_then_bridges",
    exposure={"nodes": {"at_most": 40}, "anchors": {"at_least": 1}}, balance={"paradox": 0.1},
    hold_out={"pairs": 0.1}, splits={"validation": 0.1}, share_by="tokens",
)
made = fl.load(sys.argv[1]) if len(sys.argv) > 1 else forest("ru")
corpus = made.linearize("text", **wishes)
for part in (corpus, *corpus.splits.values()):
    print(hashlib.sha256(b"".join(part.lines())).hexdigest(), len(part))
print(str(corpus).encode())
"""


def test_wishes_follow_from_the_recipe_alone(tmp_path: Path, in_python: Callable[..., bytes]) -> None:
    """Two processes with two hash seeds choose the same walks, and so does one of the saved forest."""
    saved = demo.forest("ru").save(tmp_path / "forest.jsonl")
    first, second = (in_python(CODE, hash_seed=seed) for seed in "12")
    assert first.count(b"\n") == 3
    assert first == second == in_python(CODE, str(saved), hash_seed="3")


def test_all_wishes_stand_in_the_manifest(forest: fl.Forest) -> None:
    """What was asked for and what fell short is said, in the manifest and where the corpus is printed."""
    corpus = forest.linearize(
        "text", "paths", size=50, exposure={"bridges": {"at_least": 1}}, share_by="tokens", splits={"test": 0.1}
    )
    said = corpus.manifest().as_dict()
    assert [short["wish"] for short in said["shortfalls"]] == ["at least 1", "walkers"]
    assert said["recipe"]["exposure"] == {"bridges": {"at_least": 1}}
    assert "fell short: at least 1 of bridges: asked 30, got 0 (30: no walk of these walkers shows it)" in str(corpus)


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"walkers": "siblings"}, "a tree without values"),
        ({"walkers": "bridges", "hold_out": {"pairs": 1.0}}, "What leaves nothing: held out: pairs"),
        ({"walkers": "whole", "exposure": {"anchors": {"at_most": 1}}}, "shown at most so often: anchors"),
    ],
)
def test_a_recipe_that_gives_nothing_says_which_wish_it_is(wishes: Any, words: str, forest: fl.Forest) -> None:
    """Not a single sample is an error that says what left nothing."""
    with pytest.raises(EmptyCorpusError, match=words):
        forest.linearize("pieces", **wishes)
