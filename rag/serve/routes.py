"""The allowlist of a server's routes: every other path is closed.

Each open route is listed with the largest body it accepts and who may use it. The page's routes are in
`ui/routes.py`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.settings import Settings

MESSAGE = 2_000_000  # bytes: a question with its conversation, a pasted article
FILES_AT_ONCE = 50
MCP = "/mcp"

For = Literal["anyone", "readers", "programs"]
"""Who may use a route: readers have logged in; programs are readers and clients that send the key."""


@dataclass(frozen=True, slots=True)
class Route:
    """One kind of path, decoded, with the largest body in bytes and who may use it."""

    methods: frozenset[str]
    path: re.Pattern[str]
    most: int = 0
    whose: For = "readers"


def api_routes(settings: Settings) -> Sequence[Route]:
    """Return the routes for programs (`rag/serve/api.py`) and those for monitoring."""
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
    """Return the route that accepts this request; HEAD counts as GET."""
    asked = "GET" if method == "HEAD" else method
    return next((one for one in routes if asked in one.methods and one.path.fullmatch(path)), None)


def route(methods: str, path: str, most: int = 0, *, whose: For = "readers") -> Route:
    return Route(frozenset(methods.split()), re.compile(path), most, whose)
