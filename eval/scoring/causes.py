"""Why an answer is wrong: the first stage at which the gold answer was lost."""

from collections.abc import Iterable
from typing import Literal

from eval.dataset.samples import Sample
from eval.scoring.scorers import Score, is_stated, missing_answers, shown_text
from rag import Explanation, readable

Cause = Literal[
    "not indexed",
    "not retrieved",
    "not chosen as evidence",
    "shown but ignored",
    "dropped by the check",
    "refused wrongly",
    "answered when it should not",
    "wrong answer shown",
    "wrong citation",
    "unscored",
]


def cause(sample: Sample, explanation: Explanation, score: Score, indexed: Iterable[str]) -> Cause | None:
    """Return the cause of a wrong answer or citation, None for a right one.

    `indexed` are the texts of the sample's sources as indexed, or of all articles if it names none.
    """
    answer = explanation.answer
    if score.grade == "unscored":
        return "unscored"
    if score.grade == "correct":
        return "wrong citation" if score.file_cited is False else None
    if not sample.answerable:
        return "answered when it should not"
    if not is_stated(sample, indexed):
        return "not indexed"
    if not is_stated(sample, (passage.text for passage in answer.passages)):
        return "not retrieved"
    if score.grade == "abstained":
        return "refused wrongly"
    if not missing_answers(sample, shown_text(answer)):
        return "wrong answer shown"
    if not is_stated(sample, (readable(item.sentence.text) for item in explanation.said.shown)):
        return "not chosen as evidence"
    if is_stated(sample, (one.text for one in explanation.said.dropped)):
        return "dropped by the check"
    return "shown but ignored"
