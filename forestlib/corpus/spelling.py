"""Spelling: passages to numbered pieces. Messages are framed by the chat template of the tokenizer.

Where a template does more than frame its messages, and for a message that it would treat in a way of its own, the
template itself makes the row; what is learned of that only its ``{% generation %}`` can say. Samples of the user's own
are tokenized whole: no part of them stands in another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from forestlib.corpus.batching import Batch
from forestlib.errors import OptionError, shown
from forestlib.model.passages import Passage
from forestlib.model.walk import Walk
from forestlib.tokens.chat import ChatFrame, chat_frame
from forestlib.tokens.table import TokenTable
from forestlib.tokens.units import Glue, Piece, Units
from forestlib.tokens.whole import Whole, WholeRow

__all__ = ["Numbers", "Spelling"]

ASSISTANT = "assistant"
Row = tuple[list[Piece], list[bool]]
_QUOTED = r"""'([^'\\]+)'|"([^"\\]+)\""""
_LOOKED_FOR = re.compile(
    rf"(?:{_QUOTED})\s+(?:not\s+)?in\b|\.(?:split|startswith|endswith|replace|find)\(\s*(?:{_QUOTED})"
)
_GENERATION = re.compile(r"\{%-?\s*generation\b")


class Numbers:
    """Pieces by number; those that are new since they were last `taken` are listed."""

    def __init__(self) -> None:
        self._texts, self._others, self._new = _Numbered(self), dict[tuple[type, Piece], int](), list[Piece]()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def texts(self, texts: Sequence[str]) -> npt.NDArray[np.int64]:
        """Return the numbers of texts."""
        return np.fromiter(map(self._texts.__getitem__, texts), np.int64, len(texts))

    def one(self, piece: Piece) -> int:
        """Return the number of a piece of any kind."""
        if type(piece) is str:
            return self._texts[piece]
        number = self._others.get((type(piece), piece))
        if number is None:
            number = self._others[type(piece), piece] = self.new(piece)
        return number

    def new(self, piece: Piece) -> int:
        """Return a number for a piece that has none."""
        self._new.append(piece)
        self._count += 1
        return self._count - 1

    def taken(self) -> list[Piece]:
        """Return the pieces that are new since this was last asked."""
        new, self._new = self._new, []
        return new


