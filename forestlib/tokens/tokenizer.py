"""Tokenizers: one face for all of them, texts → ids, in large chunks, with nothing added to them.

The decision: a forest's text is text. Special tokens are never added, and where a text happens to hold the letters of
one (``<|im_end|>``) they stay letters, where the tokenizer allows. Beginnings and ends of rows are ids that the caller
gives. A Hugging Face tokenizer is copied first, so that nobody else's settings change, nor do anybody's change ours.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.errors import ForestlibError, MissingExtraError, OptionError, shown

__all__ = ["CHUNK", "Ids", "TextTokenizer", "tokenizer_of"]

# Texts in one call: about a thousand beat both one by one and all at once.
CHUNK = 1000
_HIGHEST = np.iinfo(np.int32).max
_FORMS = (
    "A tokenizer is a Hugging Face tokenizer, a tiktoken encoder, a path to a tokenizer.json, "
    "or a callable from a text to its ids"
)

Ints = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]


@attrs.frozen(repr=False, eq=False)
class Ids:
    """The ids of many texts: `flat` (int32), and `offsets`, where each text begins and the last one ends (int64)."""

    flat: Ints
    offsets: Places

    def __repr__(self) -> str:
        return f"<Ids of {len(self)} texts, {len(self.flat)} tokens>"

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, place: int) -> Ints:
        return self.flat[self.offsets[place] : self.offsets[place + 1]]

    def __iter__(self) -> Iterator[Ints]:
        return map(self.__getitem__, range(len(self)))

    @property
    def lengths(self) -> Places:
        """How many tokens each text has."""
        return np.diff(self.offsets)

    @classmethod
    def of(cls, lists: Sequence[Sequence[int]]) -> Ids:
        """Return lists of ids as arrays.

        >>> Ids.of([[5, 6], [], [7]])
        <Ids of 3 texts, 3 tokens>
        """
        offsets = np.zeros(len(lists) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, lists), np.int64, len(lists)), out=offsets[1:])
        return cls(np.fromiter(chain.from_iterable(lists), np.int32, int(offsets[-1])), offsets)

    @classmethod
    def joined(cls, parts: Sequence[Ids]) -> Ids:
        """Return the ids of the texts of all parts, one part after another."""
        if len(parts) == 1:
            return parts[0]
        lengths = [part.lengths for part in parts]
        offsets = np.concatenate([np.zeros(1, np.int64), *lengths]).cumsum()
        return cls(np.concatenate([np.empty(0, np.int32), *(part.flat for part in parts)]), offsets)


@runtime_checkable
class TextTokenizer(Protocol):
    """What the rest of this layer asks of a tokenizer, whoever made it.

    `bos`, `eos`, `pad` and `size` (how many ids there are) are None where the tokenizer does not say. `verbatim` are
    the words that it takes whole wherever they stand in a text. `model` is "BPE", "Unigram" and the like, or "".
    """

    name: str
    bos: int | None
    eos: int | None
    pad: int | None
    size: int | None
    verbatim: tuple[str, ...]
    model: str

    def lists(self, texts: list[str]) -> Sequence[Sequence[int]]:
        """Return the ids of each text, nothing added."""

    def encode(self, texts: Sequence[str]) -> Ids:
        """Return the ids of the texts, in chunks."""

    def cuts(self, text: str, place: int) -> bool | None:
        """Whether the tokenizer's splitting surely cuts the text at `place`; None where it cannot be asked."""

    def isolates(self, joiner: str) -> bool:
        """Whether no token of the vocabulary holds the joiner together with anything else."""


class _Encoding:
    """What all adapters do alike."""

    name = "tokenizer"
    bos: int | None = None
    eos: int | None = None
    pad: int | None = None
    size: int | None = None
    verbatim: tuple[str, ...] = ()
    model = ""

    def __repr__(self) -> str:
        size = f", {self.size} ids" if self.size else ""
        return f"<{self.name}{size}>"

    def lists(self, texts: list[str]) -> Sequence[Sequence[int]]:
        raise NotImplementedError

    def encode(self, texts: Sequence[str]) -> Ids:
        """Return the ids of the texts, in chunks."""
        parts = [self._part(list(texts[start : start + CHUNK])) for start in range(0, len(texts), CHUNK)]
        return Ids.joined(parts)

    def _part(self, texts: list[str]) -> Ids:
        lists = self.lists(texts)
        if len(lists) != len(texts):
            raise OptionError(f"{self!r} gave {len(lists)} lists of ids for {len(texts)} texts.", tokenizer=self.name)
        return Ids.of(lists)

    def cuts(self, text: str, place: int) -> bool | None:
        """Whether the splitting surely cuts there: it cannot be asked."""
        return None

    def isolates(self, joiner: str) -> bool:
        """Whether the vocabulary keeps the joiner apart: it cannot be asked."""
        return False


