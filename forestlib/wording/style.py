"""Styles: how head, question, anchor and jump are said, in each language. Data, not code.

One value words the samples and the prompts of the model that is trained on them: a model that was taught to jump in
some words is asked to jump in these.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import attrs

from forestlib.errors import OptionError, shown
from forestlib.wording.words import ENGLISH, RUSSIAN, Words, marked_words, tokens_in

if TYPE_CHECKING:
    from forestlib.model.anchor import Anchor
    from forestlib.model.node import Node
    from forestlib.model.tree import Tree
    from forestlib.wording.prompts import Prompt

__all__ = ["ENGLISH", "RUSSIAN", "SHOWN", "Style", "Words"]

SHOWN = ("all", "shared", "jumps")


def _words(words: Mapping[str, Words]) -> Mapping[str, Words]:
    sound = isinstance(words, Mapping) and all(isinstance(lang, str) for lang in words)
    if not sound or not all(isinstance(said, Words) for said in words.values()):
        raise OptionError(
            f"words= maps a language to fl.Words: {{'ru': fl.Words(…)}}, got {shown(words)}.", value=words
        )
    return MappingProxyType({"en": ENGLISH, "ru": RUSSIAN, **{_plain(lang): said for lang, said in words.items()}})


def _plain(lang: str) -> str:
    """The language of a code, without region and script: ru of ru-RU."""
    return lang.casefold().replace("_", "-").partition("-")[0]


@attrs.frozen(repr=False)
class Style:
    """How walks are said.

    `anchors` says which anchors are written after a node's text: "all" of them, those "shared" by two or more trees,
    or only at "jumps". `words` replaces or adds languages; a tree in a language without words is worded in English.

    >>> Style(anchors="jmps")
    Traceback (most recent call last):
    forestlib.errors.OptionError: A style shows anchors 'all', 'shared' or 'jumps', got 'jmps'.
    """

    anchors: str = attrs.field(default="all")
    words: Mapping[str, Words] = attrs.field(factory=dict, converter=_words, eq=dict)

    @anchors.validator
    def _check_anchors(self, attribute: object, value: object) -> None:
        if value not in SHOWN:
            listed = ", ".join(map(repr, SHOWN[:-1]))
            raise OptionError(f"A style shows anchors {listed} or {SHOWN[-1]!r}, got {shown(value)}.", value=value)

    @classmethod
    def marked(cls, anchors: str = "all", **tokens: str) -> Style:
        """Return the style that says everything by special tokens, in all languages alike.

        `tokens` writes some of them in another way. `special_tokens` lists what a tokenizer has to be told of.

        >>> style = Style.marked(jump="<|leap|>")
        >>> style.of("en").jump, style.special_tokens[:3]
        ('<|leap|>', ('<|tree|>', '<|anchor|>', '<|leap|>'))
        """
        words = marked_words(tokens)
        return cls(anchors, {"en": words, "ru": words})

    @classmethod
    def of_given(cls, style: object) -> Style:
        """Return a style that was given, or the usual one for None; anything else is an `OptionError`."""
        if style is not None and not isinstance(style, Style):
            raise OptionError(f"A style is an fl.Style, got {shown(style)}. Make one with fl.Style(anchors='shared').")
        return style or cls()

    def of(self, lang: str) -> Words:
        """Return the words of a language."""
        return self.words.get(_plain(lang), self.words["en"])

    @property
    def special_tokens(self) -> tuple[str, ...]:
        """The special tokens that the templates hold, written like ``<|jump|>``, to be added to a tokenizer."""
        return tuple(dict.fromkeys(token for words in self.words.values() for token in tokens_in(words)))

    def prompt(
        self,
        node: Node,
        *,
        to: str | Tree | Node | None = None,
        over: str | Anchor | None = None,
        goal: Node | None = None,
        direction: str | None = None,
        before: int | None = None,
        ask_jumps: bool = False,
        loss: str = "all",
    ) -> Prompt:
        """Return what a model trained on this style is given, so that it goes on from `node`.

        Alone, the tree's name and the steps down to the node: *continue here*. With `to`, another tree (or the very
        node to land on), `over`, the anchor, or both, the words of the jump after them: *jump there*; what is left out
        has to follow from the node, and `direction` says how the walk goes on, as in `bridges`: "auto", "down", "up".
        With `goal` the question of the walker `questions`: *go from here to there*, answered "back", "forth", or by
        the "link" alone. At most `before` nodes lead to the node: all from the root on, and 8 before a jump, where it
        is left out. With `ask_jumps` the chat ends on the question for the jump, as with the format's own option;
        `loss` is that of the corpus: what is not learned stands in the user's turn.

        >>> from forestlib.model.ground import Ground
        >>> ground = Ground()
        >>> norms = ground.plant("justice", "A match.").root.then("Norms differ.")
        >>> prompt = Style().prompt(norms)
        >>> str(prompt), prompt.messages[0]["content"]
        ('justice\\nA match.\\nNorms differ.\\n', 'justice\\nReason about this step by step.')
        """
        from forestlib.wording.prompts import prompt_of  # noqa: PLC0415 - prompts are worded, and the wording has a style

        wanted = {"to": to, "over": over, "goal": goal, "direction": direction, "before": before}
        return prompt_of(self, node, loss, ask_jumps=ask_jumps, **wanted)

    def __repr__(self) -> str:
        return f"<Style: anchors {self.anchors!r}, words in {shown(', '.join(self.words))}>"

    def as_dict(self) -> dict[str, Any]:
        """Return the style as JSON-ready values."""
        return {"anchors": self.anchors, "words": {lang: attrs.asdict(words) for lang, words in self.words.items()}}

    def __getstate__(self) -> tuple[str, dict[str, Words]]:
        return self.anchors, dict(self.words)

    def __setstate__(self, state: tuple[str, dict[str, Words]]) -> None:
        anchors, words = state
        object.__setattr__(self, "anchors", anchors)
        object.__setattr__(self, "words", MappingProxyType(words))
