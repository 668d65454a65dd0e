"""The language model: any OpenAI-compatible chat endpoint, through the official openai client.

The embedded model is such an endpoint too (`rag.models.local`), so there is only one code path.
"""

import asyncio
import os
import threading
import time
import weakref
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

from rag.errors import LLMError
from rag.models.allowance import Allowance
from rag.models.chat import Finished, First, Message, Piece, Text
from rag.models.faults import Server
from rag.models.loop import loop
from rag.models.pace import Pace
from rag.models.queue import Queue
from rag.models.reading import ReplyState, read_reply, used, why_cut, why_empty
from rag.models.requests import Form, too_long
from rag.models.response import Put, Response
from rag.models.wire import Delta, lines_of, read_events
from rag.types import Mode, Waiting

_DEFAULT_URL = "https://api.openai.com/v1"
_PROBE_TOKENS = 16
_MOST_CHARS = 10  # per token, on average: a server that ignores the limit is cut off
_MOST_BYTES, _MOST_BYTES_TOKEN = 1 << 20, 1 << 13  # of a response: twenty alternatives per token take 4 KB


class OpenAIChat:
    """A chat model behind `base_url` (empty: the openai client's default). Thread-safe."""

    def __init__(
        self,
        mode: Mode,
        name: str,
        base_url: str,
        api_key: str,
        evidence_tokens: int | Pace,
        temperature: float | None,
        *,
        first_tokens: bool = False,
        queue: Queue | None = None,
        allowance: Allowance | None = None,
    ) -> None:
        """`first_tokens` requests the probabilities of the first token; not every server returns them.

        `queue` is where questions wait for a server that answers one at a time.
        """
        self.mode: Mode = mode
        self.name = name
        self._evidence, self._queue, self._allowance = evidence_tokens, queue, allowance
        self._server = Server(base_url or _DEFAULT_URL, name, api_key)
        self._form = Form(temperature=temperature, logprobs=first_tokens)
        self._begins_thinking = False
        self._clients = _Clients(base_url, api_key)

    @property
    def evidence_tokens(self) -> int:
        return self._evidence if isinstance(self._evidence, int) else self._evidence.evidence_tokens

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        deadline: float,
        stop: threading.Event | None = None,
    ) -> Generator[Piece, None, None]:
        """See `ChatModel.stream`."""
        if self._allowance:
            self._allowance.require()
        with ExitStack() as served:
            if self._queue:
                ticket = served.enter_context(self._queue.ticket())
                yield from map(Waiting, self._queue.places(ticket, deadline, stop))
            had_room = self._form.thinks
            state = yield from self._call(self._form, messages, max_tokens, deadline, stop)
            self._learn(state)
            if state.used_up and not had_room:
                # It thinks, visibly or not: retry with room for that.
                self._form, before = replace(self._form, thinks=True), state.spent
                state = yield from self._call(self._form, messages, max_tokens, deadline, stop)
                self._learn(state)
                state = replace(state, spent=before + state.spent)
            failure = self._explained(state.failure) if state.failure else None
            if not state.text:
                raise failure or why_empty(
                    state, self._server, self._form.tokens(max_tokens)
                ) from state.failure
            yield Finished(state.spent, state.speed, failure or why_cut(state, self._server, max_tokens))

    def examine(
        self, messages: Sequence[Message], deadline: float, *, json_object: bool = False
    ) -> ReplyState:
        """Request everything a server might support and report what it returned.

        Raises:
            LLMError: if there is no reply at all.
        """
        form = Form(logprobs=True, json_object=json_object)
        calling = self._call(form, messages, _PROBE_TOKENS, deadline, None)
        while True:
            try:
                next(calling)
            except StopIteration as end:
                state: ReplyState = end.value
                break
        if state.failure:
            raise self._explained(state.failure) from state.failure
        return state

    def _call(
        self,
        form: Form,
        messages: Sequence[Message],
        max_tokens: int,
        deadline: float,
        stop: threading.Event | None,
    ) -> Generator[First | Text, None, ReplyState]:
        """Send one request and read its reply; usage and speed that the server does not report are
        measured.
        """
        request = _Request(self._clients, form, self.name, messages, max_tokens, deadline)
        response = Response(request.fetch, self._server, deadline, stop)
        state = ReplyState()
        try:
            events = _hurrying(read_events(lines_of(response), self._server), response)
            chars = _MOST_CHARS * form.tokens(max_tokens)
            state = yield from read_reply(events, chars, begun=self._begins_thinking)
        finally:
            response.close()
            usage = used(state, [message["content"] for message in messages])
            if self._allowance and request.sent_at:
                self._allowance.spend(usage.prompt_tokens + usage.completion_tokens)
        speed = state.measured(request.sent_at, usage)
        return replace(state, spent=usage, speed=speed, form=request.form)

    def _learn(self, state: ReplyState) -> None:
        """Learn from this call for the next ones: how to ask, how much evidence, how the reply begins."""
        pace = self._evidence if isinstance(self._evidence, Pace) else None
        if state.failure is None:
            self._form = replace(state.form, thinks=state.form.thinks or state.thought)
            self._begins_thinking = self._begins_thinking or state.lone_end
            # If the model thinks unseen, the time to its first words includes more than reading.
            if pace and state.speed and not self._form.thinks:
                pace.note(state.spent.prompt_tokens, state.speed)
        elif pace and too_long(getattr(state.failure, "body", None)):
            pace.halve()

    def _explained(self, error: Exception) -> LLMError:
        """Return a plain fault; the client's own message may contain the key or whole pages of HTML."""
        import openai

        server = self._server
        if isinstance(error, LLMError):
            return error
        if isinstance(error, openai.APITimeoutError | TimeoutError):
            return server.late()
        if isinstance(error, openai.APIConnectionError):
            return server.fault("cannot be reached", hint="is the server running? OPENAI_BASE_URL")
        if isinstance(error, openai.APIStatusError):
            return server.refused(error.status_code, error.body)
        # A broken connection raises the types of the client's HTTP library.
        return server.fault(f"sent a reply that cannot be read ({type(error).__name__})")


