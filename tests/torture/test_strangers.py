"""Who only knows the page's address, or lures a reader of it to a page of his own."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from rag import Chatbot
from tests.fakes.requests import FORM, KIND, LOGIN, log_in, multipart, send
from tests.fakes.serving import served
from tests.torture.effort import Effort

pytestmark = pytest.mark.filterwarnings("ignore")  # Gradio's own
SCRIPT = "<script>stolen = 1</script>"


class Trap:
    """A server that counts as public: its name resolves, for whoever asks, and it answers."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(SCRIPT.encode())

            do_HEAD = do_GET

            def log_message(self, format: str, *args: object) -> None:
                """Not on the terminal."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.port = self._server.server_port

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def trap(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trap]:
    import safehttpx

    async def resolved(host: str) -> str:
        return "127.0.0.1"

    monkeypatch.setattr(safehttpx, "async_validate_url", resolved)
    trap = Trap()
    yield trap
    trap.close()


async def armed(trap: Trap) -> bool:
    """Whether Gradio's own means of fetching an address reach the trap."""
    import safehttpx

    reply = await safehttpx.get(f"http://public.example:{trap.port}/armed")
    return SCRIPT in reply.text and trap.asked.pop() == "/armed"


def test_s3_no_route_fetches_an_address(page_url: str, trap: Trap, effort: Effort) -> None:
    import asyncio

    assert asyncio.run(armed(trap))
    address = f"http://public.example:{trap.port}/x.png"
    paths = [
        f"/gradio_api/{route}{form}"
        for route in ("file=", "file/", "proxy=", "file=/", "file=%20", "custom_component/")
        for form in (
            address,
            quote(address, safe=""),
            quote(quote(address, safe=""), safe=""),
            address.replace("http", "HTTP"),
            address.replace("http://", "http:/"),
            f"//public.example:{trap.port}/x.png",
        )
    ]
    paths += [f"/file={address}", f"/proxy={address}", f"//gradio_api/file={address}"]
    for path in paths:
        for method in ("GET", "HEAD"):
            reply = send(page_url, path, method)
            assert SCRIPT not in reply.text, path
            assert reply.status >= 400, (path, reply.status)
    assert trap.asked == []
    tried = len(paths) * 2 + uploads_by_address(page_url, trap)
    assert trap.asked == []
    effort.found("S3", "addresses that the page was asked to fetch", tried=tried, fetched=0)


def uploads_by_address(page_url: str, trap: Trap) -> int:
    """Files that a body names by address, in each way that a body comes in; how many."""
    config = json.loads(send(page_url, "/config").text)["dependencies"]
    handlers = [one["id"] for one in config if one["backend_fn"]]
    tried = 0
    for host in (f"public.example:{trap.port}", f"127.0.0.1:{trap.port}"):
        wanted = {
            "path": f"http://{host}/y.txt",
            "url": f"http://{host}/y.txt",
            "meta": {"_type": "gradio.FileData"},
        }
        hidden = json.dumps(wanted).replace("gradio.FileData", "gradio.\\u0046ileData")
        for number in handlers:
            inputs = len(next(one for one in config if one["id"] == number)["inputs"])
            for value in (json.dumps(wanted), hidden, f"[{hidden}]", f'{{"a": [{hidden}]}}'):
                data = ",".join([value] * inputs)
                body = f'{{"data": [{data}], "fn_index": {number}, "session_hash": "thief"}}'.encode()
                send(page_url, "/gradio_api/queue/join", "POST", body, **KIND)
                tried += 1
            send(page_url, "/gradio_api/queue/data?session_hash=thief")
        for name in ("ask", "search", "read_article"):
            body = json.dumps({"data": [wanted, [wanted]]}).encode()
            for way in ("call", "run", "api", "call/v2"):
                reply = send(page_url, f"/gradio_api/{way}/{name}", "POST", body, **KIND)
                if reply.status == 200 and "event_id" in reply.text:
                    event = json.loads(reply.text)["event_id"]
                    send(page_url, f"/gradio_api/call/{name}/{event}")
                tried += 1
        call = {"name": "ask", "arguments": {"question": wanted, "history": [wanted]}}
        tool = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
        accept = {"accept": "application/json, text/event-stream"}
        send(page_url, "/mcp", "POST", json.dumps(tool).encode(), **KIND, **accept)
        tried += 1
    return tried


