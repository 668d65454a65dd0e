"""For programs: named endpoints, which are also the tools of the MCP server (`RAG_MCP=1`)."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

import gradio as gr
from gradio.events import api

from rag import Chatbot, RagError
from rag.serve.gate import Gate, in_time
from ui.render import error_text

_MOST_PASSAGES = 50
T = TypeVar("T")


def build_endpoints(chatbot: Chatbot, gate: Gate, at_once: int) -> None:
    """Register `/ask`, `/search`, `/read_article`, and `/sync` unless the page is read-only."""

    def plain(act: Callable[[], T]) -> T:
        """Return the result; errors that are safe to show are passed on as Gradio's."""
        try:
            return act()
        except RagError as error:
            raise gr.Error(error_text(error, chatbot.settings), print_exception=False) from error

    def ask(
        question: str, history: list[dict[str, str]] | None = None, request: gr.Request | None = None
    ) -> dict[str, Any]:
        """Answer a question from the indexed articles, with the exact sentences that prove each part.

        Args:
            question: the question to answer, in plain words
            history: the conversation before it, turns of {"role": "user" or "assistant", "content": text}

        Returns:
            status (answered, partial, not_in_articles, help), text, sentences with their citation
            numbers, citations (source, line, quote), conflicts, passages, confidence from 0 to 1
        """

        def answer() -> dict[str, Any]:
            with gate.visit(request, question) as visit:
                bot = in_time(chatbot, visit)
                visit.answer = bot.ask(question, history=history or ())
                return visit.answer.to_dict()

        return plain(answer)

    def search(question: str, limit: int = 5, request: gr.Request | None = None) -> list[dict[str, Any]]:
        """Find the passages of the articles that are nearest to a question, best first.

        Args:
            question: what to look for
            limit: how many passages, 1 to 50

        Returns:
            passages with source, title, start, end, text, score
        """
        count = max(1, min(limit, _MOST_PASSAGES))

        def passages() -> list[dict[str, Any]]:
            with gate.visit(request, question) as visit:
                bot = in_time(chatbot, visit)
                return [asdict(passage) for passage in bot.search(question)[:count]]

        return plain(passages)

    def read_article(source: str) -> dict[str, Any]:
        """Read one article as it was indexed.

        Args:
            source: its file, as citations and passages name it

        Returns:
            source, title, author, date, url, text
        """

        def read() -> dict[str, Any]:
            article = chatbot.article(source)
            names = ("source", "title", "author", "date", "url", "text")
            return {name: getattr(article, name) for name in names}

        return plain(read)

    def sync() -> dict[str, Any]:
        """Bring the index up to date with the articles folder.

        Returns:
            added, changed, renamed, removed, unchanged, skipped files, and the seconds it took
        """
        return plain(lambda: asdict(chatbot.sync(progress=lambda *_: None)))

    for tool in (ask, search, read_article):
        api(tool, api_name=tool.__name__, concurrency_limit=at_once)
    if not chatbot.settings.read_only:
        api(sync, api_name="sync", concurrency_limit=1)
