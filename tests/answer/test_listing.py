"""Lists, counts and superlatives of prose and tables: every line of them, the right one first."""

from pathlib import Path

import pytest

from tests.conftest import ask

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
SOUPS = (
    "Soups of the week\n\nThe beetroot soup contains cream and dill. The lentil soup contains no cream. "
    "The pea soup contains mint and cream. The leek soup is free of cream and flour."
)
HILLS = {
    "kolm.txt": "Kolm\n\nThe Kolm is 812 metres high. Its hut was built in 1931.",
    "vard.txt": "Vard\n\nThe Vard rises to 640 metres. Goats graze on it.",
}


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
    assert first.text.startswith("7 in all,")
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


PIERS = {
    "pier-arno.txt": "Coast path, halt 1: Arno\n\nThe pier at Arno is a timber pier and dates from "
    "1868. It is 210 "
    "metres long, and its kiosk was painted in 2011.",
    "pier-belm.txt": "Coast path, halt 2: Belm\n\nAnglers come to Belm for the pier, an iron pier "
    "built in 1851. "
    "From gate to lamp it runs to 340 metres. A pie costs 4 crowns.",
    "pier-ciro.txt": "Coast path, halt 3: Ciro\n\nCiro has lost its bank but kept its pier. It was "
    "opened in 1893 "
    "and is a timber pier, 95 metres in length. The clock has 2 faces.",
    "pier-dune.txt": "Coast path, halt 4: Dune\n\nThe pier at Dune is an iron pier and dates from "
    "1877. It is 180 "
    "metres long, and its kiosk sells kites.",
}
LATHES = """# Lathes

| Lathe | Turns up to (mm) | Ready after (min) | Weight (kg) |
|-------|------------------|-------------------|-------------|
| Voss | 400 | 12 | 80 |
| Imre | 250 | 3 | 145 |
| Taran | 620 | 30 | 60 |
"""


@pytest.mark.parametrize(
    ("question", "title", "value"),
    [
        ("Which is the oldest pier?", "halt 2: Belm", "1851"),
        ("What is the longest pier on the coast path?", "halt 2: Belm", "340"),
        ("Which pier is the shortest?", "halt 3: Ciro", "95"),
        ("Which is the newest pier on the path?", "halt 3: Ciro", "1893"),
    ],
)
def test_in_prose_the_thing_with_the_highest_value_of_the_measure_comes_first(
    tmp_path: Path, question: str, title: str, value: str
) -> None:
    first = ask(tmp_path, PIERS, question).sentences[0]
    assert title.rpartition(" ")[2] in first.marked
    assert value in first.text


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Which lathe is ready fastest?", "Imre"),
        ("Which lathe is the slowest to be ready?", "Taran"),
        ("Which is the lightest lathe?", "Taran"),
        ("Which lathe is the heaviest?", "Imre"),
    ],
)
def test_the_least_time_is_the_fastest(tmp_path: Path, question: str, first: str) -> None:
    assert ask(tmp_path, {"lathes.md": LATHES}, question).sentences[0].text.startswith(f"Lathe: {first}")


def test_a_list_holds_what_is_worded_otherwise(tmp_path: Path) -> None:
    answer = ask(tmp_path, PIERS, "list all the timber piers")
    assert {one.source for one in answer.citations} == {"pier-arno.txt", "pier-ciro.txt"}
    assert all(any(name in one.marked for name in ("Arno", "Ciro")) for one in answer.sentences)


def test_articles_of_a_series_are_counted_by_what_they_are_about(tmp_path: Path) -> None:
    answer = ask(tmp_path, PIERS, "how many piers are there on the path")
    assert answer.sentences[0].text.startswith("4 in all,")
    assert len({one.source for one in answer.citations}) == 4


@pytest.mark.parametrize(
    ("question", "lathes"),
    [
        ("Which lathes weigh more than 70 kg?", {"Voss", "Imre"}),
        ("Which lathes are lighter than 80 kg?", {"Taran"}),
        ("Which lathes are ready in at most 12 minutes?", {"Voss", "Imre"}),
    ],
)
def test_a_list_keeps_to_the_bound_that_is_asked_for(tmp_path: Path, question: str, lathes: set[str]) -> None:
    answer = ask(tmp_path, {"lathes.md": LATHES}, question)
    assert {one.text.partition(";")[0].removeprefix("Lathe: ") for one in answer.sentences} == lathes


def test_the_rows_of_a_table_are_counted(tmp_path: Path) -> None:
    assert (
        ask(tmp_path, {"lathes.md": LATHES}, "How many lathes are there?")
        .sentences[0]
        .text.startswith("3 in")
    )


@pytest.mark.parametrize(
    ("question", "first"), [("Which glacier is the longest?", "Vatn"), ("the shortest glacier", "Skei")]
)
def test_one_article_may_tell_of_several_things(tmp_path: Path, question: str, first: str) -> None:
    text = (
        "Glaciers of Holm\n\nThe Ising is 14 km long and feeds two lakes.\n\n"
        "The Vatn, 31 km long, calves into the sea.\n\nSkei is a glacier of 6 kilometres. It has a cave."
    )
    assert first in ask(tmp_path, {"ice.txt": text}, question).sentences[0].text


LAMPS = {
    "old.md": "# Lamps of the old town\n\n| Lamp | Price | Height (cm) |\n|---|---|---|\n"
    "| Brass | 40 euros | 30 |\n| Opal | 95 euros | 55 |\n",
    "new.md": "# Lamps of the new town\n\n| Lamp | Price | Height (cm) |\n|---|---|---|\n"
    "| Reed | 15 euros | 80 |\n| Slate | 120 euros | 20 |\n",
    "stall.txt": "Lamp: Tallow\nPrice: 22 euros\nCarriage: 3 euros\n\nLamp: Umber\nPrice: 70 euros\n",
    "rugs.md": "# Rugs\n\n| Rug | Price |\n|---|---|\n| Kelim | 30 euros |\n| Gabbeh | 35 euros |\n",
}


def test_a_bound_is_kept_to_in_every_table_of_the_things_asked_for(tmp_path: Path) -> None:
    first, *lines = ask(tmp_path, LAMPS, "How many lamps cost at most 40 euros?").sentences
    assert first.text == "3 in all, each cited:"
    assert sorted(one.text for one in lines) == [
        "Lamp: Brass; Price: 40 euros; Height (cm): 30",
        "Lamp: Reed; Price: 15 euros; Height (cm): 80",
        "Tallow: Price: 22 euros",
    ]


def test_a_bound_is_no_side_of_a_comparison(tmp_path: Path) -> None:
    answer = ask(tmp_path, LAMPS, "Which lamps are higher than 50 cm?")
    assert [one.text.partition(";")[0] for one in answer.sentences] == ["Lamp: Reed", "Lamp: Opal"]


def test_what_a_long_table_leaves_out_is_said_rightly(tmp_path: Path) -> None:
    rows = "\n".join(f"| Bolt {n} | {n} g |" for n in range(1, 1301))
    table = f"# Bolts\n\n| Bolt | Weight |\n|---|---|\n{rows}\n"
    answer = ask(tmp_path, {"bolts.md": table}, "Which bolts weigh less than 1250 g?")
    assert len(answer.sentences) == 30
    assert answer.notice.startswith("1219 more are not shown. Not every passage was searched")
