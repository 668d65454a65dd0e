"""A small web: names with the addresses that a test gives them, all served by one real server here."""

import gzip
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpcore

PUBLIC = "93.184.216.34"
Page = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Web:
    """`hosts`: the addresses of each name, the next list at each look-up and the last one from then on.
    Every address is the server's, whoever it belongs to; `reached` are those that were connected to.
    """

    port: int
    pages: dict[str, Page] = field(default_factory=dict)
    hosts: dict[str, list[Sequence[str]]] = field(default_factory=dict)
    reached: list[str] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    delay: threading.Event | None = None

    def resolve(self, host: str, port: int) -> Sequence[str]:
        if self.delay:
            self.delay.wait(30)
        answers = self.hosts.get(host, [[PUBLIC]])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def connect(self, address: str, port: int, timeout_s: float) -> httpcore.NetworkStream:
        self.reached.append(address)
        return httpcore.SyncBackend().connect_tcp("127.0.0.1", self.port, timeout_s)


@contextmanager
def a_web(pages: Mapping[str, Page], certificate: Path | None = None) -> Iterator[Web]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            web.asked.append((self.headers["Host"], self.path))
            page = web.pages.get(self.path)
            with suppress(OSError):  # who asked has left
                page(self) if page else self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    web = Web(server.server_address[1], dict(pages))
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()


def sent(data: bytes | str, kind: str = "text/html", **headers: str) -> Page:
    """A page with this body."""
    body = data.encode() if isinstance(data, str) else data

    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        if kind:
            handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return page


def redirect(to: str, status: int = 302) -> Page:
    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return page


def zipped(data: bytes, kind: str = "text/html") -> Page:
    return sent(gzip.compress(data), kind, Content_Encoding="gzip")


def dripping(head: bytes, drop: bytes, seconds: float) -> Page:
    """One that never ends: raw bytes, then a drop now and then."""

    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(head)
        pause = threading.Event()
        while True:
            handler.wfile.write(drop)
            handler.wfile.flush()
            pause.wait(seconds)

    return page


def article(title: str, *paragraphs: str, head: str = "") -> str:
    """A web page around an article, with the menus and notices that such pages have."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head><body><nav><a href=/>Home</a>"
        f"<a href=/news>News</a></nav><main><article><h1>{title}</h1>{text}</article></main>"
        "<footer>We use cookies. Subscribe to our newsletter.</footer></body></html>"
    )
