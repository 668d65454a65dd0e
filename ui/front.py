"""The page's head: its style and color scheme, in place before anything is drawn.

Gradio adds a custom head only once its script runs: too late for the color scheme, and against the
Content-Security-Policy.
"""

from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HERE = Path(__file__).parent
_END = b"</head>"


class Front:
    """ASGI middleware; `SecurityHeaders` around it adds the script's nonce and the new length."""

    def __init__(self, app: ASGIApp) -> None:
        css, shade = ((_HERE / name).read_text(encoding="utf-8") for name in ("page.css", "shade.js"))
        self._app = app
        self._head = f"<style>{css}</style><script>{shade}</script>".encode() + _END

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/":
            await self._app(scope, receive, send)
            return
        parts: list[bytes] = []

        async def with_head(message: Message) -> None:
            if message["type"] != "http.response.body":
                await send(message)
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                await send({**message, "body": b"".join(parts).replace(_END, self._head, 1)})

        await self._app(scope, receive, with_head)
