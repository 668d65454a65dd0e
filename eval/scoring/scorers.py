"""Scorers: what one answer to one sample is worth, stage by stage. Pure functions."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.dataset.samples import Sample
from rag import Answer, Citation, Explanation, Passage

_FIRST = 5
_MARKER = re.compile(r"\s{0,4}\[[\d,\s-]{1,200}\]")
_NDCG_DEPTH = 10
Grade = Literal["correct", "incorrect", "abstained", "unscored"]
Verdict = Literal["supported", "partly", "unsupported"]


@dataclass(frozen=True, slots=True)
class Score:
    """The scores of one answer; `None` where a measure does not apply to the sample.

    Retrieval: `rank` of the first passage with the gold answer or evidence, 0 if none has;
    `source_recall`, the share of gold sources among the first five passages (of at most five);
    `ndcg` of the sources in the order they were found (`ndcg_at`).
    Evidence: `evidence_shown`, whether gold evidence was among the sentences to answer from.
    Answer: the grade; `sentences_needed`, how many sentences of the answer it takes to hold every
    gold answer, 0 if they do not; `clean`, whether it holds nothing forbidden.
    Citations: whether one is of a gold source, or of gold evidence; the share of them that is; the
    share of gold evidence that is cited.
    Conflicts: `disputed`, whether all sentences with a forbidden answer are marked as one side.
    Check: `checked` has, of each sentence the model wrote, the verdict and whether it holds a gold answer.
    """

    grade: Grade
    explanation: str
    rank: int | None = None
    source_recall: float | None = None
    ndcg: float | None = None
    evidence_shown: bool | None = None
    sentences_needed: int | None = None
    clean: bool | None = None
    file_cited: bool | None = None
    file_precision: float | None = None
    evidence_cited: bool | None = None
    evidence_precision: float | None = None
    evidence_recall: float | None = None
    disputed: bool | None = None
    checked: tuple[tuple[Verdict, bool], ...] = ()


def score(sample: Sample, explanation: Explanation) -> Score:
    """Score an answer against its sample."""
    answer = explanation.answer
    grade, why = grade_answer(sample, answer.text, answer.status in ("not_in_articles", "help"))
    if not sample.answerable:
        return Score(grade, why)
    cited, sources, evidence = answer.citations, sample.sources, sample.evidence
    overlapping = [citation for citation in cited if _overlaps(sample, citation, evidence)]
    return Score(
        grade,
        why,
        rank=rank_of_gold(sample, answer.passages),
        source_recall=_source_recall(sample, answer) if sources else None,
        ndcg=ndcg_at(_NDCG_DEPTH, [p.source for p in answer.passages], sources) if sources else None,
        evidence_shown=stands(sample, (str(item["text"]) for item in explanation.evidence)),
        sentences_needed=_sentences_needed(sample, answer) if sample.answers else None,
        clean=not _forbidden(sample, answer.text) if cited and sample.not_answers else None,
        file_cited=any(c.source in sources for c in cited) if cited and sources else None,
        file_precision=sum(c.source in sources for c in cited) / len(cited) if cited and sources else None,
        evidence_cited=bool(overlapping) if cited and evidence else None,
        evidence_precision=len(overlapping) / len(cited) if cited and evidence else None,
        evidence_recall=_evidence_recall(sample, cited) if cited and evidence else None,
        disputed=_disputed(sample, answer),
        checked=_checked(sample, explanation) if explanation.reply else (),
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


def missing_answers(sample: Sample, text: str) -> list[tuple[str, ...]]:
    """The gold answers, as groups of alternatives, of which the text has none."""
    text = plain(text)
    return [group for group in sample.answers if not any(plain(answer) in text for answer in group)]


def stands(sample: Sample, texts: Iterable[str]) -> bool | None:
    """Whether the gold answers, or gold evidence where there are none, stand in the texts together."""
    joined = plain(" ".join(texts))
    if sample.answers:
        return not missing_answers(sample, joined)
    return any(plain(evidence) in joined for evidence in sample.evidence) if sample.evidence else None


def rank_of_gold(sample: Sample, passages: Sequence[Passage]) -> int | None:
    """The rank of the first passage that holds what is asked for, 0 if none does."""
    if not (sample.evidence or sample.answers or sample.sources):
        return None
    return next((rank for rank, passage in enumerate(passages, start=1) if _holds(sample, passage)), 0)


def ndcg_at(depth: int, found: Sequence[str], relevant: Sequence[str]) -> float:
    """Normalised discounted cumulative gain of sources, each counted where it was found first.

    Järvelin and Kekäläinen (2002) with gains of 1: sum of 1 / log2(rank + 1) over the relevant ones
    among the first `depth`, divided by that of the best order.
    """
    ranked = list(dict.fromkeys(found))[:depth]
    gained = sum(1 / math.log2(n + 1) for n, source in enumerate(ranked, start=1) if source in relevant)
    return gained / sum(1 / math.log2(n + 1) for n in range(1, min(len(set(relevant)), depth) + 1))


def plain(text: str) -> str:
    """Case-folded, with white space normalised."""
    return " ".join(text.casefold().split())


def _forbidden(sample: Sample, text: str) -> list[str]:
    text = plain(text)
    return [answer for answer in sample.not_answers if plain(answer) in text]


def _holds(sample: Sample, passage: Passage) -> bool:
    """Whether a passage of a gold source holds gold evidence or every gold answer, where they are known."""
    if sample.sources and passage.source not in sample.sources:
        return False
    if not (sample.evidence or sample.answers):
        return True
    text = plain(passage.text)
    if any(plain(evidence) in text for evidence in sample.evidence):
        return True
    return bool(sample.answers) and not missing_answers(sample, text)


def _source_recall(sample: Sample, answer: Answer) -> float:
    found = {passage.source for passage in answer.passages[:_FIRST]} & set(sample.sources)
    return len(found) / min(len(set(sample.sources)), _FIRST)


def _sentences_needed(sample: Sample, answer: Answer) -> int:
    texts = [sentence.text for sentence in answer.sentences]
    counts = range(1, len(texts) + 1)
    return next((count for count in counts if not missing_answers(sample, " ".join(texts[:count]))), 0)


def _evidence_recall(sample: Sample, cited: Sequence[Citation]) -> float:
    found = [any(_overlaps(sample, citation, [one]) for citation in cited) for one in sample.evidence]
    return sum(found) / len(found)


def _overlaps(sample: Sample, citation: Citation, evidence: Iterable[str]) -> bool:
    """Whether a quote and a piece of gold evidence hold each other."""
    if citation.source not in sample.sources:
        return False
    quote = plain(citation.quote)
    return any(one in quote or quote in one for one in map(plain, evidence))


def _disputed(sample: Sample, answer: Answer) -> bool | None:
    """Whether all sentences with a forbidden answer and no gold one are marked; None without such."""
    marked = {side.citation for conflict in answer.conflicts for side in conflict.sides}
    wrong = [
        sentence
        for sentence in answer.sentences
        if _forbidden(sample, sentence.text)
        and len(missing_answers(sample, sentence.text)) == len(sample.answers)
    ]
    return all(marked & set(sentence.citations) for sentence in wrong) if wrong else None


def _checked(sample: Sample, explanation: Explanation) -> tuple[tuple[Verdict, bool], ...]:
    """Of each sentence that the model wrote: what the check found, and whether it holds a gold answer."""
    reply = plain(_MARKER.sub("", explanation.reply))
    kept = [(s.verdict, s.text) for s in explanation.answer.sentences if plain(s.text) in reply]
    dropped = [(item["verdict"], str(item["text"])) for item in explanation.dropped if "verdict" in item]
    return tuple(
        (verdict, len(missing_answers(sample, text)) < len(sample.answers))
        for verdict, text in [*kept, *dropped]
    )
