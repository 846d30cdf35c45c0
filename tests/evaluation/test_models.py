"""Models that are asked: callables, checked, and servers that speak as OpenAI's does."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

import forestlib as fl
from forestlib.errors import MissingExtraError, OptionError, PluginError
from forestlib.evaluation import server as server_module
from forestlib.evaluation.models import model_of
from forestlib.evaluation.server import Server
from tests.evaluation.models import Oracle

Lay = Callable[..., fl.Corpus]


@pytest.mark.parametrize("texts", ["one", ["one"], ["one", 2], None, ["one", "two", "three"]])
def test_a_model_gives_a_text_for_each_prompt(texts: Any) -> None:
    """Anything else is an error that says how many were wanted."""
    with pytest.raises((PluginError, TypeError), match=r"2 texts|not iterable"):
        model_of(lambda prompts: texts).answer(["a", "b"], [], 1, [])


@pytest.mark.parametrize("model", [None, "http://127.0.0.1", 7])
def test_what_cannot_be_asked_is_said(model: Any) -> None:
    """The error names what can."""
    with pytest.raises(OptionError, match="a Server"):
        model_of(model)


def test_a_callable_gets_what_it_takes() -> None:
    """`banned` and `steps` are given to those who name them, or take all."""
    told: list[dict[str, Any]] = []

    def named(prompts: list[str], *, steps: int) -> list[str]:
        told.append({"steps": steps})
        return prompts

    def everything(prompts: list[str], **given: Any) -> list[str]:
        told.append(given)
        return prompts

    assert not model_of(named).can_ban
    assert model_of(everything).can_ban
    for model in (named, everything):
        model_of(model).answer(["a"], ["JUMP"], 4, [""])
    assert told == [{"steps": 4}, {"banned": ["JUMP"], "steps": 4}]


def test_a_model_without_likelihoods_is_not_asked_for_them(laid: Lay) -> None:
    """By default they are left out; asked for by name they are an error."""
    silent: Callable[[list[str]], list[str]] = lambda prompts: [""] * len(prompts)  # noqa: E731
    assert "likelihood" not in {row.probe for row in fl.stitch_score(silent, laid("en"), count=2).rows}
    with pytest.raises(OptionError, match="scores="):
        fl.stitch_score(silent, laid("en"), probes="likelihood", count=2)


def test_a_server_without_the_client_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says which extra brings it."""

    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(server_module, "import_module", missing)
    with pytest.raises(MissingExtraError, match=r"forestlib\[llm\]"):
        Server("http://127.0.0.1:1/v1").answer(["a"], [], 1, [""])


class Double(BaseHTTPRequestHandler):
    """A server that answers from a forest, and keeps what it was asked."""

    oracle: Oracle
    asked: list[tuple[str, dict[str, Any]]]

    def do_POST(self) -> None:
        """Answer one request."""
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, given))
        [text] = self.oracle([given["messages"] if "messages" in given else given["prompt"]])
        choice = {"message": {"role": "assistant", "content": text}} if "messages" in given else {"text": text}
        body = json.dumps({"id": "1", "object": "o", "created": 0, "model": "m",
                           "choices": [{"index": 0, "finish_reason": "stop", **choice}]}).encode()  # fmt: skip
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *parts: Any) -> None:
        """Say nothing."""


@pytest.fixture
def served() -> Iterator[Callable[[fl.Forest], tuple[str, list[Any]]]]:
    """Serve a forest on this machine alone."""
    servers = []

    def serve(forest: fl.Forest) -> tuple[str, list[Any]]:
        asked: list[Any] = []
        handler = type("Handler", (Double,), {"oracle": Oracle(forest), "asked": asked})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/v1", asked

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(("serializer", "path"), [("text", "/v1/completions"), ("chat", "/v1/chat/completions")])
def test_a_server_is_asked_in_the_format_of_the_corpus(
    serializer: str, path: str, laid: Lay, served: Callable[[fl.Forest], tuple[str, list[Any]]]
) -> None:
    """Texts go to completions and messages to chat completions, greedily; what comes back is scored."""
    pytest.importorskip("openai", reason="comes with forestlib[llm]")
    corpus = laid("ru", serializer)
    assert isinstance(corpus.forest, fl.Forest)
    url, asked = served(corpus.forest)
    server = Server(url, model="m", tokens=99, stop=["\n\n"], extra={"top_k": 1})
    score = fl.stitch_score(server, corpus, probes=["jump", "recall:paths"], count=4)
    assert {row.score for row in score.rows if row.probe != "stay"} == {1.0}
    assert {where for where, _ in asked} == {path}
    _, given = asked[0]
    assert (given["temperature"], given["max_tokens"], given["stop"], given["top_k"]) == (0, 99, ["\n\n"], 1)
