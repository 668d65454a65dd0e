"""Figures: a value with its count and its 95 % interval.

Questions on one article succeed or fail together, so the questions are not independent and the usual
intervals are too narrow. Every interval here is clustered by article: its variance is computed by leaving
out one article at a time (the cluster jackknife, which performs best where clusters are few: MacKinnon,
Nielsen and Webb, 2023), with Student's t for articles − 1.
"""

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy.stats import norm, quantile_test, t
from statsmodels.stats.proportion import proportion_confint

_LEVEL = 0.95
_TWO_SIDED = (1 + _LEVEL) / 2
T = TypeVar("T")
# A value with the article of its question.
Clustered = Sequence[tuple[str, T]]


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure over `n` values; `low` and `high` are its 95 % confidence bounds, where they can be
    computed.
    """

    value: float
    n: int
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        bounds = f" [{self.low:.3f}, {self.high:.3f}]" if self.low is not None else ""
        return f"{self.value:.3f}{bounds} (n = {self.n})"


def share(values: Clustered[bool]) -> Metric | None:
    """Return the share of true values; None if there are none.

    Wilson's interval (1927) at the effective sample size: as many independent values as would have the
    clustered variance, never more than there are (Korn and Graubard, 1998).
    """
    if not values:
        return None
    n = len(values)
    value = statistics.fmean(true for _, true in values)
    error = _error(values, statistics.fmean)
    effective = min(n, value * (1 - value) / (error / norm.ppf(_TWO_SIDED)) ** 2) if error else n
    low, high = proportion_confint(value * effective, effective, alpha=1 - _LEVEL, method="wilson")
    return Metric(value, n, float(low), float(high))


def mean(values: Clustered[float], ceiling: float = 1.0) -> Metric | None:
    """Return the mean of values from 0 to `ceiling`; None if there are none."""
    return estimate(values, statistics.fmean, ceiling) if values else None


def estimate(values: Clustered[T], statistic: Callable[[Sequence[T]], float], ceiling: float = 1.0) -> Metric:
    """Return any statistic from 0 to `ceiling`, with a symmetric interval clipped to that range."""
    value, error = statistic([one for _, one in values]), _error(values, statistic)
    if error is None:
        return Metric(value, len(values))
    return Metric(value, len(values), max(value - error, 0.0), min(value + error, ceiling))


def quantile(values: Sequence[float], p: float) -> Metric | None:
    """Return a quantile with the interval from order statistics (Conover, 1999), for times and sizes."""
    if not values:
        return None
    test = quantile_test(values, q=statistics.median(values), p=p)
    interval = test.confidence_interval(confidence_level=_LEVEL)
    value = float(np.quantile(values, p))
    if np.isnan([interval.low, interval.high]).any():  # too few values
        return Metric(value, len(values))
    return Metric(value, len(values), float(interval.low), float(interval.high))


def _error(values: Clustered[T], statistic: Callable[[Sequence[T]], float]) -> float | None:
    """Return half the width of the clustered interval; None with fewer than two articles."""
    groups: dict[str, list[T]] = defaultdict(list)
    for article, value in values:
        groups[article].append(value)
    if len(groups) < 2:
        return None
    whole = statistic([value for _, value in values])
    left_out = [statistic([one for article, one in values if article != name]) for name in groups]
    if np.isnan(left_out).any():  # NaN: nothing is left to measure without this article
        return None
    variance = (len(groups) - 1) / len(groups) * sum((one - whole) ** 2 for one in left_out)
    return float(t.ppf(_TWO_SIDED, len(groups) - 1)) * math.sqrt(variance)
