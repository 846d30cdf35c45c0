"""Lines made straight from bytes are the bytes of the samples."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forestlib as fl

ODD = [
    'He said "yes",',
    '","',
    ',"b',
    "\\",
    "a\\",
    '\\",',
    "a\nb",
    "a\u2028b",
    "\x00",
    "\x1f",
    "😀",
    "ё",
    "{tree}",
    "{anchor}",
    "x",
]
TEXTS = st.sampled_from([text for text in ODD if text.strip()]) | st.text(
    st.characters(codec="utf-8"), min_size=1, max_size=5
).filter(lambda text: bool(text.strip()))
NAMES = st.sampled_from(['a",', '","', "\\", "{anchor}", "ё", "a\\", "t", "😀"])
NODES = st.lists(
    st.tuples(
        st.integers(0, 99),
        TEXTS,
        st.sets(st.sampled_from(['q",', "q{tree}", "q\\", "q\n", "Q\\"]), max_size=2),
        st.sampled_from([None] * 8 + ["user"]),
    ),
    min_size=1,
    max_size=9,
)
STYLES = [
    None,
    *(fl.Style(anchors=shown) for shown in ("shared", "jumps")),
    fl.Style(
        words={
            "en": fl.Words(
                head="{tree}\n",
                marked=" «{anchor}»",
                anchor='"{anchor}",',
                jump="",
                question='{tree}\\","',
                ask="{tree}?",
            )
        }
    ),
]


@st.composite
def forests(draw: st.DrawFn) -> fl.Forest:
    """Draw a forest with odd texts, names and anchors, appended in any order."""
    forest = fl.Forest("f")
    for name in draw(st.lists(NAMES, min_size=1, max_size=4, unique=True)):
        nodes: list[fl.Node] = []
        for above, text, anchors, role in draw(NODES):
            fields: dict[str, Any] = {} if role is None else {"role": role}
            new = nodes[above % len(nodes)].then(text, **fields) if nodes else forest.plant(name, text, **fields).root
            nodes.append(new.anchor(*sorted(anchors)))
    return forest


@pytest.mark.parametrize(("name", "options"), [("text", {}), ("chat", {}), ("chat", {"ask_jumps": True})])
@settings(max_examples=80, deadline=None)
@given(
    forest=forests(),
    seed=st.integers(0, 9),
    direction=st.sampled_from(["auto", "up", "down"]),
    style=st.sampled_from(STYLES),
    order=st.sampled_from(["shuffled", "forest"]),
)
def test_lines_are_the_bytes_of_the_samples(
    name: str, options: dict[str, Any], style: fl.Style | None, order: str, forest: fl.Forest, seed: int, direction: str
) -> None:
    """Built-in formats give the same bytes from encoded blocks as from encoding each sample."""
    walkers = {"paths": 0.5, "bridges": {"share": 0.5, "direction": direction, "jumps": 2}}
    corpus = forest.linearize(name, walkers=walkers, style=style, seed=seed, order=order, size=20, **options)
    assert list(corpus.lines()) == [orjson.dumps(sample) + b"\n" for sample in corpus]


@pytest.mark.parametrize("depth", [1, 1_000, 100_000])
def test_a_tree_of_any_depth_is_laid_out(depth: int) -> None:
    """A chain of any depth is one sample whose lines are its steps."""
    forest = fl.Forest()
    forest.plant("t", "root").root.chain(f"s{number}" for number in range(depth))
    (line,) = forest.linearize("text", walkers="paths").lines()
    assert orjson.loads(line)["text"].split("\n") == ["t", "root", *(f"s{number}" for number in range(depth))]


@pytest.mark.parametrize("depth", [1, 1_000, 100_000])
def test_a_comb_is_laid_out_lazily(depth: int) -> None:
    """Of a comb of any depth single samples are rendered without the others."""
    forest = fl.Forest()
    levels = [level for step in range(1, depth + 1) for level in (step, step)]
    forest.plant("t", "root").root.extend([f"s{place}" for place in range(2 * depth)], levels)
    corpus = forest.linearize("text", walkers="paths", order="forest")
    assert len(corpus) == depth + 1
    for place in (0, depth // 2, depth):
        (line,) = corpus.lines(place, place + 1)
        assert orjson.loads(line) == corpus[place]
        assert corpus[place]["text"].count("\n") == min(place + 2, depth + 1)
