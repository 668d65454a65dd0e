"""Servers of others, run for real on loopback as the endpoint (`make test-servers`): LiteLLM's proxy in
front of a scripted model, and llama.cpp's own server with the embedded model's file.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from rag import Chatbot, Settings
from rag.doctor import Finding, examine
from rag.models.choose import gguf_path
from tests.conftest import ARTICLES, make_settings, write_articles
from tests.fakes import openai_server as fake
from tests.fakes.litellm import KEY, litellm_proxy

pytestmark = pytest.mark.servers

QUESTION = "What did the repairs to the bridge over the Aln cost?"
# Its own server, in a process of its own, which ends when its input does.
LLAMA = """
import sys
import xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.api_keys, params.n_ctx = sys.argv[1], [sys.argv[2]], int(sys.argv[3])
params.n_parallel, params.ui, params.offline, params.warmup = 1, False, True, False
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


def scripted(handler: BaseHTTPRequestHandler, body: dict[str, object]) -> None:
    """The model behind the proxy: it answers, and as `full` it has no quota left."""
    if body["model"] == "full":
        return fake.status(429, json.dumps({"error": {"message": "The quota of May is used up"}}))(
            handler, body
        )
    return fake.says("The repairs cost $4.2 million [1].")(handler, body)


@pytest.fixture(scope="module")
def litellm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with fake.serving(scripted) as behind:
        models = {
            name: {"model": f"openai/{name}", "api_base": behind.base_url, "api_key": "x"}
            for name in ("able", "full")
        }
        with litellm_proxy(tmp_path_factory.mktemp("litellm"), models) as url:
            yield url


@contextmanager
def llama(context: int) -> Iterator[str]:
    model = gguf_path(Settings.load())
    server = subprocess.Popen(
        [sys.executable, "-c", LLAMA, model, KEY, str(context)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout is not None
    try:
        yield f"{server.stdout.readline().strip()}/v1"
    finally:
        server.kill()
        server.wait()


def settings_of(folder: Path, url: str, model: str, key: str = KEY) -> Settings:
    write_articles(folder / "articles", ARTICLES)
    return make_settings(
        folder,
        llm="openai",
        openai_base_url=url,
        openai_api_key=key,
        openai_model=model,
        deadline_s=300,
        min_confidence=0.0,
    )


def checkup(settings: Settings) -> Finding:
    return list(examine(settings))[-1]


def test_litellm_answers_and_streams(tmp_path: Path, litellm: str) -> None:
    stream = Chatbot(settings_of(tmp_path, litellm, "able")).stream(QUESTION)
    kinds = [event.kind for event in stream]
    assert kinds.index("writing") < kinds.index("sentence")
    answer = stream.answer
    assert (answer.mode, answer.status, answer.notice) == ("openai", "answered", "")
    assert "$4.2 million" in answer.text
    assert answer.usage.prompt_tokens > 0


@pytest.mark.parametrize(
    ("model", "key", "said"),
    [
        ("full", KEY, "quota of May is used up"),
        ("unknown", KEY, "unknown"),
        ("able", "sk-wrong", "No connected db"),  # where it would look the key up
    ],
)
def test_what_litellm_refuses_is_reported_in_its_words_and_quotes_answer(
    tmp_path: Path, litellm: str, model: str, key: str, said: str
) -> None:
    answer = Chatbot(settings_of(tmp_path, litellm, model, key)).ask(QUESTION)
    assert (answer.mode, "$4.2 million" in answer.text) == ("quotes", True)
    assert said in answer.notice
    assert KEY not in answer.notice


def test_the_doctor_knows_what_litellm_passes_on(tmp_path: Path, litellm: str) -> None:
    found = checkup(settings_of(tmp_path, litellm, "able"))
    assert not found.fault
    assert {"stream", "usage"} <= set(found.found.partition("supports ")[2].partition(";")[0].split(", "))
    assert "quota of May is used up" in checkup(settings_of(tmp_path, litellm, "full")).fault


def test_llama_cpp_answers_streams_and_is_examined(tmp_path: Path) -> None:
    with llama(4096) as url:
        settings = settings_of(tmp_path, url, "any")
        found = checkup(settings)
        assert not found.fault
        assert found.found.partition("supports ")[2].startswith("stream, usage, logprobs")
        answer = Chatbot(settings.changed(evidence_tokens=120)).ask(QUESTION)
        assert "$4.2 million" in answer.text
        assert not answer.notice.startswith("The language model")
        wrong = settings.changed(openai_api_key="sk-wrong")
        assert "Invalid API Key" in Chatbot(wrong).ask(QUESTION).notice


def test_llama_cpp_says_itself_that_its_context_is_too_small(tmp_path: Path) -> None:
    with llama(256) as url:
        answer = Chatbot(settings_of(tmp_path, url, "any")).ask(QUESTION)
    assert answer.mode == "quotes"
    assert "context size" in answer.notice
