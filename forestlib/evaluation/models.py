"""Models: anything that writes on from prompts. One way to ask them all.

A model is a callable from prompts to texts, a model of `transformers` with its tokenizer, or a `Server`. A callable may
take `banned`, beginnings that it must not write, and `steps`, after how many steps it may stop; one that can say how
likely a text is has a method ``scores(prompts, continuations)``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from forestlib.errors import OptionError, PluginError, shown

__all__ = ["Asked", "Model", "model_of"]

Scores = Callable[[list[Any], list[str]], Sequence[float]]
_OPTIONS = ("banned", "steps")


class Asked(Protocol):
    """What a model is asked through."""

    can_score: bool
    can_ban: bool

    def answer(self, prompts: list[Any], banned: Sequence[str], steps: int, truths: Sequence[str]) -> list[str]:
        """Return what follows each prompt."""

    def scores(self, prompts: list[Any], continuations: list[str]) -> list[float]:
        """Return the logarithm of how likely each continuation is after its prompt."""


class Model:
    """A callable from prompts to texts, checked.

    >>> model = Model(lambda prompts: ["Norms differ." for _ in prompts])
    >>> model.answer(["justice\\n"], [], 8, [""]), model.can_ban
    (['Norms differ.'], False)
    """

    def __init__(self, function: Callable[..., Any], scores: Scores | None = None) -> None:
        self._function = function
        self._scores = scores or getattr(function, "scores", None)
        self.can_score = callable(self._scores)
        self._takes = _accepted(function)
        self.can_ban = "banned" in self._takes

    def __repr__(self) -> str:
        return f"<Model: {shown(self._function)}>"

    def answer(self, prompts: list[Any], banned: Sequence[str], steps: int, truths: Sequence[str]) -> list[str]:
        """Return what follows each prompt."""
        given: dict[str, Any] = {"banned": list(banned), "steps": steps}
        texts = self._function(prompts, **{name: given[name] for name in self._takes})
        return _checked_texts(texts, len(prompts))

    def scores(self, prompts: list[Any], continuations: list[str]) -> list[float]:
        """Return the logarithm of how likely each continuation is after its prompt."""
        if self._scores is None:
            raise OptionError("This model does not say how likely a text is. Give scores=, or leave 'likelihood' out.")
        found = list(map(float, self._scores(prompts, continuations)))
        if len(found) != len(prompts):
            raise PluginError(f"scores= gave {len(found)} numbers for {len(prompts)} continuations. Give one for each.")
        return found


def model_of(model: Any, tokenizer: Any = None, scores: Scores | None = None) -> Asked:
    """Return what a model is asked through, or raise `OptionError` for what cannot be asked."""
    if hasattr(model, "answer") and hasattr(model, "can_score"):
        return model  # type: ignore[no-any-return]
    # A model of torch is callable as well, but from tensors to tensors.
    if hasattr(model, "generate") and hasattr(model, "config"):
        if tokenizer is None:
            raise OptionError(
                "A model of transformers is asked through its tokenizer. Give it: "
                "fl.stitch_score(model, corpus, tokenizer=AutoTokenizer.from_pretrained(…))."
            )
        from forestlib.evaluation.hugging import HuggingModel  # noqa: PLC0415 - torch is imported where it is used

        return HuggingModel(model, tokenizer)
    if not callable(model):
        raise OptionError(
            f"A model is a callable from prompts to texts, a model of transformers, or a Server, got {shown(model)}."
        )
    return Model(model, scores)


def _accepted(function: Callable[..., Any]) -> tuple[str, ...]:
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return ()
    takes_all = any(part.kind is part.VAR_KEYWORD for part in parameters.values())
    return tuple(name for name in _OPTIONS if takes_all or name in parameters)


def _checked_texts(texts: Any, count: int) -> list[str]:
    listed = [texts] if isinstance(texts, str) else list(texts)
    if isinstance(texts, str) or len(listed) != count or not all(isinstance(text, str) for text in listed):
        raise PluginError(f"A model gives a list of {count} texts for {count} prompts, got {shown(texts)}.")
    return listed
