"""The page: rendering that trusts nothing, and the real page in a real browser."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Answer, AnswerSentence, Article, Chatbot, Citation
from rag.feedback import read_candidates
from ui.app import launch
from ui.render import Span, answer_markdown, article_html, parse_link, plain_markdown

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "![x](http://e.example/p.png)", "[click](http://e.example)", "http://e.example",
     "www.e.example", "a@e.example", "# head", "- item", "1. item", "*bold* _it_ `code`", "| a | b |", "$x$"],
)  # fmt: skip
def test_markdown_shows_text_as_it_is(text: str) -> None:
    from markdown_it import MarkdownIt

    html = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(plain_markdown(text))
    assert not any(
        tag in html for tag in ("<script", "<img", "<a ", "<h1", "<li", "<strong", "<em", "<code", "<table")
    )


def test_citations_become_links_that_name_the_span() -> None:
    citation = Citation(1, "a b/ü.txt", 'T "x"', "A <b>quote</b>.", 3, 18, 1)
    answer = Answer(
        "q",
        "q",
        "answered",
        "A.",
        (AnswerSentence("A.", (1,), "supported"),),
        (citation,),
        (),
        0.9,
        "local",
        "m",
    )
    text = answer_markdown(answer)
    link = text.split("](#cite/")[1].split(" ")[0]
    assert parse_link(link) == Span("a b/ü.txt", 3, 18)
    assert "<b>" not in text


@pytest.mark.parametrize("link", ["", "x", "a/1", "a/b-c", "../etc/passwd", "a/1-2/3"])
def test_a_link_that_is_none_is_ignored(link: str) -> None:
    assert parse_link(link) is None


def test_an_article_is_escaped_and_its_sentences_marked() -> None:
    article = Article("a.txt", "<T>", "One <i>fact</i>.\nTwo \u202efacts. Three.", 0, "0")
    html = article_html(article, Span("a.txt", 17, 28), [Span("a.txt", 0, 16), Span("b.txt", 0, 3)])
    assert "<i>" not in html
    assert "\u202e" not in html
    assert '<mark class="also">One &lt;i&gt;fact&lt;/i&gt;.</mark>' in html
    assert '<mark id="cited" tabindex="-1">Two facts.</mark>' in html


@pytest.fixture(scope="module")
def disliked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feedback") / "feedback.jsonl"


@pytest.fixture(scope="module")
def page_url(seeds_chatbot: Chatbot, disliked: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    bot = Chatbot(seeds_chatbot.settings.model_copy(update={"port": port, "feedback": disliked}))
    page = launch(bot, block=False)
    yield f"http://127.0.0.1:{port}"
    page.close()


@pytest.mark.browser
@pytest.mark.skipif(BROWSER is None, reason="no Chromium: apt-get install chromium")
@pytest.mark.filterwarnings("ignore")  # Gradio's own, on its own threads
def test_a_question_a_cited_answer_and_the_opened_article(page_url: str, disliked: Path) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        page = browser.new_page()
        foreign: list[str] = []
        errors: list[str] = []
        page.on("request", lambda r: r.url.startswith((page_url, "data:", "blob:")) or foreign.append(r.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(page_url)
        box = page.locator("#question textarea")
        box.fill("How much did exports to the U.S. drop in May?")
        box.press("Enter")
        link = page.locator('#chat a[href*="#cite/"]').first
        link.wait_for(timeout=20_000)
        assert "12.7%" in page.locator("#chat").inner_text()
        assert "5 articles" in page.locator(".status").inner_text()
        assert "quotes" in page.locator(".status").inner_text()
        link.click()
        marked = page.locator("#cited")
        marked.wait_for(timeout=10_000)
        assert "dropped 12.7% in May" in marked.inner_text()
        assert marked.is_visible()

        box.fill("What is the capital of Australia?")
        box.press("Enter")
        page.get_by_text("The articles do not say.").wait_for(timeout=20_000)

        # The thumb of the first answer, though another came after it.
        page.get_by_label("dislike", exact=False).first.click()
        page.get_by_text("Kept for review").wait_for(timeout=10_000)
        (candidate,) = read_candidates(disliked)
        assert candidate.question == "How much did exports to the U.S. drop in May?"
        assert "12.7%" in candidate.answer
        assert candidate.passages

        box.fill("x" * 3000)
        assert len(box.input_value()) <= 2000
        browser.close()
    assert foreign == []
    assert errors == []
