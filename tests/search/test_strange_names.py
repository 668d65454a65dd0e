"""A question about what the articles do not have is refused, however alike what they have is named."""

from pathlib import Path

import pytest

from rag import Chatbot
from tests.conftest import make_settings, write_articles

ARTICLES = {
    "crew.txt": (
        "The crew of the Petrel\n\nJonas Wick is the cook of the Petrel. Joran Wickham mends the sails. "
        "Alma Strand keeps the log. Cabin 3 is the cook's. Cabin 7 is full of rope."
    ),
    "east.txt": "The Millfield pool\n\nThe Millfield pool opens at 7 am. It is heated by wood.",
    "west.txt": "The Stonefield pool\n\nThe Stonefield pool opens at 9 am. It is heated by gas.",
}


@pytest.fixture
def bot(tmp_path: Path) -> Chatbot:
    write_articles(tmp_path / "articles", ARTICLES)
    return Chatbot(make_settings(tmp_path))


@pytest.mark.parametrize(
    "question",
    [
        "What is the work of Johan Strand?",
        "When does the Harfield pool open?",
        "Who sleeps in cabin 5?",
        "What does Alma Fjeld keep?",
    ],
)
def test_what_occurs_only_with_another_name_or_number_is_refused(bot: Chatbot, question: str) -> None:
    assert bot.ask(question).status == "not_in_articles"


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("What is the work of Jonas Wick?", "cook"),
        ("When does the Stonefield pool open?", "9 am"),
        ("When does the Milfield pool open?", "7 am"),  # a slip of the pen
        ("Whose is cabin 3?", "cook"),
    ],
)
def test_what_has_its_article_is_answered(bot: Chatbot, question: str, right: str) -> None:
    assert right in bot.ask(question).sentences[0].text
