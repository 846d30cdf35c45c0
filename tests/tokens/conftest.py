"""Tokenizers of every manner of splitting, trained on the spot on Russian and English text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

TEXTS = (
    "Справедливость — это соответствие между поступками и нормами.",
    "Но нормы бывают разные: культурные, универсальные; «свои» и чужие.",
    "Выбор — это отказ, а отказ требует нормы (хотя бы одной).",
    "Воля — это сила выбора. Выбирает тот, кто мог иначе!",
    "Justice is the match between deeds and norms.",
    "But norms differ: it's a choice, they'll say 100 % of the time…",
    "В 1984 году 12345 человек спросили: «Почему?»",
    "Время не течёт — течём мы. За́мок или замо́к?",
)
LLAMA = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN = LLAMA.replace(r"\p{N}{1,3}", r"\p{N}")
O200K = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
Trained = Any


def _byte_level(pattern: str | None, normalizer: str = "") -> Trained:
    hf = pytest.importorskip("tokenizers", reason="the tokenizers come with forestlib[hf]")
    made, before = hf.Tokenizer(hf.models.BPE()), hf.pre_tokenizers
    made.pre_tokenizer = (
        before.ByteLevel(add_prefix_space=False)
        if pattern is None
        else before.Sequence(
            [
                before.Split(hf.Regex(pattern), behavior="isolated"),
                before.ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        )
    )
    if normalizer:
        made.normalizer = getattr(hf.normalizers, normalizer)()
    trainer = hf.trainers.BpeTrainer(
        vocab_size=700,
        show_progress=False,
        special_tokens=["<|end|>"],
        initial_alphabet=before.ByteLevel.alphabet(),
    )
    return _trained(made, trainer)


def _trained(made: Trained, trainer: Any) -> Trained:
    made.train_from_iterator(["\n".join(TEXTS[turn:] + TEXTS[:turn]) for turn in range(len(TEXTS))] * 3, trainer)
    return made


def _metaspace(scheme: str, *, lines: bool, split: bool = True, model: str = "BPE") -> Trained:
    """Train a tokenizer in the manner of SentencePiece; `lines`: on single lines, so that nothing merges over them."""
    hf = pytest.importorskip("tokenizers", reason="the tokenizers come with forestlib[hf]")
    made = hf.Tokenizer(hf.models.BPE(unk_token="<unk>") if model == "BPE" else hf.models.Unigram())  # noqa: S106
    made.pre_tokenizer = hf.pre_tokenizers.Metaspace(prepend_scheme=scheme, split=split)
    if model == "BPE":
        trainer = hf.trainers.BpeTrainer(
            vocab_size=400, show_progress=False, special_tokens=["<unk>"], initial_alphabet=["\n"]
        )
    else:
        trainer = hf.trainers.UnigramTrainer(
            vocab_size=300,
            show_progress=False,
            special_tokens=["<unk>"],
            unk_token="<unk>",  # noqa: S106
            initial_alphabet=["\n"],
        )
    if not lines:
        return _trained(made, trainer)
    made.train_from_iterator(TEXTS * 3, trainer)
    return made


def _word_piece() -> Trained:
    hf = pytest.importorskip("tokenizers", reason="the tokenizers come with forestlib[hf]")
    made = hf.Tokenizer(hf.models.WordPiece(unk_token="[UNK]"))  # noqa: S106
    made.normalizer = hf.normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = hf.pre_tokenizers.BertPreTokenizer()
    return _trained(made, hf.trainers.WordPieceTrainer(vocab_size=400, show_progress=False, special_tokens=["[UNK]"]))


def _tiktoken() -> Trained:
    tiktoken = pytest.importorskip("tiktoken", reason="tiktoken is not installed")
    ranks = {bytes([byte]): byte for byte in range(256)}
    for word in (".\n", "\nН", "но", "вы", "ст", "Но", "е.", "..", "во"):
        joined = word.encode()
        for size in range(2, len(joined) + 1):
            ranks.setdefault(joined[:size], len(ranks))
    return tiktoken.Encoding("small", pat_str=LLAMA, mergeable_ranks=ranks, special_tokens={"<|end|>": len(ranks)})


def letters(text: str) -> list[int]:
    """Return the code points of a text."""
    return list(map(ord, text))


MAKERS: dict[str, Callable[[], Trained]] = {
    "gpt2": lambda: _byte_level(None),
    "llama3": lambda: _byte_level(LLAMA),
    "qwen": lambda: _byte_level(QWEN, "NFC"),
    "o200k": lambda: _byte_level(O200K),
    "metaspace-first": lambda: _metaspace("first", lines=True),
    "metaspace-always": lambda: _metaspace("always", lines=True),
    "metaspace-never": lambda: _metaspace("never", lines=True),
    "metaspace-unsplit": lambda: _metaspace("first", lines=True, split=False),
    "metaspace-merging": lambda: _metaspace("first", lines=False),
    "unigram": lambda: _metaspace("always", lines=True, model="Unigram"),
    "unigram-merging": lambda: _metaspace("always", lines=False, model="Unigram"),
    "wordpiece": _word_piece,
    "tiktoken": _tiktoken,
    "letters": lambda: letters,
}
_made: dict[str, Trained] = {}


@pytest.fixture(scope="session")
def trained() -> Callable[[str], Trained]:
    """A function that returns a tokenizer by the name of its manner, trained once."""

    def get(name: str) -> Trained:
        if name not in _made:
            _made[name] = MAKERS[name]()
        return _made[name]

    return get


@pytest.fixture(params=MAKERS, scope="session")
def tokenizer(request: pytest.FixtureRequest, trained: Callable[[str], Trained]) -> Trained:
    """Each tokenizer in turn."""
    return trained(request.param)