def test_s3_a_file_that_the_page_serves_is_in_a_sandbox(page_url: str, bot: Chatbot) -> None:
    body = multipart({"a.txt": b"My text"})
    path = json.loads(send(page_url, "/gradio_api/upload", "POST", body, **FORM).text)[0]
    reply = send(page_url, f"/gradio_api/file={path}")
    assert reply.text == "My text"
    assert "sandbox" in reply.headers["content-security-policy"]
    assert "default-src 'none'" in reply.headers["content-security-policy"]


READ = json.dumps({"data": ["bridge.txt"]}).encode()


@pytest.mark.parametrize(
    "host", ["evil.example", "qa.example.evil.example", "rebound.example:{port}", "", "[", "a@127.0.0.1"]
)
def test_s3_an_unknown_host_is_not_served(page_url: str, host: str, effort: Effort) -> None:
    host = host.format(port=page_url.rsplit(":", 1)[1])
    paths = ["/", "/config", "/healthz", "/metrics", "/gradio_api/info", "/assets/x.js", "/mcp"]
    for path in paths:
        reply = send(page_url, path, host=host)
        assert reply.status in (400, 421), (path, reply.status)
        assert "Article QA" not in reply.text
    for path in ("/gradio_api/call/read_article", "/mcp", "/gradio_api/queue/join"):
        assert send(page_url, path, "POST", READ, host=host, **KIND).status in (400, 421), path
    effort.found("S3", f"host {host or 'empty'}", tried=len(paths) + 3, served=0)


def test_s3_a_forwarded_host_is_no_host(page_url: str) -> None:
    for name in ("x_forwarded_host", "x_gradio_server"):
        reply = send(page_url, "/config", **{name: "evil.example"})
        assert reply.status == 200
        assert "evil.example" not in reply.text
        assert send(page_url, "/", host="evil.example", **{name: "127.0.0.1"}).status == 421


@pytest.mark.parametrize(
    "host", ["127.0.0.1:{port}", "localhost:{port}", "[::1]:{port}", "qa.example", "QA.example:443"]
)
def test_s3_the_known_hosts_are_served(page_url: str, host: str) -> None:
    host = host.format(port=page_url.rsplit(":", 1)[1])
    assert send(page_url, "/config", host=host).status == 200
    own = {"host": host, "origin": f"http://{host}"}
    assert send(page_url, "/gradio_api/call/read_article", "POST", READ, **own, **KIND).status == 200


