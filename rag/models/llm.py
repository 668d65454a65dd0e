"""The language model: any OpenAI-compatible chat endpoint, through the real openai client.

The embedded model is such an endpoint too (`rag.models.local`), so there is one code path.
"""

import json
import math
import queue
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from rag.errors import LLMError, LLMTimeout
from rag.models.allowance import Allowance
from rag.models.line import Line
from rag.models.tokens import count_tokens
from rag.types import Mode, Usage

Message = dict[str, str]
"""`{"role": "system" | "user" | "assistant", "content": …}`."""

_CANDIDATES = 20  # for the first token
_LAST_LINES = 10
_MOST_CHARS = 10  # of a token, on average: a server that knows no limit is not listened to for ever
# Parameters that some servers refuse, and what to send instead; tried only after a refusal.
_ALTERNATIVES = {"max_tokens": "max_completion_tokens", "temperature": None, "stream_options": None}


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens a second that a model reads and writes."""

    read: float
    written: float


@dataclass(slots=True)
class Receipt:
    """What a call tells beside its text: tokens used, how likely the first tokens were, how fast it was.

    `first` maps each candidate for the first token to its probability; empty where the endpoint
    gives none. `speed` is told by llama.cpp alone.
    """

    usage: Usage = field(default_factory=Usage)
    first: dict[str, float] = field(default_factory=dict)
    speed: Speed | None = None


class ChatModel(Protocol):
    """Something that answers chat messages."""

    mode: Mode
    name: str
    evidence_tokens: int
    line: Line | None
    """Where questions wait, if it answers one at a time."""

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        deadline: float,
        receipt: Receipt,
    ) -> Iterator[str]:
        """Pieces of the reply as they come, until `deadline` (`time.monotonic()` seconds).

        `receipt.first` is filled before the first piece comes, `receipt.usage` after the last.

        Raises:
            LLMError: if there is no reply, or it was cut off.
        """


class OpenAIChat:
    """A chat model behind `base_url` (empty: the openai client's own default)."""

    def __init__(
        self,
        mode: Mode,
        name: str,
        base_url: str,
        api_key: str,
        evidence_tokens: int,
        temperature: float | None,
        *,
        first_tokens: bool = False,
        line: Line | None = None,
        allowance: Allowance | None = None,
    ) -> None:
        """`first_tokens` asks for the probabilities of the first token; not every server gives them."""
        import openai  # half a second to import, and quote mode never needs it

        self.mode, self.name, self.evidence_tokens, self.line = mode, name, evidence_tokens, line
        self._openai, self._allowance = openai, allowance
        # A server without keys still needs the client to be given something.
        self._client = openai.OpenAI(base_url=base_url or None, api_key=api_key or "none", max_retries=1)
        self._where = str(self._client.base_url)
        self._options: dict[str, Any] = {"stream_options": {"include_usage": True}}
        if temperature is not None:
            self._options["temperature"] = temperature
        if first_tokens:
            self._options.update(logprobs=True, top_logprobs=_CANDIDATES)
        self._refused: set[str] = set()

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        deadline: float,
        receipt: Receipt,
    ) -> Iterator[str]:
        # The client's timeout is for each read: a server that drips bytes would never trip it.
        # So a thread reads, and this side waits no longer than the deadline.
        if self._allowance:
            self._allowance.require()
        pieces: queue.Queue[str | Exception | None] = queue.Queue()
        closed = threading.Event()

        def read() -> None:
            try:
                with ExitStack() as opened:
                    lines = self._open(messages, max_tokens, deadline, opened)
                    for piece in self._pieces(lines, receipt, max_tokens):
                        if closed.is_set():
                            return
                        pieces.put(piece)
                    pieces.put(None)
                    # The client's own stream closes at the last event: then a connection serves once.
                    for _ in islice(lines, _LAST_LINES):
                        pass
            except Exception as error:
                pieces.put(error)

        threading.Thread(target=read, name="llm", daemon=True).start()
        try:
            while True:
                left = deadline - time.monotonic()
                try:
                    if left <= 0:  # whoever checks the pieces may be slower than they come
                        raise queue.Empty
                    piece = pieces.get(timeout=left)
                except queue.Empty:
                    raise LLMTimeout(f"{self.name} did not finish in time (RAG_DEADLINE_S)") from None
                if piece is None:
                    return
                if isinstance(piece, Exception):
                    raise self._explain(piece) from piece
                yield piece
        finally:
            closed.set()
            if self._allowance:
                self._allowance.spend(_tokens(receipt, messages))

    def _pieces(self, lines: Iterable[str], receipt: Receipt, max_tokens: int) -> Iterator[str]:
        """The text in the server-sent events of a chat completion, up to its last event."""
        finish, events, room = "", 0, _MOST_CHARS * max_tokens
        for line in lines:
            event = line.removeprefix("data:").strip()
            if event == "[DONE]":
                break
            if not line.startswith("data:") or not event:
                continue
            events += 1
            chunk = json.loads(event)
            if chunk.get("error"):
                raise LLMError(f"{self.name} failed in the middle of its reply")
            if usage := chunk.get("usage"):
                receipt.usage = Usage(int(usage["prompt_tokens"]), int(usage["completion_tokens"]))
            if timings := chunk.get("timings"):
                read, written = timings["prompt_per_second"], timings["predicted_per_second"]
                receipt.speed = Speed(float(read), float(written))
            for choice in chunk.get("choices") or ():
                finish = choice.get("finish_reason") or finish
                receipt.first = receipt.first or _candidates(choice)
                content = (choice.get("delta") or {}).get("content")
                if isinstance(content, str) and content:
                    yield content[:room]
                    if (room := room - len(content)) <= 0:
                        return
        if not finish:  # a reply that just ends is no error to the client
            reason = "broke off in the middle of its reply" if events else "sent no reply that can be read"
            raise LLMError(f"{self.name} {reason}")
        if finish == "content_filter":
            raise LLMError(f"{self.name} refused to answer (content filter)")

    def _open(
        self, messages: Sequence[Message], max_tokens: int, deadline: float, opened: ExitStack
    ) -> Iterator[str]:
        """Send the request; the lines of its response."""
        options = {**self._options, "max_tokens": max_tokens}
        for name in self._refused:
            self._swap(options, name)
        while True:
            try:
                sent = self._client.chat.completions.with_streaming_response.create(
                    model=self.name,
                    messages=list(messages),  # type: ignore[arg-type]
                    stream=True,
                    timeout=max(deadline - time.monotonic(), 0.001),
                    **options,
                )
                return opened.enter_context(sent).iter_lines()
            except self._openai.BadRequestError as error:
                refused = next(
                    (name for name in _ALTERNATIVES if name in options and name in str(error)), None
                )
                if refused is None:
                    raise
                self._refused.add(refused)
                self._swap(options, refused)

    @staticmethod
    def _swap(options: dict[str, Any], name: str) -> None:
        value, other = options.pop(name, None), _ALTERNATIVES[name]
        if other is not None:
            options[other] = value

    def _explain(self, error: Exception) -> LLMError:
        """A plain message; the client's own may repeat the key or whole pages of HTML."""
        api, where = self._openai, self._where
        if isinstance(error, LLMError):
            return error
        if isinstance(error, api.APITimeoutError):
            return LLMTimeout(f"{where} did not answer in time (RAG_DEADLINE_S)")
        if isinstance(error, api.APIConnectionError):
            return LLMError(f"{where} cannot be reached: is the server running? (OPENAI_BASE_URL)")
        if isinstance(error, api.AuthenticationError | api.PermissionDeniedError):
            return LLMError(f"{where} refused the key ({error.status_code}): check OPENAI_API_KEY")
        if isinstance(error, api.NotFoundError):
            return LLMError(
                f"{where} has no model {self.name!r} (404): check OPENAI_MODEL and OPENAI_BASE_URL"
            )
        if isinstance(error, api.RateLimitError):
            return LLMError(f"{where} allows no more requests now (429): wait, or check the quota")
        if isinstance(error, api.APIStatusError):
            return LLMError(f"{where} failed with status {error.status_code}")
        # Broken JSON raises JSONDecodeError, other JSON TypeError or KeyError, a cut stream httpx's types.
        return LLMError(f"{where} sent a reply that cannot be read ({type(error).__name__})")


def _tokens(receipt: Receipt, messages: Sequence[Message]) -> int:
    """What a call has used, as the server tells; at least the prompt, if it does not or was left early."""
    told = receipt.usage.prompt_tokens + receipt.usage.completion_tokens
    return told or sum(count_tokens([message["content"] for message in messages]))


def _candidates(choice: dict[str, Any]) -> dict[str, float]:
    """Candidates for the first token of a streamed choice, with their probabilities."""
    tokens = (choice.get("logprobs") or {}).get("content") or ()
    return {top["token"]: math.exp(top["logprob"]) for token in tokens[:1] for top in token["top_logprobs"]}
