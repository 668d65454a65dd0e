"""What tells how likely the best evidence answers: the features that the confidence weighs."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.language.facts import facts, unmatched
from rag.search.evidence import nearest
from rag.search.lacking import lacks_value
from rag.search.versions import is_of_time
from rag.types import Evidence


@dataclass(frozen=True, slots=True)
class Features:
    """Features of a question's best evidence.

    `score` is its ranking score; `lacks_value`: it and those nearly as good have no value of the kind asked
    for; `missing_dates` and `missing_numbers`: a date or number in the question does not occur near it, as in
    a near miss; `otherwise`: it says otherwise than the question takes for granted (`rag.search.premises`);
    `yes` is ln(P(Yes) / P(No)) of a language model asked whether the evidence states the answer, None without
    one. They were chosen from more than fifty candidates by the AUC of sets that they were not fitted on.
    """

    score: float
    missing_dates: bool
    missing_numbers: bool
    otherwise: bool = False
    lacks_value: bool = False
    yes: float | None = None


def features(question: str, evidence: Sequence[Evidence], *, otherwise: bool) -> Features:
    """The features of a readable question and its evidence (at least one), before a model is asked."""
    best = evidence[0]
    asked, around = facts(question), facts(best.hit.chunk.titled)
    dates, numbers = asked.dates - around.dates, unmatched(asked.numbers, around.numbers)
    if (dates or numbers) and is_of_time(question, best):
        dates, numbers = frozenset(), [number for number in numbers if not number.is_year]
    lacking = all(
        lacks_value(question, one.display_text, listed=one.block.kind != "paragraph")
        for one in (item.sentence for item in nearest(evidence))
    )
    return Features(best.score, bool(dates), bool(numbers), otherwise, lacking)
