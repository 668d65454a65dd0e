"""A chat completion in OpenAI's format, whole or streamed.

Format: https://platform.openai.com/docs/api-reference/chat
"""

import logging
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from rag.errors import QuestionError, RagError
from rag.events import Event
from rag.serve.events import STILL_THERE, packed
from rag.serve.faults import status_and_body, unexpected
from rag.serve.forms import ChatBody
from rag.serve.work import Work
from rag.serve.written import annotations, content, spoken, without_notes
from rag.types import Answer

log = logging.getLogger("article_qa")
History = Sequence[Mapping[str, str]]


def asked(body: ChatBody) -> tuple[str, History]:
    """Return the question, which is the user's last message, and the conversation before it.

    System messages are ignored: the articles answer, whatever role the model is given.

    Raises:
        QuestionError: if there is no user message, or more than one answer is requested.
    """
    if body.n not in (None, 1):
        raise QuestionError("n must be 1: the articles have one answer")
    turns = [message for message in body.messages if message.role in ("user", "assistant")]
    while turns and turns[-1].role != "user":
        turns.pop()
    if not turns:
        raise QuestionError("there is no message of the user")
    *before, last = turns
    return last.text, [{"role": turn.role, "content": without_notes(turn.text)} for turn in before]


def usage(answer: Answer) -> dict[str, int]:
    used = answer.usage
    return {
        "prompt_tokens": used.prompt_tokens,
        "completion_tokens": used.completion_tokens,
        "total_tokens": used.prompt_tokens + used.completion_tokens,
    }


def short(answer: Answer) -> dict[str, Any]:
    """Return the answer as attached to a message: without the passages, which were only read."""
    fields = answer.to_dict()
    del fields["passages"]
    return fields


def completion(answer: Answer, model: str) -> dict[str, Any]:
    """Return the whole completion."""
    text = content(answer)
    message = {
        "role": "assistant",
        "content": text,
        "refusal": None,
        "annotations": annotations(answer, text),
    }
    return {
        "id": _id(),
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": usage(answer),
        "answer": short(answer),
    }


class Pieces:
    """Streams the same completion sentence by sentence; the pieces add up to the same content."""

    def __init__(self, model: str, *, with_usage: bool) -> None:
        self._head = {
            "id": _id(),
            "object": "chat.completion.chunk",
            "created": int(time.time()),
            "model": model,
        }
        self._with_usage = with_usage
        self._written = ""

    def begin(self) -> Iterator[dict[str, Any]]:
        yield self._piece({"role": "assistant", "content": ""})

    def of(self, event: Event) -> Iterator[dict[str, Any]]:
        if event.sentence is not None:
            yield self._write(spoken(event.sentence))

    def end(self, answer: Answer) -> Iterator[dict[str, Any]]:
        """Yield the rest: footnotes, and the citations with their places in the content."""
        text = content(answer)
        if not text.startswith(self._written):  # what has been sent is never taken back
            text = f"{self._written}\n\n{text}"
        if rest := text[len(self._written) :]:
            yield self._write(rest)
        last = self._piece({"annotations": annotations(answer, text)}, finish_reason="stop")
        yield {**last, "answer": short(answer)}
        if self._with_usage:
            yield {**self._head, "choices": [], "usage": usage(answer)}

    def _write(self, text: str) -> dict[str, Any]:
        self._written += text
        return self._piece({"content": text})

    def _piece(self, delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return {**self._head, "choices": [choice]}


async def in_pieces(
    begun: Event | None, events: AsyncIterator[Event | None], pieces: Pieces, work: Work
) -> AsyncIterator[bytes]:
    """Stream a completion as it is written, in OpenAI's format."""
    try:
        for part in pieces.begin():
            yield packed(part)
        if begun is not None:
            for part in pieces.of(begun):
                yield packed(part)
        async for event in events:
            if event is None:
                yield STILL_THERE
                continue
            for part in pieces.of(event):
                yield packed(part)
        if work.answer is not None:
            for part in pieces.end(work.answer):
                yield packed(part)
            yield b"data: [DONE]\n\n"
    except RagError as error:
        yield packed(status_and_body(error)[1])
    except Exception:
        log.exception("a question failed")
        yield packed(unexpected())


def _id() -> str:
    return f"chatcmpl-{uuid4().hex}"
