"""From the events of a server to those of a chat model, and what they tell together."""

import time
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field, replace

from rag.errors import LLMError, LLMStopped
from rag.models.chat import First, Speed, Text
from rag.models.faults import Server
from rag.models.requests import Form
from rag.models.thinking import Thinking
from rag.models.tokens import count_tokens
from rag.models.wire import End, Said
from rag.types import Usage

_FEW_TOKENS = 5  # written: too few to tell how fast
_VERY_FAST = 1000.0


@dataclass(frozen=True, slots=True)
class Told:
    """What the events of one reply told beside its text.

    `first_at` and `last_at` are when the first and the last token came (`time.monotonic()` seconds);
    `usage` is as the server told it, `spent` as told or counted, `form` how it was asked at last.
    """

    text: str = ""
    events: int = 0
    end: End = ""
    ended: bool = False
    thought: bool = False
    lone_end: bool = False
    refusal: str = ""
    tool: bool = False
    usage: Usage | None = None
    speed: Speed | None = None
    first_at: float = 0.0
    last_at: float = 0.0
    full: bool = False
    alternatives: bool = False
    failure: Exception | None = None
    spent: Usage = field(default_factory=Usage)
    form: Form = field(default_factory=Form)

    @property
    def used_up(self) -> bool:
        """Whether the limit was reached before there was any text."""
        return not self.text and self.failure is None and self.end == "length"

    def after(self, said: Said, now: float) -> "Told":
        """The same with one event more."""
        token = bool(said.text or said.thought)
        return replace(
            self,
            events=self.events + 1,
            end=said.end or self.end,
            ended=self.ended or said.last or bool(said.end),
            thought=self.thought or said.thought or said.thinking_tokens > 0,
            refusal=(self.refusal + said.refusal)[:1000],
            tool=self.tool or said.tool,
            alternatives=self.alternatives or bool(said.first),
            usage=said.usage or self.usage,
            speed=said.speed or self.speed,
            first_at=self.first_at or (now if token else 0.0),
            last_at=now if token else self.last_at,
        )

    def measured(self, sent_at: float, usage: Usage) -> Speed | None:
        """How fast the model read and wrote, as told or as seen; None where that cannot be seen."""
        if self.speed or not sent_at or self.events < 3 or self.first_at <= sent_at:
            return self.speed
        writing_s, written = self.last_at - self.first_at, usage.completion_tokens
        fast = written < _FEW_TOKENS or writing_s <= 0
        return Speed(
            usage.prompt_tokens / (self.first_at - sent_at), _VERY_FAST if fast else written / writing_s
        )


def read_reply(
    events: Iterable[Said], most_chars: int, *, begun: bool = False
) -> Generator[First | Text, None, Told]:
    """First and texts of a reply; returns what it told. A failure ends it and is told, not raised.

    `begun`: the reply begins inside its thinking (see `Thinking`). Past `most_chars` it is cut.

    Raises:
        LLMStopped: if reading the events does.
    """
    told, thinking, first_given, texts, room = Told(), Thinking(begun=begun), False, list[str](), most_chars
    try:
        for said in events:
            told = told.after(said, time.monotonic())
            if said.first and not first_given and not told.thought:
                first_given = True
                yield First(said.first)
            if text := _part(thinking.feed(said.text), texts, room):
                texts.append(text)
                yield Text(text)
                room -= len(text)
            if room <= 0:
                told = replace(told, full=True)
                break
    except LLMStopped:
        raise
    except Exception as error:
        told = replace(told, failure=error)
    if text := _part(thinking.close(), texts, room):
        texts.append(text)
        yield Text(text)
    return replace(
        told, text="".join(texts), thought=told.thought or thinking.thought, lone_end=thinking.lone_end
    )


def _part(text: str, before: list[str], room: int) -> str:
    """What of a piece may be given out: a reply does not begin with white space."""
    return (text if before else text.lstrip())[: max(room, 0)]


def used(told: Told, prompt: list[str]) -> Usage:
    """Tokens as the server told them; counted where it did not, or was left before it could."""
    if told.usage and told.usage.prompt_tokens + told.usage.completion_tokens:
        return told.usage
    return Usage(sum(count_tokens(prompt)), sum(count_tokens([told.text])))


def why_cut(told: Told, server: Server, max_tokens: int) -> LLMError | None:
    """Why a reply with text is not whole; None if it is."""
    if told.end == "length" or told.full:
        return LLMError(
            f"{server.model} was cut off at its limit of {max_tokens} tokens (RAG_MAX_ANSWER_TOKENS)",
            "The language model's answer was longer than allowed and is cut off",
        )
    if told.end == "filter":
        return server.fault("cut its reply off (content filter)")
    return None if told.ended else server.fault("broke off in the middle of its reply")


def why_empty(told: Told, server: Server, max_tokens: int) -> LLMError:
    """Why a reply has no text."""
    if told.refusal:
        return server.fault("declined to answer", told.refusal)
    if told.end == "filter":
        return server.fault("refused to answer (content filter)")
    if told.tool:
        return server.fault("called a tool and wrote no answer")
    if told.end == "length":
        return server.fault(f"used up its limit of {max_tokens} tokens before its answer")
    if told.thought:
        return server.fault("thought and wrote no answer")
    if told.ended:
        return server.fault("gave an empty reply")
    return server.fault("broke off before its answer" if told.events else "sent no reply that can be read")
