"""Several questions in one message: each is answered or refused by itself, and it is said which."""

from pathlib import Path

import pytest

from rag import Chatbot
from rag.search.parts import questions_in
from tests.conftest import make_settings, write_articles

ARTICLES = {
    "dam.txt": (
        "Solvik Dam\n\nThe Solvik Dam was built by Nora Lindqvist. It was opened in 1931 by the king. "
        "Its wall is 48 metres high. Two million people drink the water of its lake."
    ),
    "choir.txt": "The Ferry Choir\n\nThe Ferry Choir was founded by Amos Till. It rehearses on Mondays.",
}


@pytest.fixture
def bot(tmp_path: Path) -> Chatbot:
    write_articles(tmp_path / "articles", ARTICLES)
    return Chatbot(make_settings(tmp_path))


def test_every_question_of_a_message_is_answered(bot: Chatbot) -> None:
    answer = bot.ask("Who built the Solvik Dam and who founded the Ferry Choir?")
    assert [sentence.text for sentence in answer.sentences] == [
        "The Solvik Dam was built by Nora Lindqvist.",
        "The Ferry Choir was founded by Amos Till.",
    ]


def test_it_is_said_which_question_is_not_answered(bot: Chatbot) -> None:
    answer = bot.ask("Who built the Solvik Dam? What is the boiling point of mercury?")
    assert "Nora Lindqvist" in answer.text
    assert "The articles do not say. Looked for: “What is the boiling point of mercury?”" in answer.text
    assert "mercury" in answer.notice
    assert len(answer.sentences) == 1


def test_a_message_none_of_whose_questions_is_answered_is_refused(bot: Chatbot) -> None:
    answer = bot.ask("What is the boiling point of mercury? Who invented the zip fastener?")
    assert answer.status == "not_in_articles"


def test_a_pronoun_refers_to_the_name_before_it() -> None:
    assert questions_in("Who built the Solvik Dam and when did its gates open?") == (
        "Who built the Solvik Dam",
        "when did the Solvik Dam’s gates open?",
    )


@pytest.mark.parametrize(
    ("message", "second"),
    [
        ("Who paid for the bandstand and when was it painted?", "when was the bandstand painted?"),
        ("When does the toll bridge close, and what does it cost?", "what does the toll bridge cost?"),
        ("What is the organ’s name and how many pipes does it have?", "how many pipes does the organ have?"),
        ("Where does the warden live? What is her dog called?", "What is the warden’s dog called?"),
        ("How do I mend the pump and where is it sold?", "where is the pump sold?"),
    ],
)
def test_without_a_name_a_pronoun_refers_to_the_thing_that_is_asked_about(message: str, second: str) -> None:
    assert questions_in(message)[1] == second


def test_every_part_with_a_pronoun_is_answered(tmp_path: Path) -> None:
    text = (
        "The slipway\n\nThe slipway was given to the village by Ada Corran. It opened in 1926, in the rain."
    )
    write_articles(tmp_path / "articles", {"slip.txt": text})
    answer = Chatbot(make_settings(tmp_path)).ask("Who gave the slipway to the village and when did it open?")
    assert "Ada Corran" in answer.text
    assert "1926" in answer.text


@pytest.mark.parametrize(
    "message",
    [
        "Who leads the choir and where was she born?",
        "When and where was Amos Till born?",
        "What did the king say about trade and peace?",
        "Where is it and who owns it?",
        "Which is older, the dam or the choir?",
        "who?" * 500,
    ],
)
def test_one_question_stays_whole(message: str) -> None:
    assert questions_in(message) == ()


def test_what_is_not_certain_of_one_question_is_not_certain_of_the_message(tmp_path: Path) -> None:
    losses = {
        "one.txt": "The mill\n\nThe mill burned in 1903. The keeper of the mill is Ole Vang.",
        "two.txt": "The barn\n\nA tree fell on the barn in 1987. Hay is kept there.",
    }
    write_articles(tmp_path / "articles", losses)
    with Chatbot(make_settings(tmp_path)) as bot:
        alone = bot.ask("Which is older, the mill or the barn?")
        both = bot.ask("Who keeps the mill? Which is older, the mill or the barn?")
    assert alone.status == "partial"
    assert both.status == "partial"


def test_what_failed_is_said_beside_what_is_left_out(tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", ARTICLES)
    settings = make_settings(
        tmp_path, llm="openai", openai_base_url="http://127.0.0.1:9/v1", openai_api_key="k"
    )
    with Chatbot(settings) as bot:
        notice = bot.ask("Who built the Solvik Dam? What is the boiling point of mercury?").notice
    assert "Quotes answer instead" in notice
    assert "mercury" in notice
