"""The gate: a real loss fails it, chance and neutral changes do not, and each wrong answer has a cause."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.baseline import Comparison, compare, read_baseline, store_baseline
from eval.causes import cause
from eval.run import Row, ask_all
from eval.samples import QuestionSetError, Sample
from eval.scorers import score
from rag import Chatbot
from tests.test_eval import sample


def asked(chatbot: Chatbot, *samples: Sample) -> list[Row]:
    return list(ask_all(chatbot, samples, lambda *_: None))


def compared(before: Sequence[bool], after: Sequence[bool], chatbot: Chatbot) -> Comparison:
    """Rows that are right as `after` says, against a baseline that was right as `before` says."""
    right, wrong = asked(chatbot, sample(), sample(answers=(("no such answer",),)))
    rows = []
    for n, ok in enumerate(after):
        row = right if ok else wrong
        rows.append(Row(sample(id=str(n)), row.explanation, row.score, row.cause, "incorrect", 0.1))
    return compare(rows, {str(n): ok for n, ok in enumerate(before)}, "test")


@pytest.mark.parametrize(
    ("before", "after", "fails"),
    [
        ([True] * 20, [True] * 20, False),
        ([True] * 20, [True] * 16 + [False] * 4, False),
        ([True] * 20, [True] * 15 + [False] * 5, True),
        ([True] * 10 + [False] * 10, [False] * 5 + [True] * 15, False),
        ([False] * 20, [True] * 20, False),
    ],
)
def test_only_a_loss_beyond_chance_fails(
    chatbot: Chatbot, before: list[bool], after: list[bool], fails: bool
) -> None:
    assert bool(compared(before, after, chatbot).failure) == fails


def test_the_questions_that_flipped_are_named(chatbot: Chatbot) -> None:
    found = compared([True, True, False], [True, False, True], chatbot)
    assert (found.lost, found.gained, found.n) == (("1",), ("2",), 3)
    assert found.p == pytest.approx(0.75)
    assert found.detectable == 5


def test_a_baseline_is_stored_for_its_mode_and_read_again(chatbot: Chatbot, tmp_path: Path) -> None:
    path, rows = tmp_path / "baseline.json", asked(chatbot, sample())
    assert read_baseline(path, "quotes") is None
    store_baseline(path, "quotes", rows, "why")
    store_baseline(path, "local", rows, "why else")
    assert read_baseline(path, "quotes") == ({"1": True}, "why")
    assert read_baseline(path, "local") == ({"1": True}, "why else")
    path.write_text('{"quotes": 7}')
    with pytest.raises(QuestionSetError, match="baseline"):
        read_baseline(path, "quotes")


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
    explanation = one.explain(question.question)
    texts = [one.article(source).text for source in one.sources()]
    assert cause(question, explanation, score(question, explanation.answer), texts) == "not retrieved"
