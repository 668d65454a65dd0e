"""What of the page's server may be asked for at all: every other path of it is closed.

Gradio brings many routes that this page has no use for, among them some that fetch addresses, run
code or tell of its readers; a new version may bring more. So what is open is named here, one by one,
beside what is open for programs (`rag/serve/routes.py`).
"""

import re
from collections.abc import Sequence
from pathlib import Path

from rag import Settings
from rag.serve.routes import FILES_AT_ONCE, MESSAGE, Route, api_routes, route

ENDPOINTS = ("ask", "search", "read_article", "sync")  # ui/endpoints.py
_FORM = 4_000  # bytes: a name and a password
_PARTS = 100_000  # of an upload: what stands around its files


def open_routes(settings: Settings, uploads: Path) -> Sequence[Route]:
    """The routes that the page needs with these settings; `uploads` is the one folder it serves files of."""
    called = "|".join(ENDPOINTS)
    routes = [
        *api_routes(settings),
        route("GET", r"/|/favicon\.ico|/manifest\.json|/robots\.txt", whose="anyone"),
        route("GET", r"/(?:assets|static)/[\w./@-]+|(?:/gradio_api)?/theme\.css", whose="anyone"),
        route("POST", r"/login/?", _FORM, whose="anyone"),
        route("POST", r"/logout", whose="anyone"),
        route("GET", r"/config/?|/gradio_api/(?:info|openapi\.json)/?"),
        route("POST", r"/gradio_api/queue/join", MESSAGE),
        route("GET", r"/gradio_api/queue/data|/gradio_api/heartbeat/\w{1,64}"),
        route("POST", r"/gradio_api/(?:cancel|reset)/?", _FORM),
        # The page itself says `predict`, and the number of one of its handlers.
        route("POST", rf"/gradio_api/(?:call|call/v2|run|api)/(?:{called}|predict)/?", MESSAGE),
        route("GET", rf"/gradio_api/call/(?:v2/)?(?:{called}|predict)/\w{{1,64}}"),
        route("GET", rf"/gradio_api/file={re.escape(str(uploads))}/[^\0]+"),
    ]
    if not settings.read_only:
        most = int(settings.max_file_mb * 1e6) * FILES_AT_ONCE + _PARTS
        routes.append(route("POST", r"/gradio_api/upload", most))
    return routes
