"""The entry point of every question: rate limits, metrics, and a graceful shutdown.

Metrics and logs contain no content, unless `RAG_LOG_QUESTIONS` asks for the question.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from rag.chatbot import Chatbot
from rag.errors import RagError
from rag.serve.quotas import client_of
from rag.settings import Settings
from rag.types import Answer

ARRIVED = "x-arrived"
"""The header in which the access checks pass on a request's arrival time, by `time.monotonic`."""
log = logging.getLogger("article_qa")
_SECONDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60)


class Busy(RagError):
    """A question is not accepted now."""


class TooOften(Busy):
    """… because this client has asked too many."""


@dataclass(slots=True)
class Visit:
    """One question being handled; `answer` is set once there is one."""

    client: str
    request: str
    question: str = ""
    answer: Answer | None = None
    arrived: float = field(default_factory=time.monotonic)

    @classmethod
    def by(cls, request: Any) -> "Visit":
        """Identify the client and the arrival time: the name it logged in with, else its address.

        `request` is Starlette's or Gradio's, which has `username`; None for callers in this process.
        """
        if request is None:
            return cls("", "")
        host = request.client.host if request.client else ""
        name = getattr(request, "username", None)
        visit = cls(name or client_of(host), request.headers.get("x-request-id", ""))
        visit.arrived = float(request.headers.get(ARRIVED, visit.arrived))
        return visit

    def seconds_left(self, deadline_s: float) -> float:
        """Return what remains of a question's time, which has been running since it arrived, including
        waiting.

        Raises:
            Busy: if nothing remains.
        """
        left = self.arrived + deadline_s - time.monotonic()
        if left <= 0:
            raise Busy("too many questions were asked at once: ask again in a moment (RAG_DEADLINE_S)")
        return left


class Gate:
    """Counts and limits the questions of one page."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._limit = parse(settings.rate_limit) if settings.rate_limit else None
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._idle = threading.Condition()
        self._running = 0
        self.closing = False
        self.registry = CollectorRegistry()
        prefix, registry = "article_qa", self.registry
        self._answered = Counter(f"{prefix}_answers", "Answers.", ["status", "mode"], registry=registry)
        self._failed = Counter(
            f"{prefix}_failures", "Questions without an answer.", ["why"], registry=registry
        )
        self._turned_away = Counter(f"{prefix}_refusals", "Requests refused.", ["why"], registry=registry)
        self._tokens = Counter(
            f"{prefix}_tokens", "Tokens used by language models.", ["kind"], registry=registry
        )
        self._seconds = Histogram(
            f"{prefix}_answer_seconds", "Time to answer.", ["mode"], buckets=_SECONDS, registry=registry
        )
        running = Gauge(f"{prefix}_running", "Questions being answered.", registry=registry)
        running.set_function(lambda: self._running)

    def refused(self, why: str) -> None:
        """Count a request that failed the access checks."""
        self._turned_away.labels(why).inc()

    @contextmanager
    def visit(self, request: Any, question: str) -> Iterator[Visit]:
        """Admit a question; whoever produces its answer sets `Visit.answer`.

        Raises:
            Busy: if the page is shutting down, this client has asked too often, or the question's time ran
                out while it waited.
        """
        visit = Visit.by(request)
        visit.question = question
        self._admit(visit)
        try:
            yield visit
        except Exception as error:
            self._failed.labels(type(error).__name__).inc()
            raise
        finally:
            with self._idle:
                self._running -= 1
                self._idle.notify_all()
            self._record(visit)

    def _admit(self, visit: Visit) -> None:
        with self._idle:
            if self.closing:
                self._failed.labels("closing").inc()
                raise Busy("the server is shutting down: ask again in a moment")
            if self._limit and not self._limiter.hit(self._limit, visit.client):
                self._failed.labels("rate").inc()
                log.warning("refused", extra={"request": visit.request, "why": "rate"})
                raise TooOften(f"too many questions: {self._limit} are allowed (RAG_RATE_LIMIT)")
            self._running += 1

    def _record(self, visit: Visit) -> None:
        seconds, answer = time.monotonic() - visit.arrived, visit.answer
        fields: dict[str, object] = {"request": visit.request, "seconds": round(seconds, 3)}
        if answer is not None:
            self._answered.labels(answer.status, answer.mode).inc()
            self._seconds.labels(answer.mode).observe(seconds)
            self._tokens.labels("prompt").inc(answer.usage.prompt_tokens)
            self._tokens.labels("completion").inc(answer.usage.completion_tokens)
            fields |= {
                "status": answer.status,
                "mode": answer.mode,
                "confidence": round(answer.confidence, 3),
            }
            fields |= {"tokens": answer.usage.prompt_tokens + answer.usage.completion_tokens}
        if self._settings.log_questions:
            fields["question"] = visit.question
        log.info("answered" if answer else "no answer", extra=fields)

    def close(self, seconds: float) -> bool:
        """Admit no more questions and wait for running ones; return whether all ended in time."""
        with self._idle:
            self.closing = True
            return self._idle.wait_for(lambda: self._running == 0, seconds)


def in_time(chatbot: Chatbot, visit: Visit) -> Chatbot:
    """Return the same chatbot, limited to what remains of this question's time.

    Raises:
        Busy: if nothing remains.
    """
    return chatbot.variant(deadline_s=visit.seconds_left(chatbot.settings.deadline_s))
