"""What a chat model is to the rest: messages in, typed events out.

    Waiting(1) → First({"Yes": .98, "No": .01}) → Text("Yes. It rai") → Text("ned [1].") → Finished(…)

Nothing is written into an argument: what happens on the way is an event, what is known at the end
stands in the last one.
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
    """Tokens a second that a model reads and writes."""

    read: float
    written: float


@dataclass(frozen=True, slots=True)
class First:
    """How likely each alternative for the first token was, 0 to 1; comes before the first `Text`."""

    probabilities: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the answer, never empty, never what a model thinks before it."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a reply. `cut` says why it is not whole, None if it is.

    Where the server tells no usage it is counted here. `speed` is None where nothing was measured.
    """

    usage: Usage
    speed: Speed | None = None
    cut: LLMError | None = None


Piece: TypeAlias = Waiting | First | Text | Finished


class ChatModel(Protocol):
    """Something that answers chat messages."""

    @property
    def mode(self) -> Mode: ...

    @property
    def name(self) -> str: ...

    @property
    def evidence_tokens(self) -> int:
        """Tokens of evidence it can read in time, as measured so far."""
        ...

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        deadline: float,
        stop: threading.Event | None = None,
    ) -> Generator[Piece, None, None]:
        """The events of a reply as they come, until `deadline` (`time.monotonic()` seconds).

        Once a text has come, the last event is `Finished`, whatever happens, unless `stop` is set.
        A generator that is closed early gives up its request and its place in line.

        Raises:
            LLMStopped: within a tenth of a second after `stop` is set.
            LLMError: if there is no text at all.
        """
        ...


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as a whole."""

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
    """The whole reply at once.

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
