"""Prompts: whatever a model is asked in is the beginning of what it was taught."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib import demo
from forestlib.errors import OptionError, UnknownAnchorError, UnknownTreeError
from forestlib.registry import serializers, walkers
from forestlib.wording.prompts import Prompt, Prompts
from forestlib.wording.wording import Wording

OWN = fl.Words(
    head="Тема {tree}.", marked=" (→ {anchor})", anchor="Узел {anchor} в «{tree}»", jump="{anchor}, {tree}:",
    question="К чему?", ask="{tree}?", upward="Вверх, {tree}:", again="Снова {anchor}.", back="{goal} из {start}?",
)  # fmt: skip
STYLES = [
    fl.Style(),
    fl.Style("shared"),
    fl.Style("jumps"),
    fl.Style.marked(),
    fl.Style.marked("jumps", jump="<|leap|>"),
    fl.Style(words={"en": OWN, "ru": OWN}),
]
MARKS = st.lists(st.sampled_from(["choice", "Choice", "выбор", "norm"]), max_size=2)
SHAPES = st.lists(st.lists(st.tuples(st.integers(0, 99), MARKS), max_size=9), min_size=1, max_size=3)
TEXTS = ("A match", "Воля {tree}", "{anchor} choice", "two\nlines")


def grown(shapes: Any) -> fl.Forest:
    """Return a forest whose nodes are (which node above, its anchors), English and Russian trees in turn."""
    forest = fl.Forest("f")
    for number, shape in enumerate(shapes):
        nodes = [forest.plant(f"t{number}", "root", lang=("en", "ru")[number % 2]).root.anchor("norm")]
        for place, (above, phrases) in enumerate(shape):
            nodes.append(nodes[above % len(nodes)].then(f"{TEXTS[place % 4]} {place}.").anchor(*phrases))
    return forest


def at(forest: fl.Forest, place: tuple[str, int]) -> fl.Node:
    """Return the node at a place of a trail."""
    return forest[place[0]][place[1]]


def written(wording: Wording, trail: fl.Trail, **options: Any) -> tuple[str, list[dict[str, str]]]:
    """Return the samples of a trail: the text, and the turns of the chat."""
    walk = wording.walk(trail, "mine")
    text, chat = next(serializers["text"].function(walk)), next(serializers["chat"].function(walk, **options))
    return text["text"], chat["messages"]


def check_begins(prompt: Prompt, text: str, turns: list[dict[str, str]], ends: object) -> None:
    """Check that a sample goes on from a prompt: the text, every turn but the last, and the last one's beginning.

    A prompt `ends` on a node, given by its place, or on words of one kind.
    """
    assert ends in (prompt.walk.steps[-1].at, prompt.walk.steps[-1].kind)
    assert str(prompt).endswith("\n")
    assert text.startswith(str(prompt))
    assert len(text) > len(str(prompt))
    *whole, last = prompt.messages
    assert turns[: len(whole)] == whole
    here = turns[len(whole)]
    assert here["role"] == last["role"]
    if last["role"] == "user":
        assert here == last
        assert len(turns) > len(whole) + 1
    else:
        assert last["content"].endswith("\n")
        assert here["content"].startswith(last["content"])
        assert len(here["content"]) > len(last["content"])


def jumps(trails: Sequence[fl.Trail]) -> Iterator[tuple[fl.Trail, Any]]:
    """Iterate over trails that jump, each with its first jump."""
    return ((trail, trail.crossings[0]) for trail in trails if trail.crossings)


def check_walkers(forest: fl.Forest, style: fl.Style, stride: int = 1) -> None:
    """Check prompts against the samples of paths, crops, bridges and questions."""
    wording, prompts = Wording(forest, style), Prompts(forest, style)
    for trail in walkers["paths"].function(forest)[::stride]:
        text, turns = written(wording, trail)
        for node in list(trail.places())[:-1]:
            check_begins(prompts.prompt(at(forest, node)), text, turns, node)
    for trail in walkers["crops"].function(forest, mid_tree=1, self_jumps=0)[::stride]:
        text, turns = written(wording, trail)
        for count, node in enumerate(list(trail.places())[:-1], 1):
            check_begins(prompts.prompt(at(forest, node), before=count), text, turns, node)
    for trail, crossing in jumps(walkers["crops"].function(forest, self_jumps=1)[::stride]):
        count = [*trail.places()].index(crossing.source) + 1
        check_begins(prompts.across(crossing, before=count), *written(wording, trail), "anchor")
    for before, direction in ((8, "auto"), (2, "up"), (1, "down")):
        found = walkers["bridges"].function(forest, before=before, direction=direction)[::stride]
        for trail, crossing in jumps(found):
            prompt = prompts.across(crossing, before=before, direction=direction)
            check_begins(prompt, *written(wording, trail), "anchor")
    for options in ({}, {"direction": "forth"}, {"direction": "link"}, {"inside": True}):
        for trail in walkers["questions"].function(forest, **options)[::stride]:
            assert trail.ask is not None
            start, goal = at(forest, trail.ask.start), at(forest, trail.ask.goal)
            prompt = prompts.prompt(start, goal=goal, direction=trail.ask.kind)
            check_begins(prompt, *written(wording, trail), "question")


@pytest.mark.parametrize("style", STYLES, ids=range(len(STYLES)))
@given(shapes=SHAPES)
def test_a_sample_begins_with_the_prompt_made_from_its_place(style: fl.Style, shapes: Any) -> None:
    """Paths, stretches, jumps and questions of any forest, in any style, go on from their prompts letter by letter."""
    check_walkers(grown(shapes), style)


@pytest.mark.parametrize("style", [STYLES[0], STYLES[3], STYLES[5]], ids=["words", "tokens", "own"])
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_so_do_the_samples_of_the_demo_forest(lang: str, style: fl.Style) -> None:
    """The same on real texts in both languages, some samples of each walker."""
    check_walkers(demo.forest(lang), style, stride=97)


@given(shapes=SHAPES)
def test_a_jump_that_a_user_asks_for_is_a_turn_of_its_own(shapes: Any) -> None:
    """With `ask_jumps` a prompt ends on the question for the jump, as the samples of that option have it."""
    forest = grown(shapes)
    wording = Wording(forest, fl.Style())
    for trail, crossing in jumps(walkers["bridges"].function(forest)):
        _, turns = written(wording, trail, ask_jumps=True)
        source, target = at(forest, crossing.source), at(forest, crossing.target)
        prompt = fl.Style().prompt(source, to=target, over=crossing.anchor, ask_jumps=True)
        assert turns[:-1] == prompt.messages
        assert prompt.messages[-1]["role"] == "user"


@given(shapes=SHAPES)
def test_what_is_not_learned_stands_in_the_question(shapes: Any) -> None:
    """Where each step is learned once, a jump is asked for after all that leads to it, as the samples have it."""
    forest = grown(shapes)
    wording, prompts = Wording(forest, fl.Style(), "once"), Prompts(forest, fl.Style(), "once")
    for trail, crossing in jumps(walkers["bridges"].function(forest)):
        prompt = prompts.across(crossing)
        check_begins(prompt, *written(wording, trail), "anchor")
        assert at(forest, crossing.source).text in prompt.messages[0]["content"]
        assert [turn["role"] for turn in prompt.messages] == ["user", "assistant"]


@pytest.fixture
def forest() -> fl.Forest:
    """Three trees: two anchors tie the first two, one of them the third as well."""
    forest = fl.Forest("f")
    norms = forest.plant("justice", "A match.").root.then("Norms differ.").anchor("norm", "culture").then("So what?")
    norms.anchor("alone")
    forest.plant("time", "Clocks.").root.then("Each town has its own.").anchor("culture").then("Late is local.")
    forest.plant("choice", "A refusal.").root.then("It needs a norm.").anchor("Norm", "culture")
    return forest


def test_only_a_tree_needs_to_be_named_where_one_anchor_leads_there(forest: fl.Forest) -> None:
    """The anchor follows from the node and the tree, and so does the tree from the anchor."""
    norms = forest["justice"][1]
    by_tree, by_anchor = fl.Style().prompt(norms, to="time"), fl.Style().prompt(norms, over="NORM")
    jump = "The same thought stands in another line of reasoning:"
    assert str(by_tree).splitlines()[-4:] == ["Norms differ. [Norm] [culture]", jump, "time", "[culture]"]
    assert str(by_anchor).splitlines()[-2:] == ["choice", "[Norm]"]
    assert str(fl.Style().prompt(norms, to=forest["time"], over=forest.anchors["culture"])) == str(by_tree)


def test_a_jump_says_where_it_goes_on(forest: fl.Forest) -> None:
    """The words of a jump are those of its direction: upwards where the other tree's node is a leaf, or on demand."""
    norms, words = forest["justice"][1], fl.Style().of("en")
    asked: dict[str, Any] = {"to": "time", "over": "culture"}
    assert words.jump in str(fl.Style().prompt(norms, **asked)).splitlines()
    assert words.upward in str(fl.Style().prompt(norms, **asked, direction="up")).splitlines()
    assert words.upward in str(fl.Style().prompt(norms, over="norm")).splitlines()
    assert words.jump in str(fl.Style().prompt(norms, over="norm", direction="down")).splitlines()


