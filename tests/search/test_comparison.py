"""Comparisons: the same attribute of both sides, each with the name of its thing; or what is not said."""

from pathlib import Path

import pytest

from rag import Answer, Chatbot
from rag.search.comparison import sides_of
from tests.conftest import make_settings, write_articles

WALKS = {
    "ridge.txt": "The Ravel ridge walk\n\nThe path was opened in 1951. You need about 4 hours for "
    "it, and it is "
    "12 kilometres long. A seat on the bus back costs 9 crowns. The highest point has a cairn.",
    "shore.txt": "The Tangle shore walk\n\nPeople have strolled here since 1877. The round of 7 "
    "kilometres is "
    "done in 95 minutes. For the bus back they charge 14 crowns. It is 2 metres wide. Walkers sign the book.",
}
KILNS = """# Kilns

## Bottle kiln

- Fires at: 1200 °C
- Holds: 400 pots

## Anagama

- Fires at: 1320 °C
- Holds: 90 pots
"""


def ask(folder: Path, question: str) -> Answer:
    write_articles(folder / "articles", WALKS | {"kilns.md": KILNS})
    return Chatbot(make_settings(folder)).ask(question)


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("Which takes longer, the Ravel ridge walk or the Tangle shore walk?", "4 hours", "95 minutes"),
        ("Which is longer, the Ravel ridge walk or the Tangle shore walk?", "12 kilometres", "7 kilometres"),
        ("Which is quicker, the Tangle shore walk or the Ravel ridge walk?", "95 minutes", "4 hours"),
        ("what costs more, the bus at ravel or at tangle", "14 crowns", "9 crowns"),
        ("Is the ridge walk older than the shore walk?", "1877", "1951"),
        ("Compare the length of the two walks.", "12 kilometres", "7 kilometres"),
        ("What is the difference in length between the ridge walk and the shore walk?", "12 kilo", "7 kilo"),
        ("How many more pots does the bottle kiln hold than the anagama?", "400", "90"),
        ("Which kiln is hotter, the bottle kiln or the anagama?", "1320", "1200"),
    ],
)
def test_the_attribute_of_both_sides_is_shown(tmp_path: Path, question: str, first: str, second: str) -> None:
    answer = ask(tmp_path, question)
    assert len(answer.sentences) == 2
    assert {first in one.text for one in answer.sentences} == {True, False}
    assert {second in one.text for one in answer.sentences} == {True, False}
    assert answer.status == "answered"


def test_each_side_names_its_thing(tmp_path: Path) -> None:
    answer = ask(tmp_path, "Which is older, the Ravel ridge walk or the Tangle shore walk?")
    assert [one.label for one in answer.sentences] == ["The Tangle shore walk", "The Ravel ridge walk"]


def test_of_two_things_the_one_that_is_asked_for_comes_first(tmp_path: Path) -> None:
    assert "1877" in ask(tmp_path, "Which walk is older?").sentences[0].text


def test_a_side_of_which_it_is_not_said_is_named(tmp_path: Path) -> None:
    answer = ask(tmp_path, "Is the shore walk wider than the ridge walk?")
    assert [one.text for one in answer.sentences] == ["It is 2 metres wide."]
    assert "Looked for: “width, The Ravel ridge walk”" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Which is heavier, the Ravel ridge walk or the Tangle shore walk?",
        "Which of the two has more benches, the ridge walk or the shore walk?",
    ],
)
def test_what_is_said_of_neither_side_is_refused(tmp_path: Path, question: str) -> None:
    assert ask(tmp_path, question).status == "not_in_articles"


@pytest.mark.parametrize(
    "question",
    [
        "Is the member a doctor?",
        "Did more than 200 people come?",
        "Which butter is used?",
        "Where do they differ?",
    ],
)
def test_what_compares_no_two_things_has_no_sides(question: str) -> None:
    found = sides_of(question)
    assert found is None or "200" in found.right
