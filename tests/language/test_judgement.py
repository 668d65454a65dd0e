"""How sure a model is of its leading Yes or No, and what follows from it."""

import threading
import time
from collections.abc import Generator, Sequence

import pytest

from rag import Chatbot
from rag.answer.confidence import yes_logit
from rag.answer.prompts import NOT_IN_ARTICLES
from rag.models.chat import Finished, First, Message, Piece, Text
from rag.models.choose import ModelChoice
from rag.models.llm import OpenAIChat
from rag.pipeline import Pipeline
from rag.resources import Resources
from rag.settings import Settings
from rag.trace import Trace
from rag.types import Mode, Usage
from tests.fakes import openai_server as fake

QUESTION = "What did the repairs to the bridge over the Aln cost?"


class Scripted:
    """A chat model with one reply and one judgement."""

    mode: Mode = "local"
    name = "scripted"
    evidence_tokens = 200

    def __init__(self, reply: str, yes: float) -> None:
        self.pieces = [word + " " for word in reply.split()]
        self.first = {"Yes": yes, "No": 1 - yes}
        self.taken = 0

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        deadline: float,
        stop: threading.Event | None = None,
    ) -> Generator[Piece, None, None]:
        yield First(self.first)
        for piece in self.pieces:
            self.taken += 1
            yield Text(piece)
        yield Finished(Usage())


class WithModel(Resources):
    """The resources of the small corpus with a scripted model."""

    def __init__(self, settings: Settings, scripted: Scripted) -> None:
        super().__init__(settings)
        self.choice = ModelChoice("local", scripted.name)
        self.scripted = scripted

    def model(self) -> Scripted:
        return self.scripted


def run(chatbot: Chatbot, scripted: Scripted, question: str = QUESTION) -> Trace:
    resources = WithModel(chatbot.settings, scripted)
    trace = Trace(question, resources.choice)
    for _ in Pipeline(resources).run(trace, ()):
        pass
    return trace


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
    reply = "Yes. Repairs cost $4.2 million and took 90 days [1]."
    sure, unsure = (run(chatbot, Scripted(reply, yes)) for yes in (0.999, 0.6))
    assert sure.answer().mode == "local"
    assert sure.answer().text.startswith("Repairs cost $4.2 million and took 90 days.")
    assert sure.confidence > unsure.confidence


def test_an_answer_that_is_not_sure_has_the_next_best_sentences_beside_it(chatbot: Chatbot) -> None:
    reply = "Yes. Repairs cost $4.2 million and took 90 days [1]."
    sure, unsure = (run(chatbot, Scripted(reply, yes)).answer() for yes in (0.99999, 0.6))
    assert len(unsure.sentences) > len(sure.sentences)
    assert len(unsure.sentences) <= 4
    assert all(sentence.verdict == "supported" for sentence in unsure.sentences)


def test_a_sure_no_refuses_before_the_reply_is_read(chatbot: Chatbot) -> None:
    scripted = Scripted("Yes. Repairs cost $4.2 million and took 90 days [1].", 0.0001)
    trace = run(chatbot, scripted, "What did the mayor pay for the engineers of the library?")
    assert trace.answer().status == "not_in_articles"
    assert scripted.taken == 0


def test_a_no_that_is_not_sure_is_answered_with_quotes(chatbot: Chatbot) -> None:
    answer = run(chatbot, Scripted(f"No. {NOT_IN_ARTICLES}", 0.45)).answer()
    assert answer.mode == "quotes"
    assert "4.2 million" in answer.text


def test_the_first_tokens_are_read_off_the_stream_where_they_are_asked_for() -> None:
    first = [("Yes", -0.1), ("No", -2.4)]
    with fake.serving(fake.says("Yes. It rained [1].", first=first)) as server:
        model = OpenAIChat("local", "m", server.base_url, "k", 200, 0.0, first_tokens=True)
        pieces = list(model.stream([{"role": "user", "content": "?"}], 9, time.monotonic() + 9))
    assert isinstance(pieces[0], First)
    assert pieces[0].probabilities == pytest.approx({"Yes": 0.905, "No": 0.091}, abs=0.001)
    assert "".join(piece.text for piece in pieces if isinstance(piece, Text)) == "Yes. It rained [1]."
    assert isinstance(pieces[-1], Finished)
    assert (pieces[-1].usage, pieces[-1].cut) == (Usage(11, 5), None)
    assert server.requests[0]["logprobs"] is True
