"""Scripts and foreign requests in everything that the page shows, in a real browser."""

import json
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from rag import Chatbot
from tests.conftest import ARTICLES, make_settings, write_articles
from tests.fakes import openai_server as fake
from tests.fakes.browsing import BROWSER as CHROMIUM
from tests.fakes.browsing import FLAGS, ask, in_browser, open_place
from tests.fakes.serving import served
from tests.torture.effort import Effort

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
                page.locator("#room[data-ready]").wait_for(timeout=20_000)
                for number, now[0] in enumerate(payloads):
                    question = f"How wide is the gate number {number} of the park?"
                    if where == "questions":
                        question = " ".join(now[0].split())[:1500]
                    elif where == "replies":
                        question = "What did the repairs to the bridge over the Aln cost?"
                    turn = ask(page, question)
                    shown += 1
                    chip = turn.locator(".answer .chip, .near-passage").first
                    if chip.count():
                        chip.hover()
                        chip.click()
                        page.locator("#panel #cited").wait_for(timeout=10_000)
                    turn.get_by_role("button", name="Edit", exact=True).click()
                    turn.get_by_role("button", name="Why", exact=True).click()
                    page.locator("#panel .why").wait_for(timeout=10_000)
                page.keyboard.press("Escape")
                page.reload()  # what the browser has kept is shown again
                page.locator("#thread .turn").nth(shown - 1).wait_for(timeout=20_000)
                open_place(page, "check")
                page.locator("#check-box textarea").fill("\n\n".join(payloads)[:10_000])
                page.locator("#check-button").click()
                page.locator(".checked").wait_for(timeout=20_000)
                open_place(page, "articles")
                page.locator(".book").first.wait_for(timeout=10_000)
                if hostile:
                    page.locator(".book .open").get_by_text("Gate 0").first.click()
                    page.locator("#panel .reader").wait_for(timeout=10_000)
                page.wait_for_timeout(500)
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
