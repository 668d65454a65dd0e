"""The real page, served for a test."""

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag import Chatbot
from rag.serve.gate import Gate
from rag.serve.run import guarded
from rag.serve.server import Server
from ui.app import launch


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def page_process(folder: Path, log: Path, **variables: object) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`python -m ui` run in `folder` with these variables; its address, once it answers, and itself."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "OPENAI_"))}
    port = free_port()
    environment = {
        **kept,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "RAG_PORT": str(port),
        **{name: str(value) for name, value in variables.items()},
    }
    with log.open("w") as said:
        page = subprocess.Popen(
            [sys.executable, "-m", "ui"], env=environment, stdout=said, stderr=said, text=True, cwd=folder
        )
    try:
        while "\nopen " not in f"\n{log.read_text()}":
            assert page.poll() is None, log.read_text()[-2000:]
        yield f"http://127.0.0.1:{port}", page
    finally:
        if page.poll() is None:
            page.kill()
        page.wait()


@contextmanager
def served(chatbot: Chatbot, **changes: object) -> Iterator[str]:
    port = free_port()
    bot = chatbot.variant(port=port, **changes)
    page = launch(bot, Gate(bot.settings))
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        page.close()


@contextmanager
def api_served(chatbot: Chatbot, **changes: object) -> Iterator[str]:
    """The API by itself, behind its access checks."""
    bot = chatbot.variant(port=free_port(), **changes)
    server = Server(guarded(bot, Gate(bot.settings)), bot.settings)
    try:
        yield f"http://127.0.0.1:{bot.settings.port}"
    finally:
        server.close()


def fetch(url: str, body: object = None) -> str:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as reply:
        return str(reply.read().decode())
