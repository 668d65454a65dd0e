"""What a reader sees on a desktop and on a phone: one test for each way it once went wrong."""

import io
import json
import re
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from rag import Chatbot
from tests.fakes import openai_server as fake
from tests.fakes.browsing import (
    PHONE,
    ask,
    in_browser,
    open_place,
    opened,
    stand,
    type_in,
    violations,
)
from tests.fakes.requests import send
from tests.fakes.serving import fetch, served
from ui.login import hashed

TARIFFS = "How high were the tariffs on Chinese goods?"
DROPPED = "How much did exports to the U.S. drop in May?"
REPAIRS = "What did the repairs to the bridge cost?"
SHIFTS = """() => new Promise(done => { let sum = 0;
  const add = one => { if (!one.hadRecentInput) sum += one.value; };
  new PerformanceObserver(list => list.getEntries().forEach(add))
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(sum), 200); })"""
# Gradio's own warnings, on its own threads.
pytestmark = [pytest.mark.filterwarnings("ignore"), *in_browser]


def said(turn: Any) -> list[str]:
    sentences: list[str] = turn.locator(".answer .sentence").all_inner_texts()
    return sentences


def test_no_more_sentences_are_quoted_than_the_reader_set(browser: Any, page_url: str) -> None:
    with opened(browser, page_url) as page:
        assert len(said(ask(page, "What do the articles say about rare earths?"))) > 1
        open_place(page, "settings")
        page.get_by_label(re.compile("^number input for Sentences quoted")).fill("1")
        page.keyboard.press("Tab")
        page.wait_for_timeout(300)
        assert len(said(ask(page, "What do the articles say about rare earths?"))) == 1


def test_signs_of_life_come_before_the_answer(browser: Any, chatbot: Chatbot) -> None:
    slow = fake.drips(30)
    with fake.serving(slow) as api:
        bot = chatbot.variant(llm="openai", openai_base_url=api.base_url, openai_model="m")
        with served(bot) as url, opened(browser, url) as page:
            type_in(page, REPAIRS)
            page.locator("#live .stage, #live [role=status]").first.wait_for(timeout=2000)
            page.locator("#live .best").wait_for(timeout=2000)
            assert re.search("Reading|Writing", page.locator("#live").inner_text())
            page.locator("#question .stop-button").click()


def test_what_goes_wrong_is_put_in_a_readers_words(browser: Any, chatbot: Chatbot) -> None:
    with fake.serving(fake.stalls(30, "Repairs ")) as api:
        bot = chatbot.variant(
            llm="openai", openai_base_url=api.base_url, openai_model="qwen-7b-q4_k_m", deadline_s=2
        )
        with served(bot) as url, opened(browser, url) as page:
            turn = ask(page, REPAIRS, timeout=15_000)
            assert "$4.2 million" in turn.inner_text()
            assert "Quotes answer instead" in turn.inner_text()
            assert not re.search(r"RAG_|OPENAI_", turn.inner_text())


@pytest.mark.parametrize("view", [{}, PHONE])
def test_an_answer_is_read_from_its_question_on(browser: Any, page_url: str, view: dict[str, Any]) -> None:
    with opened(browser, page_url, **view) as page:
        ask(page, TARIFFS)
        turn = ask(page, DROPPED)
        page.wait_for_timeout(300)
        top, high, below = page.evaluate(
            """() => { const view = document.querySelector('#ask-view'), at = view.getBoundingClientRect();
            const asked = [...document.querySelectorAll('#thread .asked')].at(-1).getBoundingClientRect();
            const below = view.scrollHeight - view.scrollTop - view.clientHeight;
            return [asked.top - at.top, at.height, below]; }"""
        )
        assert top >= 0
        assert top < high / 4 or below < 2  # a short answer is whole in view
        assert turn.locator(".answer .sentence").first.bounding_box()["y"] < high


def test_a_greeting_changes_no_later_answer(browser: Any, page_url: str) -> None:
    question = "How long did the call last?"
    with opened(browser, page_url) as page:
        fresh = said(ask(page, question))
    for before in ("hello", "thanks!", "What is the capital of Australia?"):
        with opened(browser, page_url) as page:
            ask(page, before)
            assert said(ask(page, question)) == fresh, before


