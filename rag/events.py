"""What happens while a question is answered: one type of event for all of it.

Each step of `rag.question` is a generator that yields events and returns its value.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal, TypeVar

from rag.types import AnswerSentence, Citation, Passage

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    searching   passages are being looked for
    reading     `passages` were found; `citation` is the best sentence of them
    waiting     the language model answers one question at a time: `before` others come first
    writing     the language model has been asked
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
"""Yields what happens, returns what came of it."""


def outcome(steps: Steps[T]) -> T:
    """What comes of the steps, once all have been taken."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            value: T = done.value
            return value
