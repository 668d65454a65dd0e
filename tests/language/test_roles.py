"""Who does what, and what belongs to which: a claim may not take a phrase from one verb to another."""

import pytest

from rag.language.relation import Place, relation


def says(claim: str, source: str) -> bool:
    return relation(claim, [Place(source)]).kind == "says"


@pytest.mark.parametrize(
    ("false", "true", "source"),
    [
        ("The choir sings in Tunis.", "The choir sings in Fez.",
         "The choir rehearses in Tunis and sings in Fez."),
        ("Oda Krag was buried in Narvik.", "Oda Krag was buried in Hamina.",
         "Oda Krag was baptised in Narvik and buried in Hamina."),
        ("Wages shrank.", "Rents shrank.", "Wages grew while rents shrank."),
        ("Wages shrank in April.", "Rents shrank in April.", "Wages grew and rents shrank in April."),
        ("Rents grew while wages shrank.", "While rents shrank, wages grew.",
         "Wages grew while rents shrank."),
        ("The farm bought nine goats.", "The farm sold nine goats.",
         "The farm bought three mules and sold nine goats."),
        ("Nine goats were bought by the farm.", "Nine goats were sold by the farm.",
         "The farm bought three mules and sold nine goats."),
        ("The red mill burned.", "The grey mill burned.",
         "The grey mill burned and the red mill closed in June."),
        ("The chapel was sold in 1877.", "The chapel was sold in 1911.",
         "The chapel was built in 1877 and sold in 1911."),
    ],
)  # fmt: skip
def test_a_phrase_stays_with_its_verb_where_the_other_has_one_of_its_own(
    false: str, true: str, source: str
) -> None:
    assert says(true, source)
    assert not says(false, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The bell was cast in 1877.", "In 1877 the chapel was built in Narvik and the bell was cast."),
        ("The choir sings in Tunis.", "The choir rehearses in Tunis and sings in Tunis."),
        ("The farm sold goats.", "The farm bought goats and sold goats."),
        ("The farm bought and sold goats.", "The farm bought and sold goats."),
        ("The shop repairs broken clocks.", "The shop makes and repairs broken clocks."),
        ("The shop repairs broken clocks.", "The shop sells tea and repairs broken clocks."),
        ("The farm sold nine goats in Fez.", "The farm, which bought three mules, sold nine goats in Fez."),
    ],
)
def test_a_phrase_that_belongs_to_both_verbs_may_be_said_of_each(claim: str, source: str) -> None:
    assert says(claim, source)


@pytest.mark.parametrize(
    ("false", "true", "source"),
    [
        ("A. Fossum painted the hall.", "Karin Fossum painted the hall.", "Karin Fossum painted the hall."),
        ("The hall was painted by I. Fossum.", "The hall was painted by A. Fossum.",
         "A. Fossum painted the hall."),
        ("Per Dahl was a baker.", "Gro Dahl was a baker.", "Gro Dahl was a baker in Moss."),
        ("Per Dahl baked the bread.", "The bread was baked by Gro Dahl.", "Gro Dahl baked the bread."),
        ("The bread was baked by Per Dahl.", "Gro Dahl baked the bread.",
         "The bread was baked by Gro Dahl."),
        ("Will Dahl baked the bread.", "The bread was baked by Gro Dahl.", "Gro Dahl baked the bread."),
        ("The old mine was sold to Moss.", "The old school was sold.", "The old school was sold to Moss."),
        ("The salt mine was sold.", "The salt was sold.", "The salt was sold to Moss."),
    ],
)  # fmt: skip
def test_a_name_or_noun_that_is_spelled_like_a_function_word_must_be_in_the_source(
    false: str, true: str, source: str
) -> None:
    assert says(true, source)
    assert not says(false, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Per Dahl was a baker.", "In Moss, Per Dahl was a baker."),
        ("In Norway, Gro Dahl baked the bread.", "Gro Dahl baked the bread in Norway."),
        ("In Norway, exports fell.", "Exports fell in Norway."),
        ("Per Norwegian household, 40 euros are spent.", "40 euros are spent per Norwegian household."),
        ("The bread rose after Dahl had baked it.", "After Dahl had baked it, the bread rose."),
        ("All Norwegians sang.", "All Norwegians sang in Moss."),
        ("The salt was a gift of mine.", "The salt was a gift of mine to Moss."),
        ("The mine was sold.", "The mine was sold to Moss."),
        ("A Fossum painted the hall.", "A Fossum painted the hall in Moss."),
    ],
)  # fmt: skip
def test_a_function_word_before_a_name_stays_one(claim: str, source: str) -> None:
    assert says(claim, source)


