"""Is the confidence calibrated? Reliability, and risk against coverage, over answered questions.

A refused question has no answer to be right or wrong; it counts as not covered.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from eval.scoring.run import Row
from eval.stats.figures import Metric, estimate, share

_BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of similar confidence: their mean confidence, and the share that is right."""

    confidence: float
    right: Metric


@dataclass(frozen=True, slots=True)
class Point:
    """If only answers of at least this confidence were given: how many, and how many of them wrong."""

    confidence: float
    coverage: float
    risk: Metric


def reliability(rows: Sequence[Row]) -> list[Bin]:
    """Return answers in ten bins of equal count, least confident first."""
    return [
        Bin(statistics.fmean(row.confidence for row in part), right)
        for part in _bins(_answered(rows))
        if (right := share([(row.article, row.right) for row in part]))
    ]


def calibration_error(rows: Sequence[Row]) -> Metric | None:
    """Return the expected calibration error: the mean gap between confidence and share right over the bins.

    Naeini, Cooper and Hauskrecht (2015), with bins of equal count.
    """
    answered = _answered(rows)
    return estimate([(row.article, row) for row in answered], _error) if answered else None


def risk_coverage(rows: Sequence[Row]) -> list[Point]:
    """Return points from the strictest confidence to the one in use, in ten steps of coverage."""
    answered = _answered(rows)[::-1]
    counts = sorted({round(n * len(answered) / _BINS) for n in range(1, _BINS + 1)} - {0})
    return [
        Point(answered[count - 1].confidence, count / len(rows), risk)
        for count in counts
        if (risk := share([(row.article, not row.right) for row in answered[:count]]))
    ]


def _error(answered: Sequence[Row]) -> float:
    bins = _bins(sorted(answered, key=lambda row: row.confidence))
    distances = (abs(sum(row.confidence for row in part) - sum(row.right for row in part)) for part in bins)
    return sum(distances) / len(answered) if answered else math.nan


def _bins(ordered: Sequence[Row]) -> list[Sequence[Row]]:
    edges = [round(n * len(ordered) / _BINS) for n in range(_BINS + 1)]
    return [ordered[start:end] for start, end in pairwise(edges) if end > start]


def _answered(rows: Sequence[Row]) -> list[Row]:
    """Return rows with a graded answer, least confident first; none if only unanswerable ones can be
    graded.
    """
    if not any(row.answerable and row.score.grade != "unscored" for row in rows):
        return []
    given = [row for row in rows if row.citations and row.score.grade != "unscored"]
    return sorted(given, key=lambda row: row.confidence)