class Fast(_Encoding):
    """A Hugging Face tokenizer whose work is done in Rust."""

    def __init__(self, backend: Any, owner: Any = None) -> None:
        self._settle(backend.to_str())
        self.name = type(owner if owner is not None else backend).__name__
        for mark in ("bos", "eos", "pad"):
            number = getattr(owner, f"{mark}_token_id", None)
            setattr(self, mark, number if isinstance(number, int) else None)

    def _settle(self, text: str) -> None:
        backend = _tokenizers("Tokenizing").Tokenizer.from_str(text)
        backend.no_truncation()
        backend.no_padding()
        backend.encode_special_tokens = True
        added = backend.get_added_tokens_decoder()
        self.backend, self.model = backend, type(backend.model).__name__
        self.size = backend.get_vocab_size(with_added_tokens=True)
        self.verbatim = tuple(token.content for token in added.values() if not token.special)
        self.special = {token.content: number for number, token in added.items() if token.special}
        self._isolated = dict[str, bool]()

    def __getstate__(self) -> dict[str, Any]:
        kept = {name: getattr(self, name) for name in ("name", "bos", "eos", "pad")}
        return kept | {"text": self.backend.to_str()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._settle(state.pop("text"))
        self.__dict__.update(state)

    def lists(self, texts: list[str]) -> Sequence[Sequence[int]]:
        """Return the ids of each text; special tokens within are letters."""
        return [found.ids for found in self.backend.encode_batch_fast(texts, add_special_tokens=False)]

    def cuts(self, text: str, place: int) -> bool | None:
        """Whether the pre-tokenizer cuts the normalized text where its two sides meet."""
        left, right, whole = (self._normal(part) for part in (text[:place], text[place:], text))
        if left + right != whole:
            return False
        splitter = self.backend.pre_tokenizer
        if splitter is None or not whole:
            return False
        return all(not begin < len(left) < end for _, (begin, end) in splitter.pre_tokenize_str(whole))

    def _normal(self, text: str) -> str:
        normalizer = self.backend.normalizer
        return normalizer.normalize_str(text) if normalizer is not None else text

    def isolates(self, joiner: str) -> bool:
        """Whether no token holds the joiner, as the vocabulary spells it, together with anything else."""
        if joiner not in self._isolated:
            self._isolated[joiner] = self.model in ("BPE", "Unigram") and self._looked_through(joiner)
        return self._isolated[joiner]

    def _looked_through(self, joiner: str) -> bool:
        sign = self._spelled(joiner)
        vocabulary = self.backend.get_vocab(with_added_tokens=True)
        signs = [sign] if sign in vocabulary else [f"<0x{byte:02X}>" for byte in joiner.encode()]
        known = all(part in vocabulary for part in signs)
        watched = {*signs, sign}
        return (
            bool(sign)
            and known
            and not any(part in token for token in vocabulary if token not in watched for part in watched)
        )

    def _spelled(self, joiner: str) -> str:
        text, splitter = self._normal(f"a{joiner}a"), self.backend.pre_tokenizer
        if splitter is not None:
            text = "".join(part for part, _ in splitter.pre_tokenize_str(text))
        return text[text.find("a") + 1 : text.rfind("a")]


class Ordinary(_Encoding):
    """An encoder in the manner of tiktoken: `encode_ordinary`, and many at once where it can."""

    def __init__(self, encoder: Any) -> None:
        self.encoder = encoder
        self.name = str(getattr(encoder, "name", "") or type(encoder).__name__)
        self.size = getattr(encoder, "n_vocab", None)
        special = getattr(encoder, "_special_tokens", None) or {}
        self.eos = special.get("<|endoftext|>") if isinstance(special, dict) else None
        self.pattern: str | None = getattr(encoder, "_pat_str", None)
        self.model = "BPE" if self.pattern else ""

    def lists(self, texts: list[str]) -> Sequence[Sequence[int]]:
        """Return the ids of each text; special tokens within are letters."""
        many = getattr(self.encoder, "encode_ordinary_batch", None)
        found: Sequence[Sequence[int]] = many(texts) if many else list(map(self.encoder.encode_ordinary, texts))
        return found

    def cuts(self, text: str, place: int) -> bool | None:
        """Whether the encoder's own pattern cuts the text there."""
        if self.pattern is None:
            return None
        try:
            pattern = import_module("regex").compile(self.pattern)
        except ModuleNotFoundError:
            return None
        return all(not found.start() < place < found.end() for found in pattern.finditer(text))


class Batched(_Encoding):
    """A Hugging Face tokenizer written in Python."""

    def __init__(self, owner: Any) -> None:
        self.owner, self.name = owner, type(owner).__name__
        self.bos, self.eos, self.pad = (getattr(owner, f"{mark}_token_id", None) for mark in ("bos", "eos", "pad"))
        self.size = len(owner) if hasattr(owner, "__len__") else None

    def lists(self, texts: list[str]) -> Sequence[Sequence[int]]:
        """Return the ids of each text; special tokens within are letters."""
        made = self.owner(texts, add_special_tokens=False, split_special_tokens=True, verbose=False)
        found: Sequence[Sequence[int]] = made["input_ids"]
        return found


class Called(_Encoding):
    """Any callable from a text to its ids."""

    def __init__(self, function: Callable[[str], Iterable[int]]) -> None:
        self.function = function
        self.name = getattr(function, "__qualname__", type(function).__name__)

    def lists(self, texts: list[str]) -> Sequence[Sequence[int]]:
        """Return the ids of each text, having looked that they are ids."""
        return [self._ids(text) for text in texts]

    def _ids(self, text: str) -> list[int]:
        try:
            given = self.function(text)
        except ForestlibError:
            raise
        except Exception as error:
            raise OptionError(
                f"The tokenizer {self.name} failed on {shown(text)}: {type(error).__name__}: {error}", text=text
            ) from error
        listed = given.tolist() if isinstance(given, np.ndarray) else given
        if isinstance(listed, list | tuple) and all(type(part) is int and 0 <= part <= _HIGHEST for part in listed):
            return list(listed)
        raise OptionError(
            f"The tokenizer {self.name} gave {shown(given)} for {shown(text)}. "
            "A tokenizer gives a list of ids, whole numbers from 0 up.",
            text=text,
        )


def tokenizer_of(given: Any) -> TextTokenizer:
    """Return what `given` is as a tokenizer: nothing is added to a text, and what stands in it stays text.

    >>> letters = tokenizer_of(lambda text: [ord(sign) for sign in text])
    >>> letters.encode(["да", "no"]).flat.tolist()
    [1076, 1072, 110, 111]
    >>> tokenizer_of(7)
    Traceback (most recent call last):
    forestlib.errors.OptionError: A tokenizer is a Hugging Face tokenizer, ... got 7.
    """
    if isinstance(given, _Encoding):
        return given
    if isinstance(given, str | os.PathLike):
        return Fast(_read(Path(given)))
    backend = getattr(given, "backend_tokenizer", None)
    if hasattr(backend, "encode_batch_fast"):
        return Fast(backend, given)
    if hasattr(given, "encode_batch_fast"):
        return Fast(given)
    if hasattr(given, "encode_ordinary"):
        return Ordinary(given)
    if callable(given) and hasattr(given, "convert_tokens_to_ids"):
        return Batched(given)
    if callable(given) and not isinstance(given, type):
        return Called(given)
    if isinstance(given, TextTokenizer):
        return given
    if callable(getattr(given, "encode", None)):
        return Called(given.encode)
    raise OptionError(f"{_FORMS}, got {shown(given)}.", tokenizer=given)


def _read(path: Path) -> Any:
    file = path / "tokenizer.json" if path.is_dir() else path
    if not file.is_file():
        raise OptionError(f"{_FORMS}; there is no file {shown(str(file))}.", tokenizer=str(path))
    package = _tokenizers("Reading a tokenizer.json")
    try:
        return package.Tokenizer.from_file(str(file))
    except Exception as error:
        raise OptionError(f"{file} is no tokenizer.json: {error}", tokenizer=str(path)) from error


def _tokenizers(purpose: str) -> Any:
    try:
        return import_module("tokenizers")
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("tokenizers", "hf", purpose) from error
