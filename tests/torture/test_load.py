"""Many readers at once, and a language model that is slow, fails, or breaks off."""

import asyncio
import json
import random
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.conftest import ARTICLES, write_articles
from tests.fakes import openai_server as fake
from tests.fakes.serving import page_process
from tests.torture.effort import Effort

QUESTIONS = (
    "What did the repairs to the bridge over the Aln cost?",
    "Who is the architect of the library?",
    "When will the library on Mill Street open?",
    "How many books will the library have?",
)
FIRST_TOKEN_S = 0.3
PAUSE_S = (2.0, 8.0)  # between a reader's questions


@dataclass
class Readers:
    """What readers have got: seconds of each answer, clean refusals, and whatever else."""

    asked: int = 0
    answers: list[tuple[float, str]] = field(default_factory=list)
    busy: int = 0
    failed: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> list[float]:
        return [seconds for seconds, _ in self.answers]


async def ask(client: httpx.AsyncClient, url: str, question: str, readers: Readers) -> None:
    """One question through the endpoint of the page."""
    started = time.monotonic()
    try:
        reply = await client.post(f"{url}/gradio_api/call/ask", json={"data": [question, []]})
        readers.asked += 1
        if reply.status_code == 503:
            readers.busy += 1
            return
        where = f"{url}/gradio_api/call/ask/{reply.json()['event_id']}"
        event, data = "", ""
        async with client.stream("GET", where) as lines:
            async for line in lines.aiter_lines():
                name, _, value = line.partition(": ")
                event, data = (value, data) if name == "event" else (event, value if name == "data" else data)
    except (httpx.HTTPError, KeyError, ValueError) as error:
        readers.failed.append(f"{type(error).__name__}: {error}")
        return
    if event == "complete":
        [answer] = json.loads(data)
        readers.answers.append((time.monotonic() - started, answer["status"] + " " + answer["mode"]))
    else:
        readers.failed.append(f"{event}: {data}")


async def read(url: str, users: int, seconds: float, pause: tuple[float, float]) -> Readers:
    """`users` readers who ask, and pause and ask again for some seconds."""
    readers, chance = Readers(), random.Random(users)
    end = time.monotonic() + seconds
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=120, limits=limits) as client:

        async def user() -> None:
            await asyncio.sleep(chance.uniform(0, sum(pause) / 2))
            await ask(client, url, chance.choice(QUESTIONS), readers)
            while time.monotonic() < end:
                await asyncio.sleep(chance.uniform(*pause))
                await ask(client, url, chance.choice(QUESTIONS), readers)

        await asyncio.gather(*(user() for _ in range(users)))
    return readers


