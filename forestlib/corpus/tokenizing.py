"""A corpus as token rows: each node, anchor and piece of template tokenized once, rows joined from their ids.

It equals tokenizing each sample's text (a chat's: applying the chat template), and is made lazily: what is kept from
one row to the next are the ids of pieces. Nothing is added to a row that nobody asked for: no BOS, no EOS, also where
the tokenizer names one; what a chat template writes is written by the template.
"""

from __future__ import annotations

import os
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.corpus.batching import Batch
from forestlib.corpus.mixing import Mixed, Woven
from forestlib.corpus.numbered import NumberedRendering, batches
from forestlib.corpus.spelling import Spelling
from forestlib.errors import ForestlibWarning, OptionError, PluginError
from forestlib.model.options import check_choice, check_counts
from forestlib.registry import Plugin, serializers
from forestlib.tokens.files import write_columns, write_flat, write_megatron
from forestlib.tokens.laid import CHUNK_TOKENS, LaidRows
from forestlib.tokens.rows import TokenRows
from forestlib.tokens.table import TokenTable
from forestlib.tokens.trainers import to_dataset, to_torch

__all__ = ["FILES", "Strip", "TokenCorpus", "TokenReport", "check_tokens"]

Places = npt.NDArray[np.int64]
FILES = ("npy", "megatron", "bin")


@attrs.frozen
class TokenReport:
    """What tokenizing did: how many rows and tokens, and how many tokens are learned.

    `whole` rows were tokenized whole and not joined from ids, `reason` says why; `templated` rows the chat template
    made itself. `own` samples are always tokenized whole. `skipped` counts what the serializer left out.
    """

    rows: int
    tokens: int
    learned: int
    whole: int = 0
    reason: str = ""
    templated: int = 0
    own: int = 0
    skipped: Mapping[str, int] = attrs.field(factory=dict)


@attrs.frozen(eq=False, repr=False)
class Strip:
    """Some rows, the places of their samples in the corpus, and where their pieces begin.

    `at` says which row of a batch each is, −1 for one that was tokenized whole.
    """

    rows: TokenRows
    places: Places
    at: Places
    laid: LaidRows | None
    batch: Batch

    def borders(self, row: int) -> tuple[int, Places] | None:
        """Return how many pieces a row's head has, and how many tokens stand before each of its pieces."""
        at = int(self.at[row])
        borders = None if at < 0 or self.laid is None else self.laid.borders(at)
        return None if borders is None else (self.batch.heads[at], borders)


