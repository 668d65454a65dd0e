"""Conversations in the reader's own browser: kept, told apart, proved again."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.browsing import ask, in_browser, open_place, opened, visit

HOSTS = "Which country hosts the talks?"
DROPPED = "How much did exports to the U.S. drop in May?"
pytestmark = [pytest.mark.filterwarnings("ignore"), *in_browser]  # Gradio's own warnings


def listed(page: Any) -> list[str]:
    names: list[str] = page.locator("#conversations .conversation").all_inner_texts()
    return names


def change_kept(page: Any, change: str) -> None:
    """Change what the browser has kept, by a line of JavaScript about `record`."""
    page.evaluate(
        """change => { const key = Object.keys(localStorage).find(name => name.startsWith('article-qa/c/'));
        const record = JSON.parse(localStorage.getItem(key));
        new Function('record', change)(record);
        localStorage.setItem(key, JSON.stringify(record)); }""",
        change,
    )


def test_a_reload_loses_nothing(browser: Any, page_url: str) -> None:
    with opened(browser, page_url) as page:
        ask(page, HOSTS)
        ask(page, "What is the capital of Australia?")
        page.reload()
        page.locator("#thread .turn").nth(1).wait_for(timeout=20_000)
        assert "UK is hosting" in page.locator("#thread").inner_text()
        assert page.locator(".near-passage").count() == 3
        assert ask(page, DROPPED).get_attribute("data-turn") == "2"


def test_two_tabs_keep_both_conversations(browser: Any, page_url: str) -> None:
    context, wrong = browser.new_context(), list[str]()
    one, two = visit(context, page_url, wrong), visit(context, page_url, wrong)
    ask(one, HOSTS)
    ask(two, DROPPED)
    ask(one, "Who represents China at the talks?")
    three = visit(context, page_url, wrong)
    assert sorted(listed(three)) == sorted([HOSTS, DROPPED])
    three.get_by_role("button", name=HOSTS, exact=True).click()
    three.locator("#thread .turn").nth(1).wait_for(timeout=20_000)
    context.close()
    assert wrong == []


def test_two_tabs_of_one_conversation_both_go_on(browser: Any, page_url: str) -> None:
    context, wrong = browser.new_context(), list[str]()
    one = visit(context, page_url, wrong)
    ask(one, HOSTS)
    two = visit(context, page_url, wrong)
    two.locator("#conversations .conversation").click()
    two.locator("#thread .turn").wait_for(timeout=20_000)
    ask(one, "Who represents China at the talks?")
    ask(two, DROPPED)
    kept = one.evaluate("Object.values(localStorage).join(' ')")
    assert "Who represents China" in kept
    assert DROPPED in kept
    context.close()
    assert wrong == []


def test_a_deleted_conversation_can_be_taken_back(browser: Any, page_url: str) -> None:
    with opened(browser, page_url) as page:
        ask(page, HOSTS)
        page.locator(".more-of").click()
        page.get_by_role("button", name="Delete", exact=True).click()
        page.wait_for_function("!document.querySelector('.conversation')")
        assert page.locator("#thread .turn").count() in (0, 1)
        page.locator("#said").get_by_role("button", name="Undo").click()
        page.locator("#conversations .conversation").wait_for()
        page.locator("#thread .turn").wait_for(timeout=20_000)


def test_a_conversation_is_renamed_pinned_and_found(browser: Any, page_url: str) -> None:
    with opened(browser, page_url) as page:
        ask(page, HOSTS)
        page.locator("#conversations .conversation").dblclick()
        page.locator("#conversations input").fill("The hosts")
        page.keyboard.press("Enter")
        page.locator('#menu [data-do="new"]').click()
        page.wait_for_function("!document.querySelector('#thread .turn')")
        ask(page, DROPPED)
        assert listed(page) == [DROPPED, "The hosts"]
        page.locator(".more-of").nth(1).click()
        page.get_by_role("button", name="Pin", exact=True).click()
        assert listed(page) == ["The hosts", DROPPED]
        page.keyboard.press("Control+k")
        page.wait_for_function("document.activeElement.id === 'find-conversation'")
        page.keyboard.type("exports")
        assert listed(page) == [DROPPED]


@pytest.mark.parametrize(
    "change",
    [
        "record.kept.turns[0].answer.sentences[0].text = 'The moon hosts the talks.'",
        "record.kept.turns[0].answer.citations[0].quote = 'The moon hosts the talks.'",
        "record.kept.turns[0].answer.citations[0].source = 'moon.txt'",
        "record.kept.turns[0].answer.status = 'help'; record.kept.turns[0].answer.text = 'The moon hosts.'",
        "const told = record.kept.turns[0].answer; told.status = 'not_in_articles'; told.text = 'The moon.'",
    ],
)
def test_what_its_quotes_do_not_prove_is_not_shown_again(browser: Any, page_url: str, change: str) -> None:
    with opened(browser, page_url) as page:
        ask(page, HOSTS)
        change_kept(page, change)
        page.reload()
        page.locator("#thread .turn").wait_for(timeout=20_000)
        assert "moon" not in page.locator("#thread").inner_text()


def test_nothing_is_kept_if_the_reader_does_not_want_it(browser: Any, page_url: str) -> None:
    with opened(browser, page_url) as page:
        open_place(page, "settings")
        page.get_by_label("Keep conversations").uncheck()
        ask(page, HOSTS)
        assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('article-qa/c/'))") == []


@pytest.mark.parametrize(
    ("button", "name", "part"),
    [
        ("Save as Markdown", "conversation.md", "[^1-1]: "),
        ("Save as web page", "conversation.html", 'href="#n1-1"'),
        ("Save as JSON", "conversation.json", '"question": "Which country'),
    ],
)
def test_a_conversation_is_taken_along(
    browser: Any, page_url: str, button: str, name: str, part: str
) -> None:
    with opened(browser, page_url) as page:
        ask(page, HOSTS)
        page.locator(".more-of").click()
        with page.expect_download() as download:
            page.get_by_role("button", name=button).click()
        assert download.value.suggested_filename == name
        text = Path(download.value.path()).read_text(encoding="utf-8")
        assert part in text
        if name.endswith("json"):
            assert json.loads(text)["turns"][0]["answer"]["citations"]
