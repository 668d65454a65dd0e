"""The articles of the page: added by paste and drop, answered from at once, removed and brought back."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from rag import Chatbot
from tests.conftest import ARTICLES, make_settings, write_articles
from tests.fakes.browsing import ask, in_browser, open_place, opened
from tests.fakes.serving import served
from tests.fakes.web import Web, a_web, article, sent

pytestmark = [pytest.mark.filterwarnings("ignore"), *in_browser]  # Gradio's own warnings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "articles", ARTICLES)


@pytest.fixture
def web() -> Iterator[Web]:
    text = "The ferry captain is Tomas Berg, who has sailed to Lund for twenty years, the company says."
    with a_web({"/crew": sent(article("The crew", text))}) as web:
        yield web


@pytest.fixture
def page(browser: Any, folder: Path, web: Web) -> Iterator[Any]:
    chatbot = Chatbot(make_settings(folder.parent), network=web)
    chatbot.sync(progress=lambda *_: None)
    with served(chatbot) as url, opened(browser, url) as page:
        open_place(page, "articles")
        page.locator(".book").nth(2).wait_for()
        yield page


def ready(page: Any, count: int) -> None:
    """Wait until so many articles are in the index."""
    page.wait_for_function(
        "n => document.querySelector('#shelf .shelf')?.dataset.count === String(n)"
        " && !document.querySelector('#shelf progress, .state-new, .state-removed')",
        arg=count,
        timeout=20_000,
    )


def paste(page: Any, name: str, text: str) -> None:
    page.locator("#paste button").first.click()
    page.locator("#paste-name input, #paste-name textarea").fill(name)
    page.locator("#paste-text textarea").fill(text)
    page.locator("#paste-add").click()


def test_a_pasted_article_is_answered_from_at_once(page: Any, folder: Path) -> None:
    paste(page, "../my ferry", "Ferry news\n\nThe ferry captain is Tomas Berg.")
    ready(page, 4)
    assert (folder / "my ferry.txt").exists()
    assert page.locator("#paste-text textarea").input_value() == ""
    assert page.locator("#menu .count").inner_text() == "4"
    turn = ask(page, "Who is the ferry captain?")
    assert "Tomas Berg" in turn.inner_text()


def test_the_list_stays_while_the_index_is_made(page: Any) -> None:
    page.evaluate(
        """() => { window.__least = 99; new MutationObserver(() => {
        window.__least = Math.min(window.__least, document.querySelectorAll('.book').length);
        }).observe(document.querySelector('#shelf'), {childList: true, subtree: true}); }"""
    )
    paste(page, "pier.txt", "The pier\n\nThe pier is 90 m long.")
    ready(page, 4)
    assert page.evaluate("window.__least") >= 3
    assert not page.locator("#shelf .generating:visible, #shelf .eta-bar:visible").count()


def test_files_are_dropped_anywhere(page: Any, folder: Path) -> None:
    page.evaluate(
        """() => { const data = new DataTransfer();
        data.items.add(new File(['The pier\\n\\nThe pier is 90 m long.'], 'pier.txt', {type: 'text/plain'}));
        data.items.add(new File([new Uint8Array([0, 1, 2, 0, 255])], 'noise.txt', {type: 'text/plain'}));
        const told = {dataTransfer: data, bubbles: true};
        for (const kind of ['dragenter', 'dragover', 'drop'])
          document.querySelector('#workspace').dispatchEvent(new DragEvent(kind, told)); }"""
    )
    ready(page, 4)
    assert (folder / "pier.txt").exists()
    assert "Not readable" in page.locator(".book .state-failed").inner_text()


def test_a_removed_article_can_be_brought_back(page: Any, folder: Path) -> None:
    for title in ("Harbour bridge reopens", "Bridge repairs took longer"):
        page.get_by_label(f"Choose {title}").check()
    assert "2 chosen" in page.locator(".choice").inner_text()
    page.locator('.choice [data-do="remove"]').click()
    ready(page, 1)
    assert not (folder / "bridge.txt").exists()
    open_place(page, "articles")
    page.get_by_text("2 articles removed.").wait_for()
    page.locator('[data-do="unremove"]').click()
    ready(page, 3)
    assert (folder / "bridge.txt").read_text() == ARTICLES["bridge.txt"]


def test_articles_are_found_by_their_text_and_read(page: Any) -> None:
    page.locator("#find-article").fill("architect 40,000")
    page.wait_for_function("document.querySelectorAll('.book').length === 1")
    assert "J. Ruiz · 2025-04-02" in page.locator(".book .details").inner_text()
    page.locator(".book .open").click()
    page.locator("#panel .text").get_by_text("Lena Voss").wait_for()
    page.locator("#find-article").fill("")
    page.locator("#sort-articles").select_option("title")
    page.wait_for_function("document.querySelector('.book .title')?.innerText === 'A new library'")


def test_a_refused_file_is_reported_where_it_was_dropped(page: Any) -> None:
    paste(page, "bridge.txt", "Another bridge.")
    page.locator(".wrong-news").wait_for()
    assert "already" in page.locator(".wrong-news").inner_text()
    assert page.locator("#paste-text textarea").input_value() == "Another bridge."


def add_address(page: Any, address: str) -> None:
    if not page.locator("#address textarea, #address input").first.is_visible():
        page.locator("#by-address button").first.click()
    page.locator("#address textarea, #address input").fill(address)
    page.locator("#address-add").click()


def test_a_page_added_by_address_is_answered_from_and_links_to_it(page: Any, folder: Path) -> None:
    add_address(page, "http://news.example/crew")
    ready(page, 4)
    assert (folder / "The crew.html").exists()
    assert page.locator("#address textarea, #address input").input_value() == ""
    turn = ask(page, "Who is the ferry captain?")
    turn.locator(".answer .chip").first.click()
    link = page.locator("#panel .details a")
    link.wait_for()
    assert link.get_attribute("href") == "http://news.example/crew"
    assert link.get_attribute("rel") == "noopener noreferrer nofollow"
    assert "news.example" in link.inner_text()


def test_an_address_that_is_refused_is_told_and_adds_nothing(page: Any, folder: Path, web: Web) -> None:
    before = sorted(folder.rglob("*"))
    web.hosts["127.0.0.1"] = [["127.0.0.1"]]
    for address, reason in (("http://127.0.0.1:6379/", "private"), ("file:///etc/passwd", "not an http")):
        add_address(page, address)
        page.locator(".wrong-news").filter(has_text=reason).wait_for()
        assert page.locator("#address textarea, #address input").input_value() == address
    assert sorted(folder.rglob("*")) == before
    assert web.asked == []


def test_what_was_stored_before_a_failure_is_indexed(page: Any, folder: Path, web: Web) -> None:
    def store_and_fail(handler: BaseHTTPRequestHandler) -> None:
        (folder / "tides.txt").write_text("Tides\n\nThe tide of Friday was 3 m high.")
        handler.send_error(500)

    web.pages["/tides"] = store_and_fail
    add_address(page, "http://news.example/tides")
    page.locator(".wrong-news").filter(has_text="answered 500").wait_for()
    ready(page, 4)


def test_who_would_have_to_wait_for_others_addresses_is_told_so(browser: Any, folder: Path, web: Web) -> None:
    chatbot = Chatbot(make_settings(folder.parent), network=web)
    chatbot.sync(progress=lambda *_: None)
    web.delay = threading.Event()
    with served(chatbot) as url, ExitStack() as stack:
        pages = [stack.enter_context(opened(browser, url)) for _ in range(3)]
        for page in pages:
            open_place(page, "articles")
            page.locator(".book").nth(2).wait_for()
            add_address(page, "http://news.example/crew")
            page.get_by_text("Fetching").or_(page.locator(".wrong-news")).first.wait_for()
        pages[2].locator(".wrong-news").filter(has_text="try again").wait_for(timeout=5000)
        assert pages[2].locator("#address textarea, #address input").input_value()
        web.delay.set()
        ready(pages[0], 4)
        add_address(pages[2], "http://news.example/crew")
        pages[2].locator(".wrong-news").filter(has_text="already there").wait_for()


def test_a_page_that_others_reach_has_no_such_field(browser: Any, folder: Path, web: Web) -> None:
    chatbot = Chatbot(make_settings(folder.parent), network=web)
    chatbot.sync(progress=lambda *_: None)
    with served(chatbot, allowed_hosts="qa.example.org") as url, opened(browser, url) as page:
        open_place(page, "articles")
        page.locator("#paste").wait_for()
        assert page.locator("#by-address").count() == 0
