"""Lists, counts, superlatives and comparisons: every line of them, the right one first."""

from pathlib import Path

import pytest

from rag import Answer, Chatbot
from tests.conftest import make_settings, write_articles

RIVERS = ("Ambel", "Brenna", "Cald", "Dovra", "Elsin", "Farn", "Gressa")
MILLS = {
    f"mill-{name.lower()}.txt": (
        f"The mill on the {name}\n\nThe miller's guild runs a mill on the {name} with {n + 2} stones. "
        f"Its wheel is made of {'oak' if n % 3 else 'larch'} from the valley."
    )
    for n, name in enumerate(RIVERS)
}
BEERS = """# Beers of the Kettle brewery

| Beer | First brewed | Strength (percent) | Bottles a year |
|------|--------------|--------------------|----------------|
| Old Tom | 1951 | 8 | 900 |
| Marsh Pale | 2014 | 4 | 12000 |
| Stoker | 1988 | 6 | 3100 |
"""
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
SOUPS = (
    "Soups of the week\n\nThe beetroot soup contains cream and dill. The lentil soup contains no cream. "
    "The pea soup contains mint and cream. The leek soup is free of cream and flour."
)
HILLS = {
    "kolm.txt": "Kolm\n\nThe Kolm is 812 metres high. Its hut was built in 1931.",
    "vard.txt": "Vard\n\nThe Vard rises to 640 metres. Goats graze on it.",
}


def ask(folder: Path, articles: dict[str, str], question: str) -> Answer:
    write_articles(folder / "articles", articles)
    return Chatbot(make_settings(folder)).ask(question)


def test_a_list_holds_every_thing_with_a_citation_of_its_own(tmp_path: Path) -> None:
    answer = ask(tmp_path, MILLS, "On which rivers does the miller's guild run a mill?")
    assert all(name in answer.text for name in RIVERS)
    assert len(answer.citations) == len(RIVERS)


def test_a_line_of_a_list_names_the_article_that_it_is_about(tmp_path: Path) -> None:
    answer = ask(tmp_path, MILLS, "Which mills have a wheel made of larch?")
    assert [sentence.label for sentence in answer.sentences] == [
        f"The mill on the {name}" for name in ("Ambel", "Dovra", "Gressa")
    ]


def test_a_count_cites_every_thing_that_it_counts(tmp_path: Path) -> None:
    first, *lines = ask(tmp_path, {**MILLS}, "How many mills does the miller's guild run?").sentences
    assert first.text.startswith("7,")
    assert len(first.citations) == len(lines) == 7
    assert first.origin == "count"


def test_a_number_that_the_articles_give_is_not_counted_again(tmp_path: Path) -> None:
    answer = ask(tmp_path, MILLS, "How many stones does the mill on the Cald have?")
    assert answer.sentences[0].text == "The miller's guild runs a mill on the Cald with 4 stones."
    assert all(sentence.origin == "article" for sentence in answer.shown)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Which beer is the oldest?", "Old Tom"),
        ("Which is the newest beer?", "Marsh Pale"),
        ("Which beer has the lowest strength?", "Marsh Pale"),
        ("Of which beer are the most bottles filled a year?", "Marsh Pale"),
    ],
)
def test_the_row_at_the_end_that_is_asked_for_comes_first(tmp_path: Path, question: str, first: str) -> None:
    answer = ask(tmp_path, {"beers.md": BEERS}, question)
    assert answer.sentences[0].text.startswith(f"Beer: {first}")


def test_the_highest_of_sentences_of_one_form_comes_first(tmp_path: Path) -> None:
    answer = ask(tmp_path, MILLS, "Which mill has the most stones?")
    assert "Gressa" in answer.sentences[0].text
    assert len(answer.sentences) == 1


def test_both_sides_of_a_comparison_are_shown_the_greater_first(tmp_path: Path) -> None:
    answer = ask(tmp_path, HILLS, "Which is higher, the Vard or the Kolm?")
    assert [sentence.text for sentence in answer.sentences] == [
        "The Kolm is 812 metres high.",
        "The Vard rises to 640 metres.",
    ]


@pytest.mark.parametrize(
    ("question", "cabins"),
    [("Which cabin has a sauna?", {"Otter"}), ("Which cabins have no sauna?", {"Heron", "Plover"})],
)
def test_a_field_that_says_yes_answers_which_one(tmp_path: Path, question: str, cabins: set[str]) -> None:
    answer = ask(tmp_path, {"cabins.md": CABINS}, question)
    assert {sentence.text.partition(":")[0] for sentence in answer.sentences} == cabins


@pytest.mark.parametrize(
    ("question", "soups"),
    [
        ("Which soups contain no cream?", {"lentil", "leek"}),
        ("Which soups contain cream?", {"beetroot", "pea"}),
    ],
)
def test_a_not_is_answered_by_what_has_the_not(tmp_path: Path, question: str, soups: set[str]) -> None:
    answer = ask(tmp_path, {"soups.txt": SOUPS}, question)
    assert {sentence.text.split()[1] for sentence in answer.sentences} == soups


def test_a_row_that_the_question_names_comes_before_the_others(tmp_path: Path) -> None:
    answer = ask(tmp_path, {"beers.md": BEERS}, "How many bottles of Stoker are filled?")
    assert "3100" in answer.text
    assert "12000" not in answer.text
