"""Baselines that need no skill, for comparison with every figure."""

from dataclasses import dataclass

from eval.dataset.samples import Sample
from eval.scoring.scorers import Grade, grade_answer
from rag import Explanation


@dataclass(frozen=True, slots=True)
class Baselines:
    """Grades of what simpler programs would have shown for the same question.

    `first_sentence` of the best passage; `bm25`, the whole passage that BM25 alone ranks first;
    `without_articles`, the language model asked from memory, if it was asked.
    """

    first_sentence: Grade
    bm25: Grade
    without_articles: Grade | None = None


def baselines(sample: Sample, explanation: Explanation, from_memory: str | None) -> Baselines:
    """Grade the baselines for one question; `from_memory` is what the model says without articles."""
    passages = explanation.answer.passages
    return Baselines(
        first_sentence=_grade(sample, passages[0].text.split(". ")[0] if passages else ""),
        bm25=_grade(sample, _best_by_words(explanation)),
        without_articles=None if from_memory is None else _grade(sample, from_memory),
    )


def _grade(sample: Sample, text: str) -> Grade:
    return grade_answer(sample, text, refused=False)[0]


def _best_by_words(explanation: Explanation) -> str:
    """Return the passage that BM25 ranks first; the candidates include the top forty of either search."""
    candidates = explanation.found.candidates if explanation.found else ()
    best = max(candidates, key=lambda hit: hit.lexical, default=None)
    return best.chunk.text if best is not None and best.lexical > 0 else ""
