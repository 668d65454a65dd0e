"""What must, can, may or is to happen, what is wished, and what is only open."""

import pytest

from rag.language.relation import Place, relation


def says(claim: str, *sources: str) -> bool:
    return relation(claim, [Place(source) for source in sources]).kind == "says"


@pytest.mark.parametrize(
    ("false", "true", "source"),
    [
        ("Divers may carry a lamp.", "Divers must carry a lamp.", "Divers have to carry a lamp."),
        ("Divers can carry a lamp.", "Divers have to carry a lamp.", "Divers must carry a lamp."),
        ("Divers must not carry a lamp.", "Divers do not have to carry a lamp.",
         "Divers do not have to carry a lamp."),
        ("The council can ban kites.", "The council has power to ban kites.",
         "The council has power to ban kites."),
        ("The council can ban kites.", "The council lost the power to ban kites.",
         "The council lost the power to ban kites."),
        ("The council can ban kites.", "The council has no power to ban kites.",
         "The council has no power to ban kites."),
        ("The council hosts kites.", "The council is able to host kites.", "The council can host kites."),
        ("The mast is detached.", "The mast can be detached.", "The mast is detachable."),
        ("The council banned kites.", "The council can ban kites.", "The council is able to ban kites."),
        ("Jonas moved to Turku.", "Jonas would like to move to Turku.", "Jonas wants to move to Turku."),
        ("Jonas will move to Turku.", "Jonas would like to move to Turku.",
         "Jonas would like to move to Turku."),
    ],
)  # fmt: skip
def test_what_must_can_and_should_happen_is_said_in_several_ways(false: str, true: str, source: str) -> None:
    assert says(true, source)
    assert not says(false, source)


@pytest.mark.parametrize(
    ("false", "true", "source"),
    [
        ("Ruth can climb the tower.", "Ruth expects to be able to climb the tower.",
         "Ruth expects to be able to climb the tower in May."),
        ("Ruth can climb the tower.", "Ruth wants the right to climb the tower.",
         "Ruth wants the right to climb the tower."),
        ("Ruth can climb the tower.", "Ruth will be able to climb the tower.",
         "Ruth will be able to climb the tower in May."),
        ("Ruth must climb the tower.", "Ruth may have to climb the tower.",
         "Ruth may have to climb the tower in May."),
        ("Ruth must climb the tower.", "Ruth intends to have to climb the tower.",
         "Ruth intends to have to climb the tower."),
        ("Ruth will climb the tower.", "Ruth possibly will climb the tower.",
         "Ruth possibly will climb the tower in May."),
    ],
)  # fmt: skip
def test_what_is_hoped_or_may_be_possible_or_due_is_not_so_yet(false: str, true: str, source: str) -> None:
    assert says(true, source)
    assert not says(false, source)


@pytest.mark.parametrize(
    ("false", "true", "source"),
    [
        ("Ruth climbed the tower.", "Ruth had permission to climb the tower.",
         "Ruth had permission to climb the tower."),
        ("Ruth climbed the tower.", "Ruth was eager to climb the tower.",
         "In May, Ruth was eager to climb the tower."),
        ("Ruth climbed the tower.", "The guard told Ruth to climb the tower.",
         "The guard told Ruth to climb the tower."),
        ("Ruth climbs the tower.", "Ruth lost the licence to climb the tower.",
         "Ruth lost the licence to climb the tower."),
        ("The tower was repainted.", "The tower was to be repainted.",
         "The tower was to be repainted in May."),
        ("Ruth bought the tower.", "Ruth would have preferred to buy the tower.",
         "Ruth would have preferred to buy the tower."),
    ],
)  # fmt: skip
def test_an_infinitive_behind_a_noun_an_adjective_or_to_be_says_nothing_of_it_happening(
    false: str, true: str, source: str
) -> None:
    assert says(true, source)
    assert not says(false, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Ruth climbed the tower.", "Ruth managed to climb the tower in May."),
        ("The guards met to repaint the tower.", "The guards held a meeting to repaint the tower."),
        ("The tower contains lead.", "The tower is known to contain lead."),
    ],
)
def test_what_a_verb_governs_may_have_happened(claim: str, source: str) -> None:
    assert says(claim, source)
