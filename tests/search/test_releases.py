"""The newest or the first of numbered releases, by its number and not by the order of words or letters."""

from pathlib import Path

import pytest

from rag import Answer, Chatbot
from tests.conftest import make_settings, write_articles

NOTES = {
    f"notes-{number.replace('.', '-')}.md": f"# Quince {number}\n\n*{day}*\n\nQuince {number} has arrived. "
    f"{leader} looks after this one. Files made with version {old} open as before."
    for number, day, leader, old in (
        ("2.9", "4 March 2018", "Ulla Brandt", "1"),
        ("2.10", "9 May 2020", "Timo Falk", "2"),
        ("3.1", "1 October 2023", "Rosa Ibarra", "2"),
    )
}
CHANGES = (
    "# Changes of Pampas\n\n## 1.12 (7 June 2024)\n\nThe export works again.\n\n## 1.9 (2 May 2023)\n\n"
    "The import is faster.\n\n## 1.2 (3 April 2021)\n\nThe first public one, 2.5 metres of cable in "
    "the box.\n"
)


def ask(folder: Path, articles: dict[str, str], question: str) -> Answer:
    write_articles(folder / "articles", articles)
    return Chatbot(make_settings(folder)).ask(question)


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("latest version of quince", "3.1"),
        ("What is the newest release of Quince?", "3.1"),
        ("What was the first version of Quince?", "2.9"),
    ],
)
def test_the_release_asked_for_comes_first(tmp_path: Path, question: str, number: str) -> None:
    assert number in ask(tmp_path, NOTES, question).sentences[0].text


def test_the_headings_of_a_list_of_changes_are_releases(tmp_path: Path) -> None:
    answer = ask(tmp_path, {"changes.md": CHANGES}, "What is the latest version of Pampas?")
    assert "1.12" in answer.sentences[0].marked


def test_a_line_that_is_only_a_date_answers_no_other_question(tmp_path: Path) -> None:
    answer = ask(tmp_path, NOTES, "Who looked after Quince in 2020?")
    assert "Timo Falk" in answer.text
    assert "*9 May 2020*" not in [one.text for one in answer.sentences]
