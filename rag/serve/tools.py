"""The articles as tools and resources for language models: the Model Context Protocol.

`python -m rag mcp` serves it over standard input and output, `RAG_MCP=1` at `/mcp` of a server.
Specification: https://modelcontextprotocol.io/specification/2025-06-18
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import mcp.types as protocol
from mcp.server.lowlevel import Server
from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from pydantic import AnyUrl, BaseModel, ValidationError
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from rag.errors import RagError
from rag.serve.forms import CheckBody, Checked, Found, SearchBody
from rag.serve.toolforms import AskTool, ReadTool, Reply, Slice
from rag.serve.work import QuestionPool
from rag.serve.written import article_uri
from rag.version import package_version

log = logging.getLogger("article_qa")
_PAGE = 200  # resources listed per page
_COMPLETED = 100  # names offered at once, the protocol's limit
_INSTRUCTIONS = (
    "A folder of articles. `ask` answers a question from them; every sentence of the answer carries the"
    " numbers of citations with the exact quote, and has been checked against it. Keep these numbers and"
    " quotes when you use an answer. With status `not_in_articles` the articles do not say: say so, and do"
    " not answer from memory as if they did. `check` proves a text of your own, sentence by sentence."
    " `search` finds passages, `read_article` reads on around a quote; articles are also resources,"
    " article:///SOURCE."
)
_DESCRIPTIONS = {
    "ask": "Answer a question from the articles, each sentence proved by an exact quote, or say that they"
    " do not say.",
    "search": "Find the passages of the articles that are nearest to a question, best first.",
    "check": "Prove any text sentence by sentence: each with the quote that states it, or why none does.",
    "read_article": "Read an article, or a part of it.",
}
_ONLY_READS = protocol.ToolAnnotations(
    readOnlyHint=True, destructiveHint=False, idempotentHint=True, openWorldHint=False
)


@dataclass(frozen=True, slots=True)
class _Tool:
    title: str
    takes: type[BaseModel]
    gives: type[BaseModel]
    use: Callable[[Any], Awaitable[tuple[str, BaseModel]]]

    def described(self, name: str) -> protocol.Tool:
        return protocol.Tool(
            name=name,
            title=self.title,
            description=_DESCRIPTIONS[name],
            inputSchema=self.takes.model_json_schema(),
            outputSchema=self.gives.model_json_schema(mode="serialization"),
            annotations=_ONLY_READS.model_copy(update={"title": self.title}),
        )


def build_tools(pool: QuestionPool) -> "Server[Any, Any]":
    """Build the protocol's server over one chatbot; failures are returned as results with `isError`."""
    server: Server[Any, Any] = Server(
        "article-qa", version=package_version(), instructions=_INSTRUCTIONS, website_url=None
    )

    def request() -> Any:
        """Return the HTTP request that a call came with; None over standard input."""
        return server.request_context.request

    async def ask(call: AskTool) -> tuple[str, Reply]:
        history = [turn.model_dump() for turn in call.history]
        answer = await pool.begin(call.question, history, scope=call.scope(), request=request()).last()
        return str(answer), Reply.of(answer, passages=call.passages)

    async def search(call: SearchBody) -> tuple[str, Found]:
        found = await pool.do(
            request(), call.question, lambda bot: bot.search(call.question, scope=call.scope())
        )
        passages = list(found[: call.limit])
        return "\n\n".join(f"{one.source}:\n{one.text}" for one in passages), Found(passages=passages)

    async def check(call: CheckBody) -> tuple[str, Checked]:
        checked = await pool.do(request(), "", lambda bot: bot.check(call.text, scope=call.scope()))
        lines = (f"{'✓' if one.grade else '✗'} {one.text} ({one.grade or one.reason})" for one in checked)
        return "\n".join(lines), Checked(sentences=list(checked))

    async def read_article(call: ReadTool) -> tuple[str, Slice]:
        article = await pool.read(lambda bot: bot.article(call.source))
        names = ("source", "title", "author", "date", "url")
        text = article.text[call.start : call.start + call.characters]
        fields = {name: getattr(article, name) for name in names}
        return text, Slice(**fields, text=text, start=call.start, total=len(article.text))

    tools = {
        "ask": _Tool("Ask the articles", AskTool, Reply, ask),
        "search": _Tool("Search the articles", SearchBody, Found, search),
        "check": _Tool("Check a text", CheckBody, Checked, check),
        "read_article": _Tool("Read an article", ReadTool, Slice, read_article),
    }

    @server.list_tools()  # type: ignore[no-untyped-call, untyped-decorator]
    async def list_tools() -> list[protocol.Tool]:
        return [tool.described(name) for name, tool in tools.items()]

    @server.call_tool()  # type: ignore[untyped-decorator]
    async def call_tool(
        name: str, arguments: dict[str, Any]
    ) -> tuple[list[protocol.TextContent], dict[str, Any]]:
        if name not in tools:
            raise RagError(f"there is no tool {name!r}")
        tool = tools[name]
        await pool.ready()
        try:
            text, result = await tool.use(tool.takes.model_validate(arguments))
        except (RagError, ValidationError):
            raise  # reported unchanged
        except Exception as error:
            log.exception("a tool failed")
            raise RagError("the tool failed: see the server's log") from error
        return [protocol.TextContent(type="text", text=text)], result.model_dump(mode="json")

    _resources(server, pool)
    return server


