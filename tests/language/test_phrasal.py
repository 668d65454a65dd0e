"""Verbs of two words: which verb they are, and what they are said of."""

import pytest

from rag.language.relation import Place, relation


def says(claim: str, *sources: str) -> bool:
    return relation(claim, [Place(source) for source in sources]).kind == "says"


@pytest.mark.parametrize(
    ("false", "true", "source"),
    [
        ("The quarrel stopped until dawn.", "The quarrel continued until dawn.",
         "The quarrel went on until dawn."),
        ("The auction takes part in Vaasa.", "The auction takes place in Vaasa.",
         "The auction takes place in Vaasa."),
        ("The board accepted the offer.", "The board turned down the offer.",
         "The board rejected the offer."),
        ("The nuns gave up a school.", "The nuns established a school.", "The nuns set up a school."),
        ("The board turned up the offer.", "The board turned the offer down.",
         "The board refused the offer."),
    ],
)  # fmt: skip
def test_a_verb_with_its_particle_means_what_another_verb_does(false: str, true: str, source: str) -> None:
    assert says(true, source)
    assert not says(false, source)


@pytest.mark.parametrize(
    ("false", "true", "source"),
    [
        ("Ruth broke out in June.", "Ruth broke out a bottle in June.",
         "Ruth broke out a bottle in June."),
        ("Ruth got off in June.", "Ruth got off the bus.",
         "Ruth got off the bus in June."),
        ("Ruth went on a pension.", "Ruth went on air.",
         "Ruth went on air with a pension."),
        ("Ruth threw out the vase.", "Ruth threw the vase out of the window.",
         "Ruth threw the vase out of the window."),
        ("Ruth turned down the lamp.", "Ruth turned the lamp.", "Ruth turned the lamp and sat down."),
        ("Ruth gave up the lamp.", "Ruth gave Ivo the lamp.", "Ruth gave Ivo the lamp and stood up."),
    ],
)  # fmt: skip
def test_a_verb_of_two_words_keeps_what_it_is_said_of(false: str, true: str, source: str) -> None:
    assert says(true, source)
    assert not says(false, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Ruth threw out the vase.", "Ruth threw the vase out in June."),
        ("The vase was thrown out in June.", "Ruth threw out the vase in June."),
        ("Ruth will focus on the costs.", "Ruth will focus on the structure of the costs."),
        ("The roads border on Finland.", "The roads border on Norway and Finland."),
    ],
)
def test_a_verb_of_two_words_may_have_its_object_before_or_behind(claim: str, source: str) -> None:
    assert says(claim, source)
