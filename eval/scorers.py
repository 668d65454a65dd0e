"""Scorers: what one answer to one sample is worth, stage by stage. Pure functions."""

from dataclasses import dataclass
from typing import Literal

from eval.samples import Sample
from rag import Answer, Citation, Passage

_FIRST = 5
Grade = Literal["correct", "incorrect", "abstained", "unscored"]


@dataclass(frozen=True, slots=True)
class Score:
    """The scores of one answer; `None` where a measure does not apply to the sample.

    `rank` is the rank of the first passage that holds the gold answer or evidence, 0 if none does;
    `source_recall` the share of gold sources among the first five passages (of at most five);
    `evidence_cited` whether a cited sentence overlaps gold evidence; `file_cited` whether one is of
    a gold source; `citation_precision` the share of citations of a gold source; `shown` whether all
    gold answers stand in the answer, whatever else does; `disputed` whether a sentence with a
    forbidden answer is marked as one side of a conflict.
    """

    grade: Grade
    explanation: str
    rank: int | None
    evidence_cited: bool | None
    file_cited: bool | None
    citation_precision: float | None
    source_recall: float | None = None
    shown: bool | None = None
    disputed: bool | None = None


def score(sample: Sample, answer: Answer) -> Score:
    """Score an answer against its sample."""
    grade, explanation = grade_answer(sample, answer.text, answer.status in ("not_in_articles", "help"))
    if not sample.answerable:
        return Score(grade, explanation, None, None, None, None)
    rank = next((n for n, p in enumerate(answer.passages, start=1) if holds(sample, p)), 0)
    cited, sources = answer.citations, sample.sources
    claims = bool(answer.citations)
    return Score(
        grade,
        explanation,
        rank if sample.evidence or sample.answers else None,
        any(_overlaps(sample, c) for c in cited) if claims and sample.evidence else None,
        any(c.source in sources for c in cited) if claims and sources else None,
        sum(c.source in sources for c in cited) / len(cited) if claims and sources else None,
        _source_recall(sample, answer) if sources else None,
        claims and not missing_answers(sample, answer.text) if sample.answers else None,
        _disputed(sample, answer),
    )


def grade_answer(sample: Sample, text: str, refused: bool) -> tuple[Grade, str]:
    """Grade an answer's text; `refused` says that it claims nothing."""
    missing = missing_answers(sample, text)
    forbidden = [answer for answer in sample.not_answers if plain(answer) in plain(text)]
    if not sample.answerable:
        if refused:
            return "correct", "refused, rightly"
        if sample.answers and not missing and not forbidden:
            return "correct", "shows what contradicts the premise"
        return "incorrect", "answered what the articles do not say"
    if refused:
        return "abstained", "refused, though the articles say it"
    if not sample.answers:
        return "unscored", "the set gives no answer strings for this question"
    if forbidden:
        return "incorrect", f"holds {forbidden[0]!r}"
    if missing:
        return "incorrect", f"holds none of {list(missing[0])!r}"
    return "correct", "holds every gold answer"


def missing_answers(sample: Sample, text: str) -> list[tuple[str, ...]]:
    """The gold answers, as groups of alternatives, of which the text has none."""
    return [group for group in sample.answers if not any(plain(a) in plain(text) for a in group)]


def _source_recall(sample: Sample, answer: Answer) -> float:
    found = {passage.source for passage in answer.passages[:_FIRST]} & set(sample.sources)
    return len(found) / min(len(sample.sources), _FIRST)


def _disputed(sample: Sample, answer: Answer) -> bool | None:
    """Whether all sentences with a forbidden answer and no gold one are marked; None without such."""
    marked = {side.citation for conflict in answer.conflicts for side in conflict.sides}
    wrong = [
        sentence
        for sentence in answer.sentences
        if any(plain(forbidden) in plain(sentence.text) for forbidden in sample.not_answers)
        and len(missing_answers(sample, sentence.text)) == len(sample.answers)
    ]
    return all(marked & set(sentence.citations) for sentence in wrong) if wrong else None


def holds(sample: Sample, passage: Passage) -> bool:
    """Whether a passage of a gold source holds gold evidence or every gold answer."""
    if sample.sources and passage.source not in sample.sources:
        return False
    text = plain(passage.text)
    if any(plain(evidence) in text for evidence in sample.evidence):
        return True
    return bool(sample.answers) and all(any(plain(a) in text for a in group) for group in sample.answers)


def _overlaps(sample: Sample, citation: Citation) -> bool:
    """Whether a quote and a piece of gold evidence hold each other, or nearly so."""
    quote = plain(citation.quote)
    return any(
        evidence in quote or quote in evidence
        for evidence in map(plain, sample.evidence)
        if citation.source in sample.sources
    )


def plain(text: str) -> str:
    """Case-folded, with white space normalised."""
    return " ".join(text.casefold().split())
