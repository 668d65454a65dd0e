"""Comparisons: the same attribute of both sides, each with the name of its thing; or what is not said."""

import re
from pathlib import Path

import pytest

from rag import Answer, Chatbot
from rag.search.sides import Sides, sides_of
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
    write_articles(
        folder / "articles",
        SHIPS if re.search("Dunlin|Well|Skua|Ebba", question) else WALKS | {"kilns.md": KILNS},
    )
    return Chatbot(make_settings(folder)).ask(question)


SHIPS = {
    "ships.md": """# Ships of the Norrin line

The Petrel was launched in 1931 and has 18 cabins. The Petrel is 74 metres long. The purser of the Petrel
weighs 90 kilograms. A berth on the Petrel is 55 crowns. The Dunlin was sold in 1958 with 6 lifeboats.
The Dunlin has 31 cabins. The rudder of the Dunlin weighs 3 tonnes, and its bowsprit is 9 metres long.
The Dunlin was painted for 4,000 crowns. A berth on the Dunlin costs 48 crowns. The Petrel is slower than
the Dunlin. Coal for the Dunlin is stored aft.
""",
    "inns.md": """# Two inns

## The Skua

Supper is 9 crowns for guests. The levy is small. Its cook is 33 years old.

## The Tern

Supper comes with the bed. The levy is 2 crowns. Ebba runs it.

## Staff

Ebba Lind is 51 years old, and Jens Holt is fifty. Nils Rask, aged 47, is the porter of both.
""",
    "wells.md": "# Wells\n\nThe Abbot's Well was dug before the Tanner's Well. It has never dried up.\n",
}


@pytest.mark.parametrize(
    ("question", "first", "second", "status"),
    [
        (
            "Which takes longer, the Ravel ridge walk or the Tangle shore walk?",
            "4 hours",
            "95 min",
            "partial",
        ),
        ("Is the ridge walk older than the shore walk?", "1877", "1951", "answered"),
        ("Is the Ravel ridge walk longer than the Tangle shore walk?", "12 kilo", "7 kilo", "partial"),
        ("what costs more, the bus at ravel or at tangle", "14 crowns", "9 crowns", "answered"),
        ("Compare the length of the two walks.", "12 kilo", "7 kilo", "partial"),
        ("How many more pots does the bottle kiln hold than the anagama?", "400", "90", "answered"),
        ("Which kiln is hotter, the bottle kiln or the anagama?", "1320", "1200", "answered"),
        ("Does the Petrel have more cabins than the Dunlin?", "18 cabins", "31 cabins", "answered"),
        ("Is a berth cheaper on the Petrel or on the Dunlin?", "55 crowns", "costs 48", "answered"),
        ("Which ship is cheaper, the Petrel or the Dunlin?", "55 crowns", "costs 48", "answered"),
        ("Which is longer, the Petrel or the Dunlin?", "74 metres", "bowsprit", "partial"),
        ("Which is heavier, the Petrel or the Dunlin?", "purser", "rudder", "partial"),
        ("Which is older, the Petrel or the Dunlin?", "1931", "1958", "partial"),
        ("Who is older, Ebba Lind or Nils Rask?", "51 years", "aged 47", "answered"),
        ("Which carries more lifeboats, the Petrel or the Dunlin?", "Petrel", "6 lifeboats", "partial"),
    ],
)
def test_the_attribute_of_both_sides_is_shown(
    tmp_path: Path, question: str, first: str, second: str, status: str
) -> None:
    answer = ask(tmp_path, question)
    assert len(answer.sentences) == 2
    assert {first in one.text for one in answer.sentences} == {True, False}
    assert {second in one.text for one in answer.sentences} == {True, False}
    assert answer.status == status


def test_a_sentence_that_compares_both_sides_is_shown(tmp_path: Path) -> None:
    answer = ask(tmp_path, "Which is faster, the Petrel or the Dunlin?")
    assert answer.sentences[0].text == "The Petrel is slower than the Dunlin."
    assert answer.status == "answered"
    answer = ask(tmp_path, "Which is older, the Abbot's Well or the Tanner's Well?")
    assert answer.sentences[0].text == "The Abbot's Well was dug before the Tanner's Well."
    assert answer.status == "answered"


def test_each_side_names_its_thing(tmp_path: Path) -> None:
    answer = ask(tmp_path, "Which is older, the Ravel ridge walk or the Tangle shore walk?")
    assert [one.label for one in answer.sentences] == ["The Tangle shore walk", "The Ravel ridge walk"]


def test_of_two_things_the_one_that_is_asked_for_comes_first(tmp_path: Path) -> None:
    assert "1877" in ask(tmp_path, "Which walk is older?").sentences[0].text


def test_if_only_one_side_has_a_value_the_nearest_sentences_are_shown(tmp_path: Path) -> None:
    answer = ask(tmp_path, "Is the shore walk wider than the ridge walk?")
    assert "It is 2 metres wide." in [one.text for one in answer.sentences]
    assert answer.status == "partial"
    assert "do not say" not in answer.text


def test_a_price_in_an_unknown_unit_is_not_refused(tmp_path: Path) -> None:
    answer = ask(tmp_path, "Is supper cheaper at the Skua or at the Tern?")
    assert {"9 crowns" in one.text for one in answer.sentences} == {True, False}


def test_what_has_the_higher_of_something_is_compared_by_that(tmp_path: Path) -> None:
    answer = ask(tmp_path, "Which inn has the lower levy, the Skua or the Tern?")
    assert "levy" in answer.sentences[0].text
    assert not any("74 metres" in one.text for one in answer.sentences)


def test_a_number_is_no_side(tmp_path: Path) -> None:
    assert sides_of("Did more than 900 people vote?") is None
    assert sides_of("Is the Petrel longer than 70 metres?") is None


def test_a_side_that_is_nowhere_is_named(tmp_path: Path) -> None:
    answer = ask(tmp_path, "Is the shore walk wider than the Hadrel arcade?")
    assert answer.status == "not_in_articles"
    assert "Hadrel" in answer.text


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


@pytest.mark.parametrize(
    ("question", "left", "right"),
    [
        ("Does the tram carry more prams than the bus?", "the tram", "the bus"),
        ("Has Ida written more plays than Bram?", "Ida", "Bram"),
        ("Has the mill more wheels than the forge?", "the mill", "the forge"),
        ("Did the first film last longer than the second?", "the first film", "the second"),
        ("Is a ticket dearer at the arena than at the gate?", "a ticket at the arena", "at the gate"),
        ("How many more seats does the tram have than the bus?", "the tram", "the bus"),
    ],
)
def test_a_side_is_told_without_its_verb_and_object(question: str, left: str, right: str) -> None:
    assert sides_of(question) == Sides(left, right)


def test_a_sentence_of_one_side_is_no_reason_to_doubt_the_other(tmp_path: Path) -> None:
    ferries = {
        "a.md": "# Falk ferry\n\nThe Falk ferry crosses twice a day. Its decks hold 90 people. It is green.",
        "b.md": "# Moen ferry\n\nBuilt in Oban, the Moen ferry is old. There is room for 40 people on deck.",
    }
    write_articles(tmp_path / "articles", ferries)
    with Chatbot(make_settings(tmp_path)) as bot:
        found = bot.explain("Compare how many people fit on a deck of the Falk and of the Moen ferry.").found
    assert found is not None
    assert found.otherwise == ""
