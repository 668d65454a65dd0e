"""Training examples: what a near miss is, and where the answer is marked."""

import random

from eval.train.lists import Lists
from eval.train.rows import QuestionRow
from eval.train.spans import Spans
from eval.train.swaps import another_number, swap_in, things

SENTENCES = (
    "The lighthouse of Skagen was lit in 1858.",
    "Its keeper was Oline Berg, who came from Bergen in 1861.",
    "A storm of 1902 broke its lantern.",
    "Today a Museum of Ships fills the tower.",
)


def row(question: str, gold: tuple[int, ...], article: str = "Skagen", set_: str = "selqa") -> QuestionRow:
    return QuestionRow(set_, question, article, SENTENCES, gold, (None,) * len(gold))


ROWS = [
    row("Who kept the lighthouse of Skagen from 1861 on?", (1,)),
    row("What broke in the storm of 1902?", (2,)),
    row("What did Oline Berg keep in 1861?", (1,)),
]


def drawn(count: int = 400) -> list:  # type: ignore[type-arg]
    lists, rng = Lists(ROWS), random.Random(5)
    return [lists.draw(rng) for _ in range(count)]


def test_a_near_miss_has_no_answer_and_everything_else_has_one() -> None:
    for one in drawn():
        assert any(candidate.answers for candidate in one.candidates) == (one.miss == "")


def test_near_misses_are_made_in_every_way_and_most_lists_are_answered() -> None:
    lists = drawn()
    assert {one.miss for one in lists} >= {"", "removed", "swapped"}
    assert 0.5 < sum(one.miss == "" for one in lists) / len(lists) < 0.95


def test_a_removed_answer_leaves_none_of_its_sentences() -> None:
    for one in drawn():
        if one.miss == "removed" and "1902" in one.question:
            assert all("storm" not in candidate.sentence for candidate in one.candidates)


def test_a_swapped_question_asks_for_what_its_sentences_do_not_hold_and_its_twin_does() -> None:
    lists = [one for one in drawn() if "storm" in one.question and "1902" not in one.question]
    assert {one.twin for one in lists} == {True, False}
    for one in lists:
        [year] = things([one.question]).numbers
        assert any(year in c.sentence and c.answers for c in one.candidates) == one.twin


def test_a_question_of_another_paragraph_is_a_near_miss() -> None:
    other = QuestionRow("selqa", "Who sells herring?", "Skagen", ("Ane Lund sells herring.",), (0,), (None,))
    lists, rng = Lists([*ROWS, other]), random.Random(1)
    found = [lists.of(ROWS[0], rng) for _ in range(200)]
    assert any(one.miss == "other" and one.question == "Who sells herring?" for one in found)


def test_the_same_seed_draws_the_same_lists() -> None:
    assert drawn(30) == drawn(30)


def test_a_swap_keeps_the_form_of_what_it_replaces() -> None:
    rng = random.Random(2)
    swap = swap_in("When did Oline Berg leave?", things(["a Peder Krag went with Ib to Oslo"]), "", rng)
    assert swap is not None
    assert (swap.old, swap.new) == ("Oline Berg", "Peder Krag")
    for number in ("1861", "12.5", "3,400", "7"):
        other = another_number(number, rng)
        assert other != number
        assert [c.isdigit() for c in other] == [c.isdigit() for c in number]


def test_the_first_word_of_a_sentence_is_no_name() -> None:
    assert things(["In what year did Oline go? The tower fell. Rain came."]).names == ("Oline",)


def test_a_swap_leaves_longer_words_alone() -> None:
    rng = random.Random(2)
    swap = swap_in("the Ann went", things(["a Tor sat"]), "", rng)
    assert swap is not None
    assert swap.done("Ann and Anna of Ann’s") == "Tor and Anna of Tor’s"


def test_a_drawn_span_is_the_answer_in_its_sentence() -> None:
    marked = QuestionRow("qamr", "Who was its keeper?", "Skagen", SENTENCES, (1, 2), ((15, 25), None))
    bare = QuestionRow("selqa", "When was it lit?", "Skagen", SENTENCES, (0,), (None,))
    spans, rng = Spans([marked, bare]), random.Random(1)
    drawn = [spans.draw(rng) for _ in range(60)]
    assert {question for question, _ in drawn} == {"Who was its keeper?"}
    assert {one.sentence[slice(*one.span)] for _, one in drawn if one.span} == {"Oline Berg"}
    assert {one.before for _, one in drawn} == {SENTENCES[0], ""}
    assert {one.title for _, one in drawn} == {"Skagen", ""}


def test_what_a_search_finds_in_other_articles_is_among_the_candidates_and_answers_nothing() -> None:
    other = QuestionRow("selqa", "Who sells herring?", "Markets", ("Ane Lund sells herring.",), (0,), (None,))
    lists, rng = Lists([*ROWS, other]), random.Random(3)
    found = [lists.of(ROWS[0], rng) for _ in range(200)]
    foreign = [one for drawn in found for one in drawn.candidates if one.sentence == other.sentences[0]]
    assert {one.title for one in foreign} == {"Markets", ""}
    assert not any(one.answers for one in foreign)
    bare = [one for drawn in found for one in drawn.candidates if one.sentence == "Skagen"]
    assert 0 < len(bare) < 100
    assert not any(one.answers for one in bare)