def test_all_articles_are_summarized_with_their_sources(browser: Any, page_url: str) -> None:
    with opened(browser, page_url) as page:
        turn = ask(page, "summarize all articles")
        cited = turn.locator(".answer .chip").evaluate_all("chips => chips.map(chip => chip.dataset.source)")
        assert len(set(cited)) == 5


def test_a_long_question_is_not_repeated_in_its_refusal(browser: Any, page_url: str) -> None:
    asked = "Which colour did the third walrus paint the ferry? " + "It was a quiet day at the zoo. " * 50
    with opened(browser, page_url, **PHONE) as page:
        turn = ask(page, asked)
        assert len(turn.locator(".refusal").inner_text()) < 400
        assert turn.locator(".asked").bounding_box()["height"] < 844 / 3


def test_a_phone_shows_whole_words_and_no_bar_to_scroll_sideways(browser: Any, page_url: str) -> None:
    with opened(browser, page_url, **PHONE) as page:
        assert page.locator("#top").bounding_box()["height"] <= 64
        box = page.locator("#question textarea")
        assert float(box.evaluate("box => parseFloat(getComputedStyle(box).fontSize)")) >= 16
        for place in ("articles", "settings", "check"):
            open_place(page, place)
            page.wait_for_timeout(200)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
            assert page.evaluate(f"document.querySelector('#{place}-view').scrollWidth") <= 390
        open_place(page, "articles")
        widths = page.locator(".book .title").evaluate_all("all => all.map(e => e.clientWidth)")
        assert min(widths) > 180


def test_a_question_is_edited_in_a_box_as_wide_as_the_answer(browser: Any, page_url: str) -> None:
    with opened(browser, page_url) as page:
        turn = ask(page, TARIFFS)
        turn.get_by_role("button", name="Edit").click()
        field = turn.locator(".rephrase textarea")
        assert field.bounding_box()["width"] > 0.8 * turn.bounding_box()["width"]
        assert field.evaluate("e => e.scrollHeight <= e.clientHeight + 2")


@pytest.mark.parametrize("view", [{}, PHONE])
def test_nothing_jumps_while_it_is_read(browser: Any, page_url: str, view: dict[str, Any]) -> None:
    with opened(browser, page_url, **view) as page:
        page.locator(".suggested").first.wait_for(timeout=20_000)
        turn = ask(page, TARIFFS)
        turn.locator(".chip").first.click()
        stand(page)
        page.keyboard.press("Escape")
        ask(page, "What is the capital of Australia?")
        assert page.evaluate(SHIFTS) <= 0.05


def test_paper_shows_all_that_is_folded_and_nothing_to_click(browser: Any, page_url: str) -> None:
    with opened(browser, page_url) as page:
        turn = ask(page, TARIFFS)
        folded = turn.locator(".more blockquote").first
        assert not folded.is_visible()
        page.emulate_media(media="print")
        assert folded.is_visible()
        for gone in ("#nav", "#asking", "#thread .actions"):
            assert not page.locator(gone).first.is_visible(), gone


def test_the_page_can_be_installed_as_an_app(page_url: str) -> None:
    manifest = json.loads(fetch(f"{page_url}/manifest.json"))
    assert (manifest["name"], manifest["display"]) == ("Article QA", "standalone")
    for icon in manifest["icons"]:
        with urllib.request.urlopen(page_url + icon["src"], timeout=20) as reply:
            size = int(icon["sizes"].split("x")[0])
            assert Image.open(io.BytesIO(reply.read())).size == (size, size)
    assert send(page_url, "/pwa_icon/30000").status in (403, 404)


def test_a_reader_logs_in_in_their_own_language(browser: Any, chatbot: Chatbot, tmp_path: Path) -> None:
    users = tmp_path / "users"
    users.write_text(hashed("ada", "correct horse") + "\n")
    with served(chatbot, auth=users, conversations=tmp_path / "kept") as url:
        page = browser.new_context(locale="de-DE").new_page()
        page.goto(url)
        assert violations(page) == []
        name, password = page.get_by_label("Name"), page.get_by_label("Passwort")
        name.fill("ada")
        password.fill("wrong horse")
        page.get_by_role("button", name="Anmelden").click()
        page.get_by_text("Name oder Passwort ist falsch.").wait_for()
        password.fill("correct horse")
        password.press("Enter")
        page.locator("#room[data-ready]").wait_for(timeout=20_000)
