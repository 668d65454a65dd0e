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
    size: int = 7,
) -> Behaviour:
    """Stream one reply per request (repeating the last one), in pieces of `size` characters.

    `first` are candidates for the first token with their log-probabilities.
    """
    remaining = list(replies)

    def behave(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        reply = remaining.pop(0) if len(remaining) > 1 else remaining[0]
        _begin(handler)
        for at in range(0, len(reply), size):
            chunk = _chunk(reply[at : at + size])
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


def stalls(seconds: float, first: str = "The bridge ") -> Behaviour:
    """Begin a reply, then send nothing."""

    def behave(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        _begin(handler)
        if first:
            _event(handler, _chunk(first))
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


# Each with what the notice must say.
FAULTS: dict[str, tuple[Behaviour, str]] = {
    "400": (status(400), "400"),
    "401": (status(401), r"refused the key \(401\)"),
    "403": (status(403), r"refused the key \(403\)"),
    "404": (status(404), r"not known to its server \(404\)"),
    "408": (status(408), "408"),
    "409": (status(409), "409"),
    "429": (status(429), "429"),
    "429 wait": (status(429, headers=[("Retry-After", "300")]), "429|in time"),
    "429 soon": (status(429, headers=[("Retry-After", "1")]), "429|in time"),
    "quota": (status(429, '{"error": {"code": "insufficient_quota", "message": "no"}}'), "429"),
    "500": (status(500), "500"),
    "503": (status(503), "503"),
    "html": (sends("<html>login</html>", "text/html"), "no reply that can be read"),
    "html as a stream": (sends("<html>login</html>", "text/event-stream"), "no reply that can be read"),
    "broken json": (sends("data: {broken\n\n", "text/event-stream"), "cannot be read"),
    "other json": (sends("data: [1]\n\ndata: 7\n\n", "text/event-stream"), "cannot be read"),
    "wrong types": (sends('data: {"choices": [{"delta": "x"}]}\n\n', "text/event-stream"), "broke off"),
    "a number for text": (
        sends('data: {"choices": [{"delta": {"content": 7}}]}\n\n', "text/event-stream"),
        "broke off",
    ),
    "no number of tokens": (
        sends('data: {"usage": {"prompt_tokens": null}}\n\n', "text/event-stream"),
        "broke off",
    ),
    "an error midway": (sends('data: {"error": {"message": "no"}}\n\n', "text/event-stream"), "failed"),
    "no stream": (sends('{"choices": []}', "application/json"), "broke off"),
    "no choices": (sends("data: {}\n\ndata: [DONE]\n\n", "text/event-stream"), "empty reply"),
    "null content": (says("", finish=None), "empty reply"),
    "cut": (says("Repairs of the library", finish=None, done=False), "broke off"),
    "content filter": (says("", finish="content_filter"), "content filter"),
    "slow": (stalls(5, first=""), "in time"),
    "stalled": (stalls(5), "in time"),
    "dripping": (drips(5), "in time"),
}


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
