"""The API for programs: `/ask`, `/search`, `/check`, `/articles`, and an OpenAI-compatible `/v1`.

One ASGI app, served on its own (`python -m rag serve`) or with the page mounted below it. Requests have
already passed the access checks in `rag.serve.access`.
"""

import html
import importlib.util
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from rag.chatbot import Chatbot
from rag.errors import CorpusError, RagError, SettingsError
from rag.serve.completion import Pieces, asked, completion, in_pieces
from rag.serve.events import EventStream, as_it_happens, first
from rag.serve.faults import NotFound, error_body, error_response, unexpected
from rag.serve.forms import (
    MOST_LISTED,
    About,
    AskBody,
    ChatBody,
    CheckBody,
    Checked,
    Completion,
    ErrorReply,
    Found,
    Listing,
    SearchBody,
    Text,
)
from rag.serve.gate import Gate
from rag.serve.routes import MCP
from rag.serve.watch import watch_routes
from rag.serve.work import GoneError, QuestionPool
from rag.types import Answer
from rag.version import package_version

if TYPE_CHECKING:
    from rag.serve.tools import ToolsOverHTTP

MODEL, QUOTES = "article-qa", "article-qa-quotes"
_GONE = 499  # nginx's status for a client that closed the connection: nobody reads the reply
_FAULTS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ErrorReply, "description": "what is wrong with the request"},
    "5XX": {"model": ErrorReply, "description": "why there is no answer now"},
}
_ABOUT = """Questions are answered from a folder of articles. Every sentence of an answer carries the numbers
of citations, each with the exact quote and its place in the article, and a grade of proof; where the
articles do not say, the status is `not_in_articles`."""


def build_api(chatbot: Chatbot, gate: Gate) -> FastAPI:
    """Build the app over one chatbot; its work ends when the server stops.

    Raises:
        SettingsError: if `RAG_MCP` is set and its package is not installed.
    """
    pool = QuestionPool(chatbot, gate)
    tools = None
    if chatbot.settings.mcp:
        tools = _tools(pool)

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        try:
            if tools is None:
                yield
            else:
                async with tools.running():
                    yield
        finally:
            pool.close()

    app = FastAPI(
        title="article-qa",
        description=_ABOUT,
        version=package_version(),
        routes=watch_routes(gate, lambda: _fault(chatbot)),
        openapi_url="/openapi.json",
        docs_url=None,  # its page would load scripts from another server
        redoc_url=None,
        lifespan=running,
        responses=_FAULTS,
    )
    app.add_exception_handler(RagError, _rag_error)
    app.add_exception_handler(GoneError, lambda *_: Response(status_code=_GONE))
    app.add_exception_handler(Exception, lambda *_: JSONResponse(unexpected(), 500))  # it is logged, too
    app.add_exception_handler(RequestValidationError, _wrong_form)
    app.add_exception_handler(HTTPException, _http_error)
    _questions(app, pool)
    _articles(app, pool)
    _openai(app, pool)

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(_docs_page(app.openapi()))

    if tools is not None:
        app.router.routes += [Route(path, tools) for path in (MCP, f"{MCP}/")]
    return app


def _tools(pool: QuestionPool) -> "ToolsOverHTTP":
    if importlib.util.find_spec("mcp") is None:
        raise SettingsError("RAG_MCP = True needs the extra `mcp`: pip install 'article-qa[mcp]'")
    from rag.serve.tools import ToolsOverHTTP

    return ToolsOverHTTP(pool)


def _questions(app: FastAPI, pool: QuestionPool) -> None:
    @app.post("/ask", response_model=Answer, tags=["questions"])
    async def ask(body: AskBody, request: Request) -> Response:
        """Answer a question. With `Accept: text/event-stream`, progress is sent as events named by kind
        (`searching`, `reading`, `waiting`, `writing`, `sentence`, `refusal`), then `answer` or `error`.
        """
        history = [turn.model_dump() for turn in body.history]
        work = pool.begin(body.question, history, scope=body.scope(), request=request)
        if "text/event-stream" not in request.headers.get("accept", ""):
            return JSONResponse((await work.whole(request)).to_dict())
        events = work.events()
        return EventStream(as_it_happens(await first(events), events, work), work)

    @app.post("/search", response_model=Found, tags=["questions"])
    async def search(body: SearchBody, request: Request) -> Response:
        """Return the passages that an answer would be based on, best first."""
        passages = await pool.do(
            request, body.question, lambda bot: bot.search(body.question, scope=body.scope())
        )
        return _json(Found(passages=list(passages[: body.limit])))

    @app.post("/check", response_model=Checked, tags=["questions"])
    async def check(body: CheckBody, request: Request) -> Response:
        """Check each sentence of any text and return the place that proves it; `grade` is null if none
        does.
        """
        checked = await pool.do(request, "", lambda bot: bot.check(body.text, scope=body.scope()))
        return _json(Checked(sentences=list(checked)))


