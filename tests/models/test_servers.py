"""Servers as they are: each is a small real HTTP server that behaves as some product does."""

import json
import socket
import threading
import time
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from rag.errors import LLMError, LLMStopped
from rag.models.allowance import Allowance
from rag.models.chat import Finished, Piece, Reply, Text, ask
from rag.models.faults import Server
from rag.models.llm import OpenAIChat
from rag.models.pace import Pace
from rag.types import Usage
from tests.fakes import openai_server as fake

KEY = "sk-proj-0123456789abcdefghij"
QUESTION = [
    {"role": "system", "content": "Answer from the articles."},
    {"role": "user", "content": "When did it rain?"},
]
ANSWER = "It rained on Monday [1]."


def model(server: fake.FakeServer, **options: Any) -> OpenAIChat:
    budget, temperature = options.pop("budget", 3000), options.pop("temperature", None)
    return OpenAIChat("openai", "m", server.base_url, KEY, budget, temperature, **options)


def reply(chat: OpenAIChat, seconds: float = 10, max_tokens: int = 50) -> Reply:
    return ask(chat, QUESTION, max_tokens, time.monotonic() + seconds)


def asked(behaviour: fake.Behaviour, **options: Any) -> Reply:
    with fake.serving(behaviour) as server:
        return reply(model(server, **options))


def fault(behaviour: fake.Behaviour, **options: Any) -> LLMError:
    with fake.serving(behaviour) as server, pytest.raises(LLMError) as raised:
        reply(model(server, **options))
    return raised.value


def events(*values: object, done: bool = True) -> fake.Behaviour:
    """A stream of these events; a text is sent as it is."""
    lines = [f"data: {v if isinstance(v, str) else json.dumps(v)}\n\n" for v in values]
    return fake.sends("".join(lines) + ("data: [DONE]\n\n" if done else ""), "text/event-stream")


def delta(finish: str | None = None, **parts: object) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": parts, "finish_reason": finish}]}


def message(finish: str | None = "stop", **parts: object) -> str:
    return json.dumps({"choices": [{"index": 0, "message": parts, "finish_reason": finish}]})


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


def test_a_refused_system_message_stands_in_front_of_the_first_question() -> None:
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


USAGE = {"prompt_tokens": 30, "completion_tokens": 6}
ANSWERS = {
    "plain JSON for a stream": fake.sends(message(content=ANSWER), "application/json"),
    "pretty-printed": fake.sends(
        json.dumps(json.loads(message(content=ANSWER)), indent=2), "application/json"
    ),
    "reasoning_content": events(
        delta(reasoning_content="It snowed, or did it?"), delta(content=ANSWER), delta("stop")
    ),
    "reasoning": events(delta(reasoning="Hm."), delta("stop", content=ANSWER)),
    "think": events(delta(content=f"<think>It snowed [2].</think>\n\n{ANSWER}"), delta("stop")),
    "think, split": events(
        *(delta(content=c) for c in f"\n<think>It snowed [2]. <b></think>{ANSWER}"), delta("stop")
    ),
    "Magistral": events(delta("stop", content=f"[THINK]It snowed.[/THINK]{ANSWER}")),
    "parts": events(
        delta(content=[{"type": "thinking", "thinking": [{"type": "text", "text": "It snowed."}]}]),
        delta(content=[{"type": "text", "text": "It rained "}, {"type": "text", "text": "on Monday [1]."}]),
        delta("stop"),
    ),
    "a message in a stream": events({"choices": [{"message": {"content": ANSWER}, "finish_reason": "stop"}]}),
    "no finish_reason": events(delta(content=ANSWER)),
    "no [DONE]": events(delta("stop", content=ANSWER), done=False),
    "line separators in a text": events(
        json.dumps(delta(content=ANSWER, x="\u2028"), ensure_ascii=False)
    ),
    "comments and other fields": fake.sends(
        f": ping\r\nevent: message\r\nid: 7\r\ndata: {json.dumps(delta('stop', content=ANSWER))}\r\n\r\n"
        "data: [DONE]\r\n\r\n",
        "text/event-stream",
    ),
    "null everywhere": events(
        {"choices": None, "usage": None, "error": None}, {"choices": [{"delta": None, "logprobs": None}]},
        delta("stop", content=ANSWER, tool_calls=None, refusal=None),
    ),
}  # fmt: skip


