"""Asking every question of a set: Sample → Answer → Score, one row each."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.causes import Cause, cause
from eval.samples import Sample
from eval.scorers import Grade, Score, grade_answer, score
from rag import Answer, Chatbot, Explanation


@dataclass(frozen=True, slots=True)
class Row:
    """A question, what came back, and its scores."""

    sample: Sample
    explanation: Explanation
    score: Score
    cause: Cause | None
    first_sentence_grade: Grade
    seconds: float

    @property
    def answer(self) -> Answer:
        return self.explanation.answer

    def to_dict(self) -> dict[str, Any]:
        """The row as the JSON report holds it."""
        answer = self.answer
        return {
            "id": self.sample.id,
            "kind": self.sample.kind,
            "question": self.sample.question,
            "answerable": self.sample.answerable,
            "status": answer.status,
            "text": answer.text,
            "citations": [asdict(citation) for citation in answer.citations],
            "retrieved": [
                {"source": p.source, "start": p.start, "end": p.end, "score": p.score}
                for p in answer.passages
            ],
            "conflicts": [asdict(conflict) for conflict in answer.conflicts],
            "verdicts": [sentence.verdict for sentence in answer.sentences],
            "confidence": answer.confidence,
            "mode": answer.mode,
            "notice": answer.notice,
            "grade": self.score.grade,
            "explanation": self.score.explanation,
            "cause": self.cause,
            "rank": self.score.rank,
            "source_recall": self.score.source_recall,
            "evidence_cited": self.score.evidence_cited,
            "file_cited": self.score.file_cited,
            "citation_precision": self.score.citation_precision,
            "shown": self.score.shown,
            "disputed": self.score.disputed,
            "first_sentence_grade": self.first_sentence_grade,
            "seconds": round(self.seconds, 4),
        }


def ask_all(
    chatbot: Chatbot, samples: Sequence[Sample], progress: Callable[[str, int, int], None]
) -> Iterator[Row]:
    """Ask every sample in turn; an index that is missing is built first and not counted."""
    chatbot.warm_up()
    for done, sample in enumerate(samples, start=1):
        started = time.perf_counter()
        explanation = chatbot.explain(sample.question, history=sample.history)
        seconds = time.perf_counter() - started
        answer = explanation.answer
        found = score(sample, answer)
        # A baseline that needs no skill: the beginning of the best passage.
        first = answer.passages[0].text.split(". ")[0] if answer.passages else ""
        first_grade, _ = grade_answer(sample, first, refused=False)
        progress("asking", done, len(samples))
        why = cause(sample, explanation, found, _indexed(chatbot, sample))
        yield Row(sample, explanation, found, why, first_grade, seconds)


def _indexed(chatbot: Chatbot, sample: Sample) -> Iterator[str]:
    """The texts of the sample's sources, or of all articles, as they stand in the index."""
    for source in chatbot.sources():
        if not sample.sources or source in sample.sources:
            yield chatbot.article(source).text