def _hurrying(events: Iterator[Delta], response: Response) -> Iterator[Delta]:
    for delta in events:
        if delta.end or delta.last:
            response.hurry()
        yield delta


class _Clients:
    """The openai client of this process: a forked process must not share its parent's connections."""

    def __init__(self, base_url: str, api_key: str) -> None:
        self._base_url, self._api_key = base_url or _DEFAULT_URL, api_key or "none"  # it requires a key
        self._lock, self._pid = threading.Lock(), 0
        self.client().chat.completions.with_streaming_response  # noqa: B018  # imports a part of it

    def client(self) -> Any:
        import openai  # takes half a second to import, and quote mode never needs it

        with self._lock:
            if self._pid != os.getpid():
                self._pid = os.getpid()
                self._client = openai.AsyncOpenAI(
                    base_url=self._base_url, api_key=self._api_key, max_retries=1
                )
                weakref.finalize(self, _close, self._client, self._pid)
            return self._client


def _close(client: Any, pid: int) -> None:
    if pid == os.getpid():
        asyncio.run_coroutine_threadsafe(client.close(), loop())


@dataclass(slots=True)
class _Request:
    """One request, resent in another form if a server refuses the first."""

    clients: _Clients
    form: Form
    model: str
    messages: Sequence[Message]
    max_tokens: int
    deadline: float
    sent_at: float = 0.0

    async def fetch(self, put: Put) -> None:
        """Send the request and `put` the bytes of the response."""
        import openai

        client = self.clients.client()
        while True:
            sent_at = time.monotonic()
            try:
                async with client.chat.completions.with_streaming_response.create(
                    model=self.model,
                    timeout=max(self.deadline - time.monotonic(), 0.001),
                    **self.form.body(self.messages, self.max_tokens),
                ) as response:
                    self.sent_at = sent_at
                    room = _MOST_BYTES + _MOST_BYTES_TOKEN * self.form.tokens(self.max_tokens)
                    async for data in response.iter_bytes():
                        put(data)
                        if (room := room - len(data)) <= 0:
                            return
                    return
            except openai.APIStatusError as error:
                form = self.form.after(error.status_code, error.body or error.message)
                if form is None:
                    raise
                self.form = form
