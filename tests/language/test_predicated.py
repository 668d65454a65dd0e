"""Whom something is said of: relative clauses, what somebody is, and what somebody has."""

import pytest

from rag.language.relation import Place, relation


def says(claim: str, *sources: str) -> bool:
    return relation(claim, [Place(source) for source in sources]).kind == "says"


@pytest.mark.parametrize(
    ("false", "true", "source"),
    [
        ("Ruth translated the hymns.", "Ivo translated the hymns.",
         "Ruth thanked Ivo, who translated the hymns."),
        ("Ruth was raised in Turku.", "Ivo was raised in Turku.",
         "Ruth coached Ivo, who was raised in Turku."),
        ("Ruth, who was raised in Turku, coached Ivo.", "Ruth coached Ivo, who was raised in Turku.",
         "In spring Ruth coached Ivo, who was raised in Turku."),
        ("The nurse, who wore a mask, fed the patient.", "The patient wore a mask.",
         "The nurse fed the patient, who wore a mask."),
        ("Ruth is a lawyer in Turku.", "Ivo is a lawyer in Turku.",
         "Ruth coached Ivo, who is a lawyer in Turku."),
        ("Ruth, who coached Ivo, resigned.", "Ruth coached Ivo, who resigned.",
         "In May Ruth coached Ivo, who resigned."),
        ("Ruth praised Ivo and resigned.", "Ivo resigned.",
         "Ruth praised Ivo, who resigned."),
        ("Ruth fixed the clock.", "Ruth paid the man.",
         "Ruth paid the man that fixed the clock."),
        ("Ruth coached Ivo.", "Ruth coached Olav.",
         "Ivo greeted Olav, who was coached by Ruth."),
    ],
)  # fmt: skip
def test_what_a_relative_clause_says_is_said_of_the_noun_before_it(
    false: str, true: str, source: str
) -> None:
    assert says(true, source)
    assert not says(false, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Ruth Holm painted the vase.", "Ruth Holm, a potter from Vik, who painted the vase, resigned."),
        ("Ruth resigned.", "Ruth, who coached Ivo, who painted the vase, resigned."),
        ("Ivo painted the vase.", "In June Ruth said that Ivo painted the vase."),
    ],
)
def test_a_clause_may_be_of_a_noun_further_off(claim: str, source: str) -> None:
    assert says(claim, source)


@pytest.mark.parametrize(
    ("false", "true", "source"),
    [
        ("Ruth is the consul.", "Ruth phoned the consul.",
         "Ruth phoned the consul in May."),
        ("The consul is Ruth.", "The consul phoned Ruth.",
         "The consul phoned Ruth in May."),
        ("Ruth is a consul.", "Ruth was sued by a consul.",
         "In May Ruth was sued by a consul."),
        ("Ruth is a consul.", "Ruth walks as if a consul had come.",
         "Ruth walks as if a consul had come in."),
        ("Ruth is the consul.", "Ruth posed as the consul.",
         "Ruth posed as the consul in the play."),
        ("Ruth has a yacht.", "Ruth sold a yacht.",
         "Ruth sold a yacht in May."),
        ("Ruth has the right to fish.", "Ruth lost the right to fish.",
         "In May Ruth lost the right to fish."),
    ],
)  # fmt: skip
def test_what_somebody_meets_or_sells_is_neither_what_they_are_nor_what_they_have(
    false: str, true: str, source: str
) -> None:
    assert says(true, source)
    assert not says(false, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Ruth is the consul.", "Ruth, the consul, phoned Ivo."),
        ("Ruth was the consul.", "In 1990 Ruth became the consul."),
        ("Ruth was the consul.", "Ruth was appointed the consul in 1990."),
        ("The vase is red.", "Ivo broke the red vase."),
        ("Ruth has a yacht.", "Ruth owns a yacht in Turku."),
        ("The yacht has nine cabins.", "The yacht with nine cabins sank."),
    ],
)
def test_to_be_and_to_have_are_said_in_other_ways(claim: str, source: str) -> None:
    assert says(claim, source)


@pytest.mark.parametrize(
    ("false", "true", "source"),
    [
        ("The school burned.", "The barn burned.",
         "The barn of the school's cook burned."),
        ("The school's cook resigned.", "The cook resigned.",
         "The cook resigned in the school."),
        ("The painter of the vase was Ivo.", "The vase was painted for Ivo.",
         "The vase was painted for Ivo."),
        ("Ivo was the painter of the vase.", "Ruth was the painter of the vase.",
         "Ruth painted the vase with Ivo."),
        ("Finnish nurses printed the book.", "The nurses printed the book in Finland.",
         "The nurses printed the book in Finland in May."),
        ("The patient resigned.", "The nurse resigned.",
         "The nurse of the patient's aunt resigned."),
    ],
)  # fmt: skip
def test_an_owner_a_place_and_a_beneficiary_do_no_deed(false: str, true: str, source: str) -> None:
    assert says(true, source)
    assert not says(false, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The painter of the vase was Ivo.", "The vase was painted by Ivo."),
        ("Ivo was the painter of the vase.", "Ivo painted the vase for Ruth."),
        ("Finnish nurses printed the book.", "The nurses in Finland printed the book."),
    ],
)
def test_a_doer_and_a_place_keep_their_noun(claim: str, source: str) -> None:
    assert says(claim, source)
