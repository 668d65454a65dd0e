"""Of several versions, the one of the time that is asked for comes first; the others are dated."""

from collections.abc import Callable

import pytest

from rag import Answer, Chatbot
from rag.language.periods import Period, period
from rag.search.times import TimeAsked, time_asked
from tests.conftest import make_settings, write_articles


def dated(title: str, date: str, text: str) -> str:
    return f"---\ntitle: {title}\ndate: {date}\n---\n\n{text}"


# Dates of the articles, each worded in its own way.
LIGHT = {
    "a.md": dated(
        "Skerry light",
        "2018-04-01",
        "Tove Brandt keeps the light at Skerry. A bed in its hut costs 30 crowns.",
    ),
    "b.md": dated(
        "News of Skerry",
        "2024-06-11",
        "Wilma Faye now keeps Skerry light. For a bed in the hut you pay 52 crowns.",
    ),
    "c.md": dated(
        "The Skerry light",
        "2022-05-02",
        "Ansel Moor keeps the light at Skerry. A bed in its hut costs 45 crowns.",
    ),
}
# The year stands in the name of the file alone.
CHOIR = {
    f"choir-{year}.txt": f"The Harnby choir\n\nThe Harnby choir has {singers} singers. {leader} leads it."
    for year, singers, leader in ((2016, 24, "Nils Ode"), (2020, 31, "Petra Quist"), (2023, 18, "Bo Aker"))
}
MILL = {
    "flood.txt": "The flood of Ostby\n\nThe flood came on 8 June 2016 and broke the dam at Ostby.",
    "old.md": dated("The mill", "2014-03-02", "The rent of the mill at Ostby is 700 crowns."),
    "new.md": dated("The mill", "2019-09-12", "The rent of the mill at Ostby is 950 crowns."),
}
# The date stands in the sentence before.
WAGES = {
    f"{name}.txt": (
        f"The council of Tarnow\n\nThe council met on {day}. The wage of a porter was set at {wage} marks."
    )
    for name, day, wage in (("x", "4 May 2019", 70), ("y", "2 May 2022", 84), ("z", "7 May 2020", 77))
}
UNDATED = {
    "one.txt": "The pier\n\nThe pier at Vale has 60 lamps.",
    "two.txt": "A pier\n\nThe pier at Vale has 64 lamps.",
}
CORRECTED = {
    "tunnel.txt": (
        "The Brack tunnel\n\nThe tunnel at Brack will cost 8 million crowns. Ida Holm leads the work.\n\n"
        "Clarification: The tunnel at Brack will cost 9 million crowns. Lars Berg leads the work."
    )
}


