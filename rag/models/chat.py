"""The chat model interface: messages in, typed events out.

    Waiting(1) → First({"Yes": .98, "No": .01}) → Text("Yes. It rai") → Text("ned [1].") → Finished(…)

Arguments are never mutated: progress is reported as events, and whatever is known only at the end is in the
last one.
"""

import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from rag.errors import LLMError
from rag.types import Mode, Usage, Waiting

Message = dict[str, str]
"""`{"role": "system" | "user" | "assistant", "content": …}`."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens per second that a model reads and writes."""

    read: float
    written: float


@dataclass(frozen=True, slots=True)
class First:
    """The probability of each alternative for the first token, 0 to 1; precedes the first `Text`."""

    probabilities: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the answer: never empty, never part of the model's thinking."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a reply. `cut` is the reason it is incomplete, or None if it is complete.

    Usage that the server does not report is counted here. `speed` is None if it was not measured.
    """

    usage: Usage
    speed: Speed | None = None
    cut: LLMError | None = None


Piece: TypeAlias = Waiting | First | Text | Finished


class ChatModel(Protocol):
    """A model that replies to chat messages."""

    @property
    def mode(self) -> Mode: ...

    @property
    def name(self) -> str: ...

    @property
    def evidence_tokens(self) -> int:
        """Tokens of evidence the model can read in time, according to the measurements so far."""
        ...

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        deadline: float,
        stop: threading.Event | None = None,
    ) -> Generator[Piece, None, None]:
        """Yield the events of a reply as they arrive, until `deadline` (`time.monotonic()` seconds).

        Once any text has arrived, the last event is always `Finished`, unless `stop` is set. Closing the
        generator early cancels its request and gives up its place in the queue.

        Raises:
            LLMStopped: within a tenth of a second of `stop` being set.
            LLMError: if there is no text at all.
        """
        ...


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete reply."""

    text: str
    usage: Usage
    cut: LLMError | None = None


def ask(
    model: ChatModel,
    messages: Sequence[Message],
    max_tokens: int,
    deadline: float,
    stop: threading.Event | None = None,
) -> Reply:
    """Return the whole reply at once.

    Raises:
        as `ChatModel.stream`.
    """
    texts: list[str] = []
    with closing(model.stream(messages, max_tokens, deadline, stop)) as pieces:
        for piece in pieces:
            if isinstance(piece, Text):
                texts.append(piece.text)
            elif isinstance(piece, Finished):
                return Reply("".join(texts), piece.usage, piece.cut)
    return Reply("".join(texts), Usage())
