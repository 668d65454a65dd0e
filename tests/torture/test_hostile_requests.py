"""What the page must refuse over HTTP."""

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

import pytest

from rag import Chatbot
from rag.serve.headers import HEADERS
from tests.conftest import ARTICLES, make_settings, write_articles
from tests.fakes.serving import fetch, served
from tests.torture.effort import Effort
from ui.routes import ENDPOINTS

pytestmark = pytest.mark.filterwarnings("ignore")  # Gradio's own


@pytest.fixture(scope="module")
def page_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("http")
    write_articles(folder / "articles", ARTICLES)
    (folder / "secret.txt").write_text("top secret")
    bot = Chatbot(make_settings(folder, max_file_mb=0.01))
    bot.sync(progress=lambda *_: None)
    with served(bot) as url:
        yield url


def status_of(url: str, data: bytes | None = None, **headers: str) -> tuple[int, str, dict[str, str]]:
    """What a request gets: status, body and headers, redirects not followed."""
    request = urllib.request.Request(url, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status, reply.read().decode(errors="replace"), dict(reply.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace"), dict(error.headers)
    except urllib.error.URLError as error:
        if not isinstance(error.reason, BrokenPipeError | ConnectionResetError):
            raise
        return 413, "", {}  # it closed while the rest of a long body was being sent


def upload(url: str, name: str, data: bytes) -> tuple[int, str]:
    edge = "edge"
    body = (
        f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
        + data
        + f"\r\n--{edge}--\r\n".encode()
    )
    code, text, _ = status_of(
        f"{url}/gradio_api/upload", body, **{"Content-Type": f"multipart/form-data; boundary={edge}"}
    )
    return code, text


TRAVERSALS = """
/gradio_api/file=/etc/passwd /gradio_api/file=../secret.txt /gradio_api/file=..%2f..%2fsecret.txt
/gradio_api/file=%2e%2e/secret.txt /gradio_api/file=.env /gradio_api/file=pyproject.toml
/gradio_api/file=rag/settings.py /gradio_api/file=C:\\\\Windows\\\\win.ini /file=/etc/passwd
/static/../../../../etc/passwd /static/..%2f..%2f..%2f..%2fetc/passwd /assets/..%2f..%2f..%2fetc%2fpasswd
/gradio_api/file=file:///etc/passwd /gradio_api/file=http://evil.example/x /theme.css/../../etc/passwd
/gradio_api/proxy=http://evil.example/ /gradio_api/run-history/buckets /gradio_api/stream/../../etc/passwd
/svelte/..%2f..%2fetc%2fpasswd
""".split()


def test_s3_no_path_leads_out_of_the_page(page_url: str, effort: Effort) -> None:
    for path in TRAVERSALS:
        code, body, _ = status_of(page_url + path)
        assert "root:" not in body, path
        assert "top secret" not in body, path
        assert "BaseSettings" not in body, path
        assert code >= 400 or "<html" in body.lower(), (path, code, body[:200])
    for name in ("../../etc/passwd", "/etc/passwd", "..\\..\\x.txt", "\x00", "bridge.txt/../../secret.txt"):
        event = json.loads(fetch(f"{page_url}/gradio_api/call/read_article", {"data": [name]}))["event_id"]
        told = fetch(f"{page_url}/gradio_api/call/read_article/{event}")
        assert "event: error" in told
        assert "top secret" not in told
    effort.found("S3", "path traversal", tried=len(TRAVERSALS) + 5, read=0)


def test_s3_uploads_are_bounded_and_only_text_becomes_an_article(page_url: str, effort: Effort) -> None:
    code, _ = upload(page_url, "big.txt", b"x" * 50_000)
    assert code >= 400
    for name in ("a.exe", "a.html", "a.svg", "a.txt.exe", "../../up.txt", ".env"):
        _, body = upload(page_url, name, b"<script>alert(1)</script>")
        for path in json.loads(body) if body.startswith("[") else []:
            told, text, headers = status_of(f"{page_url}/gradio_api/file={urllib.parse.quote(path)}")
            inert = headers.get("content-type", "").startswith("text/plain") or "attachment" in headers.get(
                "content-disposition", ""
            )
            assert told >= 400 or inert or "script" not in text, (name, headers)
    effort.found("S3", "uploads too big or of forbidden types", tried=7, taken=0)


def test_s3_questions_that_are_too_long_or_malformed_are_refused(page_url: str, effort: Effort) -> None:
    long = "x" * 5_000_000
    wrong: list[object] = [
        {"data": [question, turns]}
        for question, turns in [
            (long, []), ("What?", [{"role": "system", "content": "x"}]), ("What?", [1]), (None, []), ([], []),
            ("What?", [{"role": "user"}]), ({"a": 1}, []), ("What?", "no list"),
        ]
    ]  # fmt: skip
    wrong += [{"data": []}, {}]
    for body in wrong:
        code, text, _ = status_of(
            f"{page_url}/gradio_api/call/ask",
            json.dumps(body).encode(),
            **{"Content-Type": "application/json"},
        )
        if code == 200:
            told = fetch(f"{page_url}/gradio_api/call/ask/{json.loads(text)['event_id']}")
            assert "event: error" in told, str(body)[:80]
            assert "Traceback" not in told
    assert "4.2 million" in fetch_answer(page_url)
    effort.found("S3", "questions too long or malformed", tried=len(wrong), answered=0)


def fetch_answer(url: str) -> str:
    body = {"data": ["What did the repairs to the bridge over the Aln cost?", []]}
    event = json.loads(fetch(f"{url}/gradio_api/call/ask", body))["event_id"]
    return fetch(f"{url}/gradio_api/call/ask/{event}")


def test_s3_other_origins_are_turned_away_and_every_reply_has_its_headers(
    page_url: str, effort: Effort
) -> None:
    body = json.dumps({"data": ["What?", []]}).encode()
    for origin in ("http://evil.example", "null", "http://localhost.evil.example"):
        headers = {"Origin": origin, "Content-Type": "application/json"}
        _, _, told = status_of(f"{page_url}/gradio_api/call/ask", body, **headers)
        assert origin not in (told.get("access-control-allow-origin"), "*")
    paths = [
        "/",
        "/config",
        "/healthz",
        "/metrics",
        "/nowhere",
        "/gradio_api/info",
        "/gradio_api/file=/etc/passwd",
    ]
    for path in paths:
        _, _, told = status_of(page_url + path)
        lower = {name.lower(): value for name, value in told.items()}
        for name, value in HEADERS.items():
            told_here = re.sub(r" 'nonce-[\w-]+'", "", lower.get(name.lower(), ""))
            sandboxed = "/file=" in path and name == "Content-Security-Policy"
            assert told_here.startswith("sandbox;") if sandboxed else told_here == value, (path, name)
    effort.found(
        "S3", "foreign origins, replies without headers", origins=3, allowed=0, paths=len(paths), bare=0
    )


def test_s3_private_endpoints_cannot_be_called_by_name(page_url: str, effort: Effort) -> None:
    named = json.loads(fetch(f"{page_url}/gradio_api/info"))["named_endpoints"]
    assert set(named) == {f"/{name}" for name in ENDPOINTS}
    config = json.loads(fetch(f"{page_url}/config"))["dependencies"]
    private = [one for one in config if one["api_name"] not in ENDPOINTS]
    assert len(private) > 20
    kind = {"Content-Type": "application/json"}
    for one in private:
        for way in ("call", "run", "api"):
            code, _, _ = status_of(f"{page_url}/gradio_api/{way}/{one['api_name']}", b'{"data": []}', **kind)
            assert code == 404, one["api_name"]
    # The page itself calls them by number: then they take no file but one that was uploaded.
    [added] = [one["id"] for one in config if one["api_name"] == "_added"]
    stolen = {"path": "/etc/passwd", "orig_name": "passwd.txt", "meta": {"_type": "gradio.FileData"}}
    body = {"data": [[stolen]], "fn_index": added, "session_hash": "thief"}
    code, told, _ = status_of(f"{page_url}/gradio_api/queue/join", json.dumps(body).encode(), **kind)
    assert code == 403
    assert "root:" not in told
    effort.found(
        "S3", "private endpoints by name, a file that is not theirs", tried=3 * len(private) + 1, reached=0
    )
