"""What the first stage finds for the questions of a set, computed once: the reader is compared with it.

DIR with articles/ and questions.jsonl → one row per question, its candidates best first
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from eval.dataset.samples import Sample, load_samples
from eval.scoring.scorers import plain, stands
from rag.answer.confidence import features
from rag.resources import Resources
from rag.search.evidence import find_evidence
from rag.search.retrieve import make_query, retrieve
from rag.settings import Settings
from rag.types import Evidence, readable

_DEPTH = 16
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence that the first stage found, its score there, and whether it contains a gold answer."""

    title: str
    before: str
    sentence: str
    score: float
    right: bool


@dataclass(frozen=True, slots=True)
class Searched:
    """A question with what was found for it; `features` are those of the confidence."""

    id: str
    question: str
    answerable: bool
    answers: tuple[str, ...]
    features: dict[str, float]
    found: tuple[Found, ...]


def searched(folder: Path, progress: Progress) -> list[Searched]:
    """Return every question without history of a set, searched in its articles."""
    resources = Resources(Settings.load(articles=folder / "articles", llm="none"))
    generation, encoder = resources.generation(), resources.encoder()
    samples = [sample for sample in load_samples(folder / "questions.jsonl") if not sample.history]
    rows = []
    for done, sample in enumerate(samples, start=1):
        query = make_query(generation, encoder, sample.question)
        hits = retrieve(generation, query, resources.settings.lexical_weight)[: resources.settings.passages]
        ranked = find_evidence(generation, query, hits)
        alternatives = sample.answers[0] if len(sample.answers) == 1 else ()
        found = tuple(_found(sample, item) for item in ranked[:_DEPTH])
        known = features(sample.question, ranked)
        values = (
            {} if known is None else {name: float(v) for name, v in asdict(known).items() if v is not None}
        )
        rows.append(Searched(sample.id, sample.question, sample.answerable, alternatives, values, found))
        progress(folder.name, done, len(samples))
    return rows


def _found(sample: Sample, item: Evidence) -> Found:
    sentences = item.hit.chunk.sentences
    at = next((n for n, one in enumerate(sentences) if one.start == item.sentence.start), 0)
    text = readable(item.sentence.text)
    return Found(
        item.sentence.article.title,
        readable(sentences[at - 1].text) if at else "",
        text,
        item.score,
        sample.answerable and _right(sample, text),
    )


def _right(sample: Sample, text: str) -> bool:
    if sample.answers:
        return bool(stands(sample, [text]))
    own = plain(text)
    return any(one in own or (own in one and len(own) > 30) for one in map(plain, sample.evidence))
