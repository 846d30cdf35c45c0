"""Token rows of a corpus: they equal tokenizing its samples, whatever format, walker, order, loss and tokenizer."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.corpus.spelling import Spelling
from forestlib.demo import forest as demo
from forestlib.errors import EmptyCorpusError, ForestlibWarning, OptionError
from forestlib.model.passages import Passage
from forestlib.tokens.files import read_columns
from forestlib.tokens.plan import RowPlan
from forestlib.tokens.table import TokenTable
from forestlib.tokens.tokenizer import tokenizer_of

FORMATS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("text", {}),
    ("prompt_completion", {}),
    ("segments", {"begin": "<", "end": ">"}),
)
MIXED = {"paths": 0.4, "bridges": 0.3, "windows": 0.3}
OWN = [{"text": f"Свой пример {number}.\nСо второй строкой."} for number in range(20)]
CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' %}{% generation %}{{ m.content }}"
    "<|im_end|>{% endgeneration %}{% else %}{{ m.content }}<|im_end|>{% endif %}\n{% endfor %}"
)


def letters(text: str) -> list[int]:
    """Return the code points of a text."""
    return list(map(ord, text))


def said(sample: Mapping[str, Any]) -> str:
    """Return the text of a sample."""
    if "segments" in sample:
        return "".join(part["text"] for part in sample["segments"])
    return str(sample.get("text") or sample["prompt"] + sample["completion"])


def learned(sample: Mapping[str, Any]) -> str:
    """Return the text of a sample that is learned."""
    if "segments" in sample:
        return "".join(part["text"] for part in sample["segments"] if part["label"])
    return str(sample.get("text") or sample["completion"])


@pytest.fixture(scope="module")
def gpt2() -> Any:
    """A tokenizer that splits like GPT-2, trained on the demo forest."""
    hf = pytest.importorskip("tokenizers", reason="comes with forestlib[hf]")
    made, before = hf.Tokenizer(hf.models.BPE()), hf.pre_tokenizers
    made.pre_tokenizer = before.ByteLevel(add_prefix_space=False)
    trainer = hf.trainers.BpeTrainer(
        vocab_size=600, special_tokens=["<|end|>"], initial_alphabet=before.ByteLevel.alphabet(), show_progress=False
    )
    made.train_from_iterator([node.text for tree in demo() for node in tree], trainer)
    return made


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("order", ["shuffled", "forest"])
@pytest.mark.parametrize(("name", "options"), FORMATS)
def test_rows_are_the_tokens_of_the_samples(
    name: str, options: dict[str, Any], order: str, lang: str, gpt2: Any
) -> None:
    """Each row has the ids of its sample's text, and learns what the sample says is learned, under every loss."""
    for loss in ("all",) if name == "text" else ("all", "once", "last"):
        for walkers in (MIXED, "paths"):
            corpus = demo(lang).linearize(name, walkers, size=30, order=order, loss=loss, seed=5, **options)
            rows, samples = corpus.tokenize(gpt2).rows(), list(corpus)
            wanted = tokenizer_of(gpt2).encode([said(sample) for sample in samples])
            assert [row.tolist() for row in rows] == [ids.tolist() for ids in wanted]
            again = corpus.tokenize(letters).rows()
            for place, sample in enumerate(samples):
                span = slice(*again.offsets[place : place + 2])
                ids = again.ids[span][again.learned[span]]
                assert "".join(map(chr, ids.tolist())) == learned(sample)


def drawn_rows(forest: fl.Forest, loss: str, order: str) -> tuple[list[str], list[str], list[str], list[str]]:
    """Return what rows say and learn, and what their samples do."""
    corpus = forest.linearize("prompt_completion", "paths", loss=loss, order=order)
    rows = corpus.tokenize(letters).rows()
    spans = [slice(begin, end) for begin, end in zip(rows.offsets, rows.offsets[1:], strict=False)]
    texts = ["".join(map(chr, rows.ids[span].tolist())) for span in spans]
    taught = ["".join(map(chr, rows.ids[span][rows.learned[span]].tolist())) for span in spans]
    return texts, taught, [said(one) for one in corpus], [learned(one) for one in corpus]


@given(
    forest=st.from_type(fl.Forest), loss=st.sampled_from(["all", "once"]), order=st.sampled_from(["shuffled", "forest"])
)
def test_every_forest_is_tokenized(forest: fl.Forest, loss: str, order: str) -> None:
    """Whatever the trees are like, rows joined from shared beginnings say and learn what the samples do."""
    if len(forest):
        texts, taught, wanted, wanted_taught = drawn_rows(forest, loss, order)
        assert (texts, taught) == (wanted, wanted_taught)


