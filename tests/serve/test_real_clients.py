"""Clients of others, run for real against the API (`make test-servers`): curl, the MCP inspector, and LiteLLM
with the articles as its model.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from rag import Chatbot
from tests.fakes.litellm import KEY, litellm_proxy
from tests.fakes.serving import api_served

pytestmark = pytest.mark.servers

ROOT = Path(__file__).parents[2]
INSPECTOR = ROOT / ".npm-clients" / "node_modules" / ".bin" / "mcp-inspector"
QUESTION = "Who is the architect of the library?"
OUR_KEY = "key-of-the-api"


@pytest.fixture(scope="module")
def url(chatbot: Chatbot) -> Iterator[str]:
    with api_served(chatbot, api_key=OUR_KEY, mcp=True) as url:
        yield url


def curl(address: str, *arguments: str, key: str = OUR_KEY) -> str:
    command = ["curl", "--silent", "--show-error", "--no-buffer", "-H", f"Authorization: Bearer {key}"]
    done = subprocess.run([*command, *arguments, address], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_curl_asks_and_streams(url: str) -> None:
    body = ["-H", "Content-Type: application/json", "-d", json.dumps({"question": QUESTION})]
    assert "Lena Voss" in json.loads(curl(f"{url}/ask", *body))["text"]
    streamed = curl(f"{url}/ask", *body, "-H", "Accept: text/event-stream")
    kinds = [line.partition(" ")[2] for line in streamed.splitlines() if line.startswith("event: ")]
    assert [kinds[0], *kinds[-2:]] == ["searching", "sentence", "answer"]
    status = curl(f"{url}/ask", *body, "-o", os.devnull, "-w", "%{http_code}", key="wrong")
    assert status == "401"


def inspected(folder: Path, *target: str) -> dict[str, Any]:
    """What the inspector prints of one request."""
    variables = {"PATH": os.environ["PATH"], "HOME": str(folder), "MCP_CATALOG_PATH": str(folder / "catalog")}
    done = subprocess.run(
        [INSPECTOR, "--cli", *target], env=variables, cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


def test_the_inspector_calls_a_tool_over_http(url: str, tmp_path: Path) -> None:
    target = [f"{url}/mcp", "--header", f"Authorization: Bearer {OUR_KEY}"]
    call = ["--method", "tools/call", "--tool-name", "ask", "--tool-arg", f"question={QUESTION}"]
    called = inspected(tmp_path, *target, *call)
    assert called["isError"] is False
    assert called["structuredContent"]["citations"][0]["quote"] == "Its architect is Lena Voss."
    read = inspected(tmp_path, *target, "--method", "resources/read", "--uri", "article:///library.md")
    assert "Lena Voss" in read["contents"][0]["text"]


def test_the_inspector_lists_the_tools_over_standard_input(chatbot: Chatbot, tmp_path: Path) -> None:
    settings = chatbot.settings
    given = {
        "PYTHONPATH": ROOT,
        "RAG_LLM": "none",
        "RAG_ARTICLES": settings.articles,
        "RAG_INDEX": settings.index,
    }
    variables = [part for name, value in given.items() for part in ("-e", f"{name}={value}")]
    command = [sys.executable, "-m", "rag", "mcp"]
    listed = inspected(tmp_path, *variables, "--method", "tools/list", "--", *command)
    assert {tool["name"] for tool in listed["tools"]} == {"ask", "search", "check", "read_article"}
    assert all(tool["annotations"]["readOnlyHint"] and tool["outputSchema"] for tool in listed["tools"])


def test_litellm_has_the_articles_as_a_model(url: str, tmp_path: Path) -> None:
    model = {"model": "openai/article-qa", "api_base": f"{url}/v1", "api_key": OUR_KEY}
    with litellm_proxy(tmp_path, {"articles": model}) as proxy:
        client = openai.OpenAI(base_url=proxy, api_key=KEY, max_retries=0)
        asked: Any = [{"role": "user", "content": QUESTION}]
        whole = client.chat.completions.create(model="articles", messages=asked).choices[0].message.content
        pieces = client.chat.completions.create(model="articles", messages=asked, stream=True)
        streamed = "".join(piece.choices[0].delta.content or "" for piece in pieces if piece.choices)
        assert "Lena Voss. [1]" in (whole or "")
        assert streamed == whole
        with pytest.raises(openai.BadRequestError, match="the question is empty"):
            client.chat.completions.create(model="articles", messages=[{"role": "user", "content": " "}])
