"""Verdicts: the next steps of a node, right or wrong by label, by score or by branch, and never on a wrong way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import OptionError
from forestlib.model.lazy import LazyTrails
from forestlib.registry import walkers
from forestlib.testing import check_walker

LABELS = st.sampled_from([None, True, False, "wrong"])
SHAPES = st.lists(st.lists(st.tuples(st.integers(0, 99), LABELS), max_size=9), max_size=3)


def verdicts(forest: fl.Forest, **options: Any) -> LazyTrails:
    """Return the judged nodes of a forest."""
    found = walkers["verdicts"].function(forest, **options)
    assert isinstance(found, LazyTrails)
    return found


def grown(shapes: list[list[tuple[int, Any]]]) -> fl.Forest:
    """Return a forest whose nodes are (which node above, label), appended in any order."""
    forest = fl.Forest()
    for number, shape in enumerate(shapes):
        nodes = [forest.plant(f"t{number}", "root").root]
        for place, (above, label) in enumerate(shape):
            fields = {} if label is None else {"label": label}
            nodes.append(nodes[above % len(nodes)].then(f"s{place}", **fields))
    return forest


def judged(trail: fl.Trail) -> list[tuple[int, bool | None]]:
    """Return the judged steps of a trail."""
    return [(run.first[1], run.note.label) for run in trail.runs[1:]]


@given(SHAPES)
def test_every_judged_step_is_there_once_unless_its_way_went_wrong(shapes: Any) -> None:
    """A trail a node with judged children, unless it or one above it is wrong: those are counted."""
    forest, wanted, went_wrong = grown(shapes), [], 0
    for node in (node for tree in forest for node in tree):
        steps = [(child.number, child["label"] is True) for child in node.children() if "label" in child.fields]
        wrong_way = any(above.get("label") in (False, "wrong") for above in node.path())
        went_wrong += bool(steps) and wrong_way
        if steps and not wrong_way:
            wanted.append(((node.tree.name, node.number), steps))
    found = verdicts(forest)
    assert sorted((trail.runs[0].last, judged(trail)) for trail in found) == sorted(wanted)
    assert found.skipped.get("a node on a way that went wrong", 0) == went_wrong


@pytest.mark.parametrize("right", [True, "right", " Right ", "TRUE", "correct", "верно", "+", "1", 1, 1.0])
@pytest.mark.parametrize("wrong", [False, "wrong", "false", "incorrect", "Неверно", "-", "-1", -1, -1.0])
def test_a_label_is_understood_in_many_spellings(right: Any, wrong: Any) -> None:
    """Truths, numbers and words, English and Russian, in any case."""
    forest = fl.Forest()
    root = forest.plant("t", "a").root
    root.then("yes", label=right)
    root.then("no", label=wrong)
    assert judged(verdicts(forest)[0]) == [(1, True), (2, False)]


@pytest.mark.parametrize("label", [0, 2, "perhaps", "", [], {"right": True}, 10**400])
def test_a_label_that_says_neither_is_counted(label: Any) -> None:
    """0 is how some data say neutral: a label that is neither right nor wrong judges nothing."""
    forest = fl.Forest()
    forest.plant("t", "a").root.then("?", label=label)
    found = verdicts(forest)
    assert len(found) == 0
    assert found.skipped["a label that is neither right nor wrong"] == 1


@pytest.fixture
def scored() -> fl.Forest:
    """A tree whose next steps have scores, one of them a label as well."""
    forest = fl.Forest()
    root = forest.plant("t", "a").root
    for fields in ({"score": 0.9}, {"score": 0.5}, {"score": 0.1}, {"score": 0.1, "label": "right"}, {"score": "0.1"}):
        root.then("s", **fields)
    return forest


def test_scores_judge_from_a_threshold_on(scored: fl.Forest) -> None:
    """A score judges where a threshold is given and no label does; it is the value either way."""
    (trail,) = verdicts(scored, threshold=0.5)
    assert judged(trail) == [(1, True), (2, True), (3, False), (4, True)]
    assert [run.note.value for run in trail.runs] == [None, 0.9, 0.5, 0.1, 0.1]
    assert judged(verdicts(scored)[0]) == [(4, True)]
    assert verdicts(scored).skipped == {"a score that is no number": 1}


def test_the_walk_says_label_and_value_of_each_step(scored: fl.Forest) -> None:
    """Labels and values stand at the places of the steps, right ones are chosen and wrong ones rejected."""
    fl.serializer("judged", needs=("prompt", "labels"))(lambda walk: iter([{"labels": walk.labels}]))
    try:
        corpus = scored.linearize("judged", walkers={"verdicts": {"share": 1, "threshold": 0.5}})
        walk = next(corpus.walks())
    finally:
        fl.registry.serializers.forget("judged")
    assert walk.labels == ((2, True), (3, True), (4, False), (5, True))
    assert walk.values == ((2, 0.9), (3, 0.5), (4, 0.1), (5, 0.1))
    assert [name for name, _, _ in walk.parts] == ["prompt", "chosen", "chosen", "rejected", "chosen"]
    assert walk.context == 2


class TestFromSiblings:
    """Wrong steps from other branches."""

    def test_wrong_steps_come_from_another_branch_of_the_same_level(self) -> None:
        """As many wrong steps as right ones, of another parent, on the same level, saying something else."""
        forest = fl.Forest()
        root = forest.plant("t", "root").root
        for branch in range(4):
            node = root.then(f"b{branch}")
            node.branch(*(f"b{branch} s{step}" for step in range(branch)))
            node.then("the same everywhere")
        for trail in verdicts(forest, from_siblings=True):
            parent = forest["t"][trail.runs[0].last[1]]
            rights, wrongs = ([n for n, label in judged(trail) if label is kind] for kind in (True, False))
            assert rights == [child.number for child in parent.children()]
            steps = [forest["t"][number] for number in wrongs]
            assert len(set(wrongs)) == len(wrongs) <= len(rights)
            assert all(step.level == parent.level + 1 and step.parent != parent for step in steps)
            assert not {step.text for step in steps} & {child.text for child in parent.children()}
            assert parent.level == 0 or wrongs

    def test_own_wrong_steps_come_first(self) -> None:
        """Where a node has wrong steps of its own, only what lacks is taken from elsewhere."""
        forest = fl.Forest()
        root = forest.plant("t", "root").root
        one, other = root.branch("one", "other")
        one.then("right")
        one.then("wrong", label="wrong")
        other.then("of another branch")
        found = {trail.runs[0].last[1]: judged(trail) for trail in verdicts(forest, from_siblings=True)}
        assert found == {1: [(2, True), (3, False)], 4: [(5, True), (found[4][1][0], False)]}

    def test_a_node_whose_steps_are_all_wrong_stays(self) -> None:
        """Wrong steps need no others beside them: they are shown as they are, and nothing is added."""
        forest = fl.Forest()
        forest.plant("t", "root").root.then("wrong", label=False)
        assert [judged(trail) for trail in verdicts(forest, from_siblings=True)] == [[(1, False)]]

    def test_a_chain_has_no_other_branch(self) -> None:
        """Where no branch lies beside a node, it is left out and counted."""
        forest = fl.Forest()
        forest.plant("t", "root").root.chain(["a", "b"])
        found = verdicts(forest, from_siblings=True)
        assert len(found) == 0
        assert found.skipped == {"a node with no other branch to take wrong steps from": 2}

    def test_the_seed_draws(self) -> None:
        """Another seed draws other wrong steps; the same one the same."""
        forest = fl.Forest()
        for branch in forest.plant("t", "root").root.branch(*"abcdefghij"):
            branch.branch(*(f"{branch.text}{step}" for step in range(9)))
        one, same, other = (list(verdicts(forest, from_siblings=True, seed=seed)) for seed in (1, 1, 2))
        assert one == same != other


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"before": 0}, "'before' of verdicts"),
        ({"before": "8"}, "'before' of verdicts"),
        ({"threshold": "high"}, "'threshold' of verdicts"),
        ({"threshold": True}, "'threshold' of verdicts"),
        ({"threshold": float("nan")}, "'threshold' of verdicts"),
        ({"from_siblings": 1}, "'from_siblings' of verdicts"),
    ],
)
def test_options_are_checked_where_they_are_given(options: dict[str, Any], said: str) -> None:
    """A wrong option is an error on its own line, in an empty forest as well."""
    with pytest.raises(OptionError, match=said):
        verdicts(fl.Forest(), **options)


def test_it_keeps_the_contract_of_walkers() -> None:
    """It passes the checks; trees without verdicts are counted."""
    for options in ({}, {"threshold": 0}, {"from_siblings": True, "before": None}):
        check_walker("verdicts", **options)
    forest = fl.Forest()
    forest.plant("t", "a").root.then("b")
    forest.plant("alone", "a", label=True)
    assert verdicts(forest).skipped == {"a tree without verdicts": 2}


@pytest.mark.parametrize("depth", [1, 1_000, 100_000])
def test_deep_trees_are_walked_near_the_judged_steps_only(depth: int) -> None:
    """A comb of any depth, right along its spine and wrong beside it, gives a trail a level within its bounds."""
    levels = [0, *(level for step in range(1, depth + 1) for level in (step, step))]
    labels = {number: number % 2 == 0 for number in range(1, len(levels))}
    forest = fl.Forest()
    forest.add(fl.Tree.from_rows(fl.TreeRows("t", levels, ["s"] * len(levels), fields={"label": labels})))
    found = verdicts(forest, before=4)
    assert len(found) == depth
    assert sum(1 for _ in found[-1].places()) <= 4 + 2
