"""Language model mode, over HTTP: checked sentences, fallbacks, and every fault an API can show."""

import time
from pathlib import Path

import pytest

from bench.endpoint import endpoint
from rag import Chatbot, Settings
from rag.answer.prompts import NOT_IN_ARTICLES
from rag.errors import SettingsError
from rag.models.chat import Text
from rag.models.choose import open_model
from tests.fakes import openai_server as fake

QUESTION = "What did the repairs to the bridge over the Aln cost?"
KEY = "sk-canary-0123456789"


def bot(chatbot: Chatbot, base_url: str, **changes: object) -> Chatbot:
    """The small corpus, answered by the server at `base_url`."""
    update = {"llm": "openai", "openai_base_url": base_url, "deadline_s": 2.0, **changes}
    from pydantic import SecretStr

    made = Chatbot(chatbot.settings.model_copy(update={"openai_api_key": SecretStr(KEY), **update}))
    made.warm_up()  # the client's import takes longer than these deadlines on a busy machine
    return made


def marker(server: fake.FakeServer, text: str) -> int:
    """The number under which a sentence was shown to the model in the last request."""
    shown = server.requests[-1]["messages"][-1]["content"]
    line = next(line for line in shown.splitlines() if text in line)
    return int(line[1 : line.index("]")])


def test_a_checked_reply_is_the_answer_and_its_citations_are_spans(chatbot: Chatbot) -> None:
    with fake.serving(fake.says("Repairs cost $4.2 million and took 90 days [1].")) as server:
        answer = bot(chatbot, server.base_url).ask(QUESTION)
    assert answer.mode == "openai"
    assert answer.status == "answered"
    assert answer.text.startswith("Repairs cost $4.2 million and took 90 days. [1]")
    assert answer.citations[0].quote == "Repairs cost $4.2 million and took 90 days."
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (11, 5)


def test_an_invented_sentence_is_left_out_and_the_answer_says_so(chatbot: Chatbot) -> None:
    reply = "Repairs cost $4.2 million [1]. The mayor paid $9 million herself [1]."
    with fake.serving(fake.says(reply)) as server:
        answer = bot(chatbot, server.base_url).ask(QUESTION)
    assert "9 million" not in answer.text
    assert "could not be proved" in answer.notice


def test_when_nothing_passes_the_check_quotes_answer(chatbot: Chatbot) -> None:
    with fake.serving(fake.says("The capital of Australia is Canberra [1].")) as server:
        answer = bot(chatbot, server.base_url).ask(QUESTION)
    assert "Canberra" not in answer.text
    assert answer.mode == "quotes"
    assert "4.2 million" in answer.text


@pytest.mark.parametrize(
    "reply",
    ["Repairs cost $4.2 million [99].", "Repairs cost $4.2 million [0].", "Repairs cost $4.2 million."],
)
def test_a_wrong_or_missing_marker_is_replaced_by_the_sentence_that_proves_it(
    chatbot: Chatbot, reply: str
) -> None:
    with fake.serving(fake.says(reply)) as server:
        answer = bot(chatbot, server.base_url).ask(QUESTION)
    assert answer.citations[0].quote == "Repairs cost $4.2 million and took 90 days."


def test_a_reply_without_any_proof_is_asked_for_once_more_with_its_numbers(chatbot: Chatbot) -> None:
    replies = ("Yes. The city paid dearly for all of it.", "Yes. Repairs cost $4.2 million [1].")
    with fake.serving(fake.says(*replies)) as server:
        answer = bot(chatbot, server.base_url).ask(QUESTION)
    assert len(server.requests) == 2
    assert server.requests[1]["messages"][-2] == {"role": "assistant", "content": replies[0]}
    assert "[1]" in server.requests[1]["messages"][-1]["content"]
    assert answer.status == "answered"
    assert answer.text.startswith("Repairs cost $4.2 million. [1]")


def test_it_is_asked_only_once_more(chatbot: Chatbot) -> None:
    with fake.serving(fake.says("Yes. The city paid dearly for all of it.")) as server:
        answer = bot(chatbot, server.base_url).ask(QUESTION)
    assert len(server.requests) == 2
    assert answer.mode == "quotes"


def test_citing_everything_proves_nothing(chatbot: Chatbot) -> None:
    """Over all shown sentences together, the words of this claim can all be found."""
    reply = "The library on Mill Street cost $4.2 million and took 120 days [1-20]."
    with fake.serving(fake.says(reply)) as server:
        answer = bot(chatbot, server.base_url).ask("What did the library on Mill Street cost?")
    assert "library on Mill Street cost" not in answer.text


def test_a_sentence_is_quoted_once(chatbot: Chatbot) -> None:
    reply = "Repairs cost $4.2 million after long quarrels [1]. Repairs took 90 days after long quarrels [1]."
    with fake.serving(fake.says(reply)) as server:
        answer = bot(chatbot, server.base_url).ask(QUESTION)
    assert answer.text.count("Repairs cost $4.2 million and took 90 days.") == 1


def test_a_partly_supported_sentence_is_replaced_by_the_source_sentence(chatbot: Chatbot) -> None:
    reply = "Repairs cost $4.2 million after long quarrels [1]."
    with fake.serving(fake.says(reply)) as server:
        explanation = bot(chatbot, server.base_url).explain(QUESTION)
    assert "quarrels" not in explanation.answer.text
    assert "Repairs cost $4.2 million and took 90 days." in explanation.answer.text
    assert "could be proved" in explanation.answer.notice
    assert ["quarrels" in one.text and bool(one.reason) for one in explanation.said.dropped] == [True]


