"""Scores of one answer, stage by stage, the cause of a wrong one, and the baselines beside it."""

import json
import math
from dataclasses import replace

import pytest

from eval.scoring.causes import cause
from eval.scoring.run import Row
from eval.scoring.scorers import grade_answer, ndcg_at, score
from rag import Chatbot, Explanation, ShortAnswer
from tests.fakes.evaluation import asked, far, sample


@pytest.mark.parametrize(
    ("changes", "text", "refused", "grade"),
    [
        ({}, "They cost $4.2\nMILLION.", False, "correct"),
        ({}, "They cost a lot.", False, "incorrect"),
        ({}, "The articles do not say.", True, "abstained"),
        ({"not_answers": ("90 days",)}, "$4.2 million in 90 days", False, "incorrect"),
        ({"answers": (("4.2",), ("90",))}, "4.2 million", False, "incorrect"),
        ({"answers": ()}, "Anything.", False, "unscored"),
        ({"answerable": False, "answers": ()}, "The articles do not say.", True, "correct"),
        ({"answerable": False, "answers": ()}, "Anything.", False, "incorrect"),
        ({"answerable": False}, "It was 4.2 million.", False, "correct"),
    ],
)
def test_grades(changes: dict[str, object], text: str, refused: bool, grade: str) -> None:
    assert grade_answer(sample(**changes), text, refused)[0] == grade


def test_stages_are_scored_apart(chatbot: Chatbot) -> None:
    (row,) = asked(chatbot, sample())
    found = row.score
    assert found.grade == "correct"
    assert found.rank is not None
    assert found.rank >= 1
    assert found.ndcg is not None
    assert (found.evidence_shown, found.file_cited, found.evidence_cited) == (True,) * 3
    assert found.sentences_needed == 1
    quotes = [citation["quote"] for citation in row.citations]
    assert found.evidence_precision == sum("$4.2 million" in quote for quote in quotes) / len(quotes)


def test_where_the_first_sentence_must_hold_the_answer_a_later_one_does_not_do(chatbot: Chatbot) -> None:
    both = asked(chatbot, sample(), sample(id="2", first=True))
    assert [row.score.grade for row in both] == ["correct", "correct"]
    late = sample(answers=(("no such words",), ("$4.2 million",)), first=True)
    explanation = chatbot.explain(late.question)
    told = explanation.answer.sentences[0]
    later = replace(told, text="There are no such words.")
    answer = replace(explanation.answer, sentences=(told, later), text=f"{told.text} {later.text}")
    assert score(replace(late, first=False), replace(explanation, answer=answer)).grade == "correct"
    assert score(late, replace(explanation, answer=answer)).grade == "incorrect"


@pytest.mark.parametrize(("words", "right"), [("$4.2 million", True), ("million", True), ("library", False)])
def test_a_short_answer_is_right_that_holds_the_gold_answer_or_is_part_of_it(
    chatbot: Chatbot, words: str, right: bool
) -> None:
    explanation = chatbot.explain(sample().question)
    for short, expected in ((ShortAnswer(words, 1, 0, len(words)), right), (None, None)):
        answer = replace(explanation.answer, short=short)
        assert score(sample(), replace(explanation, answer=answer)).short_right is expected


def test_gold_of_another_article_is_not_found(chatbot: Chatbot) -> None:
    (row,) = asked(chatbot, sample(sources=("library.md",)))
    assert row.score.rank == 0
    assert row.score.evidence_cited is False
    assert row.score.evidence_precision == 0.0


def test_a_set_that_knows_only_sources_is_scored_for_retrieval(chatbot: Chatbot) -> None:
    (row,) = asked(chatbot, sample(answers=(), evidence=(), sources=("bridge.txt",)))
    assert row.score.grade == "unscored"
    assert row.score.rank in (1, 2)
    assert row.score.evidence_shown is None


def test_a_source_counts_where_it_is_found_first_and_not_at_all_if_it_is_not() -> None:
    assert ndcg_at(10, ["a", "a", "b"], ["a"]) == 1.0
    assert ndcg_at(10, ["b", "b", "a"], ["a"]) == pytest.approx(1 / math.log2(3))
    assert ndcg_at(10, ["a", "c"], ["a", "b"]) == pytest.approx(1 / (1 + 1 / math.log2(3)))
    assert ndcg_at(1, ["b", "a"], ["a"]) == 0.0
    assert ndcg_at(10, [], ["a"]) == 0.0


def test_baselines_stand_beside_each_answer(chatbot: Chatbot) -> None:
    row, refused = asked(chatbot, sample(), far())
    assert row.baselines.bm25 == "correct"
    assert row.baselines.first_sentence == "incorrect"
    assert row.baselines.without_articles is None
    assert refused.baselines.bm25 == "incorrect"


def test_a_row_survives_json(chatbot: Chatbot) -> None:
    (row,) = asked(chatbot, sample())
    assert Row.from_dict(json.loads(json.dumps(row.to_dict()))).to_dict() == json.loads(
        json.dumps(row.to_dict())
    )


def test_a_run_gives_the_same_rows_twice(chatbot: Chatbot) -> None:
    def rows() -> str:
        found = [row.to_dict() for row in asked(chatbot, sample(), sample(id="2", question="Who is it?"))]
        return json.dumps([{name: row[name] for name in row if name != "seconds"} for row in found])

    assert rows() == rows()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"answers": (("Atlantis",),)}, "not indexed"),
        ({"answers": (("September",),), "sources": ()}, "not chosen as evidence"),
        ({"answerable": False, "answers": ()}, "answered when it should not"),
        ({"not_answers": ("90 days",)}, "wrong answer shown"),
        ({"answers": (), "evidence": ()}, "unscored"),
        ({"sources": ("bridge-2.txt",)}, "wrong citation"),
        ({"question": "What is the boiling point of mercury?"}, "refused wrongly"),
    ],
)
def test_a_wrong_answer_has_the_first_stage_at_which_it_was_lost(
    chatbot: Chatbot, changes: dict[str, object], expected: str | None
) -> None:
    (row,) = asked(chatbot, sample(**changes))
    assert row.cause == expected


def test_what_was_not_searched_was_not_retrieved(chatbot: Chatbot) -> None:
    one = Chatbot(chatbot.settings.model_copy(update={"passages": 1, "min_confidence": 0.0}))
    question = sample(question="Why was the bridge closed?", answers=(("Lena Voss",),), sources=())
    explanation: Explanation = one.explain(question.question)
    texts = [one.article(source).text for source in one.sources()]
    assert cause(question, explanation, score(question, explanation), texts) == "not retrieved"