def test_own_samples_are_rows_at_their_places() -> None:
    """Samples of the user's own are tokenized whole, and stand where the corpus has them."""
    corpus = demo("ru").linearize("text", size=40, own={"samples": OWN, "share": 0.25}, seed=3)
    tokens = corpus.tokenize(letters)
    assert ["".join(map(chr, row.tolist())) for row in tokens.rows()] == [said(sample) for sample in corpus]
    assert tokens.report.own == 10


def test_chunks_are_the_rows() -> None:
    """Rows come in chunks of any size, the same rows with the same labels, also where they share beginnings."""
    corpus = demo("ru").linearize("prompt_completion", "paths", order="forest", loss="once")
    tokens = corpus.tokenize(letters, bos=1, eos=2)
    rows = tokens.rows()
    for size in (1, 5_000):
        chunks = list(tokens.chunks(size))
        assert len(chunks) > 1
        assert np.concatenate([chunk.ids for chunk in chunks]).tolist() == rows.ids.tolist()
        assert np.concatenate([chunk.labels for chunk in chunks]).tolist() == rows.labels.tolist()


def test_no_bos_and_no_eos_comes_by_itself() -> None:
    """Rows have a BOS and an EOS only where they are asked for: the first is never learned, the second is."""
    corpus = demo("ru").linearize("text", size=3)
    plain, ended = (corpus.tokenize(letters, **marks).rows() for marks in ({}, {"bos": 1, "eos": 2}))
    for row, other in zip(plain, ended, strict=True):
        assert [1, *row.tolist(), 2] == other.tolist()
    assert ended.labels[0] == -100
    assert ended.labels[-1] == 2
    with pytest.raises(OptionError, match="names no EOS token"):
        corpus.tokenize(letters, eos=True)


def test_what_is_skipped_is_counted() -> None:
    """A walk that the format cannot say is no row, and the report says why."""
    forest = fl.Forest("talk")
    tree = forest.plant("t", "Q?", role="user")
    tree.root.then("A.", role="assistant").then("And?", role="user")
    corpus = forest.linearize("prompt_completion", "paths", messages=True, loss="last")
    tokens = corpus.tokenize(letters)
    assert len(tokens.rows()) == 0
    assert sum(tokens.report.skipped.values()) == 1
    with pytest.raises(EmptyCorpusError, match="nothing to pack"):
        corpus.pack(letters)


def test_messages_need_a_chat_template() -> None:
    """A tokenizer without a template cannot lay out messages."""
    with pytest.raises(OptionError, match="chat template"):
        demo("ru").linearize("chat", size=2).tokenize(letters).rows()


def test_a_format_without_tokens_names_those_that_have_them() -> None:
    """A serializer that does not say how it is tokenized is refused at once; one that does is tokenized."""

    def pieces(walk: fl.Walk, *, mark: str = "-") -> Iterator[tuple[Passage, ...]]:
        yield (Passage([f"{mark} {step.text}" for step in walk.steps]),)

    def bullets(walk: fl.Walk, *, mark: str = "-") -> Iterator[fl.Sample]:
        yield {"text": "\n".join(f"{mark} {step.text}" for step in walk.steps)}

    try:
        fl.registry.serializers.add("bulleted", bullets)
        corpus = demo("ru").linearize("bulleted", "paths", size=5)
        with pytest.raises(OptionError, match=r"'bulleted' does not say .* 'chat', .*'text'"):
            corpus.tokenize(letters)
        fl.registry.serializers.add("bulleted", bullets, tokens=pieces)
        corpus = demo("ru").linearize("bulleted", "paths", size=5, mark="*")
        assert ["".join(map(chr, row)) for row in corpus.tokenize(letters).rows()] == [said(one) for one in corpus]
    finally:
        fl.registry.serializers.forget("bulleted")


def test_merging_over_borders_is_told_once() -> None:
    """A tokenizer that merges over line breaks gets whole rows, with a warning and a count."""

    def pairs(text: str) -> list[int]:
        return [sum(map(ord, text[at : at + 2])) for at in range(0, len(text), 2)]

    corpus = demo("ru").linearize("text", "bridges", size=20)
    tokens = corpus.tokenize(pairs)
    with pytest.warns(ForestlibWarning, match="tokenized whole"):
        rows = tokens.rows()
    assert [row.tolist() for row in rows] == [pairs(said(sample)) for sample in corpus]
    assert tokens.report.whole
    assert tokens.report.reason


