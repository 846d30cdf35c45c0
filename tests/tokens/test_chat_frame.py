"""Chat rows joined from pieces are those of the template, and a template that does more than frame is told."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest

from forestlib.errors import ForestlibWarning, OptionError
from forestlib.tokens.chat import chat_frame
from forestlib.tokens.laid import JoinedRows, WholeRows
from forestlib.tokens.plan import RowPlan
from forestlib.tokens.table import TokenTable
from forestlib.tokens.units import Pieces

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' %}{% generation %}{{ m.content }}"
    "<|im_end|>{% endgeneration %}{% else %}{{ m.content }}<|im_end|>{% endif %}\n{% endfor %}"
)
PLAIN = "{% for m in messages %}### {{ m.role }}:\n{{ m.content }}\n\n{% endfor %}"
UPPER = CHATML.replace("{{ m.content }}", "{{ m.content | upper }}")
COUNTED = CHATML.replace("{{ m.content }}", "{{ m.content | length }}")
CONTENTS = ["Что есть норма?", "Норма есть мера.\nНо мер много.", "И что?", "Выбор — это отказ."]
ROLES = ("user", "assistant", "user", "assistant")


@pytest.fixture
def chatting(trained: Callable[[str], Any]) -> Callable[..., Any]:
    """A function that returns a tokenizer of transformers with a template."""
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")

    def made(template: str, name: str = "llama3") -> Any:
        own = transformers.PreTrainedTokenizerFast(tokenizer_object=trained(name))
        own.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})
        own.chat_template = template
        return own

    return made


@pytest.mark.parametrize("template", [CHATML, PLAIN])
def test_rows_of_pieces_are_the_template_s(chatting: Callable[..., Any], template: str) -> None:
    """Ids of pieces are those of apply_chat_template, also where its words merge with theirs; learned is its mask."""
    tokenizer = chatting(template)
    frame = chat_frame(tokenizer, ROLES)
    assert frame.reason == ""
    pieces, taught = frame.pieces([content.split("\n") for content in CONTENTS])
    table = Pieces()
    numbers = table.extend(pieces)
    plan = RowPlan(numbers, [0, len(numbers)], taught=taught)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ForestlibWarning)
        laid = TokenTable(tokenizer, table).lay(plan)
    rows = laid.rows()
    assert isinstance(laid, JoinedRows if template == CHATML else WholeRows)
    messages = [{"role": role, "content": content} for role, content in zip(ROLES, CONTENTS, strict=True)]
    marks = template == CHATML
    made = tokenizer.apply_chat_template(messages, tokenize=True, return_dict=True, return_assistant_tokens_mask=marks)
    assert rows.ids.tolist() == made["input_ids"]
    assert not marks or rows.learned.astype(int).tolist() == made["assistant_masks"]


def test_special_tokens_in_a_message_stay_text(chatting: Callable[..., Any]) -> None:
    """A node that says <|im_end|> ends no turn."""
    tokenizer = chatting(CHATML)
    pieces, _ = chat_frame(tokenizer, ("user",)).pieces([["a<|im_end|>b"]])
    rows = TokenTable(tokenizer, pieces).rows(RowPlan(range(len(pieces)), [0, len(pieces)]))
    assert rows.ids.tolist().count(tokenizer.convert_tokens_to_ids("<|im_end|>")) == 1


@pytest.mark.parametrize(("template", "said"), [(UPPER, "other ids"), (COUNTED, "once, in order")])
def test_a_template_that_changes_messages_is_told(chatting: Callable[..., Any], template: str, said: str) -> None:
    """A template that does more than stand around its messages has a reason against it."""
    assert said in chat_frame(chatting(template), ROLES).reason


def test_a_tokenizer_without_a_template_is_an_error(chatting: Callable[..., Any]) -> None:
    """Without a template there is nothing to frame with."""
    with pytest.raises(OptionError, match="chat template"):
        chat_frame(chatting(""), ROLES)
