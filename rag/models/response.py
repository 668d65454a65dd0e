"""The bytes of one response, fetched on the thread of `rag.models.loop`, awaited in the caller's."""

import asyncio
import queue
import threading
import time
from collections.abc import Awaitable, Callable, Iterator

from rag.errors import LLMStopped
from rag.models.faults import Server
from rag.models.loop import loop

_POLL_S = 0.05  # between two checks of `stop`
_LAST_WORDS_S = 0.5  # for usage and [DONE] after a reply's end, which some servers never send
_DRAINED_S = 1.0  # for the end of the response itself: a fully read connection can be reused

Put = Callable[[bytes], None]


class Response:
    """Iterates over bytes as they arrive; ends with the response, or soon after `hurry`."""

    def __init__(
        self,
        fetch: Callable[[Put], Awaitable[None]],
        server: Server,
        deadline: float,
        stop: threading.Event | None,
    ) -> None:
        """`fetch` receives the function to put bytes with; its exceptions are raised to the iterating
        caller.
        """
        self._server, self._deadline, self._stop = server, deadline, stop
        self._hurried = self._ended = False
        self._came: queue.SimpleQueue[bytes | BaseException | None] = queue.SimpleQueue()
        self._loop = loop()
        self._task = asyncio.run_coroutine_threadsafe(self._run(fetch), self._loop)

    async def _run(self, fetch: Callable[[Put], Awaitable[None]]) -> None:
        try:
            await fetch(self._came.put)
            self._came.put(None)
        except Exception as error:
            self._came.put(error)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        """
        Raises:
            LLMStopped, LLMTimeout: as `ChatModel.stream`; and whatever `fetch` raises.
        """
        while not self._ended:
            if self._stop and self._stop.is_set():
                raise LLMStopped(f"{self._server.model} was stopped", "The language model was stopped")
            # The reader may be slower than the bytes arrive, so this is checked even if some are waiting.
            left = self._deadline - time.monotonic()
            if left <= 0:
                if self._hurried:
                    break
                raise self._server.late()
            try:
                came = self._came.get(timeout=min(left, _POLL_S))
            except queue.Empty:
                continue
            if isinstance(came, BaseException):
                self._ended = True
                raise came
            if came is None:
                break
            return came
        self._ended = True
        raise StopIteration

    def hurry(self) -> None:
        """Note that the reply has ended: wait only briefly for anything that may follow."""
        self._hurried = True
        self._deadline = min(self._deadline, time.monotonic() + _LAST_WORDS_S)

    def close(self) -> None:
        """Cancel the request and close its connection, unless the reply has ended: then drain it."""
        if not self._hurried:
            self._task.cancel()
        elif not self._task.done():
            self._loop.call_soon_threadsafe(self._loop.call_later, _DRAINED_S, self._task.cancel)
