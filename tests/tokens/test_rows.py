"""Rows joined from ids are the rows of the joined texts, whatever the tokenizer, whatever the pieces."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forestlib.errors import ForestlibWarning, OptionError
from forestlib.tokens.laid import JoinedRows
from forestlib.tokens.plan import RowPlan
from forestlib.tokens.rows import TokenRows
from forestlib.tokens.table import TokenTable
from forestlib.tokens.tokenizer import tokenizer_of
from forestlib.tokens.units import Glue

WORDS = (
    "Но нормы бывают разные.",
    "Выбор — это отказ",
    "norms differ:",
    "«Почему?»",
    "12345",
    "1",
    "(хотя бы одной)",
    "/etc",
    "'s",
    "!",
    "…",
    " выбор",
    "отказ ",
    "\nдва\n",
    "\u0301а",
    "за́",
    "\t",
    "<|end|>",
    "水 и 火",
    "e\u0301",
    "🌲",
    "\u200b",
)
pieces_drawn = st.lists(st.sampled_from(WORDS) | st.text(min_size=1, max_size=6), min_size=1, max_size=9)


@st.composite
def levels_drawn(draw: st.DrawFn, size: int) -> list[int]:
    """Draw the levels of any preorder listing."""
    levels = [0]
    for step in draw(st.lists(st.integers(0, 8), min_size=size - 1, max_size=size - 1)):
        levels.append(step % (levels[-1] + 2))
    return levels


def wanted(tokenizer: Any, texts: list[str], plan: RowPlan, joiner: str = "\n") -> list[list[int]]:
    """Return the ids of each row's text."""
    joined = [joiner.join(texts[piece] for piece in row) for row in plan]
    return [ids.tolist() for ids in tokenizer_of(tokenizer).encode(joined)]


