"""Headers of every reply: the browser itself keeps the page from loading or sending anything elsewhere.

A link, image or script that slipped through the escaping of an article or an answer could then neither run
nor reach another server. The page's own inline scripts are allowed by a nonce, new for each reply. Gradio
compiles functions from text (`new Function`), so `'unsafe-eval'` stays, and it writes styles into the page,
so `'unsafe-inline'` stays for styles.
"""

import re
import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'{nonce} 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "frame-ancestors 'self'",
        "form-action 'self'",
        "object-src 'none'",
        "base-uri 'self'",
    ]
)
# An uploaded file is shown in an opaque origin, which may load and run nothing.
_SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
HEADERS = {
    "Content-Security-Policy": _POLICY.format(nonce=""),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_SCRIPT = re.compile(rb"<script(?=[\s>])")


class SecurityHeaders:
    """ASGI middleware: `HEADERS` on every HTTP reply, a nonce for the page's scripts, restricted cookies."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path, secure = scope["path"], _over_tls(scope)
        page = path == "/"
        if page:  # its scripts get the nonce below, which is impossible in a compressed body
            plain = [one for one in scope["headers"] if one[0] != b"accept-encoding"]
            scope = {**scope, "headers": plain}
        began: Message = {}
        parts: list[bytes] = []

        async def with_headers(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if "/file" in path:
                    headers["Content-Security-Policy"] = _SANDBOX
                _bound_cookies(headers, secure)
                if page and headers.get("content-type", "").startswith("text/html"):
                    began = message
                    return
            elif began and message["type"] == "http.response.body":
                parts.append(message.get("body", b""))
                if message.get("more_body", False):
                    return
                nonce = secrets.token_urlsafe(16)
                # Only the template has tags: the values filled in are escaped.
                body = _SCRIPT.sub(f'<script nonce="{nonce}"'.encode(), b"".join(parts))
                headers = MutableHeaders(scope=began)
                headers["Content-Security-Policy"] = _POLICY.format(nonce=f" 'nonce-{nonce}'")
                if scope["method"] != "HEAD":
                    headers["Content-Length"] = str(len(body))
                await send(began)
                message = {"type": "http.response.body", "body": body}
            await send(message)

        await self._app(scope, receive, with_headers)


def _over_tls(scope: Scope) -> bool:
    """Whether the browser uses TLS: a proxy may terminate it, but the page's origin shows it."""
    origin: str = Headers(scope=scope).get("origin", "")
    return scope["scheme"] == "https" or origin.startswith("https://")


def _bound_cookies(headers: MutableHeaders, secure: bool) -> None:
    """Restrict cookies to this site, hide them from scripts, and, under TLS, require TLS."""
    given = headers.getlist("set-cookie")
    if not given:
        return
    del headers["set-cookie"]
    for text in given:
        cookie: SimpleCookie = SimpleCookie()
        try:
            cookie.load(text)
        except CookieError:
            continue
        for morsel in cookie.values():
            morsel["samesite"], morsel["httponly"], morsel["secure"] = "Lax", True, secure
            headers.append("set-cookie", morsel.OutputString())
