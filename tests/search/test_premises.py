"""What a question takes for granted and the nearest sentence says otherwise."""

import pytest

from rag.language.relation import Place
from rag.search.premises import otherwise


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who bought the mill in 1884?", "A brewer from Hull bought the mill in 1848."),
        ("Why did the orchestra not play in Bergen?", "The orchestra played in Bergen to a full house."),
        ("Why did the council approve the cycle lane?", "The council did not approve the cycle lane."),
        ("How much is the 40 kg crate?", "The 25 kg crate is three pounds."),
        ("What is the strength of the new dam wall?", "The weakness of the new dam wall is its foundation."),
        ("Who painted most of the chapel ceiling?", "A pupil painted all of the chapel ceiling."),
        ("Why did Ida sue Henrik?", "Henrik sued Ida over the boundary."),
        ("Why was the vase thrown in Delft?", "The vase was not thrown in Delft; it is from Meissen."),
        ("Why did the board sell the barge?", "The board did not sell the old barge; it sold a skiff."),
        ("Why did the guild admit women?", "The guild did not admit women, but it taught them."),
        ("Why did the 12 members with more than 3 seats leave?", "The 14 members left in May."),
    ],
)
def test_a_sentence_that_says_otherwise(question: str, sentence: str) -> None:
    assert otherwise(question, Place(sentence), sentence, frozenset())


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("What two villages share the bridge?", "Hale and Orton share the bridge."),
        ("Who restored the organ?", "The organ was restored by a firm from Leeds."),
        ("Where do otters sleep?", "Otters may sleep under roots."),
        ("When was the first lamp lit?", "The lamp was lit in 1802."),
        ("Which of the huts has no stove?", "The Brae hut has no stove."),
        ("How long did the voyage take?", "The voyage took eleven days."),
        ("Which of the two is closed, gate 4 or gate 9?", "Gate 4 is closed."),
        ("On which day is the archive closed?", "The archive is open daily except Thursday."),
        ("Who may not use the slipway?", "Everybody but trainees may use the slipway."),
        ("Which teas have no milk?", "The karak tea has milk."),
        # A bound is no assumption: what keeps to it, and what does not, is listed.
        ("Which cabins sleep more than 6 people?", "The Fern cabin sleeps 9 people."),
        ("Which trains get to Perth in under 3 hours?", "The early train gets to Perth in 2 hours."),
        ("Which ropes are longer than 40 metres?", "The blue rope is 60 metres long."),
        ("Who pays at least 20 crowns for the sauna?", "A guest pays 35 crowns for the sauna."),
        ("Which rooms cost between 50 and 80 pounds?", "The attic room costs 70 pounds."),
        ("Which members aged 60 and over pay the fee?", "Members aged 64 pay half the fee."),
        # What a sentence denies of one thing, it asserts of another.
        ("Where was the vase thrown?", "The vase was not thrown in Delft; it is from Meissen."),
        ("Who winds the clock?", "It is not the sexton but the baker who winds the clock."),
        ("What is the roof made of?", "The roof is not made of slate but of oak shingles."),
        ("Who rings the bell?", "Marta does not ring the bell, her son does."),
        ("Who winds the clock?", "The sexton doesn't wind the clock; the baker does."),
        ("When did the harbour last freeze?", "The harbour has not frozen since 1987."),
        ("When did the tram first run at night?", "The tram did not run at night until 1962."),
        ("Who ground corn in the mill?", "The mill no longer grinds corn, as it did under Bram Voss."),
        # A yes or no question is answered by what denies it.
        ("Did the council approve the cycle lane?", "The council did not approve the cycle lane."),
        # Without a question word nothing is taken for granted.
        ("cycle lane approved", "The council did not approve the cycle lane."),
    ],
)
def test_a_sentence_that_may_answer(question: str, sentence: str) -> None:
    assert not otherwise(question, Place(sentence), sentence, frozenset())


def test_a_name_that_other_articles_have() -> None:
    sentence = "The choir rehearses in the old chapel under Inga Moen."
    question = "Who conducts the choir of Trondheim?"
    assert "Trondheim" in otherwise(question, Place(sentence), sentence, frozenset())
    around = f"{sentence} It was founded in Trondheim."
    assert not otherwise(question, Place(sentence), around, frozenset())
    misspelt = frozenset({"trondheim"})  # in no article: refusing for it is another rule's part
    assert not otherwise(question, Place(sentence), sentence, misspelt)
