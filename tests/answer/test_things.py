"""Records, rows and people: each thing is listed and counted once, by the sentences that name it."""

from pathlib import Path

import pytest

from tests.conftest import ask

CABINS = """# Cabins by the lake

## Heron

- Sleeps: 4
- Sauna: no

## Otter

- Sleeps: 6
- Sauna: yes

## Plover

- Sleeps: 2
- Sauna: no
"""


@pytest.mark.parametrize(
    ("question", "cabins"),
    [("Which cabin has a sauna?", {"Otter"}), ("Which cabins have no sauna?", {"Heron", "Plover"})],
)
def test_a_field_that_says_yes_answers_which_one(tmp_path: Path, question: str, cabins: set[str]) -> None:
    answer = ask(tmp_path, {"cabins.md": CABINS}, question)
    assert {sentence.text.partition(":")[0] for sentence in answer.sentences} == cabins


HORSES = (
    "The stud at Wray\n\nHorse: Comet\nHands: 15\nGroom: Nell\n\nHorse: Bramble\nHands: 14\n\n"
    "Horse: Tansy\nHands: 16\nGroom: Abe\n\nHorse: Pilot\nHands: 13\nGroom: none\n"
)


KILNS = """# Kilns of the valley

## Upper kiln

- Kiln fuel: beech
- Kiln bricks: 900

## Lower kiln

- Kiln fuel: peat
- Kiln bricks: 400
"""


@pytest.mark.parametrize(
    ("question", "count", "shown"),
    [
        ("How many horses are there?", 4, "Horse: Pilot"),
        ("How many horses have a groom?", 2, "Tansy: Groom: Abe"),
        ("How many kilns are there?", 2, "Lower kiln: Kiln"),
    ],
)
def test_records_are_counted_not_their_fields(tmp_path: Path, question: str, count: int, shown: str) -> None:
    answer = ask(tmp_path, {"stud.txt": HORSES, "kilns.md": KILNS}, question)
    assert answer.sentences[0].text == f"{count} in all, each cited:"
    assert len(answer.sentences) == count + 1
    assert shown in answer.text


def test_every_record_of_the_kind_asked_for_is_listed(tmp_path: Path) -> None:
    answer = ask(tmp_path, {"stud.txt": HORSES, "kilns.md": KILNS}, "Which horses are there?")
    assert [one.text for one in answer.sentences] == [
        f"Horse: {name}" for name in ("Comet", "Bramble", "Tansy", "Pilot")
    ]


def test_things_that_a_field_decides_are_counted(tmp_path: Path) -> None:
    first, *lines = ask(tmp_path, {"cabins.md": CABINS}, "How many cabins have a sauna?").sentences
    assert first.text == "1 in all, each cited:"
    assert [one.text for one in lines] == ["Otter: Sauna: yes"]


ALLOTMENTS = {
    "plot1.txt": "Allotment letter 1\n\nHugo Brandt has rented the corner by the well. Here leeks are grown "
    "under glass. Water costs nothing.\n\nThe gate is locked at dusk.",
    "plot2.txt": "Allotment letter 2\n\nCrop: dahlias. Holder: Minna Aal. Beds: 4.\n\n"
    "The gate is locked at dusk.",
    "plot3.txt": "Allotment letter 3\n\nOn the slope you will meet Oskar Tveit. Leeks are grown here, and "
    "kale.\n\nThe gate is locked at dusk.",
    "plot4.txt": "Allotment letter 4\n\nHere onions are grown by Ruth Skaar.\n\nThe gate is locked at dusk.",
}


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Who grows leeks?", {"Hugo Brandt", "Oskar Tveit"}),
        ("list everybody who grows leeks", {"Hugo Brandt", "Oskar Tveit"}),
        ("Who grows onions?", {"Ruth Skaar"}),
    ],
)
def test_a_list_of_people_has_the_sentences_that_name_them(
    tmp_path: Path, question: str, names: set[str]
) -> None:
    text = ask(tmp_path, ALLOTMENTS, question).text
    everybody = {"Hugo Brandt", "Minna Aal", "Oskar Tveit", "Ruth Skaar"}
    assert {name for name in everybody if name in text} == names


def test_a_sentence_that_every_article_repeats_is_quoted_once(tmp_path: Path) -> None:
    answer = ask(tmp_path, ALLOTMENTS, "Which gates are locked at dusk?")
    assert answer.text.count("The gate is locked at dusk.") == 1
