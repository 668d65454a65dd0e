"""A sentence without the kind of value that is asked for is less likely to answer."""

import pytest

from rag.search.lacking import lacks_value


@pytest.mark.parametrize(
    ("question", "without", "with_"),
    [
        ("How old is the ferryman?", "The ferryman keeps two geese.", "The ferryman is 71 years of age."),
        (
            "How many geese does he keep?",
            "He keeps geese behind the shed.",
            "Behind the shed are nine geese.",
        ),
        ("What does a crossing cost?", "A crossing takes you to the island.", "A crossing is 4 euros."),
        ("When does the last boat leave?", "The last boat is the slowest.", "The last boat leaves at dusk."),
        ("On which day is the market held?", "The market is held on the quay.", "Market is held on Fridays."),
        ("What colour is the ferry?", "The ferry was built in Oban.", "They painted the ferry green."),
        ("When does the kiosk open?", "The kiosk sells eels.", "The kiosk opens at high tide."),
        ("How wide is the sound?", "The sound is 40 metres deep.", "The sound is 3 km across."),
        ("How deep is the sound?", "The sound is full of eels.", "The sound goes down 40 metres."),
        (
            "When was the pier mended?",
            "The pier was mended by Olsen.",
            "It was mended after the great storm.",
        ),
    ],
)
def test_a_value_of_the_kind_asked_for_is_missed(question: str, without: str, with_: str) -> None:
    assert lacks_value(question, without)
    assert not lacks_value(question, with_)


@pytest.mark.parametrize(
    "question",
    [
        "Who runs the ferry?",
        "Why was the pier closed?",
        "What is the ferry called?",
        "ferry geese",
        "Which pier is the longest?",
        "",
    ],
)
def test_other_questions_lack_nothing(question: str) -> None:
    assert not lacks_value(question, "The ferry crosses the sound.")
