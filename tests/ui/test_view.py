"""The real page in a real browser: its views, on screens of all sizes, in light and dark, for everybody."""

import json
from pathlib import Path
from typing import Any

import pytest

from rag import Chatbot
from tests.conftest import make_settings, write_articles
from tests.fakes.browsing import (
    ask,
    in_browser,
    open_place,
    opened,
    small_targets,
    stand,
    violations,
)
from tests.fakes.serving import fetch, served

TARIFFS = "How high were the tariffs on Chinese goods?"
# Gradio's own warnings, on its own threads.
pytestmark = [pytest.mark.filterwarnings("ignore"), *in_browser]


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (1024, 640), (390, 844)])
def test_the_first_view_has_questions_that_are_answered_and_the_box(
    browser: Any, page_url: str, width: int, height: int
) -> None:
    with opened(browser, page_url, viewport={"width": width, "height": height}) as page:
        page.locator(".suggested").nth(2).wait_for(timeout=20_000)
        box = page.locator("#question").bounding_box()
        assert box["y"] + box["height"] <= height
        assert page.locator(".newest button").count() >= 3
        page.locator(".suggested").first.click()
        page.locator("#thread .chip").first.wait_for(timeout=20_000)


def test_the_page_speaks_the_readers_language(browser: Any, page_url: str) -> None:
    with opened(browser, page_url, locale="de-DE") as page:
        assert page.locator("#menu").get_by_role("button", name="Neue Frage").is_visible()
        assert page.locator("#question textarea").get_attribute("placeholder") == "Frage an die Artikel …"
        refused = ask(page, "What is the capital of Australia?")
        assert "Das steht nicht in den Artikeln." in refused.inner_text()


def test_an_address_leads_to_an_article(browser: Any, page_url: str, seeds_chatbot: Chatbot) -> None:
    source = seeds_chatbot.sources()[0]
    with opened(browser, page_url, path=f"/?a={source}") as page:
        page.locator("#reader-title").wait_for()
        assert page.locator("#reader-title").inner_text() == seeds_chatbot.article(source).title


def test_alike_articles_are_no_wall(browser: Any, tmp_path: Path) -> None:
    names = ["Arvo", "Beno", "Cirra", "Delmo", "Estra", "Fonda", "Galvo", "Hestia"]
    said = "The company will invest ${} million in lithium."
    alike = {f"{n:03d}.txt": f"{names[n % 8]} {n} and lithium\n\n{said.format(n + 2)}" for n in range(300)}
    write_articles(tmp_path / "articles", alike)
    bot = Chatbot(make_settings(tmp_path))
    bot.sync(progress=lambda *_: None)
    with served(bot) as url, opened(browser, url) as page:
        turn = ask(page, "How much will the company invest in lithium?")
        seen = [one for one in turn.locator(".answer .sentence").all() if one.is_visible()]
        assert len(seen) <= bot.settings.quotes
        assert turn.locator("table.conflict:visible").count() <= 2
        open_place(page, "articles")
        page.locator(".book").first.wait_for()
        assert page.locator(".book").count() == 50
        page.locator("#find-article").fill("hestia 7")
        page.wait_for_function("document.querySelectorAll('.book').length < 50")
        assert "Hestia 7 and lithium" in page.locator(".book .title").all_inner_texts()


@pytest.mark.parametrize(
    ("scheme", "size"),
    [("light", (1280, 900)), ("dark", (1280, 900)), ("light", (390, 844)), ("dark", (390, 844))],
)
def test_every_state_keeps_the_rules_of_wcag_and_has_no_small_target(
    browser: Any, page_url: str, scheme: str, size: tuple[int, int]
) -> None:
    def sound(page: Any) -> None:
        page.wait_for_timeout(250)
        assert violations(page) == []
        assert small_targets(page) == []

    phone = size[0] < 500
    view = {"width": size[0], "height": size[1]}
    with opened(browser, page_url, color_scheme=scheme, viewport=view, has_touch=phone) as page:
        page.locator(".suggested").first.wait_for(timeout=20_000)
        sound(page)
        turn = ask(page, TARIFFS)
        turn.locator(".more summary").click()
        turn.get_by_role("button", name="Something is wrong").click()
        turn.get_by_role("button", name="Edit").click()
        sound(page)
        turn.locator(".chip").first.click()
        stand(page)
        sound(page)
        page.locator('#panel [data-do="close"]').click()
        refused = ask(page, "What is the capital of Australia?")
        refused.get_by_role("button", name="Why").click()
        page.locator(".why").wait_for()
        sound(page)
        page.keyboard.press("Escape")
        for place in ("articles", "check", "settings"):
            open_place(page, place)
            sound(page)
        if phone:
            page.locator('#top [data-do="menu"]').click()
        page.locator(".more-of").first.click()
        sound(page)


def test_a_read_only_page_changes_nothing(browser: Any, seeds_chatbot: Chatbot) -> None:
    with served(seeds_chatbot, read_only=True) as url, opened(browser, url) as page:
        open_place(page, "articles")
        page.locator(".book").first.wait_for()
        assert page.locator("#upload, #paste, [data-do=remove]").count() == 0
        assert "/sync" not in json.loads(fetch(f"{url}/gradio_api/info"))["named_endpoints"]
