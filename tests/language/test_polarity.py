"""Does a claim turn its source around? Changed words, cut-off negations, swapped names."""

import pytest

from rag.language.polarity import turned_around

MEETING = "The council approved the plan on Monday after a long debate, but the mayor did not sign it."
TRADE = "Exports to Norway rose by 12 tons in May, while imports from Chile fell before the strike."


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The council rejected the plan on Monday after a long debate.", MEETING),
        ("The council approved the plan on Monday before a long debate.", MEETING),
        ("The council approved the plan on Monday after a short debate.", MEETING),
        ("The council did not approve the plan on Monday after a long debate.", MEETING),
        ("The council approved the plan on Monday, and the mayor did sign it.", MEETING),
        ("Exports to Norway fell by 12 tons in May.", TRADE),
        ("Exports to Chile rose by 12 tons in May.", TRADE),
        ("Imports to Norway rose by 12 tons in May.", TRADE),
        ("Imports from Chile fell after the strike.", TRADE),
        ("The talks were cancelled.", "Officials denied that the talks were cancelled."),
        ("The bridge is safe for trucks.", "The bridge isn't safe for trucks."),
        ("More than 30 people came to the fair.", "Fewer than 30 people came to the fair."),
        ("Anna Roth met Mila Korn in Paris.", "Anna Roth met Lena Voss in Paris."),
        ("The fee is 20 to 20 crowns for each person.", "The fee is 15 to 20 crowns for each person."),
    ],
)
def test_a_contradiction_is_found(claim: str, source: str) -> None:
    assert turned_around(claim, [source])


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The council approved the plan on Monday.", MEETING),
        ("The mayor did not sign it.", MEETING),
        ("The mayor didn't sign it.", MEETING),
        ("On Monday, after a long debate, the council approved the plan.", MEETING),
        ("Exports to Norway increased by 12 tons in May.", TRADE),
        ("In May, exports to Norway rose by 12 tons.", TRADE),
        ("The library holds 28,800 million pages.", "The library holds 28.8 billion pages."),
        ("The record is No. 12116 of the firm.", "The record is number 12116 of the firm."),
        ("The officials declined to comment.", "The officials refused to comment."),
        ("The festival opened with 10,000 guests.", "The festival opened with 10000 guests (2,000 fewer)."),
    ],
)
def test_true_wording_is_let_through(claim: str, source: str) -> None:
    assert turned_around(claim, [source]) == ""


def test_each_clause_is_laid_beside_the_sentence_it_is_taken_from() -> None:
    sources = [
        "The trade sector is the largest employer.",
        "The farm sector is the largest employer in Norrby.",
    ]
    claim = (
        "The trade sector is the largest employer, and the farm sector is the smallest employer in Norrby."
    )
    assert "opposite" in turned_around(claim, sources)
