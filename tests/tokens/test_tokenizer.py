"""One face for all tokenizers: nothing is added, nothing in a text is special, and they pickle."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from forestlib.errors import MissingExtraError, OptionError
from forestlib.tokens.counting import counter_of
from forestlib.tokens.tokenizer import CHUNK, tokenizer_of


def test_special_tokens_in_a_text_stay_text(trained: Callable[[str], Any]) -> None:
    """A node that holds the letters of a special token says letters; the tokenizer given is left as it was."""
    hf = trained("llama3")
    special = hf.token_to_id("<|end|>")
    own = tokenizer_of(hf)
    assert special not in own.encode(["Выбор<|end|>"]).flat
    assert special in hf.encode("Выбор<|end|>").ids


def test_many_chunks_are_one_answer(trained: Callable[[str], Any]) -> None:
    """Texts of several chunks come back in order, as int32 ids and int64 offsets."""
    texts = [f"Норма {number}." for number in range(2 * CHUNK + 1)]
    ids = tokenizer_of(trained("gpt2")).encode(texts)
    assert (ids.flat.dtype, ids.offsets.dtype, len(ids)) == (np.int32, np.int64, len(texts))
    assert ids[CHUNK].tolist() == trained("gpt2").encode(texts[CHUNK]).ids


@pytest.mark.parametrize("name", ["llama3", "metaspace-first", "tiktoken"])
def test_a_tokenizer_survives_pickling(trained: Callable[[str], Any], name: str) -> None:
    """A pickled tokenizer gives the same ids, also of what looks like a special token, and keeps its short repr."""
    own = tokenizer_of(trained(name))
    again = pickle.loads(pickle.dumps(own))  # noqa: S301
    assert again.encode(["Но нормы<|end|>"]).flat.tolist() == own.encode(["Но нормы<|end|>"]).flat.tolist()
    assert repr(again) == repr(own)
    assert len(repr(own)) < 60


def test_a_file_is_a_tokenizer(trained: Callable[[str], Any], tmp_path: Path) -> None:
    """A path to a tokenizer.json, or to its folder, is read; another path is an error that says what would be right."""
    trained("gpt2").save(str(tmp_path / "tokenizer.json"))
    for path in (tmp_path, str(tmp_path / "tokenizer.json")):
        assert tokenizer_of(path).encode(["Да"]).flat.tolist() == trained("gpt2").encode("Да").ids
    with pytest.raises(OptionError, match="there is no file"):
        tokenizer_of(tmp_path / "none.json")
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    with pytest.raises(OptionError, match=r"is no tokenizer\.json"):
        tokenizer_of(tmp_path / "bad.json")


def test_transformers_say_their_ends(trained: Callable[[str], Any]) -> None:
    """A tokenizer of transformers tells its BOS, EOS and pad ids, truncates nothing and pads nothing."""
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    made = transformers.PreTrainedTokenizerFast(tokenizer_object=trained("gpt2"), eos_token="<|end|>")  # noqa: S106
    made.backend_tokenizer.enable_truncation(2)
    own = tokenizer_of(made)
    assert (own.bos, own.eos, own.pad) == (None, trained("gpt2").token_to_id("<|end|>"), None)
    assert len(own.encode(["Но нормы бывают разные."]).flat) > 2
    made.backend_tokenizer.no_truncation()


@pytest.mark.parametrize("given", [7, None, ["a"], "no such file", dict])
def test_anything_else_is_an_error(given: Any) -> None:
    """What is no tokenizer is refused, and the error lists what is one."""
    with pytest.raises(OptionError, match="A tokenizer is a Hugging Face tokenizer"):
        tokenizer_of(given)


@pytest.mark.parametrize("answer", [None, ["a"], [-1], "ids", [1.5], [1 << 40]])
def test_a_callable_that_gives_no_ids_is_an_error(answer: Any) -> None:
    """What a callable gives is looked at: ids are whole numbers from 0 up."""
    with pytest.raises(OptionError, match="gives a list of ids"):
        tokenizer_of(lambda text: answer).encode(["Да"])


def test_a_missing_package_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the package a file cannot be read, and the error names the extra."""
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    monkeypatch.setitem(__import__("sys").modules, "tokenizers", None)
    with pytest.raises(MissingExtraError, match=r"forestlib\[hf\]"):
        tokenizer_of(tmp_path)


def test_tokens_are_counted(trained: Callable[[str], Any]) -> None:
    """With a tokenizer its tokens are counted, without one words and signs."""
    text = "Выбор — это отказ."
    assert counter_of(trained("gpt2"))([text, ""]).tolist() == [len(trained("gpt2").encode(text).ids), 0]
    assert counter_of()([text, ""]).tolist() == [5, 0]