def quietly(table: TokenTable, plan: RowPlan) -> Any:
    """Return the rows of a plan, without what is said about them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ForestlibWarning)
        return table.lay(plan)


@given(data=st.data())
@settings(max_examples=60)
def test_paths_equal_their_texts(tokenizer: Any, data: st.DataObject) -> None:
    """The ids of all paths of any tree of any texts are those of tokenizing each path."""
    texts = data.draw(pieces_drawn)
    plan = RowPlan.paths(data.draw(levels_drawn(len(texts))))
    laid = quietly(TokenTable(tokenizer, texts), plan)
    assert [row.tolist() for row in laid.rows()] == wanted(tokenizer, texts, plan)


@given(data=st.data())
@settings(max_examples=30)
def test_any_rows_equal_their_texts(tokenizer: Any, data: st.DataObject) -> None:
    """The ids of rows of any pieces in any order, with any joiner, are those of their texts."""
    texts = data.draw(pieces_drawn)
    joiner = data.draw(st.sampled_from(["\n", " ", "\n\n", " → ", ""]))
    rows = data.draw(st.lists(st.lists(st.integers(0, len(texts) - 1), min_size=1, max_size=5), min_size=1, max_size=6))
    plan = RowPlan([piece for row in rows for piece in row], np.cumsum([0, *map(len, rows)]))
    laid = quietly(TokenTable(tokenizer, texts, joiner), plan)
    assert [row.tolist() for row in laid.rows()] == wanted(tokenizer, texts, plan, joiner)


@given(data=st.data())
@settings(max_examples=30)
def test_what_is_given_is_what_comes_before(tokenizer: Any, data: st.DataObject) -> None:
    """Where a row is joined, its tokens that are not learned are those of the text before what is learned."""
    texts = data.draw(pieces_drawn)
    plan = RowPlan.paths(data.draw(levels_drawn(len(texts))), once=True)
    table = TokenTable(tokenizer, texts, bos=1, eos=2)
    laid = quietly(table, plan)
    rows = zip(plan, plan.given.tolist(), laid.rows(), split_labels(laid.rows()), strict=True)
    for row, given_pieces, ids, labels in rows:
        assert ids[0] == 1
        assert ids[-1] == 2
        assert labels[0] == -100
        learned = labels != -100
        assert not (learned[:-1] & ~learned[1:]).any()
        if not laid.fallen and given_pieces:
            side = table.joining.side if table.joining else "right"
            before = "\n".join(texts[piece] for piece in row[:given_pieces]) + ("\n" if side == "left" else "")
            told = tokenizer_of(tokenizer).encode([before]).flat
            assert ids[1 : 1 + len(told)].tolist() == told.tolist()
            assert (~learned).sum() == 1 + len(told)


def split_labels(rows: TokenRows) -> list[Any]:
    """Return the labels of each row."""
    return np.split(rows.labels, rows.offsets[1:-1])


@given(data=st.data())
def test_chunks_are_the_rows(trained: Callable[[str], Any], data: st.DataObject) -> None:
    """However small the chunks, together they are all rows, and no chunk of several rows is too long."""
    texts = data.draw(pieces_drawn)
    plan = RowPlan.paths(data.draw(levels_drawn(len(texts))), once=data.draw(st.booleans()))
    laid = quietly(TokenTable(trained(data.draw(st.sampled_from(["llama3", "metaspace-merging"]))), texts, eos=0), plan)
    whole, size = laid.rows(), data.draw(st.integers(1, 60))
    chunks = list(laid.chunks(size))
    again = TokenRows.joined(chunks)
    assert again.ids.tolist() == whole.ids.tolist()
    assert again.labels.tolist() == whole.labels.tolist()
    assert again.lengths.tolist() == whole.lengths.tolist() == laid.lengths.tolist()
    assert all(len(chunk) == 1 or laid.fallen or len(chunk.ids) <= size for chunk in chunks)


SIDES = {
    "gpt2": ("own", ""),
    "llama3": ("left", ""),
    "qwen": ("left", ""),
    "o200k": ("left", ""),
    "tiktoken": ("left", ""),
    "metaspace-first": ("right", "."),
    "metaspace-never": ("own", ""),
    "wordpiece": ("own", ""),
    "letters": ("own", ""),
}


@pytest.mark.parametrize("name", SIDES)
def test_the_joiner_goes_where_the_splitting_puts_it(trained: Callable[[str], Any], name: str) -> None:
    """On plain Russian sentences every row is joined, and the joiner stands on the side that suits the splitting."""
    table = TokenTable(trained(name), SENTENCES)
    laid = table.lay(RowPlan.paths([0, 1, 2, 2, 1]))
    assert isinstance(laid, JoinedRows)
    assert (laid.fallen, laid.reason) == (0, "")
    assert table.joining is not None
    assert (table.joining.side, table.joining.carrier) == SIDES[name]


SENTENCES = ["Выбор — это отказ.", "Но нормы бывают разные!", "Воля — «сила» 1984", "Время не течёт…", "Norms differ."]


def test_a_tokenizer_that_merges_over_borders_is_told(trained: Callable[[str], Any]) -> None:
    """Where tokens stand over most borders, all rows are tokenized whole, and a warning and the result say why."""
    texts = ["Выбор — это отказ, а отказ требует нормы (хотя бы одной)."] * 2 + ["Воля — это сила выбора."]
    with pytest.warns(ForestlibWarning, match="tokenized whole"):
        laid = TokenTable(trained("metaspace-merging"), texts).lay(RowPlan([0, 2, 1, 2], [0, 2, 4]))
    assert laid.fallen == 2
    assert "other ids for" in laid.reason


def merging(text: str) -> list[int]:
    """Tokenize letter by letter, but for line breaks after an exclamation and before a question."""
    return list(map(ord, text.replace("\n?", "\x01").replace("!\n", "\x02")))


def test_only_the_row_with_a_bad_border_is_tokenized_whole() -> None:
    """A border that merges the other way than most spoils its own row, and no other; it is counted and said."""
    texts = ["да", "нет!", "?так"]
    plan = RowPlan([1, 0, 1, 0, 1, 0, 0, 2], [0, 2, 4, 6, 8])
    with pytest.warns(ForestlibWarning, match="1 of 4 rows"):
        laid = TokenTable(merging, texts).lay(plan)
    assert isinstance(laid, JoinedRows)
    assert laid.fallen == 1
    assert [row.tolist() for row in laid.rows()] == wanted(merging, texts, plan)


def test_marks_and_glue_stand_without_a_joiner(trained: Callable[[str], Any]) -> None:
    """Special tokens and words of a template are joined to their neighbours by nothing; what is taught is learned."""
    own = tokenizer_of(trained("llama3"))
    pieces = [(7,), Glue("user\n"), "Выбор", "Но нормы.", Glue("\n")]
    plan = RowPlan([0, 1, 2, 3, 0, 4], [0, 6], taught=[0, 0, 1, 1, 1, 0])
    rows = TokenTable(trained("llama3"), pieces).rows(plan)
    text = own.encode(["user\nВыбор\nНо нормы."]).flat.tolist()
    before = len(own.encode(["user\n"]).flat)
    assert rows.ids.tolist() == [7, *text, 7, *own.encode(["\n"]).flat]
    assert rows.learned.tolist() == [False] * (1 + before) + [True] * (len(text) - before + 1) + [False]


def test_a_comb_is_read_row_by_row(depth: int) -> None:
    """The paths of a comb of any depth, whose listing would grow with its square, are read as far as one wants."""
    levels = np.append(np.arange(depth + 1), np.arange(depth, 0, -1))
    texts = list(map(str, range(len(levels))))
    laid = TokenTable(lambda text: [ord(sign) for sign in text], texts).lay(RowPlan.paths(levels))
    assert len(laid) == depth + 1
    assert laid.lengths[-1] == len(f"0\n{len(levels) - 1}")
    first = next(laid.chunks(1 << 16))
    assert "".join(map(chr, first[0].tolist())) == "\n".join(texts[: depth + 1])


@pytest.mark.parametrize(("options", "said"), [({"eos": True}, "names no EOS"), ({"bos": "<s>"}, "bos is an id")])
def test_ends_are_never_guessed(options: dict[str, Any], said: str) -> None:
    """A tokenizer without an EOS is told from one with it, before anything is tokenized."""
    with pytest.raises(OptionError, match=said):
        TokenTable(lambda text: [1], ["a"], **options)


def test_padding_needs_an_id() -> None:
    """Without an id to pad with there is no matrix, and the error says what to give."""
    rows = TokenTable(lambda text: [ord(sign) for sign in text], ["ab", "c"]).rows(RowPlan([0, 1], [0, 1, 2]))
    with pytest.raises(OptionError, match="give pad="):
        rows.padded(None)
    assert rows.padded(0)["labels"].tolist() == [[97, 98], [99, -100]]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"pieces": [0], "offsets": [0, 0, 1]}, "with a piece of its own"),
        ({"pieces": [0, 1], "offsets": [0, 1, 2], "kept": [0, 1]}, "may keep 0"),
        ({"pieces": [0], "offsets": [0, 1], "given": [2]}, "given counts"),
        ({"pieces": [0.5], "offsets": [0, 1]}, "whole numbers"),
    ],
)
def test_a_plan_that_says_no_rows_is_an_error(columns: dict[str, Any], said: str) -> None:
    """Offsets, counts and numbers that make no rows are refused where they are given."""
    with pytest.raises(OptionError, match=said):
        RowPlan(**columns)


def test_no_rows_are_no_tokens() -> None:
    """A plan of nothing gives nothing."""
    laid = TokenTable(lambda text: [1], []).lay(RowPlan([], [0]))
    assert (len(laid.rows()), list(laid.chunks())) == (0, [])