def p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def slow_start(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    time.sleep(FIRST_TOKEN_S)
    fake.says("Yes. Repairs cost $4.2 million and took 90 days [1].")(handler, body)


def test_r10_fifty_readers_are_answered_in_time_and_more_are_told_that_it_is_busy(
    tmp_path: Path, effort: Effort
) -> None:
    write_articles(tmp_path / "articles", ARTICLES)
    variables = {"RAG_ARTICLES": tmp_path / "articles", "RAG_INDEX": tmp_path / "index"}
    stages = effort(short=[(10, 6.0)], long=[(1, 30.0), (10, 60.0), (50, 600.0), (100, 60.0), (200, 60.0)])
    with (
        fake.serving(slow_start) as server,
        page_process(tmp_path, tmp_path / "log", OPENAI_BASE_URL=server.base_url, **variables) as (url, page),
    ):
        memory = psutil.Process(page.pid).memory_info
        asyncio.run(read(url, 5, 3.0, (0.0, 0.5)))  # it is warm when it counts
        for users, seconds in stages:
            before = memory().rss
            readers = asyncio.run(read(url, users, seconds, PAUSE_S))
            over = [one - FIRST_TOKEN_S for one in readers.seconds]
            grown = (memory().rss - before) / 1e6
            effort.found(
                "R10", f"{users} readers", answers=len(over), busy=readers.busy, failed=len(readers.failed),
                own_p50_ms=1e3 * statistics.median(over), own_p95_ms=1e3 * p95(over),
                memory_grown_mb=grown, mb_for_1000_answers=1e3 * grown / len(over),
            )  # fmt: skip
            assert readers.failed == []
            if users <= 50:
                assert readers.busy == 0
            if users == 50:
                assert p95(over) < 0.25
                assert grown < 20


async def crowd_in(url: str, users: int, all_have_asked: threading.Event) -> Readers:
    """`users` readers who ask before any of them has an answer."""
    readers = Readers()
    async with httpx.AsyncClient(timeout=120, limits=httpx.Limits(max_connections=None)) as client:
        asking = [asyncio.create_task(ask(client, url, QUESTIONS[0], readers)) for _ in range(users)]
        while readers.asked < users and not readers.failed:
            await asyncio.sleep(0.05)
        all_have_asked.set()
        await asyncio.gather(*asking)
    return readers


def test_past_its_limit_the_page_says_that_it_is_busy_and_goes_on(tmp_path: Path, effort: Effort) -> None:
    write_articles(tmp_path / "articles", ARTICLES)
    variables = {"RAG_ARTICLES": tmp_path / "articles", "RAG_INDEX": tmp_path / "index"}
    all_have_asked = threading.Event()

    def waits(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        all_have_asked.wait(50)
        fake.says("Yes. Repairs cost $4.2 million and took 90 days [1].")(handler, body)

    with (
        fake.serving(waits) as server,
        page_process(tmp_path, tmp_path / "log", OPENAI_BASE_URL=server.base_url, **variables) as (url, _),
    ):
        crowd = effort(short=150, long=300)
        readers = asyncio.run(crowd_in(url, crowd, all_have_asked))
        assert readers.failed == []
        assert readers.busy > 0
        assert len(readers.answers) + readers.busy == crowd
        after = asyncio.run(read(url, 3, 0, (0.0, 0.0)))
        assert (len(after.answers), after.busy, after.failed) == (3, 0, [])
        effort.found(
            "R10", f"{crowd} at the same moment", answers=len(readers.answers), busy=readers.busy, failed=0
        )


def test_r11_with_a_failing_model_everyone_has_an_answer_by_the_deadline(
    tmp_path: Path, effort: Effort
) -> None:
    write_articles(tmp_path / "articles", ARTICLES)
    first_token_s, deadline_s = effort(short=(2.0, 4.0), long=(20.0, 25.0))
    chance = random.Random(11)

    def degraded(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        drawn = chance.random()
        if drawn < 0.1:
            return fake.status(500)(handler, body)
        time.sleep(first_token_s)
        cut = {"finish": None, "done": False} if drawn < 0.2 else {}
        return fake.says("Yes. Repairs cost $4.2 million [1]. They took 90 days [1].", **cut)(handler, body)

    variables = {"RAG_ARTICLES": tmp_path / "articles", "RAG_INDEX": tmp_path / "index"}
    with (
        fake.serving(degraded) as server,
        page_process(
            tmp_path,
            tmp_path / "log",
            OPENAI_BASE_URL=server.base_url,
            RAG_DEADLINE_S=deadline_s,
            **variables,
        ) as (url, _),
    ):
        users, seconds = effort(short=(12, 6.0), long=(30, 300.0))
        readers = asyncio.run(read(url, users, seconds, (0.0, 2.0)))
    assert readers.failed == []
    assert readers.busy == 0
    assert max(readers.seconds) < deadline_s + 1
    quoted = sum(how.endswith("quotes") for _, how in readers.answers)
    effort.found(
        "R11", f"{users} readers, {first_token_s:g} s to the first token, 10 % errors, 10 % cut",
        answers=len(readers.answers), of_them_quotes=quoted, without_answer=0,
        slowest_s=max(readers.seconds), deadline_s=deadline_s,
    )  # fmt: skip
