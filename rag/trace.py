"""What happened to one question, step by step; `Answer` and `Explanation` are read off it."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from rag.answer.compose import Draft
from rag.answer.confidence import confidence, unmentioned
from rag.answer.help import refusal_text
from rag.models.choose import ModelChoice
from rag.search.request import Request
from rag.types import Answer, Evidence, Hit, Passage, Status, Usage, readable


@dataclass(slots=True)
class Trace:
    """Filled while a question goes through the pipeline."""

    question: str
    choice: ModelChoice
    standalone_question: str = field(init=False)
    searched_question: str = field(init=False)
    request: Request = field(default_factory=lambda: Request("question"))
    candidates: list[Hit] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    ranked: list[Evidence] = field(default_factory=list)
    shown: list[Evidence] = field(default_factory=list)
    features: dict[str, float] = field(default_factory=dict)
    draft: Draft = field(default_factory=Draft)
    help: str = ""
    notices: list[str] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    timings_ms: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.standalone_question = self.searched_question = self.question

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.timings_ms[step] = round((time.perf_counter() - started) * 1e3, 1)

    @property
    def confidence(self) -> float:
        return confidence(self.features)

    @property
    def text(self) -> str:
        if self.help or self.draft.sentences:
            return self.help or self.draft.text
        return refusal_text(self.standalone_question, unmentioned(self.standalone_question, self.ranked))

    @property
    def status(self) -> Status:
        if self.help:
            return "help"
        if not self.draft.sentences:
            return "not_in_articles"
        return "partial" if self.draft.dropped or self.notices else "answered"

    def answer(self) -> Answer:
        return Answer(
            question=self.question,
            standalone_question=self.standalone_question,
            status=self.status,
            text=self.text,
            sentences=tuple(self.draft.sentences),
            citations=tuple(self.draft.citations),
            passages=tuple(Passage.of(hit) for hit in self.hits),
            confidence=self.confidence,
            mode=self.choice.mode,
            model=self.choice.model,
            conflicts=tuple(self.draft.conflicts),
            notice=" ".join(self.notices),
            usage=self.usage,
            timings_ms=dict(self.timings_ms),
        )

    def explanation(self) -> "Explanation":
        kept = {(c.source, c.start) for c in self.draft.citations}
        shown = {id(item) for item in self.shown}
        dropped: list[Mapping[str, Any]] = [
            {**_described(item), "reason": "not shown to the model: past its budget or the quote limit"}
            for item in self.ranked
            if id(item) not in shown
        ]
        dropped += [asdict(sentence) for sentence in self.draft.dropped]
        return Explanation(
            answer=self.answer(),
            candidates=tuple(
                {
                    "source": hit.chunk.article.source,
                    "start": hit.chunk.start,
                    "end": hit.chunk.end,
                    "dense": round(hit.dense, 4),
                    "lexical": round(hit.lexical, 4),
                    "fused": round(hit.score, 4),
                    "searched": rank < len(self.hits),
                }
                for rank, hit in enumerate(self.candidates)
            ),
            evidence=tuple(
                {
                    **_described(item),
                    "cited": (item.sentence.article.source, item.sentence.start) in kept,
                }
                for item in self.shown
            ),
            dropped=tuple(dropped),
            reply=self.draft.reply,
            features=self.features,
        )


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an answer is what it is: candidates with their scores, evidence, what was dropped and why.

    `reply` is what the language model wrote, unchecked.
    """

    answer: Answer
    candidates: tuple[Mapping[str, Any], ...]
    evidence: tuple[Mapping[str, Any], ...]
    dropped: tuple[Mapping[str, Any], ...]
    reply: str
    features: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain JSON values."""
        return asdict(self)


def _described(item: Evidence) -> dict[str, Any]:
    return {
        "source": item.sentence.article.source,
        "start": item.sentence.start,
        "end": item.sentence.end,
        "text": readable(item.sentence.text),
        "score": round(item.score, 4),
        "cosine": round(item.cosine, 4),
        "coverage": round(item.coverage, 4),
    }
