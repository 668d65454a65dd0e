"""The real page, served for a test."""

import json
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from rag import Chatbot
from ui.app import launch
from ui.gate import Gate


@contextmanager
def served(chatbot: Chatbot, **changes: object) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    bot = chatbot.variant(port=port, **changes)
    page = launch(bot, Gate(bot.settings))
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        page.close()


def fetch(url: str, body: object = None) -> str:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as reply:
        return str(reply.read().decode())
