"""The real page in a real browser."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from rag import Chatbot
from rag.feedback import read_disliked
from tests.conftest import ARTICLES, make_settings, write_articles
from tests.fakes import openai_server as fake
from tests.fakes.serving import fetch, served

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
CANARY = "sk-canary-0123456789"
in_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium: apt-get install chromium"),
]
# Gradio's own warnings, on its own threads.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def disliked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feedback") / "feedback.jsonl"


@pytest.fixture(scope="module")
def page_url(seeds_chatbot: Chatbot, disliked: Path) -> Iterator[str]:
    with served(seeds_chatbot, feedback=disliked) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Any, url: str, **options: object) -> Iterator[Any]:
    """A page that must not fail, nor ask anyone but the server for anything."""
    page = browser.new_page(**options)
    wrong: list[str] = []
    page.on("request", lambda r: r.url.startswith((url, "data:", "blob:")) or wrong.append(r.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(url)
    page.locator("#question textarea").wait_for(timeout=20_000)
    yield page
    page.close()
    assert wrong == []


def ask(page: Any, question: str) -> None:
    """Type a question, and press Enter until it is taken: the page takes one at a time."""
    box = page.locator("#question textarea")
    box.fill(question)
    for _ in range(20):
        box.press("Enter")
        page.wait_for_timeout(250)
        if not box.input_value():
            return
    raise AssertionError(f"the page does not take {question!r}")


class TestBrowser:
    pytestmark = in_browser

    def test_a_question_a_cited_answer_and_the_opened_article(self, browser: Any, page_url: str) -> None:
        with opened(browser, page_url) as page:
            ask(page, "How much did exports to the U.S. drop in May?")
            link = page.locator('#chat a[href*="#cite/"]').first
            link.wait_for(timeout=20_000)
            assert "12.7%" in page.locator("#chat").inner_text()
            assert "5 articles" in page.locator(".status").inner_text()
            assert "quotes" in page.locator(".status").inner_text()
            assert "dropped 12.7% in May" in link.get_attribute("title")
            link.click()
            marked = page.locator("#panel #cited")
            marked.wait_for(timeout=10_000)
            assert "dropped 12.7% in May" in marked.inner_text()
            assert marked.is_visible()
            ask(page, "What is the capital of Australia?")
            page.get_by_text("The articles do not say.").wait_for(timeout=20_000)
            nearest = page.locator("#chat li > a")
            assert nearest.count() == 3
            room = page.locator("#chat").bounding_box()["width"]
            assert max(one.bounding_box()["width"] for one in nearest.all()) < room
            page.locator("#question textarea").fill("x" * 3000)
            assert len(page.locator("#question textarea").input_value()) <= 2000

    def test_a_thumb_down_keeps_the_answer_it_belongs_to(
        self, browser: Any, page_url: str, disliked: Path
    ) -> None:
        with opened(browser, page_url) as page:
            ask(page, "Who represents China at the talks?")
            page.locator('#chat a[href*="#cite/"]').first.wait_for(timeout=20_000)
            ask(page, "What is the capital of Australia?")
            page.get_by_text("The articles do not say.").wait_for(timeout=20_000)
            page.get_by_label("dislike", exact=False).first.click()
            page.get_by_text("Kept for review").first.wait_for(timeout=10_000)
            page.get_by_label("Feedback").last.hover()
            page.get_by_role("button", name="Should have refused").last.click()
            page.get_by_text("Kept for review").nth(1).wait_for(timeout=10_000)
        candidate, refusal = read_disliked(disliked)
        assert (refusal.question, refusal.word) == (
            "What is the capital of Australia?",
            "Should have refused",
        )
        assert candidate.question == "Who represents China at the talks?"
        assert "He Lifeng" in candidate.answer
        assert candidate.passages

    def test_a_suggestion_is_asked_by_a_click_and_an_edit_asks_again(
        self, browser: Any, page_url: str
    ) -> None:
        with opened(browser, page_url) as page:
            chat, suggested = page.locator("#chat"), page.locator("button.suggested").first
            opening = suggested.inner_text()
            suggested.click()
            chat.locator('a[href*="#cite/"]').first.wait_for(timeout=20_000)
            page.wait_for_function(
                "t => document.querySelector('button.suggested').innerText !== t", arg=opening
            )
            next_one = suggested.inner_text()
            suggested.click()
            asked = chat.get_by_test_id("user")
            asked.nth(1).wait_for(timeout=20_000)
            assert [opening in asked.nth(0).inner_text(), next_one in asked.nth(1).inner_text()] == [
                True,
                True,
            ]
            page.get_by_role("button", name="Edit").first.click()
            box = chat.locator("textarea").first
            box.fill("Which country hosts the talks?")
            page.get_by_role("button", name="Submit").first.click()
            chat.get_by_text("UK is hosting").first.wait_for(timeout=20_000)
            assert asked.count() == 1  # what came after the edited question has gone

    def test_why_and_quality_stand_beside_the_answer(self, browser: Any, page_url: str) -> None:
        with opened(browser, page_url) as page:
            ask(page, "Which country hosts the talks?")
            page.locator('#chat a[href*="#cite/"]').first.wait_for(timeout=20_000)
            page.get_by_role("tab", name="Why this answer").click()
            page.locator("#why").get_by_text("Sentences to answer from").wait_for(timeout=10_000)
            assert "Which country hosts the talks?" in page.locator("#why").inner_text()
            page.get_by_role("tab", name="Quality").click()
            page.get_by_text("No evaluation has been run").wait_for(timeout=10_000)

    def test_a_conversation_is_kept_in_the_browser_if_wanted(self, browser: Any, page_url: str) -> None:
        with opened(browser, page_url) as page:
            ask(page, "Which country hosts the talks?")
            page.locator('#chat a[href*="#cite/"]').first.wait_for(timeout=20_000)
            page.reload()
            page.locator("button.suggested").first.wait_for(timeout=20_000)
            page.wait_for_timeout(1000)
            assert page.locator('#chat a[href*="#cite/"]').count() == 0
            page.get_by_text("How to answer, and what to keep").click()
            page.get_by_label("Keep this conversation").check()
            ask(page, "Which country hosts the talks?")
            page.locator('#chat a[href*="#cite/"]').first.wait_for(timeout=20_000)
            page.wait_for_timeout(1000)
            page.reload()
            page.locator('#chat a[href*="#cite/"]').first.wait_for(timeout=20_000)
            page.get_by_text("How to answer, and what to keep").click()
            with page.expect_download() as download:
                page.get_by_role("button", name="Save as Markdown").click()
            assert download.value.suggested_filename == "conversation.md"
            assert "[^1-1]: “" in Path(download.value.path()).read_text(encoding="utf-8")

    @pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
    def test_it_keeps_the_rules_of_wcag_aa(
        self, browser: Any, page_url: str, scheme: str, width: int
    ) -> None:
        from axe_playwright_python.sync_playwright import Axe

        def violations(page: Any) -> list[str]:
            found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
            return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found.response["violations"]]

        with opened(browser, page_url, color_scheme=scheme, viewport={"width": width, "height": 900}) as page:
            ask(page, "What was the volume of goods trade between the US and China last year?")
            link = page.locator('#chat a[href*="#cite/"]').first
            link.wait_for(timeout=20_000)
            link.click()
            page.locator("#panel #cited").wait_for(timeout=10_000)
            assert violations(page) == []
            if width > 1000:  # on a phone the other tabs are behind a menu
                for tab in ("Articles", "Why this answer", "Quality"):
                    page.get_by_role("tab", name=tab).click()
                    page.wait_for_timeout(1000)
                    assert violations(page) == []

    def test_an_article_is_pasted_brought_into_the_index_and_removed(
        self, browser: Any, tmp_path: Path
    ) -> None:
        write_articles(tmp_path / "articles", ARTICLES)
        chatbot = Chatbot(make_settings(tmp_path))
        chatbot.sync(progress=lambda *_: None)
        with served(chatbot) as url, opened(browser, url) as page:
            page.get_by_role("tab", name="Articles").click()
            page.get_by_text("Paste an article").click()
            page.get_by_label("File name").fill("../ferry.txt")
            page.get_by_label("Text").fill("Ferry news\n\nThe ferry captain is Tomas Berg.")
            page.get_by_role("button", name="Add it").click()
            page.locator("#report").get_by_text("added ferry.txt").wait_for(timeout=10_000)
            upload = {"name": "pier.txt", "mimeType": "text/plain", "buffer": b"The pier\n\nIt is 90 m long."}
            page.get_by_test_id("Add files-upload-button").set_input_files(upload)
            page.locator("#report").get_by_text("added pier.txt").wait_for(timeout=10_000)
            page.get_by_role("button", name="Bring the index up to date").click()
            page.get_by_text("5 articles").wait_for(timeout=20_000)
            page.get_by_role("tab", name="Ask", exact=True).click()
            ask(page, "Who is the ferry captain?")
            page.locator("#chat").get_by_text("Tomas Berg").first.wait_for(timeout=20_000)
            page.get_by_role("tab", name="Articles").click()
            page.locator("#articles").get_by_text("ferry.txt").first.click()
            page.locator("#reader").get_by_text("Tomas Berg").wait_for(timeout=10_000)
            page.get_by_role("button", name="Remove the chosen one").click()
            page.locator("#report").get_by_text("removed ferry.txt").wait_for(timeout=10_000)
        assert not (tmp_path / "articles" / "ferry.txt").exists()

    def test_a_reader_stops_an_answer_and_chooses_quotes_instead(
        self, browser: Any, chatbot: Chatbot
    ) -> None:
        with fake.serving(fake.stalls(20)) as api:
            bot = chatbot.variant(
                llm="openai", openai_base_url=api.base_url, openai_model="slow-model", openai_api_key=CANARY
            )
            with served(bot) as url, opened(browser, url) as page:
                seen = [page.content(), fetch(f"{url}/config"), fetch(f"{url}/gradio_api/info")]
                assert CANARY not in "".join(seen)
                assert "slow-model" in page.locator(".status").inner_text()
                ask(page, "What did the repairs cost?")
                while not api.requests:
                    page.wait_for_timeout(50)
                page.get_by_role("button", name="Stop").click()
                page.get_by_text("Stopped before").wait_for(timeout=5_000)
                page.get_by_text("How to answer, and what to keep").click()
                page.get_by_label("quotes, no language model").check()
                asked = len(api.requests)
                page.locator("#chat").get_by_role("button", name="Retry").click()
                page.get_by_text("Repairs cost $4.2 million").first.wait_for(timeout=10_000)
                assert len(api.requests) == asked

    def test_a_read_only_page_changes_nothing(self, browser: Any, seeds_chatbot: Chatbot) -> None:
        with served(seeds_chatbot, read_only=True) as url, opened(browser, url) as page:
            page.get_by_role("tab", name="Articles").click()
            page.locator("#articles").get_by_text("indexed").locator("visible=true").first.wait_for(
                timeout=10_000
            )
            assert page.get_by_role("button", name="Add files").count() == 0
            assert "/sync" not in json.loads(fetch(f"{url}/gradio_api/info"))["named_endpoints"]
