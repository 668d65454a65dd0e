"""The Model Context Protocol as its own Python client speaks it, over HTTP and over standard input."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import ClientSession, McpError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import ResourceTemplateReference, TextContent
from pydantic import AnyUrl

from rag import Chatbot
from tests.conftest import ARTICLES, write_articles
from tests.fakes.serving import api_served

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def over_http(url: str, key: str = "") -> AsyncIterator[ClientSession]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with (
        httpx.AsyncClient(headers=headers, timeout=30) as http,
        streamable_http_client(f"{url}/mcp", http_client=http) as (read, write, _),
        ClientSession(read, write) as session,
    ):
        yield session


@asynccontextmanager
async def over_stdio(folder: Path) -> AsyncIterator[ClientSession]:
    variables = {"PYTHONPATH": str(ROOT), "RAG_LLM": "none", "RAG_ARTICLES": str(folder / "articles"),
                 "RAG_INDEX": str(folder / "index"), "PATH": os.environ["PATH"]}  # fmt: skip
    started = StdioServerParameters(
        command=sys.executable, args=["-m", "rag", "mcp"], env=variables, cwd=folder
    )
    with (folder / "log").open("w") as log:
        async with stdio_client(started, errlog=log) as (read, write), ClientSession(read, write) as session:
            yield session


async def use_all(session: ClientSession) -> None:
    """Every tool and resource once, over whatever they are reached by."""
    begun = await session.initialize()
    assert begun.serverInfo.name == "article-qa"
    assert "citations" in (begun.instructions or "")
    tools = {tool.name: tool for tool in (await session.list_tools()).tools}
    assert set(tools) == {"ask", "search", "check", "read_article"}
    for tool in tools.values():
        assert tool.title
        assert tool.outputSchema
        assert tool.annotations is not None
        assert (tool.annotations.readOnlyHint, tool.annotations.openWorldHint) == (True, False)
    answer = (
        await session.call_tool("ask", {"question": "Who is the architect of the library?"})
    ).structuredContent
    assert answer is not None
    assert answer["status"] == "answered"
    assert answer["passages"] == []
    quote = answer["citations"][0]
    assert quote["quote"] == "Its architect is Lena Voss."
    longer = await session.call_tool(
        "ask", {"question": "Who is the architect of the library?", "passages": True}
    )
    assert longer.structuredContent is not None
    assert longer.structuredContent["passages"]
    found = await session.call_tool("search", {"question": "bridge repairs", "limit": 1})
    assert found.structuredContent is not None
    assert found.structuredContent["passages"][0]["source"].startswith("bridge")
    limited = await session.call_tool("ask", {"question": "Who is the architect?", "since": "2026"})
    assert limited.structuredContent is not None
    assert limited.structuredContent["status"] == "not_in_articles"
    checked = await session.call_tool("check", {"text": "Its architect is Lena Voss. The bridge was sold."})
    assert checked.structuredContent is not None
    assert [one["grade"] for one in checked.structuredContent["sentences"]] == ["verbatim", None]
    part = await session.call_tool("read_article", {"source": "library.md", "start": 4, "characters": 20})
    assert part.structuredContent is not None
    assert part.structuredContent["text"] == ARTICLES["library.md"][4:24]
    read = await session.read_resource(AnyUrl(quote["uri"]))
    assert quote["quote"] in read.contents[0].text  # type: ignore[union-attr]


def test_tools_over_http(chatbot: Chatbot) -> None:
    async def use() -> None:
        async with over_http(url) as session:
            await use_all(session)

    with api_served(chatbot, mcp=True) as url:
        asyncio.run(use())


def test_tools_over_standard_input_with_an_index_that_is_not_there_yet(tmp_path: Path) -> None:
    async def use() -> None:
        async with over_stdio(tmp_path) as session:
            await use_all(session)

    write_articles(tmp_path / "articles", ARTICLES)
    asyncio.run(use())


@pytest.fixture
def ask_tools(chatbot: Chatbot) -> Callable[[Callable[[ClientSession], Awaitable[Any]]], Any]:
    """Runs a function over a session of a server."""

    def run(act: Callable[[ClientSession], Awaitable[Any]]) -> Any:
        async def use() -> Any:
            async with over_http(url) as session:
                await session.initialize()
                return await act(session)

        with api_served(chatbot, mcp=True) as url:
            return asyncio.run(use())

    return run


@pytest.mark.parametrize(
    ("tool", "arguments", "reason"),
    [
        ("ask", {"question": " "}, "the question is empty"),
        ("ask", {}, "question"),
        ("ask", {"question": "Who?", "history": [{"role": "oracle", "content": "x"}]}, "oracle"),
        ("search", {"question": "x", "limit": 1000}, "1000"),
        ("read_article", {"source": "../../etc/passwd"}, "there is no article"),
        ("dance", {}, "there is no tool 'dance'"),
    ],
)
def test_what_goes_wrong_is_a_result_with_its_reason(ask_tools, tool, arguments, reason) -> None:
    result = ask_tools(lambda session: session.call_tool(tool, arguments))
    assert result.isError
    assert isinstance(result.content[0], TextContent)
    assert reason in result.content[0].text


def test_articles_are_resources_whatever_they_are_called(tmp_path: Path, chatbot: Chatbot) -> None:
    names = {"Über uns/Plan 1 (new).txt": "Plan\n\nThe plan is 7 pages.", "A&B#2.md": "Two\n\nTwo is 2."}
    write_articles(tmp_path / "articles", names)
    bot = Chatbot(chatbot.settings.changed(articles=tmp_path / "articles", index=tmp_path / "index"))

    async def use() -> None:
        async with over_http(url) as session:
            await session.initialize()
            listed = (await session.list_resources()).resources
            assert {one.name for one in listed} == set(names)
            for one in listed:
                read = await session.read_resource(one.uri)
                assert read.contents[0].text == names[one.name]  # type: ignore[union-attr]
            template = (await session.list_resource_templates()).resourceTemplates[0]
            named = ResourceTemplateReference(type="ref/resource", uri=template.uriTemplate)
            found = await session.complete(named, {"name": "source", "value": "plan"})
            assert found.completion.values == ["Über uns/Plan 1 (new).txt"]
            with pytest.raises(McpError, match="there is no article"):
                await session.read_resource(AnyUrl("article:///none.txt"))

    with api_served(bot, mcp=True) as url:
        asyncio.run(use())


def test_tools_ask_for_the_key(chatbot: Chatbot) -> None:
    async def tools(key: str) -> int:
        async with over_http(url, key) as session:
            await session.initialize()
            return len((await session.list_tools()).tools)

    with api_served(chatbot, mcp=True, api_key="open sesame") as url:
        assert asyncio.run(tools("open sesame")) == 4
        with pytest.raises(BaseExceptionGroup):
            asyncio.run(tools(""))
