"""A summary of what is named: an article, by its title or file, and no word of a title."""

from pathlib import Path

import pytest

from rag import Chatbot
from tests.conftest import make_settings, write_articles


def test_a_word_for_the_folder_may_be_one_of_a_title(tmp_path: Path) -> None:
    write_articles(
        tmp_path / "articles",
        {
            "a.txt": "The collection of moths\n\nThe collection has 900 moths.",
            "b.txt": "The weir\n\nThe weir is made of oak.",
        },
    )
    with Chatbot(make_settings(tmp_path)) as bot:
        assert "weir" not in bot.ask("What is the collection about?").text
        assert "weir" in bot.ask("Would you give me an overview?").text


LIGHTSHIP = """# The lightship Varde

Since April the lightship Varde has been moored at the cider quay. Her lamp burns paraffin. She rolls when the
ferry passes.

Two sisters, Ottilie and Runa Hagg, bought her for 4,000 crowns. They scraped her hull for a winter. Nobody
believed that she would float.

On Sundays a choir sings in the hold. Its conductor is deaf in one ear. The benches came from a closed school.

In the autumn she will be towed to the yard, where her rudder is to be replaced. The harbour office pays half.
"""


@pytest.mark.parametrize(
    "question",
    [
        "lightship-varde.md summary",
        "What are the key points of the lightship Varde?",
        "In short, what does the piece on the lightship Varde say?",
        "What is lightship-varde.md about?",
        "tl;dr lightship varde",
    ],
)
def test_a_summary_of_one_article_is_of_all_its_parts(tmp_path: Path, question: str) -> None:
    other = "# Wells\n\nThe well at Tarn is dry. Its rope was stolen. A goat fell in."
    write_articles(tmp_path / "articles", {"lightship-varde.md": LIGHTSHIP, "wells.md": other})
    answer = Chatbot(make_settings(tmp_path)).ask(question)
    assert answer.status == "answered"
    assert answer.text.startswith("The lightship Varde: Since April the lightship Varde has been moored")
    paragraphs = {LIGHTSHIP.count("\n\n", 0, citation.start) for citation in answer.citations}
    assert len(answer.sentences) == 4
    assert len(paragraphs) >= 3


def test_a_file_that_does_not_exist_is_not_summarized(tmp_path: Path) -> None:
    write_articles(tmp_path / "articles", {"lightship-varde.md": LIGHTSHIP})
    answer = Chatbot(make_settings(tmp_path)).ask("key points of lightship-nore.md")
    assert answer.status == "not_in_articles"


def test_a_name_with_a_dot_is_no_file(tmp_path: Path) -> None:
    text = "A tool for servers\n\nThe harbour office uses node.js. With node.js it counts the boats."
    write_articles(tmp_path / "articles", {"tool.txt": text})
    with Chatbot(make_settings(tmp_path)) as bot:
        answer = bot.ask("What is node.js about?")
        assert "None of" not in answer.text
        assert "is called" in bot.ask("What is tides.txt about?").text
