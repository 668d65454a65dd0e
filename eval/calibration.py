"""Is the confidence worth its name? Reliability, and risk against coverage, over answered questions.

A question that was refused has no answer to be right or wrong; it counts as not covered.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from eval.figures import Metric, share
from eval.run import Row

_BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of like confidence: the mean of it, and the share that is right."""

    confidence: float
    right: Metric


@dataclass(frozen=True, slots=True)
class Point:
    """If only answers of at least this confidence were given: how many, and how many of them wrong."""

    confidence: float
    coverage: float
    risk: Metric


def reliability(rows: Sequence[Row]) -> list[Bin]:
    """Answers in ten bins of equal count, least confident first."""
    answered = _answered(rows)
    edges = [round(n * len(answered) / _BINS) for n in range(_BINS + 1)]
    bins = [answered[start:end] for start, end in pairwise(edges) if end > start]
    return [
        Bin(statistics.fmean(row.answer.confidence for row in part), right)
        for part in bins
        if (right := share([_right(row) for row in part]))
    ]


def calibration_error(rows: Sequence[Row]) -> Metric | None:
    """Expected calibration error: mean distance of confidence and share right over the bins.

    Naeini, Cooper and Hauskrecht (2015), with bins of equal count.
    """
    bins = reliability(rows)
    count = sum(one.right.n for one in bins)
    if not count:
        return None
    return Metric(sum(one.right.n * abs(one.confidence - one.right.value) for one in bins) / count, count)


def risk_coverage(rows: Sequence[Row]) -> list[Point]:
    """From the strictest confidence to the one in use, in ten steps of coverage."""
    answered = _answered(rows)[::-1]
    counts = sorted({round(n * len(answered) / _BINS) for n in range(1, _BINS + 1)} - {0})
    return [
        Point(answered[count - 1].answer.confidence, count / len(rows), risk)
        for count in counts
        if (risk := share([not _right(row) for row in answered[:count]]))
    ]


def _answered(rows: Sequence[Row]) -> list[Row]:
    """Rows with a graded answer, least confident first; none if only unanswerable ones can be graded."""
    if not any(row.sample.answerable and row.score.grade != "unscored" for row in rows):
        return []
    given = [row for row in rows if row.answer.sentences and row.score.grade != "unscored"]
    return sorted(given, key=lambda row: row.answer.confidence)


def _right(row: Row) -> bool:
    return row.score.grade == "correct"
