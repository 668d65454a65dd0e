"""Running the page for others: login, limits, health, metrics, logs, and a shutdown that loses nothing."""

import json
import signal
import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import gradio as gr
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError, AuthenticationError

from rag import Chatbot
from rag.errors import SettingsError
from rag.serve.gate import Busy, Gate, in_time
from rag.serve.run import serve as serve_api
from rag.settings import Settings
from tests.conftest import ARTICLES, SEEDS, make_settings, write_articles
from tests.fakes import openai_server as fake
from tests.fakes import requests as raw
from tests.fakes.requests import KIND, send
from tests.fakes.serving import fetch, page_process, served
from ui.__main__ import serve
from ui.login import hashed, read_users
from ui.talk import AT_ONCE

pytestmark = pytest.mark.filterwarnings("ignore")
QUESTION = "What did the repairs to the bridge over the Aln cost?"
CANARY = "Zanzibar-canary"


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("auth") / "users"
    path.write_text(f"# who may\n{hashed('ada', 'correct horse')}\n")
    return path


@pytest.fixture(scope="module")
def guarded(chatbot: Chatbot, users: Path) -> Iterator[str]:
    with served(chatbot, auth=users) as url:
        yield url


def log_in(url: str, name: str, password: str) -> int:
    data = urllib.parse.urlencode({"username": name, "password": password}).encode()
    try:
        return int(urllib.request.urlopen(f"{url}/login", data, timeout=20).status)
    except urllib.error.HTTPError as error:
        return error.code


def test_without_a_login_nothing_of_the_page_is_reached(guarded: str) -> None:
    for path in ("/config", "/gradio_api/info", "/gradio_api/queue/data?session_hash=x"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            fetch(f"{guarded}{path}")
        assert caught.value.code == 401, path
    for path in ("/gradio_api/queue/join", "/gradio_api/call/ask", "/gradio_api/upload"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            fetch(f"{guarded}{path}", {"data": [QUESTION, []]})
        assert caught.value.code == 401, path
    assert "4.2 million" not in fetch(guarded)
    with pytest.raises(AuthenticationError):
        Client(guarded, verbose=False)


def test_with_one_everything_works_and_a_wrong_password_does_not(guarded: str) -> None:
    client = Client(guarded, auth=("ada", "correct horse"), verbose=False)
    assert "4.2 million" in client.predict(QUESTION, [], api_name="/ask")["text"]
    for name, password in (("ada", "wrong"), ("bob", "correct horse"), ("ada", ""), ("ada", "\0"), ("", "")):
        assert log_in(guarded, name, password) in (400, 422), (name, password)
    assert log_in(guarded, "ada", "correct horse") == 200


def test_guessing_is_slowed_down_and_health_needs_no_login(chatbot: Chatbot, users: Path) -> None:
    with served(chatbot, auth=users) as url:
        codes = [log_in(url, "ada", f"guess {n}") for n in range(12)]
        assert codes == [400] * 10 + [429] * 2
        assert log_in(url, "ada", "correct horse") == 429
        assert json.loads(fetch(f"{url}/healthz")) == {"status": "ok"}
        assert "article_qa_running" in fetch(f"{url}/metrics")


def test_a_name_that_is_not_there_takes_as_long_as_a_wrong_password(users: Path) -> None:
    import asyncio
    import statistics

    from ui.login import checker

    check = checker(read_users(users))

    def seconds(name: str) -> float:
        started = time.perf_counter()
        assert not asyncio.run(check(name, "wrong"))
        return time.perf_counter() - started

    known, unknown = ([seconds(name) for _ in range(5)] for name in ("ada", "nobody"))
    assert 0.5 < statistics.median(known) / statistics.median(unknown) < 2


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "names nobody"), ("ada:secret", "line 1"), ("ada", "line 1"), ("a b:$2b$12$x", "line 1")],
)
def test_an_invalid_file_of_users_is_a_clear_error_without_secrets(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "users").write_text(text)
    with pytest.raises(SettingsError, match=message) as caught:
        read_users(tmp_path / "users")
    assert "secret" not in str(caught.value)
    with pytest.raises(SettingsError, match="RAG_AUTH"):
        Settings.load(auth=tmp_path / "nowhere")


