"""A question put to some of the articles: chosen in the question box, from the list, from the reader."""

from collections.abc import Iterator
from typing import Any

import pytest

from rag import Chatbot
from tests.conftest import make_settings, write_articles
from tests.fakes.browsing import ask, in_browser, open_place, opened, small_targets, started, violations
from tests.fakes.serving import served

CAPTAIN = "Who is the captain of the ferry?"
pytestmark = [pytest.mark.filterwarnings("ignore"), *in_browser]  # Gradio's own warnings


def dated(title: str, date: str, captain: str) -> str:
    return f"---\ntitle: {title}\ndate: {date}\n---\n\nThe captain of the ferry is {captain}."


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("scope")
    articles = {
        "2019/ferry.md": dated("Old ferry", "2019-03-01", "Ruth Amsel"),
        "2024/ferry.md": dated("New ferry", "2024-05-02", "Tomas Berg"),
        "pier.txt": "The pier\n\nThe pier is 90 m long and made of oak.",
    }
    write_articles(folder / "articles", articles)
    chatbot = Chatbot(make_settings(folder))
    chatbot.sync(progress=lambda *_: None)
    with started() as browser, served(chatbot) as url, opened(browser, url) as page:
        yield page


def cited(turn: Any) -> set[str]:
    return set(turn.locator(".from-article .title").all_inner_texts())


def test_a_folder_and_a_time_are_asked_alone(page: Any) -> None:
    page.locator(".scope-button").click()
    page.locator('.scope-form option[value="2019"]').wait_for(state="attached")
    page.locator('.scope-form [name="folder"]').select_option("2019")
    assert violations(page) == []
    assert small_targets(page) == []
    page.locator('[data-do="scope-done"]').click()
    turn = ask(page, CAPTAIN)
    assert "Ruth Amsel" in turn.inner_text()
    assert cited(turn) == {"Old ferry"}
    assert "in 2019" in turn.locator(".scope-line").inner_text()
    page.locator(".widen").click()
    page.locator(".scope-button").click()
    page.locator('.scope-form [name="since"]').fill("2024-01-01")
    page.keyboard.press("Escape")
    assert cited(ask(page, CAPTAIN)) == {"New ferry"}
    page.locator(".widen").click()
    assert cited(ask(page, CAPTAIN)) == {"Old ferry", "New ferry"}


def test_articles_chosen_in_the_list_are_asked_alone_and_that_is_kept(page: Any) -> None:
    open_place(page, "articles")
    page.get_by_label("Choose The pier").check()
    page.get_by_role("button", name="Ask only these").click()
    assert "The pier" in page.locator(".scope-button").inner_text()
    turn = ask(page, CAPTAIN)
    assert cited(turn) <= {"The pier"}
    page.reload()
    turn = page.locator("#thread .turn").last
    turn.wait_for(timeout=20_000)
    assert "The pier" in turn.locator(".scope-line").inner_text()


def test_the_article_that_is_read_is_asked_alone(page: Any) -> None:
    turn = ask(page, CAPTAIN)
    turn.locator(".from-article", has_text="New ferry").click()
    page.locator("#panel").get_by_role("button", name="Ask only this article").click()
    assert cited(ask(page, CAPTAIN)) == {"New ferry"}
