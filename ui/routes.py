"""What of the page's server may be asked for at all: every other path of it is closed.

Gradio brings many routes that this page has no use for, among them some that fetch addresses, run
code or tell of its readers; a new version may bring more. So what is open is named here, one by one,
with the largest body that it takes and whether it is for those who have logged in.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag import Settings

ENDPOINTS = ("ask", "search", "read_article", "sync")  # ui/endpoints.py
_FORM = 4_000  # bytes: a name and a password
_MESSAGE = 2_000_000  # a question with what was said before, an article that is pasted
_PARTS = 100_000  # of an upload: what stands around its files
FILES_AT_ONCE = 50
MCP = "/gradio_api/mcp"


@dataclass(frozen=True, slots=True)
class Route:
    """One kind of path, decoded, with the largest body in bytes, and whether it needs a login."""

    methods: frozenset[str]
    path: re.Pattern[str]
    most: int = 0
    login: bool = True


def open_routes(settings: Settings, uploads: Path) -> Sequence[Route]:
    """The routes that the page needs with these settings; `uploads` is the one folder it serves files of."""
    called = "|".join(ENDPOINTS)
    routes = [
        _route("GET", r"/|/healthz|/metrics|/favicon\.ico|/manifest\.json|/robots\.txt", login=False),
        _route("GET", r"/(?:assets|static)/[\w./@-]+|(?:/gradio_api)?/theme\.css", login=False),
        _route("POST", r"/login/?", _FORM, login=False),
        _route("POST", r"/logout", login=False),
        _route("GET", r"/config/?|/gradio_api/(?:info|openapi\.json)/?"),
        _route("POST", r"/gradio_api/queue/join", _MESSAGE),
        _route("GET", r"/gradio_api/queue/data|/gradio_api/heartbeat/\w{1,64}"),
        _route("POST", r"/gradio_api/(?:cancel|reset)/?", _FORM),
        # The page itself says `predict`, and the number of one of its handlers.
        _route("POST", rf"/gradio_api/(?:call|call/v2|run|api)/(?:{called}|predict)/?", _MESSAGE),
        _route("GET", rf"/gradio_api/call/(?:v2/)?(?:{called}|predict)/\w{{1,64}}"),
        _route("GET", rf"/gradio_api/file={re.escape(str(uploads))}/[^\0]+"),
    ]
    if not settings.read_only:
        most = int(settings.max_file_mb * 1e6) * FILES_AT_ONCE + _PARTS
        routes.append(_route("POST", r"/gradio_api/upload", most))
    if settings.mcp:  # the transport of today; that of events alone is superseded
        routes.append(_route("GET POST DELETE", rf"{MCP}/?|{MCP}/http/?", _MESSAGE))
    return routes


def find_route(routes: Sequence[Route], method: str, path: str) -> Route | None:
    """The route that takes this request; HEAD is as GET."""
    asked = "GET" if method == "HEAD" else method
    return next((one for one in routes if asked in one.methods and one.path.fullmatch(path)), None)


def _route(methods: str, path: str, most: int = 0, *, login: bool = True) -> Route:
    return Route(frozenset(methods.split()), re.compile(path), most, login)