Ask = Callable[[dict[str, str], str], Answer]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Asks a chatbot over some articles, which are indexed once."""
    bots: dict[tuple[str, ...], Chatbot] = {}

    def ask(articles: dict[str, str], question: str) -> Answer:
        if (key := tuple(articles.values())) not in bots:
            folder = tmp_path_factory.mktemp("times")
            write_articles(folder / "articles", articles)
            bots[key] = Chatbot(make_settings(folder))
        return bots[key].ask(question)

    return ask


@pytest.mark.parametrize(
    ("articles", "question", "right"),
    [
        (LIGHT, "Who keeps the light at Skerry at present?", "Wilma Faye"),
        (LIGHT, "What does a bed in the hut of Skerry currently cost?", "52 crowns"),
        (LIGHT, "What was the original price of a bed in the hut at Skerry?", "30 crowns"),
        (LIGHT, "What did a bed in the hut cost in 2022?", "45 crowns"),
        (LIGHT, "Who kept the light at Skerry until May 2019?", "Tove Brandt"),
        (CHOIR, "How many singers does the Harnby choir have now?", "18 singers"),
        (CHOIR, "How many singers did the Harnby choir have in 2020?", "31 singers"),
        (CHOIR, "Who was the first leader of the Harnby choir?", "Nils Ode"),
        (MILL, "What was the rent of the mill at Ostby before the flood?", "700 crowns"),
        (MILL, "What has the rent of the mill at Ostby been since the flood?", "950 crowns"),
        (WAGES, "What is the latest wage of a porter?", "84 marks"),
        (WAGES, "What was the wage of a porter in 2020?", "77 marks"),
        (WAGES, "When did the council of Tarnow last meet?", "2 May 2022"),
    ],
)
def test_the_version_of_the_time_asked_for_comes_first(
    ask: Ask, articles: dict[str, str], question: str, right: str
) -> None:
    answer = ask(articles, question)
    assert right in answer.sentences[0].text
    assert not answer.conflicts


def test_another_version_stands_beside_with_its_date(ask: Ask) -> None:
    answer = ask(LIGHT, "What does a bed in the hut of Skerry currently cost?")
    assert "45 crowns" not in answer.text
    beside = [one.prefix + one.text for one in answer.more]
    assert "Older (2 May 2022): A bed in its hut costs 45 crowns." in beside
    assert "Older (1 April 2018): A bed in its hut costs 30 crowns." in beside


def test_a_later_version_than_the_one_asked_for_is_told_as_newer(ask: Ask) -> None:
    answer = ask(WAGES, "What was the wage of a porter in 2020?")
    assert "Newer (2 May 2022): The wage of a porter was set at 84 marks." in [
        one.prefix + one.text for one in answer.more
    ]


def test_what_a_later_meeting_set_is_no_conflict_though_no_time_is_asked_for(ask: Ask) -> None:
    answer = ask(WAGES, "What is the wage of a porter?")
    assert "84 marks" in answer.sentences[0].text
    assert not answer.conflicts


def test_without_dates_nothing_is_older_and_a_conflict_stays(ask: Ask) -> None:
    answer = ask(UNDATED, "How many lamps does the pier at Vale have now?")
    assert answer.conflicts
    assert not any("Older" in one.label for one in answer.shown)


def test_equal_sentences_on_other_places_are_no_versions(ask: Ask) -> None:
    shops = {
        f"{town}.txt": f"Our bakery in {town}\n\nHolm Bakers opened a bakery in {town} in {year}."
        for town, year in (("Aske", 1999), ("Berg", 2008), ("Dale", 2015))
    }
    for question in ("When did Holm Bakers open a bakery in Aske?", "Is the bakery in Aske now open?"):
        answer = ask(shops, question)
        assert "Aske" in answer.sentences[0].text
        assert not any("Newer" in one.label or "Older" in one.label for one in answer.sentences)


def test_a_newer_article_on_another_thing_is_no_newer_version(ask: Ask) -> None:
    tower = dated("Skerry tower", "2025-01-01", "The tower of the church at Skerry is 30 metres high.")
    answer = ask({**LIGHT, "d.md": tower}, "Who keeps the light at Skerry at present?")
    assert "Wilma Faye" in answer.sentences[0].text


@pytest.mark.parametrize(
    ("question", "old", "new"),
    [
        ("How many goats does the farm have now?", "The farm has 40 goats.",
         "The farm took 900 orders for its goat cheese."),
        ("How many seats does the cinema currently have?", "The cinema has 310 seats.",
         "A seat in the cinema costs 9 euros on Sunday."),
    ],
)  # fmt: skip
def test_a_newer_sentence_that_does_not_answer_the_question_is_no_version(
    ask: Ask, question: str, old: str, new: str
) -> None:
    articles = {"a.md": dated("News", "2019-05-05", old), "b.md": dated("More news", "2024-02-02", new)}
    answer = ask(articles, question)
    assert answer.sentences[0].text == old
    assert not any("Older" in one.label or "Newer" in one.label for one in answer.shown)


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("How much will the tunnel at Brack cost?", "9 million", "8 million"),
        ("Who leads the work at the tunnel at Brack?", "Lars Berg", "Ida Holm"),
    ],
)
def test_a_correction_comes_before_what_it_corrects(ask: Ask, question: str, right: str, wrong: str) -> None:
    answer = ask(CORRECTED, question)
    assert right in answer.sentences[0].text
    assert wrong not in answer.text


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What is the most recent estimate?", TimeAsked("newest")),
        ("When was the last flight?", TimeAsked("newest")),
        ("How many came in the last ten years?", TimeAsked()),
        ("What is her last name?", TimeAsked()),
        ("Who was mayor in March 2021?", TimeAsked(since=period("2021-03"), until=period("2021-03"))),
        ("Who was mayor after 1998?", TimeAsked(since=Period.of(1999), until=None)),
        ("What did bread cost before the war?", TimeAsked(event="war", side="before")),
        ("Before the strike, who ran the yard?", TimeAsked(event="strike", side="before")),
        ("What stands before the church?", TimeAsked(event="church", side="before")),
        ("Who built the church?", TimeAsked()),
    ],
)
def test_a_time_is_read_from_the_wording(question: str, asked: TimeAsked) -> None:
    found = time_asked(question)
    assert (found.end, found.event, found.side) == (asked.end, asked.event, asked.side)
    assert (found.since and found.since.first) == (asked.since and asked.since.first)
    assert (found.until and found.until.last) == (asked.until and asked.until.last)


def test_what_is_no_version_of_the_answer_gets_no_label(ask: Ask) -> None:
    fares = {
        "a.md": dated(
            "Notices", "2019-03-03", "The fare of the tram is 3 crowns. Parking at the tram is free."
        ),
        "b.md": dated("Notices", "2024-03-03", "The fare of the tram is 5 crowns."),
        "c.md": dated("Boats", "2021-03-03", "The fare of the river boat is 11 francs on weekdays."),
    }
    answer = ask(fares, "What is the fare of the tram now?")
    assert "5 crowns" in answer.sentences[0].text
    labelled = [one.prefix + one.text for one in answer.shown if one.label]
    assert labelled == ["Older (3 March 2019): The fare of the tram is 3 crowns."]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (
            "The sauna of the gym closes at 20.\n\nCorrection: The gym closes at 22.",
            "When does the gym close?",
        ),
        (
            "Sales were 4 million crowns.\n\nUpdated forecast: The firm expects sales of 6 million crowns.",
            "How high were the sales?",
        ),
        ("The fee is 40 crowns.\n\nUpdates on money: A second fee is 55 crowns.", "How high is the fee?"),
    ],
)
def test_another_statement_is_no_correction(ask: Ask, text: str, question: str) -> None:
    answer = ask({"a.txt": f"News\n\n{text}"}, question)
    assert not any("Corrected" in one.label for one in answer.shown)


@pytest.mark.parametrize("mark", ["Correction:", "Update, 3 May 2024:", "Corrected on 4 June:", "UPDATE:"])
def test_a_correction_may_be_dated(ask: Ask, mark: str) -> None:
    text = f"The dam is 40 metres high.\n\n{mark} The dam is 46 metres high."
    answer = ask({"a.txt": f"The dam of Ruhn\n\n{text}"}, "How high is the dam?")
    assert "46 metres" in answer.sentences[0].text


def test_what_holds_since_a_year_is_the_newest(ask: Ask) -> None:
    articles = {
        "a.txt": "The choir\n\nFrom 2004 to 2015 the choir was led by Pia Holt.",
        "b.txt": "Of the choir\n\nUlf Dorn has led the choir since 2015.",
    }
    assert "Ulf Dorn" in ask(articles, "Who leads the choir now?").sentences[0].text


def test_versions_of_the_year_asked_for_are_all_of_that_time(ask: Ask) -> None:
    articles = {
        f"{month}.md": dated("The quarry", f"2021-0{month}-01", f"The quarry has {workers} workers.")
        for month, workers in ((2, 70), (8, 82))
    }
    answer = ask(articles, "How many workers did the quarry have in 2021?")
    assert not any("Older" in one.label or "Newer" in one.label for one in answer.shown)