def test_tools_are_for_who_has_logged_in_or_shows_the_key(chatbot: Chatbot, users: Path) -> None:
    start = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}'
    accept = {"accept": "application/json, text/event-stream", **KIND}
    with served(chatbot, auth=users, mcp=True, api_key="open sesame") as url:
        assert send(url, "/mcp", "POST", start, **accept).status == 401
        assert send(url, "/mcp", "POST", start, authorization="Bearer open sesame", **accept).status == 200
        assert send(url, "/mcp", "POST", start, cookie=raw.log_in(url), **accept).status == 200
        read = b'{"data": ["bridge.txt"]}'
        page = send(
            url, "/gradio_api/call/read_article", "POST", read, authorization="Bearer open sesame", **KIND
        )
        assert page.status == 401  # the key opens what is for programs, and not the page


def test_a_password_is_hashed_on_the_command_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no colon"):
        hashed("a:b", "x")
    with pytest.raises(SettingsError, match="72"):
        hashed("a", "x" * 73)
    (tmp_path / "users").write_text(hashed("a", "x" * 72) + "\n")
    assert list(read_users(tmp_path / "users")) == ["a"]


def test_too_many_questions_are_refused_with_the_reason(chatbot: Chatbot) -> None:
    with served(chatbot, rate_limit="3/minute") as url:
        client = Client(url, verbose=False)
        for _ in range(3):
            client.predict(QUESTION, [], api_name="/ask")
        for endpoint, arguments in (("/ask", [QUESTION, []]), ("/search", [QUESTION])):
            with pytest.raises(AppError, match="too many questions: 3 per 1 minute"):
                client.predict(*arguments, api_name=endpoint)
        assert 'article_qa_failures_total{why="rate"} 2.0' in fetch(f"{url}/metrics")


def test_a_wrong_limit_is_a_clear_error() -> None:
    with pytest.raises(SettingsError, match="RAG_RATE_LIMIT"):
        Settings.load(rate_limit="often")


def test_past_the_daily_tokens_quotes_answer_and_say_so(chatbot: Chatbot) -> None:
    with fake.serving(fake.says("Repairs cost $4.2 million [1].")) as server:
        bot = chatbot.variant(llm="openai", openai_base_url=server.base_url, daily_tokens=20)
        modes = [bot.ask(QUESTION).mode for _ in range(2)]
        assert modes == ["openai", "openai"]  # 16 tokens each, as the server tells: the second goes past
        last = bot.ask(QUESTION)
        assert len(server.requests) == 2
    assert last.mode == "quotes"
    assert "4.2 million" in last.text
    assert "tokens for today are used up" in last.notice  # readers are told, not which setting


def test_metrics_count_and_tell_nothing_of_contents(chatbot: Chatbot) -> None:
    with served(chatbot) as url:
        client = Client(url, verbose=False)
        client.predict(QUESTION, [], api_name="/ask")
        client.predict(f"What is {CANARY}?", [], api_name="/ask")
        with pytest.raises(AppError):
            client.predict(" ", [], api_name="/ask")
        told = fetch(f"{url}/metrics")
    assert 'article_qa_answers_total{mode="quotes",status="answered"} 1.0' in told
    assert 'article_qa_failures_total{why="QuestionError"} 1.0' in told
    assert "article_qa_answer_seconds_bucket" in told
    assert CANARY not in told
    assert "Aln" not in told


