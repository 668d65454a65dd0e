"""Answers that need no skill, beside which a figure shows what it is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.dataset.samples import Sample
from eval.scoring.scorers import Grade, grade_answer, rank_of_gold
from rag import Chatbot, Explanation, Passage


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
    lexical, dense = (_ranked(chatbot, explanation.candidates, score) for score in ("lexical", "dense"))
    return Baselines(
        first_sentence=_grade(sample, passages[0].text.split(". ")[0] if passages else ""),
        bm25=_grade(sample, lexical[0].text if lexical else ""),
        bm25_rank=rank_of_gold(sample, lexical),
        dense_rank=rank_of_gold(sample, dense),
        without_articles=None if from_memory is None else _grade(sample, from_memory),
    )


def _grade(sample: Sample, text: str) -> Grade:
    return grade_answer(sample, text, refused=False)[0]


def _ranked(chatbot: Chatbot, candidates: Sequence[Mapping[str, Any]], score: str) -> list[Passage]:
    """The candidates as passages, in the order of one of their scores."""
    best = sorted((item for item in candidates if item[score] > 0), key=lambda item: -item[score])
    passages = []
    for item in best[: chatbot.settings.passages]:
        article = chatbot.article(item["source"])
        text = article.text[item["start"] : item["end"]]
        passages.append(Passage(article.source, article.title, item["start"], item["end"], text, item[score]))
    return passages
