"""Answers that need no skill, beside which a figure shows what it is worth."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.dataset.samples import Sample
from eval.scoring.scorers import Grade, grade_answer, rank_of_gold
from rag import Chatbot, Explanation, Hit, Passage


@dataclass(frozen=True, slots=True)
class Baselines:
    """Grades and ranks of what simpler programs would have shown for the same question.

    `first_sentence` of the best passage; `bm25`, the whole passage that BM25 alone puts first;
    `bm25_rank` and `dense_rank`, where either search alone has the gold passage, 0 if nowhere;
    `without_articles`, the language model asked from memory, if it was asked.
    """

    first_sentence: Grade
    bm25: Grade
    bm25_rank: int | None
    dense_rank: int | None
    without_articles: Grade | None = None


def baselines(
    chatbot: Chatbot, sample: Sample, explanation: Explanation, from_memory: str | None
) -> Baselines:
    """The baselines of one question; `from_memory` is what the model says without articles."""
    passages = explanation.answer.passages
    # The candidates hold the best forty of either search, each with both scores.
    candidates = explanation.found.candidates if explanation.found else ()
    lexical = _ranked(chatbot, candidates, lambda hit: hit.lexical)
    dense = _ranked(chatbot, candidates, lambda hit: hit.dense)
    return Baselines(
        first_sentence=_grade(sample, passages[0].text.split(". ")[0] if passages else ""),
        bm25=_grade(sample, lexical[0].text if lexical else ""),
        bm25_rank=rank_of_gold(sample, lexical),
        dense_rank=rank_of_gold(sample, dense),
        without_articles=None if from_memory is None else _grade(sample, from_memory),
    )


def _grade(sample: Sample, text: str) -> Grade:
    return grade_answer(sample, text, refused=False)[0]


def _ranked(chatbot: Chatbot, candidates: Sequence[Hit], score: Callable[[Hit], float]) -> list[Passage]:
    """The candidates as passages, in the order of one of their scores."""
    best = sorted((hit for hit in candidates if score(hit) > 0), key=lambda hit: -score(hit))
    return [Passage.of(hit) for hit in best[: chatbot.settings.passages]]
