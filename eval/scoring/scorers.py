"""Scorers: grade one answer to one sample, stage by stage. Pure functions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.dataset.samples import Sample
from rag import Answer, Citation, Explanation, Passage, readable

_NDCG_DEPTH = 10
Grade = Literal["correct", "incorrect", "abstained", "unscored"]


@dataclass(frozen=True, slots=True)
class Score:
    """The scores of one answer; `None` where a measure does not apply to the sample.

    Retrieval: `rank` of the first passage with the gold answer or evidence, 0 if none has it; `ndcg` of
    the sources in the order they were found (`ndcg_at`).
    Evidence: `evidence_shown`, whether gold evidence was among the sentences to answer from.
    Answer: the grade; `sentences_needed`, how many sentences of the answer it takes to include every
    gold answer, 0 if they do not; `short_right`, whether the short answer contains one or is part of one,
    if there is a short answer.
    Citations: whether one is of a gold source, or of gold evidence; the share that is of the evidence.
    """

    grade: Grade
    explanation: str
    rank: int | None = None
    ndcg: float | None = None
    evidence_shown: bool | None = None
    sentences_needed: int | None = None
    short_right: bool | None = None
    file_cited: bool | None = None
    evidence_cited: bool | None = None
    evidence_precision: float | None = None


def score(sample: Sample, explanation: Explanation) -> Score:
    """Score an answer against its sample."""
    answer = explanation.answer
    grade, why = grade_answer(sample, shown_text(answer), answer.status in ("not_in_articles", "help"))
    if not sample.answerable:
        return Score(grade, why)
    needed = _sentences_needed(sample, answer) if sample.answers else None
    if grade == "correct" and sample.first and needed != 1:
        grade, why = "incorrect", "does not hold the gold answer first"
    cited, sources, evidence = answer.citations, sample.sources, sample.evidence
    overlapping = [citation for citation in cited if _overlaps(sample, citation, evidence)]
    return Score(
        grade,
        why,
        rank=rank_of_gold(sample, answer.passages),
        ndcg=ndcg_at(_NDCG_DEPTH, [p.source for p in answer.passages], sources) if sources else None,
        evidence_shown=is_stated(sample, (readable(item.sentence.text) for item in explanation.said.shown)),
        sentences_needed=needed,
        short_right=_short_right(sample, answer),
        file_cited=any(c.source in sources for c in cited) if cited and sources else None,
        evidence_cited=bool(overlapping) if cited and evidence else None,
        evidence_precision=len(overlapping) / len(cited) if cited and evidence else None,
    )


def grade_answer(sample: Sample, text: str, refused: bool) -> tuple[Grade, str]:
    """Grade an answer's text; `refused` says that it claims nothing."""
    missing = missing_answers(sample, text)
    forbidden = _forbidden(sample, text)
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


def shown_text(answer: Answer) -> str:
    """Return all that is shown of an answer: its sentences and those shown with it, else why there are
    none.
    """
    return " ".join(sentence.marked for sentence in answer.shown) or answer.text


def missing_answers(sample: Sample, text: str) -> list[tuple[str, ...]]:
    """Return the gold answers, as groups of alternatives, of which the text has none."""
    text = plain(text)
    return [group for group in sample.answers if not any(plain(answer) in text for answer in group)]


def is_stated(sample: Sample, texts: Iterable[str]) -> bool | None:
    """Whether the gold answers, or gold evidence if there are none, occur in the texts taken together."""
    joined = plain(" ".join(texts))
    if sample.answers:
        return not missing_answers(sample, joined)
    return any(plain(evidence) in joined for evidence in sample.evidence) if sample.evidence else None


def rank_of_gold(sample: Sample, passages: Sequence[Passage]) -> int | None:
    """Return the rank of the first passage that contains what is asked for, 0 if none does."""
    if not (sample.evidence or sample.answers or sample.sources):
        return None
    return next((rank for rank, passage in enumerate(passages, start=1) if _holds(sample, passage)), 0)


def ndcg_at(depth: int, found: Sequence[str], relevant: Sequence[str]) -> float:
    """Return the normalized discounted cumulative gain of sources, each counted at its first occurrence.

    scikit-learn's (Järvelin and Kekäläinen, 2002) with gains of 1.
    """
    from sklearn.metrics import ndcg_score  # it takes a second to import

    # Sources that were not found follow `depth` placeholders, so that they gain nothing.
    ranked = [*dict.fromkeys(found), *([""] * depth), *(set(relevant) - set(found))]
    gains = [float(source in relevant) for source in ranked]
    return float(ndcg_score([gains], [range(len(ranked), 0, -1)], k=depth))


def plain(text: str) -> str:
    """Return text case-folded, with white space normalized."""
    return " ".join(text.casefold().split())


def _short_right(sample: Sample, answer: Answer) -> bool | None:
    if answer.short is None or not sample.answers:
        return None
    short = plain(answer.short.text)
    return any(short in gold or gold in short for group in sample.answers for gold in map(plain, group))


def _forbidden(sample: Sample, text: str) -> list[str]:
    text = plain(text)
    return [answer for answer in sample.not_answers if plain(answer) in text]


def _holds(sample: Sample, passage: Passage) -> bool:
    """Whether a passage of a gold source contains gold evidence or every gold answer, if known."""
    if sample.sources and passage.source not in sample.sources:
        return False
    if not (sample.evidence or sample.answers):
        return True
    text = plain(passage.text)
    if any(plain(evidence) in text for evidence in sample.evidence):
        return True
    return bool(sample.answers) and not missing_answers(sample, text)


def _sentences_needed(sample: Sample, answer: Answer) -> int:
    texts = [sentence.text for sentence in answer.shown]
    counts = range(1, len(texts) + 1)
    return next((count for count in counts if not missing_answers(sample, " ".join(texts[:count]))), 0)


def _overlaps(sample: Sample, citation: Citation, evidence: Iterable[str]) -> bool:
    """Whether a quote and a piece of gold evidence contain one another."""
    if citation.source not in sample.sources:
        return False
    quote = plain(citation.quote)
    return any(one in quote or quote in one for one in map(plain, evidence))
