"""Parse what servers send for a chat completion, each in its own way.

    data: {"choices": [{"delta": {"content": "It rained"}}]}                        Delta(text="It rained")
    data: {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 4}}    Delta(usage=Usage(9, 4))
    {"choices": [{"message": {"content": "It rained."}, "finish_reason": "stop"}]}  not a stream at all

Most of it has the shape that OpenAI documents; the rest was seen on other servers: content as a list of
parts, thinking under four names, usage under three.
"""

import codecs
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rag.models.chat import Speed
from rag.models.faults import Server, as_dict
from rag.types import Usage

_PLAIN_CHARS = 1_000_000  # of a reply that is not a stream
_THINKING = ("reasoning_content", "reasoning", "thinking", "reasoning_details")
_USAGE = (
    ("prompt_tokens", "completion_tokens"),
    ("input_tokens", "output_tokens"),
    ("prompt_eval_count", "eval_count"),
)
End = Literal["", "stop", "length", "filter"]
_ENDS: Mapping[str, End] = {
    "length": "length", "max_tokens": "length", "max_output_tokens": "length", "model_length": "length",
    "content_filter": "filter", "safety": "filter", "refusal": "filter", "recitation": "filter",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Delta:
    """The content of one event; any field may be missing.

    `thought` is whether it contains thinking, `end` the reason the reply ends here, `last` whether nothing
    follows.
    """

    text: str = ""
    thought: bool = False
    refusal: str = ""
    tool: bool = False
    end: End = ""
    first: Mapping[str, float] = field(default_factory=dict)
    usage: Usage | None = None
    thinking_tokens: int = 0
    speed: Speed | None = None
    last: bool = False


def lines_of(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield lines of UTF-8 text. Only a line feed ends one: JSON may contain U+2028, which `splitlines`
    splits at.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    held: list[str] = []
    for chunk in chunks:
        *ended, rest = decoder.decode(chunk).split("\n")
        for line in ended:
            yield "".join([*held, line]).rstrip("\r")
            held = []
        held.append(rest)
    if rest := "".join(held):
        yield rest.rstrip("\r")


def read_events(lines: Iterable[str], server: Server) -> Iterator[Delta]:
    """Yield what the lines of a response say, event by event.

    Raises:
        LLMError: if one cannot be parsed, or reports an error.
    """
    plain: list[str] = []  # lines outside any event, before the first one: JSON, a web page
    room, streamed = _PLAIN_CHARS, False
    for line in lines:
        event = line.removeprefix("data:").strip()
        if event == "[DONE]":
            yield Delta(last=True)
            return
        if line.startswith("data:"):
            streamed = True
            if event:
                yield _delta(event, server)
        elif not streamed and line and not line.startswith((":", "event:", "id:", "retry:")):
            plain.append(line[:room])
            room -= len(plain[-1])
    if not streamed and plain:
        yield _delta("\n".join(plain), server)


def _delta(event: str, server: Server) -> Delta:
    try:
        data = json.loads(event)
    except (ValueError, RecursionError):
        if event.lstrip()[:1] == "<":
            raise server.fault("sent a web page, no reply that can be read", hint="OPENAI_BASE_URL") from None
        raise server.fault("sent a reply that cannot be read") from None
    if not isinstance(data, dict):
        raise server.fault("sent a reply that cannot be read")
    if error := data.get("error"):
        raise server.fault("failed", error)
    choices = data.get("choices")
    choice = as_dict(choices[0]) if isinstance(choices, list) and choices else {}
    message = as_dict(choice.get("delta")) or as_dict(choice.get("message"))
    text, thought = _content(message.get("content", choice.get("text")))
    usage, thinking_tokens = _usage(data)
    refusal = message.get("refusal")
    return Delta(
        text=text,
        thought=thought or any(message.get(name) for name in _THINKING),
        refusal=refusal if isinstance(refusal, str) else "",
        tool=bool(message.get("tool_calls") or message.get("function_call")),
        end=_end(choice.get("finish_reason") or choice.get("stop_reason")),
        first=_alternatives(choice),
        usage=usage,
        thinking_tokens=thinking_tokens,
        speed=_speed(as_dict(data.get("timings"))),
    )


def _content(content: object) -> tuple[str, bool]:
    """Return the text and whether it is thinking: content is a text, or a list of parts of several types."""
    if isinstance(content, str):
        return content, False
    texts, thought = [], False
    for part in content if isinstance(content, list) else ():
        kind = as_dict(part).get("type", "text")
        if isinstance(part, str):
            texts.append(part)
        elif kind in ("text", "output_text") and isinstance(part.get("text"), str):
            texts.append(part["text"])
        else:
            thought = thought or kind in ("thinking", "reasoning")
    return "".join(texts), thought


def _end(reason: object) -> End:
    return _ENDS.get(reason.casefold(), "stop") if isinstance(reason, str) and reason else ""


def _usage(data: Mapping[str, Any]) -> tuple[Usage | None, int]:
    """Return token usage under one of the known names, and how many of the tokens written were thinking."""
    for place in (data.get("usage"), as_dict(data.get("x_groq")).get("usage"), data):
        values = as_dict(place)
        for read, written in _USAGE:
            counts = values.get(read), values.get(written)
            if all(isinstance(count, int | float) and 0 <= count < 1e9 for count in counts):
                details = as_dict(values.get("completion_tokens_details"))
                thinking = details.get("reasoning_tokens")
                usage = Usage(*(int(count) for count in counts if count is not None))
                return usage, thinking if isinstance(thinking, int) else 0
    return None, 0


def _speed(timings: Mapping[str, Any]) -> Speed | None:
    """Return the speed, which only llama.cpp reports."""
    speeds = timings.get("prompt_per_second"), timings.get("predicted_per_second")
    if any(not isinstance(speed, int | float) or not 0 < speed < math.inf for speed in speeds):
        return None
    read, written = (float(speed) for speed in speeds if speed is not None)
    return Speed(read, written)


def _alternatives(choice: Mapping[str, Any]) -> dict[str, float]:
    """Return the alternatives for the first token of this event, with their probabilities."""
    tokens = as_dict(choice.get("logprobs")).get("content")
    if not isinstance(tokens, list) or not tokens:
        return {}
    tops = as_dict(tokens[0]).get("top_logprobs")
    return {
        str(top["token"]): math.exp(min(top["logprob"], 0.0))
        for top in (tops if isinstance(tops, list) else ())
        if "token" in as_dict(top) and isinstance(top.get("logprob"), int | float)
    }
