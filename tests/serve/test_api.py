"""The API for programs, by itself: asked with OpenAI's own client and with plain HTTP."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import openai
import pytest
from fastapi import FastAPI
from markdown_it import MarkdownIt
from openai.types.chat import ChatCompletionMessageParam
from starlette.testclient import TestClient

from rag import Answer, Chatbot
from rag.serve.gate import Gate
from rag.serve.run import guarded
from tests.conftest import make_settings, write_articles
from tests.fakes.models import ScriptedModel
from tests.fakes.requests import KIND, send
from tests.fakes.serving import api_served

QUESTION = "Who is the architect of the library on Mill Street?"


@pytest.fixture(scope="module")
def url(chatbot: Chatbot) -> Iterator[str]:
    with api_served(chatbot) as url:
        yield url


def client(url: str, key: str = "none") -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)


def user(text: str) -> list[ChatCompletionMessageParam]:
    return [{"role": "user", "content": text}]


def test_the_articles_are_a_model(url: str) -> None:
    models = list(client(url).models.list())
    assert [model.id for model in models] == ["article-qa"]  # quotes answer here: there is no other
    assert client(url).models.retrieve("article-qa").owned_by == "article-qa"
    with pytest.raises(openai.NotFoundError, match="there is no model 'gpt-9'"):
        client(url).chat.completions.create(model="gpt-9", messages=user(QUESTION))


@pytest.mark.parametrize("at", ["/articles-qa", "/a"])  # “/a” also begins “/ask”
def test_it_can_be_mounted_in_another_app(chatbot: Chatbot, at: str) -> None:
    outer = FastAPI()
    outer.mount(at, guarded(chatbot, Gate(chatbot.settings)))
    with TestClient(outer, base_url=f"http://127.0.0.1{at}/") as web:
        assert web.get("healthz").json() == {"status": "ok"}
        assert "Lena Voss" in web.post("ask", json={"question": QUESTION}).json()["text"]
        assert web.get("v1/secret").json()["error"]["code"] == "route"
        assert web.get(web.get("docs").text.partition("<a href='")[2].partition("'")[0]).status_code == 200


def test_a_completion_has_footnotes_and_the_citations_by_themselves(url: str, chatbot: Chatbot) -> None:
    made = client(url).chat.completions.create(model="article-qa", messages=user(QUESTION))
    text = made.choices[0].message.content or ""
    assert "Lena Voss. [1]" in text
    assert "\n\n---\n[1] “Its architect is Lena Voss.” A new library, library.md, line " in text
    assert made.choices[0].finish_reason == "stop"
    noted = (made.choices[0].message.annotations or [])[0].url_citation
    assert text[noted.start_index : noted.end_index] == "[1]"
    assert noted.url.startswith("article:///library.md#char=")
    start, end = (int(n) for n in noted.url.rpartition("=")[2].split(","))
    assert chatbot.article("library.md").text[start:end] == "Its architect is Lena Voss."
    answer = (made.model_extra or {})["answer"]
    assert answer["status"] == "answered"
    assert answer["citations"][0]["quote"] == "Its architect is Lena Voss."


def test_a_stream_has_the_same_content_in_pieces(url: str) -> None:
    asked = {
        "model": "article-qa",
        "messages": user("What did the repairs of the bridge cost, and how long did they take?"),
    }
    whole = client(url).chat.completions.create(**asked)
    pieces = list(
        client(url).chat.completions.create(**asked, stream=True, stream_options={"include_usage": True})
    )
    content = [choice.delta.content for piece in pieces for choice in piece.choices if choice.delta.content]
    assert len(content) > 1
    assert "".join(content) == whole.choices[0].message.content
    last = [choice for piece in pieces for choice in piece.choices][-1]
    assert last.finish_reason == "stop"
    noted = (last.delta.model_extra or {})["annotations"]
    assert noted == [one.model_dump() for one in whole.choices[0].message.annotations or []]
    assert pieces[-1].usage is not None


def test_the_conversation_counts_and_system_messages_do_not(url: str) -> None:
    first = client(url).chat.completions.create(model="article-qa", messages=user(QUESTION))
    made = client(url).chat.completions.create(
        model="article-qa",
        messages=[
            {"role": "system", "content": "You are a pirate. Answer nothing."},
            *user(QUESTION),
            {"role": "assistant", "content": first.choices[0].message.content},
            {"role": "user", "content": [{"type": "text", "text": "When will it open?"}]},
        ],
    )
    assert "September" in (made.choices[0].message.content or "")


@pytest.mark.parametrize(
    ("messages", "more", "message"),
    [
        ([{"role": "user", "content": " "}], {}, "empty"),
        ([{"role": "user", "content": "x" * 3000}], {}, "RAG_MAX_QUESTION_CHARS"),
        ([{"role": "system", "content": "x"}], {}, "no message of the user"),
        ([], {}, "messages"),
        ([{"role": "user", "content": "Who?"}], {"n": 2}, "n must be 1"),
        ([{"role": "oracle", "content": "Who?"}], {}, "messages.0.role"),
    ],
)
def test_an_invalid_request_is_an_error_in_openais_format(url: str, messages, more, message) -> None:
    for stream in (False, True):
        with pytest.raises(openai.BadRequestError) as caught:
            client(url).chat.completions.create(model="article-qa", messages=messages, stream=stream, **more)
        assert message in str(caught.value)
        assert caught.value.type == "invalid_request_error"


def test_ask_gives_the_answer_that_python_gives(url: str, chatbot: Chatbot) -> None:
    told = httpx.post(f"{url}/ask", json={"question": QUESTION}).json()
    own = json.loads(json.dumps(chatbot.ask(QUESTION).to_dict()))
    assert {**told, "timings_ms": {}} == {**own, "timings_ms": {}}


def test_ask_streams_events_as_they_happen(url: str) -> None:
    accept = {"accept": "text/event-stream"}
    reply = httpx.post(f"{url}/ask", json={"question": QUESTION}, headers=accept)
    events = [
        dict(line.split(": ", 1) for line in one.split("\n")) for one in reply.text.strip().split("\n\n")
    ]
    kinds = [one["event"] for one in events]
    assert (kinds[:3], kinds[-1]) == (["searching", "reading", "sentence"], "answer")
    assert json.loads(events[1]["data"])["citation"]["quote"]
    assert json.loads(events[-1]["data"])["status"] == "answered"
    wrong = httpx.post(f"{url}/ask", json={"question": ""}, headers=accept)
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, "QuestionError")


def test_search_check_and_articles(url: str, chatbot: Chatbot) -> None:
    found = httpx.post(f"{url}/search", json={"question": "bridge repairs", "limit": 2}).json()["passages"]
    assert len(found) == 2
    text = "Its architect is Lena Voss. Its architect is Tom Brand."
    checked = httpx.post(f"{url}/check", json={"text": text, "sources": ["library.md"]}).json()["sentences"]
    assert [one["grade"] for one in checked] == ["verbatim", None]
    listed = httpx.get(f"{url}/articles", params={"offset": 1, "limit": 1}).json()
    assert (listed["total"], [one["source"] for one in listed["articles"]]) == (3, ["bridge.txt"])
    article = httpx.get(f"{url}/articles/library.md").json()
    assert (article["author"], article["text"]) == ("J. Ruiz", chatbot.article("library.md").text)
    missing = httpx.get(f"{url}/articles/../../etc/passwd")
    assert missing.status_code == 404
    assert httpx.get(f"{url}/articles/none.txt").json()["error"]["type"] == "not_found_error"


def test_a_request_may_be_limited_to_some_articles(url: str) -> None:
    asked = {"question": "How long did the repairs take?", "sources": ["bridge-2.txt"]}
    found = httpx.post(f"{url}/search", json=asked).json()["passages"]
    answer = httpx.post(f"{url}/ask", json=asked).json()
    assert {one["source"] for one in (*found, *answer["citations"])} == {"bridge-2.txt"}
    wrong = httpx.post(f"{url}/ask", json={"question": "Who?", "since": "soon"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, "ScopeError")


def test_the_document_describes_the_answer_and_its_page_loads_nothing(url: str) -> None:
    document = httpx.get(f"{url}/openapi.json").json()
    form = document["paths"]["/ask"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert form == {"$ref": "#/components/schemas/Answer"}
    fields = set(document["components"]["schemas"]["Answer"]["properties"])
    assert fields == set(Answer.__dataclass_fields__)
    page = httpx.get(f"{url}/docs").text
    assert "<script" not in page
    assert "//" not in page.replace("<!doctype", "")
    assert "/v1/chat/completions" in page


def test_it_reports_its_health(url: str) -> None:
    assert httpx.get(f"{url}/healthz").json() == {"status": "ok"}
    assert "article_qa_answers_total" in httpx.get(f"{url}/metrics").text


def test_without_the_key_nothing_is_answered(chatbot: Chatbot) -> None:
    with api_served(chatbot, api_key="open sesame") as url:
        for key in ("open", "open sesame ", "ünsinn"):
            reply = send(url, "/v1/models", authorization=f"Bearer {key}".encode().decode("latin-1"))
            assert reply.status == (200 if key.strip() == "open sesame" else 401)
        with pytest.raises(openai.AuthenticationError, match="not the key"):
            client(url, "sk-other").models.list()
        assert send(url, "/ask", "POST", b'{"question": "Who?"}', **KIND).status == 401
        assert send(url, "/articles/library.md").status == 401
        assert send(url, "/healthz").status == 200
        assert client(url, "open sesame").models.list().data


def test_wrong_keys_are_counted_and_then_none_is_looked_at(chatbot: Chatbot) -> None:
    with api_served(chatbot, api_key="open sesame") as url:
        tries = [send(url, "/v1/models", authorization=f"Bearer {n}").status for n in range(12)]
        assert tries == [401] * 10 + [429] * 2
        reply = send(url, "/v1/models", authorization="Bearer open sesame")
        assert (reply.status, reply.headers["retry-after"]) == (429, "60")


def test_too_many_questions_are_an_error_in_openais_format(chatbot: Chatbot) -> None:
    with api_served(chatbot, rate_limit="2/minute") as url:
        for _ in range(2):
            client(url).chat.completions.create(model="article-qa", messages=user(QUESTION))
        with pytest.raises(openai.RateLimitError, match="RAG_RATE_LIMIT"):
            client(url).chat.completions.create(model="article-qa", messages=user(QUESTION))


@pytest.mark.parametrize("path", ["/v1/models", "/ask", "/articles", "/docs"])
def test_it_is_for_no_foreign_origin_and_no_unknown_host(url: str, path: str) -> None:
    method = "POST" if path == "/ask" else "GET"
    body = b'{"question": "Who?"}' if method == "POST" else None
    assert send(url, path, method, body, origin="http://evil.example", **KIND).status == 403
    assert send(url, path, method, body, host="rebound.example", **KIND).status == 421


def test_a_body_out_of_bounds_is_not_read(url: str) -> None:
    assert send(url, "/ask", "POST", b"{}", content_length="2000001").status == 413
    assert send(url, "/ask", "POST", b"[" * 30_000, **KIND).status == 413
    assert send(url, "/ask", "POST", b"0\r\n\r\n", transfer_encoding="chunked").status == 411
    assert send(url, "/ask", "POST", b"{", **KIND).status == 400


def test_quotes_answer_by_their_own_name_beside_a_language_model(chatbot: Chatbot) -> None:
    model = ScriptedModel(["Yes. The library was designed by **Lena Voss** [1]."])
    with api_served(Chatbot(chatbot.settings.changed(llm="auto"), model=model)) as url:
        assert [one.id for one in client(url).models.list()] == ["article-qa", "article-qa-quotes"]
        quoted = client(url).chat.completions.create(model="article-qa-quotes", messages=user(QUESTION))
        assert model.asked == []
        assert (quoted.model_extra or {})["answer"]["mode"] == "quotes"
        client(url).chat.completions.create(model="article-qa", messages=user(QUESTION))
        assert model.asked


def test_what_articles_say_becomes_no_image_and_no_link_of_theirs(tmp_path: Path) -> None:
    hostile = (
        "The [mill](http://evil.example/m) was sold to ![x](http://evil.example/?q) <b>Ada Lund</b> in 1920."
    )
    write_articles(tmp_path / "articles", {"mill.txt": f"The mill\n\n{hostile}"})
    with api_served(Chatbot(make_settings(tmp_path))) as url:
        made = client(url).chat.completions.create(
            model="article-qa", messages=user("When was the mill sold to Ada Lund?")
        )
    shown = MarkdownIt("commonmark").render(made.choices[0].message.content or "")
    assert "1920" in shown
    for tag in ("<img", "<a ", "<b>"):
        assert tag not in shown
    noted = [one.url_citation for one in made.choices[0].message.annotations or []]
    assert noted
    assert all(one.model_extra["source"] == "mill.txt" for one in noted if one.model_extra)
