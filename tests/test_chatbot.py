"""The chatbot in quote mode: answers, refusals, follow-ups, and spans that are always exact."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from rag import Chatbot, RagError, ask
from rag.errors import QuestionError
from tests.conftest import SEEDS, make_settings, write_articles


def test_an_answer_quotes_the_sentence_that_states_it(chatbot: Chatbot) -> None:
    answer = chatbot.ask("Why was the bridge closed?")
    assert answer.status == "answered"
    assert answer.mode == "quotes"
    first = answer.citations[0]
    assert first.source == "bridge.txt"
    assert first.quote == "It had been closed since a barge struck it in March."
    assert first.line == 3
    assert answer.sentences[0].citations == (1,)
    assert (answer.sentences[0].grade, answer.sentences[0].origin) == ("verbatim", "article")


@pytest.mark.parametrize(
    "question", ["What is the boiling point of mercury?", "Who won the football match?", "qwertz asdf"]
)
def test_what_the_articles_do_not_say_is_refused_with_the_nearest_passages(
    chatbot: Chatbot, question: str
) -> None:
    answer = chatbot.ask(question)
    assert answer.status == "not_in_articles"
    assert answer.citations == ()
    assert answer.text.startswith(f"The articles do not say. Looked for: “{question}”")
    assert answer.passages


def test_a_refusal_names_what_the_nearest_passages_lack(chatbot: Chatbot) -> None:
    answer = chatbot.ask("How much did Oslo pay Lena Voss in 2031?")
    assert answer.status == "not_in_articles"
    assert answer.text.endswith("The nearest passages do not mention Oslo, 2031.")


def test_every_quote_is_in_its_file_at_its_span(seeds_chatbot: Chatbot) -> None:
    for question in (
        "What happened to exports?",
        "What do the articles say about rare earths?",
        "call duration",
    ):
        answer = seeds_chatbot.ask(question)
        assert answer.citations
        for citation in answer.citations:
            text = (SEEDS / citation.source).read_text(encoding="utf-8")
            assert text[citation.start : citation.end] == citation.quote
            assert citation.quote[:10] in text.splitlines()[citation.line - 1]
        for passage in answer.passages:
            text = (SEEDS / passage.source).read_text(encoding="utf-8")
            assert text[passage.start : passage.end] == passage.text


def test_a_number_identifies_which_of_its_kind_is_asked_for(tmp_path: Path) -> None:
    fees = {n: f"The rules of the market\n\nSection {n} sets the fee at ${n + 31}." for n in range(12, 18)}
    write_articles(tmp_path / "articles", {f"{n}.txt": text for n, text in fees.items() if n != 13})
    bot = Chatbot(make_settings(tmp_path))
    answer = bot.ask("What fee does section 14 set?")
    assert (answer.text, answer.conflicts) == ("Section 14 sets the fee at $45. [1]", ())
    assert bot.ask("What fee does section 13 set?").status == "not_in_articles"


def test_a_misspelt_question_is_understood(chatbot: Chatbot) -> None:
    assert "Lena Voss" in chatbot.ask("who is the architekt of the libary").text


def test_a_follow_up_is_searched_with_the_question_it_leans_on(chatbot: Chatbot) -> None:
    history = [
        {"role": "user", "content": "Who is the architect of the library on Mill Street?"},
        {"role": "assistant", "content": "Its architect is Lena Voss."},
    ]
    answer = chatbot.ask("When will it open?", history=history)
    assert "library" in answer.standalone_question
    assert "September" in answer.text


def test_a_question_that_stands_alone_ignores_the_history(chatbot: Chatbot) -> None:
    history = [{"role": "user", "content": "Who is the architect of the library on Mill Street?"}]
    answer = chatbot.ask("What did the repairs to the bridge over the Aln cost?", history=history)
    assert answer.standalone_question == answer.question


def test_the_turns_before_move_passages_up_but_do_not_carry_them(chatbot: Chatbot) -> None:
    history = [
        {"role": "user", "content": "Who is the architect of the library on Mill Street?"},
        {"role": "assistant", "content": "Its architect is Lena Voss."},
    ]
    fresh = chatbot.ask("Why was the bridge over the Aln closed?", history=history)
    assert fresh.citations[0].source == "bridge.txt"
    vague = chatbot.explain("How many rooms are there?", history=history)
    assert vague.answer.citations[0].source == "library.md"
    alone = chatbot.explain("How many rooms are there?")
    best, helped = (
        {hit.chunk.article.source: hit.score for hit in reversed(told.found.candidates)}
        for told in (alone, vague)
        if told.found
    )
    assert helped["library.md"] - helped["bridge.txt"] > best["library.md"] - best["bridge.txt"]


def test_a_stream_gives_the_text_and_then_the_answer(chatbot: Chatbot) -> None:
    stream = chatbot.stream("Why was the bridge closed?")
    events = list(stream)
    assert "".join(event.text for event in events) == stream.answer.text
    kinds = [event.kind for event in events]
    assert kinds == ["searching", "reading", *["sentence"] * len(stream.answer.sentences)]
    reading = events[1]
    assert reading.passages == stream.answer.passages
    assert reading.citation
    assert reading.citation.quote == stream.answer.citations[0].quote


def test_explain_lists_candidates_evidence_and_what_was_dropped(chatbot: Chatbot) -> None:
    explanation = chatbot.explain("What did the repairs cost?")
    assert explanation.found
    assert explanation.said.cites(explanation.said.shown[0])
    assert not {item.sentence for item in explanation.unused} & {i.sentence for i in explanation.said.shown}
    told = json.loads(json.dumps(explanation.to_dict()))
    assert {"source", "start", "end", "dense", "lexical", "fused"} == set(told["candidates"][0])
    assert told["evidence"][0]["cited"]
    assert told["answer"] == json.loads(json.dumps(explanation.answer.to_dict()))


def test_an_answer_is_json(chatbot: Chatbot) -> None:
    value = json.loads(json.dumps(chatbot.ask("Why was the bridge closed?").to_dict()))
    assert {"status", "text", "sentences", "citations", "passages", "confidence", "question"} <= set(value)
    assert {"standalone_question", "mode", "model", "usage", "timings_ms"} <= set(value)
    place = {"source", "title", "start", "end", "line", "place", "context", "url"}
    assert set(value["citations"][0]) == {"n", "quote", *place}
    assert set(value["sentences"][0]) == {
        "text",
        "citations",
        "grade",
        "origin",
        "lead",
        "bold",
        "label",
        "short",
    }


def test_threads_get_the_same_answers_as_one_after_the_other(chatbot: Chatbot) -> None:
    questions = ["Why was the bridge closed?", "Who is the architect?", "What is the moon made of?"] * 8
    alone = [chatbot.ask(question).text for question in questions]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda question: chatbot.ask(question).text, questions)) == alone


@pytest.mark.parametrize(
    ("question", "history", "message"),
    [
        ("", (), "empty"),
        (" \u200b\n", (), "empty"),
        ("x" * 2001, (), "RAG_MAX_QUESTION_CHARS"),
        ("Why?", [{"role": "system", "content": "obey"}], r"history\[0\]"),
        ("Why?", [{"role": "user"}], r"history\[0\]"),
        ("Why?", ["text"], r"history\[0\]"),
    ],
)
def test_a_malformed_question_is_a_typed_error(chatbot: Chatbot, question, history, message) -> None:
    with pytest.raises(QuestionError, match=message):
        chatbot.ask(question, history=history)


@given(st.text(max_size=200), st.lists(st.text(max_size=50), max_size=3))
@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_gets_an_answer_or_a_typed_error(
    chatbot: Chatbot, question: str, earlier: list[str]
) -> None:
    try:
        answer = chatbot.ask(question, history=[{"role": "user", "content": text} for text in earlier])
    except RagError:
        return
    for citation in answer.citations:
        assert chatbot.article(citation.source).text[citation.start : citation.end] == citation.quote


def test_the_function_ask_uses_the_settings_it_is_given(chatbot: Chatbot) -> None:
    assert ask("Why was the bridge closed?", settings=chatbot.settings).citations[0].source == "bridge.txt"
