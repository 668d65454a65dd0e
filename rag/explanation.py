"""An answer and how it was produced: the question, the evidence and the reply, in full."""

from dataclasses import asdict, dataclass
from typing import Any

from rag.answer.confidence import known
from rag.answer.said import Said
from rag.search.features import Features
from rag.search.find import Asked, Found
from rag.text import readable
from rag.types import Answer, Chunk, Evidence, Sentence


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer and how it was produced; `found` is None if nothing was searched."""

    asked: Asked
    found: Found | None
    said: Said
    answer: Answer

    @property
    def features(self) -> Features | None:
        """The features that predict whether the articles answer, from search and a language model's Yes."""
        return known(self.found, self.said) if self.found else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values: passages and sentences by position and score, without whole articles."""
        found, said, features = self.found, self.said, self.features
        return {
            "answer": self.answer.to_dict(),
            "scope": self.asked.scope.to_dict(),
            "candidates": [
                _place(hit.chunk) | _rounded(dense=hit.dense, lexical=hit.lexical, fused=hit.score)
                for hit in (found.candidates if found else ())
            ],
            "searched": len(found.hits) if found else 0,
            "evidence": [{**_described(item), "cited": said.cites(item)} for item in said.shown],
            "unused": [_described(item) for item in self.unused],
            "dropped": [{"text": one.text, "reason": one.reason} for one in said.dropped],
            "reply": said.reply,
            "features": asdict(features) if features else {},
        }

    @property
    def unused(self) -> list[Evidence]:
        """The evidence that exceeded the model's budget or the number of quotes."""
        shown = {(item.sentence.article.source, item.sentence.start) for item in self.said.shown}
        evidence = self.found.evidence if self.found else ()
        return [item for item in evidence if (item.sentence.article.source, item.sentence.start) not in shown]


def _described(item: Evidence) -> dict[str, Any]:
    scores = _rounded(score=item.score, cosine=item.cosine, term_coverage=item.term_coverage)
    return _place(item.sentence) | {"text": readable(item.sentence.text)} | scores


def _place(part: Chunk | Sentence) -> dict[str, Any]:
    return {"source": part.article.source, "start": part.start, "end": part.end}


def _rounded(**scores: float) -> dict[str, float]:
    return {name: round(score, 4) for name, score in scores.items()}
