"""Ask every question of a set: Sample → Explanation → Row, from which reports are generated.

A row is a flat record without parents, so that a run read back from its JSON is the same run.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from eval.dataset.samples import Sample
from eval.scoring.baselines import Baselines, baselines
from eval.scoring.causes import Cause, cause
from eval.scoring.judge import Judge, JudgedGrade, gold_answer
from eval.scoring.scorers import Score, score
from rag import Chatbot, Explanation

# The part of the trace that fits a page; `python -m rag explain` shows everything.
_CANDIDATES, _EVIDENCE, _DROPPED = 5, 10, 8

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Row:
    """A question, what came back, and its scores. `article` is what intervals are clustered by.

    `text` is the answer, `beside` what is shown with it. `scored` says that the set has the answer in
    words, `gold` contains it; `cost` is in the currency of the prices, None without them; `trace` records
    how the answer was produced.
    """

    id: str
    kind: str
    question: str
    article: str
    answerable: bool
    scored: bool
    gold: str
    status: str
    text: str
    beside: Sequence[str]
    citations: Sequence[Mapping[str, Any]]
    retrieved: Sequence[Mapping[str, Any]]
    conflicts: Sequence[Mapping[str, Any]]
    confidence: float
    mode: str
    notice: str
    score: Score
    cause: Cause | None
    baselines: Baselines
    judged: JudgedGrade | None
    seconds: float
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    trace: Mapping[str, Any]

    @property
    def right(self) -> bool:
        return self.score.grade == "correct"

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; the scores are inlined among the other fields."""
        row = asdict(self)
        scores: dict[str, Any] = row.pop("score")
        return row | scores

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Self:
        """
        Raises:
            KeyError, TypeError: if it is not a row, or one of another version.
        """
        scores = {field.name: row[field.name] for field in fields(Score)}
        own = {
            field.name: row[field.name] for field in fields(cls) if field.name not in ("score", "baselines")
        }
        return cls(score=Score(**scores), baselines=Baselines(**row["baselines"]), **own)


@dataclass(frozen=True, slots=True)
class AskedSet:
    """The rows of a question set, and the chatbot that was asked."""

    chatbot: Chatbot
    samples: Sequence[Sample]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Extras:
    """What may be asked in addition to the chatbot: a judge, and the model without the articles."""

    judge: Judge | None = None
    from_memory: Callable[[str], str] | None = None


def ask_all(
    chatbot: Chatbot, samples: Sequence[Sample], progress: Progress, extras: Extras | None = None
) -> Iterator[Row]:
    """Ask every sample in turn; the index is brought up to date first, which is not timed."""
    chatbot.sync(progress=lambda *_: None)
    chatbot.warm_up()
    for done, sample in enumerate(samples, start=1):
        started = time.perf_counter()
        explanation = chatbot.explain(sample.question, history=sample.history)
        seconds = time.perf_counter() - started
        yield _row(chatbot, sample, explanation, seconds, extras or Extras())
        progress("asking", done, len(samples))


def _row(chatbot: Chatbot, sample: Sample, explanation: Explanation, seconds: float, extras: Extras) -> Row:
    answer, found = explanation.answer, score(sample, explanation)
    memory = extras.from_memory(sample.question) if extras.from_memory and not sample.history else None
    return Row(
        id=sample.id,
        kind=sample.kind,
        question=sample.question,
        article=sample.article,
        answerable=sample.answerable,
        scored=bool(sample.answers) or not sample.answerable,
        gold=gold_answer(sample),
        status=answer.status,
        text=answer.text,
        beside=[sentence.marked for sentence in answer.more],
        citations=[asdict(citation) for citation in answer.citations],
        retrieved=[
            {"source": p.source, "start": p.start, "end": p.end, "score": p.score} for p in answer.passages
        ],
        conflicts=[asdict(conflict) for conflict in answer.conflicts],
        confidence=answer.confidence,
        mode=answer.mode,
        notice=answer.notice,
        score=found,
        cause=cause(sample, explanation, found, _indexed(chatbot, sample)),
        baselines=baselines(sample, explanation, memory),
        judged=extras.judge.grade(sample, answer) if extras.judge else None,
        seconds=round(seconds, 4),
        prompt_tokens=answer.usage.prompt_tokens,
        completion_tokens=answer.usage.completion_tokens,
        cost=answer.usage.cost,
        trace=_trace(explanation),
    )


def _trace(explanation: Explanation) -> dict[str, Any]:
    """Return how an answer was produced, as far as it fits a page: dropped sentences before unused
    evidence.
    """
    explained = explanation.to_dict()
    unused = [{**item, "reason": "not used"} for item in explained["unused"]]
    return {
        "asked": explanation.answer.standalone_question,
        "candidates": explained["candidates"][:_CANDIDATES],
        "evidence": explained["evidence"][:_EVIDENCE],
        "dropped": [*explained["dropped"], *unused][:_DROPPED],
        "reply": explained["reply"],
        "features": explained["features"],
    }


def _indexed(chatbot: Chatbot, sample: Sample) -> Iterator[str]:
    """Yield the texts of the sample's sources, or of all articles, as indexed."""
    for source in chatbot.sources():
        if not sample.sources or source in sample.sources:
            yield chatbot.article(source).text
