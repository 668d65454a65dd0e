"""Metrics: folding the scores of all rows into figures, each with its count and an interval."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scipy.stats import binomtest, mannwhitneyu

from eval.run import Row


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


def auc(rows: Sequence[Row]) -> Metric | None:
    """Chance that an answerable question gets a higher confidence than an unanswerable one."""
    yes = [row.answer.confidence for row in rows if row.sample.answerable]
    no = [row.answer.confidence for row in rows if not row.sample.answerable]
    if not yes or not no:
        return None
    return Metric(float(mannwhitneyu(yes, no).statistic) / (len(yes) * len(no)), len(rows))


def metrics(rows: Sequence[Row]) -> dict[str, Metric]:
    """Every figure of a run, by name; those that do not apply are left out."""
    asked = [row for row in rows if row.sample.answerable]
    unanswerable = [row for row in rows if not row.sample.answerable]
    scored = [row for row in asked if row.sample.answers]
    ranked = [row.score.rank for row in asked if row.score.rank is not None]
    figures = {
        "right": share([row.score.grade == "correct" for row in scored]),
        "refused_wrongly": share([row.score.grade == "abstained" for row in asked]),
        "refused_rightly": share([row.score.grade == "correct" for row in unanswerable]),
        "recall_at_1": share([rank == 1 for rank in ranked]),
        "recall_at_5": share([0 < rank <= 5 for rank in ranked]),
        "mrr": mean([1 / rank if rank else 0.0 for rank in ranked]),
        "evidence_cited": share(_known(asked, lambda row: row.score.evidence_cited)),
        "file_cited": share(_known(asked, lambda row: row.score.file_cited)),
        "citation_precision": mean(
            [row.score.citation_precision for row in asked if row.score.citation_precision is not None]
        ),
        "answerable_auc": auc(rows),
        "unscored": share([row.score.grade == "unscored" for row in rows]),
        "baseline_always_refuse": share([not row.sample.answerable for row in rows]),
        "baseline_first_sentence": share([row.first_sentence_grade == "correct" for row in scored]),
        "median_seconds": Metric(statistics.median(row.seconds for row in rows), len(rows)),
    }
    return {name: figure for name, figure in figures.items() if figure is not None}


def _known(rows: Sequence[Row], value: Callable[[Row], bool | None]) -> list[bool]:
    return [found for row in rows if (found := value(row)) is not None]
