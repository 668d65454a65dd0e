"""The form of a request to a server, and how it changes when the server refuses part of it.

Servers refuse parameters in their own words and with status 400, 422 or 500: OpenAI's reasoning models
`max_tokens` and `temperature`, Mistral `stream_options`, Gemma's template the system role. The refusal is
therefore searched for the name of something that was sent, which is then sent differently or left out.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rag.models.chat import Message

REFUSALS = (400, 404, 409, 415, 422, 500, 501)
_CANDIDATES = 20  # for the first token
# A limit under another name includes thinking: leave room for it, or there is no answer after it.
THINKING_TOKENS = 8192
_TOO_LONG = re.compile(r"context.{0,40}(length|size|window|exceed)|too (long|many tokens)", re.IGNORECASE)
_SYSTEM = re.compile(r"\bsystem\b|\brole", re.IGNORECASE)
_NAMED = {
    "stream_options": re.compile(r"stream_options|include_usage"),
    "logprobs": re.compile(r"logprobs?\b|top_logprobs"),
    "json_object": re.compile(r"response_?format|json_(object|mode)|\bjson\b", re.IGNORECASE),
    "temperature": re.compile(r"\btemperature\b"),
    "limit": re.compile(r"\bmax_(completion_)?tokens\b|\bmaxOutputTokens\b"),
    "stream": re.compile(r"\bstream(ing)?\b", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Form:
    """How a server wants to be asked; learned from its refusals and kept for later questions."""

    temperature: float | None = None
    logprobs: bool = False
    stream_options: bool = True
    stream: bool = True
    limit: str = "max_tokens"  # the parameter's name; empty to send none
    system: bool = True  # whether the server accepts a system message
    thinks: bool = False
    json_object: bool = False

    def body(self, messages: Sequence[Message], max_tokens: int) -> dict[str, Any]:
        """Return the parameters of a request, without the model's name."""
        body: dict[str, Any] = {
            "messages": list(messages) if self.system else folded(messages),
            "stream": self.stream,
        }
        if self.limit:
            body[self.limit] = self.tokens(max_tokens)
        if self.stream and self.stream_options:
            body["stream_options"] = {"include_usage": True}
        if self.temperature is not None:
            body["temperature"] = self.temperature
        if self.logprobs:
            body.update(logprobs=True, top_logprobs=_CANDIDATES)
        if self.json_object:
            body["response_format"] = {"type": "json_object"}
        return body

    def tokens(self, max_tokens: int) -> int:
        """Return how many tokens may be written, including thinking."""
        return max_tokens + THINKING_TOKENS * self.thinks

    def after(self, status: int, said: object) -> "Form | None":
        """Return the form to use after a refusal; None if nothing can be asked differently."""
        if status not in REFUSALS:
            return None
        words = said if isinstance(said, str) else json.dumps(said, default=str)
        if self.stream_options and self.stream and _NAMED["stream_options"].search(words):
            return replace(self, stream_options=False)
        if self.logprobs and _NAMED["logprobs"].search(words):
            return replace(self, logprobs=False)
        if self.json_object and _NAMED["json_object"].search(words):
            return replace(self, json_object=False)
        if self.temperature is not None and _NAMED["temperature"].search(words):
            return replace(self, temperature=None)
        if self.limit and _NAMED["limit"].search(words):
            if self.limit == "max_tokens" and "max_completion_tokens" in words:
                return replace(self, limit="max_completion_tokens", thinks=True)
            return replace(self, limit="max_completion_tokens" if self.limit == "max_tokens" else "")
        if self.system and _SYSTEM.search(words):
            return replace(self, system=False)
        if self.stream and _NAMED["stream"].search(words):
            return replace(self, stream=False)
        if status in (400, 422) and self != self.plain:
            return self.plain  # it does not say what: retry once without anything optional
        return None

    @property
    def plain(self) -> "Form":
        """The same form with only messages, stream and limit."""
        return replace(self, temperature=None, logprobs=False, stream_options=False, json_object=False)


def too_long(said: object) -> bool:
    """Whether an error body says that the prompt does not fit the context."""
    return bool(_TOO_LONG.search(json.dumps(said, default=str)))


def folded(messages: Sequence[Message]) -> list[Message]:
    """Return the messages without a system role: its text is prepended to the first user message."""
    system = "\n\n".join(m["content"] for m in messages if m["role"] == "system")
    others = [dict(m) for m in messages if m["role"] != "system"]
    first = next((m for m in others if m["role"] == "user"), None)
    if first is None:
        return [{"role": "user", "content": system}, *others]
    first["content"] = f"{system}\n\n{first['content']}" if system else first["content"]
    return others
