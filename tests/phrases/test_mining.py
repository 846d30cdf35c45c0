"""Mining: what trees share is found with no list given, and what says little is left out with a reason."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forestlib as fl
from forestlib.errors import OptionError
from forestlib.model.key import anchor_key
from forestlib.phrases.candidates import Candidates
from forestlib.phrases.columns import columns_of
from forestlib.phrases.shared import shared_runs

LETTERS = "bcdfghjklmnpqrstvwxz"


def planted(*texts: str) -> fl.Forest:
    """Return a forest of one tree a text."""
    forest = fl.Forest()
    for number, text in enumerate(texts):
        forest.plant(f"t{number}", text)
    return forest


def own(number: int) -> str:
    """Return a word of letters that no other number has, and that no language has."""
    return "".join(LETTERS[number // 20**place % 20] for place in range(4)) + "q"


def said(found: Candidates) -> list[str]:
    """Return the candidates' texts."""
    return [candidate.text for candidate in found]


def shape(found: Candidates) -> list[tuple[str, str, int, int, float, str]]:
    """Return all that candidates say, but for the nodes; scores as far as sums of floats hold in any order."""
    return [
        (one.text, one.kind, one.count, one.tree_count, round(one.score, 9), one.reason)
        for one in (*found, *found.left_out)
    ]


def test_phrases_that_trees_share_are_found() -> None:
    """What was planted in two trees and more is proposed, with all its places, and nothing else is."""
    forest = planted(
        "The old river carries grey sand.",
        "Every flood carries grey sand away.",
        "Свобода выбора тяжела, carries grey sand!",
        "Где свобода выбора, там вина.",
    )
    found = forest.mine_anchors(forms="exact")
    assert sorted(said(found)) == ["carries grey sand", "свобода выбора"]
    assert [(one.kind, one.count, one.tree_count) for one in found] == [("phrase", 3, 3), ("phrase", 2, 2)]
    spans = [mention.node.text[slice(*mention.span)] for mention in found[0].mentions() if mention.span]
    assert spans == ["carries grey sand"] * 3


def test_nothing_inside_one_tree_is_found() -> None:
    """However often a phrase stands in one tree, it ties nothing."""
    forest = planted("A telling phrase.")
    forest["t0"].root.chain(["A telling phrase."] * 50)
    forest.plant("other", "Something else entirely.")
    assert shape(forest.mine_anchors(forms="exact")) == []


def test_a_whole_sentence_is_one_candidate() -> None:
    """A sentence that trees repeat is proposed as a sentence, without the phrases inside that have no more support."""
    forest = planted("Sand remembers nothing. Other words.", "So it is. Sand remembers nothing!")
    assert [(one.text, one.kind) for one in forest.mine_anchors(forms="exact")] == [
        ("Sand remembers nothing", "sentence")
    ]


def test_kinds_choose_what_is_looked_for() -> None:
    """Sentences alone, phrases alone, or both."""
    forest = planted("Sand remembers rivers.", "Sand remembers rivers.", "Grey sand remembers rivers.")
    mined = {kinds: shape(forest.mine_anchors(kinds, forms="exact")) for kinds in ("phrases", "sentences")}
    assert [(text, kind, count) for text, kind, count, *_ in mined["sentences"]] == [
        ("Sand remembers rivers", "sentence", 2)
    ]
    assert [(text.lower(), kind, count) for text, kind, count, *_ in mined["phrases"]] == [
        ("sand remembers rivers", "phrase", 3)
    ]
    both = {(kind, count) for _, kind, count, *_ in shape(forest.mine_anchors(forms="exact"))}
    assert both == {("sentence", 2), ("phrase", 3)}


def test_a_longer_phrase_covers_a_shorter_one_of_the_same_support() -> None:
    """Inside a longer phrase a shorter one is proposed only where it stands in more trees."""
    forest = planted(*(f"{own(n)} old grey sand {own(n + 9)}" for n in range(2)), f"{own(5)} grey sand {own(6)}")
    assert sorted(said(forest.mine_anchors(forms="exact"))) == ["grey sand", "old grey sand"]
    forest = planted(*(f"{own(n)} old grey sand {own(n + 9)}" for n in range(3)))
    assert said(forest.mine_anchors(forms="exact")) == ["old grey sand"]


