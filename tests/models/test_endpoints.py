"""What other programs call: named endpoints, plain HTTP, and the headers of every reply."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from rag import Chatbot
from rag.errors import SettingsError
from rag.serve.gate import Gate
from tests.fakes.serving import fetch, free_port, served
from ui.app import launch

# Gradio's own warnings, on its own threads.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def page_url(seeds_chatbot: Chatbot) -> Iterator[str]:
    with served(seeds_chatbot, mcp=True) as url:
        yield url


def test_every_reply_forbids_other_servers(page_url: str) -> None:
    for path in ("", "/config", "/gradio_api/info", "/nowhere"):
        try:
            headers = urllib.request.urlopen(f"{page_url}{path}", timeout=20).headers
        except urllib.error.HTTPError as error:
            headers = error.headers
        assert "connect-src 'self'" in headers["Content-Security-Policy"]
        assert "img-src 'self' data: blob:" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_nothing_is_kept_of_a_call_once_its_reply_is_sent(seeds_chatbot: Chatbot) -> None:
    bot = seeds_chatbot.variant(port=free_port())
    page = launch(bot, Gate(bot.settings))
    url = f"http://127.0.0.1:{bot.settings.port}/gradio_api/call/search"
    try:
        for _ in range(3):
            event = json.loads(fetch(url, {"data": ["Who hosts the talks?", 3]}))["event_id"]
            assert event in page.app.state_holder.session_data or page._queue.pending_event_ids_session
            assert "event: complete" in fetch(f"{url}/{event}")
        until = time.monotonic() + 5
        while page.app.state_holder.session_data and time.monotonic() < until:
            time.sleep(0.05)
        assert not page.app.state_holder.session_data
        assert not page._queue.pending_event_ids_session
    finally:
        page.close(verbose=False)


def test_programs_call_named_endpoints(page_url: str) -> None:
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    client = Client(page_url, verbose=False)
    turns = [
        {"role": "user", "content": "Who initiated the call?"},
        {"role": "assistant", "content": "Trump initiated the call."},
    ]
    answer = client.predict("How long did it last?", turns, api_name="/ask")
    assert answer["citations"][0]["quote"]
    assert "hour and a half" in answer["text"] or "90-minute" in answer["text"]
    found = client.predict("tariffs", 2, api_name="/search")
    assert len(found) == 2
    article = client.predict(found[0]["source"], api_name="/read_article")
    assert found[0]["text"] in article["text"]
    with pytest.raises(AppError, match="no article"):
        client.predict("../../etc/passwd", api_name="/read_article")
    with pytest.raises(AppError, match="empty"):
        client.predict(" ", api_name="/ask")
    assert client.predict(api_name="/sync")["added"] == []
    assert set(json.loads(fetch(f"{page_url}/gradio_api/info"))["named_endpoints"]) == {
        "/ask", "/search", "/read_article", "/sync",
    }  # fmt: skip


def test_plain_http_is_enough(page_url: str) -> None:
    call = f"{page_url}/gradio_api/call/ask"
    event = json.loads(fetch(call, {"data": ["Which country hosts the talks?", []]}))["event_id"]
    last = fetch(f"{call}/{event}").strip().splitlines()[-1].removeprefix("data: ")
    assert "UK" in json.loads(last)[0]["text"]


def test_tools_without_their_package_are_refused(
    seeds_chatbot: Chatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    bot = seeds_chatbot.variant(mcp=True)
    with pytest.raises(SettingsError, match=r"article-qa\[mcp\]"):
        launch(bot, Gate(bot.settings))
