"""Yes/no questions about a month, a day of the week or an age are decided by a range or a class."""

from collections.abc import Callable

import pytest

from rag import Answer, Chatbot
from rag.language.recurring import age_asked, ages, months, weekdays
from tests.conftest import make_settings, write_articles

POOL = (
    "The Orrin lido\n\nThe lido opens at seven from Tuesday to Sunday. In winter the heated basin "
    "alone is filled. "
    "Swimmers below twelve are let in with a grown-up, and those of 65 and over pay half. A towel "
    "can be hired. "
    "The kiosk sells soup between November and February."
)
Ask = Callable[[str], Answer]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    folder = tmp_path_factory.mktemp("decided")
    write_articles(folder / "articles", {"lido.txt": POOL})
    return Chatbot(make_settings(folder)).ask


@pytest.mark.parametrize(
    ("question", "deciding"),
    [
        ("Does the lido open on Mondays?", "from Tuesday to Sunday"),
        ("Is soup sold at the kiosk in January?", "between November and February"),
        ("Does the kiosk sell soup in July?", "between November and February"),
        ("May a nine-year-old swim alone?", "below twelve"),
        ("Does a woman aged 70 pay in full at the lido?", "65 and over"),
    ],
)
def test_a_range_or_a_class_decides(ask: Ask, question: str, deciding: str) -> None:
    answer = ask(question)
    assert answer.status == "answered"
    assert deciding in answer.sentences[0].text


RINK = """# The Vardal rink

The rink is open from November to March. Skates may be hired by anyone over eight.

## The skate shop

It sells blades from September to May, and the café beside it serves waffles from June to August.

## The sledge run

Sledges under 12 kg go free. Sledges over 25 kg must be towed. Riders under six sit in front.
"""


@pytest.fixture(scope="module")
def ask_rink(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    folder = tmp_path_factory.mktemp("rink")
    write_articles(folder / "articles", {"rink.md": RINK})
    return Chatbot(make_settings(folder)).ask


@pytest.mark.parametrize(
    ("question", "shown", "not_shown"),
    [
        ("Is the rink open in July?", "from November to March", "waffles"),
        ("Does the skate shop sell blades in July?", "from September to May", "November"),
        ("May a 30 kg sledge be used?", "over 25 kg", ""),
        ("Does a 9 kg sledge go free?", "under 12 kg", ""),
    ],
)
def test_a_range_of_the_thing_itself_comes_before_others_of_its_article(
    ask_rink: Ask, question: str, shown: str, not_shown: str
) -> None:
    answer = ask_rink(question)
    assert shown in answer.sentences[0].text
    assert not not_shown or not_shown not in answer.text


def test_a_range_whose_thing_is_only_in_the_title_is_shown_if_it_has_the_value(ask_rink: Ask) -> None:
    assert "over eight" in ask_rink("Can a ten-year-old hire something at the rink?").sentences[0].text
    assert "six" not in ask_rink("Can a ten-year-old hire something at the rink?").text


@pytest.mark.parametrize("question", ["Is the sauna open on Mondays?", "Is there a dance in January?"])
def test_a_range_of_another_thing_decides_nothing(ask: Ask, question: str) -> None:
    assert ask(question).status != "answered"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from April to June", {4, 5, 6}),
        ("October–February", {10, 11, 12, 1, 2}),
        ("in the winter months", {11, 12, 1, 2, 3}),
        ("until the end of March", {1, 2, 3}),
        ("in May and July", {5, 7}),
        ("You may march on.", set()),
    ],
)
def test_months_are_read_one_by_one_and_as_ranges(text: str, found: set[int]) -> None:
    assert months(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Friday to Monday", {5, 6, 7, 1}),
        ("on weekdays", {1, 2, 3, 4, 5}),
        ("at weekends only", {6, 7}),
        ("every evening", {1, 2, 3, 4, 5, 6, 7}),
        ("Mondays and Thursdays", {1, 4}),
    ],
)
def test_days_of_the_week_are_read_one_by_one_and_as_classes(text: str, found: set[int]) -> None:
    assert weekdays(text) == found


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("guests under eight", range(8)),
        ("aged 5 to 9", range(5, 10)),
        ("60 and over", range(60, 121)),
        ("those over 18", range(18, 121)),
        ("under 20 euros", None),
        ("It has 12 rooms.", None),
    ],
)
def test_an_age_is_read_with_its_bound(text: str, bounds: range | None) -> None:
    assert ages(text) == bounds


def test_the_age_of_somebody_is_asked_about() -> None:
    assert age_asked("Can a seven-year-old ride?") == 7
    assert age_asked("May people aged 66 join?") == 66
    assert age_asked("Is the 7 o'clock train late?") is None