def test_files_hold_the_rows(tmp_path: Path) -> None:
    """Columns keep the labels; Megatron's pair and the flat file need to know how many ids there are."""
    tokens = demo("ru").linearize("prompt_completion", size=10).tokenize(letters)
    rows = tokens.rows()
    assert len(tokens.write(tmp_path / "columns")) >= 3
    assert read_columns(tmp_path / "columns").labels.tolist() == rows.labels.tolist()
    with pytest.raises(OptionError, match="vocabulary="):
        tokens.write(tmp_path / "flat.bin", "bin")
    (path,) = tokens.write(tmp_path / "flat.bin", "bin", vocabulary=sys.maxunicode)
    assert np.fromfile(path, np.uint32).tolist() == rows.ids.tolist()
    assert [one.suffix for one in tokens.write(tmp_path / "meg", "megatron", vocabulary=1 << 20)] == [".bin", ".idx"]


@pytest.mark.parametrize("loss", ["all", "once"])
def test_deep_trees_are_tokenized(chain: fl.Tree, loss: str) -> None:
    """A path of any depth is a row."""
    forest = fl.Forest("deep")
    forest.add(chain)
    corpus = forest.linearize("prompt_completion", "paths", loss=loss)
    assert "".join(map(chr, corpus.tokenize(letters).rows().ids.tolist())) == said(corpus[0])


def test_kept_rows_may_say_which_pieces_are_taught() -> None:
    """Rows that share beginnings say of each piece whether it is learned, and the given ones are not."""
    plan = RowPlan([0, 1, 2, 1, 2], [0, 3, 5], kept=[0, 1], given=[0, 2], taught=[0, 1, 0, 1, 1])
    rows = TokenTable(letters, ["a", "b", "c"], "").rows(plan)
    assert rows.learned.tolist() == [False, True, False, False, False, True]
    assert list(map(plan.taught_of, range(2))) == [[False, True, False], [False, False, True]]


@pytest.fixture
def chatting(gpt2: Any) -> Any:
    """A tokenizer of transformers with a chat template."""
    transformers = pytest.importorskip("transformers", reason="comes with forestlib[train]")
    own = transformers.PreTrainedTokenizerFast(tokenizer_object=gpt2)
    own.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})
    own.chat_template = CHATML
    return own


@pytest.mark.parametrize("changed", ["{{ m.content }}", "{{ m.content | upper }}"])
@pytest.mark.parametrize(
    ("name", "options"), [("chat", {}), ("chat", {"ask_jumps": True}), ("prompt_completion", {"messages": True})]
)
def test_chats_are_the_template_s(name: str, options: dict[str, Any], changed: str, chatting: Any) -> None:
    """Rows of messages have the ids and the learned tokens of apply_chat_template, whatever the template does."""
    chatting.chat_template = CHATML.replace("{{ m.content }}", changed)
    for loss, order in (("all", "forest"), ("once", "forest"), ("last", "shuffled")):
        corpus = demo("ru").linearize(name, {"paths": 0.5, "bridges": 0.5}, size=12, order=order, loss=loss, **options)
        tokens = corpus.tokenize(chatting)
        rows = tokens.rows()
        for place, sample in enumerate(corpus):
            messages = sample.get("messages") or [*sample["prompt"], *sample["completion"]]
            made = chatting.apply_chat_template(
                messages, tokenize=True, return_dict=True, return_assistant_tokens_mask=True
            )
            span = slice(*rows.offsets[place : place + 2])
            assert rows.ids[span].tolist() == made["input_ids"]
            assert rows.learned[span].tolist() == list(map(bool, made["assistant_masks"]))
        assert bool(tokens.report.templated) == ("upper" in changed)


def test_a_template_that_marks_nothing_and_changes_messages_is_an_error(chatting: Any) -> None:
    """Where nothing can say which tokens are learned, nothing is guessed."""
    chatting.chat_template = "{% for m in messages %}{{ m.content | upper }}{% endfor %}"
    with pytest.raises(OptionError, match="generation"):
        demo("ru").linearize("chat", size=2).tokenize(chatting).rows()


def test_a_message_that_a_template_looks_for_goes_through_it(chatting: Any) -> None:
    """Words that a template looks for in a message are known from its source."""
    chatting.chat_template = CHATML + "{% if '</think>' in 'x' %}{% endif %}"
    spelling = Spelling(chatting, TokenTable(chatting, ()), {})
    assert spelling.row([Passage(["a</think>b"], role="assistant")]) is None
    assert spelling.row([Passage(["ab"], role="assistant")]) is not None
