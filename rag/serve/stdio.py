"""`python -m rag mcp`: the tools over standard input and output, for a program that starts this one."""

import asyncio

from mcp.server.stdio import stdio_server

from rag.chatbot import Chatbot
from rag.errors import RagError
from rag.serve.gate import Gate
from rag.serve.logs import set_up_logs
from rag.serve.tools import build_tools
from rag.serve.work import QuestionPool
from rag.settings import Settings


def speak(settings: Settings) -> None:
    """Serve the tools until standard input ends; the index is updated in the meantime.

    Raises:
        RagError: if a setting is wrong.
    """
    set_up_logs(settings)
    chatbot = Chatbot(settings)
    asyncio.run(_speak(QuestionPool(chatbot, Gate(settings))))


async def _speak(pool: QuestionPool) -> None:
    server = build_tools(pool)
    pool.await_first(asyncio.create_task(asyncio.to_thread(_prepare, pool.chatbot)))
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())
    pool.close()


def _prepare(chatbot: Chatbot) -> None:
    try:
        chatbot.sync(progress=lambda *_: None)
        chatbot.warm_up()
    except RagError:
        pass  # reported to the first caller
