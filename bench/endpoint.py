"""Our own share of an API's latency: from the question to its request, from a token to the caller.

The endpoint is on loopback, speaks HTTP/1.1 as real ones do, and replies at once with one token, the rest a
little later, which exposes a caller that buffers.
"""

import json
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from rag import Chatbot, Settings
from rag.models.chat import Text
from rag.models.choose import open_model

_PAUSE_S = 0.05


@dataclass
class Endpoint:
    """Its address, the first token of its replies, the connections that requests used, and when each was
    read, its first token sent, and its reply finished.
    """

    url: str
    first: str = "The repairs"
    read: list[float] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)
    finished: list[float] = field(default_factory=list)
    connections: set[int] = field(default_factory=set)


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            found.read.append(time.perf_counter())
            found.connections.add(self.client_address[1])
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            found.sent.append(time.perf_counter())
            self._send(json.dumps(_delta({"content": found.first}, None)))
            time.sleep(_PAUSE_S)
            self._send(json.dumps(_delta({"content": " cost $4.2 million [1]."}, "stop")))
            self._send("[DONE]")
            found.finished.append(time.perf_counter())
            self.wfile.write(b"0\r\n\r\n")

        def _send(self, event: str) -> None:
            data = f"data: {event}\n\n".encode()
            self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Log nothing to the terminal."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Ignore a caller that disconnects once it has read enough."""

    server = Server(("127.0.0.1", 0), Handler)
    found = Endpoint(f"http://127.0.0.1:{server.server_port}/v1")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


def _delta(delta: dict[str, str], finish: str | None) -> dict[str, object]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


def overhead(articles: Path, index: Path, questions: Sequence[str]) -> dict[str, float]:
    """Return medians, in seconds, over warm questions, and how many requests shared one connection."""
    with endpoint() as server:
        settings = Settings.load(
            articles=articles, index=index, llm="openai", openai_base_url=server.url, min_confidence=0.0
        )
        chatbot = Chatbot(settings)
        chatbot.ask(questions[0])
        server.read.clear()
        leaves = []
        for question in questions:
            started, before = time.perf_counter(), len(server.read)
            chatbot.ask(question)
            if len(server.read) > before:
                leaves.append(server.read[before] - started)
        passes = [_first_piece(chatbot, server) for _ in range(20)]
        return {
            "request_leaves_p50_s": statistics.median(leaves),
            "request_leaves_p95_s": statistics.quantiles(leaves, n=20)[-1],
            "first_token_passes_p50_s": statistics.median(passes),
            "requests_a_connection": len(server.sent) / len(server.connections),
        }


def _first_piece(chatbot: Chatbot, server: Endpoint) -> float:
    """Return the seconds from sending the first token to receiving it."""
    model = open_model(chatbot.settings, ())
    assert model is not None
    pieces = model.stream([{"role": "user", "content": "?"}], 8, time.monotonic() + 10)
    while not isinstance(next(pieces), Text):
        pass
    passed = time.perf_counter() - server.sent[-1]
    for _ in pieces:
        pass
    return passed
