"""What a message wants: an answer, an overview, or help."""

import pytest

from rag import Chatbot
from rag.search.request import Request, read_request


@pytest.mark.parametrize(
    "message",
    [
        "Hello!",
        "hi there",
        "Good morning, how are you?",
        "Thanks a lot!",
        "who are you?",
        "What can you do?",
        "How does this work?",
        "help",
        "Write me a poem about the sea",
        "Can you write a Python function that sorts a list?",
        "Tell me a joke",
        "please generate some code for a website",
    ],
)
def test_small_talk_and_other_work_want_help(message: str) -> None:
    assert read_request(message) == Request("help")


@pytest.mark.parametrize(
    ("message", "topic"),
    [
        ("What do the articles say about rare earths?", "rare earths"),
        ("What do these documents say on the “Aln bridge”?", "the Aln bridge"),
        ("what can you tell me about Lena Voss", "Lena Voss"),
        ("Summarize what the articles say about tariffs.", "tariffs"),
        ("Give me a short overview of the library", "the library"),
        ("Please tell me about the mayor", "the mayor"),
        ("Summarise the articles on tariffs and trade", "tariffs and trade"),
    ],
)
def test_an_overview_has_its_topic(message: str, topic: str) -> None:
    assert read_request(message) == Request("overview", topic)


@pytest.mark.parametrize(
    "message",
    [
        "What did the repairs cost?",
        "Who wrote the program for the opening?",
        "What can the mayor do about it?",
        "How are you supposed to pay the toll?",
        "When does the code of conduct apply?",
        "Hello Kitty was created in which year?",
        "Who said thank you?",
        "Write down what the bridge cost, according to the articles",
        "What does the council say?",
        "Name the architect of the library.",
        "Is the bridge open?",
    ],
)
def test_what_fits_no_rule_is_a_question(message: str) -> None:
    assert read_request(message) == Request("question")


@pytest.mark.parametrize("message", ["Hello!", "What can you do?", "Write me a poem about the bridge"])
def test_help_names_what_can_be_asked_and_claims_nothing(chatbot: Chatbot, message: str) -> None:
    answer = chatbot.ask(message)
    assert answer.status == "help"
    assert "3 articles" in answer.text
    assert "Harbour bridge reopens" in answer.text
    assert (answer.citations, answer.passages, answer.sentences) == ((), (), ())


def test_an_overview_quotes_several_articles_and_each_thing_once(chatbot: Chatbot) -> None:
    answer = chatbot.ask("What do the articles say about the bridge?")
    assert answer.status == "answered"
    assert {citation.source for citation in answer.citations} == {"bridge.txt", "bridge-2.txt"}
    texts = [sentence.text for sentence in answer.sentences]
    assert len(texts) == len(set(texts))
    assert 2 <= len(texts) <= 5


def test_an_overview_of_what_is_not_there_is_refused(chatbot: Chatbot) -> None:
    answer = chatbot.ask("What do the articles say about Brexit?")
    assert answer.status == "not_in_articles"
    assert "Brexit" in answer.text
