"""Models of transformers: asked greedily in batches, banned from jumping, asked for likelihoods, looked into."""

from __future__ import annotations

from typing import Any

import pytest

import forestlib as fl
from forestlib.demo import forest as demo
from forestlib.errors import OptionError
from forestlib.evaluation.hugging import HuggingModel
from forestlib.evaluation.inside import look_inside

torch = pytest.importorskip("torch", reason="comes with forestlib[torch]")
transformers = pytest.importorskip("transformers", reason="a model of transformers is asked")
tokenizers = pytest.importorskip("tokenizers", reason="comes with forestlib[hf]")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
CHAT = (
    "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)
PAD, END = "<pad>", "</s>"


@pytest.fixture(scope="module")
def corpus() -> fl.Corpus:
    """A small corpus with hold-outs."""
    walkers = {"paths": 0.5, "bridges": {"share": 0.3, "before": 1, "after": 1}, "windows": {"share": 0.2, "size": 6}}
    return demo("en").linearize("text", walkers, size=60, seed=7, hold_out={"pairs": 0.3})


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    """A tokenizer of single bytes."""
    letters = {PAD: 0, END: 1} | {
        letter: 2 + place for place, letter in enumerate(sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet()))
    }
    made = tokenizers.Tokenizer(tokenizers.models.BPE(letters, []))
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    made.decoder = tokenizers.decoders.ByteLevel()
    return transformers.PreTrainedTokenizerFast(tokenizer_object=made, pad_token=PAD, eos_token=END, chat_template=CHAT)


@pytest.fixture(scope="module")
def model(tokenizer: Any) -> Any:
    """A tiny model that knows nothing."""
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=2048, pad_token_id=0, eos_token_id=1, bos_token_id=None, attn_implementation="eager",
    )  # fmt: skip
    return transformers.LlamaForCausalLM(config)


def test_a_model_of_transformers_gives_a_table(model: Any, tokenizer: Any, corpus: fl.Corpus) -> None:
    """All that a corpus practises is asked, likelihoods too; a model that knows nothing has nothing."""
    score = fl.stitch_score(HuggingModel(model, tokenizer, tokens=20, batch=4), corpus, count=2)
    assert {row.probe for row in score.rows} == {"jump", "stay", "likelihood", "recall:paths", "long"}
    assert {row.score for row in score.rows if row.probe != "likelihood"} == {0.0}
    assert "not learned yet" in str(score)
    assert "were banned" in str(score)


def test_a_chat_goes_through_the_chat_template(model: Any, tokenizer: Any) -> None:
    """Messages are written by the template, the assistant's begun turn behind its opening."""
    asked = HuggingModel(model, tokenizer)
    turns = [{"role": "user", "content": "justice"}, {"role": "assistant", "content": "A match.\n"}]
    assert asked._said(turns) == "<user>justice\n<assistant>A match.\n"
    assert asked._said(turns[:1]) == "<user>justice\n<assistant>"
    chat = demo("en").linearize("chat", size=40, seed=7, hold_out={"pairs": 0.3})
    assert len(fl.stitch_score(HuggingModel(model, tokenizer, tokens=9), chat, probes="jump", count=1).answers) == 2


def test_a_batch_answers_as_its_prompts_do_alone(model: Any, tokenizer: Any) -> None:
    """Padding on the left changes nothing, and answers come in the order of the prompts."""
    prompts = ["justice\nA match.\n", "choice\n", "the perception of time\nIt flows, they say.\n"]
    together = HuggingModel(model, tokenizer, tokens=12).answer(prompts, [], 8, [""] * 3)
    alone = [HuggingModel(model, tokenizer, tokens=12).answer([prompt], [], 8, [""])[0] for prompt in prompts]
    assert together == alone
    assert len(set(together)) > 1


def test_what_is_banned_is_not_written(model: Any, tokenizer: Any) -> None:
    """The beginning of a greedy answer, banned, does not come."""
    asked = HuggingModel(model, tokenizer, tokens=6)
    [free] = asked.answer(["justice\n"], [], 8, [""])
    letter = next(letter for letter in free if letter.isascii() and letter.isprintable())
    [kept] = asked.answer(["justice\n"], [letter], 8, [""])
    assert letter in free
    assert letter not in kept


def test_a_row_stops_when_it_has_enough_lines(model: Any, tokenizer: Any) -> None:
    """Each row stops for itself, and what comes after the end of text is cut off."""
    asked = HuggingModel(model, tokenizer)
    enough, rows = asked._enough(2, 2), [tokenizer(text)["input_ids"] for text in ("\na\nb\nc", "\n\nabcd")]
    told = [enough(torch.tensor([row[:size] for row in rows]), None).tolist() for size in range(1, 7)]
    assert told == [[False, False]] * 4 + [[True, False]] * 2
    assert asked._text([*tokenizer("ab")["input_ids"], 1, 5, 6]) == "ab"


def test_likelihoods_are_those_of_the_continuation_alone(model: Any, tokenizer: Any) -> None:
    """The sum over two parts is that over the whole, whatever else is in the batch."""
    asked = HuggingModel(model, tokenizer)
    whole, first, second, _ = asked.scores(
        ["justice\n", "justice\n", "justice\nA match", "choice\n"],
        ["A match.", "A match", ".", "Refusal needs a norm."],
    )
    assert whole == pytest.approx(first + second, rel=1e-4)
    assert whole < first < 0


def test_a_model_needs_its_tokenizer(model: Any, corpus: fl.Corpus) -> None:
    """The error says how to give it."""
    with pytest.raises(OptionError, match="tokenizer="):
        fl.stitch_score(model, corpus)


def test_a_tokenizer_without_a_template_is_said(model: Any, tokenizer: Any) -> None:
    """A chat is not guessed at."""
    bare = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer.backend_tokenizer, pad_token=PAD)
    with pytest.raises(OptionError, match="no chat template"):
        HuggingModel(model, bare).answer([[{"role": "user", "content": "justice"}]], [], 8, [""])


def test_a_look_inside_has_a_control_for_each_figure(model: Any, tokenizer: Any, corpus: fl.Corpus) -> None:
    """What is fed in is the same for the same last letter, and of attention no more comes back than there is."""
    found = look_inside(model, tokenizer, corpus, count=6)
    assert found.count > 1
    assert len(found.alike) == 3
    assert found.alike[0] == pytest.approx(1.0)
    for figures in (found.back, found.beside):
        assert (figures >= 0).all()
        assert (figures <= 1).all()
    assert "no sign of stitching" in str(found)
    assert found.as_dict()["count"] == found.count


def test_a_model_is_taken_with_its_tokenizer(model: Any, tokenizer: Any, corpus: fl.Corpus) -> None:
    """`tokenizer=` is all that a model of transformers needs."""
    score = fl.stitch_score(model, corpus, tokenizer=tokenizer, probes="likelihood", levels="pairs", count=1)
    assert score["likelihood"].count == 1
