"""Find out what an endpoint supports by asking it."""

import json
import time
from dataclasses import dataclass

from rag.errors import LLMError
from rag.models.llm import OpenAIChat

# The prompt must contain “JSON”: some servers refuse a JSON response format otherwise.
_QUESTION = [
    {"role": "system", "content": "Reply with one JSON object and nothing else."},
    {"role": "user", "content": 'Reply with this JSON object: {"ok": true}'},
]


@dataclass(frozen=True, slots=True)
class Support:
    """What a server returned when everything was requested; `seconds` is how long its answer took."""

    seconds: float
    stream: bool
    usage: bool
    logprobs: bool
    json: bool
    system: bool
    thinks: bool

    def __str__(self) -> str:
        parts = {
            "stream": self.stream,
            "usage": self.usage,
            "logprobs": self.logprobs,
            "JSON": self.json,
            "system message": self.system,
        }
        has = ", ".join(name for name, given in parts.items() if given)
        lacks = ", ".join(name for name, given in parts.items() if not given)
        return "; ".join(
            part
            for part in (
                f"supports {has}" if has else "",
                f"lacks {lacks}" if lacks else "",
                "thinks before it answers" if self.thinks else "",
            )
            if part
        )


def probe(chat: OpenAIChat, deadline: float) -> Support:
    """Ask an endpoint one question, requesting a JSON object, and see what comes back.

    Raises:
        LLMError: if there is no reply, or none within the deadline.
    """
    started = time.monotonic()
    state = chat.examine(_QUESTION, deadline)
    seconds = time.monotonic() - started
    form = state.form
    return Support(
        seconds=seconds,
        stream=form.stream and state.events > 1,
        usage=state.usage is not None,
        logprobs=state.alternatives,
        json=_writes_json(chat, deadline),
        system=form.system,
        thinks=state.thought or form.limit == "max_completion_tokens",
    )


def _writes_json(chat: OpenAIChat, deadline: float) -> bool:
    """Whether it honors the parameter that requests JSON."""
    try:
        state = chat.examine(_QUESTION, deadline, json_object=True)
        return state.form.json_object and isinstance(json.loads(state.text), dict)
    except (LLMError, ValueError, RecursionError):
        return False
