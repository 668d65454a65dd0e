"""Figures: a value with its count and, where it is a share, its interval."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import binomtest


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure over `n` rows; `low` and `high` bound it with 95 % confidence where it is a share."""

    value: float
    n: int
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        bounds = f" [{self.low:.3f}, {self.high:.3f}]" if self.low is not None else ""
        return f"{self.value:.3f}{bounds} (n = {self.n})"


def share(values: Sequence[bool]) -> Metric | None:
    """Share of true values with Wilson's interval (1927); None if there are none."""
    if not values:
        return None
    interval = binomtest(sum(values), len(values)).proportion_ci(method="wilson")
    return Metric(sum(values) / len(values), len(values), interval.low, interval.high)


def mean(values: Sequence[float]) -> Metric | None:
    """Mean without an interval; None if there are no values."""
    return Metric(statistics.fmean(values), len(values)) if values else None
