"""The allowlist of the page's routes: every other path is closed.

Gradio has many routes that this page does not need, including some that fetch addresses, run code or reveal
its readers; a new version may add more. So the open ones are listed here individually, in addition to those
for programs (`rag/serve/routes.py`).
"""

import re
from collections.abc import Sequence
from pathlib import Path

from rag import Settings
from rag.serve.routes import FILES_AT_ONCE, MESSAGE, Route, api_routes, route

ENDPOINTS = ("ask", "search", "read_article", "sync")  # ui/endpoints.py
_FORM = 4_000  # bytes: a name and a password
_PARTS = 100_000  # of an upload: the parts around its files


def open_routes(settings: Settings, uploads: Path) -> Sequence[Route]:
    """Return the routes that the page needs with these settings; `uploads` is the only folder it serves
    files from.
    """
    called = "|".join(ENDPOINTS)
    routes = [
        *api_routes(settings),
        route("GET", r"/|/favicon\.ico|/manifest\.json|/robots\.txt|/pwa_icon/(?:192|512)", whose="anyone"),
        route("GET", r"/(?:assets|static)/[\w./@-]+|(?:/gradio_api)?/theme\.css", whose="anyone"),
        route("POST", r"/login/?", _FORM, whose="anyone"),
        route("POST", r"/logout", whose="anyone"),
        route("GET", r"/config/?|/gradio_api/(?:info|openapi\.json)/?"),
        route("POST", r"/gradio_api/queue/join", MESSAGE),
        route("GET", r"/gradio_api/queue/data|/gradio_api/heartbeat/\w{1,64}"),
        route("POST", r"/gradio_api/(?:cancel|reset)/?", _FORM),
        # The page itself calls `predict`, with the index of one of its handlers.
        route("POST", rf"/gradio_api/(?:call|call/v2|run|api)/(?:{called}|predict)/?", MESSAGE),
        route("GET", rf"/gradio_api/call/(?:v2/)?(?:{called}|predict)/\w{{1,64}}"),
        route("GET", rf"/gradio_api/file={re.escape(str(uploads))}/[^\0]+"),
    ]
    if not settings.read_only:
        most = int(settings.max_file_mb * 1e6) * FILES_AT_ONCE + _PARTS
        routes.append(route("POST", r"/gradio_api/upload", most))
    return routes
