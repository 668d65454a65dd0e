"""A question being answered: its events as they happen, then its answer.

stream = chatbot.stream("Who built the mill?")
for event in stream:
    print(event.text, end="", flush=True)
print(stream.answer.status)
"""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator

from rag.errors import QuestionError
from rag.events import Event, Steps
from rag.explanation import Explanation
from rag.types import Answer


class Stream:
    """The events of one question, as they happen; then its answer.

    Closing it, or leaving its `with` block, cancels the work, including the request to a language model.
    Stopping it ends that request too, but keeps the sentences proved by then.
    """

    def __init__(self, steps: Steps[Explanation], stop: threading.Event) -> None:
        self._steps, self._stop = steps, stop
        self._explanation: Explanation | None = None

    def __iter__(self) -> Iterator[Event]:
        return self

    def __next__(self) -> Event:
        try:
            return next(self._steps)
        except StopIteration as ended:
            explanation: Explanation | None = ended.value
            # What was stopped before it could say anything has not found that the articles do not say it.
            if explanation and not (self._stop.is_set() and explanation.answer.status == "not_in_articles"):
                self._explanation = explanation
            raise

    async def __aiter__(self) -> AsyncIterator[Event]:
        """Yield the events as they happen in a thread; leaving the loop cancels the work."""
        events = iter(self)
        try:
            while (event := await asyncio.to_thread(next, events, None)) is not None:
                yield event
        finally:
            self.close()

    async def awaited(self) -> Answer:
        """Return the answer, computed in a thread; cancelling the await cancels the work."""
        try:
            return await asyncio.to_thread(lambda: self.answer)
        finally:
            self.close()

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def stop(self) -> None:
        """Have the answer end with what is proved by now; may be called from another thread."""
        self._stop.set()

    def close(self) -> None:
        """Cancel the work within a moment; may be called from another thread."""
        self._stop.set()
        with contextlib.suppress(ValueError):  # it runs in another thread, which sees the flag
            self._steps.close()

    @property
    def explanation(self) -> Explanation:
        """Return how the answer was produced; remaining events are discarded.

        Raises:
            QuestionError: if the stream was closed before its end, or stopped before a sentence was proved.
        """
        for _ in self:
            pass
        if self._explanation is None:
            raise QuestionError("the stream was closed before the answer was whole")
        return self._explanation

    @property
    def answer(self) -> Answer:
        """The answer; remaining events are discarded."""
        return self.explanation.answer
