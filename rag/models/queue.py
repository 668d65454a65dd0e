"""A queue before one thing that serves one at a time: first come, first served."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rag.errors import LLMStopped, LLMTimeout

_POLL_S = 0.1  # how often somebody in the queue looks whether to leave


class Queue:
    """Who holds a ticket stands in the queue; the first is served until the ticket is given back."""

    def __init__(self) -> None:
        self._tickets: list[object] = []
        self._moved = threading.Condition()

    @contextmanager
    def ticket(self) -> Iterator[object]:
        """Join the queue at its end."""
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
        """How many are before `ticket`, told now and whenever it changes; ends when there is nobody.

        Raises:
            LLMTimeout: if that is not before `deadline` (`time.monotonic()` seconds).
            LLMStopped: if `stop` is set before.
        """
        known = -1
        while True:
            with self._moved:
                while (place := self._tickets.index(ticket)) == known:
                    left = deadline - time.monotonic()
                    if left <= 0:
                        raise LLMTimeout(
                            f"the language model is busy, {place} are waiting before (RAG_DEADLINE_S)",
                            f"The language model is busy: {place} questions were still before this one",
                        )
                    if stop and stop.is_set():
                        raise LLMStopped("stopped while waiting for the language model", "Stopped")
                    self._moved.wait(min(left, _POLL_S) if stop else left)
            if place == 0:
                return
            known = place
            yield place
