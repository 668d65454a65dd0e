"""Events while a question is answered: one type for all of them.

Each step in `rag.question` is a generator that yields events and returns its result.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal, TypeVar

from rag.types import AnswerSentence, Citation, Passage

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Event:
    """One event, by kind.

    searching   the search for passages has begun
    reading     `passages` were found; `citation` is their best sentence
    waiting     the language model answers one question at a time: `before` others come first
    writing     the request was sent to the language model
    sentence    `sentence` has passed its check; `text` is what it adds to the answer's text
    refusal     `text` says that the articles do not answer, or what can be asked
    """

    kind: Literal["searching", "reading", "waiting", "writing", "sentence", "refusal"]
    text: str = ""
    sentence: AnswerSentence | None = None
    passages: tuple[Passage, ...] = ()
    citation: Citation | None = None
    before: int = 0


Steps = Generator[Event, None, T]
"""Yields events and returns a result."""


def outcome(steps: Steps[T]) -> T:
    """The result of the steps, discarding their events."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            value: T = done.value
            return value
