"""Models of transformers: asked greedily in batches, with what must not be written banned, and for likelihoods.

Prompts are padded on the left and each row stops for itself, at its end of text or when it has written enough lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import takewhile
from typing import Any

from forestlib.errors import OptionError

__all__ = ["HuggingModel"]

_SLACK = 8
_LONGEST = 4096


class HuggingModel:
    """A causal language model and its tokenizer; `batch` prompts are asked at once."""

    can_score = True
    can_ban = True

    def __init__(self, model: Any, tokenizer: Any, *, batch: int = 32, tokens: int | None = None) -> None:
        torch, self._transformers = import_module("torch"), import_module("transformers")
        self._torch, self.model, self.tokenizer = torch, model.eval(), tokenizer
        self._batch, self._tokens = batch, tokens
        self._pad = next((one for one in (tokenizer.pad_token_id, tokenizer.eos_token_id) if one is not None), 0)

    def __repr__(self) -> str:
        return f"<HuggingModel: {type(self.model).__name__}>"

    def answer(self, prompts: list[Any], banned: Sequence[str], steps: int, truths: Sequence[str]) -> list[str]:
        """Return what the model writes on from each prompt, greedily."""
        rows = [self._prompt(prompt) for prompt in prompts]
        most = self._tokens or self._room(truths, steps)
        # Rows of like lengths share a batch: little of it is padding.
        order = sorted(range(len(rows)), key=lambda place: len(rows[place]))
        texts = [""] * len(rows)
        for begin in range(0, len(order), self._batch):
            places = order[begin : begin + self._batch]
            for place, text in zip(
                places, self._written([rows[at] for at in places], banned, steps, most), strict=True
            ):
                texts[place] = text
        return texts

    def scores(self, prompts: list[Any], continuations: list[str]) -> list[float]:
        """Return the logarithm of how likely each continuation is after its prompt."""
        found: list[float] = []
        for begin in range(0, len(prompts), self._batch):
            stop = begin + self._batch
            found += self._likely([*map(self._said, prompts[begin:stop])], continuations[begin:stop])
        return found

    def _room(self, truths: Sequence[str], steps: int) -> int:
        """Return how many tokens an answer may have: half as many again as the longest true one, or more."""
        longest = max((len(self._ids(text)) for text in truths), default=0)
        lines = max((text.count("\n") for text in truths), default=1) or 1
        return min(_LONGEST, int(longest * max(1.5, 1.2 * steps / lines)) + _SLACK)

    def _ids(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def _said(self, prompt: Any) -> str:
        """Return a prompt as one text; an assistant's last turn is gone on with."""
        if isinstance(prompt, str):
            return prompt
        goes_on = prompt[-1]["role"] == "assistant"
        turns, last = (prompt[:-1], prompt[-1]["content"]) if goes_on else (prompt, "")
        # Templates that go on with a turn trim it; so the beginning of the turn is written behind its opening.
        return str(self.tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)) + last

    def _prompt(self, prompt: Any) -> list[int]:
        if not isinstance(prompt, str) and getattr(self.tokenizer, "chat_template", None) is None:
            raise OptionError(
                "This corpus is a chat, and the tokenizer has no chat template. Take the tokenizer that the model was "
                "trained with, or lay the corpus out as text."
            )
        return self._begun(self._said(prompt), isinstance(prompt, str))

    def _begun(self, text: str, is_plain: bool) -> list[int]:
        """Return the tokens of a prompt, with the token of beginning where the tokenizer sets one, and none of end."""
        ids = list(self.tokenizer(text, add_special_tokens=is_plain)["input_ids"])
        end = self.tokenizer.eos_token_id
        return ids[:-1] if is_plain and len(ids) > 1 and ids[-1] == end else ids

    def _written(self, rows: list[list[int]], banned: Sequence[str], steps: int, most: int) -> list[str]:
        torch, transformers = self._torch, self._transformers
        width = max(1, max(map(len, rows)))
        ids = torch.full((len(rows), width), self._pad)
        mask = torch.zeros_like(ids)
        for place, row in enumerate(rows):
            if row:
                ids[place, width - len(row) :], mask[place, width - len(row) :] = torch.tensor(row), 1
        config = transformers.GenerationConfig(
            do_sample=False,
            max_new_tokens=most,
            pad_token_id=self._pad,
            eos_token_id=self._ends(),
            bad_words_ids=self._bad_words(banned) or None,
        )
        device = self.model.device
        with torch.inference_mode():
            out = self.model.generate(
                ids.to(device),
                attention_mask=mask.to(device),
                generation_config=config,
                stopping_criteria=transformers.StoppingCriteriaList([self._enough(len(rows), steps)]),
            )
        return [self._text(row) for row in out[:, width:].tolist()]

    def _ends(self) -> Any:
        own = getattr(getattr(self.model, "generation_config", None), "eos_token_id", None)
        return own if own is not None else self.tokenizer.eos_token_id

    def _text(self, row: list[int]) -> str:
        end = self._ends()
        ends = {end} if isinstance(end, int) else set(end or ())
        kept = list(takewhile(lambda one: one not in ends, row))
        # Special tokens may be the words of jumps and anchors, so only those of padding go.
        text = str(self.tokenizer.decode(kept, skip_special_tokens=False))
        pad = self.tokenizer.pad_token
        return text.replace(pad, "") if pad else text

    def _bad_words(self, banned: Sequence[str]) -> list[list[int]]:
        """Return the tokens of what is banned, as it stands at the beginning of a line."""
        return list({tuple(ids): ids for text in banned for ids in self._spelled(text)}.values())

    def _spelled(self, text: str) -> Iterator[list[int]]:
        plain = self._ids(text)
        if plain:
            yield plain
        behind, line = self._ids(f"\n{text}"), self._ids("\n")
        if behind[: len(line)] == line and behind[len(line) :]:
            yield behind[len(line) :]

    def _enough(self, rows: int, steps: int) -> Any:
        """Return what stops a row that has written so many lines; it reads one token more of each row at a time."""
        torch, lines, begun = self._torch, [0] * rows, [False] * rows

        def enough(ids: Any, scores: Any, **more: Any) -> Any:
            for row, token in enumerate(ids[:, -1].tolist()):
                text = str(self.tokenizer.decode([token], skip_special_tokens=False))
                # Line breaks before the first words end no step.
                lines[row] += text.count("\n") if begun[row] else text.lstrip().count("\n")
                begun[row] = begun[row] or bool(text.strip())
            return torch.tensor([count >= steps for count in lines], device=ids.device)

        return enough

    def _likely(self, prompts: list[str], continuations: list[str]) -> list[float]:
        torch = self._torch
        given = [self._begun(prompt, True) for prompt in prompts]
        whole = [row + self._ids(text) for row, text in zip(given, continuations, strict=True)]
        width = max(map(len, whole))
        ids = torch.full((len(whole), width), self._pad)
        mask = torch.zeros_like(ids)
        for place, row in enumerate(whole):
            ids[place, : len(row)], mask[place, : len(row)] = torch.tensor(row), 1
        device = self.model.device
        with torch.inference_mode():
            logits = self.model(input_ids=ids.to(device), attention_mask=mask.to(device)).logits.float()
        each = torch.log_softmax(logits[:, :-1], -1).gather(-1, ids[:, 1:].to(device).unsqueeze(-1)).squeeze(-1)
        return [
            float(each[place, max(len(begun) - 1, 0) : len(row) - 1].sum())
            for place, (begun, row) in enumerate(zip(given, whole, strict=True))
        ]
