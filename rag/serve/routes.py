"""What of a server may be asked for at all: every other path of it is closed.

What is open is named, one by one, with the largest body that it takes and whom it is for. Those of the
page are in `ui/routes.py`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.settings import Settings

MESSAGE = 2_000_000  # bytes: a question with what was said before, an article that is pasted
FILES_AT_ONCE = 50
MCP = "/mcp"

For = Literal["anyone", "readers", "programs"]
"""Who may ask: those who have logged in are readers, and readers and who shows the key are programs."""


@dataclass(frozen=True, slots=True)
class Route:
    """One kind of path, decoded, with the largest body in bytes, and whom it is for."""

    methods: frozenset[str]
    path: re.Pattern[str]
    most: int = 0
    whose: For = "readers"


def api_routes(settings: Settings) -> Sequence[Route]:
    """The routes for programs (`rag/serve/api.py`), and those that tell of the server."""
    routes = [
        route("GET", r"/healthz|/metrics|/docs|/openapi\.json", whose="anyone"),
        route("GET", r"/v1/models(?:/[\w.-]{1,64})?", whose="programs"),
        route("POST", r"/v1/chat/completions|/ask|/search|/check", MESSAGE, whose="programs"),
        route("GET", r"/articles|/articles/[^\0]+", whose="programs"),
    ]
    if settings.mcp:
        routes.append(route("GET POST DELETE", rf"{MCP}/?", MESSAGE, whose="programs"))
    return routes


def find_route(routes: Sequence[Route], method: str, path: str) -> Route | None:
    """The route that takes this request; HEAD is as GET."""
    asked = "GET" if method == "HEAD" else method
    return next((one for one in routes if asked in one.methods and one.path.fullmatch(path)), None)


def route(methods: str, path: str, most: int = 0, *, whose: For = "readers") -> Route:
    return Route(frozenset(methods.split()), re.compile(path), most, whose)
