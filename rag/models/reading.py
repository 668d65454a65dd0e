"""Turn a server's events into those of a chat model, and summarize what they report."""

import time
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field, replace

from rag.errors import LLMError, LLMStopped
from rag.models.chat import First, Speed, Text
from rag.models.faults import Server
from rag.models.requests import Form
from rag.models.thinking import Thinking
from rag.models.tokens import count_tokens
from rag.models.wire import Delta, End
from rag.types import Usage

_FEW_TOKENS = 5  # written: too few to measure speed
_VERY_FAST = 1000.0


@dataclass(frozen=True, slots=True)
class ReplyState:
    """What the events of one reply reported besides its text.

    `first_at` and `last_at` are the times of the first and the last token (`time.monotonic()` seconds);
    `usage` is as the server reported it, `spent` as reported or counted, `form` the form that was accepted.
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

    def after(self, delta: Delta, now: float) -> "ReplyState":
        """Return a copy updated with one more event."""
        token = bool(delta.text or delta.thought)
        return replace(
            self,
            events=self.events + 1,
            end=delta.end or self.end,
            ended=self.ended or delta.last or bool(delta.end),
            thought=self.thought or delta.thought or delta.thinking_tokens > 0,
            refusal=(self.refusal + delta.refusal)[:1000],
            tool=self.tool or delta.tool,
            alternatives=self.alternatives or bool(delta.first),
            usage=delta.usage or self.usage,
            speed=delta.speed or self.speed,
            first_at=self.first_at or (now if token else 0.0),
            last_at=now if token else self.last_at,
        )

    def measured(self, sent_at: float, usage: Usage) -> Speed | None:
        """Return the model's reading and writing speed, as reported or observed; None if unknown."""
        if self.speed or not sent_at or self.events < 3 or self.first_at <= sent_at:
            return self.speed
        writing_s, written = self.last_at - self.first_at, usage.completion_tokens
        fast = written < _FEW_TOKENS or writing_s <= 0
        return Speed(
            usage.prompt_tokens / (self.first_at - sent_at), _VERY_FAST if fast else written / writing_s
        )


def read_reply(
    events: Iterable[Delta], most_chars: int, *, begun: bool = False
) -> Generator[First | Text, None, ReplyState]:
    """Yield the first token's alternatives and the texts of a reply; return what it reported.

    A failure ends the reply and is recorded, not raised. `begun`: the reply begins inside its thinking (see
    `Thinking`). It is cut at `most_chars`.

    Raises:
        LLMStopped: if reading the events does.
    """
    state, thinking, first_given, texts, room = (
        ReplyState(),
        Thinking(begun=begun),
        False,
        list[str](),
        most_chars,
    )
    try:
        for delta in events:
            state = state.after(delta, time.monotonic())
            if delta.first and not first_given and not state.thought:
                first_given = True
                yield First(delta.first)
            if text := _part(thinking.feed(delta.text), texts, room):
                texts.append(text)
                yield Text(text)
                room -= len(text)
            if room <= 0:
                state = replace(state, full=True)
                break
    except LLMStopped:
        raise
    except Exception as error:
        state = replace(state, failure=error)
    if text := _part(thinking.close(), texts, room):
        texts.append(text)
        yield Text(text)
    return replace(
        state, text="".join(texts), thought=state.thought or thinking.thought, lone_end=thinking.lone_end
    )


def _part(text: str, before: list[str], room: int) -> str:
    """Return the part of a piece to emit: leading white space of a reply is dropped."""
    return (text if before else text.lstrip())[: max(room, 0)]


def used(state: ReplyState, prompt: list[str]) -> Usage:
    """Return the token usage the server reported, or a count if it reported none or was cut off first."""
    if state.usage and state.usage.prompt_tokens + state.usage.completion_tokens:
        return state.usage
    return Usage(sum(count_tokens(prompt)), sum(count_tokens([state.text])))


def why_cut(state: ReplyState, server: Server, max_tokens: int) -> LLMError | None:
    """Return why a reply with text is incomplete; None if it is complete."""
    if state.end == "length" or state.full:
        return LLMError(
            f"{server.model} was cut off at its limit of {max_tokens} tokens (RAG_MAX_ANSWER_TOKENS)",
            "The language model's answer was longer than allowed and is cut off",
        )
    if state.end == "filter":
        return server.fault("cut its reply off (content filter)")
    return None if state.ended else server.fault("broke off in the middle of its reply")


def why_empty(state: ReplyState, server: Server, max_tokens: int) -> LLMError:
    """Return why a reply has no text."""
    if state.refusal:
        return server.fault("declined to answer", state.refusal)
    if state.end == "filter":
        return server.fault("refused to answer (content filter)")
    if state.tool:
        return server.fault("called a tool and wrote no answer")
    if state.end == "length":
        return server.fault(f"used up its limit of {max_tokens} tokens before its answer")
    if state.thought:
        return server.fault("thought and wrote no answer")
    if state.ended:
        return server.fault("gave an empty reply")
    return server.fault("broke off before its answer" if state.events else "sent no reply that can be read")
