"""Questions with a word that no article has, and that has no usual paraphrase, are refused by its name."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag import Answer, Chatbot
from tests.conftest import make_settings, write_articles

ARTICLES = {
    "band.txt": (
        "The miners' band\n\nThe band meets in the chapel. Instruments belong to the chapel and are lent. "
        "Clementine swam the dock in nine minutes and is the treasurer. "
        "The drum weighs eight pounds. Kiln: 900 C, door ajar."
    ),
    "hut.txt": (
        "The Falk hut\n\nThe Falk hut at Ronsund has 14 bunks and a stove. Supper costs 90 crowns. "
        "Astrid Lunde runs the hut. Locker AB12 holds the ropes, locker CD40 the lamps."
    ),
    "race.md": (
        "---\ntitle: The ski race\ndate: 2021-02-07\n---\n\nIvar Moe won the ski race at Ronsund. He drank "
        "a mug of lemonade. Poodles ran beside the track. The winners of 1998 and 2004 watched."
    ),
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Answer]]:
    folder: Path = tmp_path_factory.mktemp("missing")
    write_articles(folder / "articles", ARTICLES)
    with Chatbot(make_settings(folder)) as bot:
        bot.sync(progress=lambda *_: None)
        yield bot.ask


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("How many chairs does the Falk hut have?", "chairs"),
        ("Does the Falk hut at Ronsund have a sofa?", "sofa"),
        ("Who won the ski race at Ronsund in 2013?", "2013"),
        ("What does locker EF77 hold?", "EF77"),
        ("When did Zbigniew win the ski race?", "Zbigniew"),
    ],
)
def test_a_word_that_no_article_has_is_named_in_the_refusal(
    ask: Callable[[str], Answer], question: str, missing: str
) -> None:
    answer = ask(question)
    assert answer.status == "not_in_articles"
    assert missing in answer.text.partition("?")[2]


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("How many beds does the Falk hut have?", "14 bunks"),  # a bunk is a bed
        ("Are trombones lent by the chapel?", "Instruments"),  # its class decides
        ("How long did Clementine clock in the dock?", "nine minutes"),  # a noun as a verb
        ("How heavy is the drum of the miners' band?", "eight pounds"),
        ("How hot is the kiln?", "900 C"),
        ("Which dogs ran beside the track?", "Poodles"),
        ("How much does the food at the Falk hut cost?", "90 crowns"),
        ("Who won the ski race at Ronsund in 2021?", "Ivar Moe"),  # the year is the article's
        ("Who runs the Falk hut at Ronsnud?", "Astrid Lunde"),  # a slip of the pen
        ("What does locker AB12 hold?", "ropes"),
        ("What name has the woman who runs the Falk hut?", "Astrid Lunde"),
        ("Does supper at the Falk hut cost less than 250 crowns?", "90 crowns"),
        ("Which winners watched between 1990 and 2010?", "1998"),
    ],
)
def test_a_paraphrase_is_answered(ask: Callable[[str], Answer], question: str, right: str) -> None:
    assert right in ask(question).sentences[0].text


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("Between 1961 and 1969 the ferry was run by Ona Reed.", "Who ran the ferry in 1965?"),
        ("During the 1950s Ona Reed ran the ferry.", "Who ran the ferry in 1957?"),
        ("Ona Reed ran the ferry until 1988.", "Who ran the ferry in 1983?"),
        ("In the season 2003/04 Ona Reed ran the ferry.", "Who ran the ferry in 2004?"),
        ("The head of the ferry in 1971–79 was Ona Reed.", "Who was head of the ferry in 1974?"),
    ],
)
def test_a_year_within_a_stated_period_is_not_missing(tmp_path: Path, said: str, question: str) -> None:
    assert said in answered(tmp_path, said, question).text


def test_a_year_outside_a_stated_period_is_missing(tmp_path: Path) -> None:
    answer = answered(tmp_path, "From 1961 to 1969 Ona Reed ran the ferry.", "Who ran the ferry in 1984?")
    assert answer.status == "not_in_articles"


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("The reserve at Ulm has 60 terns.", "How many birds does the reserve at Ulm have?"),
        ("The barracks at Ulm hold 300 pistols.", "How many guns do the barracks at Ulm hold?"),
        ("The depot at Ulm has 22 trucks.", "How many lorries does the depot at Ulm have?"),
        ("The stable at Ulm has 9 mares.", "How many horses does the stable at Ulm have?"),
    ],
)
def test_a_count_of_a_hyponym_or_hypernym_answers(tmp_path: Path, said: str, question: str) -> None:
    assert said in answered(tmp_path, said, question).text


@pytest.mark.parametrize(
    ("said", "question"),
    [
        (
            "Flight KX 318 leaves for Oslo. Flight QR407 leaves for Riga.",
            "Where does flight KX318 leave for?",
        ),
        ("The mill meets norm EN1435 on weights.", "What does the mill meet norm EN 1435 on?"),
        ("Three thousand guests came to Ulm.", "Where did the 3000 guests come to?"),
        ("Valve B-40 leaks at Ulm.", "Which valve leaks at Ulm, B-40 or B-70?"),
    ],
)
def test_a_code_or_number_may_be_written_in_another_way(tmp_path: Path, said: str, question: str) -> None:
    assert "do not mention" not in answered(tmp_path, said, question).text


def answered(folder: Path, said: str, question: str) -> Answer:
    write_articles(folder / "articles", {"a.txt": f"News of the town\n\n{said}"})
    with Chatbot(make_settings(folder)) as bot:
        return bot.ask(question)


KIOSK = "The kiosk at Vike sells rope, lamp oil and postcards. It opens when the ferry lands. Tove minds it."


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("How much does a postcard cost at the kiosk?", "a price"),
        ("What does Tove charge for lamp oil?", "a price"),
        ("How heavy is the rope?", "a weight"),
        ("At what time does the kiosk at Vike open?", "a time of day"),
        ("How warm is it in the kiosk at Vike?", "a temperature"),
        ("What did the NRK say about the kiosk at Vike?", "NRK"),
        ("Is there a cow at the kiosk at Vike?", "cow"),
        ("How many tenants has Mercury?", "Mercury"),
    ],
)
def test_a_kind_of_value_that_no_passage_has(tmp_path: Path, question: str, missing: str) -> None:
    answer = answered(tmp_path, KIOSK, question)
    assert answer.status == "not_in_articles"
    assert missing in answer.text.partition("?")[2]


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("A night at the mill costs 70 lats.", "How much is a night at the mill?"),
        ("A night at the mill is free of charge.", "What does a night at the mill cost?"),
        ("The bell of the mill rings at half past four.", "At what time does the bell of the mill ring?"),
        ("The bell of the mill rings at 7.20.", "At what time does the bell of the mill ring?"),
        ("The bell of the mill rings at ten to six.", "At what time does the bell of the mill ring?"),
        ("The bell of the mill rings at noon.", "What time does the bell of the mill ring?"),
        ("The stone of the mill weighs nine stone.", "How heavy is the stone of the mill?"),
        ("The mill is kept at five degrees.", "How warm is the mill kept?"),
        ("A night at the mill is £12.", "What is a night at the mill in pounds?"),
        ("The National Rope Keepers own the mill.", "Do the NRK own the mill?"),
    ],
)
def test_a_value_in_other_words_is_not_missing(tmp_path: Path, said: str, question: str) -> None:
    assert said in answered(tmp_path, said, question).text


def test_a_currency_that_no_passage_has(tmp_path: Path) -> None:
    said = "A night at the mill is £12, breakfast £4."
    assert (
        "dollars"
        in answered(tmp_path, said, "What is a night at the mill in dollars?").text.partition("?")[2]
    )
