"""For operators: health, metrics, and an id for each request.

`/healthz` and `/metrics` need no login, and reveal nothing about articles, questions or answers.
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
    """ASGI middleware that gives each request an id, and reports which events have been fetched."""

    def __init__(self, app: ASGIApp, forget: Callable[[str], None] = lambda _: None) -> None:
        """`forget` is called with the event id of a program's call to the page once its reply has been
        sent.
        """
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
            # Gradio finds out that the session of an event stream is missing only after the reply has
            # begun.
            log.info("a reply broke off", extra={"request": request, "error": repr(error)})
        if status == 200 and (fetched := _FETCHED.fullmatch(scope["path"])):
            self._forget(fetched["event"])


def watch_routes(gate: Gate, ready: Callable[[], str]) -> list[BaseRoute]:
    """Return the monitoring routes; `ready` returns what is wrong with the page's index, or an empty
    string.
    """

    def health(_: Request) -> Response:
        wrong = "shutting down" if gate.closing else ready()
        body = json.dumps({"status": wrong or "ok"})
        return Response(body, 503 if wrong else 200, media_type="application/json")

    def metrics(_: Request) -> Response:
        return Response(generate_latest(gate.registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", health), Route("/metrics", metrics)]


def _request_id(scope: Scope) -> str:
    """Return a proxy's request id if valid, else a new one; Gradio's handlers find it as a header."""
    given: bytes = dict(scope["headers"]).get(_REQUEST_ID, b"")
    if not _GIVEN_ID.fullmatch(given):
        given = uuid4().hex.encode()
        headers = [(name, value) for name, value in scope["headers"] if name != _REQUEST_ID]
        scope["headers"] = [*headers, (_REQUEST_ID, given)]
    return given.decode()
