"""The page's head: its style and color scheme, in place before anything is drawn; and the login form.

Gradio adds a custom head only once its script runs: too late for the color scheme, and against the
Content-Security-Policy. Its own login form is drawn by the same script, without a `<form>`, which password
managers need.
"""

from collections.abc import Callable
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.view import page_part
from ui.words import words_for

_HERE = Path(__file__).parent
_END = b"</head>"


class Front:
    """ASGI middleware; `SecurityHeaders` around it adds the scripts' nonce and the new length.

    `logged_in` tells from a request's headers whether its reader has logged in, where that is needed.
    """

    def __init__(self, app: ASGIApp, logged_in: Callable[[Headers], bool] | None = None) -> None:
        css, shade = ((_HERE / name).read_text(encoding="utf-8") for name in ("page.css", "shade.js"))
        self._app, self._logged_in = app, logged_in
        self._head = f"<style>{css}</style><script>{shade}</script>".encode() + _END

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/":
            await self._app(scope, receive, send)
            return
        parts: list[bytes] = []
        headers = Headers(scope=scope)
        whole = b""  # a page that is shown instead
        if self._logged_in is not None and not self._logged_in(headers):
            whole = page_part("login", words_for(headers.get("accept-language"))).encode()

        async def with_head(message: Message) -> None:
            if message["type"] != "http.response.body":
                await send(message)
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                page = whole or b"".join(parts)
                await send({**message, "body": page.replace(_END, self._head, 1)})

        await self._app(scope, receive, with_head)
