"""Words and facts: what search and the check compare."""

import pytest

from rag.language.facts import Number, facts
from rag.language.numbered import asked_by_number, names_another
from rag.language.words import stems, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Xi’s U.S. tariffs", ["xi", "us", "tariffs"]),
        ("$1,200 or 12.7%", ["1200", "or", "12.7"]),
        ("Café-owners' prices", ["cafe", "owners", "prices"]),
    ],
)
def test_words_are_normalised(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_stems_leave_function_words_out_but_keep_won() -> None:
    assert stems("Who won the tariffs?") == ["won", "tariff"]


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("28.8 billion", "$28,800 million", True),
        ("ninety days", "90 days", True),
        ("twenty-one men", "21 men", True),
        ("145 percent", "145%", True),
        ("145%", "$145", False),
        ("12.7%", "12.8%", False),
        ("5", "5,000", False),
        ("$3m", "3 million", True),
        ("90%", "90 days", False),
        ("90%", "90", False),
        ("90-minute call", "ninety minutes", True),
        ("90 minutes", "90 days", False),
    ],
)
def test_numbers_match_by_value_and_unit(left: str, right: str, same: bool) -> None:
    [a], [b] = facts(left).numbers, facts(right).numbers
    assert a.matches(b) is same


def test_a_length_in_metres_is_no_million() -> None:
    assert facts("3.5m tall").numbers == frozenset({Number(3.5)})


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("The talks on June 9, 2025.", {"june"}),
        ("They may march on Monday.", {"monday"}),
        ("May I ask?", set()),
        ("It fell in May and in Sept. 5 again.", {"may", "september"}),
    ],
)
def test_dates_are_months_and_weekdays_not_verbs(text: str, dates: set[str]) -> None:
    assert facts(text).dates == dates


def test_names_are_capitalised_words_that_do_not_only_begin_a_sentence() -> None:
    assert facts("Exports fell when Lena Voss left London.").names == {"lena", "voss", "london"}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How wide is gate number 14?", {"gate": {"14"}}),
        ("What do Gate no. 14, Section 3 and section 4.2 say?", {"gate": {"14"}, "section": {"3", "4.2"}}),
        ("What was the budget for fiscal year 2024?", {"year": {"2024"}}),
        ("What do sections 12–14, chapters 3 and 4, rooms 5, 6 say?", {}),
        ("Why did the call last 60 minutes, and who won 3 medals?", {}),
        ("Did it fall 12 % to $45 in 2024, by about 3 million?", {}),
    ],
)
def test_a_question_asks_by_number_for_one_of_a_kind(question: str, expected: dict[str, set[str]]) -> None:
    assert {word: numbers for (word, _), numbers in asked_by_number(question).items()} == expected


@pytest.mark.parametrize(
    ("question", "text", "another"),
    [
        ("How wide is gate 14?", "The gate number 15 is wide.", True),
        ("How wide is gate 14?", "Gate 15 is wide, gate 14 has bars.", False),
        ("How wide is gate 14?", "It is wide.", True),  # of the title
        ("How wide is the gate?", "Gate 15 is wide.", False),
        ("What does section 3 say?", "Section 3.2 sets a fee.", False),
        ("What does section 3.2 say?", "Section 3.4 sets a fee.", True),
        ("What does section 3.2 say?", "Section 3.25 sets a fee.", True),
        ("What was said in June 2025?", "On June 5 they spoke.", False),
        ("What was said in June 2025?", "In June 2024 they spoke.", True),
    ],
)
def test_a_text_or_else_its_title_names_another(question: str, text: str, another: bool) -> None:
    assert names_another(asked_by_number(question), text, "Gate 16") == another
