"""The real page in a real browser: asking, reading the source, taking it along."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import Chatbot
from tests.fakes import openai_server as fake
from tests.fakes.browsing import PHONE, ask, in_browser, open_place, opened, stand, type_in
from tests.fakes.serving import fetch, served

CANARY = "sk-canary-0123456789"
DROPPED = "How much did exports to the U.S. drop in May?"
TARIFFS = "How high were the tariffs on Chinese goods?"
# Gradio's own warnings, on its own threads.
pytestmark = [pytest.mark.filterwarnings("ignore"), *in_browser]


@pytest.fixture(scope="module")
def disliked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feedback") / "feedback.jsonl"


@pytest.fixture(scope="module")
def page_url(seeds_chatbot: Chatbot, disliked: Path) -> Iterator[str]:
    with served(seeds_chatbot, feedback=disliked) as url:
        yield url


def test_a_click_on_a_citation_opens_the_article_at_its_sentence(browser: Any, page_url: str) -> None:
    with opened(browser, page_url) as page:
        turn = ask(page, DROPPED)
        assert "12.7%" in turn.inner_text()
        chip = turn.locator(".chip").first
        assert chip.get_attribute("aria-label").startswith("Source 1: ")
        chip.click()
        place = stand(page)
        assert "dropped 12.7% in May" in page.locator("#cited").inner_text()
        assert -0.01 <= place["share"] <= 1 / 3
        assert page.locator("#reader-title").is_visible()


def test_a_tap_on_a_phone_brings_the_marked_sentence_into_view(browser: Any, page_url: str) -> None:
    with opened(browser, page_url, **PHONE) as page:
        ask(page, DROPPED).locator(".chip").first.tap()
        place = stand(page)
        assert place["top"] >= 0
        assert place["bottom"] <= place["high"]
        page.go_back()
        page.locator("#panel").wait_for(state="hidden")
        assert page.locator("#thread .turn").is_visible()


def test_a_card_shows_the_quote_before_the_click(browser: Any, page_url: str) -> None:
    with opened(browser, page_url) as page:
        chip = ask(page, DROPPED).locator(".chip").first
        chip.hover()
        card = page.locator("#card")
        card.wait_for()
        assert "dropped 12.7% in May" in card.locator("q").inner_text()
        page.keyboard.press("Escape")
        card.wait_for(state="hidden")


def test_what_is_copied_is_what_is_read(browser: Any, page_url: str) -> None:
    with opened(browser, page_url, permissions=["clipboard-read", "clipboard-write"]) as page:
        turn = ask(page, TARIFFS)
        said = [one.strip() for one in turn.locator(".answer .sentence").all_inner_texts()]
        turn.get_by_role("button", name="Copy", exact=True).click()
        page.locator("#said").wait_for()
        text, html = page.evaluate(
            """async () => { const [item] = await navigator.clipboard.read();
            const read = async kind => (await (await item.getType(kind)).text());
            return [await read('text/plain'), await read('text/html')]; }"""
        )
        assert text.startswith(TARIFFS)
        for sentence in said:
            assert sentence in text
        assert "[1] " in text
        assert ", line 13: “In April, the U.S. levied" in text
        for mark in ("#cite", "](", "\\$", "&#", "✓"):
            assert mark not in text
        assert "<ol>" in html


def test_keys_walk_through_the_sources_and_give_the_focus_back(browser: Any, page_url: str) -> None:
    with opened(browser, page_url) as page:
        ask(page, TARIFFS).locator(".chip").first.focus()
        page.keyboard.press("Enter")
        stand(page)
        first = page.locator("#cited").inner_text()
        page.keyboard.press("]")
        page.wait_for_function("text => document.querySelector('#cited')?.innerText !== text", arg=first)
        assert page.locator("#panel .at").inner_text().startswith("2/")
        page.keyboard.press("Escape")
        page.locator("#panel").wait_for(state="hidden")
        assert page.evaluate("document.activeElement.dataset.n") == "2"
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement === document.querySelector('#question textarea')")


def test_a_nearest_sentence_is_not_shown_as_an_answer(browser: Any, page_url: str) -> None:
    with opened(browser, page_url) as page:
        near = ask(page, "How many rare earth mines does China run?")
        assert "may not answer" in near.locator(".unsure").inner_text()
        assert "✓" not in near.inner_text()
        refused = ask(page, "What is the capital of Australia?")
        assert refused.inner_text().count("What is the capital of Australia?") == 1
        assert "The articles do not say." in refused.locator(".refusal").inner_text()
        refused.locator(".near-passage").first.click()
        stand(page)


def test_sources_are_shown_by_article_and_the_grade_in_words(browser: Any, page_url: str) -> None:
    with opened(browser, page_url) as page:
        turn = ask(page, TARIFFS)
        titles = turn.locator(".from-article .title").all_inner_texts()
        assert len(titles) == len(set(titles)) >= 2
        assert turn.locator(".surety").inner_text() == "Word for word from the articles · sure"
        folded = turn.locator(".more blockquote").first
        assert not folded.is_visible()
        turn.locator(".more summary").click()
        assert folded.locator("footer").inner_text()


def test_a_question_can_follow_within_a_second_of_a_stop(browser: Any, chatbot: Chatbot) -> None:
    with fake.serving(fake.drips(30)) as api:
        bot = chatbot.variant(
            llm="openai", openai_base_url=api.base_url, openai_model="slow-model", openai_api_key=CANARY
        )
        with served(bot) as url, opened(browser, url) as page:
            seen = [page.content(), fetch(f"{url}/config"), fetch(f"{url}/gradio_api/info")]
            assert CANARY not in "".join(seen)
            type_in(page, "What did the repairs to the bridge cost?")
            page.locator("#live .best").wait_for()
            assert "$4.2 million" in page.locator("#live .best").inner_text()
            while not api.requests:
                page.wait_for_timeout(20)
            type_in(page, "Who is the architect of the library?")
            assert "architect" in page.locator("#queued").inner_text()
            page.locator('[data-do="unqueue"]').click()
            page.locator("#question .stop-button").click()
            page.wait_for_function("!document.querySelector('#room').dataset.running", timeout=1000)
            assert "Stopped" in page.locator("#thread .turn").last.inner_text()
            open_place(page, "settings")
            page.get_by_label("Quotes, without a language model").check()
            page.wait_for_timeout(300)
            asked = len(api.requests)
            turn = ask(page, "Who is the architect of the library?", timeout=5000)
            assert "Lena Voss" in turn.inner_text()
            assert len(api.requests) == asked


def test_a_stopped_answer_keeps_what_was_proved(browser: Any, chatbot: Chatbot) -> None:
    halts = fake.stalls(30, "Repairs cost $4.2 million and took 90 days. [1] The mayor ")
    with fake.serving(halts) as api:
        bot = chatbot.variant(llm="openai", openai_base_url=api.base_url, openai_model="m")
        with served(bot) as url, opened(browser, url) as page:
            type_in(page, "What did the repairs to the bridge cost?")
            page.locator("#live .sentence").wait_for()
            page.locator("#question .stop-button").click()
            turn = page.locator("#thread .turn")
            turn.wait_for(timeout=1000)
            page.reload()
            turn.wait_for(timeout=20_000)
            assert "took 90 days" in turn.locator(".answer .sentence").inner_text()
            assert turn.locator(".chip").count() == 1
            assert "Stopped" in turn.locator(".failure").inner_text()
            page.locator(".more-of").click()
            with page.expect_download() as download:
                page.get_by_role("button", name="Save as Markdown").click()
            taken = Path(download.value.path()).read_text(encoding="utf-8")
            assert "took 90 days" in taken
            assert "Stopped before the answer was whole." in taken


def test_a_question_that_is_asked_meanwhile_comes_next(browser: Any, chatbot: Chatbot) -> None:
    slow = fake.says("Repairs cost $4.2 million and took 90 days. [1]", size=1)
    with fake.serving(slow) as api:
        bot = chatbot.variant(llm="openai", openai_base_url=api.base_url, openai_model="m")
        with served(bot) as url, opened(browser, url) as page:
            type_in(page, "What did the repairs to the bridge cost?")
            type_in(page, "Who is the architect of the library?")
            page.locator("#thread .turn").nth(1).wait_for(timeout=20_000)
            assert page.locator("#thread .asked").all_inner_texts() == [
                "What did the repairs to the bridge cost?",
                "Who is the architect of the library?",
            ]


def test_an_edited_question_is_another_version_and_the_first_stays(browser: Any, page_url: str) -> None:
    with opened(browser, page_url) as page:
        turn = ask(page, "Who represents China at the talks?")
        ask(page, "Which country hosts the talks?")
        turn = page.locator("#thread .turn").first
        turn.get_by_role("button", name="Edit").click()
        field = turn.locator(".rephrase textarea")
        assert field.bounding_box()["width"] > 500
        field.fill("Who represents the U.S. at the talks?")
        field.press("Enter")
        page.locator("#thread .versions").wait_for(timeout=20_000)
        assert page.locator("#thread .turn").count() == 1
        assert "2 of 2" in page.locator("#thread .versions").inner_text()
        page.get_by_role("button", name="Previous").click()
        page.wait_for_function("document.querySelectorAll('#thread .turn').length === 2")
        assert "Which country hosts" in page.locator("#thread").inner_text()


def test_why_explains_each_turn_in_words_first(browser: Any, page_url: str) -> None:
    with opened(browser, page_url) as page:
        first = ask(page, DROPPED)
        ask(page, "What is the capital of Australia?")
        first = page.locator("#thread .turn").first
        first.get_by_role("button", name="Why").click()
        why = page.locator("#panel .why")
        why.wait_for()
        assert DROPPED in why.inner_text()
        assert "passages were looked through" in why.inner_text()
        assert not why.locator("table").first.is_visible()
        page.reload()
        page.locator("#thread .turn").first.wait_for(timeout=20_000)
        page.locator("#thread .turn").first.get_by_role("button", name="Why").click()
        page.get_by_text("Searched again now").wait_for()


def test_feedback_keeps_the_answer_it_belongs_to(browser: Any, page_url: str, disliked: Path) -> None:
    with opened(browser, page_url) as page:
        ask(page, "Who represents China at the talks?")
        refused = ask(page, "What is the capital of Australia?")
        page.locator("#thread .turn").first.get_by_role("button", name="Good answer").click()
        page.locator("#said").get_by_text("kept for review").wait_for()
        refused.get_by_role("button", name="Something is wrong").click()
        form = refused.locator(".wrong")
        for reason in form.locator('input[type="radio"]').all():
            assert reason.is_visible()
        form.get_by_label("Should have refused").check()
        form.locator('input[type="text"]').fill("it did")
        form.get_by_role("button", name="Send").click()
        page.wait_for_function("document.querySelector('#said')?.hidden === false")
        page.wait_for_timeout(300)
    rows = [json.loads(line) for line in disliked.read_text(encoding="utf-8").splitlines()]
    kept = {row["question"]: row for row in rows}
    assert kept["What is the capital of Australia?"]["word"] == "should refuse: it did"
    assert kept["Who represents China at the talks?"]["word"] == "good"
    assert kept["Who represents China at the talks?"]["passages"]


def test_any_text_is_checked_against_the_articles(browser: Any, page_url: str) -> None:
    with opened(browser, page_url) as page:
        open_place(page, "check")
        page.locator("#check-box textarea").fill(
            "Exports to the U.S. dropped 12.7% in May. Exports to the U.S. dropped 55.7% in May."
        )
        page.locator("#check-button").click()
        page.locator(".checked").wait_for(timeout=10_000)
        assert "1 of 2 sentences proved" in page.locator(".checked").inner_text()
        assert "55.7%" in page.locator(".checked .unproved .sentence").inner_text()
        page.locator(".checked .chip").click()
        stand(page)


def test_the_newest_evaluation_is_sent_only_when_it_is_opened(browser: Any, chatbot: Chatbot) -> None:
    report = Path("reports/eval.html")  # of the folder that the test runs in
    report.parent.mkdir()
    report.write_text("<h1>Heights of the figures</h1>" + "x" * 300_000)
    with served(chatbot) as url, opened(browser, url) as page:
        assert len(fetch(url)) < 250_000
        open_place(page, "settings")
        page.locator("#quality button").first.click()
        page.frame_locator("#quality iframe").get_by_role("heading", name="Heights").wait_for()
