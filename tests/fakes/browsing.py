"""A real browser on the real page; one that fails, speaks on the console or asks elsewhere is wrong."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
in_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium: apt-get install chromium"),
]


@contextmanager
def started() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield browser
        browser.close()


def visit(context: Any, url: str, wrong: list[str], path: str = "") -> Any:
    """A tab on the page, once it can be used; what is wrong with it is added to the list."""
    page = context.new_page()
    page.on("request", lambda r: r.url.startswith((url, "data:", "blob:")) or wrong.append(r.url))
    # Gradio's client breaks its connection off when its page is left, and says so, in one of two ways.
    page.on("pageerror", lambda error: "AbortError" in str(error) or wrong.append(str(error)))
    left = ("AbortError", "Unexpected error Connection errored out")
    page.on("console", lambda message: any(one in message.text for one in left) or wrong.append(message.text))
    page.goto(url + path)
    page.locator("#room[data-ready]").wait_for(timeout=20_000)
    return page


@contextmanager
def opened(browser: Any, url: str, path: str = "", **options: Any) -> Iterator[Any]:
    """A page that must not fail, say anything on the console, nor ask anyone but the server for anything."""
    context = browser.new_context(**options)
    wrong: list[str] = []
    yield visit(context, url, wrong, path)
    context.close()
    assert not wrong, wrong


def type_in(page: Any, question: str) -> None:
    box = page.locator("#question textarea")
    if not box.is_visible():  # in the settings, say
        page.keyboard.press("/")
    box.fill(question)
    box.press("Enter")


def ask(page: Any, question: str, timeout: float = 20_000) -> Any:
    """Ask, and wait until the answer is whole; its turn."""
    before = page.locator("#thread .turn").count()
    type_in(page, question)
    page.wait_for_function(
        "n => document.querySelectorAll('#thread .turn').length > n"
        " && !document.querySelector('#room').dataset.running",
        arg=before,
        timeout=timeout,
    )
    return page.locator("#thread .turn").last


def open_place(page: Any, name: str) -> None:
    """One of the places of the menu, which a phone shows as a drawer."""
    if page.locator("#top .top").is_visible():
        page.locator('#top [data-do="menu"]').click()
    page.locator(f'#menu [data-view="{name}"]').click()


def stand(page: Any) -> dict[str, float]:
    """The position of the marked sentence: its top, and where in the reader it is, from 0 to 1."""
    page.wait_for_function(
        "document.querySelector('#cited') && !document.querySelector('#panel').dataset.loading"
    )
    place: dict[str, float] = page.evaluate(
        """() => { const mark = document.querySelector('#cited').getBoundingClientRect();
        const text = document.querySelector('#panel .text').getBoundingClientRect();
        const share = (mark.top - text.top) / text.height;
        return {top: mark.top, bottom: mark.bottom, share, high: innerHeight}; }"""
    )
    return place


def small_targets(page: Any) -> list[str]:
    """Click targets smaller than 24 px, except those in a line of text, which may be."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('button, a[href], input, select, summary, [role=button]')]
          .filter(e => e.checkVisibility({visibilityProperty: true, opacityProperty: true}))
          .filter(e => !e.closest('[aria-hidden=true], .skip'))
          .map(e => [e, (e.closest('label') ?? e).getBoundingClientRect()])
          .filter(([e, box]) => box.width && box.height && (box.width < 23.5 || box.height < 23.5))
          .map(([e, box]) => `${e.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)"""
    )
    return found


def violations(page: Any) -> list[str]:
    """What axe finds against WCAG 2.2 AA."""
    from axe_playwright_python.sync_playwright import Axe

    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(page, options={"runOnly": rules})
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found.response["violations"]]
