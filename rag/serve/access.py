"""Access checks in front of a server: every request passes them first.

In this order: a known host, same origin, an open route, a login or the key, a body within bounds, the
client's quota, no address to fetch. Rejected requests are counted by reason.
"""

import hmac
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.serve.bodies import again, counted_parts, fault_of, in_time, length_of, whole_body
from rag.serve.faults import refusal
from rag.serve.gate import ARRIVED
from rag.serve.hosts import from_elsewhere, host_name, known_hosts
from rag.serve.quotas import Quotas, client_of
from rag.serve.routes import FILES_AT_ONCE, Route, find_route
from rag.settings import Settings

# Gradio trusts these headers from anyone; the server has already applied those of trusted proxies.
_BELIEVED = frozenset({b"forwarded", b"x-gradio-server", b"origin", ARRIVED.encode()})


@dataclass(frozen=True, slots=True)
class _Refusal:
    status: int
    why: str
    text: str


_FAULTS = {
    "address": _Refusal(403, "address", "files are uploaded here, not fetched"),
    "values": _Refusal(413, "values", "the message has too many values"),
}
_NO_KEY = _Refusal(401, "key", "send the key (Authorization: Bearer …)")
_WRONG_KEY = _Refusal(401, "key", "this is not the key (RAG_API_KEY)")
_KEYS = _Refusal(429, "keys", "too many wrong keys: wait a minute")


class AccessChecks:
    """ASGI middleware; one per server."""

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        routes: Sequence[Route],
        refused: Callable[[str], None],
        *,
        uploads: Path | None = None,
        logged_in: Callable[[Headers], bool] | None = None,
    ) -> None:
        """`refused` is called with the reason for each rejected request. With a page, `uploads` is the
        folder of uploaded files; where readers log in, `logged_in` says whether the sender of these headers
        has.
        """
        self._app, self._uploads, self._refused = app, uploads, refused
        self._logged_in = logged_in
        self._key = settings.api_key.get_secret_value().encode()
        self._hosts = known_hosts(settings)
        self._routes = routes
        self._quotas = Quotas(int(settings.max_file_mb * 1e6))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._let_in(scope, receive, send)
        else:  # a WebSocket: the server has none
            await send({"type": "websocket.close", "code": 1008})

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        arrived = time.monotonic()
        route, size = self._admitted(scope, headers)
        if isinstance(route, _Refusal):
            await self._refuse(route, scope, receive, send)
            return
        upload = _within(scope).endswith("/upload")
        seconds = 60 + size / 1e5 if upload else 60
        receive = in_time(receive, seconds)
        if upload:
            receive = counted_parts(receive, headers.get("content-type", ""), FILES_AT_ONCE)
            await self._pass_on(scope, receive, send, arrived)
            return
        client = client_of((scope.get("client") or ("",))[0])
        if not self._quotas.begin(client, size):
            await self._refuse(_Refusal(503, "full", "too much at once: try again"), scope, receive, send)
            return
        try:
            if size:
                body = await whole_body(receive)
                if body is None:
                    return
                if fault := fault_of(body, self._uploads, headers["host"]):
                    await self._refuse(_FAULTS[fault], scope, receive, send)
                    return
                receive = again(body, receive)
            await self._pass_on(scope, receive, send, arrived)
        finally:
            self._quotas.end(client, size)

    def _admitted(self, scope: Scope, headers: Headers) -> tuple[Route | _Refusal, int]:
        """Return the route and announced size of an admitted request, or why it is refused."""
        path, method = _within(scope), scope["method"]
        by_name = dict(headers.items())
        hosts = headers.getlist("host")
        if len(hosts) != 1 or host_name(hosts[0]) not in self._hosts:
            text = "this server does not go by that name: RAG_ALLOWED_HOSTS lists those it does"
            return _Refusal(421, "host", text), 0
        origins = headers.getlist("origin")
        if len(origins) > 1 or from_elsewhere(by_name, scope["scheme"], path, method):
            return _Refusal(403, "origin", "not for other sites"), 0
        route = find_route(self._routes, method, path)
        if route is None:
            return _Refusal(404, "route", "there is nothing here"), 0
        client = client_of((scope.get("client") or ("",))[0])
        if stays_out := self._unknown(route, headers, client):
            return stays_out, 0
        size = length_of(by_name, route.most if method in ("POST", "PUT") else 0)
        if size is None:
            return _Refusal(411, "length", "send the length of the body (Content-Length)"), 0
        if size > route.most:
            return _Refusal(413, "length", f"at most {route.most} bytes"), 0
        if path.rstrip("/") == "/login" and not self._quotas.login(client):
            return _Refusal(429, "logins", "too many login attempts: wait a minute"), 0
        if path.endswith("/upload") and not self._quotas.upload(client, size):
            return _Refusal(429, "uploads", "too many uploads: wait an hour"), 0
        return route, size

    def _unknown(self, route: Route, headers: Headers, client: str) -> _Refusal | None:
        """Return why a route is closed to a client that has not logged in or sent the key; None if it is
        open.
        """
        if route.whose == "anyone" or (self._logged_in and self._logged_in(headers)):
            return None
        if route.whose == "readers" or not self._key:
            return _Refusal(401, "login", "log in first") if self._logged_in else None
        kind, _, shown = headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not shown:
            return _NO_KEY
        if not self._quotas.may_show_key(client):
            return _KEYS
        if hmac.compare_digest(shown.strip().encode(), self._key):
            return None
        self._quotas.wrong_key(client)
        return _WRONG_KEY

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, arrived: float) -> None:
        """Pass a request on to the page, without the headers it would wrongly trust."""
        kept = [
            (name, value)
            for name, value in scope["headers"]
            if name not in _BELIEVED and not name.startswith(b"x-forwarded-")
        ]
        headers = [*kept, (ARRIVED.encode(), repr(arrived).encode())]
        # Gradio's logout is a link, which any site could make a reader follow.
        method = "GET" if _within(scope) == "/logout" else scope["method"]
        await self._app({**scope, "headers": headers, "method": method}, receive, send)

    async def _refuse(self, fault: _Refusal, scope: Scope, receive: Receive, send: Send) -> None:
        self._refused(fault.why)
        headers = {"WWW-Authenticate": "Bearer"} if fault.why == "key" else {}
        if fault.status in (411, 413, 503):  # the announced body is unread: the connection is unusable
            headers["Connection"] = "close"
        if fault.status in (429, 503):
            headers["Retry-After"] = "60" if fault.status == 429 else "1"
        await refusal(_within(scope), fault.status, fault.why, fault.text, headers)(scope, receive, send)


def _within(scope: Scope) -> str:
    """The path below the one at which the app is mounted in another."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path[len(root) :] if path.startswith(f"{root}/") else path