def runs_of(texts: Sequence[Sequence[str]], shortest: int, longest: int) -> dict[str, int]:
    """Return every run of words that stands in two texts and in no longer one of the same support, the slow way."""
    trees: dict[tuple[str, ...], set[int]] = {}
    for number, words in enumerate(texts):
        for start in range(len(words)):
            for stop in range(start + 1, min(len(words), start + longest) + 1):
                trees.setdefault(tuple(words[start:stop]), set()).add(number)
    shared = {run: len(held) for run, held in trees.items() if len(held) > 1}
    covered = {part for run, count in shared.items() for part in (run[1:], run[:-1]) if part and shared[part] == count}
    return {" ".join(run): count for run, count in shared.items() if len(run) >= shortest and run not in covered}


@settings(max_examples=200)
@given(
    st.lists(st.lists(st.sampled_from([own(n) for n in range(4)]), min_size=1, max_size=8), max_size=5),
    st.integers(1, 3),
    st.integers(0, 4),
)
def test_runs_are_what_a_slow_search_finds(texts: list[list[str]], shortest: int, more: int) -> None:
    """The runs are all that stand in two texts, less those that a longer one of the same support holds."""
    columns = columns_of([" ".join(words) for words in texts])
    runs = shared_runs(columns, columns.text, shortest, shortest + more)
    found = {}
    for group in np.flatnonzero(~runs.covered).tolist():
        rows = slice(runs.offset[group], runs.offset[group + 1])
        places = zip(runs.first[rows].tolist(), runs.length[rows].tolist(), strict=True)
        numbered = [(int(columns.text[first]), int(columns.start[first]), length) for first, length in places]
        [run] = {" ".join(" ".join(texts[text])[start:].split()[:length]) for text, start, length in numbered}
        assert run not in found
        found[run] = int(runs.trees[group])
    assert found == runs_of(texts, shortest, shortest + more)


def test_inflected_forms_are_one_phrase() -> None:
    """With lemmas the forms of a phrase are one candidate, named by the most frequent; exactly they are several."""
    forest = planted("Нет свободы выбора.", "Есть свобода выбора.", "Вот свобода выбора!")
    [candidate] = forest.mine_anchors(forms="inflected")
    assert (candidate.text, candidate.aliases, candidate.count) == ("свобода выбора", ("свободы выбора",), 3)
    assert [one.count for one in forest.mine_anchors(forms="exact")] == [2]


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [
        ("it is important to note that", "hub: words that say little"),
        ("следует отметить, что", "hub: words that say little"),
        ("of grey sand", "it begins or ends with a word that says little"),
    ],
)
def test_what_says_little_is_left_out_with_the_reason(phrase: str, reason: str) -> None:
    """Formulas, and phrases that begin or end within one, are no candidates; they are kept to look at."""
    texts = [f"{own(n)} {phrase} {own(n + 9)} {own(n + 30)}" for n in range(3)]
    found = planted(*texts).mine_anchors(forms="exact")
    assert reason in found.reasons()
    assert anchor_key(phrase) not in said(found)
    assert all(candidate.reason for candidate in found.left_out)


def test_a_phrase_in_most_trees_is_a_hub() -> None:
    """From eight trees on, what stands in more than `hub_share` of them is left out, and the reason says the share."""
    texts = [f"{own(n)} grey sand {own(n + 9)}" if n < 5 else own(n) for n in range(8)]
    assert planted(*texts).mine_anchors(forms="exact").reasons() == {"hub: it stands in more than half of the trees": 1}
    assert said(planted(*texts).mine_anchors(forms="exact", hub_share=0.7)) == ["grey sand"]
    assert planted(*texts).mine_anchors(forms="exact", hub_share=0.2).reasons() == {
        "hub: it stands in more than 20% of the trees": 1
    }
    assert said(planted(*texts[:7]).mine_anchors(forms="exact")) == ["grey sand"]