@pytest.mark.parametrize("behaviour", ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_is_read_in_whatever_way_it_is_sent(behaviour: fake.Behaviour) -> None:
    told = asked(behaviour)
    assert (told.text, told.cut) == (ANSWER, None)


@pytest.mark.parametrize(
    "usage",
    [
        {"usage": USAGE},
        {"usage": {"input_tokens": 30, "output_tokens": 6}},
        {"x_groq": {"usage": USAGE}},
        {"prompt_eval_count": 30, "eval_count": 6},
    ],
)
def test_usage_is_found_under_its_other_names(usage: dict[str, Any]) -> None:
    assert asked(events(delta("stop", content=ANSWER), {"choices": [], **usage})).usage == Usage(30, 6)


def test_usage_that_is_not_told_is_counted() -> None:
    usage = asked(events(delta("stop", content=ANSWER))).usage
    assert 5 <= usage.completion_tokens <= 10
    assert 8 <= usage.prompt_tokens <= 20


# Each with what must stand in the reader's text.
NO_ANSWERS = {
    "refusal": (events(delta(refusal="I cannot help with that."), delta("stop")), "cannot help with that"),
    "tool calls": (events(delta("tool_calls", tool_calls=[{"id": "1"}])), "called a tool"),
    "only thought": (events(delta(reasoning_content="Hm."), delta("stop")), "thought and wrote no answer"),
    "thought without end": (events(delta(content="<think>Was it Monday? "), delta("stop")), "no answer"),
    "empty": (events(delta("stop", content="")), "empty reply"),
    "white space": (events(delta("stop", content=" \n\n ")), "empty reply"),
    "filter": (events(delta("content_filter")), "content filter"),
    "a web page": (fake.sends("<!DOCTYPE html><p>Log in</p>", "text/html"), "web page"),
    "broken JSON": (events("{broken"), "cannot be read"),
    "an error in the stream": (events({"error": {"message": "The GPU burns", "code": 500}}), "GPU burns"),
    "an error as plain JSON": (fake.sends('{"error": "model is loading"}', "application/json"), "is loading"),
    "401": (fake.status(401, '{"error": {"message": "Incorrect API key"}}'), "the key (401): “Incorrect"),
    "403": (fake.status(403, '{"message": "Not in your plan"}'), "Not in your plan"),
    "404": (fake.status(404, '{"error": "model \\"m\\" not found, try pulling it first"}'), "try pulling it"),
    "429": (fake.status(429, '{"error": {"message": "Quota of May is used up"}}'), "Quota of May is used up"),
    "503": (fake.status(503, '{"detail": "Loading weights"}'), "(503): “Loading weights”"),
    "502, a page": (fake.status(502, "<html><h1>Bad gateway</h1></html>"), "failed (502)"),
    "too long": (
        fake.status(400, '{"error": {"message": "the request exceeds the available context size"}}'),
        "exceeds the available context size",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("behaviour", "said"), NO_ANSWERS.values(), ids=NO_ANSWERS.keys())
def test_a_reply_without_an_answer_says_why_in_the_servers_own_words(
    behaviour: fake.Behaviour, said: str
) -> None:
    error = fault(behaviour)
    assert said in error.reader
    assert error.reader.startswith("The language model ")
    assert not any(sign in error.reader for sign in ("OPENAI", "RAG_", "http", "<", "\n"))


CUT = {
    "at its limit": (events(delta(content=ANSWER), delta("length")), "longer than allowed"),
    "by a filter": (events(delta(content=ANSWER), delta("content_filter")), "content filter"),
    "broken JSON in the middle": (events(delta(content=ANSWER), "{broken"), "cannot be read"),
    "an error in the middle": (
        events(delta(content=ANSWER), {"error": {"message": "worker died"}}),
        "worker",
    ),
    "just ends": (events(delta(content=ANSWER), done=False), "broke off"),
    "stalls": (fake.stalls(3, first=ANSWER), "in time"),
}


@pytest.mark.parametrize(("behaviour", "said"), CUT.values(), ids=CUT.keys())
def test_what_was_written_before_a_reply_broke_off_is_kept_and_it_is_said(
    behaviour: fake.Behaviour, said: str
) -> None:
    with fake.serving(behaviour) as server:
        told = reply(model(server), seconds=1.5)
    assert told.text == ANSWER
    assert told.cut is not None
    assert said in told.cut.reader


def test_a_reply_that_ends_in_the_middle_of_its_bytes_is_cut() -> None:
    def behave(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        handler.wfile.write(f"data: {json.dumps(delta(content=ANSWER))}\n\n".encode())

    told = asked(behave)
    assert (told.text, told.cut is None) == (ANSWER, False)


@pytest.mark.parametrize(
    "thinking",
    [
        [delta(reasoning_content="Hm."), delta("length")],
        [delta(content="<think>Was it Monday"), delta("length")],
        [delta("length"), {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 50,
                           "completion_tokens_details": {"reasoning_tokens": 50}}}],
    ],
)  # fmt: skip
def test_a_model_that_used_up_its_limit_thinking_gets_room_and_keeps_it(thinking: Sequence[object]) -> None:
    def behave(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        (fake.says(ANSWER) if body["max_tokens"] > 1000 else events(*thinking))(handler, body)

    with fake.serving(behave) as server:
        chat = model(server)
        assert reply(chat).text == ANSWER
        assert reply(chat).text == ANSWER
        assert [request["max_tokens"] > 1000 for request in server.requests] == [False, True, True]


def test_a_model_whose_template_begins_the_thinking_is_known_after_its_first_reply() -> None:
    with fake.serving(events(delta(content=f"It snowed.</think>{ANSWER}"), delta("stop"))) as server:
        chat = model(server)
        reply(chat)
        assert reply(chat).text == ANSWER


def test_a_reason_names_no_key_and_stays_short() -> None:
    server = Server("http://x/v1", "m", KEY)
    for said in (
        f"Incorrect API key provided: {KEY}",
        "Incorrect API key provided: sk-proj-****************ghij. You can find it at the dashboard.",
        "bad token: Bearer abcdef0123456789",
        "unknown 0a1b2c3d4e5f60718293a4b5c6d7",
    ):
        reason = server.reason(said)
        assert not any(part in reason for part in ("ghij", "0123456789", "293a4b5c", "abcdef"))
        assert reason
    assert len(server.reason("word " * 500)) < 210
    assert server.reason({"error": {"message": "no model Qwen2.5-Coder-1.5B-Instruct"}}) == (
        "no model Qwen2.5-Coder-1.5B-Instruct"
    )


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


def test_tokens_count_against_the_day_even_where_the_server_tells_none() -> None:
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
    behaviour, _ = NO_ANSWERS["too long"]
    with fake.serving(behaviour) as server:
        chat = model(server, budget=Pace(5))
        with pytest.raises(LLMError):
            reply(chat)
        assert chat.evidence_tokens == 1500


def test_the_last_event_is_finished_and_nothing_comes_behind_it() -> None:
    with fake.serving(fake.says(ANSWER)) as server:
        pieces: list[Piece] = list(model(server).stream(QUESTION, 50, time.monotonic() + 8))
    assert [type(piece) for piece in pieces].count(Finished) == 1
    assert isinstance(pieces[-1], Finished)
