"""A PDF in the panel: the picture of its page with the cited sentence marked, or its text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import Chatbot
from tests.conftest import make_settings
from tests.fakes.browsing import PHONE, ask, in_browser, opened, small_targets, violations
from tests.fakes.documents import lines, pdf
from tests.fakes.serving import served

pytestmark = [pytest.mark.filterwarnings("ignore"), *in_browser]  # Gradio's own warnings
QUESTION = "Who is the captain of the ferry?"


def report() -> bytes:
    filler = [f"Paragraph {n} of the report tells of the weather at the pier that day." for n in range(12)]
    middle = [*filler, "The captain of the ferry is Tomas Berg, who has sailed to", "Lund for twenty years."]
    return pdf([lines(*filler), lines(*middle), lines("The report ends here, on its last page.")], "The pier")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "articles").mkdir()
    (folder / "articles/report.pdf").write_bytes(report())
    return folder


@pytest.fixture(scope="module")
def page_url(folder: Path) -> Iterator[str]:
    chatbot = Chatbot(make_settings(folder))
    chatbot.sync(progress=lambda *_: None)
    with served(chatbot) as url:
        yield url


def shown_page(page: Any) -> Any:
    ask(page, QUESTION).locator(".answer .chip").first.click()
    page.locator("#panel .page .spot").first.wait_for()
    return page.locator("#panel .page")


def stands_inside(page: Any) -> bool:
    """Whether the first mark is in sight, and what it marks is dark on the picture."""
    inside: bool = page.evaluate(
        """() => { const mark = document.querySelector('#panel .spot').getBoundingClientRect();
        const shown = document.querySelector('#panel .page').getBoundingClientRect();
        return mark.top >= shown.top && mark.bottom <= shown.bottom && mark.left >= shown.left; }"""
    )
    return inside


@pytest.mark.parametrize(
    "screen", [{"viewport": {"width": 1280, "height": 800}}, PHONE], ids=["desk", "phone"]
)
def test_the_cited_sentence_is_marked_on_the_picture_of_its_page(
    browser: Any, page_url: str, screen: dict[str, Any]
) -> None:
    with opened(browser, page_url, **screen) as page:
        shown = shown_page(page)
        assert shown.locator("img").get_attribute("alt") == "Page 2 of The pier"
        assert shown.locator(".spot").count() == 2
        assert "Tomas Berg" in (shown.locator(".spot").first.get_attribute("aria-label") or "")
        assert not page.locator("#panel .text").is_visible()
        assert stands_inside(page)
        assert small_targets(page) == []
        assert violations(page) == []


def test_text_and_page_are_switched_by_keyboard_and_the_choice_is_kept(browser: Any, page_url: str) -> None:
    with opened(browser, page_url) as page:
        shown_page(page)
        assert page.evaluate("document.activeElement.className") == "spot"
        page.get_by_role("button", name="Text", exact=True).focus()
        page.keyboard.press("Enter")
        page.locator("#panel .text #cited").wait_for()
        assert not page.locator("#panel .page").is_visible()
        assert page.get_by_role("button", name="Text", exact=True).get_attribute("aria-pressed") == "true"
        page.keyboard.press("Escape")
        page.locator("#thread .answer .chip").first.click()
        page.locator("#panel .text #cited").wait_for()
        page.get_by_role("button", name="Page", exact=True).click()
        page.locator("#panel .page .spot").first.wait_for()
        page.keyboard.press("Escape")
        assert "chip" in page.evaluate("document.activeElement.className")


def test_walking_to_another_citation_draws_its_marks(browser: Any, page_url: str) -> None:
    with opened(browser, page_url) as page:
        turn = ask(page, "What is told in paragraph 7 and who is the captain of the ferry?")
        assert turn.locator(".answer .chip").count() > 1
        turn.locator(".answer .chip").first.click()
        for _ in range(2):
            mark = page.locator("#panel .page .spot[role=img]")
            mark.wait_for()
            said = mark.get_attribute("aria-label")
            page.keyboard.press("]")
            page.wait_for_function(
                "said => ![null, undefined, said].includes("
                "document.querySelector('#panel .page .spot[role=img]')?.getAttribute('aria-label'))",
                arg=said,
            )
        assert page.locator("#panel .page").is_visible()


def test_a_file_that_has_changed_since_is_shown_as_the_text_that_was_cited(
    browser: Any, tmp_path: Path
) -> None:
    path = tmp_path / "articles/ferry.pdf"
    path.parent.mkdir()
    path.write_bytes(pdf([lines("The captain of the ferry is Mara Lind.", "She lives in Lund.")]))
    chatbot = Chatbot(make_settings(tmp_path))
    chatbot.sync(progress=lambda *_: None)
    path.write_bytes(path.read_bytes() + b"\n%changed")
    with served(chatbot) as url, opened(browser, url) as page:
        ask(page, QUESTION).locator(".chip").first.click()
        page.locator("#panel .text #cited").wait_for()
        button = page.locator('#panel [data-as="page"][disabled]')
        button.wait_for()
        assert "changed since" in (button.get_attribute("title") or "")
        assert page.locator("#panel .text").is_visible()
