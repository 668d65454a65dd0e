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
        ("Arvid was the first to ski there.", "Arvid was one of the first to ski there.",
         "Arvid was among the first to ski there."),
    ],
)  # fmt: skip
def test_one_of_the_most_is_not_the_most(false: str, true: str, source: str) -> None:
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
        ("Divers may carry a lamp.", "Divers must carry a lamp.", "Divers have to carry a lamp."),
        ("Divers can carry a lamp.", "Divers have to carry a lamp.", "Divers must carry a lamp."),
        ("Divers must not carry a lamp.", "Divers do not have to carry a lamp.",
         "Divers do not have to carry a lamp."),
        ("The council must ban kites.", "The council can ban kites.", "The council has power to ban kites."),
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
    assert says(true, source), proved(true, source)
    assert not says(false, source)


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


def test_to_serve_as_is_to_act_as() -> None:
    assert says("The keeper serves as the village judge.", "The keeper acts as the village judge.")
    assert not says("The keeper serves the village judge.", "The keeper acts as the village judge.")
    assert not says("The keeper serves as the village judge.", "The keeper serves the village judge.")


FOUNDED = "The chapel was founded by Alma Voll in 1871."
BURNED = "The chapel burned in the great storm."


@pytest.mark.parametrize(
    ("claim", "sources", "true"),
    [
        ("The chapel, which was founded by Alma Voll, burned in the great storm.", (FOUNDED, BURNED), True),
        ("The chapel, founded by Alma Voll in 1871, burned in the great storm.", (FOUNDED, BURNED), True),
        ("Founded by Alma Voll in 1871, the chapel burned in the great storm.", (FOUNDED, BURNED), True),
        ("The great storm burned the chapel, which was founded by Alma Voll.", (FOUNDED, BURNED), False),
        ("The chapel, founded in the great storm, burned.", (FOUNDED, BURNED), False),
        ("The chapel, which was burned by Alma Voll, was founded in 1871.", (FOUNDED, BURNED), False),
        ("Founded in the great storm, the chapel burned in 1871.", (FOUNDED, BURNED), False),
        ("Alma Voll, who burned in the great storm, founded the chapel.", (FOUNDED, BURNED), False),
        ("The mill, founded by Alma Voll in 1871, burned in the great storm.", (FOUNDED, BURNED), False),
        ("The chapel burned, and it was rebuilt by monks.", (BURNED, "The chapel was rebuilt by monks."),
         True),
        ("The chapel burned, and it was rebuilt by monks.", (BURNED, "The barn was rebuilt by monks."),
         False),
        ("The chapel burned, and its keeper escaped.", (BURNED, "The chapel's keeper escaped."), True),
        ("The chapel, which employs a keeper, burned.", (BURNED, "The new chapel employs a keeper."), False),
        ("The chapel, which employs a keeper, burned.", (BURNED, "The chapel employs a keeper."), True),
        ("The chapel burned, and its keeper escaped.", (BURNED, "The barn's keeper escaped."), False),
    ],
)  # fmt: skip
def test_each_clause_may_have_a_place_of_its_own(claim: str, sources: tuple[str, ...], true: bool) -> None:
    assert says(claim, *sources) == true, proved(claim, *sources)
