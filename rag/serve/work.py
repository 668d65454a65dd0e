"""Programs' questions, processed in threads and awaited in the event loop.

One thread receives all events of a question, so the loop is woken once per event and never blocks.
"""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from starlette.requests import Request

from rag.chatbot import Chatbot
from rag.errors import QuestionError
from rag.events import Event
from rag.search.scope import EVERYTHING, Scope
from rag.serve.gate import Busy, Gate, in_time
from rag.stream import Stream
from rag.types import Answer

_AT_ONCE, _WAITING = 40, 64  # most of them wait for a language model
# Quotes are CPU work in this process alone: 40 threads for it raised p95 by a third for 50 clients.
_QUOTES_AT_ONCE = 2 * (os.cpu_count() or 1)
_QUIET_S = 15  # after which a waiting client gets a keep-alive
T = TypeVar("T")


class GoneError(Exception):
    """The client has disconnected."""


class Work:
    """One question being answered: its events, then `answer`. Closing it cancels the work."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Event | Answer | Exception] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._stream: Stream | None = None
        self._closed = False
        self.answer: Answer | None = None
        """The answer, set once `events` has ended."""

    def run(
        self,
        bot: Chatbot,
        gate: Gate,
        request: Request | None,
        question: str,
        history: Sequence[Mapping[str, str]],
        scope: Scope,
    ) -> None:
        """Answer the question in its own thread. Errors are raised to whoever awaits the events."""
        try:
            with gate.visit(request, question) as visit:
                stream = in_time(bot, visit).stream(question, history=history, scope=scope)
                with self._lock:
                    self._stream = stream
                    closed = self._closed
                with stream:
                    if closed:
                        return
                    for event in stream:
                        self._put(event)
                    visit.answer = stream.answer
                    self._put(visit.answer)
        except Exception as error:  # of any type: it is raised to the caller
            self._put(error)

    def _put(self, what: Event | Answer | Exception) -> None:
        with suppress(RuntimeError):  # the server has ended
            self._loop.call_soon_threadsafe(self._queue.put_nowait, what)

    async def events(self) -> AsyncIterator[Event | None]:
        """Yield the events as they happen, and None after a while without any.

        Raises:
            RagError: as `Chatbot.ask`.
            Busy: if the question is not accepted.
        """
        while True:
            try:
                item = await asyncio.wait_for(self._queue.get(), _QUIET_S)
            except TimeoutError:
                yield None
                continue
            if isinstance(item, Exception):
                raise item
            if isinstance(item, Answer):
                self.answer = item
                return
            yield item

    async def whole(self, request: Request) -> Answer:
        """Return the complete answer.

        Raises:
            GoneError: if the client disconnects; the work is then cancelled.
            RagError: as `events`.
        """
        gone = asyncio.create_task(_goes(request))
        answering = asyncio.create_task(self.last())
        try:
            await asyncio.wait({gone, answering}, return_when=asyncio.FIRST_COMPLETED)
            if not answering.done():
                raise GoneError
            return answering.result()
        finally:
            gone.cancel()
            answering.cancel()
            self.close()

    async def last(self) -> Answer:
        """Return the complete answer; cancelling the await cancels the work.

        Raises:
            RagError: as `events`.
        """
        try:
            async for _ in self.events():
                pass
        finally:
            self.close()
        if self.answer is None:
            raise QuestionError("the question was cancelled")
        return self.answer

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._stream is not None:
                self._stream.close()


class QuestionPool:
    """Accepts questions: a bounded number runs at once, a bounded number waits, the rest is rejected."""

    def __init__(self, chatbot: Chatbot, gate: Gate) -> None:
        self.chatbot, self.gate = chatbot, gate
        at_once = min(_QUOTES_AT_ONCE, _AT_ONCE) if chatbot.choice.mode == "quotes" else _AT_ONCE
        self._executor = ThreadPoolExecutor(at_once, thread_name_prefix="question")
        self._inside = 0
        self._first: asyncio.Future[object] | None = None

    def await_first(self, preparing: "asyncio.Future[object]") -> None:
        """Accept questions, but start none of them before `preparing` is done."""
        self._first = preparing

    async def ready(self) -> None:
        if self._first is not None:
            await asyncio.shield(self._first)

    def begin(
        self,
        question: str,
        history: Sequence[Mapping[str, str]] = (),
        *,
        scope: Scope = EVERYTHING,
        request: Request | None = None,
        bot: Chatbot | None = None,
    ) -> Work:
        """Start answering a question, with `bot` if it is another variant of the chatbot.

        Raises:
            Busy: if too many are waiting already.
        """
        work = Work()
        self._submit(lambda: work.run(bot or self.chatbot, self.gate, request, question, history, scope))
        return work

    async def do(self, request: Request | None, question: str, act: Callable[[Chatbot], T]) -> T:
        """Return the result of a chatbot call that is counted and limited like a question.

        Raises:
            Busy: if too many are waiting already, or the question is not accepted.
            RagError: as `act`.
        """

        def visit() -> T:
            with self.gate.visit(request, question) as visit:
                return act(in_time(self.chatbot, visit))

        return await self._submit(visit)

    async def read(self, act: Callable[[Chatbot], T]) -> T:
        """Return the result of a chatbot call that is not a question.

        Raises:
            Busy: if too many are waiting already.
            RagError: as `act`.
        """
        return await self._submit(lambda: act(self.chatbot))

    def _submit(self, act: Callable[[], T]) -> "asyncio.Future[T]":
        if self._inside >= _AT_ONCE + _WAITING:
            self.gate.refused("full")
            raise Busy("too many questions are waiting: ask again in a moment")
        self._inside += 1
        done = asyncio.get_running_loop().run_in_executor(self._executor, act)
        done.add_done_callback(self._left)
        return done

    def _left(self, _: object) -> None:
        self._inside -= 1

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)


async def _goes(request: Request) -> None:
    """Return when the client has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
