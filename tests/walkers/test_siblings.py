"""Siblings: every better and worse one of two, by rank or score, and what cannot be compared is counted."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import OptionError, UnknownWalkError
from forestlib.model.lazy import LazyTrails
from forestlib.registry import walkers
from forestlib.testing import check_walker
from forestlib.wording.wording import Wording

VALUES = st.fixed_dictionaries(
    {}, optional={"rank": st.integers(0, 3), "score": st.sampled_from([0.0, 0.1, 0.2, 0.3, 1, -2.5])}
)
SHAPES = st.lists(st.lists(st.tuples(st.integers(0, 99), VALUES), max_size=9), max_size=3)


def siblings(forest: fl.Forest, **options: Any) -> LazyTrails:
    """Return the pairs of siblings of a forest."""
    found = walkers["siblings"].function(forest, **options)
    assert isinstance(found, LazyTrails)
    return found


def grown(shapes: list[list[tuple[int, dict[str, float]]]]) -> fl.Forest:
    """Return a forest whose nodes are (which node above, fields), appended in any order."""
    forest = fl.Forest()
    for number, shape in enumerate(shapes):
        nodes = [forest.plant(f"t{number}", "root").root]
        for above, fields in shape:
            nodes.append(nodes[above % len(nodes)].then("s", **fields))
    return forest


def pairs(trails: LazyTrails) -> list[tuple[Any, ...]]:
    """Return (tree, parent, better, worse) of some trails."""
    return [(*trail.runs[0].last, *(run.first[1] for run in trail.runs[1:])) for trail in trails]


def compared(parent: fl.Node, by: str) -> list[tuple[fl.Node, float]]:
    """Return the children of a node that are compared, and how good they are."""
    by_rank = [(child, -child["rank"]) for child in parent.children() if "rank" in child.fields]
    by_score = [(child, child["score"]) for child in parent.children() if "score" in child.fields]
    found = {"rank": by_rank, "score": by_score}.get(by, by_rank if len(by_rank) > 1 else by_score)
    return found if len(found) > 1 else []


@given(SHAPES, st.sampled_from(["auto", "rank", "score"]), st.sampled_from([0, 0.1, 1, 2.5]))
def test_every_pair_is_there_once(shapes: Any, by: str, least: float) -> None:
    """The trails are the pairs that differ by `least` or more, each once; those that do not are counted."""
    forest, wanted, left_out = grown(shapes), [], 0
    for parent in (node for tree in forest for node in tree):
        for (one, good), (other, bad) in combinations(compared(parent, by), 2):
            better, worse = (one, other) if good > bad else (other, one)
            if good != bad and abs(good - bad) >= least - 1e-6:
                wanted.append((parent.tree.name, parent.number, better.number, worse.number))
            else:
                left_out += 1
    found = siblings(forest, by=by, least=least)
    assert sorted(pairs(found)) == sorted(wanted)
    ties = {"siblings that are equally good", "siblings closer than least="}
    assert sum(count for reason, count in found.skipped.items() if reason in ties) == left_out


@pytest.fixture
def answers() -> fl.Forest:
    """A question with three ranked answers, each of which goes on."""
    forest = fl.Forest()
    asked = forest.plant("2 + 2", "What is 2 + 2?").root.then("Let me see.")
    for rank, text in ((1, "Five."), (0, "Four."), (2, "Two.")):
        said = asked.then(text, rank=rank)
        said.then("Worse.", score=1)
        said.then("Better.", score=2).then("End.").then("After the end.")
    return forest


def test_the_parts_are_prompt_chosen_and_rejected(answers: fl.Forest) -> None:
    """The prompt leads to the parent, the better sibling is chosen, the worse one rejected, the values differ so."""
    walk = Wording(answers, fl.Style()).walk(siblings(answers)[0], "siblings")
    said = {name: [step.text for step in walk.part(name)] for name in ("prompt", "chosen", "rejected")}
    assert said == {"prompt": ["2 + 2", "What is 2 + 2?", "Let me see."], "chosen": ["Four."], "rejected": ["Five."]}
    assert walk.values == ((3, 0.0), (4, -1.0))
    assert walk.context == 3


def test_each_goes_on_to_its_best_steps(answers: fl.Forest) -> None:
    """`after` lets both go on, always to the child that is best, as far as the tree goes."""
    tree = answers.trees[0]
    for after, texts in (
        (0, ["Four."]),
        (1, ["Four.", "Better."]),
        (9, ["Four.", "Better.", "End.", "After the end."]),
    ):
        chosen = siblings(answers, after=after)[0].runs[1]
        assert [tree[number].text for span in chosen.ranges for number in span] == texts


def test_the_prompt_is_as_long_as_asked(answers: fl.Forest) -> None:
    """`before` bounds the prompt from above; None takes the whole path."""
    lengths = [sum(map(len, siblings(answers, before=before)[0].runs[0].ranges)) for before in (1, 2, 3, None)]
    assert lengths == [1, 2, 2, 2]


def test_values_that_are_no_numbers_are_counted() -> None:
    """Texts, truths and numbers beyond all floats compare with nothing; so does a sibling that is alone."""
    forest = fl.Forest()
    root = forest.plant("t", "a").root
    for rank in ("first", True, [1], 10**400, 3):
        root.then("s", rank=rank)
    forest.plant("plain", "a").root.branch("b", "c")
    found = siblings(forest)
    assert len(found) == 0
    assert found.skipped == {
        "a value that is no number": 4,
        "no sibling to compare with": 1,
        "a tree without values": 1,
    }


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"by": "votes"}, "'auto', 'rank', 'score'"),
        ({"least": -1}, "'least' of siblings"),
        ({"least": "0.1"}, "'least' of siblings"),
        ({"least": float("nan")}, "'least' of siblings"),
        ({"before": 0}, "'before' of siblings"),
        ({"after": -1}, "'after' of siblings"),
        ({"after": None}, "'after' of siblings"),
    ],
)
def test_options_are_checked_where_they_are_given(options: dict[str, Any], said: str) -> None:
    """A wrong option is an error on its own line, in an empty forest as well."""
    with pytest.raises(OptionError, match=said):
        siblings(fl.Forest(), **options)


def test_it_keeps_the_contract_of_walkers() -> None:
    """It passes the checks, and there is no pair in a forest that holds no values."""
    check_walker("siblings")
    check_walker("siblings", before=None, after=3)
    with pytest.raises(UnknownWalkError, match="0 pairs of siblings"):
        siblings(fl.Forest())[0]


def test_pairs_of_ten_thousand_siblings_are_counted_not_listed() -> None:
    """49,995,000 pairs are counted and drawn from."""
    forest = fl.Forest()
    forest.add(fl.Tree.from_rows(fl.TreeRows("t", [0] + [1] * 10_000, ["s"] * 10_001, fields={"rank": ranks(10_000)})))
    found = siblings(forest)
    assert len(found) == 10_000 * 9_999 // 2
    assert all(first.runs[1].note.value > first.runs[2].note.value for first in found[::1_000_003])  # type: ignore[operator]


def ranks(count: int) -> dict[int, int]:
    """Return a rank for each of some nodes below a root."""
    return {number: number * 7919 % count for number in range(1, count + 1)}


@pytest.mark.parametrize("depth", [1, 1_000, 100_000])
def test_deep_trees_are_walked_near_their_siblings_only(depth: int) -> None:
    """A comb of any depth gives a pair a level; the last one costs no more than its bounds."""
    levels = [0, *(level for step in range(1, depth + 1) for level in (step, step))]
    scores = {number: number / 2 for number in range(1, len(levels))}
    forest = fl.Forest()
    forest.add(fl.Tree.from_rows(fl.TreeRows("t", levels, ["s"] * len(levels), fields={"score": scores})))
    found = siblings(forest, before=4, after=4)
    assert len(found) == depth
    assert sum(1 for _ in found[-1].places()) <= 4 + 2 * 5
    assert sum(1 for _ in siblings(forest, before=None)[-1].places()) == depth + 2


def test_ranked_answers_of_real_conversations(shared_data: Path) -> None:
    """In conversation trees of Open Assistant each pair is one of a lower and a higher rank below one message."""
    forest = fl.Forest()
    with (shared_data / "oasst_en100" / "en_tree_001-040.jsonl").open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            message = json.loads(line)["prompt"]
            waiting = [(message, forest.plant(f"t{number}", message["text"]).root)]
            while waiting:
                said, node = waiting.pop()
                for reply in said["replies"]:
                    rank = {} if reply.get("rank") is None else {"rank": reply["rank"]}
                    waiting.append((reply, node.then(reply["text"], **rank)))
    found = siblings(forest)
    assert len(found) > 20
    for trail in found:
        better, worse = (forest[run.tree][run.first[1]] for run in trail.runs[1:])
        assert better.parent == worse.parent
        assert better["rank"] < worse["rank"]
