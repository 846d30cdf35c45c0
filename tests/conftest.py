"""What the tests share: forests to draw and to hold, deep trees, a stopwatch, and the profiles of Hypothesis.

Strategies are registered by type, so that a test asks for what it needs with ``@given(tree=st.from_type(fl.Tree))``;
everything else is a fixture. The profile `quick` is deterministic, for every run of the suite; more is tried by
``pytest --hypothesis-profile thorough``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

import forestlib as fl

ENGLISH = ("A match between deeds and norms.", "But norms differ.", "1 + 1 = 2", "3", "{tree} holds {anchor}")
RUSSIAN = ("Справедливость — это соответствие.", "Но нормы бывают разные.", "Выбор — это отказ.", "Ещё одно «но».")
PHRASES = ("choice", "Choice", "a choice", "выбор", "Ещё раз", "еще раз", "cause → effect", "cause  -> effect", "{x}")
AXES = (
    None,
    ["causality"],
    ["эмпатия", "causality"],
    {"causality": 0.8, "empathy": 0.2},
    {"paradox": 60, "религия": 40},
)

settings.register_profile(
    "quick",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("thorough", settings.get_profile("quick"), derandomize=False, max_examples=2_000)


def pytest_configure(config: pytest.Config) -> None:
    """Take the quick profile, unless the command line names another one."""
    if not config.getoption("--hypothesis-profile", None):
        settings.load_profile("quick")


characters = st.characters(exclude_categories=["Cs"])
texts = st.sampled_from(ENGLISH + RUSSIAN) | st.text(characters, min_size=1, max_size=8).filter(str.strip)
names = st.text(characters, min_size=1, max_size=8).filter(lambda name: name.splitlines() == [name] == [name.strip()])
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))
fields = st.dictionaries(st.sampled_from(["role", "score", "label", "ид"]), values, max_size=2)


@st.composite
def trees(draw: st.DrawFn, name: st.SearchStrategy[str] = names) -> fl.Tree:
    """Draw every tree: the parent of node i is k[i] % i, so that nodes are appended in any order that there is."""
    tree = fl.Tree(draw(name), draw(texts), draw(st.sampled_from(AXES)), lang=draw(st.sampled_from([None, "en", "ru"])))
    nodes = [tree.root]
    for number, parent in enumerate(draw(st.lists(st.integers(0, 1 << 16), max_size=12)), 1):
        nodes.append(nodes[parent % number].then(draw(texts), **draw(fields)))
    for node in draw(st.lists(st.sampled_from(nodes), max_size=8)):
        node.anchor(draw(st.sampled_from(PHRASES)))
    return tree


@st.composite
def forests(draw: st.DrawFn) -> fl.Forest:
    """Draw a forest of up to four trees that share anchors, some of which are declared."""
    forest = fl.Forest(draw(names))
    for name in draw(st.lists(names, max_size=4, unique=True)):
        forest.add(draw(trees(st.just(name))))
    if draw(st.booleans()):
        forest.anchor(
            draw(st.sampled_from(["a free choice", "Choice"])), draw(st.sampled_from([[], ["выбор", "choice"]]))
        )
    return forest


st.register_type_strategy(fl.Tree, trees())
st.register_type_strategy(fl.Forest, forests())
st.register_type_strategy(fl.TreeRows, trees().map(fl.Tree.rows))


@pytest.fixture
def forest() -> fl.Forest:
    """A small forest in two languages: three trees tied by two anchors, and one alone."""
    forest = fl.Forest("ethics")
    justice = forest.plant("justice", "A match between deeds and norms.", {"causality": 0.8, "empathy": 0.2})
    local, _ = justice.root.anchor("norm").then("Norms differ.").branch("Local norms bind.", "Universal ones claim to.")
    local.then("To bind is to choose.", role="assistant", score=0.5).anchor("choice")
    choice = forest.plant("choice", "To choose is to refuse.", ["paradox"])
    choice.root.then("Refusal needs a norm.").anchor("norm").then("Without it nothing is refused.")
    will = forest.plant("воля", "Воля — это сила выбора.", ["причинность"])
    will.root.then("Выбирает тот, кто мог иначе.").anchor("Choice").then("Значит, иначе было возможно.")
    forest.plant("время", "Время не течёт.").root.branch("Течём мы.", "Течёт река.")
    return forest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data that lie beside the project, where they lie there."""
    data = Path(__file__).parents[1].parent / "shared" / "data"
    if not data.is_dir():
        pytest.skip(f"the shared data are not on this machine: no {data}")
    return data


