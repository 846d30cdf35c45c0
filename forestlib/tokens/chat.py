"""Chat templates: the words that a template puts around messages, so that chat rows too are joined from pieces.

A template is a program. It is run once for each order of roles, on placeholders, and what stands between those is the
frame: special tokens, and words beside them (`Glue`). The frame is tried on other messages; a template that does more
than frame them (cuts white space, counts, looks into a message) is told apart, with a reason.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from forestlib.errors import ForestlibWarning, OptionError, shown
from forestlib.tokens.plan import RowPlan
from forestlib.tokens.table import TokenTable
from forestlib.tokens.tokenizer import Fast, tokenizer_of
from forestlib.tokens.units import Glue, Piece

__all__ = ["ChatFrame", "chat_frame"]

_HOLDERS = "\ue000{}\ue001"
_HOLDER = re.compile("\ue000([0-9]+)\ue001")
_TRIED = (("Но нормы бывают разные.", "Norms differ.\nWhy (100 %)?"), ("Да", "«Выбор» — это отказ…"))
_GENERATION = re.compile(r"\{%-?\s*generation\b")
Message = dict[str, str]


@attrs.frozen
class ChatFrame:
    """What a template puts around messages of these `roles`.

    `parts` has one entry more than there are roles: the pieces before the first message, between two, and after the
    last one. `reason` says why rows cannot be joined from it, "" where they can.
    """

    roles: tuple[str, ...]
    parts: tuple[tuple[Piece, ...], ...]
    reason: str = ""

    def pieces(
        self, contents: Sequence[Sequence[Piece]], learned: Sequence[bool] | None = None
    ) -> tuple[list[Piece], list[bool]]:
        """Return the pieces of a row and which of them are learned, given those of each message's content.

        An assistant's words are learned, and the special token that closes them, unless `learned` says it otherwise of
        each message.
        """
        if len(contents) != len(self.roles):
            raise OptionError(
                f"The frame has {len(self.roles)} messages, got the pieces of {len(contents)}.", roles=self.roles
            )
        pieces, taught = list(self.parts[0]), [False] * len(self.parts[0])
        chosen = [role == "assistant" for role in self.roles] if learned is None else learned
        for own, content, after in zip(chosen, contents, self.parts[1:], strict=True):
            closes = own and bool(after) and isinstance(after[0], tuple)
            pieces += [*content, *after]
            taught += [own] * len(content) + [closes and not place for place in range(len(after))]
        return pieces, taught


def chat_frame(tokenizer: Any, roles: Sequence[str], **options: Any) -> ChatFrame:
    """Return what a Hugging Face tokenizer's chat template puts around messages of these roles.

    `options` go to the template, as those of `apply_chat_template` do. The frame is tried on sample messages: where its
    ids or its learned tokens are not those of `apply_chat_template`, `reason` says so, and rows have to be made by it.
    """
    if not roles or not getattr(tokenizer, "chat_template", None):
        raise OptionError(
            f"A chat row needs a role or more, and a tokenizer with a chat template; got {shown(tuple(roles))} "
            f"and {type(tokenizer).__name__}. Set tokenizer.chat_template.",
            roles=tuple(roles),
        )
    own = tokenizer_of(tokenizer)
    if not isinstance(own, Fast):
        return ChatFrame(tuple(roles), (), f"{own!r} is not one whose special tokens are known")
    text = _rendered(tokenizer, roles, [_HOLDERS.format(place) for place in range(len(roles))], options)
    parts = _HOLDER.split(text)
    if parts[1::2] != [str(place) for place in range(len(roles))]:
        return ChatFrame(tuple(roles), (), "the template does not write each message once, in order")
    frame = ChatFrame(tuple(roles), tuple(_pieces(part, own) for part in parts[::2]))
    return attrs.evolve(frame, reason=_wrong(frame, tokenizer, own, options))


def _rendered(tokenizer: Any, roles: Sequence[str], contents: Sequence[str], options: dict[str, Any]) -> str:
    return str(tokenizer.apply_chat_template(_messages(roles, contents), tokenize=False, **options))


def _messages(roles: Sequence[str], contents: Sequence[str]) -> list[Message]:
    return [{"role": role, "content": content} for role, content in zip(roles, contents, strict=True)]


def _pieces(text: str, own: Fast) -> tuple[Piece, ...]:
    """Return a stretch of a template as special tokens and the words between them."""
    if not own.special:
        return (Glue(text),) if text else ()
    names = sorted(own.special, key=len, reverse=True)
    found = re.split(f"({'|'.join(map(re.escape, names))})", text)
    return tuple((own.special[part],) if place % 2 else Glue(part) for place, part in enumerate(found) if part)


def _wrong(frame: ChatFrame, tokenizer: Any, own: Fast, options: dict[str, Any]) -> str:
    """Return what the template does to sample messages that its frame does not."""
    marks = bool(_GENERATION.search(str(tokenizer.chat_template)))
    for turn in range(len(_TRIED)):
        contents = [_TRIED[(place + turn) % 2][place // 2 % 2] for place in range(len(frame.roles))]
        made = tokenizer.apply_chat_template(
            _messages(frame.roles, contents),
            tokenize=True,
            return_dict=True,
            return_assistant_tokens_mask=marks,
            **options,
        )
        ids, taught = _framed(frame, own, contents)
        if list(made["input_ids"]) != ids:
            return f"the template makes other ids of {shown(contents)} than its frame"
        if marks and list(map(bool, made["assistant_masks"])) != taught:
            return "the template's own {% generation %} marks other tokens as the assistant's"
    return ""


def _framed(frame: ChatFrame, own: Fast, contents: list[str]) -> tuple[list[int], list[bool]]:
    """Return the ids of a row as a table makes them, and which are learned."""
    pieces, taught = frame.pieces([[content] for content in contents])
    with warnings.catch_warnings():
        # A template whose words merge with a message is no fault of its frame: the table says it of the rows.
        warnings.simplefilter("ignore", ForestlibWarning)
        rows = TokenTable(own, pieces).rows(RowPlan(np.arange(len(pieces)), [0, len(pieces)], taught=taught))
    return rows.ids.tolist(), rows.learned.tolist()
