"""Reading: a text as moves on the forest, and nothing but these."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.evaluation.probes import Probes
from forestlib.evaluation.reading import Reader, State
from forestlib.evaluation.statistics import over_seeds, wilson
from tests.conftest import forests
from tests.evaluation.models import Oracle


def read_down(reader: Reader, tree: str, text: str) -> State:
    """Read a way down from a root."""
    return reader.follow(reader.units(text), [State(0, (tree, 0))], reader.down, lambda one: reader.is_leaf(one.at))


@given(forest=forests(), data=st.data())
def test_every_path_is_read_back(forest: fl.Forest, data: st.DataObject) -> None:
    """What samples of paths say below a root is read as a way to a leaf, whatever the texts are."""
    walks = list(forest.linearize("text", "paths").walks()) if len(forest) else []
    if walks:
        walk = data.draw(st.sampled_from(walks))
        reader = Reader(forest, fl.Style())
        places = [step.at for step in walk.steps if step.at is not None]
        found = read_down(reader, places[0][0], "\n".join(step.text for step in walk.steps[2:]))
        assert reader.is_leaf(found.at)
        said = [node.text for node in forest[places[0][0]]]
        # Where a leaf beside the way says the same as a step of it, the way is read as one to that leaf.
        assert found.steps == len(places) - 1 or len(set(said)) < len(said)


@pytest.fixture
def forked() -> fl.Forest:
    """Two children that say the same, and lead on to different thoughts."""
    forest = fl.Forest("f")
    root = forest.plant("t", "Root.").root
    root.then("Same.").then("Left.")
    root.then("Same.").then("Right.\nOn two lines.")
    return forest


@pytest.mark.parametrize(
    "way", ["Same.\nLeft.", "Same.\nRight.\nOn two lines.", "\n Same. \n\nLeft.\n", "Same.\nLeft.\nX"]
)
def test_of_two_that_say_the_same_the_one_that_leads_on_is_read(way: str, forked: fl.Forest) -> None:
    """Readings are followed side by side; blank lines, blanks around a line and what follows a leaf do not matter."""
    reader = Reader(forked, fl.Style())
    assert read_down(reader, "t", way).steps == 2


@pytest.mark.parametrize("way", ["Left.", "Same. Left.", "Same.\nRight.", "Same.\nSame.", "same.\nleft."])
def test_what_is_no_way_is_not_read_to_a_leaf(way: str, forked: fl.Forest) -> None:
    """A step left out, two on one line, half of one, one twice, other letters: none of them leads to a leaf."""
    reader = Reader(forked, fl.Style())
    assert read_down(reader, "t", way).steps < 2


def test_by_words_line_breaks_do_not_matter(forked: fl.Forest) -> None:
    """What a tokenizer of whole words gives back is read as well."""
    assert read_down(Reader(forked, fl.Style(), "words"), "t", "Same. Right. On two lines.").steps == 2


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_every_right_way_counts(lang: str, laid: object) -> None:
    """Ways that differ from the reference are right all the same."""
    corpus = laid(lang)  # type: ignore[operator]
    probes = Probes.of(corpus, ["jump", "recall:paths"], count=60)
    others = 0
    for seed in range(3):
        oracle = Oracle(corpus.forest, seed=seed)
        for probe, prompt in zip(probes, probes.prompts(), strict=True):
            [text] = oracle([prompt])
            assert probe.task.read(probes.reader, text).right
            others += text.strip() != probe.truth.strip()
    assert others > 10


def test_a_forest_in_other_words_is_asked_at_the_same_places(laid: object) -> None:
    """Islands are asked over the same crossings, in private names; what the common forest says is wrong there."""
    corpus = laid("en")  # type: ignore[operator]
    islands = corpus.forest.as_islands()
    common, private = (Probes.of(corpus, "jump", count=10, forest=forest) for forest in (None, islands))
    assert [probe.crossing for probe in common] == [probe.crossing for probe in private]
    assert not set(map(str, common.prompts())) & set(map(str, private.prompts()))
    for one, other in zip(common, private, strict=True):
        assert other.task.read(private.reader, other.truth).right
        assert one.truth == other.truth or not other.task.read(private.reader, one.truth).right


@given(right=st.integers(0, 50), more=st.integers(0, 50))
def test_an_interval_holds_its_share(right: int, more: int) -> None:
    """Wilson's interval lies within 0 and 1 and around the share."""
    low, high = wilson(right, right + more)
    assert 0 <= low <= (right / (right + more) if right + more else 0.5) + 1e-12
    assert (right / (right + more) if right + more else 0.5) - 1e-12 <= high <= 1


def test_an_interval_over_seeds_is_students() -> None:
    """Three seeds: 4.303 standard errors either way, cut to what a share can be."""
    mean, deviation, low, high = over_seeds([0.5, 0.6, 0.7])
    assert (mean, deviation) == pytest.approx((0.6, 0.1))
    assert (low, high) == pytest.approx((0.6 - 4.3027 * 0.1 / 3**0.5, 0.6 + 4.3027 * 0.1 / 3**0.5))
    assert over_seeds([1.0, 1.0]) == (1.0, 0.0, 1.0, 1.0)
