"""Servers that speak as OpenAI's does: vLLM, llama.cpp, Ollama and the rest, by their address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib import import_module
from typing import Any

from forestlib.errors import MissingExtraError, OptionError

__all__ = ["Server"]


class Server:
    """A model behind an OpenAI-compatible address, asked greedily, `workers` prompts at once.

    Prompts of a chat go to ``/chat/completions``, texts to ``/completions``. An answer is at most `tokens` long; `stop`
    ends it earlier. What a server needs beyond the standard goes into `extra`: vLLM goes on with an assistant's turn
    when it is told ``{"add_generation_prompt": False, "continue_final_message": True}``, llama.cpp does so by itself.

    >>> Server("http://127.0.0.1:8000/v1", model="mine")
    <Server 'mine' at http://127.0.0.1:8000/v1>
    """

    can_score = False
    can_ban = False

    def __init__(
        self,
        base_url: str,
        *,
        model: str = "default",
        api_key: str = "none",
        tokens: int = 512,
        workers: int = 4,
        stop: Sequence[str] = (),
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self.base_url, self.model, self._key = base_url, model, api_key
        self._tokens, self._workers, self._stop, self._extra = tokens, workers, list(stop), dict(extra or {})

    def __repr__(self) -> str:
        return f"<Server {self.model!r} at {self.base_url}>"

    @cached_property
    def _client(self) -> Any:
        try:
            openai = import_module("openai")
        except ImportError as error:
            raise MissingExtraError.of("openai", "llm", "Asking a server") from error
        return openai.OpenAI(base_url=self.base_url, api_key=self._key)

    def answer(self, prompts: list[Any], banned: Sequence[str], steps: int, truths: Sequence[str]) -> list[str]:
        """Return what the server's model writes on from each prompt."""
        ask = self._chat if prompts and not isinstance(prompts[0], str) else self._text
        _ = self._client  # made before the threads, so that they do not all make one
        with ThreadPoolExecutor(self._workers) as pool:
            return list(pool.map(ask, prompts))

    def scores(self, prompts: list[Any], continuations: list[str]) -> list[float]:
        """Raise `OptionError`: these servers do not say how likely a given text is."""
        raise OptionError("A server does not say how likely a text is. Leave 'likelihood' out of probes=.")

    @property
    def _options(self) -> dict[str, Any]:
        options = {"model": self.model, "temperature": 0, "max_tokens": self._tokens, "extra_body": self._extra}
        return options | ({"stop": self._stop} if self._stop else {})

    def _chat(self, messages: Any) -> str:
        found = self._client.chat.completions.create(messages=messages, **self._options)
        return str(found.choices[0].message.content or "")

    def _text(self, prompt: str) -> str:
        return str(self._client.completions.create(prompt=prompt, **self._options).choices[0].text or "")
