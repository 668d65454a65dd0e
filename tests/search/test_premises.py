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