def test_declared_anchors_stay_however_general(content: Callable[[Any], Any]) -> None:
    """A hub that the user declared is an anchor: mining leaves it alone, and finding finds it."""
    forest = planted(*(f"{own(n)} grey sand {own(n + 9)}" for n in range(9)))
    forest.anchor("grey sand")
    before = content(forest)
    assert said(forest.mine_anchors(forms="exact")) == []
    assert content(forest) == before
    assert forest.find_anchors(forms="exact")[0].accept().tree_count == 9


@pytest.mark.parametrize("forms", ["exact", "inflected"])
def test_what_is_an_anchor_already_is_not_proposed(forms: str) -> None:
    """After accepting, mining proposes the same phrase no more, in none of its forms, and says why."""
    forest = planted("Нет свободы выбора.", "Есть свобода выбора.", "Нет свободы выбора!", "О свобода выбора!")
    forest.mine_anchors(forms=forms).accept()
    again = forest.mine_anchors(forms=forms)
    assert said(again) == []
    assert set(again.reasons()) == {"an anchor already"}


@pytest.mark.parametrize("forms", ["exact", "inflected"])
def test_refused_phrases_are_not_proposed_again(tmp_path: Path, forms: str) -> None:
    """What was refused is left out as refused, also when the forest was saved and loaded, and in its other forms."""
    forest = planted("Нет свободы выбора.", "Есть свобода выбора.", "Вот свобода выбора!")
    forest.mine_anchors(forms=forms).refuse()
    for held in (forest, fl.load(forest.save(tmp_path / "forest.jsonl"))):
        again = held.mine_anchors(forms=forms)
        assert said(again) == []
        assert again.reasons() == {"refused": 1}


def test_a_head_line_whose_refusals_are_none_is_an_error() -> None:
    """What a file says of refusals is a list of phrases, or an error that says so."""
    forest = planted("A text.")
    forest.extra["refused_anchors"] = "grey sand"
    with pytest.raises(fl.errors.AnchorError, match="'refused_anchors' in a forest's head line is a list of phrases"):
        forest.mine_anchors(forms="exact")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kinds": "words"}, "kinds= are 'phrases' and 'sentences', got 'words'"),
        ({"kinds": ()}, "kinds= are"),
        ({"kinds": ["phrases", 7]}, "got 7"),
        ({"kinds": 7}, "kinds= are 'phrases' and 'sentences', got 7"),
        ({"words": 3}, "words= are the fewest and the most"),
        ({"words": (0, 3)}, "words= are"),
        ({"words": (4, 3)}, "words= are"),
        ({"words": (2, 3.0)}, "words= are"),
        ({"words": (True, 3)}, "words= are"),
        ({"trees": 1}, "from 2 up, got 1"),
        ({"trees": "2"}, "from 2 up, got '2'"),
        ({"trees": True}, "from 2 up"),
        ({"hub_share": 0}, "above 0 and up to 1, got 0"),
        ({"hub_share": 1.1}, "above 0 and up to 1"),
        ({"hub_share": float("nan")}, "above 0 and up to 1"),
        ({"hub_share": None}, "above 0 and up to 1"),
        ({"forms": "stems"}, "forms= is 'inflected' or 'exact'"),
    ],
)
def test_a_wrong_option_is_an_error_on_its_line(options: dict[str, Any], message: str) -> None:
    """Every option says what would be right."""
    with pytest.raises(OptionError, match=message):
        fl.Forest().mine_anchors(**{"forms": "exact"} | options)


def test_words_bound_the_length_and_trees_the_support() -> None:
    """`words=` and `trees=` are kept to, both ends included."""
    texts = [f"{own(n)} old grey river sand {own(n + 9)}" for n in range(3)]
    forest = planted(*texts, f"{own(20)} grey river {own(21)}")
    assert {len(text.split()) for text in said(forest.mine_anchors(words=(3, 3), forms="exact"))} == {3}
    assert said(forest.mine_anchors(trees=4, forms="exact")) == ["grey river"]
    assert said(forest.mine_anchors(trees=5, forms="exact")) == []
    assert sorted(said(forest.mine_anchors(words=(1, 1), trees=4, forms="exact"))) == ["grey", "river"]