class TokenCorpus:
    """The samples of a corpus as rows of tokens; made by `corpus.tokenize`."""

    def __init__(
        self,
        drawn: Callable[[], Iterable[Mixed]],
        woven_by: Callable[[Callable[..., Any]], Woven],
        serializer: Plugin,
        table: TokenTable,
        spelling: Spelling,
    ) -> None:
        self._drawn, self._table, self._spelling = drawn, table, spelling
        made = list[NumberedRendering]()

        def rendering(*given: Any, **options: Any) -> NumberedRendering:
            made.append(NumberedRendering(*given, spelling=spelling, **options))
            return made[-1]

        self._woven = woven_by(rendering)
        self._numbered, self.format, self._is_told = made[0], serializer.name, False

    def __repr__(self) -> str:
        return f"<TokenCorpus of {self.format!r} samples, {self._table.tokenizer!r}>"

    def __len__(self) -> int:
        return self.report.rows

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Iterate over the rows as records of `input_ids`, `labels` and `attention_mask`."""
        for chunk in self.chunks():
            for ids, labels in zip(chunk, np.split(chunk.labels, chunk.offsets[1:-1]), strict=True):
                yield {"input_ids": ids, "labels": labels, "attention_mask": np.ones(len(ids), np.int8)}

    @property
    def tokenizer(self) -> Any:
        """The tokenizer, as this library sees it."""
        return self._table.tokenizer

    @cached_property
    def report(self) -> TokenReport:
        """What tokenizing did; where nothing was asked for yet, all rows are gone through for it."""
        for _ in self.strips():
            pass
        return self.report

    def chunks(self, tokens: int = CHUNK_TOKENS) -> Iterator[TokenRows]:
        """Iterate over the rows in chunks of about so many tokens, or of one row."""
        check_counts("chunks", tokens=tokens)
        return (strip.rows for strip in self.strips(tokens))

    def rows(self) -> TokenRows:
        """Return all rows at once."""
        return TokenRows.joined(self.chunks())

    def to_hf(self) -> Any:
        """Return a `datasets.Dataset` of exactly `input_ids`, `labels` and `attention_mask`, a row a sample."""
        return to_dataset(self.chunks())

    def to_torch(self, *, pad: int | None = None, length: int | None = None) -> dict[str, Any]:
        """Return padded tensors `input_ids`, `labels` and `attention_mask`.

        `pad` is the id to fill with, by default the tokenizer's own; a tokenizer that names none is an `OptionError`.
        """
        return to_torch(self.rows(), pad=self.tokenizer.pad if pad is None else pad, length=length)

    def write(
        self,
        path: str | os.PathLike[str],
        format: str = "npy",  # noqa: A002 - the word that `corpus.write` uses
        *,
        vocabulary: int | None = None,
    ) -> list[Path]:
        """Write the rows, a chunk at a time, and return the paths.

        "npy" is a folder of numpy columns (`forestlib.tokens.files.read_columns` maps them), "megatron" a pair of
        ``path.bin`` and ``path.idx``, "bin" all ids one after another. `vocabulary` is how many ids there are, by
        default what the tokenizer says. Only the columns say which tokens are learned.
        """
        check_choice("write", FILES, format=format)
        if format == "npy":
            folder = write_columns(path, self.chunks())
            return sorted(folder.glob("*.npy"))
        size = self.tokenizer.size if vocabulary is None else vocabulary
        if size is None:
            raise OptionError(
                f"{self.tokenizer!r} does not say how many ids it has. Give the number, vocabulary=….",
                option="vocabulary",
            )
        if format == "megatron":
            return list(write_megatron(path, self.chunks(), vocabulary=size))
        return [write_flat(path, self.chunks(), vocabulary=size)]

    def strips(self, tokens: int = CHUNK_TOKENS) -> Iterator[Strip]:
        """Iterate over the rows, some at a time, with where they come from."""
        skipped, whole, reasons = Counter[str](), 0, dict[str, None]()
        rows = ids = learned = own = 0
        templated = self._spelling.templated
        for batch in batches(self._drawn(), self._woven, self._numbered, skipped):
            laid = self._laid(batch)
            if laid is not None and laid.fallen:
                whole += laid.fallen
                reasons[laid.reason] = None
                self._tell(laid.reason)
            own += len(batch.made)
            for strip in _strips(batch, laid, tokens):
                rows, ids = rows + len(strip.rows), ids + len(strip.rows.ids)
                learned += int(strip.rows.learned.sum())
                yield strip
        templated = self._spelling.templated - templated
        self.__dict__["report"] = TokenReport(
            rows=rows,
            tokens=ids,
            learned=learned,
            whole=whole,
            reason="; ".join(reasons),
            templated=templated,
            own=own - templated,
            skipped=dict(sorted(skipped.items())),
        )

    def _laid(self, batch: Batch) -> LaidRows | None:
        new = self._spelling.numbers.taken()
        if new:
            self._table.add(new)
        return self._table.lay(batch.plan, warned=False) if len(batch) else None

    def _tell(self, reason: str) -> None:
        if not self._is_told:
            warnings.warn(
                f"Some rows are tokenized whole, which is slower than joining them from ids: {reason}. "
                "The report says how many.",
                ForestlibWarning,
                stacklevel=4,
            )
        self._is_told = True


def _strips(batch: Batch, laid: LaidRows | None, tokens: int) -> Iterator[Strip]:
    """Iterate over the rows of a batch in their order: those that were laid, and between them those already made."""
    done, made = 0, batch.made
    strip = partial(Strip, laid=laid, batch=batch)
    places = np.array(batch.places, np.int64)
    for rows in laid.chunks(tokens) if laid is not None else ():
        stop = done + len(rows)
        count = sum(before < stop for before, _, _ in made) if made else 0
        if not count:
            yield strip(rows, places[done:stop], np.arange(done, stop))
        else:
            yield strip(*_woven(rows, places[done:stop], made[:count], done))
            made = made[count:]
        done = stop
    if made:
        rows = TokenRows.of([row for _, _, row in made])
        yield strip(rows, np.array([place for _, place, _ in made]), np.full(len(made), -1))


def _woven(
    rows: TokenRows, places: Places, made: list[tuple[int, int, Any]], done: int
) -> tuple[TokenRows, Places, Places]:
    """Return rows with others between them, their places, and which of the laid ones each is."""
    before = np.array([count for count, _, _ in made]) - done
    parts, begin = list[TokenRows](), 0
    for stop, (_, _, row) in zip(before.tolist(), made, strict=True):
        parts += [rows.cut(begin, stop), TokenRows.of([row])]
        begin = stop
    at = np.insert(np.arange(done, done + len(rows)), before, -1)
    among = np.insert(places, before, [place for _, place, _ in made])
    return TokenRows.joined([*parts, rows.cut(begin, len(rows))]), among, at


def check_tokens(serializer: Plugin) -> None:
    """Raise `OptionError` where a format does not say how it is tokenized; it names those that do."""
    if callable(serializer.traits.get("tokens")):
        return
    known = list[str]()
    for name in serializers:
        try:
            known += [repr(name)] if callable(serializers[name].traits.get("tokens")) else []
        except PluginError:
            # A plug-in that does not import says so to whoever asks for it.
            continue
    raise OptionError(
        f"The format {serializer.name!r} does not say how its samples are tokenized. Formats that do: "
        f"{', '.join(known)}. A serializer of yours says it with tokens=, a function of the walk.",
        serializer=serializer.name,
    )
