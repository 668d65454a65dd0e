"""What a language model's reply becomes: its Yes or No, its proved sentences, and its failures."""

import time

import pytest

from rag import Answer, Chatbot
from rag.answer.confidence import yes_logit
from rag.answer.prompts import NOT_IN_ARTICLES
from rag.errors import LLMError
from rag.models.chat import First, Text
from rag.models.llm import OpenAIChat
from tests.fakes import openai_server as fake
from tests.fakes.models import ScriptedModel

QUESTION = "What did the repairs to the bridge over the Aln cost?"
COST = "Repairs cost $4.2 million and took 90 days"


def answered(chatbot: Chatbot, model: ScriptedModel, question: str = QUESTION) -> Answer:
    with Chatbot(chatbot.settings, model=model) as bot:
        return bot.ask(question)


def sure_of(yes: float, reply: str = f"Yes. {COST} [1].") -> ScriptedModel:
    """The embedded model, as sure as that of its Yes."""
    return ScriptedModel([reply], mode="local", evidence_tokens=200, first={"Yes": yes, "No": 1 - yes})


@pytest.mark.parametrize(
    ("first", "sign"),
    [
        ({"Yes": 0.9, "No": 0.1}, 1),
        ({" yes": 0.2, "No": 0.5, "The": 0.3}, -1),
        ({"Yes": 0.4, "YES": 0.2, "No": 0.4}, 1),
    ],
)
def test_the_logit_adds_up_the_spellings_of_yes_and_no(first: dict[str, float], sign: int) -> None:
    logit = yes_logit(first)
    assert logit is not None
    assert logit * sign > 0


def test_a_reply_that_begins_otherwise_has_no_logit() -> None:
    assert yes_logit({"The": 0.9}) is None
    assert yes_logit({}) is None


def test_a_sure_yes_is_answered_and_raises_the_confidence(chatbot: Chatbot) -> None:
    sure, unsure = (answered(chatbot, sure_of(yes)) for yes in (0.999, 0.6))
    assert (sure.mode, sure.model) == ("local", "scripted")
    assert sure.sentences[0].text == f"{COST}."
    assert (sure.sentences[0].origin, sure.sentences[0].grade) == ("model", "verbatim")
    assert sure.confidence > unsure.confidence


def test_beside_an_answer_that_is_not_sure_stand_the_next_best_sentences(chatbot: Chatbot) -> None:
    sure, unsure = (answered(chatbot, sure_of(yes)) for yes in (0.99999, 0.6))
    assert len(unsure.more) > len(sure.more)
    assert len(unsure.more) <= 3
    assert all(one.grade == "verbatim" for one in unsure.more)


def test_a_sure_no_refuses_before_the_reply_is_read(chatbot: Chatbot) -> None:
    model = sure_of(0.0001)
    answer = answered(chatbot, model, "What did the mayor pay for the engineers of the library?")
    assert answer.status == "not_in_articles"
    assert model.taken == 0


def test_a_no_that_is_not_sure_is_answered_with_quotes(chatbot: Chatbot) -> None:
    answer = answered(chatbot, sure_of(0.45, f"No. {NOT_IN_ARTICLES}"))
    assert answer.mode == "quotes"
    assert "4.2 million" in answer.text


def test_the_first_tokens_are_read_off_the_stream_where_they_are_asked_for() -> None:
    first = [("Yes", -0.1), ("No", -2.4)]
    with fake.serving(fake.says("Yes. It rained [1].", first=first)) as server:
        model = OpenAIChat("local", "m", server.base_url, "k", 200, 0.0, first_tokens=True)
        pieces = list(model.stream([{"role": "user", "content": "?"}], 9, time.monotonic() + 9))
    assert "".join(piece.text for piece in pieces if isinstance(piece, Text)) == "Yes. It rained [1]."
    assert isinstance(pieces[0], First)
    assert pieces[0].probabilities == pytest.approx({"Yes": 0.905, "No": 0.091}, abs=0.001)
    assert server.requests[0]["logprobs"] is True


def test_a_part_of_what_is_stated_is_restated_and_shown_as_it_was_written(chatbot: Chatbot) -> None:
    answer = answered(chatbot, ScriptedModel(["Repairs took 90 days [1-4]."]))
    assert [one.text for one in answer.sentences] == ["Repairs took 90 days."]
    assert (answer.sentences[0].grade, answer.sentences[0].origin) == ("restated", "model")
    assert (answer.status, answer.notice) == ("answered", "")


def test_if_nothing_is_proved_the_sentences_that_were_cited_answer(chatbot: Chatbot) -> None:
    model = ScriptedModel(["Repairs cost $9 million and took 90 days [1-7]."])
    answer = answered(chatbot, model)
    assert "$9" not in answer.text
    assert f"{COST}." in [one.text for one in answer.sentences]
    assert {one.origin for one in answer.sentences} == {"article"}
    assert answer.notice == "Nothing that the language model wrote could be proved. Quotes answer instead."


def test_what_is_not_proved_is_left_out_beside_what_is(chatbot: Chatbot) -> None:
    answer = answered(chatbot, ScriptedModel([f"{COST} [1-4]. The mayor paid $9 million of it [1]."]))
    assert [one.text for one in answer.sentences] == [f"{COST}."]
    assert answer.status == "answered"
    assert answer.notice.startswith("Part of what the language model wrote could not be proved.")


def test_nothing_is_put_in_that_a_proved_reply_did_not_cite(chatbot: Chatbot) -> None:
    answer = answered(chatbot, ScriptedModel([f"{COST} [1]."]))
    assert [one.origin for one in (*answer.sentences, *answer.more)] == ["model"]


@pytest.mark.parametrize(("least", "origin"), [("verbatim", "article"), ("restated", "model")])
def test_the_loosest_proof_that_is_shown_can_be_set(chatbot: Chatbot, least: str, origin: str) -> None:
    model = ScriptedModel(["Repairs took 90 days [1-4]."])
    with Chatbot(chatbot.settings.changed(proof=least), model=model) as bot:
        answer = bot.ask(QUESTION)
    assert {one.origin for one in answer.sentences} == {origin}


def test_a_model_failure_is_reported_with_the_quotes_that_answer_instead(chatbot: Chatbot) -> None:
    answer = answered(chatbot, ScriptedModel([""], fails=LLMError("E 42", "The model is away")))
    assert answer.mode == "quotes"
    assert answer.citations
    assert answer.notice == "The model is away. Quotes answer instead."


def test_a_refusal_after_a_failure_promises_no_quotes(chatbot: Chatbot) -> None:
    model = ScriptedModel([""], fails=LLMError("E 42", "The model is away"))
    answer = answered(chatbot, model, "Who will pay the engineers of the library in 2031?")
    assert answer.status == "not_in_articles"
    assert answer.notice in ("", "The model is away.")


def test_what_was_proved_before_a_failure_stays(chatbot: Chatbot) -> None:
    answer = answered(chatbot, ScriptedModel([f"{COST} [1]. And"], fails=LLMError("x", "It broke off")))
    assert answer.sentences[0].text == f"{COST}."
    assert (answer.status, answer.notice) == ("answered", "It broke off. The answer may be incomplete.")


def test_a_stream_gives_the_text_of_the_answer_and_nothing_unproved(chatbot: Chatbot) -> None:
    reply = f"Canberra is the capital of Australia [1]. {COST} [1]. It reopened on Tuesday [2]."
    with Chatbot(chatbot.settings, model=ScriptedModel([reply])) as bot, bot.stream(QUESTION) as stream:
        told = "".join(event.text for event in stream)
    assert told == stream.answer.text
    assert "Canberra" not in told
