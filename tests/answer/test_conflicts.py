"""Articles that differ: what is a conflict, what is none, and how an answer carries it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from rag import Chatbot
from rag.__main__ import app
from rag.language.relation import Place, Relation, relation, repeats
from tests.conftest import make_settings, write_articles
from tests.fakes import openai_server as fake
from tests.fakes.turns import answer_html
from tests.models.test_llm import bot
from ui.keeping import finder
from ui.words import words_in

PARISH = {
    "old.md": "---\ntitle: The parish\ndate: 2019-05-01\n---\n\nThe parish of Aln was founded in 1900.",
    "new.md": "---\ntitle: Parish history\ndate: 2024-02-01\n---\n\nThe parish of Aln was founded in 1856.",
    "other.md": "---\ntitle: A mill\n---\n\nThe mill of Norrby was founded in 1700 by weavers.",
}
QUESTION = "When was the parish of Aln founded?"


def compared(left: str, right: str) -> Relation:
    return relation(left, [Place(right)], at=Place(left))


@pytest.fixture(scope="module")
def parish(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    folder: Path = tmp_path_factory.mktemp("parish")
    write_articles(folder / "articles", PARISH)
    return Chatbot(make_settings(folder))


@pytest.mark.parametrize(
    ("left", "right", "about"),
    [
        ("The parish was founded in 1900 by monks.", "The parish was founded in 1856 by monks.", "date"),
        ("The bridge repairs cost $4 million.", "The bridge repairs cost $9 million.", "number"),
        ("The talks with China begin on Monday.", "The talks with China begin on Friday.", "date"),
        (
            "The album was recorded in Paris by Anna Roth in two weeks.",
            "The album was recorded in Paris by Mila Korn in two weeks.",
            "name",
        ),
        (
            "Prior to turning professional he was a champion in golf at the university.",
            "Prior to turning professional he was a champion in tennis at the university.",
            "wording",
        ),
        ("The bridge over the Aln will open.", "The bridge over the Aln will not open.", "wording"),
        (
            "Judge Roth was born on 26 August 1918 in Norrby.",
            "Judge Roth was born in Norrby on July 18, 1892.",
            "date",
        ),
        (
            "Judge Roth was born on August 26th, 1918 in Norrby.",
            "Judge Roth was born on the 18th of July 1892 in Norrby.",
            "date",
        ),
        (
            "The new library opens on 12 May with 30 books.",
            "The new library opens on May 12 with 40 books.",
            "number",
        ),
    ],
)
def test_sentences_alike_but_for_one_thing_differ(left: str, right: str, about: str) -> None:
    assert compared(left, right).about == about
    assert not repeats(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("The parish was founded in 1900.", "The mill burned down in 1856."),
        (
            "Anna Roth, Mila Korn and Lena Voss will speak for the council, Mayor Ines Okafor said.",
            "Anna Roth, Mila Korn and Lena Voss of Norrby will speak for the council in Aln.",
        ),
        ("Exports fell by 12.7% in May.", "Exports fell 12.7 percent in May."),
        ("Exports were $28.8 billion in May.", "Exports were $28,800 million in May."),
        ("The bridge reopened.", "The bridge reopened on Tuesday after long repairs by the council."),
    ],
)
def test_other_matters_and_other_wordings_do_not(left: str, right: str) -> None:
    assert compared(left, right).about is None


@pytest.mark.parametrize(
    ("titles", "left", "right"),
    [
        (
            ("The Ashdown pool", "The Birley pool"),
            "The pool is open from 8 am to 6 pm on weekdays.",
            "The pool is open from 9 am to 5 pm on weekdays.",
        ),
        (
            ("Ashdown", "Birley"),
            "The village in the valley has 420 houses.",
            "The village in the valley has 510 houses.",
        ),
        (
            ("Race", "Race"),
            "Anna Berg ran the last lap in 62 seconds.",
            "Mila Korn ran the last lap in 65 seconds.",
        ),
        (
            ("Race", "Race"),
            "In 2021 the farm sold 40 tons of apples.",
            "In 2022 the farm sold 55 tons of apples.",
        ),
    ],
)
def test_what_is_said_of_different_things_or_times_does_not_differ(
    titles: tuple[str, str], left: str, right: str
) -> None:
    found = relation(left, [Place(right, titles[1])], at=Place(left, titles[0]))
    assert found.kind == "none"
    assert found.about is None


def test_an_amount_of_last_year_and_another_of_a_named_year_differ() -> None:
    found = compared(
        "Goods trade reached $582 billion last year.", "Goods trade reached nearly $600 billion in 2024."
    )
    assert found.kind == "differs"
    assert found.values == ("$582 billion", "$600 billion")


def test_what_was_so_in_two_years_is_neither_a_conflict_nor_a_repetition(tmp_path: Path) -> None:
    left, right = (f"The budget for fiscal year {y} was ${y - 2019}.1 million." for y in (2023, 2024))
    assert compared(left, right).about is None
    assert not repeats(left, right)
    write_articles(tmp_path / "articles", {"a.txt": f"Report\n\n{left}", "b.txt": f"Report\n\n{right}"})
    answer = Chatbot(make_settings(tmp_path)).ask("What was the budget?")
    assert {sentence.text for sentence in answer.sentences} == {left, right}
    assert answer.conflicts == ()


def test_a_conflict_is_shown_side_by_side_with_the_newest_marked(parish: Chatbot) -> None:
    answer = parish.ask(QUESTION)
    (conflict,) = answer.conflicts
    assert conflict.about == "date"
    by_value = {side.value: side for side in conflict.sides}
    assert set(by_value) == {"1900", "1856"}
    assert by_value["1856"].latest
    assert not by_value["1900"].latest
    for side in conflict.sides:
        quote = answer.citations[side.citation - 1].quote
        assert side.value in quote
        assert quote in answer.text


def test_a_model_that_gives_one_side_has_the_other_added(parish: Chatbot) -> None:
    with fake.serving(fake.says("Yes. The parish of Aln was founded in 1900 [1].")) as server:
        answer = bot(parish, server.base_url).ask(QUESTION)
    assert "1900" in answer.text
    assert ["1856" in one.text for one in answer.more] == [True]
    assert len(answer.conflicts) == 1


def test_values_of_different_years_are_no_conflict(tmp_path: Path) -> None:
    write_articles(
        tmp_path / "articles",
        {
            "a.txt": "Harvest 2021\n\nIn 2021 the farms of Norrby sold 40 tons of apples to the mill.",
            "b.txt": "Harvest 2022\n\nIn 2022 the farms near Norrby brought in and sold 55 tons of apples.",
        },
    )
    answer = Chatbot(make_settings(tmp_path)).ask("How many tons of apples did the farms of Norrby sell?")
    assert answer.conflicts == ()


def test_the_same_sentence_of_two_articles_is_quoted_once_with_both_sources(tmp_path: Path) -> None:
    write_articles(
        tmp_path / "articles",
        {
            "a.txt": "Opening\n\nThe library on Mill Street will open in September with 40,000 books.",
            "b.txt": "News in short\n\nThe library on Mill Street will open in September with 40000 books.",
        },
    )
    answer = Chatbot(make_settings(tmp_path)).ask("When will the library on Mill Street open?")
    assert len(answer.sentences) == 1
    assert {citation.source for citation in answer.citations} == {"a.txt", "b.txt"}
    assert answer.sentences[0].citations == (1, 2)


def test_a_denial_is_no_repetition(tmp_path: Path) -> None:
    write_articles(
        tmp_path / "articles",
        {
            "a.txt": "Opening\n\nThe library on Mill Street will open to the public in September.",
            "b.txt": "News in short\n\nThe library on Mill Street will not open to the public in September.",
        },
    )
    answer = Chatbot(make_settings(tmp_path)).ask("When will the library on Mill Street open?")
    assert [len(sentence.citations) for sentence in answer.shown] == [1, 1]
    assert len(answer.conflicts) == 1


def test_the_page_and_the_command_line_show_the_sides(
    parish: Chatbot, capsys: pytest.CaptureFixture[str]
) -> None:
    page = answer_html(parish.ask(QUESTION), finder(parish), words_in("en"))
    assert "<caption>The articles differ</caption>" in page
    assert '<th scope="row">1856 ' in page
    assert '2024-02-01 <span class="latest">newest</span>' in page
    folders = ["--articles", str(parish.settings.articles), "--index", str(parish.settings.index_folder)]
    result = CliRunner().invoke(app, ["ask", QUESTION, "--llm", "none", *folders])
    assert "The articles differ:" in result.output
    assert "(latest)" in result.output


def test_the_newest_side_is_marked_by_partial_dates_too(tmp_path: Path) -> None:
    articles = {"a.md": "old.md", "b.md": "new.md"}
    dates = {"a.md": ("2019-05-01", "March 2020"), "b.md": ("2024-02-01", "August 2022")}
    write_articles(
        tmp_path / "articles", {name: PARISH[one].replace(*dates[name]) for name, one in articles.items()}
    )
    with Chatbot(make_settings(tmp_path)) as chatbot:
        sides = chatbot.ask(QUESTION).conflicts[0].sides
    assert {side.value: side.latest for side in sides} == {"1900": False, "1856": True}