@pytest.fixture(params=[1, 1_000, 100_000], ids="depth {}".format)
def depth(request: pytest.FixtureRequest) -> int:
    """How many levels below the root a deep tree has."""
    return int(request.param)


@pytest.fixture
def chain(depth: int) -> fl.Tree:
    """A tree of one path: its only leaf stands on level `depth`."""
    tree = fl.Tree("chain", "Step 0.")
    tree.root.chain(f"Step {level}." for level in range(1, depth + 1))
    return tree


@pytest.fixture
def comb(depth: int) -> fl.Tree:
    """A spine of `depth` levels with a leaf beside every step, appended spine first: far from preorder."""
    tree = fl.Tree("comb", "Step 0.")
    spine = [tree.root]
    for level in range(1, depth + 1):
        spine.append(spine[-1].then(f"Step {level}."))
    for node in spine[:-1]:
        node.then(f"Aside of {node.level}.")
    return tree


@pytest.fixture(scope="session")
def regrown() -> Callable[[fl.Tree, Random], fl.Tree]:
    """A function that builds an equal tree anew, node by node, in an order of appending and marking of its own."""

    def regrow(tree: fl.Tree, random: Random) -> fl.Tree:
        rows = tree.rows()
        fields = [{name: held[at] for name, held in rows.fields.items() if at in held} for at in range(len(tree))]
        twin = fl.Tree(rows.name, rows.texts[0], rows.axes, lang=rows.lang, **fields[0])
        made = {0: twin.root}
        waiting = {number: [child.number for child in tree[number].children()] for number in range(len(tree))}
        marks = {number: list(tree[number].anchors) for number in range(len(tree))}
        while moves := [(number, todo) for todo in (waiting, marks) for number in made if todo[number]]:
            number, todo = random.choice(moves)
            if todo is marks:
                made[number].anchor(marks[number].pop(0))
            else:
                child = waiting[number].pop(0)
                made[child] = made[number].then(rows.texts[child], **fields[child])
        return twin

    return regrow


@pytest.fixture(scope="session")
def content() -> Callable[[fl.Tree | fl.Forest], Any]:
    """A function that returns all that a tree or a forest holds as plain values, to compare before and after."""

    def of_tree(tree: fl.Tree) -> dict[str, Any]:
        rows = attrs.asdict(tree.rows(), recurse=False)
        return rows | {name: list(rows[name]) for name in ("levels", "texts", "marks")}

    def of(held: fl.Tree | fl.Forest) -> Any:
        if isinstance(held, fl.Tree):
            return of_tree(held)
        frame = [(axis.key, dict(axis.names), axis.sub) for axis in held.frame]
        return held.name, held.revision, frame, held.declared(), list(held.anchors), list(map(of_tree, held))

    return of


@pytest.fixture(scope="session")
def ratio() -> Callable[..., float]:
    """A function that returns how many times as long one call takes as another, as a quiet machine would tell it.

    Each time is the best of three, and a ratio that is too large is measured again, twice at most.
    """

    def best(call: Callable[[], object]) -> float:
        found = []
        for _ in range(3):
            # Seconds of this process: a neighbour on the same cores is no slowness of ours.
            begin = time.process_time()
            call()
            found.append(time.process_time() - begin)
        return min(found)

    def measure(one: Callable[[], object], other: Callable[[], object], enough: float = 3) -> float:
        found = best(one) / best(other)
        for _ in range(2):
            found = found if found < enough else min(found, best(one) / best(other))
        return found

    return measure
