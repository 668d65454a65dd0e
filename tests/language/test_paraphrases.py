"""Free wordings that follow from the source, each beside one of the same form that does not."""

import pytest

from rag.language.relation import Place, Relation, relation


def proved(claim: str, *sources: str, **context: object) -> Relation:
    return relation(claim, [Place(source, **context) for source in sources])  # type: ignore[arg-type]


def says(claim: str, *sources: str) -> bool:
    return proved(claim, *sources).kind == "says"


@pytest.mark.parametrize(
    ("false", "true", "source"),
    [
        ("Kelp is the fastest grower of the bay.", "Kelp is one of the fastest growers of the bay.",
         "Kelp is one of the fastest growers of the bay."),
        ("It was the most costly flood on record.", "It was one of the most costly floods.",
         "It was one of the most costly floods on record."),
        ("The deepest lake froze.", "The fourth deepest lake froze.", "The fourth deepest lake froze."),
        ("It is the least salty lake.", "It is the 3rd least salty lake.",
         "It is the 3rd least salty lake of Finland."),
        ("Arvid was the first to ski there.", "Arvid was one of the first to ski there.",
         "Arvid was among the first to ski there."),
    ],
)  # fmt: skip
def test_one_of_the_most_and_the_second_most_are_not_the_most(false: str, true: str, source: str) -> None:
    assert says(true, source), proved(true, source)
    assert not says(false, source)


@pytest.mark.parametrize(
    ("false", "true", "source"),
    [
        ("A dentist must wear a badge.", "A dentistry student must wear a badge.",
         "A dentistry student must wear a badge."),
        ("The harbour resigned in June.", "The harbour inspector resigned in June.",
         "The harbour inspector resigned in June."),
    ],
)  # fmt: skip
def test_what_only_describes_a_noun_does_not_stand_for_it(false: str, true: str, source: str) -> None:
    assert says(true, source), proved(true, source)
    assert not says(false, source)


@pytest.mark.parametrize(
    ("false", "true", "source"),
    [
        ("Costa Rica's navy was reduced to two ships.", "Chile's navy was reduced to two ships.",
         "Chile's navy was reduced to two ships, which confirmed Costa Rica's rule of the coast."),
        ("Peru's navy was reduced to two ships.", "Chile's navy was reduced to two ships.",
         "Chile's navy was reduced to two ships, which confirmed Peru's rule of the coast."),
        ("Chile's rule of the coast was confirmed.", "Peru's rule of the coast was confirmed.",
         "Chile's navy was reduced to two ships, and Peru's rule of the coast was confirmed."),
    ],
)  # fmt: skip
def test_a_thing_keeps_its_owner(false: str, true: str, source: str) -> None:
    assert says(true, source), proved(true, source)
    assert not says(false, source)


@pytest.mark.parametrize(
    ("false", "true", "source"),
    [
        ("The baker taught Rolf's sister in 1961.", "The baker married Rolf's sister in 1961.",
         "Rolf's sister was married by the baker in 1961."),
        ("In 1961 Britta Moen sold the organ.", "In 1961 Britta Moen tuned the organ.",
         "Britta Moen tuned the organ in 1961 for the feast."),
        ("The long film was the director of Signe Aas.", "Signe Aas was the director of the long film.",
         "The long film was directed by Signe Aas."),
        ("The long film was directed by Signe Aas.", "Signe Aas was the director of the opera.",
         "Signe Aas directed the opera."),
        ("The hymn was sung for the choir by Nils Aas.", "The hymn was sung for the king by Nils Aas.",
         "The hymn was sung at dawn by Nils Aas, and only for the king."),
        ("Danish bakers in Norway had nearly three times the fees.",
         "Norwegian bakers had nearly three times the fees.",
         "The bakers in Norway had nearly three times the fees."),
    ],
)  # fmt: skip
def test_the_order_of_words_follows_their_roles(false: str, true: str, source: str) -> None:
    assert says(true, source), proved(true, source)
    assert not says(false, source)


@pytest.mark.parametrize(
    ("false", "true", "source"),
    [
        ("The knife cut the bread in all.", "The knife cut the bread in half.",
         "The knife cut the bread in half."),
        ("All of the episodes were lost.", "The series had 12 episodes in all.",
         "The series had 12 episodes."),
        ("Helmets raise the risk of burns in kitchens.", "Helmets cut the risk of burns.",
         "Helmets cut the risk of burns in kitchens."),
        ("Children died of burns.", "There is a risk of burns.", "There is a risk of burns among children."),
    ],
)  # fmt: skip
def test_idioms_and_general_words_are_no_facts_of_their_own(false: str, true: str, source: str) -> None:
    assert says(true, source), proved(true, source)
    assert not says(false, source)


def test_the_building_may_be_the_chapel_of_the_sentence_before_and_the_barn_is_not() -> None:
    before = ("The chapel burned in 1902.",)
    claim = "The chapel was rebuilt by monks."
    assert proved(claim, "The building was rebuilt by monks.", before=before).kind == "says"
    assert proved(claim, "The barn was rebuilt by monks.", before=before).kind != "says"


def test_in_addition_and_for_example_say_nothing() -> None:
    assert says("In addition, larks nest in the dunes.", "Larks nest in the dunes.")
    assert says("Larks, for example, nest in the dunes.", "Larks nest in the dunes.")
    assert says("Larks nest in the dunes in addition.", "In addition, larks nest in the dunes.")
    assert not says("Larks nest in the addition.", "Larks nest in the dunes.")
