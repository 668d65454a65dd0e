"""How servers are asked: what one refuses is sent otherwise, and a request ends when it should."""

import json
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from rag.errors import LLMError, LLMStopped
from rag.models.allowance import Allowance
from rag.models.chat import Finished, Piece, Text
from rag.models.pace import Pace
from tests.fakes import openai_server as fake
from tests.fakes.replies import ANSWER, QUESTION, delta, events, model, reply


def refuses(body: object, refused: Callable[[dict[str, Any]], bool], status: int = 400) -> fake.Behaviour:
    """Refuses such requests with a status and a body, answers the others."""

    def behave(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        told = fake.status(status, json.dumps(body)) if refused(request) else fake.says(ANSWER)
        told(handler, request)

    return behave


def sends_system(request: dict[str, Any]) -> bool:
    return any(message["role"] == "system" for message in request["messages"])


# As products word them.
REFUSALS = {
    "OpenAI, max_tokens": (
        {"error": {"message": "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
                   " 'max_completion_tokens' instead.", "param": "max_tokens"}},
        lambda request: "max_tokens" in request, 400,
    ),
    "OpenAI, temperature": (
        {"error": {"message": "Unsupported value: 'temperature' does not support 0.5 with this model."}},
        lambda request: "temperature" in request, 400,
    ),
    "Mistral, stream_options": (
        {"detail": [{"type": "extra_forbidden", "loc": ["body", "stream_options"],
                     "msg": "Extra inputs are not permitted"}]},
        lambda request: "stream_options" in request, 422,
    ),
    "logprobs": (
        {"error": {"message": "this model does not support logprobs"}},
        lambda request: "logprobs" in request or "top_logprobs" in request, 400,
    ),
    "vLLM, too many tokens": (
        {"object": "error", "message": "'max_tokens' or 'max_completion_tokens' is too large: 50."},
        lambda request: "max_tokens" in request or "max_completion_tokens" in request, 400,
    ),
    "Gemma's template": (
        {"error": {"code": 500, "message": "System role not supported", "type": "server_error"}},
        sends_system, 500,
    ),
    "o1-mini, system": (
        {"error": {"message": "Unsupported value: 'messages[0].role' does not support 'system'."}},
        sends_system, 400,
    ),
    "no streams": (
        {"error": {"message": "Streaming is not enabled for your organization"}},
        lambda request: request["stream"], 400,
    ),
    "no reason at all": ("Bad Request", lambda request: "stream_options" in request, 400),
}  # fmt: skip


@pytest.mark.parametrize(("body", "refused", "status"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_a_server_refuses_is_sent_otherwise_and_not_again(
    body: object, refused: Callable[[dict[str, Any]], bool], status: int
) -> None:
    with fake.serving(refuses(body, refused, status)) as server:
        chat = model(server, temperature=0.5, first_tokens=True)
        assert reply(chat).text == ANSWER
        before = len(server.requests)
        assert reply(chat).text == ANSWER
        assert len(server.requests) == before + 1


def test_a_refused_system_message_is_put_before_the_first_question() -> None:
    body, refused, _ = REFUSALS["Gemma's template"]
    with fake.serving(refuses(body, refused, 400)) as server:
        reply(model(server))
        assert server.requests[-1]["messages"] == [
            {"role": "user", "content": "Answer from the articles.\n\nWhen did it rain?"}
        ]


def test_a_limit_that_counts_thinking_leaves_room_for_it() -> None:
    body, refused, _ = REFUSALS["OpenAI, max_tokens"]
    with fake.serving(refuses(body, refused)) as server:
        reply(model(server))
        assert server.requests[-1]["max_completion_tokens"] >= 4000


class Waits:
    """Never answers; knows when its client has gone."""

    def __init__(self, first: str = "", headers: bool = True) -> None:
        self.reached, self.gone = threading.Event(), threading.Event()
        self.first, self.headers = first, headers

    def __call__(self, handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        if self.headers:
            handler.send_response(200)
            handler.send_header("Content-Type", "text/event-stream")
            handler.end_headers()
            if self.first:
                handler.wfile.write(f"data: {json.dumps(delta(content=self.first))}\n\n".encode())
        self.reached.set()
        handler.connection.settimeout(8)
        if handler.connection.recv(1, socket.MSG_PEEK) == b"":
            self.gone.set()


@pytest.mark.parametrize("waits", [Waits(headers=False), Waits(), Waits(first="It rai")])
def test_stop_ends_the_request_within_a_second_wherever_it_is(waits: Waits) -> None:
    stop = threading.Event()

    def press() -> None:
        waits.reached.wait(8)
        time.sleep(0.1)
        stop.set()

    with fake.serving(waits) as server:
        chat = model(server)
        threading.Thread(target=press).start()
        pieces = chat.stream(QUESTION, 50, time.monotonic() + 8, stop)
        with pytest.raises(LLMStopped):
            list(pieces)
        stopped = time.monotonic()
        assert waits.gone.wait(1)
        assert time.monotonic() - stopped < 1


def test_a_generator_that_is_closed_early_closes_its_connection() -> None:
    waits = Waits(first="It rai")
    with fake.serving(waits) as server:
        pieces = model(server).stream(QUESTION, 50, time.monotonic() + 8)
        assert next(pieces) == Text("It rai")
        pieces.close()
        assert waits.gone.wait(1)


def test_tokens_count_against_the_day_even_if_the_server_reports_none() -> None:
    allowance = Allowance(20)
    with fake.serving(events(delta("stop", content=ANSWER))) as server:
        chat = model(server, allowance=allowance)
        reply(chat)
        reply(chat)
        with pytest.raises(LLMError, match="RAG_DAILY_TOKENS") as raised:
            reply(chat)
        assert "RAG_" not in raised.value.reader
        assert len(server.requests) == 2


def slow(first_s: float) -> fake.Behaviour:
    def behave(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        time.sleep(first_s)
        usage = {"choices": [], "usage": {"prompt_tokens": 900, "completion_tokens": 6}}
        events(delta(content="It "), delta("stop", content="rained."), usage)(handler, body)

    return behave


def test_a_slow_server_gets_less_evidence_and_a_quick_one_all() -> None:
    budgets = []
    for first_s in (0.0, 1.0):
        pace = Pace(answer_s=0.5)
        with fake.serving(slow(first_s)) as server:
            chat = model(server, budget=pace)
            assert chat.evidence_tokens == 3000
            reply(chat)
            budgets.append(chat.evidence_tokens)
    assert budgets[0] > 1000
    assert budgets[1] < 500


def test_a_server_that_finds_a_prompt_too_long_gets_half_of_it() -> None:
    body = '{"error": {"message": "the request exceeds the available context size"}}'
    with fake.serving(fake.status(400, body)) as server:
        chat = model(server, budget=Pace(5))
        with pytest.raises(LLMError):
            reply(chat)
        assert chat.evidence_tokens == 1500


def test_the_last_event_is_finished_and_nothing_comes_behind_it() -> None:
    with fake.serving(fake.says(ANSWER)) as server:
        pieces: list[Piece] = list(model(server).stream(QUESTION, 50, time.monotonic() + 8))
    assert [type(piece) for piece in pieces].count(Finished) == 1
    assert isinstance(pieces[-1], Finished)
