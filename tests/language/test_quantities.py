"""Quantities and dates, however they are written."""

import pytest

from rag.language.dates import days
from rag.language.lexicon import akin, opposed
from rag.language.quantities import rounds_to, same_value
from rag.language.quantities_read import quantities


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("28.8 billion dollars", "$28,800 million", True),
        ("two hundred and fifty thousand", "250,000", True),
        ("half an hour", "30 minutes", True),
        ("two million US dollars", "US$2,000,000", True),
        ("2 weeks", "14 days", True),
        ("one third", "a third", True),
        ("the 21st", "the twenty-first", True),
        ("a decade", "ten years", False),  # “a decade” is no number
        ("two decades", "20 years", True),
        ("32 °F", "0 °C", True),
        ("7 a.m.", "7 p.m.", False),
        ("-3 points", "3 points", False),
        ("3 kg", "3 g", False),
        ("£20", "20 euros", False),
        ("3%", "3 percentage points", False),
        ("the 1990s", "1990", False),
    ],
)
def test_equal_quantities_are_equal_in_any_form(left: str, right: str, same: bool) -> None:
    ours, theirs = quantities(left), quantities(right)
    assert bool(ours and theirs and same_value(ours[0], theirs[0])) is same


def test_a_round_figure_matches_an_exact_one_only_if_it_says_so() -> None:
    [exact], [about], [bare], [off] = (
        quantities(text) for text in ("582 tons", "nearly 600 tons", "600 tons", "about 700 tons")
    )
    assert rounds_to(exact, about)
    assert not rounds_to(exact, bare)
    assert not rounds_to(exact, off)


@pytest.mark.parametrize(
    ("claim", "source", "stated"),
    [
        ("in June 2025", "on 9 June 2025", True),
        ("on Monday", "on June 9, 2025", True),
        ("on Tuesday", "on June 9, 2025", False),
        ("on June 9, 2025", "in June", False),
        ("2025-06-09", "9th of June 2025", True),
    ],
)
def test_a_date_is_stated_by_one_that_says_as_much(claim: str, source: str, stated: bool) -> None:
    assert days(claim)[0].stated_by(days(source)[0]) is stated


@pytest.mark.parametrize(
    ("left", "right", "kinship"),
    [
        ("shrank", "shrinks", "form"),
        ("settlement", "settled", "derived"),
        ("purchased", "bought", "sense"),
        ("dog", "poodle", "kind"),
        ("poodle", "dog", None),
        ("granite", "violin", None),
    ],
)
def test_words_are_akin_by_form_derivation_sense_or_kind(left: str, right: str, kinship: str | None) -> None:
    assert akin(left, right) == kinship


def test_opposites_are_known_in_any_form() -> None:
    assert opposed("shrank", "stretched") or opposed("lengthened", "shortened")
    assert not opposed("lengthened", "lengthens")
