"""Too much at once, from whoever reaches the page: bodies, uploads, guesses, questions."""

import contextlib
import json
import select
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from rag import Chatbot
from tests.fakes.requests import FORM, KIND, LOGIN, log_in, multipart, send
from tests.fakes.serving import fetch, served
from tests.torture.effort import Effort

pytestmark = pytest.mark.filterwarnings("ignore")  # Gradio's own
READ = json.dumps({"data": ["bridge.txt"]}).encode()


def test_s3_a_body_that_is_too_long_is_refused_before_it_is_read(bot: Chatbot, users: Path) -> None:
    with served(bot, auth=users) as url:
        cookie = log_in(url)
        for path, most in (("/gradio_api/queue/join", 3e6), ("/gradio_api/call/ask", 3e6), ("/login", 1e4)):
            for known in ({}, {"cookie": cookie}):
                # Nothing of it is sent: whoever waits for it has not refused.
                long = {**known, **KIND, "content_length": str(int(most))}
                wanted = 413 if known or path == "/login" else 401
                assert send(url, path, "POST", b"", **long).status == wanted, path
                chunked = {**known, **KIND, "transfer_encoding": "chunked"}
                assert send(url, path, "POST", b"0\r\n\r\n", **chunked).status in (401, 411), path
        assert send(url, "/gradio_api/upload", "POST", b"", content_length="10", **FORM).status == 401


def test_s3_bodies_that_drip_in_cannot_take_all_the_room(page_url: str) -> None:
    where = urlsplit(page_url)
    waiting = []
    for _ in range(40):
        connection = socket.create_connection((where.hostname, where.port), 5)
        connection.sendall(
            b"POST /gradio_api/call/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1999999\r\n\r\n{"
        )
        waiting.append(connection)
    statuses = []
    for connection in waiting:
        connection.settimeout(0.2)
        try:
            statuses.append(connection.recv(12).decode())
        except TimeoutError:
            statuses.append("waits")
        connection.close()
    assert statuses.count("waits") <= 8
    assert statuses.count("HTTP/1.1 503") >= 32
    tries = 50
    while send(page_url, "/gradio_api/call/read_article", "POST", READ, **KIND).status != 200:
        tries -= 1
        assert tries, "the room is not given back"


def test_s3_uploads_are_bounded_in_number_and_size_and_do_not_stay(bot: Chatbot, effort: Effort) -> None:
    with served(bot) as url:
        many = multipart({f"{n}.txt": b"x" for n in range(60)})
        assert send(url, "/gradio_api/upload", "POST", many, **FORM).status == 400
        paths, refused = [], 0
        for n in range(30):  # the quota of a client is ten of the largest
            body = multipart({"a.txt": bytes([65 + n]) * 9_000})
            reply = send(url, "/gradio_api/upload", "POST", body, **FORM)
            if reply.status == 200:
                paths += json.loads(reply.text)
            refused += reply.status == 429
        assert 0 < len(paths) <= 11
        assert refused >= 19
        assert all(Path(path).exists() for path in paths)
    assert not any(Path(path).exists() for path in paths)
    effort.found("S3", "uploads of one client", tried=31, taken=len(paths), left=0)


def test_s3_parallel_guesses_are_counted_before_they_are_checked(
    bot: Chatbot, users: Path, effort: Effort
) -> None:
    with served(bot, auth=users) as url, ThreadPoolExecutor(40) as pool:
        form = urlencode({"username": "ada", "password": "guess"}).encode()

        def guess(n: int) -> int:
            # Each as if it came from elsewhere.
            forged = {"x_forwarded_for": f"10.0.0.{n}", "forwarded": f"for=10.0.0.{n}"}
            return send(url, ("/login", "/login/")[n % 2], "POST", form, **LOGIN, **forged).status

        statuses = list(pool.map(guess, range(60)))
    assert statuses.count(400) == 10
    assert statuses.count(429) == 50
    effort.found("S3", "parallel guesses with forged addresses", tried=60, checked=10)


def test_s3_the_rate_limit_believes_no_address_unless_told(bot: Chatbot) -> None:
    def asked(url: str) -> str:
        told = ""
        for n in range(4):
            data = json.dumps({"data": ["What did the repairs cost?", 1]}).encode()
            forged = {"x_forwarded_for": f"10.0.0.{n}"}
            reply = send(url, "/gradio_api/call/search", "POST", data, **KIND, **forged)
            event = json.loads(reply.text)["event_id"]
            told += send(url, f"/gradio_api/call/search/{event}").text
        return told

    with served(bot, rate_limit="2/minute") as url:
        assert asked(url).count("event: complete") == 2
    with served(bot, rate_limit="2/minute", trusted_proxies="127.0.0.1, 10.9.0.0/16") as url:
        assert asked(url).count("event: complete") == 4


def test_s3_a_head_without_end_is_cut_off(page_url: str) -> None:
    where = urlsplit(page_url)
    with socket.create_connection((where.hostname, where.port), 5) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ")
        sent = 0
        with contextlib.suppress(ConnectionError, TimeoutError):
            while sent < 20_000_000:
                connection.sendall(b"x" * 10_000)
                sent += 10_000
    assert sent < 5_000_000  # what the kernel keeps on both sides, and no more


def test_s3_a_message_of_very_many_values_is_refused_at_once(page_url: str) -> None:
    lists = b",".join([b"[]"] * 600_000)
    deep = b"[" * 900_000 + b"]" * 900_000
    pairs = b",".join(b'"%d":{}' % n for n in range(150_000))
    for hostile in (lists, deep, b"{" + pairs + b"}"):
        for path in ("/gradio_api/call/ask", "/gradio_api/queue/join", "/gradio_api/run/ask"):
            reply = send(page_url, path, "POST", b'{"fn_index": 1, "data": [' + hostile + b"]}", **KIND)
            assert reply.status == 413, path


def test_s3_one_client_cannot_take_every_connection(bot: Chatbot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.serve.connections._HEAD_S", 3)
    with served(bot) as url, contextlib.ExitStack() as opened:
        where = ("127.0.0.1", urlsplit(url).port or 0)

        def connected(count: int, address: str) -> list[socket.socket]:
            made = (socket.create_connection(where, source_address=(address, 0)) for _ in range(count))
            return [opened.enter_context(one) for one in made]

        many, silent = connected(300, "127.0.0.2"), connected(30, "127.0.0.1")
        time.sleep(1)
        assert len(_closed(many)) == 100
        assert fetch(f"{url}/healthz")
        time.sleep(4)  # who says nothing is cut off
        assert _closed(silent) == silent
        assert fetch(f"{url}/healthz")


def _closed(connections: list[socket.socket]) -> list[socket.socket]:
    """Those that the server, which says nothing by itself, has ended."""
    poll = select.poll()  # `select` cannot watch what a process with a thousand open files opens
    for one in connections:
        poll.register(one, select.POLLIN)
    ended = {number for number, _ in poll.poll(0)}
    return [one for one in connections if one.fileno() in ended]
