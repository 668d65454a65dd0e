"""A first-come, first-served queue for a server that handles one request at a time."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rag.errors import LLMStopped, LLMTimeout

_POLL_S = 0.1  # how often a waiting thread checks whether to leave


class Queue:
    """Each waiter holds a ticket; the first is served until it returns its ticket."""

    def __init__(self) -> None:
        self._tickets: list[object] = []
        self._moved = threading.Condition()

    @contextmanager
    def ticket(self) -> Iterator[object]:
        """Join the end of the queue."""
        ticket = object()
        with self._moved:
            self._tickets.append(ticket)
        try:
            yield ticket
        finally:
            with self._moved:
                self._tickets.remove(ticket)
                self._moved.notify_all()

    def places(self, ticket: object, deadline: float, stop: threading.Event | None = None) -> Iterator[int]:
        """Yield how many are ahead of `ticket`, now and on each change; ends when nobody is.

        Raises:
            LLMTimeout: if that takes until `deadline` (`time.monotonic()` seconds).
            LLMStopped: if `stop` is set first.
        """
        known = -1
        while True:
            with self._moved:
                while (place := self._tickets.index(ticket)) == known:
                    left = deadline - time.monotonic()
                    if left <= 0:
                        raise LLMTimeout(
                            f"the language model is busy, {place} are waiting ahead (RAG_DEADLINE_S)",
                            f"The language model is busy: {place} questions were still ahead of this one",
                        )
                    if stop and stop.is_set():
                        raise LLMStopped("stopped while waiting for the language model", "Stopped")
                    self._moved.wait(min(left, _POLL_S) if stop else left)
            if place == 0:
                return
            known = place
            yield place