def _articles(app: FastAPI, pool: QuestionPool) -> None:
    @app.get("/articles", response_model=Listing, tags=["articles"])
    async def articles(offset: int = 0, limit: int = 100) -> Response:
        """List the indexed articles, ordered by source."""
        first, count = max(offset, 0), max(0, min(limit, MOST_LISTED))

        def listed(bot: Chatbot) -> Listing:
            sources = bot.sources()
            page = [About.of(bot.article(source)) for source in sources[first : first + count]]
            return Listing(articles=page, total=len(sources))

        return _json(await pool.read(listed))

    @app.get("/articles/{source:path}", response_model=Text, tags=["articles"])
    async def article(source: str) -> Response:
        """Return one article as it was indexed."""

        def read(bot: Chatbot) -> Text:
            try:
                return Text.of(bot.article(source))
            except CorpusError as error:
                raise NotFound(str(error)) from error

        return _json(await pool.read(read))


def _openai(app: FastAPI, pool: QuestionPool) -> None:
    models = {MODEL: pool.chatbot}
    if pool.chatbot.choice.mode != "quotes":
        models[QUOTES] = pool.chatbot.variant(llm="none")

    def described(model: str) -> dict[str, Any]:
        return {"id": model, "object": "model", "created": 0, "owned_by": "article-qa"}

    def known(model: str) -> str:
        if model not in models:
            raise NotFound(f"there is no model {model[:64]!r}: there is {' and '.join(models)}")
        return model

    @app.get("/v1/models", tags=["OpenAI"])
    def list_models() -> dict[str, Any]:
        """List the articles as models: one that answers as configured, one that only quotes."""
        return {"object": "list", "data": [described(model) for model in models]}

    @app.get("/v1/models/{model}", tags=["OpenAI"])
    def one_model(model: str) -> dict[str, Any]:
        return described(known(model))

    @app.post("/v1/chat/completions", response_model=Completion, tags=["OpenAI"])
    async def chat(body: ChatBody, request: Request) -> Response:
        """Answer the user's last message. The content has [1] and footnotes; `annotations` and `answer`
        have the citations as data.
        """
        model = known(body.model)
        question, history = asked(body)
        work = pool.begin(question, history, request=request, bot=models[model])
        if not body.stream:
            return JSONResponse(completion(await work.whole(request), model))
        pieces = Pieces(model, with_usage=bool(body.stream_options and body.stream_options.include_usage))
        events = work.events()
        return EventStream(in_pieces(await first(events), events, pieces, work), work)


def _json(value: Found | Checked | Listing | Text) -> Response:
    return Response(value.model_dump_json(), media_type="application/json")


def _rag_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, RagError)
    return error_response(error)


def _wrong_form(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fault = error.errors()[0]
    where = ".".join(str(part) for part in fault["loc"] if part != "body")
    message = f"{where}: {fault['msg']}" if where else str(fault["msg"])
    return JSONResponse(error_body(400, message, "invalid_request", where or None), 400)


def _http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse(
        error_body(error.status_code, str(error.detail), "http"), error.status_code, error.headers
    )


def _fault(chatbot: Chatbot) -> str:
    """Return what keeps questions from being answered; empty if nothing does."""
    try:
        chatbot.sources()
    except RagError:
        return "the index cannot be read"
    return ""


def _docs_page(document: dict[str, Any]) -> str:
    rows = "".join(
        f"<dt><code>{method.upper()} {html.escape(path)}</code></dt>"
        f"<dd>{html.escape(operation.get('description') or operation['summary'])}</dd>"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>article-qa: for programs</title>'
        "<style>body{font:16px/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}"
        "dt{margin-top:1rem}</style><body><h1>For programs</h1>"
        f"<p>{html.escape(_ABOUT)}</p><p><a href='openapi.json'>openapi.json</a> has every field.</p>"
        f"<dl>{rows}</dl></body></html>"
    )