def test_health_reports_an_index_that_cannot_be_read(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    write_articles(settings.articles, ARTICLES)
    bot = Chatbot(settings)
    bot.sync(progress=lambda *_: None)
    with served(bot) as url:
        assert json.loads(fetch(f"{url}/healthz")) == {"status": "ok"}
        (settings.index_folder / "CURRENT").write_text("damaged")
        with pytest.raises(urllib.error.HTTPError) as caught:
            fetch(f"{url}/healthz")
        assert caught.value.code == 503
        assert json.loads(caught.value.read())["status"] == "the index cannot be read"


def test_every_reply_has_an_id_and_a_proxys_own_is_kept(chatbot: Chatbot) -> None:
    with served(chatbot) as url:
        ids = {urllib.request.urlopen(f"{url}/healthz").headers["X-Request-ID"] for _ in range(3)}
        assert len(ids) == 3
        for given, kept in (("abc-1", True), ("a b", False), ("x" * 65, False)):
            request = urllib.request.Request(f"{url}/healthz", headers={"X-Request-ID": given})
            found = urllib.request.urlopen(request).headers["X-Request-ID"]
            assert (found == given) == kept


@pytest.mark.usefixtures("own_logs")
@pytest.mark.parametrize("serve", [serve, serve_api])
def test_a_port_in_use_is_reported(chatbot: Chatbot, serve: Callable[[Settings], object]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"cannot listen on 127.0.0.1:{port}: set RAG_PORT"):
            serve(chatbot.settings.changed(port=port))


def test_a_page_that_is_terminated_finishes_its_answers(tmp_path: Path) -> None:
    """A real process, a slow model, SIGTERM in the middle of an answer."""
    started = threading.Event()

    def slow(handler: object, body: dict[str, object]) -> None:
        started.set()
        time.sleep(2)
        fake.says("China’s exports fell [1].")(handler, body)  # type: ignore[arg-type]

    variables = {"RAG_ARTICLES": SEEDS, "RAG_INDEX": tmp_path / "index"}
    log = tmp_path / "log"
    with (
        fake.serving(slow) as server,
        page_process(tmp_path, log, OPENAI_BASE_URL=server.base_url, **variables) as (url, page),
    ):
        client = Client(url, verbose=False)
        job = client.submit("How much did exports to the U.S. drop in May?", [], api_name="/ask")
        assert started.wait(30)
        page.send_signal(signal.SIGTERM)
        answer = job.result(timeout=20)
        assert answer["citations"]
        assert page.wait(20) == 0
        told = log.read_text()
        assert "INFO article_qa: answered request=" in told
        assert "shutting down" in told
        assert "Traceback" not in told


def test_a_questions_time_runs_from_its_arrival_for_who_waits_too(chatbot: Chatbot) -> None:
    """More questions than are answered at once, before a model that never replies."""
    deadline_s = 10

    def asked(_: int) -> str:
        event = json.loads(fetch(f"{url}/gradio_api/call/ask", {"data": [QUESTION, []]}))["event_id"]
        return fetch(f"{url}/gradio_api/call/ask/{event}")

    with fake.serving(fake.stalls(60)) as api:
        bot = chatbot.variant(llm="openai", openai_base_url=api.base_url, deadline_s=deadline_s)
        with served(bot) as url, ThreadPoolExecutor(AT_ONCE + 20) as pool:
            started = time.monotonic()
            told = list(pool.map(asked, range(AT_ONCE + 20)))
            seconds = time.monotonic() - started
    assert len(told) == AT_ONCE + 20
    assert seconds < 2 * deadline_s - 1  # one deadline, and not a second one for those who waited


def test_a_question_past_its_deadline_is_reported(chatbot: Chatbot) -> None:
    gate = Gate(chatbot.settings)
    late = gr.Request(
        client=None,
        username=None,
        headers={"x-arrived": repr(time.monotonic() - chatbot.settings.deadline_s - 1)},
    )
    with pytest.raises(Busy, match="RAG_DEADLINE_S"), gate.visit(late, QUESTION) as visit:
        in_time(chatbot, visit)
    with gate.visit(gr.Request(client=None, username=None, headers={}), QUESTION) as visit:
        assert in_time(chatbot, visit).settings.deadline_s <= chatbot.settings.deadline_s
