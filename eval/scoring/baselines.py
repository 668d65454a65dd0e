"""Answers that need no skill, beside which a figure shows what it is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.dataset.samples import Sample
from eval.scoring.scorers import Grade, grade_answer
from rag import Chatbot, Explanation


@dataclass(frozen=True, slots=True)
class Baselines:
    """Grades of what simpler programs would have shown for the same question.

    `first_sentence` of the best passage; `bm25`, the whole passage that BM25 alone puts first;
    `without_articles`, the language model asked from memory, if it was asked.
    """

    first_sentence: Grade
    bm25: Grade
    without_articles: Grade | None = None


def baselines(
    chatbot: Chatbot, sample: Sample, explanation: Explanation, from_memory: str | None
) -> Baselines:
    """The baselines of one question; `from_memory` is what the model says without articles."""
    passages = explanation.answer.passages
    return Baselines(
        first_sentence=_grade(sample, passages[0].text.split(". ")[0] if passages else ""),
        bm25=_grade(sample, _best_by_words(chatbot, explanation.candidates)),
        without_articles=None if from_memory is None else _grade(sample, from_memory),
    )


def _grade(sample: Sample, text: str) -> Grade:
    return grade_answer(sample, text, refused=False)[0]


def _best_by_words(chatbot: Chatbot, candidates: Sequence[Mapping[str, Any]]) -> str:
    """The passage that BM25 puts first; the candidates hold the best forty of either search."""
    best = max(candidates, key=lambda item: item["lexical"], default=None)
    if best is None or best["lexical"] <= 0:
        return ""
    return chatbot.article(best["source"]).text[best["start"] : best["end"]]
