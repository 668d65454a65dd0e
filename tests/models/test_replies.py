"""How servers reply: each fake is a small real HTTP server that behaves like some product."""

import json
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from rag.models.faults import Server
from rag.types import Usage
from tests.fakes import openai_server as fake
from tests.fakes.replies import ANSWER, KEY, asked, delta, events, fault, message, model, reply

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


def test_usage_that_is_not_reported_is_counted() -> None:
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
