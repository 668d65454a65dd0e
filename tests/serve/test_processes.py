"""Several processes over one index: forked after the first answer, or as workers of a server."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from rag import Chatbot
from tests.fakes.serving import free_port

ROOT = Path(__file__).parents[2]
FORK = """
import os, sys
from rag import Chatbot, Settings
bot = Chatbot(Settings.load())
question = "Who is the architect of the library?"
first = bot.ask(question).text
assert "Lena Voss" in first
for way in (sys.exit, os._exit):
    child = os.fork()
    if child == 0:
        assert bot.ask(question).text == first
        grandchild = os.fork()
        if grandchild == 0:
            assert bot.variant(quotes=1).ask(question).citations
            way(7)
        way(os.waitstatus_to_exitcode(os.waitpid(grandchild, 0)[1]))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
assert bot.ask(question).text == first
"""
PREFORK = """
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from rag import ask

question = "Who is the architect of the library?"
ask(question)
with ProcessPoolExecutor(3, mp_context=get_context("fork")) as pool:
    assert all("Lena Voss" in answer.text for answer in pool.map(ask, [question] * 12))
"""
WITHOUT_PRELOAD = [
    sys.executable,
    "-m",
    "gunicorn",
    "-w",
    "2",
    "-k",
    "uvicorn_worker.UvicornWorker",
    "rag.serve.run:app()",
]
SERVERS = {
    "uvicorn": [
        sys.executable,
        "-m",
        "uvicorn",
        "--factory",
        "rag.serve.run:app",
        "--workers",
        "2",
        "--port",
        "{port}",
    ],
    "gunicorn": [*WITHOUT_PRELOAD, "-b", "127.0.0.1:{port}"],
    "gunicorn with preload": [*WITHOUT_PRELOAD, "-b", "127.0.0.1:{port}", "--preload"],
}


def environment(bot: Chatbot) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "OPENAI_"))}
    settings = bot.settings
    return {**kept, "PYTHONPATH": str(ROOT), "RAG_LLM": "none", "RAG_ARTICLES": str(settings.articles),
            "RAG_INDEX": str(settings.index)}  # fmt: skip


@pytest.mark.parametrize("code", [FORK, PREFORK], ids=["fork", "pool"])
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system forks no process")
def test_a_process_forked_after_the_first_answer_answers_and_ends(chatbot: Chatbot, code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(chatbot), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def workers(command: list[str], bot: Chatbot, log: Path) -> Iterator[str]:
    port = str(free_port())
    with log.open("w") as said:
        server = subprocess.Popen(
            [part.format(port=port) for part in command], env=environment(bot), stdout=said, stderr=said,
            cwd=log.parent, start_new_session=True,
        )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(20)
        finally:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGKILL)


@pytest.mark.parametrize("name", list(SERVERS))
def test_workers_of_a_server_answer_from_one_index(chatbot: Chatbot, tmp_path: Path, name: str) -> None:
    log = tmp_path / "log"
    with workers(SERVERS[name], chatbot, log) as url:
        until = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{url}/healthz", timeout=30).raise_for_status()
                break
            except httpx.HTTPError:
                assert time.monotonic() < until, log.read_text()
                time.sleep(0.1)
        for _ in range(12):
            reply = httpx.post(
                f"{url}/ask", json={"question": "Who is the architect of the library?"}, timeout=30
            )
            assert "Lena Voss" in reply.json()["text"], log.read_text()
    assert "Traceback" not in log.read_text()