def _resources(server: "Server[Any, Any]", pool: QuestionPool) -> None:
    @server.list_resources()  # type: ignore[no-untyped-call, untyped-decorator]
    async def list_resources(request: protocol.ListResourcesRequest) -> protocol.ListResourcesResult:
        cursor = (request.params and request.params.cursor) or "0"
        first = int(cursor) if cursor.isascii() and cursor.isdigit() else 0
        await pool.ready()
        sources = await pool.read(lambda bot: bot.sources())
        page = sources[first : first + _PAGE]
        articles = await pool.read(lambda bot: [bot.article(source) for source in page])
        listed = [
            protocol.Resource(
                uri=AnyUrl(article_uri(one.source)),
                name=one.source,
                title=one.title,
                description=", ".join(filter(None, (one.author, one.date))) or None,
                mimeType="text/plain",
                size=len(one.text.encode()),
            )
            for one in articles
        ]
        more = str(first + _PAGE) if first + _PAGE < len(sources) else None
        return protocol.ListResourcesResult(resources=listed, nextCursor=more)

    @server.list_resource_templates()  # type: ignore[no-untyped-call, untyped-decorator]
    async def list_templates() -> list[protocol.ResourceTemplate]:
        return [
            protocol.ResourceTemplate(
                uriTemplate="article:///{+source}",
                name="article",
                title="An article",
                description="The text of one article; `source` is its path as citations name it.",
                mimeType="text/plain",
            )
        ]

    @server.read_resource()  # type: ignore[no-untyped-call, untyped-decorator]
    async def read(uri: AnyUrl) -> list[ReadResourceContents]:
        source = unquote(urlsplit(str(uri)).path).lstrip("/")
        await pool.ready()
        article = await pool.read(lambda bot: bot.article(source))
        return [ReadResourceContents(content=article.text, mime_type="text/plain")]

    @server.completion()  # type: ignore[no-untyped-call, untyped-decorator]
    async def complete(
        _: object, argument: protocol.CompletionArgument, __: object
    ) -> protocol.Completion | None:
        """Complete article sources that contain what has been typed so far."""
        if argument.name != "source":
            return None
        typed = argument.value.casefold()
        await pool.ready()
        sources = await pool.read(lambda bot: bot.sources())
        fit = [source for source in sources if typed in source.casefold()]
        return protocol.Completion(values=fit[:_COMPLETED], total=len(fit), hasMore=len(fit) > _COMPLETED)


class ToolsOverHTTP:
    """The same as an ASGI app without sessions: any worker may handle any request."""

    def __init__(self, pool: QuestionPool) -> None:
        self._server = build_tools(pool)
        self._manager: StreamableHTTPSessionManager | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        self._manager = StreamableHTTPSessionManager(self._server, json_response=True, stateless=True)
        async with self._manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":  # there is no stream to listen to
            await PlainTextResponse("POST only", 405, {"Allow": "POST"})(scope, receive, send)
            return
        if self._manager is None:  # an app that is mounted in another is not told of its start
            await PlainTextResponse("MCP is not served below another app", 503)(scope, receive, send)
            return
        await self._manager.handle_request(scope, receive, send)
