"""A chat server on loopback that answers by script, or misbehaves on order."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


@dataclass
class FakeServer:
    base_url: str
    requests: list[dict[str, Any]] = field(default_factory=list)


def _event(handler: BaseHTTPRequestHandler, value: object) -> None:
    handler.wfile.write(f"data: {json.dumps(value)}\n\n".encode())
    handler.wfile.flush()


def _begin(handler: BaseHTTPRequestHandler, kind: str = "text/event-stream", status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.end_headers()


def _chunk(content: str | None, finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"content": content} if content else {}, "finish_reason": finish}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


def says(
    *replies: str,
    finish: str | None = "stop",
    done: bool = True,
    first: Sequence[tuple[str, float]] = (),
) -> Behaviour:
    """Stream the replies, one a request (the last one again and again), in small pieces.

    `first` are candidates for the first token with their log-probabilities.
    """
    remaining = list(replies)

    def behave(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        reply = remaining.pop(0) if len(remaining) > 1 else remaining[0]
        _begin(handler)
        for at in range(0, len(reply), 7):
            chunk = _chunk(reply[at : at + 7])
            if first and at == 0:
                top = [{"token": token, "logprob": logprob, "bytes": None} for token, logprob in first]
                chunk["choices"][0]["logprobs"] = {"content": [{**top[0], "top_logprobs": top}]}
            _event(handler, chunk)
        if finish:
            _event(handler, _chunk(None, finish))
        usage = {"prompt_tokens": 11, "completion_tokens": 5, "total_tokens": 16}
        _event(handler, {**_chunk(None), "choices": [], "usage": usage})
        if done:
            handler.wfile.write(b"data: [DONE]\n\n")

    return behave


def status(
    code: int, body: str = '{"error": {"message": "no"}}', headers: Sequence[tuple[str, str]] = ()
) -> Behaviour:
    """Answer with an HTTP status."""

    def behave(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        handler.send_response(code)
        handler.send_header("Content-Type", "application/json")
        for name, value in headers:
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body.encode())

    return behave


def refuses_parameter(name: str, then: Behaviour) -> Behaviour:
    """400 while the request has this parameter."""

    def behave(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        if name in body:
            message = {"error": {"message": f"Unsupported parameter: '{name}'", "param": name}}
            status(400, json.dumps(message))(handler, body)
        else:
            then(handler, body)

    return behave


def sends(text: str, kind: str) -> Behaviour:
    """200 with a body that is no stream of ours."""

    def behave(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        _begin(handler, kind)
        handler.wfile.write(text.encode())

    return behave


def stalls(seconds: float) -> Behaviour:
    """Begin a reply, then send nothing."""

    def behave(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        _begin(handler)
        _event(handler, _chunk("The bridge "))
        time.sleep(seconds)

    return behave


def drips(seconds: float) -> Behaviour:
    """Send a byte now and then, so that no single read ever times out."""

    def behave(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        _begin(handler)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            handler.wfile.write(b":")
            handler.wfile.flush()
            time.sleep(0.05)

    return behave


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[FakeServer]:
    """Run the server while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.requests.append(body)
            with suppress(BrokenPipeError, ConnectionResetError):  # the client may go away
                behaviour(self, body)

        def log_message(self, *_: object) -> None:
            """Keep the test output clean."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server = FakeServer(f"http://127.0.0.1:{http.server_address[1]}/v1")
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
