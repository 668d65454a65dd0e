"""Server-Sent Events: `/ask` as it happens, and a completion in pieces.

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
from rag.serve.faults import told, unexpected
from rag.serve.work import Work

log = logging.getLogger("article_qa")
STILL_THERE = b": still there\n\n"


class EventStream(StreamingResponse):
    """A reply of events; when it ends, or the other side goes away, so does the work."""

    def __init__(self, parts: AsyncIterator[bytes], work: Work) -> None:
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}  # a proxy must not hold it back
        super().__init__(parts, media_type="text/event-stream", headers=headers)
        self._work = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._work.close()


def packed(value: Mapping[str, Any], name: str = "") -> bytes:
    """One event with JSON as its data."""
    event = f"event: {name}\n" if name else ""
    return f"{event}data: {json.dumps(value, ensure_ascii=False, default=str)}\n\n".encode()


async def first(events: AsyncIterator[Event | None]) -> Event | None:
    """The first event, before the status of the reply is told; None if there was none.

    Raises:
        RagError: what goes wrong at once is then told by the status.
    """
    async for event in events:
        if event is not None:
            return event
    return None


async def as_it_happens(
    begun: Event | None, events: AsyncIterator[Event | None], work: Work
) -> AsyncIterator[bytes]:
    """Each event by its kind, then `answer`, or `error` if it comes to that."""
    try:
        if begun is not None:
            yield _told(begun)
        async for event in events:
            yield STILL_THERE if event is None else _told(event)
        if work.answer is not None:
            yield packed(work.answer.to_dict(), "answer")
    except RagError as error:
        yield packed(told(error)[1], "error")
    except Exception:
        log.exception("a question failed")
        yield packed(unexpected(), "error")


def _told(event: Event) -> bytes:
    fields = {name: value for name, value in asdict(event).items() if value}
    return packed(fields, fields.pop("kind"))
