"""Every route that the page's server knows, and what a stranger, a reader and another site may do there.

`routes` beside this file lists them; what is not in it fails here, whether Gradio brought it or we did.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import gradio as gr
import pytest
from starlette.routing import BaseRoute, Mount

from rag import Chatbot
from rag.serve.api import build_api
from rag.serve.faults import refusal
from rag.serve.gate import Gate
from rag.serve.routes import find_route
from tests.fakes.requests import Reply, send
from tests.fakes.serving import free_port
from tests.torture.effort import Effort
from ui.app import launch
from ui.login import hashed
from ui.routes import open_routes

pytestmark = pytest.mark.filterwarnings("ignore")  # Gradio's own
ROWS = [
    line.split()
    for line in (Path(__file__).parent / "routes").read_text(encoding="utf-8").split("\n")
    if line and not line.startswith("#")
]
EXAMPLES = {
    "api_name": "ask",
    "path_or_url:path": "{uploads}/none.txt",
    "path:path": "js/none.js",
    "size": "192",
    "source:path": "bridge.txt",
}
FOREIGN = {"origin": "http://evil.example"}


def known_routes(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of each; `*` for whatever is mounted and has no list of its own."""
    for route in routes:
        inner = getattr(route, "app" if isinstance(route, Mount) else "original_router", None)
        if isinstance(route, Mount) and not hasattr(inner, "routes"):
            yield "*", f"{prefix}{route.path}/"
        elif isinstance(route, Mount):
            yield from known_routes(inner.routes, prefix + route.path)  # type: ignore[union-attr]
        elif inner is not None and hasattr(inner, "routes") and not hasattr(route, "methods"):
            yield from known_routes(inner.routes, prefix)
        else:
            for method in route.methods or ["*"]:  # type: ignore[attr-defined]
                yield method, prefix + route.path  # type: ignore[attr-defined]


def started(bot: Chatbot, **changes: object) -> tuple[gr.Blocks, str]:
    bot = bot.variant(port=free_port(), **changes)
    return launch(bot, Gate(bot.settings)), f"http://127.0.0.1:{bot.settings.port}"


def met(reply: Reply) -> str:
    """What a request came upon."""
    for kind, status, why, text in (
        ("login", 401, "login", "log in first"),
        ("foreign", 403, "origin", "not for other sites"),
        ("closed", 404, "route", "there is nothing here"),
    ):
        lengths = {str(len(refusal(path, status, why, text).body)) for path in ("/", "/ask")}
        if reply.status == status and reply.headers.get("content-length") in lengths:
            return kind  # told by its length, since a HEAD brings no text
    return "open"


def example(path: str, uploads: str) -> str:
    return re.sub(r"{([^}]+)}", lambda one: EXAMPLES.get(one[1], "x1"), path).replace("{uploads}", uploads)


def test_s3_every_route_is_listed(chatbot: Chatbot) -> None:
    page, _ = started(chatbot, mcp=True)
    try:
        api = build_api(chatbot.variant(mcp=True), Gate(chatbot.settings))
        found = set(known_routes([*page.app.routes, *api.routes]))
        assert found == {(row[0], row[1]) for row in ROWS}
        open_ones = open_routes(chatbot.settings.changed(mcp=True), Path(page.app.uploaded_file_dir))
        examples = [(row[0], example(row[1], page.app.uploaded_file_dir)) for row in ROWS]
        for route in open_ones:  # none is open that is not listed
            methods = [
                ("POST" if way in ("*", "GET") and path == "/logout" else way, path) for way, path in examples
            ]
            assert any(
                route.path.fullmatch(path) and (way in route.methods or way == "*") for way, path in methods
            ), route
    finally:
        page.close(verbose=False)


def test_s3_each_route_lets_in_whom_the_list_says(chatbot: Chatbot, tmp_path: Path, effort: Effort) -> None:
    (tmp_path / "users").write_text(hashed("ada", "correct horse") + "\n")
    guarded, url = started(chatbot, auth=tmp_path / "users", mcp=True)
    try:
        form = b"username=ada&password=correct+horse"
        kind = {"content_type": "application/x-www-form-urlencoded"}
        entered = send(url, "/login", "POST", form, **kind)
        reader = {"cookie": "; ".join(one.split(";")[0] for one in entered.cookies)}
        wrong = []
        for way, path, *wanted in ROWS:
            method = "POST" if way == "*" else way
            asked = example(path, guarded.app.uploaded_file_dir)
            body = {"GET": None, "HEAD": None}.get(method, b"{}")
            said = [
                met(send(url, asked, method, body, content_type="application/json", **known))
                for known in ({}, reader, {**reader, **FOREIGN})
            ]
            if said != wanted:
                wrong.append((way, path, *said))
        assert wrong == []
    finally:
        guarded.close(verbose=False)
    effort.found("S3", "routes, each as stranger, reader and foreign origin", routes=len(ROWS), wrong=0)


def test_s3_a_page_for_reading_takes_no_file(chatbot: Chatbot) -> None:
    closed = open_routes(chatbot.settings.changed(read_only=True), Path("/uploads"))
    assert find_route(closed, "POST", "/gradio_api/upload") is None
    assert find_route(open_routes(chatbot.settings, Path("/uploads")), "POST", "/gradio_api/upload")
