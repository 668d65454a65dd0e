"""Chat models for tests, handed to a chatbot as its `model`."""

import threading
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field

from rag.errors import LLMError
from rag.models.chat import Finished, First, Message, Piece, Text
from rag.types import Mode, Usage


@dataclass
class ScriptedModel:
    """Returns its replies in turn, repeating the last one; records each call's messages.

    `first` are the candidates for the first token, `fails` ends every reply after its text.
    """

    replies: Sequence[str]
    mode: Mode = "custom"
    name: str = "scripted"
    evidence_tokens: int = 2000
    first: Mapping[str, float] = field(default_factory=dict)
    fails: LLMError | None = None
    asked: list[Sequence[Message]] = field(default_factory=list)
    taken: int = 0
    """Pieces of text that were taken."""

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        deadline: float,
        stop: threading.Event | None = None,
    ) -> Generator[Piece, None, None]:
        self.asked.append(messages)
        reply = self.replies[min(len(self.asked), len(self.replies)) - 1]
        if self.first:
            yield First(self.first)
        for word in reply.split(" "):
            self.taken += 1
            yield Text(word + " ")
        if self.fails and not reply:
            raise self.fails
        yield Finished(Usage(7, 3), cut=self.fails)
