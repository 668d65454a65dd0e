"""For those who run the page: health, metrics, an id for each request, logins slowed down, no back doors.

`/healthz` and `/metrics` need no login, and tell nothing of articles, questions or answers.
"""

import json
import re
from collections.abc import Callable
from uuid import uuid4

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.endpoints import ENDPOINTS
from ui.gate import Gate

_REQUEST_ID = b"x-request-id"
_GIVEN_ID = re.compile(rb"[\w.-]{1,64}")
# Gradio takes calls of the page's own handlers by name as well: only the endpoints are for others. The
# page itself says `predict`, and a number.
_CALLED = re.compile(r"/gradio_api/(?:call|run|api)/(?:v2/)?(?P<name>[^/]+)(?:/(?P<event>[^/]+))?")
_LOGINS = RateLimitItemPerMinute(10)  # that fail, from one address


class Watch:
    """ASGI middleware in front of the page."""

    def __init__(
        self, app: ASGIApp, gate: Gate, ready: Callable[[], str], forget: Callable[[str], None]
    ) -> None:
        """
        `ready` tells what is wrong with the page's index, nothing if nothing is; `forget` is told
        the event of a program's call once its reply has been sent.
        """
        self._app, self._gate, self._ready, self._forget = app, gate, ready, forget
        self._logins = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = self._request_id(scope)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-ID"] = request
                if login and message["status"] == 400:
                    self._logins.hit(_LOGINS, client)
            await send(message)

        path = scope["path"].rstrip("/")
        login, client = path == "/login" and scope["method"] == "POST", (scope.get("client") or ("",))[0]
        called = _CALLED.match(path)
        if path == "/healthz":
            await self._health()(scope, receive, answer)
        elif path == "/metrics":
            body = generate_latest(self._gate.registry)
            await Response(body, media_type=CONTENT_TYPE_LATEST)(scope, receive, answer)
        elif called and called["name"] not in (*ENDPOINTS, "predict"):
            await Response("there is no such endpoint", 404)(scope, receive, answer)
        elif login and not self._logins.test(_LOGINS, client):
            await Response("too many logins failed: wait a minute", 429)(scope, receive, answer)
        else:
            await self._app(scope, receive, answer)
            if called and called["event"]:
                self._forget(called["event"])

    def _health(self) -> Response:
        wrong = "shutting down" if self._gate.closing else self._ready()
        body = json.dumps({"status": wrong or "ok"})
        return Response(body, 503 if wrong else 200, media_type="application/json")

    @staticmethod
    def _request_id(scope: Scope) -> str:
        """The id that a proxy gave, if it is one, else a new one; Gradio's handlers find it as a header."""
        given: bytes = dict(scope["headers"]).get(_REQUEST_ID, b"")
        if not _GIVEN_ID.fullmatch(given):
            given = uuid4().hex.encode()
            headers = [(name, value) for name, value in scope["headers"] if name != _REQUEST_ID]
            scope["headers"] = [*headers, (_REQUEST_ID, given)]
        return given.decode()
