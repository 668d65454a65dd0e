"""Commands that serve other programs: serve, mcp."""

from importlib.util import find_spec
from typing import Annotated

import typer

from rag.commands.options import Articles, Index, Llm, app, faults_shown
from rag.errors import SettingsError
from rag.settings import Settings


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default=False)] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", show_default=False)] = None,
    articles: Articles = None,
    index: Index = None,
    llm: Llm = None,
) -> None:
    """Serve the API for programs, without the page: /ask, /v1/chat/completions and others (/docs)."""
    with faults_shown():
        _require("starlette", "serve")
        from rag.serve.run import serve as run

        run(Settings.load(host=host, port=port, articles=articles, index=index, llm=llm))


@app.command()
def mcp(articles: Articles = None, index: Index = None, llm: Llm = None) -> None:
    """Serve tools for a language model over standard input and output (MCP)."""
    with faults_shown():
        _require("mcp", "mcp")
        from rag.serve.stdio import speak

        speak(Settings.load(articles=articles, index=index, llm=llm))


def _require(package: str, extra: str) -> None:
    if find_spec(package) is None:
        raise SettingsError(f"this needs the extra `{extra}`: pip install 'article-qa[{extra}]'")
