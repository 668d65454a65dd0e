"""What the first stage finds for the questions of a set, computed once: the reader is compared with it.

DIR with articles/ and questions.jsonl → one row per question, its candidates best first
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from eval.dataset.samples import Sample, load_samples
from eval.scoring.scorers import is_stated, plain
from rag import Chatbot, Settings, readable
from rag.parts import Evidence

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
    samples = [sample for sample in load_samples(folder / "questions.jsonl") if not sample.history]
    rows = []
    with Chatbot(Settings.load(articles=folder / "articles", llm="none")) as bot:
        for done, sample in enumerate(samples, start=1):
            explained = bot.explain(sample.question)
            ranked = explained.found.evidence if explained.found else ()
            alternatives = sample.answers[0] if len(sample.answers) == 1 else ()
            found = tuple(_found(sample, item) for item in ranked[:_DEPTH])
            known = asdict(explained.features) if explained.features else {}
            features = {name: float(value) for name, value in known.items() if value is not None}
            rows.append(
                Searched(sample.id, sample.question, sample.answerable, alternatives, features, found)
            )
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
        return bool(is_stated(sample, [text]))
    own = plain(text)
    return any(one in own or (own in one and len(own) > 30) for one in map(plain, sample.evidence))
