"""A server that sends what a test says, and the language model that asks it."""

import json
import time
from typing import Any

import pytest

from rag.errors import LLMError
from rag.models.chat import Reply, ask
from rag.models.llm import OpenAIChat
from tests.fakes import openai_server as fake

KEY = "sk-proj-0123456789abcdefghij"
QUESTION = [
    {"role": "system", "content": "Answer from the articles."},
    {"role": "user", "content": "When did it rain?"},
]
ANSWER = "It rained on Monday [1]."


def model(server: fake.FakeServer, **options: Any) -> OpenAIChat:
    budget, temperature = options.pop("budget", 3000), options.pop("temperature", None)
    return OpenAIChat("openai", "m", server.base_url, KEY, budget, temperature, **options)


def reply(chat: OpenAIChat, seconds: float = 10, max_tokens: int = 50) -> Reply:
    return ask(chat, QUESTION, max_tokens, time.monotonic() + seconds)


def asked(behaviour: fake.Behaviour, **options: Any) -> Reply:
    with fake.serving(behaviour) as server:
        return reply(model(server, **options))


def fault(behaviour: fake.Behaviour, **options: Any) -> LLMError:
    with fake.serving(behaviour) as server, pytest.raises(LLMError) as raised:
        reply(model(server, **options))
    return raised.value


def events(*values: object, done: bool = True) -> fake.Behaviour:
    """A stream of these events; a text is sent as it is."""
    lines = [f"data: {v if isinstance(v, str) else json.dumps(v)}\n\n" for v in values]
    return fake.sends("".join(lines) + ("data: [DONE]\n\n" if done else ""), "text/event-stream")


def delta(finish: str | None = None, **parts: object) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": parts, "finish_reason": finish}]}


def message(finish: str | None = "stop", **parts: object) -> str:
    return json.dumps({"choices": [{"index": 0, "message": parts, "finish_reason": finish}]})