def test_nothing_unchecked_is_ever_streamed(chatbot: Chatbot) -> None:
    reply = "Canberra is the capital of Australia [1]. Repairs cost $4.2 million [1]."
    with fake.serving(fake.says(reply)) as server:
        pieces = [event.text for event in bot(chatbot, server.base_url).stream(QUESTION)]
    assert "Canberra" not in "".join(pieces)
    assert "4.2 million" in "".join(pieces)


def test_the_model_is_not_asked_without_evidence(chatbot: Chatbot) -> None:
    with fake.serving(fake.says("Mercury boils at 357 °C [1].")) as server:
        answer = bot(chatbot, server.base_url).ask("What is the boiling point of mercury?")
        assert server.requests == []
    assert answer.status == "not_in_articles"


def test_a_refusal_of_the_model_is_a_refusal(chatbot: Chatbot) -> None:
    with fake.serving(fake.says(NOT_IN_ARTICLES)) as server:
        answer = bot(chatbot, server.base_url).ask("Who will pay for the engineers of the library?")
    assert answer.status == "not_in_articles"


def test_a_follow_up_is_rewritten_by_the_model(chatbot: Chatbot) -> None:
    history = [
        {"role": "user", "content": "Which bridge reopened?"},
        {"role": "assistant", "content": "The bridge over the Aln."},
    ]
    replies = ("What did the repairs to the bridge over the Aln cost?", "Repairs cost $4.2 million [1].")
    with fake.serving(fake.says(*replies)) as server:
        answer = bot(chatbot, server.base_url).ask("What did its repairs cost?", history=history)
    assert answer.standalone_question == replies[0]
    assert "4.2 million" in answer.text


@pytest.mark.parametrize("name", ["max_tokens", "stream_options", "temperature"])
def test_a_parameter_that_a_server_refuses_is_left_out(chatbot: Chatbot, name: str) -> None:
    behaviour = fake.refuses_parameter(name, fake.says("Repairs cost $4.2 million [1]."))
    with fake.serving(behaviour) as server:
        model = bot(chatbot, server.base_url, temperature=0.5)
        assert model.ask(QUESTION).mode == "openai"
        assert model.ask(QUESTION).mode == "openai"
        assert len(server.requests) == 3  # refused once, then never sent again


@pytest.mark.parametrize(("behaviour", "notice"), fake.FAULTS.values(), ids=fake.FAULTS.keys())
def test_a_fault_of_the_api_ends_in_quotes_with_a_plain_notice_in_time(
    chatbot: Chatbot, behaviour, notice
) -> None:
    import re

    with fake.serving(behaviour) as server:
        model = bot(chatbot, server.base_url)
        started = time.monotonic()
        answer = model.ask(QUESTION)
        assert time.monotonic() - started < 3.0
    assert answer.mode == "quotes"
    assert answer.status == "answered"
    assert "4.2 million" in answer.text
    assert re.search(notice, answer.notice), answer.notice
    assert KEY not in answer.notice


def test_one_connection_serves_many_questions(chatbot: Chatbot) -> None:
    with endpoint() as server:
        model = bot(chatbot, server.url)
        for _ in range(5):
            assert model.ask(QUESTION).notice == ""
    assert len(server.sent) >= 5
    assert len(server.connections) == 1


def test_the_first_token_is_passed_on_before_the_rest_has_come(chatbot: Chatbot) -> None:
    with endpoint() as server:
        model = open_model(bot(chatbot, server.url).settings, ())
        assert model is not None
        pieces = model.stream([{"role": "user", "content": "?"}], 8, time.monotonic() + 5)
        assert next(pieces) == Text(server.first)
        assert len(server.finished) == 0
        list(pieces)


def test_an_unreachable_server_is_reported(chatbot: Chatbot) -> None:
    answer = bot(chatbot, "http://127.0.0.1:9/v1").ask(QUESTION)
    assert answer.notice == "The language model cannot be reached. Quotes answer instead."
    assert "4.2 million" in answer.text


def test_a_reply_cut_by_the_token_limit_keeps_its_checked_sentences(chatbot: Chatbot) -> None:
    with fake.serving(fake.says("Repairs cost $4.2 million [1]. The mayor of", finish="length")) as server:
        answer = bot(chatbot, server.base_url).ask(QUESTION)
    assert answer.text.startswith("Repairs cost $4.2 million. [1]")
    assert "The mayor of" not in answer.text


def test_the_articles_stand_between_markers_that_change_with_every_request(chatbot: Chatbot) -> None:
    with fake.serving(fake.says("Repairs cost $4.2 million [1].")) as server:
        model = bot(chatbot, server.base_url)
        model.ask(QUESTION), model.ask(QUESTION)
        first, second = (request["messages"][-1]["content"].splitlines()[0] for request in server.requests)
    assert first.startswith("<articles ")
    assert first != second


def test_instructions_of_ones_own_stand_in_place_of_ours(chatbot: Chatbot, tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("Answer like a pirate.\n")
    with fake.serving(fake.says("Repairs cost $4.2 million [1].")) as server:
        bot(chatbot, server.base_url, instructions=tmp_path / "own.txt").ask(QUESTION)
        system = server.requests[-1]["messages"][0]
    assert system == {"role": "system", "content": "Answer like a pirate."}
    with pytest.raises(SettingsError, match="RAG_INSTRUCTIONS"):
        Settings.load(instructions="nowhere.txt")
    (tmp_path / "own.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot be read"):
        Chatbot(Settings.load(instructions=tmp_path / "own.txt"))
