"""What people and programs wait for: the page in a browser, and clients that stream their answers at once.

page       until the question box can be used; from Enter until the first proved quote is seen
clients    a whole streamed answer of `/v1/chat/completions`, for one client and for many at once
"""

import asyncio
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import Any

_STARTED_S = 120.0
_ALONE = 30
_ROUNDS = 6
_SEEN = "#live .best, #thread .turn:last-child .answer .sentence"


def page_waits(articles: Path, work: Path, questions: Sequence[str]) -> Mapping[str, float]:
    """Medians in seconds, over a fresh tab for each question.

    Raises:
        RuntimeError: if there is no Chromium, or the page does not start.
    """
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        raise RuntimeError("no Chromium: apt-get install chromium")
    usable, quoted = list[float](), list[float]()
    with _served(["ui"], articles, work) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for question in questions:
            tab = browser.new_context().new_page()
            begun = time.perf_counter()
            tab.goto(url)
            tab.locator("#room[data-ready]").wait_for()
            usable.append(time.perf_counter() - begun)
            tab.locator("#question textarea").fill(question)
            begun = time.perf_counter()
            tab.locator("#question textarea").press("Enter")
            tab.locator(_SEEN).first.wait_for()
            quoted.append(time.perf_counter() - begun)
            tab.context.close()
        browser.close()
    return {"page usable": statistics.median(usable), "first quote seen": statistics.median(quoted)}


def client_waits(articles: Path, work: Path, questions: Sequence[str], clients: int) -> Mapping[str, float]:
    """The median of one client alone, the median and 95th percentile of many at once, in seconds; `failed`
    of how many answers.

    Raises:
        RuntimeError: if the server does not start.
    """
    with _served(["rag", "serve"], articles, work) as url:
        return asyncio.run(_streamed(url, questions, clients))


async def _streamed(url: str, questions: Sequence[str], clients: int) -> Mapping[str, float]:
    import httpx

    async with httpx.AsyncClient(base_url=url, timeout=60, limits=httpx.Limits(max_connections=None)) as web:
        model = (await web.get("/v1/models")).json()["data"][0]["id"]
        alone = [await _answer(web, model, one) for one in islice(cycle(questions), _ALONE)]
        tried: list[float | BaseException] = []
        for _ in range(_ROUNDS):
            asked = islice(cycle(questions), clients)
            several = (_answer(web, model, one) for one in asked)
            tried += await asyncio.gather(*several, return_exceptions=True)
    whole = sorted(one for one in tried if isinstance(one, float))
    return {
        "one client": statistics.median(alone),
        f"{clients} clients, median": statistics.median(whole),
        f"{clients} clients, p95": whole[int(0.95 * len(whole))],
        "answers": float(len(tried)),
        "failed": float(len(tried) - len(whole)),
    }


async def _answer(web: Any, model: str, question: str) -> float:
    """Seconds until a streamed answer is whole.

    Raises:
        RuntimeError: if it is refused or ends early.
    """
    message = {"role": "user", "content": question}
    begun = time.perf_counter()
    body = {"model": model, "stream": True, "messages": [message]}
    async with web.stream("POST", "/v1/chat/completions", json=body) as reply:
        async for line in reply.aiter_lines():
            if line == "data: [DONE]":
                return time.perf_counter() - begun
    raise RuntimeError(f"the stream ended early, with status {reply.status_code}")


@contextmanager
def _served(program: Sequence[str], articles: Path, work: Path) -> Iterator[str]:
    """A server in a process of its own, over quotes; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "OPENAI_"))}
    given = {"RAG_LLM": "none", "RAG_PORT": str(port), "RAG_ARTICLES": str(articles)}
    command = [sys.executable, "-m", *program]
    environment = kept | given | {"RAG_INDEX": str(work / "index")}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, process)
        yield url
    finally:
        process.terminate()
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    import httpx

    until = time.monotonic() + _STARTED_S
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"{url}/healthz").status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing answers at {url}")