FOREIGN = ["http://evil.example", "null", "http://localhost.evil.example", "http://sibling.example", "http://qa.example:81",
           "http://127.0.0.1:1", "file://", "http://qa.example@evil.example", ""]  # fmt: skip


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "qa.example"])
def test_s3_a_foreign_origin_reads_and_changes_nothing(
    bot: Chatbot, users: Path, host: str, effort: Effort
) -> None:
    with served(bot, allowed_hosts="qa.example", auth=users) as url:
        host = host.format(port=url.rsplit(":", 1)[1])
        cookie = log_in(url, host=host)
        known = {"host": host, "cookie": cookie}
        assert send(url, "/gradio_api/call/read_article", "POST", READ, **known, **KIND).status == 200
        for origin in FOREIGN:
            tries = [("GET", "/"), ("GET", "/config"), ("GET", "/metrics"), ("GET", "/healthz"),
                     ("POST", "/gradio_api/call/read_article"), ("POST", "/gradio_api/queue/join"),
                     ("POST", "/gradio_api/upload"), ("POST", "/login"), ("POST", "/logout"),
                     ("OPTIONS", "/gradio_api/queue/join"),
                     ("GET", "/gradio_api/queue/data?session_hash=x")]  # fmt: skip
            for method, path in tries:
                ask = {"access_control_request_method": "POST"} if method == "OPTIONS" else {}
                body = READ if method == "POST" else None
                reply = send(url, path, method, body, origin=origin, **known, **KIND, **ask)
                assert reply.status == 403, (origin, method, path, reply.status)
                assert not [name for name in reply.headers if name.startswith("access-control-")]
        # A form or an image of another site says no origin, but the browser says whence it comes.
        for site in ("cross-site", "same-site"):
            there = {"sec_fetch_site": site, "sec_fetch_mode": "no-cors", "sec_fetch_dest": "script"}
            assert send(url, "/config", **there, **known).status == 403
            there = {"sec_fetch_site": site, "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}
            assert send(url, "/gradio_api/file=/etc/hostname", **there, **known).status == 403
            assert send(url, "/", **there, **known).status == 200  # a link to the page itself
            framed = there | {"sec_fetch_dest": "iframe"}
            assert send(url, "/", **framed, **known).status == 403
    effort.found("S3", f"foreign origins at {host.split(':')[0]}", tried=len(FOREIGN) * 11 + 6, let_in=0)


@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
def test_s3_tools_are_for_no_foreign_origin(page_url: str, path: str) -> None:
    start = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()
    accept = {"accept": "application/json, text/event-stream"}
    for origin in FOREIGN:
        assert send(page_url, path, "POST", start, origin=origin, **KIND, **accept).status == 403
        assert send(page_url, path, origin=origin, **accept).status == 403


def test_s3_cookies_go_to_this_site_only_and_behind_tls_only_over_it(bot: Chatbot, users: Path) -> None:
    form = urlencode({"username": "ada", "password": "correct horse"}).encode()
    behind = {"x_forwarded_proto": "https", "host": "qa.example"}
    seen = {"host": "qa.example", "origin": "https://qa.example"}
    with served(bot, auth=users, trusted_proxies="127.0.0.1", allowed_hosts="qa.example") as url:
        for headers, secure in (({}, False), (behind, True), (seen, True)):
            cookies = send(url, "/login", "POST", form, **LOGIN, **headers).cookies
            assert cookies
            for cookie in cookies:
                assert "SameSite=Lax" in cookie
                assert "HttpOnly" in cookie
                assert ("Secure" in cookie) == secure
        # Over TLS the page of the same name without it is another page.
        downgraded = {**behind, "origin": "http://qa.example"}
        assert send(url, "/gradio_api/call/ask", "POST", READ, **KIND, **downgraded).status == 403


def test_s3_nobody_is_logged_out_by_a_link(bot: Chatbot, users: Path) -> None:
    with served(bot, auth=users) as url:
        cookie = log_in(url)
        for path in ("/logout", "/logout?all_session=true", "/logout/", "//logout"):
            assert send(url, path, cookie=cookie).status in (404, 405)
        assert send(url, "/config", cookie=cookie).status == 200
        assert send(url, "/logout", "POST", b"", cookie=cookie).status == 302
        assert send(url, "/config", cookie=cookie).status == 401


def test_s3_the_pages_own_scripts_run_by_a_nonce_that_is_new_each_time(page_url: str) -> None:
    nonces = set()
    for _ in range(3):
        reply = send(page_url, "/", accept_encoding="br, gzip")
        policy = reply.headers["content-security-policy"]
        assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
        [nonce] = re.findall(r"'nonce-([\w-]+)'", policy)
        assert reply.text.count("<script") == reply.text.count(f'<script nonce="{nonce}"') > 3
        nonces.add(nonce)
    assert len(nonces) == 3