@pytest.mark.parametrize("texts", [(), ("One tree says grey sand twice: grey sand.",), ("…", "—", "«»"), ("∞", "∞")])
def test_nothing_shared_gives_nothing(texts: tuple[str, ...]) -> None:
    """An empty forest, one tree, texts without words: no candidates, and no error."""
    found = planted(*texts).mine_anchors(forms="exact")
    assert (len(found), len(found.left_out)) == (0, 0)


def test_the_order_of_appending_does_not_matter(regrown: Callable[[fl.Tree, Random], fl.Tree]) -> None:
    """Equal forests give equal candidates, in equal order."""
    forest = planted("Grey sand moves.", "So grey sand rests.", "Old river bed.", "The old river bed of grey sand.")
    for tree in forest:
        tree.root.branch("Norms differ here.", "An old river bed.", "Norms differ there.")
    twin = fl.Forest()
    for tree in forest:
        twin.add(regrown(tree, Random(7)))  # noqa: S311
    mined = [forest.mine_anchors(forms="exact"), twin.mine_anchors(forms="exact")]
    assert shape(mined[0]) == shape(mined[1]) != []
    numbers = [[[(m.node.number, m.span) for m in one.mentions()] for one in found] for found in mined]
    assert numbers[0] == numbers[1]


def test_the_order_of_planting_only_breaks_ties() -> None:
    """However the trees are planted, the same phrases are found, with the same scores."""
    texts = ["Grey sand moves.", "So grey sand rests.", "Old river bed.", "The old river bed of grey sand."]
    mined = [planted(*order).mine_anchors(forms="exact") for order in (texts, texts[::-1])]
    assert sorted(shape(mined[0])) == sorted(shape(mined[1]))


def test_the_seed_of_hashes_does_not_matter() -> None:
    """Another process, with another order of sets, proposes the same."""
    code = (
        "import forestlib as fl\n"
        "forest = fl.Forest()\n"
        "for number in range(20):\n"
        "    forest.plant(f't{number}', f'Grey sand {number % 3} moves the old river {number % 5} of {number % 7}.')\n"
        "forest.mine_anchors(forms='exact')[:3].accept()\n"
        "print([(c.text, c.score, c.count) for c in forest.mine_anchors(forms='exact')], forest.declared())\n"
        "print([c.text for c in forest.find_anchors(['old river', 'moves'], forms='exact')])\n"
    )
    run = [
        subprocess.run(  # noqa: S603
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in "12"
    ]
    assert run[0] == run[1]
    assert len(run[0]) > 200


def test_mining_grows_as_the_texts(ratio: Callable[..., float]) -> None:
    """Twice the texts take at most three times the time."""
    forests = [
        planted(*(f"The phrase {own(n % 500)} {own(n % 300)} stands in {own(n)} texts." for n in range(count)))
        for count in (4_000, 8_000)
    ]
    assert ratio(lambda: forests[1].mine_anchors(forms="exact"), lambda: forests[0].mine_anchors(forms="exact")) < 3


def test_deep_trees_are_mined(depth: int) -> None:
    """Chains of any depth are read, and a phrase at their ends is found."""
    forest = planted("A root.", "Another.")
    for number, tree in enumerate(forest):
        tree.root.chain(f"{own(level)} {number}." for level in range(depth - 1)).then("It ends in grey sand.")
    assert "ends in grey sand" in said(forest.mine_anchors(forms="exact"))[0]


def test_a_sentence_of_a_hundred_thousand_copies_is_one_candidate() -> None:
    """Copies are counted, not paired; what stands at many places in two trees is one candidate."""
    forest = planted("Grey sand moves.", "Grey sand moves.")
    forest["t0"].root.chain(["Grey sand moves."] * 100_000)
    [candidate] = forest.mine_anchors(forms="exact")
    assert (candidate.text, candidate.count, candidate.tree_count) == ("Grey sand moves", 100_002, 2)


def test_a_phrase_in_ten_thousand_trees_takes_no_memory() -> None:
    """10^8 crossings are never listed: mining and accepting such a phrase takes tens of megabytes, not thousands."""
    forest = planted(*(f"{own(number)} grey sand." for number in range(10_000)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    [candidate] = forest.mine_anchors(forms="exact", hub_share=1)
    assert candidate.accept().tree_count == 10_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000
