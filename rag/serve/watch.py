"""For those who run the page: health, metrics, and an id for each request.

`/healthz` and `/metrics` need no login, and tell nothing of articles, questions or answers.
"""

import json
import logging
import re
from collections.abc import Callable
from uuid import uuid4

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.serve.gate import Gate

log = logging.getLogger("article_qa")
_REQUEST_ID = b"x-request-id"
_GIVEN_ID = re.compile(rb"[\w.-]{1,64}")
_FETCHED = re.compile(r"/gradio_api/call/(?:v2/)?[^/]+/(?P<event>[^/]+)")


class Watch:
    """ASGI middleware that gives each request an id, and tells which events have been fetched."""

    def __init__(self, app: ASGIApp, forget: Callable[[str], None] = lambda _: None) -> None:
        """`forget` is told the event of a program's call of the page once its reply has been sent."""
        self._app, self._forget = app, forget

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = _request_id(scope)
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except RuntimeError as error:
            if not status:
                raise
            # Gradio finds that a stream of events has no such session when the reply has begun.
            log.info("a reply broke off", extra={"request": request, "error": repr(error)})
        if status == 200 and (fetched := _FETCHED.fullmatch(scope["path"])):
            self._forget(fetched["event"])


def watch_routes(gate: Gate, ready: Callable[[], str]) -> list[BaseRoute]:
    """`ready` tells what is wrong with the page's index, nothing if nothing is."""

    def health(_: Request) -> Response:
        wrong = "shutting down" if gate.closing else ready()
        body = json.dumps({"status": wrong or "ok"})
        return Response(body, 503 if wrong else 200, media_type="application/json")

    def metrics(_: Request) -> Response:
        return Response(generate_latest(gate.registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", health), Route("/metrics", metrics)]


def _request_id(scope: Scope) -> str:
    """The id that a proxy gave, if it is one, else a new one; Gradio's handlers find it as a header."""
    given: bytes = dict(scope["headers"]).get(_REQUEST_ID, b"")
    if not _GIVEN_ID.fullmatch(given):
        given = uuid4().hex.encode()
        headers = [(name, value) for name, value in scope["headers"] if name != _REQUEST_ID]
        scope["headers"] = [*headers, (_REQUEST_ID, given)]
    return given.decode()