def test_a_tree_is_entered_where_the_walk_can_go_down(forest: fl.Forest) -> None:
    """Where the anchor stands at a leaf and at an inner node, the jump is said as the one to the inner node."""
    tree = forest.plant("law", "Laws.")
    leaf, inner = tree.root.branch("Some bind.", "Some do not.")
    leaf.anchor("alone")
    inner.anchor("alone").then("Why?")
    found = fl.Style().prompt(forest["justice"][2], to="law")
    assert fl.Style().of("en").jump in str(found).splitlines()
    assert found.walk.crossings[0].target == ("law", inner.number)
    assert fl.Style().of("en").upward in str(fl.Style().prompt(forest["justice"][2], to=leaf)).splitlines()


def test_a_jump_inside_a_tree_comes_back_to_where_it_stands(forest: fl.Forest) -> None:
    """A node's own tree is a goal as well, as crops have it, whatever other nodes share the anchor."""
    forest["justice"].root.anchor("alone")
    norms = forest["justice"][2]
    found = fl.Style().prompt(norms, to="justice", over="alone")
    assert fl.Style().of("en").again in str(found).splitlines()
    assert found.walk.crossings[0].target == ("justice", 2) == found.walk.crossings[0].source


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        (
            {"to": "choice"},
            OptionError,
            "Several anchors .* lead to 'choice': 'Norm', 'culture'. Choose one with over=",
        ),
        ({"over": "culture"}, OptionError, "'culture' leads from .* to 2 trees: 'time', 'choice'. Choose one with to="),
        ({"to": "time", "over": "norm"}, UnknownAnchorError, "No anchor .* leads to 'time'. Its anchors: 'Norm'"),
        ({"to": "tyme"}, UnknownTreeError, "Did you mean 'time'"),
        ({"over": "alone"}, UnknownAnchorError, "'alone' does not stand at"),
        ({"over": "nrom"}, UnknownAnchorError, "nrom"),
        ({"over": 3}, OptionError, "an anchor or one of its phrases, got 3"),
        ({"to": "time", "direction": "back"}, OptionError, "'auto', 'down', 'up', got 'back'"),
        ({"direction": "up"}, OptionError, "Give to=, over= or goal="),
        ({"before": 0}, OptionError, "'before'"),
        ({"goal": "choice"}, OptionError, "a node, got 'choice'"),
    ],
)
def test_what_cannot_be_asked_is_an_error(
    forest: fl.Forest, asked: dict[str, Any], error: type[Exception], message: str
) -> None:
    """What leads nowhere, to several places, or is no node fails on its own line and says what to do."""
    with pytest.raises(error, match=message):
        fl.Style().prompt(forest["justice"][1], **asked)