class _Numbered(dict[str, int]):
    """The numbers of texts, a new one for a new text."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers

    def __missing__(self, text: str) -> int:
        number = self[text] = self._numbers.new(text)
        return number


class Spelling:
    """What makes pieces of passages, for one tokenizer; `template` are options of its chat template."""

    def __init__(self, tokenizer: Any, table: TokenTable, template: Mapping[str, Any]) -> None:
        self.numbers, self.table, self.templated = Numbers(), table, 0
        self._tokenizer, self._options = tokenizer, dict(template)
        self._frames: dict[tuple[str, ...], ChatFrame] = {}
        self._source = str(getattr(tokenizer, "chat_template", None) or "")
        self._looked_for = {word for found in _LOOKED_FOR.findall(self._source) for word in found if word}

    def put(self, batch: Batch, place: int, walk: Walk, passages: Sequence[Passage]) -> None:
        """Put the row of a walk's sample into a batch."""
        row = self.row(passages)
        if row is None:
            self.templated += 1
            batch.add_made(place, self._by_template(passages))
            return
        pieces, taught = row
        numbers = np.fromiter(map(self.numbers.one, pieces), np.int64, len(pieces))
        batch.add(place, _head(walk, pieces), numbers, np.array(taught, np.bool_))

    def row(self, passages: Sequence[Passage]) -> Row | None:
        """Return the pieces of a sample and which of them are learned, None where the template has to make it."""
        if not passages[0].role:
            pieces = [text for part in passages for text in part.texts]
            return list[Piece](pieces), [part.learned for part in passages for _ in part.texts]
        return self._framed(passages, [part.texts for part in passages])

    def _framed(self, passages: Sequence[Passage], contents: Sequence[Sequence[Piece]]) -> Row | None:
        frame = self.frame(tuple(part.role for part in passages))
        if frame.reason or any(map(self._is_odd, passages)):
            return None
        return frame.pieces(contents, [part.learned for part in passages])

    def frame(self, roles: tuple[str, ...]) -> ChatFrame:
        """Return what the chat template puts around messages of some roles."""
        if roles not in self._frames:
            self._frames[roles] = chat_frame(self._tokenizer, roles, **self._options)
        return self._frames[roles]

    def _is_odd(self, part: Passage) -> bool:
        """Whether a template may do more to a message than frame it: strip it, or look for something in it."""
        first, last = part.texts[0], part.texts[-1]
        stripped = first[:1].isspace() or last[-1:].isspace() or not first or not last
        return stripped or any(word in text for word in self._looked_for for text in part.texts)

    def _by_template(self, passages: Sequence[Passage]) -> Whole:
        """Return a row as the template makes it."""
        if not _GENERATION.search(self._source):
            roles = tuple(part.role for part in passages)
            reason = self.frame(roles).reason or "it may change a message that begins or ends with white space"
            raise OptionError(
                f"The chat template of {type(self._tokenizer).__name__} does more to {shown(roles)} than to frame them "
                f"({reason}), and marks no {{% generation %}}: nothing says which tokens are learned. Mark what the "
                "assistant says in the template.",
                roles=roles,
            )
        made = self._tokenizer.apply_chat_template(
            [{"role": part.role, "content": "\n".join(part.texts)} for part in passages],
            tokenize=True,
            return_dict=True,
            return_assistant_tokens_mask=True,
            **self._options,
        )
        return self._ended(np.array(made["input_ids"], np.int32), np.array(made["assistant_masks"], np.bool_))

    def _ended(self, ids: npt.NDArray[np.int32], taught: npt.NDArray[np.bool_]) -> Whole:
        begin, end = ([] if mark is None else [mark] for mark in (self.table.bos, self.table.eos))
        flags = np.concatenate([np.zeros(len(begin), np.bool_), taught, np.full(len(end), bool(taught[-1]))])
        return np.concatenate([np.array(begin, np.int32), ids, np.array(end, np.int32)]), flags

    def own(self, sample: Mapping[str, Any], serializer: str) -> Whole:
        """Return the row of a sample of the user's own, tokenized whole."""
        passages = _own_passages(sample, serializer)
        if passages[0].role:
            row = self._framed(passages, [[Glue(part.texts[0])] for part in passages])
            if row is None:
                return self._by_template(passages)
        else:
            row = [Glue(part.texts[0]) for part in passages], [part.learned for part in passages]
        tokenizer = self.table.tokenizer
        whole = WholeRow(tokenizer, Units(tokenizer, row[0]), "", "right", (self.table.bos, self.table.eos))
        return whole.rows([(list(range(len(row[0]))), row[1])])[0]


def _head(walk: Walk, pieces: Sequence[Piece]) -> int:
    """Return how many pieces stand before the first node's, at least the one that says what the walk is about."""
    node = next((step.text for step in walk.steps if step.kind == "node"), None)
    try:
        begin = pieces.index(walk.steps[0].text) + (walk.steps[0].kind != "node")
        return pieces.index(node, begin) if node is not None else begin
    except ValueError:
        return 1


def _own_passages(sample: Mapping[str, Any], serializer: str) -> list[Passage]:
    """Return the passages of a sample in the shape of one of our formats, each of one text."""
    if "messages" in sample:
        return list(_messages(sample["messages"], learned=True))
    if "prompt" in sample and "completion" in sample:
        prompt, completion = sample["prompt"], sample["completion"]
        if isinstance(prompt, str):
            return [Passage([prompt], learned=False), Passage([completion])]
        return [*_messages(prompt, learned=False), *_messages(completion, learned=True)]
    if "segments" in sample:
        return [Passage([part["text"]], part["label"]) for part in sample["segments"]]
    if isinstance(sample.get("text"), str):
        return [Passage([sample["text"]])]
    raise OptionError(
        f"Nothing says how own samples of the format {serializer!r} are tokenized: {shown(sample)}. "
        "Tokenize them yourself, or lay the forest out without own=.",
        serializer=serializer,
    )


def _messages(messages: Iterable[Mapping[str, Any]], *, learned: bool) -> Iterable[Passage]:
    for message in messages:
        own = learned and message["role"] == ASSISTANT and bool(message.get("weight", 1))
        yield Passage([message["content"]], own, message["role"])