@pytest.mark.parametrize(
    ("false", "true", "source"),
    [
        ("The pass costs 30 crowns for pupils.", "The pass costs 9 crowns for pupils.",
         "The pass costs 30 crowns for teachers and 9 crowns for pupils."),
        ("The museum lends 70 maps in autumn.", "The museum lends 70 maps in June.",
         "The museum lends 70 maps in June and 20 maps in autumn."),
        ("The mason carved the font Vidar in 1704.", "The mason carved the font Vidar in 1711.",
         "The mason carved the altar Sif in 1704 and the font Vidar in 1711."),
        ("The aunt taught Bo in Turku.", "The aunt taught Bo in Vaasa.",
         "The aunt taught Ada in Turku and Bo in Vaasa."),
        ("Wool is shipped to Peru.", "Wool is shipped to Chile.",
         "Wool is shipped to Chile and flax to Peru."),
        ("The quarry flooded because the pump failed.", "The pump failed because the quarry flooded.",
         "The pump failed because the quarry flooded."),
        ("Because the pump failed, the quarry flooded.", "Because the quarry flooded, the pump failed.",
         "The pump failed because the quarry flooded."),
    ],
)  # fmt: skip
def test_what_a_list_or_a_reason_pairs_stays_paired(false: str, true: str, source: str) -> None:
    assert says(true, source)
    assert not says(false, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The choir sang in Finland.", "The choir sang in Turku and other cities in Finland."),
        ("The aunt taught Ada in Vaasa.", "The aunt taught Ada in Turku and in Vaasa."),
        ("The aunt taught Ada and Bo in Vaasa.", "The aunt taught Ada and Bo in Vaasa."),
    ],
)
def test_a_phrase_that_is_no_part_of_a_pair_may_stand_alone(claim: str, source: str) -> None:
    assert says(claim, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        (
            "Imports from Peru fell 8% in June.",
            "Figures published on Friday showed that imports from Peru fell 8% in June to $3 billion.",
        ),
        (
            "Reports on the dam appeared in March.",
            "The paper said that reports on the dam appeared in March.",
        ),
    ],
)
def test_a_noun_that_looks_like_a_verb_owns_no_phrase(claim: str, source: str) -> None:
    assert says(claim, source)


@pytest.mark.parametrize(
    ("false", "true", "source"),
    [
        ("The abbot repaired the inspection.", "The abbot inspected the repair.",
         "The abbot inspected the repair of the bell."),
        ("Solveig and Arne marched about the report.", "Solveig reported a march with Arne.",
         "Solveig reports a march on Voss after a quarrel with Arne."),
        ("The guild toured the opening.", "The guild opens its hall.",
         "The guild opens its hall after a tour of Lindby."),
        ("Ruiz and Holm strike about the announcement.", "Ruiz announces a delay of ferry strikes.",
         "Ruiz Announces Delay of Ferry Strikes After Meeting With Holm"),
        ("The board praised the sale.", "The board praised the buyer.",
         "The board sold the mill and praised the buyer."),
        ("The crew sailed for the celebration.", "The crew celebrated its sail.",
         "The crew celebrated its sail with songs."),
    ],
)  # fmt: skip
def test_what_was_done_is_not_what_it_was_done_to(false: str, true: str, source: str) -> None:
    assert says(true, source)
    assert not says(false, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("His resignation shocked the town.", "The town got a shock when he resigned."),
        ("Ada announced the closure of the mill.", "Ada announced that she had closed the mill."),
    ],
)
def test_a_deed_may_be_a_subject_or_what_is_said(claim: str, source: str) -> None:
    assert says(claim, source)


@pytest.mark.parametrize(
    "source",
    [
        "Rowan paid for the timber out of his own purse.",
        "Rowan heard the crack from his own bench.",
        "Rowan laid the keel in his own yard.",
        "Rowan fled to his own island.",
        "Rowan said so to his own men.",
    ],
)
def test_a_deed_is_not_that_of_whom_the_sentence_before_names(source: str) -> None:
    before = ("When the mast split, Ingrith blamed the rain.",)
    false, true = source.replace("Rowan", "Ingrith"), source
    for claim in (false, false.partition(" of his own")[0].partition(" from his own")[0]):
        assert relation(claim, [Place(source, before=before)]).kind != "says"
    assert relation(true, [Place(source, before=before)]).kind == "says"