def test_a_node_without_a_way_says_so(forest: fl.Forest) -> None:
    """Where no anchor of a node leads to another tree, the error lists those that it has."""
    with pytest.raises(UnknownAnchorError, match=r"leads to 'time'\. Its anchors: 'alone'"):
        fl.Style().prompt(forest["justice"][2], to="time")
    with pytest.raises(UnknownAnchorError, match="Its anchors: none"):
        fl.Style().prompt(forest["justice"].root, to="time")


def test_a_question_goes_somewhere(forest: fl.Forest) -> None:
    """A goal is not mixed with a jump, stands in the same forest, and inside one tree below the start."""
    root, norms = forest["justice"].root, forest["justice"][1]
    alone = fl.Tree("alone", "A tree.")
    for asked in ({"goal": root}, {"goal": norms}, {"goal": forest["justice"][2], "direction": "link"}):
        with pytest.raises(OptionError, match="Inside one tree"):
            fl.Style().prompt(norms, **asked)
    with pytest.raises(OptionError, match="not both"):
        fl.Style().prompt(root, goal=norms, to="time")
    with pytest.raises(OptionError, match="'back', 'forth', 'link', got 'up'"):
        fl.Style().prompt(root, goal=norms, direction="up")
    with pytest.raises(OptionError, match="of another one"):
        fl.Style().prompt(root, goal=alone.root)
    with pytest.raises(OptionError, match=r"forest\.add"):
        fl.Style().prompt(alone.root)
    with pytest.raises(OptionError, match="'all', 'once', 'last'"):
        fl.Style().prompt(root, loss="twice")
    with pytest.raises(OptionError, match="a node, got 'justice'"):
        fl.Style().prompt("justice")  # type: ignore[arg-type]


