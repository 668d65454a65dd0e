"""Questions about one section: its lines come first, and equal lines of others do not stand in for them."""

from pathlib import Path

import pytest

from rag import Chatbot
from tests.conftest import make_settings, write_articles

HUTS = """# Huts of the Vale

## Alder hut

- Beds: 12
- Water: from a spring
- Dogs: no

## Birch hut

- Beds: 30
- Water: tap
- Dogs: no

## Notes

The beds of the Birch hut were bought in 1999.
"""
RULES = """# Rules of the quay

## 1. Small boats

The fee is 30 crowns.

## 2. Large boats

The fee is 90 crowns.
"""
HELP = """Hut help

Can I bring a tent?
Only beside the Alder hut.

How do I pay?
In cash, to the keeper.
"""


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    folder: Path = tmp_path_factory.mktemp("huts")
    write_articles(folder / "articles", {"huts.md": HUTS, "help.txt": HELP, "rules.md": RULES})
    bot = Chatbot(make_settings(folder))
    bot.sync(progress=lambda *_: None)
    return bot


@pytest.mark.parametrize(
    ("question", "shown", "other"),
    [
        ("How many beds does the Alder hut have?", "Alder hut: Beds: 12", "Beds: 30"),
        ("What is the fee for small boats?", "The fee is 30 crowns.", "90 crowns"),
        ("How many beds does the Birch hut have?", "Birch hut: Beds: 30", "Beds: 12"),
        ("Where does the water of the Alder hut come from?", "from a spring", "tap"),
    ],
)
def test_the_line_under_the_heading_asked_for(bot: Chatbot, question: str, shown: str, other: str) -> None:
    answer = bot.ask(question)
    assert answer.sentences[0].text.count(shown) == 1
    assert other not in answer.text


def test_a_citation_names_the_headings_above_its_sentence(bot: Chatbot) -> None:
    [citation, *_] = bot.ask("How many beds does the Birch hut have?").citations
    assert (citation.quote, citation.context, citation.place) == ("Beds: 30", "Birch hut", "line 11")


def test_a_question_of_the_article_is_no_answer_and_what_is_under_it_is(bot: Chatbot) -> None:
    answer = bot.ask("How do I pay?")
    assert answer.sentences[0].text == "In cash, to the keeper."
    assert all(citation.quote != "How do I pay?" for citation in answer.citations)
