"""Server-Sent Events: `/ask` as it happens, and streamed completions.

Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import json
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict
from typing import Any

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from rag.errors import RagError
from rag.events import Event
from rag.serve.faults import status_and_body, unexpected
from rag.serve.work import Work

log = logging.getLogger("article_qa")
STILL_THERE = b": still there\n\n"


class EventStream(StreamingResponse):
    """A streamed reply of events; its work ends when the stream does or the client disconnects."""

    def __init__(self, parts: AsyncIterator[bytes], work: Work) -> None:
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}  # keep proxies from buffering it
        super().__init__(parts, media_type="text/event-stream", headers=headers)
        self._work = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._work.close()


def packed(value: Mapping[str, Any], name: str = "") -> bytes:
    """Encode one event with JSON as its data."""
    event = f"event: {name}\n" if name else ""
    return f"{event}data: {json.dumps(value, ensure_ascii=False, default=str)}\n\n".encode()


async def first(events: AsyncIterator[Event | None]) -> Event | None:
    """Return the first event, awaited before the reply's status is sent; None if there was none.

    Raises:
        RagError: an immediate error, which the status can still report.
    """
    async for event in events:
        if event is not None:
            return event
    return None


async def as_it_happens(
    begun: Event | None, events: AsyncIterator[Event | None], work: Work
) -> AsyncIterator[bytes]:
    """Yield each event under its kind, then `answer`, or `error` if there is one."""
    try:
        if begun is not None:
            yield _packed_event(begun)
        async for event in events:
            yield STILL_THERE if event is None else _packed_event(event)
        if work.answer is not None:
            yield packed(work.answer.to_dict(), "answer")
    except RagError as error:
        yield packed(status_and_body(error)[1], "error")
    except Exception:
        log.exception("a question failed")
        yield packed(unexpected(), "error")


def _packed_event(event: Event) -> bytes:
    fields = {name: value for name, value in asdict(event).items() if value}
    return packed(fields, fields.pop("kind"))