def test_turns_by_role_are_begun_as_well(forest: fl.Forest) -> None:
    """In a tree whose nodes have roles every step is a turn, and the prompt ends with the last given one."""
    last = forest.plant("talk", "Why?", role="user").root.then("Since.", role="assistant").then("And?", role="user")
    last.then("So.", role="assistant")
    [sample] = [one for one in forest.linearize("chat", walkers="paths") if "talk" in str(one)]
    for number in range(3):
        turns = fl.Style().prompt(forest["talk"][number]).messages
        assert sample["messages"][: len(turns)] == turns


@pytest.mark.parametrize("depth", [1, 1_000, 100_000])
def test_a_prompt_is_made_at_any_depth(depth: int) -> None:
    """A jump from a node at any depth is given its last eight steps, and going on from it all that lead to it."""
    forest = fl.Forest()
    for name in ("a", "b"):
        forest.plant(name, "root").root.chain(f"s{step}" for step in range(depth)).anchor("the end")
    end = forest["a"][depth]
    assert len(fl.Style().prompt(end, to="b").walk.steps) == 1 + min(8, depth + 1) + 3
    assert len(fl.Style().prompt(end).walk.steps) == depth + 2


def test_a_hub_is_asked_about_without_its_crossings() -> None:
    """An anchor of 3,000 trees is jumped over by naming the tree; nothing is listed for each pair of them."""
    forest = fl.Forest()
    for number in range(3_000):
        forest.plant(f"t{number}", "root").root.anchor("q").then("s")
    assert str(fl.Style().prompt(forest["t0"].root, to="t2999")).endswith("t2999\n[q]\n")
    with pytest.raises(OptionError, match="to 2999 trees"):
        fl.Style().prompt(forest["t0"].root, over="q")


def test_marked_styles_say_everything_by_tokens() -> None:
    """No letter of English or Russian stands between nodes, and every token of the samples is listed."""
    style = fl.Style.marked()
    for lang in ("en", "ru", "de"):
        words = style.of(lang)
        for name in ("jump", "upward", "again", "question", "outline", "levels", "onward"):
            left = getattr(words, name)
            assert left
            for token in style.special_tokens:
                left = left.replace(token, "")
            assert left == ""
    assert fl.Style().special_tokens == ()
    assert len(set(style.special_tokens)) == len(style.special_tokens) > 9


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        ({"jmp": "<|x|>"}, "No token is called 'jmp'"),
        ({"jump": "JUMP"}, "got 'JUMP'"),
        ({"jump": "<|a b|>"}, "<|a b|>"),
    ],
)
def test_a_token_that_is_none_is_refused(tokens: dict[str, str], message: str) -> None:
    """A token has a name that is known and the form that tokenizers and `special_tokens` tell it by."""
    with pytest.raises(OptionError, match=message.replace("|", r"\|")):
        fl.Style.marked(**tokens)
